//! Background work as people see it: what waits, how far behind it is, what failed.

use lingjian_model::{Action, Permission, WorkId};
use lingjian_store::{Waiting, WorkKind, WorkState, Workload};
use serde_json::json;

use crate::worker::SPEED;
use crate::{Actor, AppError, House};

/// How far speech to text is behind, and when it will have caught up if nothing more comes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Behind {
    /// How much sound waits to be written down.
    pub sound_ms: i64,
    /// How many times faster than real time this process writes down; none until it has written something down.
    pub speed: Option<f64>,
    /// When it will have caught up.
    pub caught_up_at: Option<i64>,
}

/// What waits.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkList {
    /// By kind.
    pub kinds: Vec<Workload>,
    /// How far behind.
    pub behind: Behind,
    /// What failed first, then what runs, then what waits.
    pub items: Vec<Waiting>,
}

impl House {
    /// What waits, runs and failed.
    ///
    /// # Errors
    /// Where they may not see it.
    pub async fn work(
        &self,
        actor: &Actor,
        only: Option<WorkState>,
        limit: u64,
    ) -> Result<WorkList, AppError> {
        actor.reach(Permission::WorkRead)?;
        let now = self.edge().now();
        let kinds = self.store().workload(now).await?;
        let sound_ms =
            kinds.iter().filter(|load| load.kind == WorkKind::Transcribe).map(|load| load.length_ms).sum();
        let speed = SPEED.get();
        let left = |speed: f64| now + (sound_ms as f64 / speed) as i64;
        let caught_up_at = if sound_ms == 0 { Some(now) } else { speed.map(left) };
        let items = self.store().work(only, now, limit).await?;
        Ok(WorkList { kinds, behind: Behind { sound_ms, speed, caught_up_at }, items })
    }

    /// How much waits, for whoever watches the machine.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn workload(&self) -> Result<Vec<Workload>, AppError> {
        Ok(self.store().workload(self.edge().now()).await?)
    }

    /// Lets work that failed be tried again: one piece, or all of it. How many pieces it was.
    ///
    /// # Errors
    /// Where they may not.
    pub async fn retry_work(&self, actor: &Actor, work: Option<WorkId>) -> Result<u64, AppError> {
        actor.reach(Permission::WorkRetry)?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let count = transaction.retry(work.map(Into::into), now).await?;
        if count == 0 && work.is_some() {
            return Err(AppError::NotFound { what: "failed work" });
        }
        let subject = work.map(|id| id.to_string()).unwrap_or_default();
        crate::audit::note(
            &mut transaction,
            actor,
            Action::WorkRetry,
            &subject,
            json!({ "count": count }),
            now,
        )
        .await?;
        transaction.commit().await?;
        Ok(count)
    }
}
