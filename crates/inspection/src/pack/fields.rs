//! Reading values off nodes: every mistake becomes a diagnostic at its place, and reading goes on.

use lingjian_language::nearest;
use lingjian_model::Millis;

use super::diagnostic::{Diagnostic, Grade, Place};
use super::yaml::{Entry, Node, Value};

/// Where diagnostics of one file, and one rule, go.
pub(super) struct Notes<'n> {
    pub(super) file: String,
    pub(super) rule: Option<String>,
    pub(super) list: &'n mut Vec<Diagnostic>,
}

impl Notes<'_> {
    pub(super) fn error(&mut self, place: Place, message: impl Into<String>) {
        self.push(place, Grade::Error, message.into(), None);
    }

    pub(super) fn error_help(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.push(place, Grade::Error, message.into(), Some(help.into()));
    }

    pub(super) fn warn(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.push(place, Grade::Warning, message.into(), Some(help.into()));
    }

    fn push(&mut self, place: Place, grade: Grade, message: String, help: Option<String>) {
        let one =
            Diagnostic { file: self.file.clone(), place, grade, message, help, rule: self.rule.clone() };
        // A named condition is read at every use; its mistakes are told once.
        let told = |other: &Diagnostic| {
            (&other.file, other.place, &other.message) == (&one.file, one.place, &one.message)
        };
        if !self.list.iter().any(told) {
            self.list.push(one);
        }
    }

    pub(super) fn errors(&self) -> usize {
        self.list.iter().filter(|one| one.grade == Grade::Error).count()
    }
}

/// A mapping of which each known key is taken at most once; what is left over is unknown.
pub(super) struct Fields<'y> {
    pub(super) place: Place,
    entries: Vec<&'y Entry>,
    asked: Vec<&'static str>,
}

impl<'y> Fields<'y> {
    /// The node as a mapping; duplicates are told.
    pub(super) fn of(node: &'y Node, what: &str, notes: &mut Notes<'_>) -> Option<Self> {
        let Value::Map(written) = &node.value else {
            notes.error(node.place, format!("{what} must be a mapping (`key: value`), not {}", kind(node)));
            return None;
        };
        let mut entries: Vec<&Entry> = Vec::with_capacity(written.len());
        for entry in written {
            if entries.iter().any(|earlier| earlier.key == entry.key) {
                notes.error(entry.place, format!("`{}` is given twice", entry.key));
            } else {
                entries.push(entry);
            }
        }
        Some(Self { place: node.place, entries, asked: Vec::new() })
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<&'y Entry> {
        self.asked.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    pub(super) fn need(&mut self, key: &'static str, what: &str, notes: &mut Notes<'_>) -> Option<&'y Entry> {
        let entry = self.take(key);
        if entry.is_none() {
            notes.error(self.place, format!("{what} needs `{key}`"));
        }
        entry
    }

    /// Tells every key that nobody asked for.
    pub(super) fn finish(self, what: &str, notes: &mut Notes<'_>) {
        for entry in self.entries {
            let message = format!("{what} has no `{}`", entry.key);
            match nearest(&entry.key, self.asked.iter().copied()) {
                Some(near) => notes.error_help(entry.place, message, format!("did you mean `{near}`?")),
                None => {
                    notes.error_help(entry.place, message, format!("known here: {}", self.asked.join(", ")))
                }
            }
        }
    }
}

pub(super) const fn kind(node: &Node) -> &'static str {
    match node.value {
        Value::Empty => "nothing",
        Value::Scalar { .. } => "a single value",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

/// A single value's text.
pub(super) fn text<'y>(node: &'y Node, what: &str, notes: &mut Notes<'_>) -> Option<&'y str> {
    match &node.value {
        Value::Scalar { text } => Some(text),
        _ => {
            notes.error(node.place, format!("{what} must be a single value, not {}", kind(node)));
            None
        }
    }
}

/// A list's nodes; a single value counts as a list of one.
pub(super) fn list<'y>(node: &'y Node, what: &str, notes: &mut Notes<'_>) -> Option<&'y [Node]> {
    match &node.value {
        Value::List(items) if items.is_empty() => {
            notes.error(node.place, format!("{what} is empty"));
            None
        }
        Value::List(items) => Some(items),
        Value::Scalar { .. } => Some(std::slice::from_ref(node)),
        _ => {
            notes.error(node.place, format!("{what} must be a list, not {}", kind(node)));
            None
        }
    }
}

/// A number within bounds.
pub(super) fn number(node: &Node, what: &str, low: f64, high: f64, notes: &mut Notes<'_>) -> Option<f64> {
    let written = text(node, what, notes)?;
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() && (low..=high).contains(&value) => Some(value),
        Ok(_) => {
            notes.error(node.place, format!("{what} must lie between {low} and {high}, not {written}"));
            None
        }
        Err(_) => {
            notes.error(node.place, format!("{what} must be a number, not `{written}`"));
            None
        }
    }
}

