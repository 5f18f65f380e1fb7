//! Whether what is kept is whole: references, words, search index, recordings, audit trail. Looked at in one snapshot, while others
//! write.

use futures::TryStreamExt as _;
use sea_orm::{ConnectionTrait, DbBackend, Statement, StreamTrait, Value};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::backup::shape::quoted;
use crate::blobs::{hex, named, place};
use crate::error::failed;
use crate::{Blobs, Fault, Store, StoreError, Told};

/// Transcripts read at once.
const BATCH: i64 = 200;
/// Things of a kind that are named one by one.
const NAMED: usize = 20;
/// References that the schema does not hold itself: a circle.
const POINTERS: [[&str; 4]; 2] = [
    ["conversation", "transcript_id", "transcript", "id"],
    ["conversation", "judgement_id", "judgement", "id"],
];

impl Store {
    /// Looks at everything that is kept. What is wrong, with its place; nothing where all is whole.
    ///
    /// # Errors
    /// When the database fails to answer; what is damaged is no error but a fault.
    pub async fn verify(&self, blobs: &Blobs, told: Told<'_>) -> Result<Vec<Fault>, StoreError> {
        let mut faults = Vec::new();
        {
            let snapshot = self.snapshot().await?;
            told("references", 0);
            faults.extend(pages(&snapshot).await?);
            faults.extend(references(&snapshot).await?);
            faults.extend(words(&snapshot, told).await?);
            faults.extend(crate::search::unlike_words(&snapshot, told).await?);
        }
        told("audit trail", 0);
        if let Err(broken) = self.verify_audit().await? {
            faults.push(Fault::new(format!("audit trail, entry {}", broken.sequence), broken.how));
        }
        faults.extend(self.recordings(blobs, told).await?);
        Ok(faults)
    }

    async fn recordings(&self, blobs: &Blobs, told: Told<'_>) -> Result<Vec<Fault>, StoreError> {
        let fail = failed("say which recordings it names");
        let named = Statement::from_string(ConnectionTrait::get_database_backend(self.reader()), named());
        let mut rows = StreamTrait::stream_raw(self.reader(), named).await.map_err(&fail)?;
        let (mut faults, mut count) = (Vec::new(), 0);
        while let Some(row) = rows.try_next().await.map_err(&fail)? {
            let sha256: String = row.try_get_by_index(0).map_err(&fail)?;
            if let Err(error) = blobs.check(&sha256).await {
                faults.push(Fault::new(format!("recordings/{}", place(&sha256)), error.to_string()));
            }
            count += 1;
            told("recordings", count);
        }
        Ok(faults)
    }
}

/// SQLite looks through its own file; PostgreSQL has tools of its own for that.
async fn pages(snapshot: &impl ConnectionTrait) -> Result<Vec<Fault>, StoreError> {
    if snapshot.get_database_backend() != DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let sql = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA integrity_check({NAMED})"));
    let fail = failed("look through its file");
    let rows = snapshot.query_all_raw(sql).await.map_err(&fail)?;
    let said = rows.iter().map(|row| row.try_get_by_index::<String>(0));
    let said: Vec<String> = said.collect::<Result<_, _>>().map_err(&fail)?;
    Ok(said.into_iter().filter(|one| one != "ok").map(|one| Fault::new("database file", one)).collect())
}

/// Every reference leads somewhere.
async fn references(snapshot: &impl ConnectionTrait) -> Result<Vec<Fault>, StoreError> {
    let fail = failed("look at references");
    let backend = snapshot.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => {
            "SELECT m.name, f.\"from\", f.\"table\", COALESCE(f.\"to\", 'id') \
             FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        _ => {
            "SELECT t.relname::text, a.attname::text, p.relname::text, b.attname::text FROM pg_constraint c \
             JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class p ON p.oid = c.confrelid \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] \
             WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace"
        }
    };
    let rows = snapshot.query_all_raw(Statement::from_string(backend, sql)).await.map_err(&fail)?;
    let mut links = POINTERS.map(|link| link.map(str::to_owned)).to_vec();
    for row in rows {
        let get = |at| row.try_get_by_index::<String>(at).map_err(&fail);
        links.push([get(0)?, get(1)?, get(2)?, get(3)?]);
    }
    let mut faults = Vec::new();
    for [table, column, parent, key] in links {
        let (from, by, to, at) = (quoted(&table), quoted(&column), quoted(&parent), quoted(&key));
        let sql = format!(
            "SELECT COUNT(*) FROM {from} c WHERE c.{by} IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM {to} p WHERE p.{at} = c.{by})"
        );
        let row = snapshot.query_one_raw(Statement::from_string(backend, sql)).await.map_err(&fail)?;
        let lost: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(&fail)?;
        if lost > 0 {
            let reason = format!("{lost} rows refer to something in {parent} that is not there");
            faults.push(Fault::new(format!("{table}.{column}"), reason));
        }
    }
    Ok(faults)
}

/// Every transcript is what its digest says.
async fn words(snapshot: &impl ConnectionTrait, told: Told<'_>) -> Result<Vec<Fault>, StoreError> {
    let fail = failed("read transcripts");
    let sql = "SELECT id, digest, body FROM transcript WHERE id > $1 ORDER BY id LIMIT $2";
    let (mut faults, mut last, mut count) = (Vec::new(), Uuid::nil(), 0);
    loop {
        let values = [Value::from(last), Value::from(BATCH)];
        let some = Statement::from_sql_and_values(snapshot.get_database_backend(), sql, values);
        let some = snapshot.query_all_raw(some).await.map_err(&fail)?;
        if some.is_empty() {
            return Ok(faults);
        }
        for row in some {
            last = row.try_get_by_index(0).map_err(&fail)?;
            let digest: String = row.try_get_by_index(1).map_err(&fail)?;
            let body: String = row.try_get_by_index(2).map_err(&fail)?;
            if hex(&Sha256::digest(&body)) != digest {
                faults.push(Fault::new(
                    format!("transcript {last}"),
                    "was changed: its SHA-256 is another one",
                ));
            }
            count += 1;
        }
        told("transcripts", count);
    }
}
