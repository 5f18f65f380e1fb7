//! A rehearsed centre as files: transcripts, call records, truth.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde::Serialize;

use crate::{Offered, Planted, RehearsalError, RehearsedCall};

/// How transcripts lie in the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// All in `transcripts.jsonl`, one a line.
    #[default]
    Lines,
    /// `transcripts/<id>.json`, one a file.
    Files,
}

/// How many were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Calls with transcript, truth and record.
    pub answered: usize,
    /// Calls with a record only.
    pub unanswered: usize,
}

/// A line of the truth file.
#[derive(Debug, Serialize)]
struct Truth<'a> {
    id: &'a str,
    faults: &'a [Planted],
    lookalikes: &'a [Planted],
}

/// A call's line of the truth file: `{"id", "faults": […], "lookalikes": […]}`, without a line break.
///
/// # Errors
/// Never in practice: the shape has no part that JSON lacks.
pub fn truth_line(call: &RehearsedCall) -> serde_json::Result<String> {
    serde_json::to_string(&Truth {
        id: &call.conversation.id,
        faults: &call.truth,
        lookalikes: &call.lookalikes,
    })
}

/// Writes transcripts, `records.csv` (UTF-8) and `truth.jsonl` into a folder, which is made where it is missing.
/// Files of these names are replaced; others in the folder stay.
///
/// # Errors
/// Which file could not be written, and why.
pub fn write_folder(
    offered: impl IntoIterator<Item = Offered>,
    folder: &Path,
    layout: Layout,
) -> Result<Written, RehearsalError> {
    let each = folder.join("transcripts");
    let make = match layout {
        Layout::Lines => folder,
        Layout::Files => &each,
    };
    fs::create_dir_all(make).map_err(|source| failed(make, source))?;

    let mut lines = match layout {
        Layout::Lines => Some(Output::create(&folder.join("transcripts.jsonl"))?),
        Layout::Files => None,
    };
    let mut truth = Output::create(&folder.join("truth.jsonl"))?;
    let path = folder.join("records.csv");
    let mut records = csv::Writer::from_path(&path).map_err(|error| failed(&path, error.into()))?;
    let mut written = Written::default();
    for call in offered {
        let record = match &call {
            Offered::Answered(call) => {
                let file = each.join(format!("{}.json", call.conversation.id));
                let text =
                    serde_json::to_string(&call.conversation).map_err(|error| failed(&file, error.into()))?;
                match &mut lines {
                    Some(lines) => lines.line(&text)?,
                    None => fs::write(&file, text + "\n").map_err(|source| failed(&file, source))?,
                }
                let text = truth_line(call).map_err(|error| failed(&truth.path, error.into()))?;
                truth.line(&text)?;
                written.answered += 1;
                &call.record
            }
            Offered::Unanswered(record) => {
                written.unanswered += 1;
                record
            }
        };
        records.serialize(record).map_err(|error| failed(&path, error.into()))?;
    }
    records.flush().map_err(|source| failed(&path, source))?;
    truth.finish()?;
    if let Some(lines) = lines {
        lines.finish()?;
    }
    Ok(written)
}

struct Output {
    path: std::path::PathBuf,
    out: BufWriter<File>,
}

impl Output {
    fn create(path: &Path) -> Result<Self, RehearsalError> {
        let file = File::create(path).map_err(|source| failed(path, source))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file) })
    }

    fn line(&mut self, text: &str) -> Result<(), RehearsalError> {
        writeln!(self.out, "{text}").map_err(|source| failed(&self.path, source))
    }

    fn finish(mut self) -> Result<(), RehearsalError> {
        self.out.flush().map_err(|source| failed(&self.path, source))
    }
}

fn failed(path: &Path, source: std::io::Error) -> RehearsalError {
    RehearsalError::Write { path: path.to_owned(), source }
}