/// A whole number within bounds.
pub(super) fn whole(
    node: &Node,
    what: &str,
    low: usize,
    high: usize,
    notes: &mut Notes<'_>,
) -> Option<usize> {
    let written = text(node, what, notes)?;
    match written.parse::<usize>() {
        Ok(value) if (low..=high).contains(&value) => Some(value),
        _ => {
            notes.error(
                node.place,
                format!("{what} must be a whole number from {low} to {high}, not `{written}`"),
            );
            None
        }
    }
}

pub(super) fn flag(node: &Node, what: &str, notes: &mut Notes<'_>) -> Option<bool> {
    match text(node, what, notes)? {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        other => {
            notes.error(node.place, format!("{what} must be true or false, not `{other}`"));
            None
        }
    }
}

/// One of a few words.
pub(super) fn choice<T: Copy>(
    node: &Node,
    what: &str,
    words: &[(&str, T)],
    notes: &mut Notes<'_>,
) -> Option<T> {
    let written = text(node, what, notes)?;
    if let Some(&(_, value)) = words.iter().find(|(word, _)| *word == written) {
        return Some(value);
    }
    let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    let message = format!("{what} cannot be `{written}`");
    match nearest(written, known.iter().copied()) {
        Some(near) => notes.error_help(node.place, message, format!("did you mean `{near}`?")),
        None => notes.error_help(node.place, message, format!("one of: {}", known.join(", "))),
    }
    None
}

/// A measure as written: `15s`, `3 turns`, `20%`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Quantity {
    Time(Millis),
    Turns(usize),
    Chars(usize),
    Words(usize),
    Share(f64),
}

/// The longest time a rule may name.
const LONGEST: f64 = 24.0 * 3_600_000.0;

pub(super) fn quantity(node: &Node, what: &str, notes: &mut Notes<'_>) -> Option<Quantity> {
    let written = text(node, what, notes)?;
    let digits = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    let (amount, unit) = (&written[..digits], written[digits..].trim());
    let parsed = amount.parse::<f64>().ok().and_then(|amount| match unit {
        "ms" => time(amount),
        "s" => time(amount * 1e3),
        "m" | "min" => time(amount * 6e4),
        "h" => time(amount * 3.6e6),
        "turn" | "turns" => count(amount).map(Quantity::Turns),
        "char" | "chars" => count(amount).map(Quantity::Chars),
        "word" | "words" => count(amount).map(Quantity::Words),
        "%" if amount <= 100.0 => Some(Quantity::Share(amount / 100.0)),
        _ => None,
    });
    if parsed.is_none() {
        notes.error_help(
            node.place,
            format!("{what} is not a measure: `{written}`"),
            "write a number with its unit: 800ms, 15s, 2m, 1h (at most a day), 3 turns, 12 chars, 5 words, 20%",
        );
    }
    parsed
}

fn time(millis: f64) -> Option<Quantity> {
    (millis <= LONGEST).then_some(Quantity::Time(Millis(millis.round() as u64)))
}

fn count(amount: f64) -> Option<usize> {
    (amount.fract() == 0.0 && amount <= 1e6).then_some(amount as usize)
}

pub(super) fn duration(node: &Node, what: &str, notes: &mut Notes<'_>) -> Option<Millis> {
    match quantity(node, what, notes)? {
        Quantity::Time(time) => Some(time),
        _ => {
            notes.error_help(
                node.place,
                format!("{what} must be a length of time"),
                "for example 15s, 800ms, 2m",
            );
            None
        }
    }
}
