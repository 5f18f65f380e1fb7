//! The audit trail: written by every use case, read by those who may.

use std::sync::{Mutex, MutexGuard, PoisonError};

use lingjian_model::{Action, Permission};
use lingjian_store::{AuditFilter, Audited, NewEntry, StoreError, Transaction};
use serde_json::Value;
use tokio::sync::{Mutex as Lane, oneshot};

use crate::{Actor, AppError, House};

/// Writes an entry within a change.
pub(crate) async fn note(
    transaction: &mut Transaction,
    actor: &Actor,
    action: Action,
    subject: &str,
    detail: Value,
    now: i64,
) -> Result<(), AppError> {
    Ok(transaction.audit_all(&[entry(actor, action, subject, &detail, now)]).await?)
}

fn entry(actor: &Actor, action: Action, subject: &str, detail: &Value, now: i64) -> NewEntry {
    NewEntry {
        at: now,
        actor: Some(actor.user()),
        actor_name: actor.name.clone(),
        action: action.name().to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
    }
}

/// Looks that wait to be noted. Those that come while others are being written are written together.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    lane: Lane<()>,
    waiting: Mutex<Vec<Look>>,
}

/// A look, and who waits until it is noted. Who is let go without a word notes it alone.
type Look = (NewEntry, oneshot::Sender<()>);

impl Looks {
    fn waiting(&self) -> MutexGuard<'_, Vec<Look>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl House {
    /// Notes that something was looked at. What cannot be noted is not shown.
    pub(crate) async fn note_view(
        &self,
        actor: &Actor,
        action: Action,
        subject: &str,
        detail: Value,
    ) -> Result<(), AppError> {
        let entry = entry(actor, action, subject, &detail, self.edge().now());
        let (tell, told) = oneshot::channel();
        self.looks().waiting().push((entry.clone(), tell));
        // On its own: whoever asked may hang up, and the others wait for it too.
        tokio::spawn(self.clone().note_waiting());
        if told.await.is_ok() {
            return Ok(());
        }
        Ok(self.note_together(&[entry]).await?)
    }

    async fn note_waiting(self) {
        let _lane = self.looks().lane.lock().await;
        let looks = std::mem::take(&mut *self.looks().waiting());
        if looks.is_empty() {
            return;
        }
        let (entries, waiting): (Vec<_>, Vec<_>) = looks.into_iter().unzip();
        // Where it fails, each learns why by itself.
        if self.note_together(&entries).await.is_ok() {
            for tell in waiting {
                tell.send(()).ok();
            }
        }
    }

    async fn note_together(&self, entries: &[NewEntry]) -> Result<(), StoreError> {
        let mut transaction = self.store().begin().await?;
        transaction.audit_all(entries).await?;
        transaction.commit().await
    }

    /// Entries of the trail, newest first.
    ///
    /// # Errors
    /// Where they may not read it.
    pub async fn audited(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        limit: u64,
    ) -> Result<Vec<Audited>, AppError> {
        actor.reach(Permission::AuditRead)?;
        Ok(self.store().audited(filter, limit).await?)
    }
}
