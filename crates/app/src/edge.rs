//! Where clock and chance enter the house.

use std::sync::Arc;

use uuid::Uuid;

/// What the machine knows and we do not: the time, and what nobody can guess. Tests bring their own.
#[derive(Clone)]
pub struct Edge {
    now: Arc<dyn Fn() -> i64 + Send + Sync>,
    fresh: Arc<dyn Fn() -> Uuid + Send + Sync>,
}

impl Edge {
    /// The machine's own.
    #[must_use]
    pub fn of_the_machine() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the edge: the time comes in here")]
        let now = || jiff::Timestamp::now().as_millisecond();
        Self { now: Arc::new(now), fresh: Arc::new(Uuid::now_v7) }
    }

    /// A clock and ids from elsewhere.
    #[must_use]
    pub fn new(
        now: impl Fn() -> i64 + Send + Sync + 'static,
        fresh: impl Fn() -> Uuid + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), fresh: Arc::new(fresh) }
    }

    /// The time in milliseconds of UTC.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.now)()
    }

    /// An id that nothing has yet; later ones sort later.
    #[must_use]
    pub fn fresh(&self) -> Uuid {
        (self.fresh)()
    }
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Edge")
    }
}
