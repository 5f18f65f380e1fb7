//! Recordings, addressed by the SHA-256 of their bytes: the same recording twice is kept once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _, BufWriter};

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

/// Bytes of a file in memory at once.
const PART: usize = 8 << 20;

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

    /// Keeps the bytes of a file, which may be larger than memory: read once for its name, once to be kept.
    ///
    /// # Errors
    /// When it cannot be read or written, for example because the disk is full; then nothing is kept.
    pub async fn put_file(&self, path: &Path) -> Result<Blob, StoreError> {
        let unread = |source| StoreError::File { what: "read", path: path.display().to_string(), source };
        let unkept = |source| StoreError::Blob { what: "keep", source };
        let mut file = tokio::fs::File::open(path).await.map_err(unread)?;
        let (mut sum, mut bytes, mut part) = (Sha256::new(), 0, vec![0; PART]);
        loop {
            let count = file.read(&mut part).await.map_err(unread)?;
            if count == 0 {
                break;
            }
            sum.update(&part[..count]);
            bytes += count as u64;
        }
        let blob = Blob { sha256: hex(&sum.finalize()), bytes };
        let key = key(&blob.sha256);
        if let Ok(there) = self.store.head(&key).await
            && there.size == blob.bytes
        {
            return Ok(blob);
        }
        file.rewind().await.map_err(unread)?;
        let mut put = self.store.put_multipart(&key).await.map_err(unkept)?;
        let copied = async {
            loop {
                let mut part = Vec::with_capacity(PART);
                let mut next = (&mut file).take(PART as u64);
                if next.read_to_end(&mut part).await.map_err(unread)? == 0 {
                    break;
                }
                put.put_part(part.into()).await.map_err(unkept)?;
            }
            put.complete().await.map_err(unkept)
        };
        if let Err(error) = copied.await {
            // What is half there is no recording; should this fail too, it is only in the way.
            put.abort().await.ok();
            return Err(error);
        }
        Ok(blob)
    }

    /// Lays a recording out as a file that ends as this name does, for those who seek in it; keeps none of it in memory. The
    /// file goes away when it is let go of.
    ///
    /// # Errors
    /// When it is gone or damaged, or the file cannot be written.
    pub async fn lay_out(&self, sha256: &str, name: &str) -> Result<NamedTempFile, StoreError> {
        let place = std::env::temp_dir().display().to_string();
        let unwritten = |source| StoreError::File { what: "write", path: place.clone(), source };
        let suffix = Path::new(name).extension().and_then(|one| one.to_str());
        let suffix = suffix.map(|one| format!(".{one}")).unwrap_or_default();
        let laid =
            tempfile::Builder::new().prefix("lingjian-").suffix(&suffix).tempfile().map_err(unwritten)?;
        let file = tokio::fs::File::from_std(laid.reopen().map_err(unwritten)?);
        let mut file = BufWriter::with_capacity(PART, file);
        let mut reading = self.read(sha256).await?;
        while let Some(part) = reading.next().await? {
            file.write_all(&part).await.map_err(unwritten)?;
        }
        file.flush().await.map_err(unwritten)?;
        Ok(laid)
    }

    /// Reads a recording and says how long it is, where it is what its name promises; keeps none of it in memory.
    ///
    /// # Errors
    /// When it is gone or damaged.
    pub async fn check(&self, sha256: &str) -> Result<u64, StoreError> {
        let mut reading = self.read(sha256).await?;
        while reading.next().await?.is_some() {}
        Ok(reading.length)
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
        let mut reading = match self.read(sha256).await {
            Ok(reading) => reading,
            Err(unread) => return Ok(Err(unread)),
        };
        let mut copy = WriteMultipart::new(to.store.put_multipart(&key(sha256)).await.map_err(fail)?);
        loop {
            match reading.next().await {
                Ok(Some(part)) => {
                    if let Err(unwritten) = copy.wait_for_capacity(PARTS).await {
                        copy.abort().await.ok();
                        return Err(fail(unwritten));
                    }
                    copy.put(part);
                }
                Ok(None) => {
                    copy.finish().await.map_err(fail)?;
                    return Ok(Ok(reading.length));
                }
                Err(unread) => {
                    copy.abort().await.map_err(fail)?;
                    return Ok(Err(unread));
                }
            }
        }
    }

    /// Begins to read a recording part by part.
    async fn read<'b>(&self, sha256: &'b str) -> Result<Reading<'b>, StoreError> {
        let parts = self.store.get(&key(sha256)).await.map_err(unread)?.into_stream();
        Ok(Reading { parts, sha256, sum: Sha256::new(), length: 0 })
    }

    /// Some bytes of a recording, from `range.start` up to and without `range.end`.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn range(&self, sha256: &str, range: std::ops::Range<u64>) -> Result<Bytes, StoreError> {
        self.store.get_range(&key(sha256), range).await.map_err(unread)
    }
}

/// A recording that is being read.
struct Reading<'b> {
    parts: BoxStream<'static, object_store::Result<Bytes>>,
    sha256: &'b str,
    sum: Sha256,
    /// How long it is so far.
    length: u64,
}

impl Reading<'_> {
    /// The next part; none at the end, where it is what its name promises.
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        let part = self.parts.try_next().await.map_err(unread)?;
        match &part {
            Some(part) => {
                self.sum.update(part);
                self.length += part.len() as u64;
            }
            None if hex(&self.sum.finalize_reset()) != self.sha256 => return Err(StoreError::BlobDamaged),
            None => {}
        }
        Ok(part)
    }
}

fn unread(source: object_store::Error) -> StoreError {
    StoreError::Blob { what: "read", source }
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
        let laid = blobs.lay_out(&blob.sha256, "sound.wav").await.unwrap();
        assert_eq!(std::fs::read(laid.path()).unwrap(), b"sound");
        assert_eq!(blobs.range(&blob.sha256, 1..3).await.unwrap().as_ref(), b"ou");
        let file = folder.path().join(&blob.sha256[..2]).join(&blob.sha256[2..4]).join(&blob.sha256);
        std::fs::write(file, b"noise").unwrap();
        assert!(matches!(blobs.lay_out(&blob.sha256, "").await, Err(StoreError::BlobDamaged)));
        assert!(blobs.lay_out(&"0".repeat(64), "").await.is_err());
    }

    #[tokio::test]
    async fn a_file_is_kept_in_parts_as_if_it_were_whole() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(&folder.path().join("recordings")).unwrap();
        let mut sound = vec![7; PART + 5];
        sound[PART - 1..=PART].copy_from_slice(b"<>");
        let file = folder.path().join("sound.wav");
        std::fs::write(&file, &sound).unwrap();
        let blob = blobs.put_file(&file).await.unwrap();
        let laid = blobs.lay_out(&blob.sha256, "").await.unwrap();
        assert!(std::fs::read(laid.path()).unwrap() == sound, "its bytes, under their own name");
        assert_eq!(blobs.put(sound.into()).await.unwrap(), blob);
        assert_eq!(blobs.put_file(&file).await.unwrap(), blob, "again changes nothing");
        assert!(blobs.put_file(&folder.path().join("gone")).await.is_err());
    }
}
