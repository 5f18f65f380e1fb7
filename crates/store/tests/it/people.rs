//! Accounts, sessions, tokens, and the trail of what was done.

use lingjian_model::{Person, Post, UserId};
use lingjian_store::{Account, Attempt, AuditFilter, Identity, NewSession, SessionOwner, Store};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::both::{Ids, NOW, on_both, on_both_at};

pub(crate) fn account(ids: &mut Ids, name: &str) -> Account {
    Account {
        person: Person {
            id: ids.next().into(),
            posts: vec![Post::Inspector],
            projects: vec![ids.next().into()],
            teams: Vec::new(),
            agent: None,
        },
        name: name.to_owned(),
        display_name: "王检".to_owned(),
        password: None,
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: NOW,
        revision: 1,
    }
}

#[test]
fn of_two_who_change_the_same_the_second_is_told() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let mut one = account(&mut ids, "wang");
        let mut transaction = store.begin().await.unwrap();
        assert!(!transaction.any_account().await.unwrap());
        transaction.add_account(&one).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(store.account(one.person.id).await.unwrap(), Some(one.clone()));
        assert_eq!(store.account_named("wang").await.unwrap(), Some(one.clone()));

        let other = one.clone();
        one.display_name = "王检一".to_owned();
        let mut transaction = store.begin().await.unwrap();
        assert!(transaction.change_account(&one).await.unwrap());
        assert!(!transaction.change_account(&other).await.unwrap(), "somebody was first");
        transaction.commit().await.unwrap();
        let kept = store.account_named("wang").await.unwrap().unwrap();
        assert_eq!((kept.display_name.as_str(), kept.revision), ("王检一", 2));

        let mut transaction = store.begin().await.unwrap();
        assert!(transaction.add_account(&account(&mut ids, "wang")).await.is_err(), "the name is taken");
        transaction.abandon().await.unwrap();
    });
}

#[test]
fn an_identity_is_one_persons_and_a_sign_in_comes_back_once() {
    on_both(|store| async move {
        let mut ids = Ids::new(9);
        let (one, other) = (account(&mut ids, "wang"), account(&mut ids, "li"));
        let identity = Identity { issuer: "https://login.example.com".to_owned(), subject: "7".to_owned() };
        let elsewhere = Identity { issuer: "https://other.example.com".to_owned(), ..identity.clone() };
        let mut transaction = store.begin().await.unwrap();
        for account in [&one, &other] {
            transaction.add_account(account).await.unwrap();
        }
        let (one, other) = (one.person.id, other.person.id);
        assert!(transaction.join_identity(&identity, one, NOW).await.unwrap());
        assert!(!transaction.join_identity(&identity, other, NOW).await.unwrap(), "it is another's");
        assert!(
            transaction.join_identity(&elsewhere, other, NOW).await.unwrap(),
            "the same subject elsewhere"
        );
        transaction.commit().await.unwrap();
        assert_eq!(store.person_of(&identity).await.unwrap(), Some(one));
        assert_eq!(store.identities(one).await.unwrap(), [(identity.clone(), NOW)]);

        let attempt = |state: &str, user| Attempt {
            state: state.to_owned(),
            browser: "browser".to_owned(),
            nonce: "nonce".to_owned(),
            verifier: "verifier".to_owned(),
            next: "/conversations".to_owned(),
            user,
            expires_at: NOW + 10,
        };
        let (first, second) = (attempt("a", None), attempt("b", Some(one)));
        let mut transaction = store.begin().await.unwrap();
        transaction.begin_attempt(&first, NOW).await.unwrap();
        transaction.begin_attempt(&second, NOW).await.unwrap();
        assert_eq!(transaction.take_attempt("c", NOW).await.unwrap(), None);
        assert_eq!(transaction.take_attempt("b", NOW + 9).await.unwrap(), Some(second));
        assert_eq!(transaction.take_attempt("b", NOW + 9).await.unwrap(), None, "only once");
        assert_eq!(transaction.take_attempt("a", NOW + 10).await.unwrap(), None, "too late");
        assert_eq!(transaction.part_identities(one).await.unwrap(), 1);
        assert_eq!(transaction.part_identities(one).await.unwrap(), 0);
        transaction.commit().await.unwrap();
        assert_eq!(store.person_of(&identity).await.unwrap(), None);
        assert_eq!(store.person_of(&elsewhere).await.unwrap(), Some(other));
    });
}

