//! What can go wrong with what is kept.

use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

/// Why something could not be kept or read. The texts name no content of calls.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The address names no database that we can use.
    #[error("{url}: is no address of a database; write sqlite:FILE or postgres://USER@HOST/NAME")]
    Address {
        /// As written, without a password.
        url: String,
    },
    /// The database did not do what it was asked.
    #[error("the database failed to {what}: {source}")]
    Database {
        /// What it was asked.
        what: &'static str,
        /// What it said.
        source: DbErr,
    },
    /// What is kept cannot be read as what it should be: a fault of ours, or of who changed the database by hand.
    #[error("{what} is damaged in the store: {reason}")]
    Damaged {
        /// What.
        what: &'static str,
        /// How.
        reason: String,
    },
    /// A later version has been at work here.
    #[error(
        "the database is at the step {step}, which this version does not know: a later version of lingjian has used it"
    )]
    Later {
        /// The last step that it has taken.
        step: String,
    },
    /// Something is there already.
    #[error("{path} is not empty: {what}")]
    Occupied {
        /// Where.
        path: String,
        /// What would go there.
        what: &'static str,
    },
    /// No backup, or one that cannot be restored.
    #[error("{path}: {reason}")]
    NoBackup {
        /// The folder.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The lease of a piece of work is over: somebody else has it, and this result does not count.
    #[error("the lease of this work is over; somebody else does it")]
    LeaseOver,
    /// The store of recordings failed.
    #[error("failed to {what} a recording: {source}")]
    Blob {
        /// What was tried.
        what: &'static str,
        /// What it said.
        source: object_store::Error,
    },
    /// A recording's bytes are not those that its name promises.
    #[error("a recording is damaged: its bytes have another SHA-256 than its name says")]
    BlobDamaged,
    /// A file on this machine.
    #[error("failed to {what} {path}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// Which.
        path: String,
        /// What it said.
        source: std::io::Error,
    },
}

/// Trouble that passes: the same request may work later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// The database does not answer, or has no connection left.
    Unreachable,
    /// There is no room to write, or the disk does not take it. What is kept can be read.
    NoRoom,
}

impl StoreError {
    /// Whether it passes by itself, or once somebody has looked after the machine.
    #[must_use]
    pub fn passing(&self) -> Option<Passing> {
        match self {
            Self::Database { source, .. } => passing(source),
            Self::File { source, .. } => no_room(source),
            Self::Blob { source, .. } => {
                let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(source);
                while let Some(error) = cause {
                    if let Some(error) = error.downcast_ref::<std::io::Error>() {
                        return no_room(error);
                    }
                    cause = error.source();
                }
                None
            }
            _ => None,
        }
    }
}

fn no_room(error: &std::io::Error) -> Option<Passing> {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge | ReadOnlyFilesystem)
        .then_some(Passing::NoRoom)
}

fn passing(error: &DbErr) -> Option<Passing> {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return matches!(error, DbErr::Conn(_) | DbErr::ConnectionAcquire(_)).then_some(Passing::Unreachable);
    };
    match cause.as_ref() {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Some(Passing::Unreachable),
        sqlx::Error::Database(said) => match said.code().as_deref()? {
            // SQLite: full; could not write or sync. PostgreSQL: disk full.
            "13" | "778" | "1034" | "53100" => Some(Passing::NoRoom),
            // SQLite: somebody else writes for too long. PostgreSQL: no connection left, shut down, starting, broken connections.
            "5" | "517" | "53300" | "57P01" | "57P02" | "57P03" => Some(Passing::Unreachable),
            code if code.starts_with("08") => Some(Passing::Unreachable),
            _ => None,
        },
        _ => None,
    }
}

/// Names what was tried when the database failed.
pub(crate) fn failed(what: &'static str) -> impl Fn(DbErr) -> StoreError {
    move |source| StoreError::Database { what, source }
}

pub(crate) fn damaged(what: &'static str) -> impl Fn(serde_json::Error) -> StoreError {
    // The place of a mistake, not the text around it.
    move |error| StoreError::Damaged {
        what,
        reason: format!("no such shape at line {}, column {}", error.line(), error.column()),
    }
}
