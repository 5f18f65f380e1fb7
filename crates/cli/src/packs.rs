//! Rule packs: those that stand in the binary, and those that are named on the command line.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use lingjian_app::packs::is_rules;
pub(crate) use lingjian_app::packs::shipped;
use lingjian_inspection::{Diagnostic, Grade, Loaded, PackSource, SourceFile};

use crate::failure::complain;

/// The packs that are named, or all that ship where none is.
pub(crate) fn sources(named: &[PathBuf]) -> anyhow::Result<Vec<PackSource>> {
    if named.is_empty() {
        return Ok(shipped());
    }
    named.iter().map(|path| source(path)).collect()
}

/// A folder, a file, or the name of a pack that ships.
fn source(path: &Path) -> anyhow::Result<PackSource> {
    if path.is_file() {
        return Ok(PackSource { name: stem(path), files: vec![read(path)?] });
    }
    if !path.exists() {
        let shipped = shipped();
        let names: Vec<String> = shipped.iter().map(|pack| pack.name.clone()).collect();
        if let Some(pack) = shipped.into_iter().find(|pack| Path::new(&pack.name) == path) {
            return Ok(pack);
        }
        bail!(
            "{}: there is no such file or folder, and no pack of that name ships; there are: {}",
            path.display(),
            names.join(", ")
        );
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("failed to read {}", folder.display()))?;
        for entry in entries {
            let path = entry.with_context(|| format!("failed to read {}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if is_rules(&path) {
                files.push(read(&path)?);
            }
        }
    }
    if files.is_empty() {
        bail!("{}: no rule file lies there (*.yaml)", path.display());
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(PackSource { name: stem(path), files })
}

fn stem(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(path: &Path) -> anyhow::Result<SourceFile> {
    let shown = path.display().to_string();
    let data = std::fs::read(path).with_context(|| format!("failed to read {shown}"))?;
    match String::from_utf8(data) {
        Ok(text) => Ok(SourceFile {
            path: shown,
            text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text),
        }),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
            bail!("{shown}:{line}: is not UTF-8; save the file as UTF-8")
        }
    }
}

/// Loads packs for judging. What is wrong with them is said on standard error; the rules that are whole are used.
pub(crate) fn load(named: &[PathBuf]) -> anyhow::Result<Loaded> {
    let sources = sources(named)?;
    let loaded = lingjian_inspection::load(&sources);
    for diagnostic in loaded.diagnostics.iter().filter(|one| one.grade == Grade::Error) {
        complain(&render(diagnostic, &sources));
    }
    if loaded.set.rules().len() == 0 {
        bail!("no rule is left to judge by; see `lingjian rules check`");
    }
    Ok(loaded)
}

/// A diagnostic with the line it is about.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &[PackSource]) -> String {
    let file = sources.iter().flat_map(|pack| &pack.files).find(|file| file.path == diagnostic.file);
    diagnostic.render(file.map_or("", |file| &file.text))
}
