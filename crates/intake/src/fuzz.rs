//! Fuzz targets: they take any bytes and must come back.

use std::io::Cursor;
use std::path::Path;

use crate::recordings::{Pattern, Vcon, kind_of_bytes};
use crate::records::{Mapping, preview, read_text};
use crate::transcripts::{Flavour, Options, read};
use crate::{Register, project};

fn transcripts(name: &str, data: &[u8], flavour: Option<Flavour>) {
    let mut register = Register::new();
    for item in read(Path::new(name), Cursor::new(data.to_vec()), Options { flavour }) {
        let _ = register.admit(item).map_err(|refusal| refusal.to_string());
    }
}

/// A transcript of one object, or a list of turns.
pub fn transcript(data: &[u8]) {
    transcripts("a.json", data, None);
    transcripts("a.json", data, Some(Flavour::Native));
    transcripts("a.json", data, Some(Flavour::SpeakerTurns));
}

/// JSON Lines.
pub fn lines(data: &[u8]) {
    transcripts("a.jsonl", data, None);
}

/// A vCon file, and what any file is taken for.
pub fn vcon(data: &[u8]) {
    let _ = kind_of_bytes(Path::new("a.vcon"), data);
    let _ = Vcon::parse(Path::new("a.vcon"), data).map_err(|refusal| refusal.to_string());
}

/// A mapping file and a project file.
pub fn mapping(data: &[u8]) {
    let _ = Mapping::parse(Path::new("m.yaml"), data).map_err(|refusal| refusal.to_string());
    let _ = project::parse(Path::new("p.yaml"), data).map_err(|refusal| refusal.to_string());
}

/// A CSV or TSV under a mapping that uses every kind of field.
pub fn table(data: &[u8]) {
    const MAPPING: &[u8] = b"zone: Asia/Shanghai\ntime: [iso, '%Y/%m/%d %H:%M', epoch-s]\nfields:\n  id: {columns: [id, '#2']}\n  \
        started_at: start\n  talk: {column: talk, unit: 'hh:mm:ss'}\n  hold: hold\n  abandoned: {column: end, values: {HANG: yes}, other: no}\n";
    for name in ["a.csv", "a.tsv"] {
        if let Ok(mapping) = Mapping::parse(Path::new("m.yaml"), MAPPING) {
            let _ = preview(read_text(Path::new(name), data.to_vec(), &mapping), 3);
        }
    }
}

/// A file-name pattern (first line) against a name (the rest).
pub fn pattern(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (pattern, name) = text.split_once('\n').unwrap_or((&text, ""));
    match Pattern::parse(pattern) {
        Ok(pattern) => drop(pattern.captures(name)),
        Err(error) => drop(error.to_string()),
    }
}
