//! The worker: claims work, does it, keeps the result while the lease holds. A crash at any point is made good by
//! the lease running out; what fails is tried again with growing pauses, then rests until a person retries it.

mod speed;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use lingjian_store::{Claim, Failure, StoreError, WorkKind};
use tokio::sync::watch;

use crate::voice::Voice;
use crate::{AppError, House};

pub(crate) use speed::SPEED;

/// How long a claim is ours unless it is renewed.
const LEASE: i64 = 30_000;
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(8);
/// How long an idle worker sleeps.
const IDLE: Duration = Duration::from_millis(300);
/// Calls that are judged in one go.
const BATCH: u64 = 64;
/// Attempts before work rests.
const ATTEMPTS: i64 = 5;
/// The pause after the first failure; each further one is four times as long.
const PAUSE: i64 = 10_000;
/// Work derived from what is missing in one go.
const SWEEP: u64 = 2000;
/// Fresh calls go first, what is judged again last.
pub const FRESH: i64 = 10;
/// Priority of what was there before.
pub const BACKFILL: i64 = 50;

/// Recordings that are listened to at once on this machine.
#[must_use]
pub fn listeners() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.saturating_sub(1).max(1)
}

/// What a worker works with.
#[derive(Clone)]
pub struct Workshop {
    house: House,
    /// None: recordings wait for another process.
    voice: Option<Arc<Voice>>,
}

/// Why a piece of work was not done.
enum Trouble {
    /// It may work later.
    Later(String),
    /// It never will.
    Never(String),
    /// The database, or the lease.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Workshop {
    /// A workshop.
    #[must_use]
    pub fn new(house: House, voice: Option<Voice>) -> Self {
        Self { house, voice: voice.map(Arc::new) }
    }

