//! Bytes of files that are on their way in. A file is named by its upload's id and nothing that anybody told.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use lingjian_model::ImportId;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};

use crate::StoreError;

/// The folder of files that are on their way in.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
}

/// A file that is being written.
#[derive(Debug)]
pub struct SpoolFile {
    file: File,
    path: PathBuf,
}

fn failed(what: &'static str, path: &Path) -> impl Fn(std::io::Error) -> StoreError + use<> {
    let path = path.display().to_string();
    move |source| StoreError::File { what, path: path.clone(), source }
}

impl Spool {
    /// Files in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where an upload's bytes are.
    #[must_use]
    pub fn path(&self, id: ImportId) -> PathBuf {
        self.folder.join(id.0.simple().to_string())
    }

    /// How many bytes of an upload are there; none where they are in another machine's spool, or were never sent.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn length(&self, id: ImportId) -> Result<Option<u64>, StoreError> {
        let path = self.path(id);
        match fs::metadata(&path).await {
            Ok(there) => Ok(Some(there.len())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("look at", &path)(error)),
        }
    }

    /// Opens an upload's file to go on behind its first bytes. What stands behind them was never confirmed, and goes.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(&self, id: ImportId, behind: u64) -> Result<SpoolFile, StoreError> {
        let path = self.path(id);
        let fail = failed("write", &path);
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(&path).await;
        let mut file = open.map_err(&fail)?;
        if file.metadata().await.map_err(&fail)?.len() != behind {
            file.set_len(behind).await.map_err(&fail)?;
        }
        file.seek(SeekFrom::Start(behind)).await.map_err(&fail)?;
        Ok(SpoolFile { file, path })
    }

    /// Clears an upload's file away; none is no fault.
    ///
    /// # Errors
    /// When it is there and stays.
    pub async fn remove(&self, id: ImportId) -> Result<(), StoreError> {
        let path = self.path(id);
        match fs::remove_file(&path).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(failed("clear away", &path)(error))
            }
            _ => Ok(()),
        }
    }
}

impl SpoolFile {
    /// Writes on.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).await.map_err(failed("write", &self.path))
    }

    /// Comes back when all of it is on the disk, whatever happens to the machine then.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn sync(&mut self) -> Result<(), StoreError> {
        let fail = failed("write", &self.path);
        self.file.flush().await.map_err(&fail)?;
        self.file.sync_data().await.map_err(&fail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places beyond 4 GiB are places like others: the file has a hole there, and takes no room.
    #[tokio::test]
    async fn a_file_goes_on_beyond_four_gibibytes() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::in_folder(&folder.path().join("uploads")).unwrap();
        let id = ImportId(uuid::Uuid::from_u128(7));
        assert_eq!(spool.length(id).await.unwrap(), None);
        let far = (4 << 30) + 12_345;
        let mut file = spool.open(id, far).await.unwrap();
        file.write(b"sound").await.unwrap();
        file.sync().await.unwrap();
        assert_eq!(spool.length(id).await.unwrap(), Some(far + 5));
        // What was written and never confirmed goes.
        let mut file = spool.open(id, far + 2).await.unwrap();
        file.write(b"X").await.unwrap();
        file.sync().await.unwrap();
        assert_eq!(spool.length(id).await.unwrap(), Some(far + 3));
        spool.remove(id).await.unwrap();
        spool.remove(id).await.unwrap();
        assert_eq!(spool.length(id).await.unwrap(), None);
    }
}
