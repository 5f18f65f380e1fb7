//! A table whose columns are known by their names: read as call records are, without a mapping.

use std::path::{Path, PathBuf};

use super::mapping::Mapping;
use super::table::Cell;
use super::{find_column, join_headers, open_rows, whole};
use crate::Refusal;

/// A row of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line it begins in, or its number in a workbook; from 1.
    pub number: u64,
    cells: Vec<String>,
}

impl Line {
    /// What stands in a column that [`Table::column`] found, without blanks around it; empty where nothing does.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// A small table, held whole: CSV, TSV or a workbook's first sheet, in UTF-8, GB18030 or UTF-16, with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    path: PathBuf,
    headers: Vec<String>,
    head: u64,
    /// The rows below the header that are not blank.
    pub lines: Vec<Line>,
}

impl Table {
    /// Reads a file. A table from which figures are worked out is right or refused: one row too few is another figure.
    ///
    /// # Errors
    /// The first row that cannot be read, with its line.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        let mapping = Mapping::plain();
        let mut rows = open_rows(path, &mapping)?;
        let header = rows.next().ok_or_else(|| Refusal::of(path, "is empty"))??;
        let headers = join_headers(std::slice::from_ref(&header));
        let mut lines = Vec::new();
        for row in rows {
            let mut row = row?;
            if row.cells.iter().all(Cell::is_empty) {
                continue;
            }
            whole(path, &headers, mapping.charset, &mut row)?;
            lines.push(Line { number: row.line, cells: row.cells.iter().map(Cell::text).collect() });
        }
        Ok(Self { path: path.to_owned(), headers, head: header.line, lines })
    }

    /// The place of a column.
    ///
    /// # Errors
    /// It is not there, or twice; the nearest name is advised.
    pub fn column(&self, name: &str) -> Result<usize, Refusal> {
        find_column(name, &self.headers, 1).map_err(|(reason, advice)| Refusal {
            advice,
            ..Refusal::of(&self.path, reason).at_line(self.head).field(name)
        })
    }

    /// Whether there is a column of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|header| header == name)
    }

    /// A refusal of something in it.
    #[must_use]
    pub fn refuse(&self, line: Option<u64>, column: &str, reason: impl Into<String>) -> Refusal {
        let refusal = Refusal::of(&self.path, reason).field(column);
        line.map_or(refusal.clone(), |line| refusal.at_line(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Table, Refusal> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, bytes).unwrap();
        Table::open(&path)
    }

    #[test]
    fn cells_are_found_by_name_in_any_encoding() {
        let gb18030 = b"unit,rater,rating\r\n\r\n c-1 ,\xcd\xf5\xb7\xbc,5\r\n";
        for bytes in [gb18030.as_slice(), "\u{feff}unit,rater,rating\n\nc-1,王芳,5\n".as_bytes()] {
            let table = read(bytes).unwrap();
            let rater = table.column("rater").unwrap();
            assert_eq!((table.lines.len(), table.lines[0].number), (1, 3));
            assert_eq!((table.lines[0].cell(0), table.lines[0].cell(rater)), ("c-1", "王芳"));
            assert!(table.has("rating") && !table.has("trial"));
        }
    }

    #[test]
    fn what_is_wrong_is_placed() {
        let missing = read(b"unit,ratr,rating\na,x,1\n").unwrap().column("rater").unwrap_err();
        assert_eq!((missing.line, missing.advice.as_deref()), (Some(1), Some("was `ratr` meant?")));
        assert_eq!(read(b"unit,rater,rating\na,x,1\na,y\n").unwrap_err().line, Some(3));
        assert!(read(b"").unwrap_err().reason.contains("empty"));
        assert_eq!(read(b"unit,rater,rating\na,\"x,1\n").unwrap_err().line, Some(2));
    }
}