    /// Works until told to stop: then finishes what is in hand, or hands it back.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let listen =
            |_| tokio::spawn(self.clone().lane(&[WorkKind::Transcribe, WorkKind::Analyse], 1, stop.clone()));
        let mut lanes: Vec<_> = (0..self.listeners()).map(listen).collect();
        lanes.push(tokio::spawn(self.clone().lane(&[WorkKind::Judge], BATCH, stop.clone())));
        lanes.push(tokio::spawn(self.clone().sweep(stop.clone())));
        lanes.push(tokio::spawn(self.house.clone().follow_plans(stop.clone())));
        stop.wait_for(|stop| *stop).await.ok();
        for lane in lanes {
            lane.await.ok();
        }
    }

    /// Recordings that are listened to at once: one core stays free for pages and judging.
    fn listeners(&self) -> usize {
        if self.voice.is_none() { 0 } else { listeners() }
    }

    /// Does all the work there is, then comes back: for tests and for commands.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn run_dry(&self) -> Result<u64, AppError> {
        let kinds: &[WorkKind] = if self.voice.is_some() { &WorkKind::ALL } else { &[WorkKind::Judge] };
        let mut done = 0;
        loop {
            let some = self.round(kinds, BATCH, None).await?;
            if some == 0 {
                return Ok(done);
            }
            done += some;
        }
    }

    async fn lane(self, kinds: &'static [WorkKind], batch: u64, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.round(kinds, batch, Some(&mut stop)).await {
                Ok(0) => {
                    tokio::select! { () = tokio::time::sleep(IDLE) => {}, _ = stop.changed() => {} }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "a worker could not reach its work; trying again");
                    tokio::select! { () = tokio::time::sleep(IDLE * 10) => {}, _ = stop.changed() => {} }
                }
            }
        }
    }

    /// Derives work from what is missing: at the start, and when rules change.
    async fn sweep(self, mut stop: watch::Receiver<bool>) {
        let mut swept_for = Vec::new();
        while !*stop.borrow() {
            match self.sweep_once(&mut swept_for).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "work derived from what is missing"),
                Err(error) => {
                    tracing::warn!(%error, "what is missing could not be looked for; trying again");
                    tokio::select! { () = tokio::time::sleep(IDLE * 10) => {}, _ = stop.changed() => {} }
                }
            }
            tokio::select! { () = tokio::time::sleep(IDLE) => {}, _ = stop.changed() => {} }
        }
    }

    /// Derives work once where other rules count than it was derived for. How many pieces.
    async fn sweep_once(&self, swept_for: &mut Vec<String>) -> Result<u64, AppError> {
        let rules = self.house.rules().await?;
        if *swept_for == rules.enough {
            return Ok(0);
        }
        let count = self.need_what_is_missing(&rules.enough).await?;
        if count == 0 {
            swept_for.clone_from(&rules.enough);
        }
        Ok(count)
    }

    async fn need_what_is_missing(&self, rules: &[String]) -> Result<u64, AppError> {
        let edge = self.house.edge();
        let mut transaction = self.house.store().begin().await?;
        let count = transaction
            .need_what_is_missing(rules, BACKFILL, SWEEP, edge.now(), &mut || edge.fresh())
            .await?;
        transaction.commit().await?;
        Ok(count)
    }

    /// Claims a batch and does it. How many pieces were claimed. Told to stop, it hands recordings back, for they take long.
    async fn round(
        &self,
        kinds: &[WorkKind],
        batch: u64,
        mut stop: Option<&mut watch::Receiver<bool>>,
    ) -> Result<u64, AppError> {
        let edge = self.house.edge();
        let store = self.house.store();
        let now = edge.now();
        let claims = store.claim(kinds, batch, now, now + LEASE, edge.fresh()).await?;
        if claims.is_empty() {
            return Ok(0);
        }
        let renewal = {
            let (house, claims) = (self.house.clone(), claims.clone());
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(RENEW).await;
                    let until = house.edge().now() + LEASE;
                    if let Err(error) = house.store().renew(&claims, until).await {
                        tracing::warn!(%error, "a lease could not be renewed");
                    }
                }
            })
        };
        let count = claims.len() as u64;
        let (judge, sound): (Vec<Claim>, Vec<Claim>) =
            claims.into_iter().partition(|claim| claim.kind == WorkKind::Judge);
        if !judge.is_empty() {
            self.judge_batch(judge).await;
        }
        for claim in sound {
            let listened = match &mut stop {
                None => Some(self.listen(&claim).await),
                Some(stop) => tokio::select! {
                    listened = self.listen(&claim) => Some(listened),
                    _ = stop.wait_for(|stop| *stop) => None,
                },
            };
            match listened {
                Some(Ok(())) => {}
                Some(Err(trouble)) => self.give_back(&claim, trouble).await,
                None => self.hand_back(&claim).await,
            }
        }
        renewal.abort();
        Ok(count)
    }

    /// Gives work back as if it had not been begun.
    async fn hand_back(&self, claim: &Claim) {
        let handed = async {
            let mut transaction = self.house.store().begin().await?;
            transaction.hand_back(claim).await?;
            transaction.commit().await
        };
        if let Err(error) = handed.await {
            tracing::warn!(%error, kind = claim.kind.name(), "work could not be handed back; its lease runs out");
        }
    }

    /// Gives work back with the reason why it failed.
    async fn give_back(&self, claim: &Claim, trouble: Trouble) {
        let now = self.house.edge().now();
        let (reason, then) = match trouble {
            Trouble::Store(StoreError::LeaseOver) => return,
            // The lease runs out and somebody tries again.
            Trouble::Store(error) => {
                tracing::warn!(%error, kind = claim.kind.name(), "work could not be kept");
                return;
            }
            Trouble::Never(reason) => (reason, Failure::Rest),
            Trouble::Later(reason) if claim.attempts >= ATTEMPTS => (reason, Failure::Rest),
            Trouble::Later(reason) => {
                let pause = PAUSE << (2 * (claim.attempts - 1).clamp(0, 6));
                (reason, Failure::Again(now + pause))
            }
        };
        let kept = async {
            let mut transaction = self.house.store().begin().await?;
            transaction.fail(claim, &reason, then, now).await?;
            transaction.commit().await
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, kind = claim.kind.name(), "a failure could not be kept");
        }
    }
}
