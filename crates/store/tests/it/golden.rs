//! A house of an earlier schema, opened by this version: nothing is lost on the way.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use bytes::Bytes;
use lingjian_model::Reach;
use lingjian_store::{Backup, Blobs, Filter, NewTranscript, Page, Query, Sort, Store, Verified};
use serde_json::Value;

use crate::both::{NOW, on_a_fresh_postgres};

const THEN: &[u8] = include_bytes!("golden/0002.db.gz");
const EXPECTED: &str = include_str!("golden/0002.json");
const RECORDING: &[u8] = include_bytes!("golden/rec-1.wav");
const QUIET: &(dyn Fn(&str, u64) + Send + Sync) = &|_, _| {};

async fn names(store: &Store, query: Option<&str>) -> Vec<String> {
    let filter = Filter { query: query.and_then(Query::parse), ..Filter::default() };
    let rows =
        store.conversations(&filter, &Reach::All, Sort::Newest, Page { after: None, limit: 100 }).await;
    let mut names: Vec<String> = rows.unwrap().into_iter().map(|row| row.external_id).collect();
    names.sort_unstable();
    names
}

/// All that stood in it then is read now.
async fn reads_as_then(store: &Store, blobs: &Blobs) {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    assert_eq!(store.verify(blobs, QUIET).await.unwrap(), []);
    let calls = expected["calls"].as_array().unwrap();
    let known: Vec<&str> = calls.iter().map(|call| call["id"].as_str().unwrap()).collect();
    assert_eq!(names(store, None).await, known);
    let (filter, page) = (Filter::default(), Page { after: None, limit: 100 });
    let rows = store.conversations(&filter, &Reach::All, Sort::Newest, page).await.unwrap();
    let rows: BTreeMap<String, _> = rows.into_iter().map(|row| (row.external_id.clone(), row)).collect();
    for call in calls {
        let row = &rows[call["id"].as_str().unwrap()];
        let kept = store.conversation(row.id).await.unwrap().unwrap();
        let digest = match kept.transcript {
            Some(version) => {
                let words = store.words(&kept, version).await.unwrap().unwrap();
                Some(NewTranscript::of(&words, version, NOW).unwrap().digest)
            }
            None => None,
        };
        assert_eq!(digest.as_deref(), call["words"].as_str(), "{}", call["id"]);
        let scores = row.scores.map(|scores| [scores.compliance, scores.experience, scores.risk]);
        let then = ["compliance", "experience", "risk"].map(|name| call[name].as_f64());
        assert_eq!(scores.map_or([None; 3], |scores| scores.map(Some)), then, "{}", call["id"]);
        let versions = store.judgement_versions(row.id).await.unwrap();
        assert_eq!(versions.first().map(|one| one.rules.as_str()), call["rules"].as_str());
        if let Some(version) = versions.first() {
            let (_, judgement) = store.judgement(version.id).await.unwrap().unwrap();
            assert_eq!(Some(judgement.findings.len() as i64), call["findings"].as_i64());
        }
    }
    for (word, found) in expected["found"].as_object().unwrap() {
        let found: Vec<&str> = found.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(names(store, Some(word)).await, found, "{word}");
    }
    let Verified { entries, head } = store.verify_audit().await.unwrap().unwrap();
    assert_eq!(
        (Some(entries), Some(head.as_str())),
        (expected["audit"]["entries"].as_i64(), expected["audit"]["head"].as_str())
    );
    for name in expected["people"].as_array().unwrap() {
        assert!(store.account_named(name.as_str().unwrap()).await.unwrap().is_some(), "{name}");
    }
    let work = store.workload(NOW).await.unwrap();
    assert_eq!(
        work.iter().map(|load| load.waiting + load.running).sum::<i64>(),
        1,
        "the recording still waits"
    );
}

fn lay_out(folder: &Path) -> String {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(THEN).read_to_end(&mut bytes).unwrap();
    let file = folder.join("house.db");
    std::fs::write(&file, bytes).unwrap();
    format!("sqlite:{}", file.display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_of_the_first_release_is_opened_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(&folder.path().join("recordings")).unwrap();
    blobs.put(Bytes::from_static(RECORDING)).await.unwrap();
    let address = lay_out(folder.path());

    // A backup of it as it was, at the old step, comes back on either engine at the step of today.
    let then = Store::look(&address).await.unwrap().unwrap();
    assert_eq!(then.schema().await.unwrap().0.as_deref(), Some("0002_people"));
    let backup = folder.path().join("backup");
    then.back_up(&blobs, &backup, NOW, QUIET).await.unwrap();
    then.close().await;
    let backup = Backup::open(&backup).unwrap();
    let comes_back = async |to: String| {
        let restored = Store::restore(&to, &blobs, &backup, QUIET).await.unwrap();
        let (at, newest) = restored.store.schema().await.unwrap();
        assert_eq!(at, newest);
        reads_as_then(&restored.store, &blobs).await;
        restored.store.close().await;
    };
    comes_back(format!("sqlite:{}", folder.path().join("restored.db").display())).await;
    on_a_fresh_postgres(comes_back).await;

    let now = Store::open(&address).await.unwrap();
    reads_as_then(&now, &blobs).await;
    now.close().await;
}
