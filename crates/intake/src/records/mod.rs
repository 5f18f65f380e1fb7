//! Call records from CSV, TSV and Excel, by a mapping file (`docs/mapping.md`).
//!
//! Every row becomes a record or a [`Refusal`] that names its line, its column and the reason. Text tables are read
//! row by row; one Excel sheet is held in memory, within bounds.

mod convert;
mod decode;
mod mapping;
mod plain;
mod record;
mod table;
mod workbook;

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use mapping::{Field, Mapping};
pub use plain::{Line, Table};
pub use record::CallRecord;
pub use table::{LONGEST_ROW, MOST_COLUMNS};

use crate::refusal::{nearest, shown};
use crate::{Identified, Place, Refusal, Register};
use convert::{Fault, Plan};
use decode::Charset;
use table::{Cell, Row, Rows, TextRows};

/// A record that was taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TakenRecord {
    /// As it would be stored.
    pub record: CallRecord,
    /// Where it stood.
    pub place: Place,
    /// Where the very same record stood before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Place>,
}

impl Identified for TakenRecord {
    type Content = CallRecord;
    const KIND: &'static str = "record";

    fn key(&self) -> (Option<&str>, &str) {
        (self.record.source.as_deref(), &self.record.id)
    }

    fn content(&self) -> &CallRecord {
        &self.record
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn repeats(&mut self, first: Place) {
        self.repeats = Some(first);
    }
}

/// One item of a reading.
pub type Item = Result<TakenRecord, Refusal>;

/// Reads the records of one file. What it is, is decided by its content.
#[must_use]
pub fn open(path: &Path, mapping: &Mapping) -> Records {
    Records::new(path, open_rows(path, mapping), mapping)
}

/// Reads a CSV or TSV from bytes; `path` names it.
#[must_use]
pub fn read_text(path: &Path, data: Vec<u8>, mapping: &Mapping) -> Records {
    Records::new(path, text_rows(path, mapping, || Ok(Cursor::new(data.clone()))), mapping)
}

fn open_rows(path: &Path, mapping: &Mapping) -> Result<Rows, Refusal> {
    let unreadable = |error| Refusal::unreadable(path, &error);
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(512).read_to_end(&mut head)).map_err(unreadable)?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        return workbook::rows(path, mapping.sheet.as_deref(), head.starts_with(b"\xD0"));
    }
    let start =
        String::from_utf8_lossy(&head).trim_start_matches(['\u{feff}', ' ', '\r', '\n']).to_lowercase();
    if start.starts_with("<html")
        || start.starts_with("<table")
        || start.starts_with("<!doctype")
        || start.starts_with("<?xml")
    {
        let refusal = Refusal::of(path, "is a web page, whatever its name says");
        return Err(refusal.advise("open it in Excel and save it as .xlsx or CSV"));
    }
    text_rows(path, mapping, || File::open(path))
}

fn text_rows<R: Read + Send + 'static>(
    path: &Path,
    mapping: &Mapping,
    input: impl Fn() -> std::io::Result<R>,
) -> Result<Rows, Refusal> {
    let unreadable = |error| Refusal::unreadable(path, &error);
    let charset = match mapping.charset {
        Some(charset) => charset,
        None => input().and_then(Charset::detect).map_err(unreadable)?,
    };
    let input = input().map_err(unreadable)?;
    Ok(Box::new(TextRows::new(path, input, charset, mapping.delimiter)?))
}

/// The records of one file, in order.
pub struct Records {
    path: PathBuf,
    state: State,
    mapping: Mapping,
    /// Rows passed over because every cell was empty.
    blank: u64,
}

enum State {
    Begin(Rows),
    Rows { rows: Rows, plan: Plan, headers: Vec<String> },
    Refused(std::vec::IntoIter<Refusal>),
}

impl Records {
    fn new(path: &Path, rows: Result<Rows, Refusal>, mapping: &Mapping) -> Self {
        let state = match rows {
            Ok(rows) => State::Begin(rows),
            Err(refusal) => State::Refused(vec![refusal].into_iter()),
        };
        Self { path: path.to_owned(), state, mapping: mapping.clone(), blank: 0 }
    }

