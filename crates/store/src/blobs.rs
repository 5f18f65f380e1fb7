//! Recordings, addressed by the SHA-256 of their bytes: the same recording twice is kept once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart};
use sha2::{Digest as _, Sha256};

use crate::StoreError;

/// The columns that name recordings: what they name is backed up and looked for.
const NAMED_BY: [(&str, &str); 1] = [("conversation", "recording")];
/// Parts of a recording that are written at once.
const PARTS: usize = 2;

/// Where a recording's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// In hexadecimal digits.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
}

/// All recordings. The one place through which their bytes go: encryption will stand here.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

impl Blobs {
    /// Recordings in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::File {
            what: "make the folder",
            path: folder.display().to_string(),
            source,
        })?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|source| StoreError::Blob { what: "find the folder of", source })?
            .with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: folder.to_owned() })
    }

    /// How many bytes are left for more of them; none where the machine does not say.
    #[must_use]
    pub fn room(&self) -> Option<u64> {
        room_at(&self.folder)
    }

    /// Keeps bytes.
    ///
    /// # Errors
    /// When they cannot be written, for example because the disk is full; then nothing is kept.
    pub async fn put(&self, bytes: Bytes) -> Result<Blob, StoreError> {
        let sha256 = hex(&Sha256::digest(&bytes));
        let blob = Blob { bytes: bytes.len() as u64, sha256 };
        let key = key(&blob.sha256);
        if let Ok(there) = self.store.head(&key).await
            && there.size == blob.bytes
        {
            return Ok(blob);
        }
        let put = self.store.put(&key, PutPayload::from_bytes(bytes)).await;
        put.map_err(|source| StoreError::Blob { what: "keep", source })?;
        Ok(blob)
    }

    /// All bytes of a recording, checked against its name.
    ///
    /// # Errors
    /// When it is gone or damaged.
    pub async fn get(&self, sha256: &str) -> Result<Bytes, StoreError> {
        let fail = |source| StoreError::Blob { what: "read", source };
        let bytes = self.store.get(&key(sha256)).await.map_err(fail)?.bytes().await.map_err(fail)?;
        if hex(&Sha256::digest(&bytes)) == sha256 { Ok(bytes) } else { Err(StoreError::BlobDamaged) }
    }

    /// Reads a recording and says how long it is, where it is what its name promises; keeps none of it in memory.
    ///
    /// # Errors
    /// When it is gone or damaged.
    pub async fn check(&self, sha256: &str) -> Result<u64, StoreError> {
        self.each_part(sha256, async |_| Ok(())).await?
    }

    /// Copies a recording, unless it is there already. The inner answer says how long it is, or why there is nothing to copy.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn copy(&self, sha256: &str, to: &Self) -> Result<Result<u64, StoreError>, StoreError> {
        let fail = |source| StoreError::Blob { what: "keep", source };
        if let (Ok(here), Ok(there)) =
            (self.store.head(&key(sha256)).await, to.store.head(&key(sha256)).await)
            && here.size == there.size
        {
            return Ok(Ok(here.size));
        }
        let mut copy = WriteMultipart::new(to.store.put_multipart(&key(sha256)).await.map_err(fail)?);
        let read = self.each_part(sha256, async |part| {
            copy.wait_for_capacity(PARTS).await.map_err(fail)?;
            copy.put(part);
            Ok(())
        });
        match read.await {
            Ok(Ok(length)) => {
                copy.finish().await.map_err(fail)?;
                Ok(Ok(length))
            }
            Ok(Err(unwritten)) => {
                copy.abort().await.ok();
                Err(unwritten)
            }
            Err(unread) => {
                copy.abort().await.map_err(fail)?;
                Ok(Err(unread))
            }
        }
    }

    /// Hands on a recording part by part. The outer error is the recording's, the inner one of who takes the parts.
    async fn each_part(
        &self,
        sha256: &str,
        mut take: impl AsyncFnMut(Bytes) -> Result<(), StoreError>,
    ) -> Result<Result<u64, StoreError>, StoreError> {
        let fail = |source| StoreError::Blob { what: "read", source };
        let mut parts = self.store.get(&key(sha256)).await.map_err(fail)?.into_stream();
        let (mut sum, mut length) = (Sha256::new(), 0);
        while let Some(part) = parts.try_next().await.map_err(fail)? {
            sum.update(&part);
            length += part.len() as u64;
            if let Err(error) = take(part).await {
                return Ok(Err(error));
            }
        }
        if hex(&sum.finalize()) == sha256 { Ok(Ok(length)) } else { Err(StoreError::BlobDamaged) }
    }

    /// Some bytes of a recording, from `range.start` up to and without `range.end`.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn range(&self, sha256: &str, range: std::ops::Range<u64>) -> Result<Bytes, StoreError> {
        let got = self.store.get_range(&key(sha256), range).await;
        got.map_err(|source| StoreError::Blob { what: "read", source })
    }
}

/// How many bytes are left on the disk of a folder; none where the machine does not say.
#[must_use]
pub fn room_at(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// What tells the recordings that the database names, each once and in order.
pub(crate) fn named() -> String {
    let named = NAMED_BY.map(|(table, column)| {
        format!("SELECT \"{column}\" AS sha256 FROM \"{table}\" WHERE \"{column}\" IS NOT NULL")
    });
    format!("SELECT DISTINCT sha256 FROM ({}) AS named ORDER BY sha256", named.join(" UNION ALL "))
}

/// Two levels of folders: a folder with a million files is slow to list.
pub(crate) fn place(sha256: &str) -> String {
    let part = |from: usize, to: usize| sha256.get(from..to).unwrap_or("xx");
    format!("{}/{}/{sha256}", part(0, 2), part(2, 4))
}

fn key(sha256: &str) -> Key {
    Key::from(place(sha256))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_bytes_are_kept_once_and_damage_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let blob = blobs.put(Bytes::from_static(b"sound")).await.unwrap();
        assert_eq!(blobs.put(Bytes::from_static(b"sound")).await.unwrap(), blob);
        assert_eq!(blobs.get(&blob.sha256).await.unwrap().as_ref(), b"sound");
        assert_eq!(blobs.range(&blob.sha256, 1..3).await.unwrap().as_ref(), b"ou");
        let file = folder.path().join(&blob.sha256[..2]).join(&blob.sha256[2..4]).join(&blob.sha256);
        std::fs::write(file, b"noise").unwrap();
        assert!(matches!(blobs.get(&blob.sha256).await, Err(StoreError::BlobDamaged)));
        assert!(blobs.get(&"0".repeat(64)).await.is_err());
    }
}
