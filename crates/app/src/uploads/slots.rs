//! One at a time writes to an upload, and the last who comes has it: whoever goes on after a broken connection must not wait
//! for the old one to be given up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lingjian_model::ImportId;
use tokio::sync::{Mutex as Waiting, OwnedMutexGuard, watch};

/// Uploads that somebody has in hand, or waits for.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Mutex<HashMap<ImportId, Arc<Slot>>>,
}

#[derive(Debug)]
struct Slot {
    lock: Arc<Waiting<()>>,
    /// Counts who wanted it.
    wanted: watch::Sender<u64>,
}

/// Has an upload in hand.
pub(super) struct Turn {
    _guard: OwnedMutexGuard<()>,
    wanted: watch::Receiver<u64>,
    /// Keeps the slot from being forgotten.
    _slot: Arc<Slot>,
}

impl Slots {
    /// Waits until whoever has the upload in hand has put it down, which they are asked to do.
    pub(super) async fn turn(&self, id: ImportId) -> Turn {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that nobody has in hand any more are forgotten in passing.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            let new = || Arc::new(Slot { lock: Arc::default(), wanted: watch::Sender::new(0) });
            Arc::clone(slots.entry(id).or_insert_with(new))
        };
        slot.wanted.send_modify(|count| *count += 1);
        let wanted = slot.wanted.subscribe();
        let guard = Arc::clone(&slot.lock).lock_owned().await;
        Turn { _guard: guard, wanted, _slot: slot }
    }
}

impl Turn {
    /// Comes back when somebody else wants the upload.
    pub(super) async fn over(&mut self) {
        self.wanted.changed().await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_who_comes_has_it() {
        let (slots, id) = (Arc::new(Slots::default()), ImportId(uuid::Uuid::from_u128(1)));
        let mut first = slots.turn(id).await;
        let other = tokio::spawn({
            let slots = Arc::clone(&slots);
            async move { slots.turn(id).await }
        });
        first.over().await;
        assert!(!other.is_finished(), "two never have it");
        drop(first);
        let second = other.await.unwrap();
        // Another upload does not wait.
        slots.turn(ImportId(uuid::Uuid::from_u128(2))).await;
        drop(second);
        slots.turn(ImportId(uuid::Uuid::from_u128(3))).await;
        assert_eq!(slots.slots.lock().unwrap().len(), 1, "what is put down is forgotten");
    }
}
