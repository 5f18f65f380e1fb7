//! Browsers that are signed in.

use lingjian_model::{Action, Permission, Reach, SessionId};
use lingjian_store::{Session, SessionOwner};
use serde_json::json;

use crate::{Actor, AppError, House};

impl House {
    /// Their sessions, the last used first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, AppError> {
        actor.reach(Permission::SessionsOwn)?;
        Ok(self.store().sessions(SessionOwner::One(actor.user()), self.edge().now()).await?)
    }

    /// Ends a session: one's own, or anybody's for those who may.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<(), AppError> {
        let of = match actor.authority.reach(Permission::SessionsEnd) {
            Reach::All => SessionOwner::All,
            _ => SessionOwner::One(actor.user()),
        };
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        if !transaction.end_session(id, of).await? {
            return Err(AppError::NotFound { what: "session" });
        }
        crate::audit::note(&mut transaction, actor, Action::SessionEnd, &id.to_string(), json!({}), now)
            .await?;
        Ok(transaction.commit().await?)
    }
}
