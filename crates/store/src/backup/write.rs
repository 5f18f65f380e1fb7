//! A backup is made: the database in one snapshot, then the recordings that it names. Written beside its place, then renamed.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::TryStreamExt as _;
use sea_orm::{
    AccessMode, DatabaseTransaction, IsolationLevel, Statement, StreamTrait as _, TransactionOptions,
    TransactionTrait as _,
};
use sha2::{Digest as _, Sha256};

use super::shape::{self, Table};
use super::{
    FORMAT, Fault, MANIFEST, Manifest, RECORDING_SUMS, RECORDINGS, RecordingsOf, SUMS, TABLES, Told, VERSION,
    file, file_of,
};
use crate::blobs::{hex, named, place};
use crate::error::{damaged, failed};
use crate::{Blobs, Engine, Store, StoreError};

/// Rows between two signs of life.
const TELL: u64 = 1000;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Rows of all tables.
    pub rows: u64,
    /// Recordings.
    pub recordings: u64,
    /// Bytes of the recordings.
    pub bytes: u64,
    /// Recordings that are gone or damaged in the house, and so in the backup.
    pub missing: Vec<Fault>,
}

impl Store {
    /// Everything at one moment, into a new folder, while others write. The folder appears when all of it is there.
    ///
    /// # Errors
    /// When there is such a folder already, the disk is full, or the database fails; then nothing is left behind.
    pub async fn back_up(
        &self,
        blobs: &Blobs,
        to: &Path,
        made_at: i64,
        told: Told<'_>,
    ) -> Result<BackedUp, StoreError> {
        if to.exists() {
            let path = to.display().to_string();
            return Err(StoreError::Occupied { path, what: "a backup begins in a new folder" });
        }
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(file("make the folder", parent))?;
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        let part = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".part").tempdir_in(parent);
        let part = part.map_err(file("make a folder in", parent))?;
        let made = self.write_backup(blobs, part.path(), made_at, told).await?;
        std::fs::rename(part.path(), to).map_err(file("make", to))?;
        // It has another name by now; there is nothing to clear away.
        let _ = part.keep();
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(file("write", parent))?;
        Ok(made)
    }

    async fn write_backup(
        &self,
        blobs: &Blobs,
        folder: &Path,
        made_at: i64,
        told: Told<'_>,
    ) -> Result<BackedUp, StoreError> {
        let tables = folder.join(TABLES);
        std::fs::create_dir(&tables).map_err(file("make the folder", &tables))?;
        let mut sums = Sums::default();
        let (schema, tables) = {
            let snapshot = self.snapshot().await?;
            let schema = shape::steps(&snapshot).await?;
            let mut tables = shape::tables(&snapshot).await?;
            for table in &mut tables {
                write_table(&snapshot, table, folder, &mut sums, told).await?;
            }
            write_recording_sums(&snapshot, folder, &mut sums).await?;
            (schema, tables)
        };
        let recordings = copy_recordings(blobs, folder, told).await?;
        let made_at = jiff::Timestamp::from_millisecond(made_at).unwrap_or_default();
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            made_at: format!("{made_at:.3}"),
            program: concat!("lingjian ", env!("CARGO_PKG_VERSION")).to_owned(),
            engine: match self.engine() {
                Engine::Sqlite => "sqlite",
                Engine::Postgres => "postgres",
            }
            .to_owned(),
            schema,
            tables,
            recordings,
        };
        let text = serde_json::to_string_pretty(&manifest).map_err(damaged("the manifest"))?;
        let mut out = Summed::create(folder, MANIFEST)?;
        out.write_all(text.as_bytes()).map_err(file("write", &folder.join(MANIFEST)))?;
        out.finish(&mut sums)?;
        sums.write(folder)?;
        let rows = manifest.tables.iter().map(|table| table.rows).sum();
        let RecordingsOf { count, bytes, missing } = manifest.recordings;
        Ok(BackedUp { rows, recordings: count, bytes, missing })
    }

    /// What is committed now, however long one reads and whatever others write.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = match self.engine() {
            // Its readers see one moment from their first query on.
            Engine::Sqlite => TransactionOptions::default(),
            Engine::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        self.reader().begin_with_options(options).await.map_err(failed("begin a snapshot"))
    }
}

