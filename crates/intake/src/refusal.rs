//! Why something was not taken: where it stands, what is wrong with it, what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// Where something stands in what was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, as it was named to us.
    pub path: PathBuf,
    /// Its line or row, counted from 1; nothing where the whole file is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path.display())?;
        self.line.map_or(Ok(()), |line| write!(out, ":{line}"))
    }
}

/// One thing that was not taken. It names the place and what to do, and never quotes what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Refusal {
    /// The file.
    pub path: PathBuf,
    /// Line or row, counted from 1, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Column in characters, counted from 1, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The field, such as `turns[3].end_ms` or a table's column, where one is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// What to do, where that can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Refusal {
    /// A refusal of the whole file.
    #[must_use]
    pub fn of(path: &Path, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { path: path.to_owned(), line: None, column: None, field: None, reason, advice: None }
    }

    /// A file that the machine did not let us read.
    #[must_use]
    pub fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::of(path, format!("failed to read: {error}"))
    }

    /// The same at a line.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same at a line and column.
    #[must_use]
    pub fn at(mut self, line: u64, column: u64) -> Self {
        (self.line, self.column) = (Some(line), Some(u32::try_from(column).unwrap_or(u32::MAX)));
        self
    }

    /// The same, blaming a field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same with what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(out, ":{column}")?;
        }
        out.write_str(": ")?;
        if let Some(field) = &self.field {
            write!(out, "{field}: ")?;
        }
        out.write_str(&self.reason)?;
        self.advice.as_ref().map_or(Ok(()), |advice| write!(out, "; {advice}"))
    }
}

/// A value as an error text may show it: short, on one line, and with every long run of digits covered, because a
/// column that was mapped wrongly may hold telephone or identity numbers.
pub(crate) fn shown(value: &str) -> String {
    const LONGEST: usize = 40;
    /// Dates written together have eight digits, telephone numbers begin at seven with their area apart.
    const DIGITS_SHOWN: usize = 4;
    const DIGITS_COVERED_FROM: usize = 9;
    let mut text = String::from("\"");
    let mut characters = value.chars().peekable();
    let mut length = 0;
    while let Some(first) = characters.next() {
        if length >= LONGEST {
            text.push('…');
            break;
        }
        if first.is_numeric() {
            let mut run = String::from(first);
            while let Some(digit) = characters.next_if(|next| next.is_numeric()) {
                run.push(digit);
            }
            let digits = run.chars().count();
            length += digits;
            if digits >= DIGITS_COVERED_FROM {
                text.extend(run.chars().take(DIGITS_SHOWN));
                text.push_str(&format!("…({digits} digits)"));
            } else {
                text.push_str(&run);
            }
        } else {
            length += 1;
            text.extend(first.escape_debug());
        }
    }
    text.push('"');
    text
}

/// The known name that is meant by a mistyped one, if any is near enough.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const NEAR_ENOUGH: f64 = 0.6;
    let name = name.to_lowercase();
    let likeness = |other: &str| {
        let other = other.to_lowercase();
        // A header is often longer by a word: 坐席 and 坐席姓名.
        let shorter = name.chars().count().min(other.chars().count());
        let within = shorter >= 2 && (name.contains(&other) || other.contains(&name));
        let edits = strsim::normalized_damerau_levenshtein(&name, &other);
        if within { edits.max(NEAR_ENOUGH) } else { edits }
    };
    known
        .into_iter()
        .map(|known| (likeness(known), known))
        .filter(|(likeness, _)| *likeness >= NEAR_ENOUGH)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

/// Line and column (in characters) of a byte, both counted from 1.
pub(crate) fn line_and_column(data: &[u8], at: usize) -> (u64, u64) {
    let before = &data[..at.min(data.len())];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    // Bytes that continue a character do not begin a column.
    let column = before[line_start..].iter().filter(|byte| **byte & 0xC0 != 0x80).count() + 1;
    (line as u64, column as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_a_compiler_would_say_it() {
        let refusal = Refusal::of(Path::new("a.json"), "ends before it starts")
            .at(3, 7)
            .field("turns[1].end_ms")
            .advise("swap the two times");
        assert_eq!(
            refusal.to_string(),
            "a.json:3:7: turns[1].end_ms: ends before it starts; swap the two times"
        );
    }

    #[test]
    fn numbers_that_may_be_telephones_are_covered() {
        assert_eq!(shown("tel 13912345678"), "\"tel 1391…(11 digits)\"");
        assert_eq!(shown("20261101 09:00"), "\"20261101 09:00\"");
        assert_eq!(shown("a\nb"), "\"a\\nb\"");
        assert!(shown(&"长".repeat(90)).chars().count() < 50);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("您好\n您x".as_bytes(), 10), (2, 2));
        assert_eq!(line_and_column(b"", 5), (1, 1));
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(nearest("strat_ms", ["end_ms", "start_ms", "text"]), Some("start_ms"));
        assert_eq!(nearest("坐席", ["时间", "坐席姓名"]), Some("坐席姓名"));
        assert_eq!(nearest("banana", ["end_ms", "start_ms"]), None);
    }
}
