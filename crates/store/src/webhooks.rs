//! Webhooks: who is told what, and how far they have been told. Their queue is the log of changes itself: nothing that
//! happened can be missing from it.

use lingjian_model::{ProjectId, WebhookId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use crate::entity::webhook;
use crate::error::{damaged, failed};
use crate::{ChangeKind, Store, StoreError, Transaction};

/// An address that is told what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Its name for people.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// Calls of this project only; none: of the whole house.
    pub project: Option<ProjectId>,
    /// What it is told.
    pub kinds: Vec<ChangeKind>,
    /// What signs.
    pub secret: String,
    /// Whether it is told at all.
    pub active: bool,
    /// The last change that it has been told, or that is none of its business.
    pub told: i64,
    /// When it took something last.
    pub told_at: Option<i64>,
    /// How often the change in hand has failed.
    pub attempts: i64,
    /// Not told before this.
    pub run_after: i64,
    /// Failed too often: a person must have it tried again.
    pub resting: bool,
    /// Why it failed the last time.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// Counts its changes by people.
    pub revision: i64,
}

/// The lease under which a webhook is told: one process at a time, so that the order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telling {
    /// Who is told.
    pub webhook: WebhookId,
    /// What the lease is known by.
    pub token: Uuid,
}

impl Webhook {
    fn of(row: webhook::Model) -> Result<Self, StoreError> {
        let kinds: Vec<String> = serde_json::from_str(&row.kinds).map_err(damaged("a webhook"))?;
        Ok(Self {
            id: WebhookId(row.id),
            name: row.name,
            url: row.url,
            project: row.project_id.map(ProjectId),
            kinds: kinds.iter().filter_map(|name| ChangeKind::from_name(name)).collect(),
            secret: row.secret,
            active: row.active,
            told: row.told,
            told_at: row.told_at,
            attempts: row.attempts,
            run_after: row.run_after,
            resting: row.resting,
            reason: row.reason,
            created_at: row.created_at,
            revision: row.revision,
        })
    }

    fn kinds_text(&self) -> Result<String, StoreError> {
        let names: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        serde_json::to_string(&names).map_err(damaged("a webhook"))
    }
}

impl Store {
    /// All webhooks, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let query = webhook::Entity::find().order_by_asc(webhook::Column::Name);
        let rows = query.order_by_asc(webhook::Column::Id).all(self.reader()).await;
        rows.map_err(failed("list webhooks"))?.into_iter().map(Webhook::of).collect()
    }

    /// The webhook of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let row = webhook::Entity::find_by_id(Uuid::from(id)).one(self.reader()).await;
        row.map_err(failed("read a webhook"))?.map(Webhook::of).transpose()
    }

    /// Leases all webhooks that have something to be told and that nobody else is telling.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_webhooks(
        &self,
        now: i64,
        until: i64,
        token: Uuid,
    ) -> Result<Vec<(Telling, Webhook)>, StoreError> {
        let sql = "UPDATE webhook SET lease_token = $1, lease_until = $2 \
                   WHERE active AND NOT resting AND run_after <= $3 \
                   AND told < (SELECT COALESCE(MAX(sequence), 0) FROM change) \
                   AND (lease_until IS NULL OR lease_until <= $3)";
        let transaction = self.begin().await?;
        let values = vec![token.into(), until.into(), now.into()];
        if transaction.run("lease webhooks", sql, values).await? == 0 {
            return Ok(Vec::new());
        }
        let leased = webhook::Entity::find().filter(webhook::Column::LeaseToken.eq(token));
        let leased = leased.order_by_asc(webhook::Column::Id).all(&transaction.inner).await;
        let leased = leased.map_err(failed("lease webhooks"))?;
        transaction.commit().await?;
        let telling = |row: webhook::Model| {
            Webhook::of(row).map(|webhook| (Telling { webhook: webhook.id, token }, webhook))
        };
        leased.into_iter().map(telling).collect()
    }

    /// Notes that a webhook has been told everything up to a change (`taken`: it took something just now), and keeps
    /// the lease; whether it still holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook_told(
        &self,
        telling: Telling,
        told: i64,
        taken: Option<i64>,
        until: i64,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE webhook SET told = $3, told_at = COALESCE($4, told_at), attempts = 0, reason = NULL, \
                   lease_until = $5 WHERE id = $1 AND lease_token = $2";
        self.while_leased(
            telling,
            "note what a webhook was told",
            sql,
            [told.into(), taken.into(), until.into()],
        )
        .await
    }

    /// Notes that a webhook could not be told, and ends the lease; whether it still held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook_failed(
        &self,
        telling: Telling,
        reason: &str,
        run_after: i64,
        resting: bool,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE webhook SET attempts = attempts + 1, reason = $3, run_after = $4, resting = $5, \
                   lease_token = NULL, lease_until = NULL WHERE id = $1 AND lease_token = $2";
        self.while_leased(
            telling,
            "note a webhook's failure",
            sql,
            [reason.into(), run_after.into(), resting.into()],
        )
        .await
    }

    /// Ends a lease.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_webhook(&self, telling: Telling) -> Result<bool, StoreError> {
        let sql =
            "UPDATE webhook SET lease_token = NULL, lease_until = NULL WHERE id = $1 AND lease_token = $2";
        self.while_leased(telling, "release a webhook", sql, []).await
    }

    async fn while_leased<const N: usize>(
        &self,
        telling: Telling,
        what: &'static str,
        sql: &str,
        values: [sea_orm::Value; N],
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let mut all = vec![Uuid::from(telling.webhook).into(), telling.token.into()];
        all.extend(values);
        let held = transaction.run(what, sql, all).await?;
        transaction.commit().await?;
        Ok(held == 1)
    }
}