#[test]
fn a_session_ends_by_time_and_by_hand() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let one = account(&mut ids, "wang");
        let user = one.person.id;
        let mut new = |secret: &str, until| NewSession {
            id: ids.next().into(),
            user,
            secret: secret.to_owned(),
            csrf: "c".to_owned(),
            expires_at: until,
            address: None,
            program: None,
        };
        let (short, long) = (new("short", NOW + 10), new("long", NOW + 1000));
        let mut transaction = store.begin().await.unwrap();
        transaction.add_account(&one).await.unwrap();
        transaction.begin_session(&short, NOW).await.unwrap();
        transaction.begin_session(&long, NOW).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(store.session("short", NOW + 9).await.unwrap().is_some());
        assert!(store.session("short", NOW + 10).await.unwrap().is_none());
        assert_eq!(store.sessions(SessionOwner::One(user), NOW).await.unwrap().len(), 2);

        let stranger = SessionOwner::One(UserId(uuid::Uuid::from_u128(9)));
        let mut transaction = store.begin().await.unwrap();
        assert!(!transaction.end_session(long.id, stranger).await.unwrap(), "not theirs");
        assert!(transaction.end_session(long.id, SessionOwner::One(user)).await.unwrap());
        transaction.commit().await.unwrap();
        assert!(store.session("long", NOW).await.unwrap().is_none());
    });
}

async fn trail(store: &Store, entries: i64) {
    for entry in 1..=entries {
        let mut transaction = store.begin().await.unwrap();
        let detail = json!({ "n": entry });
        transaction.audit(None, "wang", "conversation.read", "c-1", &detail, NOW + entry).await.unwrap();
        transaction.commit().await.unwrap();
    }
}

/// Whoever changes the database by hand is found out: entries changed, removed, swapped.
#[test]
fn a_trail_that_was_tampered_with_is_broken_where_it_was() {
    let attacks: [(&[&str], i64); 5] = [
        (&["UPDATE audit SET actor_name = 'li' WHERE sequence = 4"], 4),
        (&["UPDATE audit SET at = at + 1 WHERE sequence = 2"], 2),
        (&["DELETE FROM audit WHERE sequence = 5"], 6),
        (&["UPDATE audit SET detail = '{\"n\":9}', digest = repeat_me WHERE sequence = 3"], 3),
        (
            &[
                "UPDATE audit SET sequence = 100 WHERE sequence = 6",
                "UPDATE audit SET sequence = 6 WHERE sequence = 7",
                "UPDATE audit SET sequence = 7 WHERE sequence = 100",
            ],
            6,
        ),
    ];
    on_both_at(|store, address| async move {
        let by_hand = sea_orm::Database::connect(&address).await.unwrap();
        trail(&store, 8).await;
        let whole = store.verify_audit().await.unwrap().unwrap();
        assert_eq!(whole.entries, 8);
        let newest =
            store.audited(&AuditFilter { action: Some("conv".to_owned()), ..Default::default() }, 3).await;
        let newest: Vec<i64> = newest.unwrap().iter().map(|entry| entry.sequence).collect();
        assert_eq!(newest, [8, 7, 6]);
        for (statements, broken_at) in attacks {
            for sql in statements {
                let sql = sql.replace("repeat_me", &format!("'{}'", "ab".repeat(32)));
                by_hand.execute_unprepared(&sql).await.unwrap();
            }
            let broken = store.verify_audit().await.unwrap().unwrap_err();
            assert_eq!(broken.sequence, broken_at, "{statements:?}");
            // Back to a whole trail.
            by_hand.execute_unprepared("DELETE FROM audit").await.unwrap();
            trail(&store, 8).await;
        }
        // What was cut off at the end is seen by whoever kept the head.
        by_hand.execute_unprepared("DELETE FROM audit WHERE sequence = 8").await.unwrap();
        let cut = store.verify_audit().await.unwrap().unwrap();
        assert_eq!(cut.entries, 7);
        assert_ne!(cut.head, whole.head);
    });
}
