//! The house: what is kept, the rules, the clock.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use lingjian_model::Reach;
use lingjian_store::{Blobs, Change, Filter, Store};
use tokio::sync::{Mutex, broadcast};

use crate::audit::Looks;
use crate::overview::{Counted, CountedBy};
use crate::remembered::Remembered;
use crate::{AppError, Doors, Edge, Rules};

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
    doors: Arc<Doors>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    blobs: Blobs,
    edge: Edge,
    /// What counts where nothing was published.
    base: LazyRules,
    /// What counted when it was last asked.
    rules: Mutex<Option<Arc<Rules>>>,
    changes: broadcast::Sender<Change>,
    counts: Remembered<(Filter, Reach), u64>,
    counted: Remembered<CountedBy, Arc<Counted>>,
    looks: Looks,
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
        let base: LazyRules = LazyLock::new(Box::new(|| Arc::new(rules())));
        let rules = Mutex::new(None);
        let (counts, counted) = (Remembered::default(), Remembered::default());
        let looks = Looks::default();
        let inner = Inner { store, blobs, edge, base, rules, changes, counts, counted, looks };
        Self { inner: Arc::new(inner), doors: Arc::default() }
    }

    /// The same house with these ways in and out; one that is only just built has none.
    #[must_use]
    pub fn with_doors(self, doors: Doors) -> Self {
        Self { doors: Arc::new(doors), ..self }
    }

    /// Ways in and out.
    pub(crate) fn doors(&self) -> &Doors {
        &self.doors
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

    /// The rules that ship, or that the program was told to judge by. Loads them: not for those who must not wait.
    pub(crate) fn base_rules(&self) -> Arc<Rules> {
        Arc::clone(&self.inner.base)
    }

    /// The rules that count, published versions in the place of what ships. Every ask looks whether something was
    /// published since, by whichever process.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rules(&self) -> Result<Arc<Rules>, AppError> {
        let release = self.store().rules_release().await?;
        let mut last = self.inner.rules.lock().await;
        if let Some(rules) = last.as_ref().filter(|rules| rules.release >= release) {
            return Ok(Arc::clone(rules));
        }
        let rules = Arc::new(self.load_rules().await?);
        *last = Some(Arc::clone(&rules));
        Ok(rules)
    }

    /// How many conversations there are, as far as that is known.
    pub(crate) fn counts(&self) -> &Remembered<(Filter, Reach), u64> {
        &self.inner.counts
    }

    /// What overviews are made from, as far as that is known.
    pub(crate) fn counted(&self) -> &Remembered<CountedBy, Arc<Counted>> {
        &self.inner.counted
    }

    /// Looks that wait to be noted.
    pub(crate) fn looks(&self) -> &Looks {
        &self.inner.looks
    }

    pub(crate) fn changes(&self) -> &broadcast::Sender<Change> {
        &self.inner.changes
    }

    /// Whether the house can answer. Who asks is told soon, however long the database takes.
    ///
    /// # Errors
    /// What is still awaited.
    pub async fn ready(&self) -> Result<(), Awaited> {
        let soon = tokio::time::Instant::now() + SOON;
        match tokio::time::timeout_at(soon, self.store().ping()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(Awaited::Database(error.to_string())),
            Err(_) => return Err(Awaited::Database("it took too long".to_owned())),
        }
        // Whoever opened a conversation would wait for them.
        match tokio::time::timeout_at(soon, self.rules()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Awaited::Database(error.to_string())),
            Err(_) => Err(Awaited::Rules),
        }
    }
}

/// What a house waits for before it can answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Awaited {
    /// The database, and why.
    #[error("the database does not answer: {0}")]
    Database(String),
    /// The rules.
    #[error("the rules are being read")]
    Rules,
}
