//! Scorecards: versions that are kept for good, drafts of which the second is told.

use lingjian_model::Scorecard;
use lingjian_store::{CardDraft, CardPublished, Store};
use serde_json::json;

use crate::both::{NOW, on_both};

fn form(title: &str) -> Scorecard {
    serde_json::from_value(json!({
        "id": "ours",
        "title": { "zh": title, "en": title },
        "sections": [{
            "id": "all",
            "title": { "zh": "全部", "en": "All" },
            "weight": 100.0,
            "items": [{
                "id": "greeting",
                "title": { "zh": "问候", "en": "Greeting" },
                "points": 4.0,
                "options": [{ "id": "done", "title": { "zh": "做到", "en": "Done" }, "share": 1.0 }],
            }],
        }],
    }))
    .unwrap()
}

fn version(card: &str, number: u32, digest: &str) -> CardPublished {
    CardPublished {
        card: card.to_owned(),
        number,
        digest: digest.to_owned(),
        file: format!("# {number}"),
        note: "问候单列".to_owned(),
        written_by: "王".to_owned(),
        published_by: "陈".to_owned(),
        published_at: NOW + i64::from(number),
    }
}

async fn publish(store: &Store, version: &CardPublished, form: &Scorecard) -> bool {
    let mut transaction = store.begin().await.unwrap();
    let done = transaction.publish_card(version, form).await.unwrap();
    if done {
        transaction.commit().await.unwrap();
    } else {
        transaction.abandon().await.unwrap();
    }
    done
}

#[test]
fn versions_count_by_card_and_none_is_overwritten() {
    on_both(|store| async move {
        assert!(publish(&store, &version("ours", 1, "sha256:1"), &form("一")).await);
        assert!(publish(&store, &version("ours", 2, "sha256:2"), &form("二")).await);
        assert!(publish(&store, &version("theirs", 1, "sha256:3"), &form("三")).await);
        // Who did not see the second is told; neither the version nor its form is written.
        let late = CardPublished { file: "# late".to_owned(), ..version("ours", 2, "sha256:4") };
        assert!(!publish(&store, &late, &form("迟")).await);
        assert_eq!(store.form("sha256:4").await.unwrap(), None);
        // An earlier one again: another number, the same form.
        assert!(publish(&store, &version("ours", 3, "sha256:1"), &form("一")).await);

        let ours = store.card_versions(Some("ours")).await.unwrap();
        let expected = [(3, "sha256:1"), (2, "sha256:2"), (1, "sha256:1")];
        assert_eq!(ours, expected.map(|(number, digest)| version("ours", number, digest)));
        let all = store.card_versions(None).await.unwrap();
        let all: Vec<_> = all.iter().map(|one| (one.card.as_str(), one.number)).collect();
        assert_eq!(all, [("ours", 3), ("ours", 2), ("ours", 1), ("theirs", 1)]);
        assert_eq!(store.form("sha256:1").await.unwrap(), Some(form("一")));
    });
}

#[test]
fn of_two_who_write_a_draft_the_second_is_told() {
    on_both(|store| async move {
        let draft = |revision, file: &str| CardDraft {
            card: "ours".to_owned(),
            based_on: 2,
            file: file.to_owned(),
            written_by: "王".to_owned(),
            written_at: NOW,
            revision,
        };
        let save = async |one: CardDraft| {
            let mut transaction = store.begin().await.unwrap();
            let kept = transaction.save_card_draft(&one).await.unwrap();
            transaction.commit().await.unwrap();
            kept
        };
        assert!(save(draft(0, "# one")).await);
        assert!(!save(draft(0, "# another")).await, "there is one already");
        assert!(save(draft(1, "# two")).await);
        assert!(!save(draft(1, "# late")).await, "it was changed meanwhile");
        let kept = store.card_draft("ours").await.unwrap().unwrap();
        assert_eq!(kept, draft(2, "# two"));
        assert_eq!(store.card_drafts().await.unwrap(), [kept]);
        let mut transaction = store.begin().await.unwrap();
        assert!(!transaction.drop_card_draft("ours", 1).await.unwrap());
        assert!(transaction.drop_card_draft("ours", 2).await.unwrap());
        transaction.commit().await.unwrap();
        assert_eq!(store.card_draft("ours").await.unwrap(), None);
    });
}
