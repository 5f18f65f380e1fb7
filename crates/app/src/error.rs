//! What a use case answers when it cannot do what it is asked.

use lingjian_store::{Passing, StoreError};
use thiserror::Error;

/// Why not. Each has a stable code, which programs go by and interfaces translate.
#[derive(Debug, Error)]
pub enum AppError {
    /// Nobody is signed in.
    #[error("sign in first")]
    SignedOut,
    /// Name or password are wrong; which of them is nobody's business.
    #[error("name or password are wrong")]
    WrongCredentials,
    /// They came back from the provider, but not from a sign-in that began in this browser.
    #[error("this sign-in did not begin in this browser, or it took too long; begin again")]
    Astray,
    /// The provider knows them, and this house does not.
    #[error("nobody here is who the provider says; ask whoever looks after the users of this house")]
    UnknownPerson,
    /// The provider lets nobody in, or what it says does not hold.
    #[error("the provider did not let them in, or could not be believed; the log says why")]
    ProviderRefuses,
    /// The provider does not answer.
    #[error("the provider does not answer as it should; sign in by password, or try again later")]
    ProviderAway,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; try again in {seconds} s")]
    Locked {
        /// How long still.
        seconds: i64,
    },
    /// A request that changes something came without the session's token.
    #[error("the request carries no or a wrong CSRF token; load the page again")]
    Csrf,
    /// They may do that nowhere.
    #[error("you may not do that: it takes the permission {permission}")]
    Forbidden {
        /// What it takes.
        permission: &'static str,
    },
    /// There is none, or none within their reach.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// The request makes no sense.
    #[error("{field}: {reason}")]
    BadRequest {
        /// Where.
        field: &'static str,
        /// Why not.
        reason: String,
    },
    /// It is there already.
    #[error("{0}")]
    Conflict(String),
    /// Somebody else was first.
    #[error("somebody else has changed it meanwhile; load it again")]
    ChangedMeanwhile,
    /// More than the house takes.
    #[error("it is larger than {most} bytes, which is the most that this house takes")]
    TooLarge {
        /// The most.
        most: u64,
    },
    /// What came is not what was sent.
    #[error("the bytes have another checksum than was told; send them again")]
    Checksum,
    /// What came is of another kind than was expected.
    #[error("{field}: it takes {wanted}")]
    MediaType {
        /// Which header.
        field: &'static str,
        /// What it should say.
        wanted: &'static str,
    },
    /// Another protocol, or another version of it.
    #[error("{field}: it takes {wanted}")]
    Version {
        /// Which header.
        field: &'static str,
        /// What it should say.
        wanted: &'static str,
    },
    /// What is kept cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of ours.
    #[error("an internal fault: {0}")]
    Internal(String),
}

impl AppError {
    /// All codes there are.
    pub const CODES: [&str; 20] = [
        "signed_out",
        "wrong_credentials",
        "astray",
        "unknown_person",
        "provider_refuses",
        "provider_away",
        "locked",
        "csrf",
        "forbidden",
        "not_found",
        "bad_request",
        "conflict",
        "changed_meanwhile",
        "too_large",
        "checksum",
        "media_type",
        "version",
        "unavailable",
        "cannot_write",
        "internal",
    ];

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::WrongCredentials => "wrong_credentials",
            Self::Astray => "astray",
            Self::UnknownPerson => "unknown_person",
            Self::ProviderRefuses => "provider_refuses",
            Self::ProviderAway => "provider_away",
            Self::Locked { .. } => "locked",
            Self::Csrf => "csrf",
            Self::Forbidden { .. } => "forbidden",
            Self::NotFound { .. } => "not_found",
            Self::BadRequest { .. } => "bad_request",
            Self::Conflict(_) => "conflict",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::TooLarge { .. } => "too_large",
            Self::Checksum => "checksum",
            Self::MediaType { .. } => "media_type",
            Self::Version { .. } => "version",
            Self::Store(error) => match error.passing() {
                Some(Passing::Unreachable) => "unavailable",
                Some(Passing::NoRoom) => "cannot_write",
                None => "internal",
            },
            Self::Internal(_) => "internal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed() {
        let text = include_str!("error.rs");
        let body = text.split_once("pub fn code").and_then(|(_, rest)| rest.split_once("mod tests"));
        let mut given: Vec<&str> =
            body.unwrap().0.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        given.dedup();
        assert_eq!(given, AppError::CODES);
    }
}
