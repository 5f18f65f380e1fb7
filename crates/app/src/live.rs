//! What changes is told to whoever listens, while it happens.

use std::time::Duration;

use lingjian_store::Change;
use tokio::sync::broadcast;

use crate::House;

/// How often the log is looked at: other processes write to it too.
const EVERY: Duration = Duration::from_millis(250);
/// Changes read at once.
const BATCH: u64 = 500;

impl House {
    /// Changes from now on. A listener that is too slow is told that it missed some.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.changes().subscribe()
    }

    /// Follows the log and tells it on, for ever: run it beside the server.
    pub async fn tell_changes(self) {
        let mut cursor = None;
        loop {
            match self.tell_on(&mut cursor).await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(EVERY).await,
                Err(error) => {
                    tracing::warn!(%error, "the log of changes cannot be read; trying again");
                    tokio::time::sleep(EVERY * 8).await;
                }
            }
        }
    }

    async fn tell_on(&self, cursor: &mut Option<i64>) -> Result<bool, lingjian_store::StoreError> {
        let from = match *cursor {
            Some(from) => from,
            None => *cursor.insert(self.store().last_change().await?),
        };
        let some = self.store().changes_since(from, BATCH).await?;
        for change in &some {
            *cursor = Some(change.sequence);
            // Nobody listening is no fault.
            self.changes().send(*change).ok();
        }
        Ok(some.len() as u64 == BATCH)
    }
}
