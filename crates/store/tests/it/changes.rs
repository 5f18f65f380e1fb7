//! Whoever follows the log of changes misses none, however many write at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::both::{Ids, incoming, on_both, rehearsed, take};

#[test]
fn a_follower_misses_nothing_while_many_write() {
    on_both(|store| async move {
        let over = Arc::new(AtomicBool::new(false));
        let follower = {
            let (store, over) = (store.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                let (mut cursor, mut seen) = (0, Vec::new());
                loop {
                    let last_round = over.load(Ordering::SeqCst);
                    let some = store.changes_since(cursor, 3).await.unwrap();
                    cursor = some.last().map_or(cursor, |change| change.sequence);
                    let empty = some.is_empty();
                    seen.extend(some);
                    if empty && last_round {
                        return seen;
                    }
                    tokio::task::yield_now().await;
                }
            })
        };
        let writers: Vec<_> = (0..6)
            .map(|writer: u64| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut ids = Ids::new(1000 + writer);
                    for mut call in rehearsed(41, 20) {
                        // The same projects and agents for all: they meet there.
                        call.id = format!("{writer}-{}", call.id);
                        take(&store, &[incoming(&call)], &mut ids).await;
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        over.store(true, Ordering::SeqCst);
        let seen = follower.await.unwrap();
        assert!(seen.is_sorted_by_key(|change| change.sequence));
        let subjects: BTreeSet<_> = seen.iter().map(|change| change.subject).collect();
        assert_eq!((seen.len(), subjects.len()), (120, 120));
    });
}
