//! The two engines: SQLite with one writer beside readers, PostgreSQL with one pool.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
};

use crate::backup::shape;
use crate::error::failed;
use crate::places::ZONE;
use crate::{Change, ChangeKind, StoreError, schema};

/// Which database is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// In a file of this machine.
    Sqlite,
    /// A server.
    Postgres,
}

/// What is kept.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    write: DatabaseConnection,
    read: DatabaseConnection,
    /// Of projects that nobody gave one.
    zone: Arc<str>,
}

/// Writes that become true together, with what they tell.
#[derive(Debug)]
pub struct Transaction {
    pub(crate) inner: DatabaseTransaction,
    pub(crate) engine: Engine,
    told: Vec<Change>,
    pub(crate) zone: Arc<str>,
}

/// SQLite readers at once.
const READERS: u32 = 8;
/// Connections to PostgreSQL at once.
const CONNECTIONS: u32 = 24;
/// The lock under which PostgreSQL's schema changes.
const SCHEMA_LOCK: i64 = 0x7363_6865_6D61;
/// How long a writer waits for another process.
const BUSY: Duration = Duration::from_secs(30);
/// How long a request waits for a connection to PostgreSQL: whoever asked is told rather than left waiting.
const ACQUIRE: Duration = Duration::from_secs(5);
/// A connection to PostgreSQL that was silent for so long is asked whether it still stands, before it is used.
const IDLE: Duration = Duration::from_secs(1);
/// Many people ask for little: none of it is worth a compiler or further processes.
const SETTINGS: [(&str, &str); 2] = [("jit", "off"), ("max_parallel_workers_per_gather", "0")];
/// Pages of memory that a SQLite connection may keep, in KiB.
const CACHE_KIB: &str = "-32000";

impl Store {
    /// Opens the database at `sqlite:FILE` or `postgres://…` and brings its schema up to date.
    ///
    /// # Errors
    /// An address that is none, a database that cannot be reached, a migration that failed (and was undone).
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::connect(url).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// Opens a database without changing anything in it; none where there is no such file yet.
    ///
    /// # Errors
    /// An address that is none, a database that cannot be reached.
    pub async fn look(url: &str) -> Result<Option<Self>, StoreError> {
        let file = url.strip_prefix("sqlite:").map(|file| file.strip_prefix("//").unwrap_or(file));
        if file.is_some_and(|file| !Path::new(file).exists()) {
            return Ok(None);
        }
        Self::connect(url).await.map(Some)
    }

    pub(crate) async fn connect(url: &str) -> Result<Self, StoreError> {
        if let Some(file) = url.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            if let Some(folder) = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder).map_err(|source| StoreError::File {
                    what: "make the folder",
                    path: folder.display().to_string(),
                    source,
                })?;
            }
            let address = format!("sqlite://{file}?mode=rwc");
            // The writer makes the file and sets the journal; then readers find it.
            let write = sqlite(&address, 1, false).await?;
            let read = sqlite(&address, READERS, true).await?;
            return Ok(Self { engine: Engine::Sqlite, write, read, zone: ZONE.into() });
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut options = quiet(url);
            options.max_connections(CONNECTIONS).acquire_timeout(ACQUIRE).connect_timeout(ACQUIRE);
            options.test_before_acquire_if_idle_for(IDLE);
            options.map_sqlx_postgres_opts(|options| options.options(SETTINGS));
            let pool = Database::connect(options).await.map_err(failed("answer"))?;
            return Ok(Self { engine: Engine::Postgres, write: pool.clone(), read: pool, zone: ZONE.into() });
        }
        Err(StoreError::Address { url: without_password(url) })
    }

    /// Brings the schema up to date: all of it or nothing, and one process after the other.
    async fn migrate(&self) -> Result<(), StoreError> {
        let steps = schema::steps();
        // Who finds nothing to do does not wait for who writes.
        let known = shape::steps(&self.write).await?;
        if known == steps {
            return Ok(());
        }
        if let Some(step) = known.iter().find(|step| !steps.contains(step)) {
            return Err(StoreError::Later { step: step.clone() });
        }
        let transaction = self.begin().await?;
        if self.engine == Engine::Postgres {
            let lock = format!("SELECT pg_advisory_xact_lock({SCHEMA_LOCK})");
            let lock = Statement::from_string(DbBackend::Postgres, lock);
            transaction.inner.query_one_raw(lock).await.map_err(failed("wait for who changes its schema"))?;
        }
        // Another process may have done it meanwhile.
        let is_indexed = shape::steps(&transaction.inner).await?.iter().any(|step| step == schema::SEARCH);
        schema::bring_on(&transaction.inner, None).await?;
        if !is_indexed {
            transaction.index_anew(&|what, count| tracing::info!(what, count, "made anew")).await?;
        }
        transaction.commit().await
    }

    /// The step that its schema stands at, and the one that this version brings it to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn schema(&self) -> Result<(Option<String>, Option<String>), StoreError> {
        Ok((shape::steps(&self.read).await?.pop(), schema::steps().pop()))
    }

    /// The same store in this zone (IANA): that of projects which nobody gave one.
    #[must_use]
    pub fn with_zone(self, zone: &str) -> Self {
        Self { zone: zone.into(), ..self }
    }

    /// The zone of projects that nobody gave one.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Which database is below.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// For reading what is committed.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Begins writes that become true together.
    ///
    /// # Errors
    /// When the database is gone, or another process writes for longer than half a minute.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        // A transaction that begins by reading could not write once another process has written: take the lock at once.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let options = if self.engine == Engine::Sqlite { options } else { TransactionOptions::default() };
        let inner = self.write.begin_with_options(options).await.map_err(failed("begin a transaction"))?;
        Ok(Transaction { inner, engine: self.engine, zone: Arc::clone(&self.zone), told: Vec::new() })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read.ping().await.map_err(failed("answer"))
    }

    /// Hangs up, after what is being written.
    pub async fn close(self) {
        for pool in [self.write, self.read] {
            if let Err(error) = pool.close().await {
                tracing::warn!(%error, "the database did not hang up cleanly");
            }
        }
    }
}

