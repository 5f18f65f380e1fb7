//! Takes a model from local files into the models folder.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::ct2::Ct2;
use super::shelf::{self, Draft, Hashing, Manifest, Model, Origin};
use super::{CATALOGUE, ImportError, ModelError, ggml, tokenizer};

/// How far taking in a model has come, in steps of unequal length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

/// Takes in a CTranslate2 Whisper folder (`model.bin` and `tokenizer.json`), the `model.bin` of such a folder, or a
/// ggml Whisper file, under `name`; without one, under the catalogue's name if the weights are known, else under the
/// name of the folder or file. What stood under that name is replaced only when the new model is whole.
///
/// # Errors
///
/// Where it cannot be read, is damaged, or is no Whisper, or the models folder cannot be written.
pub fn import(
    path: &Path,
    dir: &Path,
    name: Option<&str>,
    progress: &mut dyn FnMut(ImportProgress),
) -> Result<Model, ModelError> {
    let weights = if path.is_dir() { path.join("model.bin") } else { path.to_owned() };
    let sha256 = shelf::sha256_of(&weights)?;
    let known = CATALOGUE.iter().find(|known| known.weights_sha256 == sha256);
    let name = match (name, known) {
        (Some(name), _) => name.to_owned(),
        (None, Some(known)) => known.name.to_owned(),
        (None, None) => own_name(path),
    };
    if !shelf::is_plain(&name) {
        let reason = "its name is no model name; give one of letters, digits, - and _".to_owned();
        return Err(ModelError::Import { path: path.to_owned(), source: ImportError::Damaged(reason) });
    }
    let from = match known {
        Some(known) => known.parts.iter().map(|part| format!("{} {}", part.package, part.version)).collect(),
        None => vec![own_name(&weights)],
    };
    let origin = Origin { from, weights_sha256: sha256 };
    let licence = known.map(|known| known.licence.to_owned());
    write(&weights, dir, name, origin, licence, progress)
}

/// The folder's or file's own name, without what follows the dot.
fn own_name(path: &Path) -> String {
    let name = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    name.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Converts or copies `weights` and writes the manifest.
fn write(
    weights: &Path,
    dir: &Path,
    name: String,
    origin: Origin,
    licence: Option<String>,
    progress: &mut dyn FnMut(ImportProgress),
) -> Result<Model, ModelError> {
    fs::create_dir_all(dir).map_err(ModelError::io("make the folder", dir))?;
    let mut input = BufReader::new(File::open(weights).map_err(ModelError::io("read", weights))?);
    let is_ggml = is_ggml(&mut input).map_err(ModelError::io("read", weights))?;
    let path = shelf::weights_path(dir, &name);
    let mut out = Hashing::new(BufWriter::new(Draft::begin(path.clone())?));
    if is_ggml {
        ggml::check(&mut input).map_err(ModelError::import(weights))?;
        let mut input = File::open(weights).map_err(ModelError::io("read", weights))?;
        std::io::copy(&mut input, &mut out)
            .map_err(ImportError::Write)
            .map_err(ModelError::import(weights))?;
        progress(ImportProgress { done: 1, total: 1 });
    } else {
        let mut model = Ct2::open(input).map_err(ModelError::import(weights))?;
        let tokens = vocabulary_beside(weights)?;
        ggml::convert(&mut model, &tokens, &mut out, &mut |done, total| {
            progress(ImportProgress { done, total })
        })
        .map_err(ModelError::import(weights))?;
    }
    let (mut out, bytes, sha256) = out.finish();
    out.flush().map_err(ImportError::Write).map_err(ModelError::import(weights))?;
    let draft = out.into_inner().map_err(|error| ModelError::io("write", &path)(error.into_error()))?;
    let manifest = Manifest {
        name,
        format: "ggml".to_owned(),
        bytes,
        sha256,
        licence,
        origin,
        converted_by: (!is_ggml)
            .then(|| concat!("lingjian-speech ", env!("CARGO_PKG_VERSION"), ", q8_0").to_owned()),
    };
    // The weights first: a crash in between leaves a model that is called damaged, never one that is believed.
    draft.finish()?;
    let mut note = Draft::begin(shelf::manifest_path(dir, &manifest.name))?;
    serde_json::to_writer_pretty(&mut note, &manifest)
        .map_err(std::io::Error::from)
        .and_then(|()| note.write_all(b"\n"))
        .map_err(ModelError::io("write the manifest beside", &path))?;
    note.finish()?;
    Ok(Model { path, manifest })
}

fn is_ggml(input: &mut BufReader<File>) -> std::io::Result<bool> {
    let mut magic = Vec::new();
    input.by_ref().take(4).read_to_end(&mut magic)?;
    Ok(magic == b"lmgg")
}

fn vocabulary_beside(weights: &Path) -> Result<Vec<Vec<u8>>, ModelError> {
    let path: PathBuf = weights.with_file_name("tokenizer.json");
    if !path.exists() {
        let reason = "tokenizer.json is not beside it; a CTranslate2 model needs both".to_owned();
        return Err(ModelError::Import { path: weights.to_owned(), source: ImportError::Damaged(reason) });
    }
    let file = File::open(&path).map_err(ModelError::io("read", &path))?;
    tokenizer::read(BufReader::new(file)).map_err(ModelError::import(&path))
}
