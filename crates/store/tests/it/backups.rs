//! Backups: made while others write, restored on either engine, and what is wrong with one is told with its place.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use lingjian_model::Reach;
use lingjian_store::{Backup, Blobs, Filter, Incoming, Page, Query, Recorded, Sort, Store, StoreError};
use serde_json::json;

use crate::both::{Ids, NOW, RULES, incoming, on_a_fresh_postgres, on_both, rehearsed, take};
use crate::people::account;
use crate::versions::{judge_all, rules};

const QUIET: &(dyn Fn(&str, u64) + Send + Sync) = &|_, _| {};

/// A call whose recording is among the blobs.
async fn with_recording(blobs: &Blobs, call: &Incoming) -> Incoming {
    let sound = format!("sound of {}", call.conversation.id).repeat(50);
    let blob = blobs.put(Bytes::from(sound)).await.unwrap();
    let name = format!("{}.wav", call.conversation.id);
    Incoming { conversation: call.conversation.clone(), recording: Some(Recorded { blob, name }) }
}

/// Calls that are known by nobody else.
fn others(seed: u64, calls: usize, series: &str) -> Vec<Incoming> {
    let mut calls = rehearsed(seed, calls);
    for call in &mut calls {
        call.id = format!("{series}-{}", call.id);
    }
    calls.iter().map(incoming).collect()
}

/// A house with all that there is: judged calls, recordings, people, an audit trail, work.
async fn furnish(store: &Store, blobs: &Blobs) {
    let mut ids = Ids::new(1);
    let mut calls: Vec<Incoming> = rehearsed(31, 60).iter().map(incoming).collect();
    for call in calls.iter_mut().step_by(4) {
        *call = with_recording(blobs, call).await;
    }
    take(store, &calls, &mut ids).await;
    judge_all(store, &rules(), RULES, &mut ids).await;
    let mut transaction = store.begin().await.unwrap();
    transaction.add_account(&account(&mut ids, "wang")).await.unwrap();
    transaction.audit(None, "王", "user.add", "wang", &json!({ "名": "\"'\\" }), NOW).await.unwrap();
    transaction.commit().await.unwrap();
}

/// The sums of all tables and recordings: what is in a backup, whenever and wherever it was made.
fn sums(backup: &Path) -> Vec<String> {
    let sums = std::fs::read_to_string(backup.join("SHA256SUMS")).unwrap();
    let mut sums: Vec<String> =
        sums.lines().filter(|line| !line.ends_with("manifest.json")).map(str::to_owned).collect();
    sums.push(std::fs::read_to_string(backup.join("recordings.sha256")).unwrap());
    sums
}

async fn names_of(store: &Store, query: Option<&str>) -> BTreeSet<String> {
    let filter = Filter { query: query.and_then(Query::parse), ..Filter::default() };
    let page = Page { after: None, limit: 1_000_000 };
    let rows = store.conversations(&filter, &Reach::All, Sort::Newest, page).await.unwrap();
    rows.into_iter().map(|row| row.external_id).collect()
}

/// Restores, looks at everything, and backs up again: the same bytes.
async fn comes_back_whole(backup: &Path, address: &str, expected: &Store) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(&folder.path().join("recordings")).unwrap();
    let opened = Backup::open(backup).unwrap();
    let restored = Store::restore(address, &blobs, &opened, QUIET).await.unwrap();
    assert_eq!(restored.missing, []);
    let store = restored.store;
    assert_eq!(store.verify(&blobs, QUIET).await.unwrap(), []);
    let again = folder.path().join("again");
    store.back_up(&blobs, &again, NOW, QUIET).await.unwrap();
    assert_eq!(sums(&again), sums(backup));
    let all = names_of(&store, None).await;
    for word in ["退款", "谢谢", "refund", "的"] {
        let kept = names_of(expected, Some(word)).await.intersection(&all).cloned().collect();
        assert_eq!(names_of(&store, Some(word)).await, kept, "{word}");
    }
    // Life goes on where it stood.
    let before = store.last_change().await.unwrap();
    take(&store, &others(39, 3, "new"), &mut Ids::new(99)).await;
    assert_eq!(store.last_change().await.unwrap(), before + 3);
    let refused = Store::restore(address, &blobs, &opened, QUIET).await;
    assert!(matches!(refused, Err(StoreError::Occupied { .. })), "not over what is there: {refused:?}");
    store.close().await;
}

#[test]
fn a_backup_made_while_calls_come_in_is_one_moment_and_restores_on_both_engines() {
    on_both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(&folder.path().join("recordings")).unwrap();
        furnish(&store, &blobs).await;
        let before = names_of(&store, None).await;
        let (over, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let writer = {
            let (store, blobs, over, written) =
                (store.clone(), blobs.clone(), Arc::clone(&over), Arc::clone(&written));
            tokio::spawn(async move {
                let (calls, mut ids) = (others(32, 1200, "meanwhile"), Ids::new(2));
                for pair in calls.chunks_exact(2) {
                    let pair =
                        [with_recording(&blobs, &pair[0]).await, with_recording(&blobs, &pair[1]).await];
                    take(&store, &pair, &mut ids).await;
                    written.fetch_add(1, Ordering::SeqCst);
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                }
            })
        };
        // The first write while a table is being read stands between two tables of the backup.
        let told = |_: &str, _: u64| {
            let seen = written.load(Ordering::SeqCst);
            while written.load(Ordering::SeqCst) == seen && !writer.is_finished() {
                std::thread::yield_now();
            }
        };
        let backup = folder.path().join("backup");
        let made = store.back_up(&blobs, &backup, NOW, &told).await.unwrap();
        over.store(true, Ordering::SeqCst);
        assert_eq!(made.missing, []);
        writer.await.unwrap();
        assert!(written.load(Ordering::SeqCst) > 10, "it was written to meanwhile");
        assert_eq!(Backup::open(&backup).unwrap().check(QUIET).await.unwrap(), []);
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "nothing is left beside it: {left:?}");

        let file = format!("sqlite:{}", folder.path().join("restored/lingjian.db").display());
        comes_back_whole(&backup, &file, &store).await;
        on_a_fresh_postgres(async |address| comes_back_whole(&backup, &address, &store).await).await;

        let restored = Store::open(&file).await.unwrap();
        let there = names_of(&restored, None).await;
        assert!(there.is_superset(&before), "what was there before is in it");
        restored.close().await;
    });
}