impl Transaction {
    /// Tells of a change once all is written.
    pub(crate) fn tell(&mut self, kind: ChangeKind, subject: uuid::Uuid, at: i64) {
        self.told.push(Change { sequence: 0, kind, subject, at });
    }

    /// Makes all of it true.
    ///
    /// # Errors
    /// When the database fails; then none of it is.
    pub async fn commit(self) -> Result<(), StoreError> {
        crate::change::append(&self.inner, self.engine, &self.told).await?;
        self.inner.commit().await.map_err(failed("commit"))
    }

    /// Makes none of it true, and says so when that fails; to let go of a transaction does the same in silence.
    ///
    /// # Errors
    /// When the database fails; then none of it is, either.
    pub async fn abandon(self) -> Result<(), StoreError> {
        self.inner.rollback().await.map_err(failed("undo"))
    }
}

/// Options that keep statements, and with them words of calls, out of every log.
fn quiet(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options
}

async fn sqlite(address: &str, connections: u32, read_only: bool) -> Result<DatabaseConnection, StoreError> {
    let mut options = quiet(address);
    options.max_connections(connections).acquire_timeout(BUSY).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .pragma("cache_size", CACHE_KIB)
            .pragma("temp_store", "MEMORY");
        if read_only {
            options.pragma("query_only", "ON")
        } else {
            options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal)
        }
    });
    let pool = Database::connect(options).await.map_err(failed("open"))?;
    debug_assert_eq!(pool.get_database_backend(), DbBackend::Sqlite);
    Ok(pool)
}

/// `$from, …`: the places of so many values in a statement.
pub(crate) fn numbered(from: usize, count: usize) -> String {
    (from..from + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
}

/// An address as it may be shown.
fn without_password(url: &str) -> String {
    let Some((head, tail)) = url.split_once("://") else {
        return url.chars().take_while(|c| *c != ':').collect();
    };
    match tail.rsplit_once('@') {
        Some((_, host)) => format!("{head}://…@{host}"),
        None => format!("{head}://{tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The disk is full in the midst of writing, and later it is not.
    #[tokio::test]
    async fn what_has_no_room_is_refused_whole_and_all_else_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}/house.db", folder.path().display())).await.unwrap();
        let detail = serde_json::json!({ "long": "长".repeat(9000) });
        let write = async || {
            let mut transaction = store.begin().await?;
            for _ in 0..3 {
                transaction.audit(None, "wang", "a.test", "", &detail, 1).await?;
            }
            transaction.commit().await
        };
        let entries = async || store.verify_audit().await.unwrap().unwrap().entries;
        store.write.execute_unprepared("PRAGMA max_page_count = 200").await.unwrap();
        let full = loop {
            if let Err(full) = write().await {
                break full;
            }
        };
        assert_eq!(full.passing(), Some(crate::Passing::NoRoom), "{full}");
        let kept = entries().await;
        assert!(kept > 0 && kept % 3 == 0, "each three whole or not at all: {kept}");
        assert!(write().await.is_err(), "still full");
        assert_eq!(entries().await, kept, "what is kept is read");
        store.write.execute_unprepared("PRAGMA max_page_count = 100000").await.unwrap();
        write().await.unwrap();
        assert_eq!(entries().await, kept + 3);
    }

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("mysql://root:secret@db/x"), "mysql://…@db/x");
        assert_eq!(without_password("root:secret"), "root");
    }
}
