//! Work: claimed once, done once, tried again, at rest.

use std::collections::BTreeSet;

use lingjian_store::{Failure, State, StoreError, Taken, WorkKind, WorkState};

use crate::both::{Ids, NOW, incoming, on_both, rehearsed, take};

const JUDGE: &[WorkKind] = &[WorkKind::Judge];

#[test]
fn two_workers_share_the_work_and_do_none_of_it_twice() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let calls: Vec<_> = rehearsed(31, 200).iter().map(incoming).collect();
        take(&store, &calls, &mut ids).await;
        let worker = |series: u64| {
            let store = store.clone();
            async move {
                let mut ids = Ids::new(series);
                let mut done = Vec::new();
                loop {
                    let claims = store.claim(JUDGE, 7, NOW, NOW + 1000, ids.next()).await.unwrap();
                    if claims.is_empty() {
                        return done;
                    }
                    for claim in claims {
                        let mut transaction = store.begin().await.unwrap();
                        transaction.done(std::slice::from_ref(&claim)).await.unwrap();
                        transaction.commit().await.unwrap();
                        done.push(claim.subject);
                    }
                }
            }
        };
        let (one, other) = tokio::join!(tokio::spawn(worker(100)), tokio::spawn(worker(200)));
        let (one, other) = (one.unwrap(), other.unwrap());
        let all: BTreeSet<_> = one.iter().chain(&other).collect();
        assert_eq!((one.len() + other.len(), all.len()), (200, 200));
        assert!(!one.is_empty() && !other.is_empty(), "both had some");
    });
}

#[test]
fn a_result_counts_only_while_the_lease_holds() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let calls: Vec<_> = rehearsed(32, 1).iter().map(incoming).collect();
        take(&store, &calls, &mut ids).await;
        let slow = store.claim(JUDGE, 1, NOW, NOW + 1000, ids.next()).await.unwrap().remove(0);
        assert!(store.claim(JUDGE, 1, NOW + 999, NOW + 2000, ids.next()).await.unwrap().is_empty());
        assert_eq!(store.work(Some(WorkState::Running), NOW, 9).await.unwrap().len(), 1);

        // The slow one is thought dead; another takes over.
        let second = store.claim(JUDGE, 1, NOW + 1000, NOW + 2000, ids.next()).await.unwrap().remove(0);
        assert_eq!((second.id, second.attempts), (slow.id, 2));
        let mut transaction = store.begin().await.unwrap();
        assert!(matches!(transaction.done(std::slice::from_ref(&slow)).await, Err(StoreError::LeaseOver)));
        transaction.abandon().await.unwrap();
        assert_eq!(store.renew(std::slice::from_ref(&slow), NOW + 9000).await.unwrap(), 0);
        assert_eq!(store.renew(std::slice::from_ref(&second), NOW + 9000).await.unwrap(), 1);

        let mut transaction = store.begin().await.unwrap();
        transaction.hand_back(&second).await.unwrap();
        transaction.commit().await.unwrap();
        let third = store.claim(JUDGE, 1, NOW + 1000, NOW + 2000, ids.next()).await.unwrap().remove(0);
        assert_eq!(third.attempts, 2, "what was handed back was no attempt");
    });
}

#[test]
fn what_fails_waits_then_rests_and_can_be_retried() {
    on_both(|store| async move {
        let mut ids = Ids::new(3);
        let calls: Vec<_> = rehearsed(33, 2).iter().map(incoming).collect();
        let taken: Vec<Taken> = take(&store, &calls, &mut ids).await;
        let claims = store.claim(JUDGE, 2, NOW, NOW + 1000, ids.next()).await.unwrap();

        let mut transaction = store.begin().await.unwrap();
        transaction.fail(&claims[0], "the model is missing", Failure::Again(NOW + 5000), NOW).await.unwrap();
        transaction.fail(&claims[1], "the file is damaged", Failure::Rest, NOW).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(store.claim(JUDGE, 9, NOW + 4999, NOW + 9999, ids.next()).await.unwrap().is_empty());

        let rests = store.work(Some(WorkState::Resting), NOW, 9).await.unwrap();
        assert_eq!(rests.len(), 1);
        assert_eq!(rests[0].reason.as_deref(), Some("the file is damaged"));
        let whose = taken.iter().find(|one| uuid::Uuid::from(one.id()) == rests[0].subject).unwrap().id();
        assert_eq!(store.conversation(whose).await.unwrap().unwrap().listed.state, State::Failed);

        let mut transaction = store.begin().await.unwrap();
        assert_eq!(transaction.retry(Some(rests[0].id), NOW).await.unwrap(), 1);
        assert_eq!(transaction.retry(None, NOW).await.unwrap(), 0, "nothing else rests");
        transaction.commit().await.unwrap();
        assert_eq!(store.conversation(whose).await.unwrap().unwrap().listed.state, State::Waiting);
        let again = store.claim(JUDGE, 9, NOW, NOW + 1000, ids.next()).await.unwrap();
        assert_eq!((again.len(), again[0].subject), (1, rests[0].subject));
    });
}

#[test]
fn the_urgent_goes_first() {
    on_both(|store| async move {
        let mut ids = Ids::new(4);
        let calls: Vec<_> = rehearsed(34, 3).iter().map(incoming).collect();
        for (call, priority) in calls.iter().zip([50, 0, 10]) {
            let mut transaction = store.begin().await.unwrap();
            let call = std::slice::from_ref(call);
            transaction.take(call, priority, NOW, &mut || ids.next()).await.unwrap();
            transaction.commit().await.unwrap();
        }
        let mut order = Vec::new();
        while let Some(claim) = store.claim(JUDGE, 1, NOW, NOW + 1000, ids.next()).await.unwrap().pop() {
            order.push(claim.priority);
        }
        assert_eq!(order, [0, 10, 50]);
    });
}
