//! The two engines: SQLite with one writer beside readers, PostgreSQL with one pool.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
};
use sea_orm_migration::MigratorTrait as _;

use crate::error::failed;
use crate::schema::Migrator;
use crate::{Change, ChangeKind, StoreError};

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
}

/// Writes that become true together, with what they tell.
#[derive(Debug)]
pub struct Transaction {
    pub(crate) inner: DatabaseTransaction,
    pub(crate) engine: Engine,
    told: Vec<Change>,
}

/// SQLite readers at once.
const READERS: u32 = 8;
/// Connections to PostgreSQL at once.
const CONNECTIONS: u32 = 24;
/// How long a writer waits for another process.
const BUSY: Duration = Duration::from_secs(30);
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
        store.index_what_is_due().await?;
        Ok(store)
    }

    async fn connect(url: &str) -> Result<Self, StoreError> {
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
            return Ok(Self { engine: Engine::Sqlite, write, read });
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut options = quiet(url);
            options.max_connections(CONNECTIONS).acquire_timeout(BUSY);
            let pool = Database::connect(options).await.map_err(failed("answer"))?;
            return Ok(Self { engine: Engine::Postgres, write: pool.clone(), read: pool });
        }
        Err(StoreError::Address { url: without_password(url) })
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        Migrator::up(&self.write, None).await.map_err(failed("bring its schema up to date"))
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
        Ok(Transaction { inner, engine: self.engine, told: Vec::new() })
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
    options.max_connections(connections).acquire_timeout(BUSY);
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

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("mysql://root:secret@db/x"), "mysql://…@db/x");
        assert_eq!(without_password("root:secret"), "root");
    }
}
