//! Webhooks: addresses that are told what happens, as the log of changes has it.

mod message;
mod targets;
mod telling;

use lingjian_model::{Action, Permission, ProjectId, WebhookId};
use lingjian_store::{ChangeKind, Webhook};
use serde_json::json;

pub use message::{SECRET, sign};
pub use targets::Targets;

use crate::{Actor, AppError, House};

/// What may be told outside: what happened to calls.
pub const OUTWARD: [ChangeKind; 4] = [
    ChangeKind::ConversationReceived,
    ChangeKind::ConversationTranscribed,
    ChangeKind::ConversationJudged,
    ChangeKind::WorkFailed,
];
/// Webhooks of a house.
const MOST: usize = 100;

/// What people say of a webhook.
#[derive(Debug, Clone)]
pub struct WebhookChange {
    /// Its name for people.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// Calls of this project only; none: of the whole house.
    pub project: Option<ProjectId>,
    /// What it is told.
    pub kinds: Vec<ChangeKind>,
    /// Whether it is told at all.
    pub active: bool,
}

/// A webhook, and how many changes it may still have to be told of.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The webhook.
    pub webhook: Webhook,
    /// Changes of any kind since the last that it was told.
    pub behind: i64,
}

impl House {
    /// All webhooks.
    ///
    /// # Errors
    /// Where they may not see them.
    pub async fn webhooks(&self, actor: &Actor) -> Result<Vec<Standing>, AppError> {
        actor.reach(Permission::WebhooksEdit)?;
        let last = self.store().last_change().await?;
        let standing = |webhook: Webhook| Standing { behind: (last - webhook.told).max(0), webhook };
        Ok(self.store().webhooks().await?.into_iter().map(standing).collect())
    }

    /// A webhook.
    ///
    /// # Errors
    /// Where they may not see it, or there is none.
    pub async fn webhook(&self, actor: &Actor, id: WebhookId) -> Result<Standing, AppError> {
        actor.reach(Permission::WebhooksEdit)?;
        let webhook = self.store().webhook(id).await?.ok_or(AppError::NotFound { what: "webhook" })?;
        let last = self.store().last_change().await?;
        Ok(Standing { behind: (last - webhook.told).max(0), webhook })
    }

    /// Makes a webhook, which is told what happens from now on. Its secret is told once.
    ///
    /// # Errors
    /// Where they may not, or the owner does not allow that address.
    pub async fn add_webhook(
        &self,
        actor: &Actor,
        new: WebhookChange,
    ) -> Result<(Standing, String), AppError> {
        actor.reach(Permission::WebhooksEdit)?;
        let new = self.sensible(new).await?;
        if self.store().webhooks().await?.len() >= MOST {
            return Err(AppError::Conflict(format!("there are {MOST} webhooks, which is the most")));
        }
        let (now, secret) = (self.edge().now(), message::draw_secret()?);
        let webhook = Webhook {
            id: self.edge().fresh().into(),
            name: new.name,
            url: new.url,
            project: new.project,
            kinds: new.kinds,
            secret: secret.clone(),
            active: new.active,
            told: self.store().last_change().await?,
            told_at: None,
            attempts: 0,
            run_after: now,
            resting: false,
            reason: None,
            created_at: now,
            revision: 1,
        };
        let mut transaction = self.store().begin().await?;
        transaction.add_webhook(&webhook).await?;
        let (id, detail) = (webhook.id.to_string(), told_of(&webhook));
        crate::audit::note(&mut transaction, actor, Action::WebhookCreate, &id, detail, now).await?;
        transaction.commit().await?;
        Ok((Standing { webhook, behind: 0 }, secret))
    }

    /// Changes a webhook as it was read (`revision`). What failed is tried again.
    ///
    /// # Errors
    /// Where they may not, there is none, somebody else was first, or the owner does not allow that address.
    pub async fn change_webhook(
        &self,
        actor: &Actor,
        id: WebhookId,
        revision: i64,
        change: WebhookChange,
    ) -> Result<Standing, AppError> {
        let Standing { webhook, .. } = self.webhook(actor, id).await?;
        let WebhookChange { name, url, project, kinds, active } = self.sensible(change).await?;
        let changed = Webhook { name, url, project, kinds, active, revision, ..webhook };
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        if !transaction.change_webhook(&changed, now).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let (subject, detail) = (id.to_string(), told_of(&changed));
        crate::audit::note(&mut transaction, actor, Action::WebhookChange, &subject, detail, now).await?;
        transaction.commit().await?;
        self.webhook(actor, id).await
    }

    /// Has a webhook tried again at once.
    ///
    /// # Errors
    /// Where they may not, or there is none.
    pub async fn retry_webhook(&self, actor: &Actor, id: WebhookId) -> Result<(), AppError> {
        actor.reach(Permission::WebhooksEdit)?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        if !transaction.retry_webhook(id, now).await? {
            return Err(AppError::NotFound { what: "webhook" });
        }
        crate::audit::note(&mut transaction, actor, Action::WebhookRetry, &id.to_string(), json!({}), now)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Passes over the message that a webhook does not take, for good, and goes on with the next.
    ///
    /// # Errors
    /// Where they may not, there is none, or it fails at nothing.
    pub async fn skip_webhook(&self, actor: &Actor, id: WebhookId) -> Result<(), AppError> {
        let Standing { webhook, .. } = self.webhook(actor, id).await?;
        let failing = if webhook.attempts > 0 { self.next_message(&webhook).await? } else { None };
        let (at, message) = failing
            .ok_or_else(|| AppError::Conflict("it fails at nothing, so nothing is passed over".to_owned()))?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        if !transaction.skip_to(&webhook, at, now).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let (subject, detail) = (id.to_string(), json!({ "message": message.id }));
        crate::audit::note(&mut transaction, actor, Action::WebhookSkip, &subject, detail, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes a webhook. What it has not been told yet it will not be told.
    ///
    /// # Errors
    /// Where they may not, or there is none.
    pub async fn delete_webhook(&self, actor: &Actor, id: WebhookId) -> Result<(), AppError> {
        actor.reach(Permission::WebhooksEdit)?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        if !transaction.delete_webhook(id).await? {
            return Err(AppError::NotFound { what: "webhook" });
        }
        crate::audit::note(&mut transaction, actor, Action::WebhookDelete, &id.to_string(), json!({}), now)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// What people say of a webhook, as it can be kept.
    async fn sensible(&self, change: WebhookChange) -> Result<WebhookChange, AppError> {
        let bad = |field, reason: &str| Err(AppError::BadRequest { field, reason: reason.to_owned() });
        let name = change.name.trim().to_owned();
        if !(1..=100).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return bad("name", "write 1 to 100 characters");
        }
        let mut kinds = change.kinds;
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() || !kinds.iter().all(|kind| OUTWARD.contains(kind)) {
            return bad("events", "name at least one of those that are told outside");
        }
        self.doors().targets.check(&change.url)?;
        if let Some(project) = change.project
            && !self.store().places().await?.projects.iter().any(|one| one.id == project)
        {
            return bad("project", "there is no such project");
        }
        Ok(WebhookChange { name, kinds, ..change })
    }
}

/// What the audit trail says of a webhook: the host, for an address may carry a secret.
fn told_of(webhook: &Webhook) -> serde_json::Value {
    let kinds: Vec<&str> = webhook.kinds.iter().map(|kind| kind.name()).collect();
    let host = targets::host(&webhook.url);
    json!({ "name": webhook.name, "host": host, "project": webhook.project, "events": kinds, "active": webhook.active })
}