    /// How many rows were passed over so far because every cell was empty.
    #[must_use]
    pub fn blank_rows(&self) -> u64 {
        self.blank
    }

    fn begin(&mut self, mut rows: Rows) -> State {
        let path = self.path.clone();
        let refused = |refusals: Vec<Refusal>| State::Refused(refusals.into_iter());
        let mut next = || rows.next().transpose();
        for _ in 0..self.mapping.skip_rows {
            match next() {
                Ok(Some(_)) => {}
                Ok(None) => return refused(vec![Refusal::of(&path, "ends before its header")]),
                Err(refusal) => return refused(vec![refusal]),
            }
        }
        let mut header: Vec<Row> = Vec::new();
        for _ in 0..self.mapping.header_rows {
            match next() {
                Ok(Some(row)) => header.push(row),
                Ok(None) if header.is_empty() => return refused(vec![Refusal::of(&path, "is empty")]),
                Ok(None) => return refused(vec![Refusal::of(&path, "ends within its header")]),
                Err(refusal) => return refused(vec![refusal]),
            }
        }
        let headers = join_headers(&header);
        let line = header.first().map_or(1, |row| row.line);
        let plan = Plan::new(&self.mapping, |field, column| {
            find_column(column, &headers, self.mapping.header_rows).map_err(|(reason, advice)| Refusal {
                advice,
                ..Refusal::of(&path, reason).at_line(line).field(field)
            })
        });
        match plan {
            Ok(plan) => State::Rows { rows, plan, headers },
            Err(missing) => refused(missing),
        }
    }
}

impl Iterator for Records {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            match std::mem::replace(&mut self.state, State::Refused(Vec::new().into_iter())) {
                State::Begin(rows) => self.state = self.begin(rows),
                State::Refused(mut refusals) => {
                    let next = refusals.next();
                    self.state = State::Refused(refusals);
                    return next.map(Err);
                }
                State::Rows { mut rows, plan, headers } => {
                    let row = match rows.next()? {
                        Ok(row) => row,
                        // Where a table cannot be read on, its rows end.
                        Err(refusal) => {
                            self.state = State::Rows { rows, plan, headers };
                            return Some(Err(refusal));
                        }
                    };
                    if row.cells.iter().all(Cell::is_empty) {
                        self.blank += 1;
                        self.state = State::Rows { rows, plan, headers };
                        continue;
                    }
                    let item = self.item(&plan, &headers, row);
                    self.state = State::Rows { rows, plan, headers };
                    return Some(item);
                }
            }
        }
    }
}

impl Records {
    fn item(&self, plan: &Plan, headers: &[String], mut row: Row) -> Item {
        whole(&self.path, headers, self.mapping.charset, &mut row)?;
        match plan.record(&row) {
            Ok(record) => {
                let place = Place { path: self.path.clone(), line: Some(row.line) };
                Ok(TakenRecord { record, place, repeats: None })
            }
            Err(Fault { field, reason, advice }) => {
                let refusal = Refusal::of(&self.path, reason).at_line(row.line).field(field);
                Err(Refusal { advice: advice.or_else(|| spread(&row)), ..refusal })
            }
        }
    }
}

/// What a row over several lines may mean.
fn spread(row: &Row) -> Option<String> {
    (row.last_line > row.line).then(|| {
        let (first, last) = (row.line, row.last_line);
        format!("the row spans lines {first} to {last}: is a quote in it never closed?")
    })
}

