//! Tokens: programs that act for a person, with part of what the person may do.

use lingjian_model::{Action, Permission, Reach, TokenId};
use lingjian_store::{SessionOwner, Token};
use serde_json::json;

use super::secret;
use crate::{Actor, AppError, House};

/// What a token is for.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its name for people.
    pub name: String,
    /// What it may do at most.
    pub permissions: Vec<Permission>,
    /// Until when; none: until it is deleted.
    pub expires_at: Option<i64>,
}

impl House {
    /// Their tokens, newest first.
    ///
    /// # Errors
    /// Where they may have none.
    pub async fn tokens(&self, actor: &Actor) -> Result<Vec<Token>, AppError> {
        actor.reach(Permission::TokensOwn)?;
        Ok(self.store().tokens(SessionOwner::One(actor.user())).await?)
    }

    /// Makes a token. Its secret is told once.
    ///
    /// # Errors
    /// Where they may have none, or ask for what they may not do themselves.
    pub async fn make_token(&self, actor: &Actor, new: NewToken) -> Result<(Token, String), AppError> {
        actor.reach(Permission::TokensOwn)?;
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(AppError::BadRequest {
                field: "name",
                reason: "write 1 to 100 characters".to_owned(),
            });
        }
        if let Some(beyond) = new.permissions.iter().find(|one| actor.authority.reach(**one).is_none()) {
            return Err(AppError::Forbidden { permission: beyond.name() });
        }
        if new.permissions.is_empty() {
            return Err(AppError::BadRequest {
                field: "permissions",
                reason: "name at least one".to_owned(),
            });
        }
        let now = self.edge().now();
        if new.expires_at.is_some_and(|until| until <= now) {
            return Err(AppError::BadRequest {
                field: "expires_at",
                reason: "that is over already".to_owned(),
            });
        }
        let plain = format!("lj_{}", secret::draw()?);
        let token = Token {
            id: self.edge().fresh().into(),
            user: actor.user(),
            name,
            permissions: new.permissions,
            created_at: now,
            last_used_at: None,
            expires_at: new.expires_at,
        };
        let mut transaction = self.store().begin().await?;
        transaction.add_token(&token, &secret::digest(&plain)).await?;
        let detail = json!({ "name": token.name, "permissions": token.permissions });
        crate::audit::note(&mut transaction, actor, Action::TokenCreate, &token.id.to_string(), detail, now)
            .await?;
        transaction.commit().await?;
        Ok((token, plain))
    }

    /// Deletes a token: one's own, or anybody's for those who may.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn delete_token(&self, actor: &Actor, id: TokenId) -> Result<(), AppError> {
        let of = match actor.authority.reach(Permission::TokensEdit) {
            Reach::All => SessionOwner::All,
            _ => SessionOwner::One(actor.user()),
        };
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        if !transaction.delete_token(id, of).await? {
            return Err(AppError::NotFound { what: "token" });
        }
        crate::audit::note(&mut transaction, actor, Action::TokenDelete, &id.to_string(), json!({}), now)
            .await?;
        Ok(transaction.commit().await?)
    }
}
