//! What a file is, by its first bytes: names lie.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Serialize;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Sound, in that container.
    Audio(Container),
    /// A transcript: JSON or JSON Lines.
    Transcript,
    /// vCon: what is known of a recording.
    Vcon,
    /// A table: call records, to be given with their mapping.
    Table,
    /// Nothing we know.
    Other,
}

/// How sound is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the formats'")]
pub enum Container {
    Wav,
    Mp3,
    Flac,
    Ogg,
    M4a,
    Aac,
    Amr,
    Aiff,
    Webm,
}

impl Container {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::Wav,
        Self::Mp3,
        Self::Flac,
        Self::Ogg,
        Self::M4a,
        Self::Aac,
        Self::Amr,
        Self::Aiff,
        Self::Webm,
    ];

    /// The container of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|container| container.name() == name)
    }

    /// Its name, as recording standards write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::M4a => "m4a",
            Self::Aac => "aac",
            Self::Amr => "amr",
            Self::Aiff => "aiff",
            Self::Webm => "webm",
        }
    }
}

const HEAD: u64 = 4096;

/// Looks at the first bytes of a file.
///
/// # Errors
/// The file cannot be read.
pub fn kind_of(path: &Path) -> io::Result<Kind> {
    kind_of_named(path, path)
}

/// The same of a file that was called something else where it came from.
///
/// # Errors
/// The file cannot be read.
pub fn kind_of_named(path: &Path, name: &Path) -> io::Result<Kind> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(kind_of_bytes(name, &head))
}

/// What a file that begins like this is. The name decides only where an audio file is empty or a text may be several
/// things.
#[must_use]
pub(crate) fn kind_of_bytes(path: &Path, head: &[u8]) -> Kind {
    if let Some(container) = container(head) {
        return Kind::Audio(container);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if text.starts_with(b"{") || text.starts_with(b"[") {
        let vcon = text.starts_with(b"{") && head.windows(6).any(|bytes| bytes == b"\"vcon\"");
        return if vcon || ends(&[".vcon", ".vcon.json"]) { Kind::Vcon } else { Kind::Transcript };
    }
    // Broken or empty ones stay what their name says, so that their reader tells what is wrong.
    if ends(&[".vcon", ".vcon.json"]) {
        return Kind::Vcon;
    }
    if ends(&[".json", ".jsonl", ".ndjson"]) {
        return Kind::Transcript;
    }
    if ends(&[".csv", ".tsv", ".xlsx", ".xls"]) {
        return Kind::Table;
    }
    let by_name = [
        (".wav", Container::Wav),
        (".mp3", Container::Mp3),
        (".flac", Container::Flac),
        (".ogg", Container::Ogg),
        (".opus", Container::Ogg),
        (".m4a", Container::M4a),
        (".mp4", Container::M4a),
        (".aac", Container::Aac),
        (".amr", Container::Amr),
    ];
    by_name
        .iter()
        .find(|(ending, _)| name.ends_with(ending))
        .map_or(Kind::Other, |(_, container)| Kind::Audio(*container))
}

fn container(head: &[u8]) -> Option<Container> {
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    if (at(0, b"RIFF") || at(0, b"RF64")) && at(8, b"WAVE") {
        return Some(Container::Wav);
    }
    if at(0, b"fLaC") {
        return Some(Container::Flac);
    }
    if at(0, b"OggS") {
        return Some(Container::Ogg);
    }
    if at(4, b"ftyp") {
        return Some(Container::M4a);
    }
    if at(0, b"#!AMR") {
        return Some(Container::Amr);
    }
    if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
        return Some(Container::Aiff);
    }
    if at(0, b"\x1A\x45\xDF\xA3") {
        return Some(Container::Webm);
    }
    if at(0, b"ID3") {
        return Some(Container::Mp3);
    }
    match head {
        // ADTS: twelve bits of sync, then layer 0.
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => Some(Container::Aac),
        // MPEG audio: eleven bits of sync, then neither a reserved version nor layer 0, then no forbidden bit rate.
        [0xFF, second, third, ..]
            if second & 0xE0 == 0xE0
                && second & 0x18 != 0x08
                && second & 0x06 != 0
                && third & 0xF0 != 0xF0 =>
        {
            Some(Container::Mp3)
        }
        _ => None,
    }
}
