//! What somebody has changed behind the store's back shows.

use bytes::Bytes;
use lingjian_store::{Blobs, Incoming, Recorded, Store};
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;

use crate::both::{Ids, NOW, incoming, on_both_at, rehearsed, take};

async fn faults(store: &Store, blobs: &Blobs) -> Vec<String> {
    let faults = store.verify(blobs, &|_, _| {}).await.unwrap();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn each_kind_of_damage_is_found_and_nothing_else() {
    on_both_at(|store, address| async move {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let blob = blobs.put(Bytes::from_static(b"sound")).await.unwrap();
        let mut calls: Vec<Incoming> = rehearsed(51, 30).iter().map(incoming).collect();
        calls[0].recording = Some(Recorded { blob: blob.clone(), name: "1.wav".to_owned() });
        let taken = take(&store, &calls, &mut Ids::new(1)).await;
        let mut transaction = store.begin().await.unwrap();
        transaction.audit(None, "王", "user.add", "wang", &json!({}), NOW).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(faults(&store, &blobs).await, Vec::<String>::new());

        let hands = Database::connect(&address).await.unwrap();
        let sqlite = address.starts_with("sqlite");
        let id = taken[3].id().0;
        let id = if sqlite { format!("X'{}'", id.simple()) } else { format!("'{id}'") };
        let index = if sqlite { "search_place" } else { "search_text" };
        let damage = [
            (
                format!(
                    "UPDATE transcript SET body = replace(body, '\"turns\"', ' \"turns\"') WHERE conversation_id = {id}"
                ),
                "transcript ",
                "was changed",
            ),
            ("UPDATE audit SET actor_name = '李'".to_owned(), "audit trail, entry 1", "it was changed"),
            (
                format!("UPDATE conversation SET judgement_id = id WHERE id = {id}"),
                "conversation.judgement_id",
                "1 rows refer to something in judgement",
            ),
            (
                format!("DELETE FROM {index} WHERE conversation_id = {id}"),
                "search index, conversation",
                "would make it",
            ),
        ];
        for (known, (sql, place, reason)) in damage.into_iter().enumerate() {
            hands.execute_unprepared(&sql).await.unwrap();
            let told = faults(&store, &blobs).await;
            assert_eq!(told.len(), known + 1, "{told:#?}");
            assert!(told.iter().any(|one| one.starts_with(place) && one.contains(reason)), "{told:#?}");
        }
        let file = folder.path().join(&blob.sha256[..2]).join(&blob.sha256[2..4]).join(&blob.sha256);
        std::fs::write(&file, b"noise").unwrap();
        assert!(
            faults(&store, &blobs)
                .await
                .iter()
                .any(|one| one.contains(&blob.sha256) && one.contains("damaged"))
        );
        std::fs::remove_file(&file).unwrap();
        assert!(
            faults(&store, &blobs)
                .await
                .iter()
                .any(|one| one.contains(&blob.sha256) && !one.contains("damaged"))
        );
        hands.close().await.unwrap();
    });
}

/// An index that lost or gained words of one conversation.
#[test]
fn an_index_of_other_words_is_found() {
    on_both_at(|store, address| async move {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let calls: Vec<Incoming> = rehearsed(52, 3).iter().map(incoming).collect();
        take(&store, &calls, &mut Ids::new(1)).await;
        let hands = Database::connect(&address).await.unwrap();
        let other = if address.starts_with("sqlite") {
            "INSERT OR REPLACE INTO search_text (rowid, tokens) SELECT MIN(id), 'u9000 u6b3e' FROM search_place"
        } else {
            "UPDATE search_text SET words = '退款' WHERE conversation_id = (SELECT id FROM conversation LIMIT 1)"
        };
        hands.execute_unprepared(other).await.unwrap();
        let told = faults(&store, &blobs).await;
        assert!(told.len() == 1 && told[0].starts_with("search index, conversation"), "{told:#?}");
        hands.close().await.unwrap();
    });
}
