//! The house: what is kept, the rules, the clock.

use std::sync::{Arc, PoisonError, RwLock};

use lingjian_store::{Blobs, Change, Store};
use tokio::sync::broadcast;

use crate::{AppError, Edge, Rules};

/// Changes that a listener may be behind before it misses some.
const CHANGES: usize = 1024;

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
    rules: RwLock<Arc<Rules>>,
    changes: broadcast::Sender<Change>,
}

impl House {
    /// A house.
    #[must_use]
    pub fn new(store: Store, blobs: Blobs, edge: Edge, rules: Rules) -> Self {
        let (changes, _) = broadcast::channel(CHANGES);
        Self { inner: Arc::new(Inner { store, blobs, edge, rules: RwLock::new(Arc::new(rules)), changes }) }
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
        Arc::clone(&self.inner.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn changes(&self) -> &broadcast::Sender<Change> {
        &self.inner.changes
    }

    /// Whether the house can answer.
    ///
    /// # Errors
    /// When the database does not.
    pub async fn ready(&self) -> Result<(), AppError> {
        Ok(self.store().ping().await?)
    }
}
