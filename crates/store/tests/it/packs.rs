//! Versions of packs: kept for good, published one after the other.

use lingjian_store::{ChangeKind, PackDraft, PackFile, PackVersion};

use crate::both::{Ids, NOW, on_both};

fn files(text: &str) -> Vec<PackFile> {
    vec![PackFile { name: "规则.yaml".to_owned(), text: text.to_owned() }]
}

fn version(ids: &mut Ids, pack: &str, release: i64) -> PackVersion {
    PackVersion {
        id: ids.next().into(),
        pack: pack.to_owned(),
        number: 0,
        release,
        digest: format!("sha256:{release}"),
        note: "扣分太重".to_owned(),
        written_by: "王".to_owned(),
        published_by: "陈".to_owned(),
        published_at: NOW + release,
        again: release % 2 == 0,
        rules_before: format!("before {release}"),
        rules_after: format!("after {release}"),
    }
}

#[test]
fn versions_count_by_pack_and_none_is_overwritten() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        assert_eq!(store.rules_release().await.unwrap(), 0);
        for (release, pack, number) in [(1, "a", 1), (2, "b", 1), (3, "a", 2)] {
            let mut transaction = store.begin().await.unwrap();
            let new = version(&mut ids, pack, release);
            let told = transaction.publish_pack(&new, &files(&format!("# {release}"))).await.unwrap();
            assert_eq!(told, Some(number));
            transaction.commit().await.unwrap();
        }
        assert_eq!(store.rules_release().await.unwrap(), 3);
        // Who did not see the last publication is told, and nothing is written.
        let mut transaction = store.begin().await.unwrap();
        let late = version(&mut ids, "a", 3);
        assert_eq!(transaction.publish_pack(&late, &files("# late")).await.unwrap(), None);
        transaction.commit().await.unwrap();

        let all = store.pack_versions(None).await.unwrap();
        assert_eq!(all.iter().map(|one| one.release).collect::<Vec<_>>(), [3, 2, 1]);
        let of_a = store.pack_versions(Some("a")).await.unwrap();
        assert_eq!(of_a.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 1]);
        let (first, kept) = store.pack_version("a", 1).await.unwrap().unwrap();
        assert_eq!((kept, first.again, first.note.as_str()), (files("# 1"), false, "扣分太重"));
        assert_eq!(store.pack_version("a", 3).await.unwrap(), None);
        let told = store.changes_since(0, 10).await.unwrap();
        assert_eq!(
            told.iter().map(|change| change.kind).collect::<Vec<_>>(),
            [ChangeKind::RulesPublished; 3]
        );
    });
}

#[test]
fn of_two_who_write_a_draft_the_second_is_told() {
    on_both(|store| async move {
        let draft = |revision, text: &str| PackDraft {
            pack: "a".to_owned(),
            based_on: 0,
            files: files(text),
            written_by: "王".to_owned(),
            written_at: NOW,
            revision,
        };
        let save = async |one: PackDraft| {
            let mut transaction = store.begin().await.unwrap();
            let kept = transaction.save_draft(&one).await.unwrap();
            transaction.commit().await.unwrap();
            kept
        };
        assert!(save(draft(0, "# one")).await);
        assert!(!save(draft(0, "# another")).await, "there is one already");
        assert!(save(draft(1, "# two")).await);
        assert!(!save(draft(1, "# late")).await, "it was changed meanwhile");
        let kept = store.pack_draft("a").await.unwrap().unwrap();
        assert_eq!(kept, draft(2, "# two"));
        assert_eq!(store.pack_drafts().await.unwrap(), [kept]);
        let mut transaction = store.begin().await.unwrap();
        assert!(!transaction.drop_draft("a", 1).await.unwrap());
        assert!(transaction.drop_draft("a", 2).await.unwrap());
        transaction.commit().await.unwrap();
        assert_eq!(store.pack_draft("a").await.unwrap(), None);
    });
}
