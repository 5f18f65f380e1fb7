//! The house: what is kept, the rules, the clock.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use lingjian_model::Reach;
use lingjian_store::{Blobs, Change, Filter, Store};
use tokio::sync::broadcast;

use crate::overview::{Counted, CountedBy};
use crate::remembered::Remembered;
use crate::{AppError, Edge, Rules};

/// Changes that a listener may be behind before it misses some.
const CHANGES: usize = 1024;

/// How long readiness waits for the database.
const SOON: Duration = Duration::from_secs(3);

/// Rules take a second to load, and not every command asks them.
type LazyRules = LazyLock<Arc<Rules>, Box<dyn FnOnce() -> Arc<Rules> + Send>>;

/// All that use cases work on. Cheap to clone.
#[derive(Debug, Clone)]
pub struct House {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    blobs: Blobs,
    edge: Edge,
    rules: LazyRules,
    changes: broadcast::Sender<Change>,
    counts: Remembered<(Filter, Reach), u64>,
    counted: Remembered<CountedBy, Arc<Counted>>,
}

impl House {
    /// A house. Its rules are loaded when they are first asked for.
    #[must_use]
    pub fn new(
        store: Store,
        blobs: Blobs,
        edge: Edge,
        rules: impl FnOnce() -> Rules + Send + 'static,
    ) -> Self {
        let (changes, _) = broadcast::channel(CHANGES);
        let rules: LazyRules = LazyLock::new(Box::new(|| Arc::new(rules())));
        let (counts, counted) = (Remembered::default(), Remembered::default());
        Self { inner: Arc::new(Inner { store, blobs, edge, rules, changes, counts, counted }) }
    }

    /// What is kept.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Recordings.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// Clock and chance.
    #[must_use]
    pub fn edge(&self) -> &Edge {
        &self.inner.edge
    }

    /// The rules that count.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.inner.rules)
    }

    /// How many conversations there are, as far as that is known.
    pub(crate) fn counts(&self) -> &Remembered<(Filter, Reach), u64> {
        &self.inner.counts
    }

    /// What overviews are made from, as far as that is known.
    pub(crate) fn counted(&self) -> &Remembered<CountedBy, Arc<Counted>> {
        &self.inner.counted
    }

    pub(crate) fn changes(&self) -> &broadcast::Sender<Change> {
        &self.inner.changes
    }

    /// Whether the house can answer. Who asks is told soon, however long the database takes.
    ///
    /// # Errors
    /// When the database does not.
    pub async fn ready(&self) -> Result<(), AppError> {
        match tokio::time::timeout(SOON, self.store().ping()).await {
            Ok(answered) => Ok(answered?),
            Err(_) => Err(AppError::Internal("the database took too long to answer".to_owned())),
        }
    }
}
