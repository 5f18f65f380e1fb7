//! What can go wrong with models.

use std::io;
use std::path::{Path, PathBuf};

/// Why a model cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No model of that name is in the catalogue.
    #[error("no model is called “{name}”; there are: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// It is not in the models folder.
    #[error("the model {name} is not in {}; fetch it with: lingjian model pull {name}", dir.display())]
    Missing {
        /// Its name.
        name: String,
        /// Where it was looked for.
        dir: PathBuf,
    },
    /// It is there and not as it was written.
    #[error("the model {name} in {} is damaged ({reason}); fetch it again with: lingjian model pull {name}", dir.display())]
    Damaged {
        /// Its name.
        name: String,
        /// Where it is.
        dir: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file of it cannot be fetched.
    #[error(
        "failed to fetch {file}: {reason}. Name a mirror with --mirror or LINGJIAN_MODEL_MIRROR, or bring the files by \
         hand and take them in with: lingjian model import"
    )]
    Fetch {
        /// The file.
        file: String,
        /// Everything that was tried, and what came of it.
        reason: String,
    },
    /// A file was fetched and is not the one that is pinned.
    #[error(
        "{file} is not the file it should be: {reason}. What was fetched has been thrown away; try again"
    )]
    Mismatch {
        /// The file.
        file: String,
        /// What differs.
        reason: String,
    },
    /// A model given by hand cannot be taken in.
    #[error("failed to take in {}: {source}", path.display())]
    Import {
        /// What was given.
        path: PathBuf,
        /// Why.
        source: ImportError,
    },
    /// A file or folder cannot be read or written.
    #[error("failed to {doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ModelError {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }

    pub(crate) fn import(path: &Path) -> impl FnOnce(ImportError) -> Self {
        let path = path.to_owned();
        move |source| Self::Import { path, source }
    }
}

/// Why a model file cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is not what it should be.
    #[error("{0}")]
    Damaged(String),
    /// It cannot be read.
    #[error("failed to read: {0}")]
    Read(io::Error),
    /// The converted model cannot be written.
    #[error("failed to write the converted model: {0}")]
    Write(io::Error),
}

impl ImportError {
    pub(crate) fn damaged(reason: String) -> Self {
        Self::Damaged(reason)
    }

    pub(crate) fn reading(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Self::Damaged("it is cut off".to_owned())
        } else {
            Self::Read(error)
        }
    }

    pub(crate) fn writing(error: io::Error) -> Self {
        Self::Write(error)
    }
}