impl Transaction {
    /// Keeps a new webhook.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_webhook(&mut self, new: &Webhook) -> Result<(), StoreError> {
        let row = webhook::ActiveModel {
            id: Set(new.id.into()),
            name: Set(new.name.clone()),
            url: Set(new.url.clone()),
            project_id: Set(new.project.map(Uuid::from)),
            kinds: Set(new.kinds_text()?),
            secret: Set(new.secret.clone()),
            active: Set(new.active),
            told: Set(new.told),
            told_at: Set(new.told_at),
            attempts: Set(new.attempts),
            run_after: Set(new.run_after),
            resting: Set(new.resting),
            reason: Set(new.reason.clone()),
            lease_until: Set(None),
            lease_token: Set(None),
            created_at: Set(new.created_at),
            revision: Set(new.revision),
        };
        let insert = webhook::Entity::insert(row).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep a webhook"))
    }

    /// Changes what people say of a webhook, unless somebody was first: then false, and nothing is changed. Who is telling
    /// it under the old lease stops; what failed is tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_webhook(&mut self, webhook: &Webhook, now: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE webhook SET name = $3, url = $4, project_id = $5, kinds = $6, active = $7, attempts = 0, \
                   reason = NULL, resting = FALSE, run_after = $8, lease_token = NULL, lease_until = NULL, \
                   revision = revision + 1 WHERE id = $1 AND revision = $2";
        let values = vec![
            Uuid::from(webhook.id).into(),
            webhook.revision.into(),
            webhook.name.clone().into(),
            webhook.url.clone().into(),
            webhook.project.map(Uuid::from).into(),
            webhook.kinds_text()?.into(),
            webhook.active.into(),
            now.into(),
        ];
        Ok(self.run("change a webhook", sql, values).await? == 1)
    }

    /// Has a webhook tried again at once; whether there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_webhook(&mut self, id: WebhookId, now: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE webhook SET attempts = 0, resting = FALSE, run_after = $2 WHERE id = $1";
        Ok(self.run("retry a webhook", sql, vec![Uuid::from(id).into(), now.into()]).await? == 1)
    }

    /// Passes over what stands up to a change, and goes on behind it at once; false where the webhook has been told more than
    /// `webhook` says meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn skip_to(&mut self, webhook: &Webhook, told: i64, now: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE webhook SET told = $3, attempts = 0, resting = FALSE, reason = NULL, run_after = $4, \
                   lease_token = NULL, lease_until = NULL WHERE id = $1 AND told = $2";
        let values = vec![Uuid::from(webhook.id).into(), webhook.told.into(), told.into(), now.into()];
        Ok(self.run("pass over a message", sql, values).await? == 1)
    }

    /// Deletes a webhook; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_webhook(&mut self, id: WebhookId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM webhook WHERE id = $1";
        Ok(self.run("delete a webhook", sql, vec![Uuid::from(id).into()]).await? == 1)
    }
}
