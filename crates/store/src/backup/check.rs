//! Whether a backup is whole: every byte of it, and what is wrong with it at which place.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::shape::Table;
use super::{Backup, Fault, MANIFEST, RECORDING_SUMS, RECORDINGS, SUMS, Told, file_of};
use crate::blobs::{hex, place};
use crate::{Blobs, StoreError};

/// Rows between two signs of life.
const TELL: u64 = 1000;

impl Backup {
    /// Looks at everything: sums, rows, recordings. What is wrong, with its place; nothing where the backup is whole.
    ///
    /// # Errors
    /// Never for a damaged backup; when this machine fails.
    pub async fn check(&self, told: Told<'_>) -> Result<Vec<Fault>, StoreError> {
        let mut faults = self.check_tables(told);
        faults.extend(self.manifest.recordings.missing.iter().map(|gone| {
            Fault::new(&gone.place, format!("was missing already when the backup was made: {}", gone.reason))
        }));
        faults.extend(self.check_recordings(told).await?);
        Ok(faults)
    }

    /// Looks at all but the recordings.
    pub(super) fn check_tables(&self, told: Told<'_>) -> Vec<Fault> {
        let mut faults = self.check_sums();
        for table in &self.manifest.tables {
            if let Err(reason) = self.check_rows(table, told) {
                faults.push(Fault::new(file_of(&table.name), reason));
            }
        }
        faults
    }

    fn check_sums(&self) -> Vec<Fault> {
        let text = match std::fs::read_to_string(self.folder.join(SUMS)) {
            Ok(text) => text,
            Err(error) => return vec![Fault::new(SUMS, format!("cannot be read: {error}"))],
        };
        let mut faults = Vec::new();
        let tables = self.manifest.tables.iter().map(|table| file_of(&table.name));
        for name in [MANIFEST, RECORDING_SUMS].map(str::to_owned).into_iter().chain(tables) {
            let promised = text.lines().find_map(|line| line.strip_suffix(&name)?.strip_suffix("  "));
            let reason = match (promised, sum(&self.folder.join(&name))) {
                (_, Err(error)) => format!("cannot be read: {error}"),
                (None, _) => format!("{SUMS} has no sum of it"),
                (Some(promised), Ok(found)) if promised != found => {
                    format!("is damaged or cut off: its SHA-256 is not the one in {SUMS}")
                }
                _ => continue,
            };
            faults.push(Fault::new(name, reason));
        }
        faults
    }

    fn check_rows(&self, table: &Table, told: Told<'_>) -> Result<(), String> {
        let mut rows = 0;
        for line in self.lines(table).map_err(|error| format!("cannot be read: {error}"))? {
            rows += 1;
            let line = line.map_err(|error| format!("row {rows} cannot be unpacked: {error}"))?;
            if table.values(&line).is_none() {
                return Err(format!("row {rows} is no row of this table"));
            }
            if u64::is_multiple_of(rows, TELL) {
                told(&table.name, rows);
            }
        }
        if rows == table.rows { Ok(()) } else { Err(format!("has {rows} rows, not {}", table.rows)) }
    }

    /// The rows of a table as they stand in its file.
    pub(super) fn lines(
        &self,
        table: &Table,
    ) -> std::io::Result<impl Iterator<Item = std::io::Result<String>> + use<>> {
        let from = File::open(self.folder.join(file_of(&table.name)))?;
        Ok(BufReader::new(GzDecoder::new(BufReader::new(from))).lines())
    }

    /// The recordings that the tables name.
    pub(super) fn named(&self) -> Result<impl Iterator<Item = std::io::Result<String>> + use<>, StoreError> {
        let path = self.folder.join(RECORDING_SUMS);
        let list = File::open(&path).map_err(super::file("read", &path))?;
        let first = |line: String| line.split_whitespace().next().unwrap_or_default().to_owned();
        Ok(BufReader::new(list).lines().map(move |line| line.map(first)))
    }

    async fn check_recordings(&self, told: Told<'_>) -> Result<Vec<Fault>, StoreError> {
        // The list itself is damaged, and its sum has said so.
        let Ok(named) = self.named() else { return Ok(Vec::new()) };
        let folder = self.recordings_folder();
        if !folder.is_dir() {
            return Ok(vec![Fault::new(RECORDINGS, "the folder is gone")]);
        }
        let blobs = Blobs::in_folder(&folder)?;
        let missing = &self.manifest.recordings.missing;
        let (mut faults, mut whole) = (Vec::new(), 0);
        for sha256 in named.map_while(Result::ok) {
            let place = format!("{RECORDINGS}/{}", place(&sha256));
            if missing.iter().any(|gone| gone.place == place) {
                continue;
            }
            match blobs.check(&sha256).await {
                Ok(_) => whole += 1,
                Err(error) => faults.push(Fault::new(place, error.to_string())),
            }
            told(RECORDINGS, whole);
        }
        Ok(faults)
    }
}

fn sum(path: &Path) -> std::io::Result<String> {
    let (mut from, mut sum, mut some) = (File::open(path)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        match from.read(&mut some)? {
            0 => return Ok(hex(&sum.finalize())),
            read => sum.update(some.get(..read).unwrap_or_default()),
        }
    }
}
