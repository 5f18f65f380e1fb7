//! The audit trail: written by every use case, read by those who may.

use lingjian_model::{Action, Permission};
use lingjian_store::{AuditFilter, Audited, Transaction};
use serde_json::Value;

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
    Ok(transaction.audit(Some(actor.user()), &actor.name, action.name(), subject, &detail, now).await?)
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
        let mut transaction = self.store().begin().await?;
        note(&mut transaction, actor, action, subject, detail, self.edge().now()).await?;
        Ok(transaction.commit().await?)
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
