//! Uploads and webhooks: where they stand is true on both engines, and moves for one at a time.

use lingjian_model::{Person, Post, UserId};
use lingjian_store::{Account, ChangeKind, Store, Upload, UploadState, Webhook};

use crate::both::{Ids, NOW, incoming, on_both, rehearsed, take};

async fn somebody(store: &Store, ids: &mut Ids) -> UserId {
    let person = Person {
        id: ids.next().into(),
        posts: vec![Post::It],
        projects: Vec::new(),
        teams: Vec::new(),
        agent: None,
    };
    let id = person.id;
    let account = Account {
        person,
        name: "it".to_owned(),
        display_name: "技术".to_owned(),
        password: None,
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: NOW,
        revision: 1,
    };
    let mut transaction = store.begin().await.unwrap();
    transaction.add_account(&account).await.unwrap();
    transaction.commit().await.unwrap();
    id
}

#[test]
fn an_upload_moves_from_where_it_stands_and_nowhere_else() {
    on_both(|store| async move {
        let mut ids = Ids::new(41);
        let user = somebody(&store, &mut ids).await;
        let upload = Upload {
            id: ids.next().into(),
            user,
            name: "录音.wav".to_owned(),
            told: "{}".to_owned(),
            length: 6 << 30,
            received: 0,
            state: UploadState::Receiving,
            outcome: None,
            created_at: NOW,
            touched_at: NOW,
        };
        let mut transaction = store.begin().await.unwrap();
        transaction.begin_upload(&upload).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(store.upload(upload.id).await.unwrap(), Some(upload.clone()));
        assert!(store.note_upload(upload.id, 0, 5 << 30, NOW + 1).await.unwrap());
        assert!(!store.note_upload(upload.id, 0, 1, NOW + 2).await.unwrap(), "somebody else was first");
        assert_eq!(store.unfinished_uploads(user).await.unwrap(), 1);
        assert!(store.note_upload(upload.id, 5 << 30, 6 << 30, NOW + 3).await.unwrap());
        let whole = store.uploads_that(UploadState::Received, i64::MAX).await.unwrap();
        assert_eq!((whole.len(), whole[0].received, whole[0].touched_at), (1, 6 << 30, NOW + 3));
        assert!(
            !store.note_upload(upload.id, 6 << 30, 0, NOW + 4).await.unwrap(),
            "what is whole stays whole"
        );
        let mut transaction = store.begin().await.unwrap();
        transaction.close_upload(upload.id, UploadState::Taken, "{}", NOW + 5).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(store.uploads(user, 10).await.unwrap()[0].state, UploadState::Taken);
        assert!(store.uploads_that(UploadState::Taken, NOW + 5).await.unwrap().is_empty());
        let mut transaction = store.begin().await.unwrap();
        assert!(transaction.forget_upload(upload.id).await.unwrap());
        assert!(!transaction.forget_upload(upload.id).await.unwrap());
        transaction.commit().await.unwrap();
    });
}

#[test]
fn a_webhook_is_told_by_one_at_a_time() {
    on_both(|store| async move {
        let mut ids = Ids::new(42);
        let calls: Vec<_> = rehearsed(43, 2).iter().map(incoming).collect();
        let webhook = Webhook {
            id: ids.next().into(),
            name: "CRM".to_owned(),
            url: "https://hooks.example.org/".to_owned(),
            project: None,
            kinds: vec![ChangeKind::ConversationReceived],
            secret: "whsec_AA==".to_owned(),
            active: true,
            told: store.last_change().await.unwrap(),
            told_at: None,
            attempts: 0,
            run_after: NOW,
            resting: false,
            reason: None,
            created_at: NOW,
            revision: 1,
        };
        let mut transaction = store.begin().await.unwrap();
        transaction.add_webhook(&webhook).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(store.webhook(webhook.id).await.unwrap(), Some(webhook.clone()));
        let claim = async |now: i64, token| store.claim_webhooks(now, now + 60, token).await.unwrap();
        assert!(claim(NOW, ids.next()).await.is_empty(), "there is nothing to be told");
        take(&store, &calls, &mut ids).await;
        let last = store.last_change().await.unwrap();
        let (mine, _) = claim(NOW, ids.next()).await.remove(0);
        assert!(claim(NOW + 59, ids.next()).await.is_empty(), "somebody has it");
        let (theirs, _) = claim(NOW + 60, ids.next()).await.remove(0);
        assert!(!store.webhook_told(mine, last, Some(NOW), NOW + 120).await.unwrap(), "the lease is over");
        assert!(store.webhook_told(theirs, last - 1, Some(NOW + 61), NOW + 120).await.unwrap());
        assert!(store.webhook_failed(theirs, "it answered 500", NOW + 200, false).await.unwrap());
        let failed = store.webhook(webhook.id).await.unwrap().unwrap();
        assert_eq!((failed.told, failed.told_at, failed.attempts), (last - 1, Some(NOW + 61), 1));
        assert!(claim(NOW + 199, ids.next()).await.is_empty(), "not before its time");
        let (again, _) = claim(NOW + 200, ids.next()).await.remove(0);
        // A person who changes it ends the lease, and what failed is forgotten.
        let mut transaction = store.begin().await.unwrap();
        let changed = Webhook { active: false, ..failed };
        assert!(transaction.change_webhook(&changed, NOW + 201).await.unwrap());
        assert!(!transaction.change_webhook(&changed, NOW + 201).await.unwrap(), "somebody was first");
        transaction.commit().await.unwrap();
        assert!(!store.release_webhook(again).await.unwrap());
        assert!(claim(NOW + 300, ids.next()).await.is_empty(), "it is off");
        let kept = store.webhook(webhook.id).await.unwrap().unwrap();
        assert_eq!((kept.attempts, kept.reason, kept.revision), (0, None, 2));
    });
}
