//! A backup comes back, into an empty database of either engine: in one transaction, so that it is there whole or not at all.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

use super::shape::{self, Table, quoted};
use super::{Backup, Fault, RECORDINGS, Told};
use crate::blobs::place;
use crate::error::failed;
use crate::schema;
use crate::{Blobs, Store, StoreError};

/// Values of a statement: SQLite takes 32,766.
const VALUES: usize = 30_000;
/// Rows of a statement: transcripts are long.
const ROWS: usize = 200;

/// A backup that was restored.
#[derive(Debug)]
pub struct Restored {
    /// The database, its schema up to date.
    pub store: Store,
    /// Rows of all tables.
    pub rows: u64,
    /// Recordings.
    pub recordings: u64,
    /// Recordings that the backup lacks or has damaged.
    pub missing: Vec<Fault>,
}

impl Store {
    /// Restores a backup into the empty database at `url`, its recordings among `blobs`, and brings the schema up to date.
    ///
    /// # Errors
    /// When the database is not empty, or the backup is damaged in its tables; then the database stays empty. A recording
    /// that is damaged is told and stops nothing.
    pub async fn restore(
        url: &str,
        blobs: &Blobs,
        backup: &Backup,
        told: Told<'_>,
    ) -> Result<Restored, StoreError> {
        let store = Self::connect(url).await?;
        if !shape::table_names(store.reader()).await?.is_empty() {
            let path = "the database".to_owned();
            return Err(StoreError::Occupied { path, what: "a backup is restored into an empty one only" });
        }
        if let Some(fault) = backup.check_tables(told).into_iter().next() {
            return Err(backup.no_backup(fault.to_string()));
        }
        // First: they change nothing that is there, and a restore that is broken off finds them again.
        let (recordings, missing) = backup.copy_recordings(blobs, told).await?;
        let transaction = store.begin().await?;
        backup.fill(&transaction.inner, told).await?;
        transaction.index_anew(told).await?;
        transaction.commit().await?;
        Ok(Restored { store, rows: backup.rows(), recordings, missing })
    }
}

impl Backup {
    fn no_backup(&self, reason: String) -> StoreError {
        StoreError::NoBackup { path: self.folder.display().to_string(), reason }
    }

    async fn copy_recordings(&self, to: &Blobs, told: Told<'_>) -> Result<(u64, Vec<Fault>), StoreError> {
        let from = Blobs::in_folder(&self.recordings_folder())?;
        let (mut count, mut missing) = (0, Vec::new());
        for sha256 in self.named()? {
            let sha256 = sha256.map_err(super::file("read", &self.folder))?;
            match from.copy(&sha256, to).await? {
                Ok(_) => count += 1,
                Err(error) => {
                    missing.push(Fault::new(format!("{RECORDINGS}/{}", place(&sha256)), error.to_string()));
                }
            }
            told(RECORDINGS, count);
        }
        Ok((count, missing))
    }

    async fn fill(&self, inner: &DatabaseTransaction, told: Told<'_>) -> Result<(), StoreError> {
        let schema = &self.manifest.schema;
        if !schema::steps().starts_with(schema) {
            return Err(self.no_backup(format!(
                "its schema is at {}, which this version does not know; update first",
                schema.last().map_or("nothing", String::as_str)
            )));
        }
        schema::bring_on(inner, u32::try_from(schema.len()).ok()).await?;
        let links = let_go_of_links(inner).await?;
        for table in &self.manifest.tables {
            self.fill_table(inner, table, told).await?;
        }
        for link in links {
            inner.execute_unprepared(&link).await.map_err(failed("hold the restored rows together"))?;
        }
        count_on(inner).await?;
        schema::bring_on(inner, None).await
    }

    async fn fill_table(
        &self,
        inner: &DatabaseTransaction,
        table: &Table,
        told: Told<'_>,
    ) -> Result<(), StoreError> {
        let rows_at_once = (VALUES / table.columns.len().max(1)).clamp(1, ROWS);
        let insert = async |values: &mut Vec<Value>| {
            let rows = values.len() / table.columns.len().max(1);
            let values = std::mem::take(values);
            let backend = inner.get_database_backend();
            let insert = Statement::from_sql_and_values(backend, table.insert(rows), values);
            inner.execute_raw(insert).await.map(drop).map_err(failed("take rows in"))
        };
        let (mut values, mut rows) = (Vec::new(), 0);
        for line in self.lines(table).map_err(super::file("read", &self.folder))? {
            let line = line.map_err(super::file("read", &self.folder))?;
            let row = table.values(&line);
            values.extend(row.ok_or_else(|| self.no_backup(format!("{} changed meanwhile", table.name)))?);
            rows += 1;
            if u64::is_multiple_of(rows, rows_at_once as u64) {
                insert(&mut values).await?;
                told(&table.name, rows);
            }
        }
        if values.is_empty() { Ok(()) } else { insert(&mut values).await }
    }
}

/// Rows come in by table, not by who refers to whom: references are looked at when all are there. What brings them back.
async fn let_go_of_links(inner: &DatabaseTransaction) -> Result<Vec<String>, StoreError> {
    let fail = failed("let go of references");
    if inner.get_database_backend() == DbBackend::Sqlite {
        inner.execute_unprepared("PRAGMA defer_foreign_keys = ON").await.map_err(&fail)?;
        return Ok(Vec::new());
    }
    let sql = "SELECT conrelid::regclass::text AS place, conname::text AS name, pg_get_constraintdef(oid) AS told \
               FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    let rows = inner.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.map_err(&fail)?;
    let mut links = Vec::with_capacity(rows.len());
    for row in rows {
        let get = |name: &str| row.try_get::<String>("", name).map_err(&fail);
        let (place, name, told) = (get("place")?, quoted(&get("name")?), get("told")?);
        let drop = format!("ALTER TABLE {place} DROP CONSTRAINT {name}");
        inner.execute_unprepared(&drop).await.map_err(&fail)?;
        links.push(format!("ALTER TABLE {place} ADD CONSTRAINT {name} {told}"));
    }
    Ok(links)
}

/// Keys that count up go on behind the last that is there; SQLite sees to it by itself.
async fn count_on(inner: &DatabaseTransaction) -> Result<(), StoreError> {
    if inner.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let fail = failed("count on");
    let sql = "SELECT table_name::text AS place, column_name::text AS name FROM information_schema.columns \
               WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'";
    let rows = inner.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.map_err(&fail)?;
    for row in rows {
        let place: String = row.try_get("", "place").map_err(&fail)?;
        let name: String = row.try_get("", "name").map_err(&fail)?;
        let (table, column) = (quoted(&place), quoted(&name));
        let on = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{name}'), COALESCE(MAX({column}), 1), \
             MAX({column}) IS NOT NULL) FROM {table}"
        );
        inner.query_one_raw(Statement::from_string(DbBackend::Postgres, on)).await.map_err(&fail)?;
    }
    // What is read next would be planned for empty tables.
    inner.execute_unprepared("ANALYZE").await.map(drop).map_err(fail)
}
