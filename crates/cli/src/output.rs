//! Where results go: standard output, or a file that appears whole or not at all.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::failure::Internal;

const BUFFER: usize = 1 << 16;

/// A way out. Until [`Output::finish`] nothing stands at the file's name, so that nobody reads half a result.
pub(crate) struct Output {
    to: BufWriter<To>,
    name: String,
}

enum To {
    Stdout(io::Stdout),
    /// Written beside its place, then renamed.
    Whole {
        file: NamedTempFile,
        place: PathBuf,
    },
    /// Devices and pipes cannot be renamed over.
    Device(std::fs::File),
}

impl Write for To {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(data),
            Self::Whole { file, .. } => file.write(data),
            Self::Device(file) => file.write(data),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Whole { file, .. } => file.flush(),
            Self::Device(file) => file.flush(),
        }
    }
}

impl Output {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        Self {
            to: BufWriter::with_capacity(BUFFER, To::Stdout(io::stdout())),
            name: "standard output".to_owned(),
        }
    }

    /// A file. Its folder is made where it is missing.
    pub(crate) fn file(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let to = open(path).with_context(|| format!("failed to create {name}"))?;
        Ok(Self { to: BufWriter::with_capacity(BUFFER, to), name })
    }

    /// A file, or standard output where none is named.
    pub(crate) fn to(path: Option<&Path>) -> anyhow::Result<Self> {
        path.map_or_else(|| Ok(Self::stdout()), Self::file)
    }

    /// Writes bytes.
    pub(crate) fn put(&mut self, data: impl AsRef<[u8]>) -> anyhow::Result<()> {
        self.to.write_all(data.as_ref()).map_err(|error| unwritable(&self.name, error))
    }

    /// Writes a value as JSON on one line, without the line's end.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.to, value).map_err(|error| unwritable(&self.name, error.into()))
    }

    /// Copies all that can be read.
    pub(crate) fn copy(&mut self, mut from: impl io::Read) -> anyhow::Result<()> {
        io::copy(&mut from, &mut self.to).map(drop).map_err(|error| unwritable(&self.name, error))
    }

    /// Hands on what was written so far, to whoever reads along.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        self.to.flush().map_err(|error| unwritable(&self.name, error))
    }

    /// Makes the file appear.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let name = self.name;
        let failed = |error: io::Error| unwritable(&name, error);
        let mut to = self.to.into_inner().map_err(|error| failed(error.into_error()))?;
        to.flush().map_err(failed)?;
        if let To::Whole { file, place } = to {
            file.as_file().sync_all().map_err(failed)?;
            file.persist(place).map_err(|error| failed(error.error))?;
        }
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<To> {
    if path.exists() && !path.is_file() && !path.is_dir() {
        return Ok(To::Device(std::fs::File::create(path)?));
    }
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder; name a file in it"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    let mut named = tempfile::Builder::new();
    named.prefix(&prefix).suffix(".part");
    // Like any file a person makes: the rest is up to their umask. tempfile's own choice is for secrets.
    #[cfg(unix)]
    named.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(To::Whole { file: named.tempfile_in(folder)?, place: path.to_owned() })
}

/// A disk that is full or gone is no mistake of the input. A closed pipe is none at all: the caller looks for it.
fn unwritable(name: &str, error: io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return error.into();
    }
    let advice = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; make room or name another place with --out"
        }
        _ => "",
    };
    Internal(format!("failed to write {name}: {error}{advice}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("new/report.json");
        let mut output = Output::file(&path)?;
        output.put("half")?;
        assert!(!path.exists());
        drop(output);
        assert_eq!(std::fs::read_dir(folder.path().join("new"))?.count(), 0);

        let mut output = Output::file(&path)?;
        output.json(&[1, 2])?;
        output.finish()?;
        assert_eq!(std::fs::read_to_string(&path)?, "[1,2]");
        Ok(())
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_named_and_is_no_mistake_of_the_user() -> anyhow::Result<()> {
        let mut output = Output::file(Path::new("/dev/full"))?;
        output.put(vec![b'x'; 10])?;
        let error = output.finish().unwrap_err();
        assert!(error.is::<Internal>());
        let message = error.to_string();
        assert!(message.contains("/dev/full") && message.contains("make room"), "{message}");
        Ok(())
    }
}
