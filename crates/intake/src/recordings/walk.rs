//! Walks through files and folders and says what is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use walkdir::{DirEntry, WalkDir};

use super::kind::{Container, Kind, kind_of};
use crate::Refusal;

/// Deeper folders are refused: nobody keeps recordings there.
const DEEPEST: usize = 64;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// How it is packed.
    pub container: Container,
}

/// What lies in the folders, each list in the order of its paths. Nothing is missing: what is not in one of the first
/// lists stands in the last, with its reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// Sound.
    pub recordings: Vec<Found>,
    /// JSON and JSON Lines.
    pub transcripts: Vec<PathBuf>,
    /// vCon files.
    pub vcons: Vec<PathBuf>,
    /// Tables: call records, if one gives their mapping.
    pub tables: Vec<PathBuf>,
    /// What is not understood or could not be read.
    pub not_understood: Vec<Refusal>,
    /// How many hidden files and folders were passed over (names that begin with a point).
    pub hidden: u64,
}

/// Walks through files and folders, sorted by name. Links are followed; a link back to a folder that one stands in is
/// listed as not understood; a file that is named twice counts once.
#[must_use]
pub fn walk(paths: &[PathBuf]) -> Inventory {
    let (mut inventory, mut seen) = (Inventory::default(), BTreeSet::new());
    for root in paths {
        let mut hidden = 0;
        let walk = WalkDir::new(root).follow_links(true).max_depth(DEEPEST).sort_by_file_name();
        let entries = walk.into_iter().filter_entry(|entry| {
            let passed = is_hidden(entry);
            hidden += u64::from(passed);
            !passed
        });
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    if entry.depth() == DEEPEST {
                        let refusal = Refusal::of(entry.path(), format!("lies {DEEPEST} folders deep"));
                        inventory.not_understood.push(refusal.advise("name this folder itself"));
                    }
                }
                Ok(entry) => {
                    let canonical = entry.path().canonicalize().unwrap_or_else(|_| entry.path().to_owned());
                    if seen.insert(canonical) {
                        inventory.add(entry.path());
                    }
                }
                Err(error) => inventory.not_understood.push(refusal(root, &error)),
            }
        }
        inventory.hidden += hidden;
    }
    inventory
}

/// What the user names is meant, even when it is hidden.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
}

fn refusal(root: &Path, error: &walkdir::Error) -> Refusal {
    let path = error.path().unwrap_or(root);
    if let Some(ancestor) = error.loop_ancestor() {
        return Refusal::of(path, format!("is a link back to {}", ancestor.display()));
    }
    match error.io_error() {
        Some(error) => Refusal::unreadable(path, error),
        None => Refusal::of(path, "failed to read"),
    }
}

impl Inventory {
    fn add(&mut self, path: &Path) {
        if !path.is_file() {
            self.not_understood.push(Refusal::of(path, "is neither a file nor a folder"));
            return;
        }
        match kind_of(path) {
            Ok(Kind::Audio(container)) => self.recordings.push(Found { path: path.to_owned(), container }),
            Ok(Kind::Transcript) => self.transcripts.push(path.to_owned()),
            Ok(Kind::Vcon) => self.vcons.push(path.to_owned()),
            Ok(Kind::Table) => self.tables.push(path.to_owned()),
            Ok(Kind::Other) => {
                let refusal = Refusal::of(path, "is neither a recording nor a transcript nor a table");
                self.not_understood.push(refusal);
            }
            Err(error) => self.not_understood.push(Refusal::unreadable(path, &error)),
        }
    }
}
