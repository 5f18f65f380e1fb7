//! From a file to its conversations, one at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::cursor::{Cursor, Fault};
use super::{Flavour, Item, LARGEST, Options, Taken, native, speaker_turns};
use crate::refusal::line_and_column;
use crate::{Place, Refusal};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads the transcripts of one file, one after the other.
#[must_use]
pub fn open(path: &Path, options: Options) -> Transcripts {
    match File::open(path) {
        Ok(file) => read(path, BufReader::with_capacity(1 << 16, file), options),
        Err(error) => {
            let state = State::Failed(Refusal::unreadable(path, &error));
            Transcripts { path: path.to_owned(), input: Box::new(io::empty()), line: 0, state }
        }
    }
}

/// Reads transcripts from any input; `path` names it and decides the id where nothing else does.
#[must_use]
pub fn read(path: &Path, input: impl BufRead + Send + 'static, options: Options) -> Transcripts {
    Transcripts {
        path: path.to_owned(),
        input: Box::new(input),
        line: 0,
        state: State::Begin(options.flavour),
    }
}

/// The conversations of one file, in order.
pub struct Transcripts {
    path: PathBuf,
    input: Box<dyn BufRead + Send>,
    /// The last line that was read.
    line: u64,
    state: State,
}

enum State {
    Begin(Option<Flavour>),
    Lines,
    Failed(Refusal),
    Done,
}

impl Iterator for Transcripts {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => None,
            State::Failed(refusal) => Some(Err(refusal)),
            State::Begin(flavour) => self.begin(flavour),
            State::Lines => self.next_line(),
        }
    }
}

impl Transcripts {
    fn begin(&mut self, flavour: Option<Flavour>) -> Option<Item> {
        let mut first = Vec::new();
        // Blank lines before the first object are no lines of conversation.
        let line = loop {
            match self.line(&mut first) {
                Ok(Line::End) => return Some(Err(Refusal::of(&self.path, "is empty"))),
                Ok(Line::Read) if self.line == 1 && first.starts_with(BYTE_ORDER_MARK) => {
                    first.drain(..BYTE_ORDER_MARK.len());
                    if !is_blank(&first) {
                        break Line::Read;
                    }
                }
                Ok(Line::Read) if is_blank(&first) => {}
                Ok(line) => break line,
                Err(error) => return Some(Err(Refusal::unreadable(&self.path, &error))),
            }
        };
        if let Some(refusal) = wide_text(&self.path, &first) {
            return Some(Err(refusal));
        }
        let flavour = match flavour {
            Some(flavour) => flavour,
            None => match self.guess(&first) {
                Ok(flavour) => flavour,
                Err(error) => return Some(Err(Refusal::unreadable(&self.path, &error))),
            },
        };
        if flavour == Flavour::Lines {
            self.state = State::Lines;
            return Some(self.one_line(&first, &line));
        }
        Some(self.whole(first, flavour))
    }

    /// Decides by the name, then by the first character, then by whether a second object follows on a line of its own.
    fn guess(&mut self, first: &[u8]) -> io::Result<Flavour> {
        let extension = self.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if ["jsonl", "ndjson"].iter().any(|lines| extension.eq_ignore_ascii_case(lines)) {
            return Ok(Flavour::Lines);
        }
        let first = first.trim_ascii();
        if first.starts_with(b"[") {
            return Ok(Flavour::SpeakerTurns);
        }
        let closed = first.len() > 1 && first.ends_with(b"}");
        let follows = self.input.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        Ok(if closed && follows { Flavour::Lines } else { Flavour::Native })
    }

