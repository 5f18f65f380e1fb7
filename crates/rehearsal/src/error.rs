//! What can go wrong.

use std::path::PathBuf;

/// Why a centre could not be built or written down.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// A setting of the plan is outside its range.
    #[error("plan: {field} is {value}, but must be {bounds}")]
    Plan {
        /// Which setting.
        field: &'static str,
        /// What it was.
        value: String,
        /// What it may be.
        bounds: &'static str,
    },
    /// A grammar file does not read. The files are part of this crate: an internal fault.
    #[error("{file}:{line}: {problem}")]
    Grammar {
        /// Its name.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A file could not be written.
    #[error("failed to write {path}: {source}")]
    Write {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