/// A backup of a house on SQLite, and the folder it is in.
async fn some_backup(folder: &Path) -> std::path::PathBuf {
    let store = Store::open(&format!("sqlite:{}", folder.join("house.db").display())).await.unwrap();
    let blobs = Blobs::in_folder(&folder.join("recordings")).unwrap();
    furnish(&store, &blobs).await;
    let backup = folder.join("backup");
    store.back_up(&blobs, &backup, NOW, QUIET).await.unwrap();
    store.close().await;
    backup
}

async fn faults(backup: &Path) -> String {
    let faults = Backup::open(backup).unwrap().check(QUIET).await.unwrap();
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn flip(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn damage_is_told_with_its_place_and_never_restored() {
    let folder = tempfile::tempdir().unwrap();
    let backup = some_backup(folder.path()).await;
    assert_eq!(faults(&backup).await, "");
    let files = ["manifest.json", "recordings.sha256", "tables/transcript.jsonl.gz", "tables/audit.jsonl.gz"];
    for (round, name) in files.into_iter().enumerate() {
        let file = backup.join(name);
        let whole = std::fs::read(&file).unwrap();
        flip(&file);
        let told = match Backup::open(&backup) {
            Ok(_) => faults(&backup).await,
            Err(error) => error.to_string(),
        };
        assert!(told.contains(name), "a flipped byte in {name}: {told}");
        std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        let told = match Backup::open(&backup) {
            Ok(opened) => {
                let address = format!("sqlite:{}", folder.path().join(format!("r{round}.db")).display());
                let blobs = Blobs::in_folder(&folder.path().join("restored")).unwrap();
                let refused = Store::restore(&address, &blobs, &opened, QUIET).await;
                assert!(refused.unwrap_err().to_string().contains(name));
                let empty = Store::open(&address).await.unwrap();
                assert_eq!(empty.last_change().await.unwrap(), 0, "nothing of it was restored");
                empty.close().await;
                faults(&backup).await
            }
            Err(error) => error.to_string(),
        };
        assert!(told.contains(name), "{name} cut off: {told}");
        std::fs::write(&file, whole).unwrap();
    }
    std::fs::rename(backup.join("SHA256SUMS"), folder.path().join("sums")).unwrap();
    let broken_off = Backup::open(&backup).unwrap_err().to_string();
    assert!(broken_off.contains("broken off"), "{broken_off}");
    assert!(Backup::open(folder.path()).unwrap_err().to_string().contains("no backup of lingjian"));
    assert!(Backup::open(Path::new("nowhere")).unwrap_err().to_string().contains("no such folder"));
}

#[tokio::test]
async fn a_recording_that_is_gone_or_damaged_is_told_and_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let backup = some_backup(folder.path()).await;
    let list = std::fs::read_to_string(backup.join("recordings.sha256")).unwrap();
    let places: Vec<&str> = list.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert_eq!(places.len(), 15);
    std::fs::remove_file(backup.join(places[0])).unwrap();
    flip(&backup.join(places[1]));
    let told = faults(&backup).await;
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.contains(places[0]) && told.contains(places[1]) && told.contains("damaged"), "{told}");

    let blobs = Blobs::in_folder(&folder.path().join("restored")).unwrap();
    let address = format!("sqlite:{}", folder.path().join("restored.db").display());
    let restored = Store::restore(&address, &blobs, &Backup::open(&backup).unwrap(), QUIET).await.unwrap();
    assert_eq!((restored.missing.len(), restored.recordings), (2, 13));
    let faults_of_house = restored.store.verify(&blobs, QUIET).await.unwrap();
    assert_eq!(faults_of_house.len(), 2, "{faults_of_house:?}");

    // What the house itself lacks is told when it is backed up, and again when that backup is looked at.
    let second = folder.path().join("second");
    let made = restored.store.back_up(&blobs, &second, NOW, QUIET).await.unwrap();
    assert_eq!((made.missing.len(), made.recordings), (2, 13));
    assert_eq!(faults(&second).await.matches("missing already").count(), 2);
    restored.store.close().await;
}

#[tokio::test]
async fn a_backup_of_a_later_version_says_update_first() {
    let folder = tempfile::tempdir().unwrap();
    let backup = some_backup(folder.path()).await;
    let manifest = std::fs::read_to_string(backup.join("manifest.json")).unwrap();
    std::fs::write(backup.join("manifest.json"), manifest.replace("\"version\": 1", "\"version\": 2"))
        .unwrap();
    assert!(Backup::open(&backup).unwrap_err().to_string().contains("update first"));
}