    fn whole(&mut self, mut data: Vec<u8>, flavour: Flavour) -> Item {
        let lines_before = self.line - 1;
        let room = (LARGEST + 1).saturating_sub(data.len()) as u64;
        if let Err(error) = self.input.by_ref().take(room).read_to_end(&mut data) {
            return Err(Refusal::unreadable(&self.path, &error));
        }
        if data.len() > LARGEST {
            return Err(too_large(&self.path));
        }
        let id = self.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        conversation(&data, flavour, id)
            .map(|(conversation, notes)| {
                let place = Place { path: self.path.clone(), line: None };
                Taken { conversation, notes, place, repeats: None }
            })
            .map_err(|fault| refusal(&self.path, &data, lines_before, fault))
    }

    fn next_line(&mut self) -> Option<Item> {
        let mut data = Vec::new();
        loop {
            match self.line(&mut data) {
                Ok(Line::End) => return None,
                Ok(Line::Read) if is_blank(&data) => {}
                Ok(line) => {
                    self.state = State::Lines;
                    return Some(self.one_line(&data, &line));
                }
                Err(error) => return Some(Err(Refusal::unreadable(&self.path, &error).at_line(self.line))),
            }
        }
    }

    fn one_line(&self, data: &[u8], line: &Line) -> Item {
        if matches!(line, Line::TooLong) {
            return Err(too_large(&self.path).at_line(self.line));
        }
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        conversation(data, Flavour::Native, format!("{stem}-{}", self.line))
            .map(|(conversation, notes)| {
                let place = Place { path: self.path.clone(), line: Some(self.line) };
                Taken { conversation, notes, place, repeats: None }
            })
            .map_err(|fault| refusal(&self.path, data, self.line - 1, fault))
    }

    /// Reads one line into `data`. Of a line that is too long the rest is passed over.
    fn line(&mut self, data: &mut Vec<u8>) -> io::Result<Line> {
        data.clear();
        let read = self.input.by_ref().take(LARGEST as u64 + 1).read_until(b'\n', data)?;
        if read == 0 {
            return Ok(Line::End);
        }
        self.line += 1;
        if read <= LARGEST || data.ends_with(b"\n") {
            return Ok(Line::Read);
        }
        self.input.skip_until(b'\n')?;
        Ok(Line::TooLong)
    }
}

enum Line {
    Read,
    TooLong,
    End,
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

fn conversation(
    data: &[u8],
    flavour: Flavour,
    id: String,
) -> Result<(lingjian_model::Conversation, Vec<super::Note>), Fault> {
    let mut cursor = Cursor::new(data);
    let taken = match flavour {
        Flavour::SpeakerTurns => speaker_turns::conversation(&mut cursor, id)?,
        Flavour::Native | Flavour::Lines => native::conversation(&mut cursor, id)?,
    };
    cursor.finish()?;
    Ok(taken)
}

fn too_large(path: &Path) -> Refusal {
    let reason = format!("one conversation takes more than {} MiB", LARGEST >> 20);
    Refusal::of(path, reason).advise("write one conversation a line, or leave the words' times out")
}

/// UTF-16, as some editors save it, and UTF-32 begin with a mark of their own.
fn wide_text(path: &Path, data: &[u8]) -> Option<Refusal> {
    let wide = data.starts_with(b"\xFF\xFE") || data.starts_with(b"\xFE\xFF");
    wide.then(|| Refusal::of(path, "is UTF-16").at(1, 1).advise("save the file as UTF-8"))
}

fn refusal(path: &Path, data: &[u8], lines_before: u64, fault: Fault) -> Refusal {
    // A file in another encoding breaks JSON in odd places: the first byte that is not UTF-8 says it better.
    let fault = match std::str::from_utf8(data) {
        Err(error) => Fault {
            at: error.valid_up_to(),
            field: None,
            reason: "is not UTF-8".to_owned(),
            advice: Some("save the file as UTF-8".to_owned()),
        },
        Ok(_) => fault,
    };
    let (line, column) = line_and_column(data, fault.at);
    let Fault { field, reason, advice, .. } = fault;
    Refusal { field, advice, ..Refusal::of(path, reason).at(lines_before + line, column) }
}
