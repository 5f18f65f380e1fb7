//! Rows of a CSV or TSV, with the line each begins in. Knows where a quote was opened that nobody closed.

use std::io::Read;
use std::path::{Path, PathBuf};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use jiff::civil::DateTime;

use super::decode::{Charset, Decoded};
use crate::Refusal;

/// The longest row, in bytes of UTF-8.
pub const LONGEST_ROW: usize = 1 << 20;
/// The most columns.
pub const MOST_COLUMNS: usize = 1024;

/// A cell as the file holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    /// An Excel date with time.
    Instant(DateTime),
    /// An Excel time or length, in days.
    Days(f64),
    Flag(bool),
    /// An Excel formula that failed: `#N/A` and its kin.
    Failed(String),
}

impl Cell {
    pub(super) const EMPTY: Self = Self::Text(String::new());

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// As a person would read it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Failed(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Instant(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            Self::Days(days) => {
                let seconds = (days * 86_400.0).round() as i64;
                format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
            }
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The line it begins in (text), or its number (Excel); from 1.
    pub(super) line: u64,
    /// The line it ends in; later than `line` where a quoted cell holds line breaks.
    pub(super) last_line: u64,
    pub(super) cells: Vec<Cell>,
    /// Cells that are missing at its end are empty (Excel stores none), not lost.
    pub(super) open_end: bool,
    /// Some bytes of it mean nothing in its encoding.
    pub(super) garbled: bool,
}

/// Rows one after the other; `Err` ends the table.
pub(super) type Rows = Box<dyn Iterator<Item = Result<Row, Refusal>> + Send>;

pub(super) struct TextRows<R> {
    path: PathBuf,
    input: Decoded<R>,
    text: Vec<u8>,
    at: usize,
    reader: Reader,
    line: u64,
    out: Vec<u8>,
    ends: Vec<usize>,
    done: bool,
}

impl<R: Read> TextRows<R> {
    pub(super) fn new(
        path: &Path,
        input: R,
        charset: Charset,
        delimiter: Option<u8>,
    ) -> Result<Self, Refusal> {
        let mut input = Decoded::new(input, charset);
        let mut text = Vec::new();
        input.more(&mut text).map_err(|error| Refusal::unreadable(path, &error))?;
        let delimiter = delimiter.unwrap_or_else(|| guess_delimiter(path, &text));
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        let (out, ends) = (vec![0; LONGEST_ROW], vec![0; MOST_COLUMNS + 1]);
        Ok(Self { path: path.to_owned(), input, text, at: 0, reader, line: 1, out, ends, done: false })
    }

    /// Makes sure there is text to read; false at the end.
    fn ready(&mut self) -> Result<bool, Refusal> {
        while self.at == self.text.len() {
            self.text.clear();
            self.at = 0;
            let more = self.input.more(&mut self.text);
            if !more.map_err(|error| Refusal::unreadable(&self.path, &error).at_line(self.line))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn row(&mut self) -> Result<Option<Row>, Refusal> {
        // Blank lines between rows are passed over here, so that a row's first line is known.
        loop {
            if !self.ready()? {
                return Ok(None);
            }
            match self.text[self.at] {
                b'\n' => self.line += 1,
                b'\r' => {}
                _ => break,
            }
            self.at += 1;
        }
        let first_line = self.line;
        let (mut written, mut ended) = (0, 0);
        loop {
            let at_end = !self.ready()?;
            // At the end a line break closes the last row, unless a quote is open and takes it as text.
            let input = if at_end { b"\n".as_slice() } else { &self.text[self.at..] };
            let (result, read, out, ends) =
                self.reader.read_record(input, &mut self.out[written..], &mut self.ends[ended..]);
            if !at_end {
                self.line += input[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
                self.at += read;
            }
            written += out;
            ended += ends;
            match result {
                ReadRecordResult::Record => return Ok(Some(self.finished(first_line, ended))),
                ReadRecordResult::InputEmpty if !at_end => {}
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {
                    return Err(self.unclosed(first_line, written, ended, "is never closed"));
                }
                ReadRecordResult::OutputFull => {
                    let what =
                        format!("may never be closed: its row is longer than {} MiB", LONGEST_ROW >> 20);
                    return Err(self.unclosed(first_line, written, ended, &what));
                }
                ReadRecordResult::OutputEndsFull => {
                    let reason = format!("has more than {MOST_COLUMNS} cells");
                    let refusal = Refusal::of(&self.path, reason).at_line(first_line);
                    return Err(refusal.advise("is this a table? rows from here on were not read"));
                }
            }
        }
    }

    fn finished(&self, line: u64, ended: usize) -> Row {
        let mut from = 0;
        let cells = self.ends[..ended]
            .iter()
            .map(|end| {
                let cell = String::from_utf8_lossy(&self.out[from..*end]).into_owned();
                from = *end;
                Cell::Text(cell)
            })
            .collect::<Vec<_>>();
        let garbled = self.input.faults > 0
            && cells.iter().any(|cell| matches!(cell, Cell::Text(text) if text.contains('\u{fffd}')));
        let breaks = self.out[..from].iter().filter(|byte| **byte == b'\n').count() as u64;
        Row { line, last_line: line + breaks, cells, open_end: false, garbled }
    }

    fn unclosed(&self, first_line: u64, written: usize, ended: usize, what: &str) -> Refusal {
        let cell_start = if ended == 0 { 0 } else { self.ends[ended - 1] };
        // The open cell is the last of the row; line breaks before it lie in closed cells.
        let breaks = self.out[..cell_start.min(written)].iter().filter(|byte| **byte == b'\n').count() as u64;
        let reason = format!("the quote opened in cell {} {what}", ended + 1);
        Refusal::of(&self.path, reason)
            .at_line(first_line + breaks)
            .advise("close it, or write a quote inside a text twice; the rows from here on were not read")
    }
}

impl<R: Read> Iterator for TextRows<R> {
    type Item = Result<Row, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let row = self.row().transpose();
        self.done = !matches!(row, Some(Ok(_)));
        row
    }
}

/// A `.tsv` has tabs; else the first line decides by what stands in it most often.
fn guess_delimiter(path: &Path, text: &[u8]) -> u8 {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv")) {
        return b'\t';
    }
    let line =
        text.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    // Of equals the last is taken: the comma.
    [b'|', b';', b'\t', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}
