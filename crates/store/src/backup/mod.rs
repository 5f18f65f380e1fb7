//! Backups: database and recordings in one folder that either engine restores, made while others write.
//!
//! The folder's form stands in `docs/operations.md`. Tables, their columns and their order are asked of the database, so that a
//! new table needs no line here. What begins with `search_` follows from the words and is made anew.

mod check;
mod restore;
pub(crate) mod shape;
mod write;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::StoreError;
use shape::Table;

pub use restore::Restored;
pub use write::BackedUp;

/// What the manifest calls itself.
const FORMAT: &str = "lingjian-backup";
/// The form of the folder. A later one says so.
const VERSION: u32 = 1;
/// All that is in the tables, and what they are.
const MANIFEST: &str = "manifest.json";
/// SHA-256 sums of the manifest, the tables and the list of recordings; written last: without it a backup was broken off.
const SUMS: &str = "SHA256SUMS";
/// One file a table.
const TABLES: &str = "tables";
/// The recordings, as in the data folder.
const RECORDINGS: &str = "recordings";
/// The recordings that the tables name, as `sha256sum` writes it.
const RECORDING_SUMS: &str = "recordings.sha256";

/// Told what is being done, and how much of it is done.
pub type Told<'t> = &'t (dyn Fn(&str, u64) + Send + Sync);

/// Something that is not as it should be, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where: a file of the backup, a table, a recording.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Fault {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.place, self.reason)
    }
}

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    /// When it was begun: what was committed before is in it.
    made_at: String,
    /// By which version of the program.
    program: String,
    /// From which engine; it restores into either.
    engine: String,
    /// The steps of the schema.
    schema: Vec<String>,
    tables: Vec<Table>,
    recordings: RecordingsOf,
}

/// The recordings of a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct RecordingsOf {
    count: u64,
    bytes: u64,
    /// Those that were gone or damaged when the backup was made.
    missing: Vec<Fault>,
}

/// A finished backup.
#[derive(Debug)]
pub struct Backup {
    folder: PathBuf,
    manifest: Manifest,
}

impl Backup {
    /// Opens a backup. Whether its files are whole is asked of [`Backup::check`].
    ///
    /// # Errors
    /// When there is none, it was broken off, or a later version made it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let no_backup = |reason: &str| StoreError::NoBackup {
            path: folder.display().to_string(),
            reason: reason.to_owned(),
        };
        if !folder.is_dir() {
            return Err(no_backup("there is no such folder"));
        }
        if !folder.join(SUMS).is_file() {
            let begun = folder.join(TABLES).is_dir() || folder.join(MANIFEST).is_file();
            return Err(no_backup(if begun {
                "SHA256SUMS is not there: the backup was broken off; make another one"
            } else {
                "neither SHA256SUMS nor tables are there: this is no backup of lingjian"
            }));
        }
        let text = std::fs::read_to_string(folder.join(MANIFEST))
            .map_err(|error| no_backup(&format!("{MANIFEST} cannot be read: {error}")))?;
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| no_backup(&format!("{MANIFEST} is damaged: {error}")))?;
        if manifest.format != FORMAT {
            return Err(no_backup("its manifest is of something else"));
        }
        if manifest.version > VERSION {
            return Err(no_backup("a later version of lingjian made it; update first"));
        }
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// When it was made, in RFC 3339.
    #[must_use]
    pub fn made_at(&self) -> &str {
        &self.manifest.made_at
    }

    /// How many rows it holds.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.manifest.tables.iter().map(|table| table.rows).sum()
    }

    /// How many recordings it holds.
    #[must_use]
    pub fn recordings(&self) -> u64 {
        self.manifest.recordings.count
    }

    fn recordings_folder(&self) -> PathBuf {
        self.folder.join(RECORDINGS)
    }
}

/// Where a table's rows stand within a backup.
fn file_of(table: &str) -> String {
    format!("{TABLES}/{table}.jsonl.gz")
}

/// A file that did not do what it was asked.
fn file(what: &'static str, path: &Path) -> impl Fn(std::io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| StoreError::File { what, path: path.clone(), source }
}
