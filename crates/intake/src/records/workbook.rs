//! Rows of an Excel sheet: merged cells filled, dates as dates.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Reader as _, Xls, Xlsx};
use jiff::civil::DateTime;

use super::table::{Cell, MOST_COLUMNS, Row, Rows};
use crate::Refusal;
use crate::refusal::nearest;

/// The largest workbook, as a file.
const LARGEST: u64 = 128 << 20;
/// The largest workbook, unpacked: a small file may unpack to anything.
const LARGEST_UNPACKED: u64 = 1 << 30;
/// The most cells of one sheet; it is held in memory.
const MOST_CELLS: usize = 4_000_000;

type Sheet = BTreeMap<u32, BTreeMap<u32, Cell>>;

pub(super) fn rows(path: &Path, sheet: Option<&str>, old: bool) -> Result<Rows, Refusal> {
    let file = File::open(path).map_err(|error| Refusal::unreadable(path, &error))?;
    let size = file.metadata().map_err(|error| Refusal::unreadable(path, &error))?.len();
    if size > LARGEST {
        return Err(too_large(path));
    }
    let book = Book { path, wanted: sheet };
    let (mut cells, merged) = if old { book.xls(BufReader::new(file))? } else { book.xlsx(file)? };
    fill_merged(&mut cells, &merged);
    let path = path.to_owned();
    Ok(Box::new(cells.into_iter().map(move |(row, cells)| {
        let width = cells.keys().next_back().map_or(0, |last| *last as usize + 1);
        if width > MOST_COLUMNS {
            let reason = format!("has more than {MOST_COLUMNS} cells");
            return Err(Refusal::of(&path, reason).at_line(u64::from(row) + 1));
        }
        let mut line = vec![Cell::EMPTY; width];
        for (column, cell) in cells {
            line[column as usize] = cell;
        }
        let number = u64::from(row) + 1;
        Ok(Row { line: number, last_line: number, cells: line, open_end: true, garbled: false })
    })))
}

fn too_large(path: &Path) -> Refusal {
    Refusal::of(path, "the workbook is too large").advise("save the sheet as CSV, which is read row by row")
}

struct Book<'p> {
    path: &'p Path,
    wanted: Option<&'p str>,
}

impl Book<'_> {
    fn xlsx(&self, file: File) -> Result<(Sheet, Vec<Dimensions>), Refusal> {
        let broken = |error: &dyn std::fmt::Display| {
            Refusal::of(self.path, format!("failed to read the workbook: {error}"))
        };
        let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
        let mut unpacked = 0_u64;
        for index in 0..archive.len() {
            unpacked =
                unpacked.saturating_add(archive.by_index_raw(index).map_err(|error| broken(&error))?.size());
        }
        if unpacked > LARGEST_UNPACKED {
            return Err(too_large(self.path));
        }
        let mut file = archive.into_inner();
        file.rewind().map_err(|error| Refusal::unreadable(self.path, &error))?;
        let mut book = Xlsx::new(file).map_err(|error| broken(&error))?;
        let name = self.pick(book.sheet_names())?;
        let merged = book.merge_cells_by_sheet_name(&name).map_err(|error| broken(&error))?;
        let (mut sheet, mut count) = (Sheet::new(), 0);
        // Cell by cell: two cells far apart must not make a table of billions.
        let mut cells = book.worksheet_cells_reader(&name).map_err(|error| broken(&error))?;
        while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
            let (row, column) = cell.get_position();
            count += 1;
            if count > MOST_CELLS {
                return Err(too_large(self.path));
            }
            if let Some(value) = modern(cell.get_value()) {
                sheet.entry(row).or_default().insert(column, value);
            }
        }
        Ok((sheet, merged))
    }

    fn xls<R: Read + Seek>(&self, file: R) -> Result<(Sheet, Vec<Dimensions>), Refusal> {
        let broken = |error: &dyn std::fmt::Display| {
            Refusal::of(self.path, format!("failed to read the workbook: {error}"))
        };
        let mut book = Xls::new(file).map_err(|error| broken(&error))?;
        let name = self.pick(book.sheet_names())?;
        let range = book.worksheet_range(&name).map_err(|error| broken(&error))?;
        let (top, left) = range.start().unwrap_or_default();
        let mut sheet = Sheet::new();
        for (row, column, value) in range.used_cells() {
            if let Some(value) = old(value) {
                sheet.entry(top + row as u32).or_default().insert(left + column as u32, value);
            }
        }
        let merged = book.merge_cells_by_sheet_name(&name).map_err(|error| broken(&error))?;
        Ok((sheet, merged))
    }

    /// The sheet that is wanted; without a wish there must be only one that could be meant: the first.
    fn pick(&self, names: Vec<String>) -> Result<String, Refusal> {
        let Some(wanted) = self.wanted else {
            return names
                .into_iter()
                .next()
                .ok_or_else(|| Refusal::of(self.path, "the workbook has no sheets"));
        };
        if names.iter().any(|name| name == wanted) {
            return Ok(wanted.to_owned());
        }
        let refusal =
            Refusal::of(self.path, format!("the workbook has no sheet `{wanted}`")).field("file.sheet");
        Err(match nearest(wanted, names.iter().map(String::as_str)) {
            Some(meant) => refusal.advise(format!("was `{meant}` meant?")),
            None => refusal.advise(format!("its sheets are: {}", names.join(", "))),
        })
    }
}

fn modern(value: &DataRef<'_>) -> Option<Cell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::Text(text.clone())
        }
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(flag) => Cell::Flag(*flag),
        DataRef::DateTime(time) => instant(*time),
        DataRef::Error(error) => Cell::Failed(error.to_string()),
    })
}

fn old(value: &Data) -> Option<Cell> {
    Some(match value {
        Data::Empty => return None,
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Bool(flag) => Cell::Flag(*flag),
        Data::DateTime(time) => instant(*time),
        Data::Error(error) => Cell::Failed(error.to_string()),
    })
}

fn instant(time: ExcelDateTime) -> Cell {
    // Below one day there is no date: it is a time of day or a length.
    if time.is_duration() || time.as_f64() < 1.0 {
        return Cell::Days(time.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    date.and_then(|((year, month), day)| {
        DateTime::new(year, month, day, hour as i8, minute as i8, second as i8, i32::from(milli) * 1_000_000)
            .ok()
    })
    .map_or(Cell::Number(time.as_f64()), Cell::Instant)
}

/// A merged region shows its first cell's value everywhere: so do its cells. Only rows that hold something are filled.
fn fill_merged(sheet: &mut Sheet, merged: &[Dimensions]) {
    for region in merged {
        let Some(value) = sheet.get(&region.start.0).and_then(|row| row.get(&region.start.1)).cloned() else {
            continue;
        };
        let last = region.end.1.min(MOST_COLUMNS as u32 - 1);
        for (_, row) in sheet.range_mut(region.start.0..=region.end.0.max(region.start.0)) {
            for column in region.start.1..=last {
                row.entry(column).or_insert_with(|| value.clone());
            }
        }
    }
}
