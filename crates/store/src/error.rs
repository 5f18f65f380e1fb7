//! What can go wrong with what is kept.

use sea_orm::DbErr;
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

impl StoreError {
    /// Whether there is no room left: nothing is broken, and it works again once there is.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let mut next: Option<&dyn std::error::Error> = Some(self);
        while let Some(error) = next {
            let io = error.downcast_ref::<std::io::Error>();
            if io.is_some_and(|io| {
                matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
            }) {
                return true;
            }
            next = error.source();
        }
        // SQLite keeps the machine's error to itself.
        matches!(self, Self::Database { source, .. } if source.to_string().contains("database or disk is full"))
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
