//! Backups as use cases: who takes everything out of the house, or brings it back, stands in the audit trail.

use std::path::Path;

use lingjian_store::{BackedUp, Fault, Restored, Told};
use serde_json::json;

use crate::{Actor, AppError, House, audit};

impl House {
    /// Everything at one moment, into a new folder, while others work.
    ///
    /// # Errors
    /// When there is such a folder already, the disk is full, or the store fails.
    pub async fn back_up(&self, actor: &Actor, to: &Path, told: Told<'_>) -> Result<BackedUp, AppError> {
        self.note_view(actor, "backup.make", &to.display().to_string(), json!({})).await?;
        Ok(self.store().back_up(self.blobs(), to, self.edge().now(), told).await?)
    }

    /// Notes in the trail of a restored house that it was restored, and from what.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_restored(
        &self,
        actor: &Actor,
        from: &Path,
        made_at: &str,
        restored: &Restored,
    ) -> Result<(), AppError> {
        let detail = json!({ "made_at": made_at, "rows": restored.rows, "missing": restored.missing.len() });
        let mut transaction = self.store().begin().await?;
        let (subject, now) = (from.display().to_string(), self.edge().now());
        audit::note(&mut transaction, actor, "backup.restore", &subject, detail, now).await?;
        Ok(transaction.commit().await?)
    }

    /// What is wrong with what is kept; nothing where all is whole.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn verify(&self, told: Told<'_>) -> Result<Vec<Fault>, AppError> {
        Ok(self.store().verify(self.blobs(), told).await?)
    }
}
