//! Webhooks are told what the log of changes holds, each in its own time and order. What was told is noted when it was
//! taken: a process that dies in between tells it again.

use std::collections::BTreeMap;
use std::time::Duration;

use lingjian_store::{Telling, Webhook};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::message::{Message, sign};
use super::targets::Untold;
use crate::{AppError, House};

/// How long a lease is ours unless it is renewed: well beyond the longest that a target may take.
const LEASE: i64 = 60_000;
/// How often the log is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// Changes read at once.
const BATCH: u64 = 200;
/// The pauses after each failure, in milliseconds; after the last the webhook rests until a person has it tried again.
const PAUSES: [i64; 7] = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000];

impl House {
    /// Tells all webhooks what happens until told to stop: run it beside the worker.
    pub async fn tell_webhooks(self, mut stop: watch::Receiver<bool>) {
        let mut tellings = JoinSet::new();
        while !*stop.borrow() {
            match self.claim_webhooks().await {
                Ok(claimed) => {
                    for (telling, webhook) in claimed {
                        tellings.spawn(self.clone().tell_all(telling, webhook, stop.clone()));
                    }
                }
                Err(error) => tracing::warn!(%error, "webhooks cannot be looked after; trying again"),
            }
            while tellings.try_join_next().is_some() {}
            tokio::select! { () = tokio::time::sleep(EVERY) => {}, _ = stop.changed() => {} }
        }
        while tellings.join_next().await.is_some() {}
    }

    /// Tells all webhooks what there is to be told now, then comes back: for tests.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tell_webhooks_dry(&self) -> Result<(), AppError> {
        let (_go_on, stop) = watch::channel(false);
        for (telling, webhook) in self.claim_webhooks().await? {
            self.clone().tell_all(telling, webhook, stop.clone()).await;
        }
        Ok(())
    }

    async fn claim_webhooks(&self) -> Result<Vec<(Telling, Webhook)>, AppError> {
        let (now, token) = (self.edge().now(), self.edge().fresh());
        Ok(self.store().claim_webhooks(now, now + LEASE, token).await?)
    }

    async fn tell_all(self, telling: Telling, webhook: Webhook, stop: watch::Receiver<bool>) {
        match self.tell_while_leased(telling, &webhook, &stop).await {
            // Somebody else has it, or a person changed it.
            Ok(false) => {}
            Ok(true) => {
                if let Err(error) = self.store().release_webhook(telling).await {
                    tracing::warn!(%error, "a webhook's lease could not be ended; it runs out");
                }
            }
            // The lease runs out and somebody tries again.
            Err(error) => {
                tracing::warn!(%error, webhook = %webhook.id, "a webhook could not be looked after")
            }
        }
    }

    /// Whether the lease is still ours to end.
    async fn tell_while_leased(
        &self,
        telling: Telling,
        webhook: &Webhook,
        stop: &watch::Receiver<bool>,
    ) -> Result<bool, AppError> {
        let store = self.store();
        let mut told = webhook.told;
        loop {
            // Read first: kinds of a later version are passed over, and with them the log ends here.
            let last = store.last_change().await?;
            let some = store.changes_since(told, BATCH).await?;
            let is_all = (some.len() as u64) < BATCH;
            for change in some {
                if *stop.borrow() {
                    return Ok(true);
                }
                told = change.sequence;
                let Some(message) = self.message(webhook, &change).await? else { continue };
                match self.send(webhook, message).await? {
                    Ok(()) => {
                        let now = self.edge().now();
                        if !store.webhook_told(telling, told, Some(now), now + LEASE).await? {
                            return Ok(false);
                        }
                    }
                    Err(untold) => return self.untold(telling, webhook, untold).await.map(|()| false),
                }
            }
            told = if is_all { told.max(last) } else { told };
            if !store.webhook_told(telling, told, None, self.edge().now() + LEASE).await? {
                return Ok(false);
            }
            if is_all {
                return Ok(true);
            }
        }
    }

    /// What a webhook is told next, and which change that is; none where it was told everything.
    pub(super) async fn next_message(&self, webhook: &Webhook) -> Result<Option<(i64, Message)>, AppError> {
        let mut told = webhook.told;
        loop {
            let some = self.store().changes_since(told, BATCH).await?;
            let Some(last) = some.last().map(|change| change.sequence) else { return Ok(None) };
            for change in some {
                if let Some(message) = self.message(webhook, &change).await? {
                    return Ok(Some((change.sequence, message)));
                }
            }
            told = last;
        }
    }

    async fn send(&self, webhook: &Webhook, message: Message) -> Result<Result<(), Untold>, AppError> {
        let Message { id, body } = message;
        let at = self.edge().now() / 1000;
        let signature = sign(&webhook.secret, &id, at, &body);
        let signature =
            signature.ok_or_else(|| AppError::Internal("a webhook's secret is none".to_owned()))?;
        let headers = BTreeMap::from([
            ("webhook-id", id),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signature),
        ]);
        let (house, url) = (self.clone(), webhook.url.clone());
        let headers: Vec<_> = headers.into_iter().collect();
        let sent =
            tokio::task::spawn_blocking(move || house.doors().targets.tell(&url, &headers, &body)).await;
        sent.map_err(|error| AppError::Internal(error.to_string()))
    }

    async fn untold(&self, telling: Telling, webhook: &Webhook, untold: Untold) -> Result<(), AppError> {
        let before = usize::try_from(self.store().webhook(webhook.id).await?.map_or(0, |one| one.attempts));
        let pause = before.ok().and_then(|attempts| PAUSES.get(attempts));
        let (reason, pause) = match untold {
            Untold::Later(reason) => (reason, pause),
            Untold::Gone => ("it answered 410: it wants to be told no more".to_owned(), None),
        };
        let run_after = self.edge().now() + pause.copied().unwrap_or_default();
        self.store().webhook_failed(telling, &reason, run_after, pause.is_none()).await?;
        Ok(())
    }
}