async fn write_table(
    snapshot: &DatabaseTransaction,
    table: &mut Table,
    folder: &Path,
    sums: &mut Sums,
    told: Told<'_>,
) -> Result<(), StoreError> {
    let fail = failed("read a table");
    let name = file_of(&table.name);
    let path = folder.join(&name);
    let mut out = GzEncoder::new(Summed::create(folder, &name)?, Compression::new(3));
    let backend = snapshot.get_database_backend();
    let all = Statement::from_string(backend, table.select(backend));
    let mut rows = snapshot.stream_raw(all).await.map_err(&fail)?;
    while let Some(row) = rows.try_next().await.map_err(&fail)? {
        out.write_all(table.line(&row)?.as_bytes()).map_err(file("write", &path))?;
        table.rows += 1;
        if table.rows.is_multiple_of(TELL) {
            told(&table.name, table.rows);
        }
    }
    told(&table.name, table.rows);
    out.finish().map_err(file("write", &path))?.finish(sums)
}

/// Which recordings the rows of the snapshot name.
async fn write_recording_sums(
    snapshot: &DatabaseTransaction,
    folder: &Path,
    sums: &mut Sums,
) -> Result<(), StoreError> {
    let fail = failed("say which recordings it names");
    let path = folder.join(RECORDING_SUMS);
    let mut out = Summed::create(folder, RECORDING_SUMS)?;
    let named = Statement::from_string(snapshot.get_database_backend(), named());
    let mut rows = snapshot.stream_raw(named).await.map_err(&fail)?;
    while let Some(row) = rows.try_next().await.map_err(&fail)? {
        let sha256: String = row.try_get_by_index(0).map_err(&fail)?;
        writeln!(out, "{sha256}  {RECORDINGS}/{}", place(&sha256)).map_err(file("write", &path))?;
    }
    out.finish(sums)
}

async fn copy_recordings(blobs: &Blobs, folder: &Path, told: Told<'_>) -> Result<RecordingsOf, StoreError> {
    let copies = Blobs::in_folder(&folder.join(RECORDINGS))?;
    let path = folder.join(RECORDING_SUMS);
    let list = BufReader::new(File::open(&path).map_err(file("read", &path))?);
    let mut of = RecordingsOf::default();
    for line in list.lines() {
        let line = line.map_err(file("read", &path))?;
        let sha256 = line.split_whitespace().next().unwrap_or_default();
        match blobs.copy(sha256, &copies).await? {
            Ok(bytes) => {
                of.count += 1;
                of.bytes += bytes;
            }
            Err(error) => {
                of.missing.push(Fault::new(format!("{RECORDINGS}/{}", place(sha256)), error.to_string()))
            }
        }
        told(RECORDINGS, of.count);
    }
    Ok(of)
}

/// The sums of what was written.
#[derive(Default)]
struct Sums(Vec<(String, String)>);

impl Sums {
    fn write(mut self, folder: &Path) -> Result<(), StoreError> {
        self.0.sort_unstable();
        let text: String = self.0.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        let path = folder.join(SUMS);
        let written = File::create(&path).and_then(|mut out| {
            out.write_all(text.as_bytes())?;
            out.sync_all()
        });
        written.map_err(file("write", &path))?;
        for folder in [folder, &folder.join(TABLES)] {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(file("write", folder))?;
        }
        Ok(())
    }
}

/// A file whose sum is taken while it is written.
struct Summed {
    to: BufWriter<File>,
    sum: Sha256,
    name: String,
}

impl Summed {
    fn create(folder: &Path, name: &str) -> Result<Self, StoreError> {
        let path = folder.join(name);
        let to = File::create(&path).map_err(file("write", &path))?;
        Ok(Self { to: BufWriter::new(to), sum: Sha256::new(), name: name.to_owned() })
    }

    fn finish(self, sums: &mut Sums) -> Result<(), StoreError> {
        let path = Path::new(&self.name);
        let to = self.to.into_inner().map_err(|error| file("write", path)(error.into_error()))?;
        to.sync_all().map_err(file("write", path))?;
        sums.0.push((self.name, hex(&self.sum.finalize())));
        Ok(())
    }
}

impl Write for Summed {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(data)?;
        self.sum.update(data.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}