/// Refuses a row that cannot be read, or has not the header's cells; cuts off empty ones behind them.
fn whole(path: &Path, headers: &[String], charset: Option<Charset>, row: &mut Row) -> Result<(), Refusal> {
    let refusal = |reason: String| Refusal::of(path, reason).at_line(row.line);
    if row.garbled {
        let garbled =
            row.cells.iter().position(|cell| matches!(cell, Cell::Text(text) if text.contains('\u{fffd}')));
        let column = garbled.and_then(|index| headers.get(index)).cloned().unwrap_or_default();
        let charset = charset.map_or("UTF-8 or GB18030", Charset::name);
        return Err(refusal(format!("has bytes that are not {charset}"))
            .field(column)
            .advise("name the file's `encoding` in the mapping, or save it as UTF-8"));
    }
    if !headers.is_empty() && row.cells.len() != headers.len() {
        while row.cells.len() > headers.len() && row.cells.last().is_some_and(Cell::is_empty) {
            row.cells.pop();
        }
        let short = row.open_end && row.cells.len() < headers.len();
        if row.cells.len() != headers.len() && !short {
            let reason = format!("has {} cells where the header has {}", row.cells.len(), headers.len());
            return Err(refusal(reason).advise(
                spread(row).unwrap_or_else(|| "put texts that hold the delimiter in quotes".to_owned()),
            ));
        }
    }
    Ok(())
}

/// Headers of several rows are joined by `/`; what stands in two rows of a column (merged cells) counts once.
fn join_headers(rows: &[Row]) -> Vec<String> {
    let mut width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    // Columns without a name at the end are none.
    while width > 0 && rows.iter().all(|row| row.cells.get(width - 1).is_none_or(Cell::is_empty)) {
        width -= 1;
    }
    let header = |column: usize| {
        let mut parts: Vec<String> = Vec::new();
        for text in rows.iter().filter_map(|row| row.cells.get(column)).map(Cell::text) {
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        parts.join("/")
    };
    (0..width).map(header).collect()
}

/// The index of a column by header or by `#number`.
fn find_column(name: &str, headers: &[String], header_rows: u32) -> Result<usize, (String, Option<String>)> {
    if let Some(number) = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok()) {
        let within = (1..=MOST_COLUMNS).contains(&number) && (header_rows == 0 || number <= headers.len());
        return if within { Ok(number - 1) } else { Err((format!("there is no column {number}"), None)) };
    }
    if header_rows == 0 {
        let advice = "without a header, columns are named by number: #1, #2, …";
        return Err((format!("there is no header to find `{name}` in"), Some(advice.to_owned())));
    }
    let mut found = headers.iter().enumerate().filter(|(_, header)| *header == name.trim());
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some((one, _)), Some((other, _))) => {
            let advice = format!("name it by number: #{} or #{}", one + 1, other + 1);
            Err((format!("the column `{name}` stands twice in the header"), Some(advice)))
        }
        _ => {
            let advice = match nearest(name, headers.iter().map(String::as_str)) {
                Some(meant) => format!("was `{meant}` meant?"),
                None => {
                    let shown: Vec<_> = headers.iter().take(30).map(|header| shown(header)).collect();
                    format!("the header has {}", shown.join(", "))
                }
            };
            Err((format!("the column `{name}` is missing"), Some(advice)))
        }
    }
}

/// What an import would do: `--dry-run`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Preview {
    /// The first records as they would be stored.
    pub first: Vec<CallRecord>,
    /// How many would be stored.
    pub taken: u64,
    /// How many stood in the file before, word for word.
    pub repeated: u64,
    /// Rows without any content.
    pub blank: u64,
    /// How many rows were refused.
    pub refused: u64,
    /// Why, row by row; at most [`MOST_REFUSALS`].
    pub refusals: Vec<Refusal>,
}

/// More refusals than this are counted only: by then the mapping is wrong, not the rows.
pub const MOST_REFUSALS: usize = 10_000;

/// Reads a whole file as an import would, and keeps the first `shown` records and the refusals.
#[must_use]
pub fn preview(mut records: Records, shown: usize) -> Preview {
    let (mut preview, mut register) = (Preview::default(), Register::new());
    for item in records.by_ref() {
        match register.admit(item) {
            Ok(TakenRecord { repeats: Some(_), .. }) => preview.repeated += 1,
            Ok(taken) => {
                preview.taken += 1;
                if preview.first.len() < shown {
                    preview.first.push(taken.record);
                }
            }
            Err(refusal) => {
                preview.refused += 1;
                if preview.refusals.len() < MOST_REFUSALS {
                    preview.refusals.push(refusal);
                }
            }
        }
    }
    preview.blank = records.blank_rows();
    preview
}
