//! Secrets: drawn by chance, kept as digests.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::AppError;

/// Characters of a password that we draw: none that looks like another.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Its length: 16 of 31 letters are 79 bits.
const PASSWORD: usize = 16;
/// The shortest password a person may choose.
pub(crate) const SHORTEST: usize = 10;

pub(crate) fn chance<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| AppError::Internal(format!("the system has no chance to give: {error}")))?;
    Ok(bytes)
}

/// 256 bits in hexadecimal digits.
pub(crate) fn draw() -> Result<String, AppError> {
    Ok(hex(&chance::<32>()?))
}

/// A password to be told to a person, in groups of four.
pub(crate) fn draw_password() -> Result<String, AppError> {
    let mut letters = String::new();
    while letters.len() < PASSWORD {
        // Bytes beyond the last whole multiple would favour the first letters.
        let fair = chance::<32>()?
            .into_iter()
            .filter(|byte| usize::from(*byte) < 256 / LETTERS.len() * LETTERS.len());
        letters.extend(fair.map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()])));
    }
    letters.truncate(PASSWORD);
    let groups: Vec<&str> = (0..PASSWORD).step_by(4).filter_map(|at| letters.get(at..at + 4)).collect();
    Ok(groups.join("-"))
}

/// What of a long random secret is kept.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Each takes 19 MB while it is worked out: at the beginning of a shift, everybody's at once would be a gigabyte.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// What of a password is kept: argon2id with its own salt. Costs some 20 ms and 19 MB.
pub(crate) async fn hash(password: String) -> Result<String, AppError> {
    let _turn = AT_ONCE.acquire().await;
    let work = move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string());
    let hashed =
        tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))?;
    hashed.map_err(|error| AppError::Internal(format!("a password could not be hashed: {error}")))
}

/// Whether a password is the one that was kept. Where none was, it takes as long to say no.
pub(crate) async fn is_right(password: String, kept: Option<String>) -> Result<bool, AppError> {
    let _turn = AT_ONCE.acquire().await;
    let work = move || match kept.as_deref().map(PasswordHash::new) {
        Some(Ok(kept)) => Argon2::default().verify_password(password.as_bytes(), &kept).is_ok(),
        Some(Err(_)) | None => {
            // Who is asked for a name that is not there must not learn it from the clock.
            Argon2::default().hash_password(password.as_bytes()).is_err()
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let password = draw_password().unwrap();
        assert_eq!(password.len(), 19, "{password}");
        let kept = hash(password.clone()).await.unwrap();
        assert!(kept.starts_with("$argon2id$") && !kept.contains(&password));
        assert!(is_right(password.clone(), Some(kept.clone())).await.unwrap());
        assert!(!is_right(password.to_uppercase(), Some(kept)).await.unwrap());
        assert!(!is_right(password, None).await.unwrap());
    }

    #[test]
    fn secrets_differ() {
        assert_ne!(draw().unwrap(), draw().unwrap());
        assert_eq!(digest("a").len(), 64);
    }
}
