//! The folder that models stand in: for every model its weights, `NAME.bin`, and beside them a manifest, `NAME.json`.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CATALOGUE, ModelError};

/// Where a model came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Packages with their versions, or the name of the file that was given.
    pub from: Vec<String>,
    /// SHA-256 of the weights before conversion, in hexadecimal.
    pub weights_sha256: String,
}

/// What stands beside a model's weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The model's name.
    pub name: String,
    /// What the weights are in: `ggml`.
    pub format: String,
    /// Length of the file.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The licence of the weights, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Where it came from.
    pub origin: Origin,
    /// What converted it: this crate and its version; nothing where the file was taken as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converted_by: Option<String>,
}

/// A model that is there and whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its weights.
    pub path: PathBuf,
    /// What is known of it.
    pub manifest: Manifest,
}

/// How it stands with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum State {
    /// There, and its hash is right.
    Ready,
    /// In the catalogue, not in the folder.
    Missing {
        /// Bytes to fetch.
        download_bytes: u64,
    },
    /// There and not usable.
    Damaged {
        /// Why.
        reason: String,
    },
}

/// A line of `lingjian model list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The model's name.
    pub name: String,
    /// How it stands with it.
    #[serde(flatten)]
    pub state: State,
    /// What it does, where the catalogue knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<&'static str>,
    /// Length of its weights, where they are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256 of its weights, where they are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The licence of its weights, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Packages or files that it is made from.
    pub source: Vec<String>,
}

pub(crate) fn weights_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.bin"))
}

pub(crate) fn manifest_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.json"))
}

/// A name that is a plain file name, so that nothing is written or read outside the models folder.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 80
        && !name.starts_with('.')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}

/// The model of that name, checked to its last byte (a few tenths of a second for a small one).
///
/// # Errors
///
/// Where it is missing or damaged; the message says what to do.
pub fn open(dir: &Path, name: &str) -> Result<Model, ModelError> {
    let damaged = |reason: String| ModelError::Damaged { name: name.to_owned(), dir: dir.to_owned(), reason };
    let missing = || ModelError::Missing { name: name.escape_default().to_string(), dir: dir.to_owned() };
    if !is_plain(name) {
        return Err(missing());
    }
    let (path, manifest_path) = (weights_path(dir, name), manifest_path(dir, name));
    match (path.exists(), manifest_path.exists()) {
        (false, false) => return Err(missing()),
        (false, true) => return Err(damaged(format!("{name}.bin is gone"))),
        (true, false) => return Err(damaged(format!("{name}.json is gone"))),
        (true, true) => {}
    }
    let text = fs::read(&manifest_path).map_err(ModelError::io("read", &manifest_path))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| damaged(format!("{name}.json cannot be read: {error}")))?;
    let length = fs::metadata(&path).map_err(ModelError::io("read", &path))?.len();
    if length != manifest.bytes {
        return Err(damaged(format!("{name}.bin has {length} bytes and should have {}", manifest.bytes)));
    }
    let sha256 = sha256_of(&path)?;
    if sha256 != manifest.sha256 {
        return Err(damaged(format!(
            "the SHA-256 of {name}.bin is {sha256} and should be {}",
            manifest.sha256
        )));
    }
    Ok(Model { path, manifest })
}

/// Every model of the catalogue and every other one in the folder, by name. Each is checked to its last byte.
///
/// # Errors
///
/// Where the folder is there and cannot be read. A folder that is not there is an empty one.
pub fn list(dir: &Path) -> Result<Vec<Entry>, ModelError> {
    let mut names: Vec<String> = CATALOGUE.iter().map(|known| known.name.to_owned()).collect();
    if dir.exists() {
        for file in fs::read_dir(dir).map_err(ModelError::io("read", dir))? {
            let path = file.map_err(ModelError::io("read", dir))?.path();
            let is_ours = path.extension().is_some_and(|extension| extension == "json" || extension == "bin");
            if let Some(stem) =
                path.file_stem().and_then(|stem| stem.to_str()).filter(|stem| is_ours && is_plain(stem))
            {
                names.push(stem.to_owned());
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| entry(dir, name)).collect()
}

fn entry(dir: &Path, name: String) -> Result<Entry, ModelError> {
    let known = CATALOGUE.iter().find(|known| known.name == name);
    let mut entry = Entry {
        state: State::Ready,
        purpose: known.map(|known| known.purpose),
        bytes: None,
        sha256: None,
        licence: known.map(|known| known.licence.to_owned()),
        source: known
            .iter()
            .flat_map(|known| known.parts)
            .map(|part| format!("{} {}", part.package, part.version))
            .collect(),
        name,
    };
    match open(dir, &entry.name) {
        Ok(Model { manifest, .. }) => {
            entry.bytes = Some(manifest.bytes);
            entry.sha256 = Some(manifest.sha256);
            entry.licence = manifest.licence.or(entry.licence);
            entry.source = manifest.origin.from;
        }
        Err(ModelError::Missing { .. }) => {
            entry.state = State::Missing { download_bytes: known.map_or(0, super::Known::download_bytes) };
        }
        Err(ModelError::Damaged { reason, .. }) => entry.state = State::Damaged { reason },
        Err(other) => return Err(other),
    }
    Ok(entry)
}

/// A file of the folder while it is being written: beside its place, and moved there when it is whole and on disk.
pub(crate) struct Draft {
    file: File,
    path: PathBuf,
    place: PathBuf,
}

impl Draft {
    pub(crate) fn begin(place: PathBuf) -> Result<Self, ModelError> {
        let mut path = place.clone().into_os_string();
        path.push(".writing");
        let path = PathBuf::from(path);
        let file = File::create(&path).map_err(ModelError::io("write", &path))?;
        Ok(Self { file, path, place })
    }

    pub(crate) fn finish(self) -> Result<(), ModelError> {
        self.file.sync_all().map_err(ModelError::io("write", &self.path))?;
        fs::rename(&self.path, &self.place).map_err(ModelError::io("move into its place", &self.place))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After `finish` it is no longer there; otherwise it is half a file, of no use to anybody.
        let _ = fs::remove_file(&self.path);
    }
}

/// Passes bytes on and hashes them on the way.
pub(crate) struct Hashing<W> {
    out: W,
    digest: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, digest: Sha256::new(), bytes: 0 }
    }

    pub(crate) fn finish(self) -> (W, u64, String) {
        (self.out, self.bytes, hexadecimal(&self.digest.finalize()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256_of(path: &Path) -> Result<String, ModelError> {
    let mut file = File::open(path).map_err(ModelError::io("read", path))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(ModelError::io("read", path))?;
        match buffer.get(..read) {
            Some([]) | None => return Ok(hexadecimal(&digest.finalize())),
            Some(bytes) => digest.update(bytes),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
