//! What is wrong with a pack, where, and what to do.

use std::fmt;

use serde::Serialize;

/// A stretch of one line of a file; line and column are counted from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters are meant; at least 1.
    pub length: usize,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// What it stands in is left out.
    Error,
    /// It works, but surely not as meant.
    Warning,
}

/// One thing that is wrong, or doubtful, in a rule pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// The file.
    pub file: String,
    /// Where in it.
    #[serde(flatten)]
    pub place: Place,
    /// How bad.
    pub grade: Grade,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The rule it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = match self.grade {
            Grade::Error => "error",
            Grade::Warning => "warning",
        };
        write!(out, "{}:{}:{}: {grade}: {}", self.file, self.place.line, self.place.column, self.message)?;
        if let Some(help) = &self.help {
            write!(out, " ({help})")?;
        }
        Ok(())
    }
}

impl Diagnostic {
    /// As text for people: the message, the line of the source, and carets under the place.
    #[must_use]
    pub fn render(&self, source: &str) -> String {
        let grade = match self.grade {
            Grade::Error => "error",
            Grade::Warning => "warning",
        };
        let line = source.lines().nth(self.place.line.saturating_sub(1)).unwrap_or_default();
        let number = self.place.line.to_string();
        let margin = " ".repeat(number.len());
        let before: String = line.chars().take(self.place.column.saturating_sub(1)).map(blank).collect();
        let under: String = line
            .chars()
            .skip(self.place.column.saturating_sub(1))
            .take(self.place.length.max(1))
            .map(caret)
            .collect();
        let under = if under.is_empty() { "^".to_owned() } else { under };
        let rule = self.rule.as_ref().map(|rule| format!(" in rule `{rule}`")).unwrap_or_default();
        let mut text = format!(
            "{grade}{rule}: {}\n{margin}--> {}:{}:{}\n{margin} |\n{number} | {line}\n{margin} | {before}{under}\n",
            self.message, self.file, self.place.line, self.place.column
        );
        if let Some(help) = &self.help {
            text.push_str(&format!("{margin} = help: {help}\n"));
        }
        text
    }
}

// A Chinese character takes two columns of a terminal.
fn blank(c: char) -> &'static str {
    if lingjian_language::is_han(c) || matches!(c as u32, 0x3000..=0x303F | 0xFF00..=0xFF60) {
        "  "
    } else {
        " "
    }
}

fn caret(c: char) -> &'static str {
    if blank(c).len() == 2 { "^^" } else { "^" }
}
