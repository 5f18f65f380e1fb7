//! What is wrong with a card, where, and what to do; in both languages.

use std::fmt;

use lingjian_language::nearest;
use lingjian_model::Wording;
use serde::{Serialize, Serializer};

/// A stretch of one line of a file; line and column are counted from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
    /// The card cannot be used.
    Error,
    /// It works, but surely not as meant.
    Warning,
}

/// What it is about: a stable name for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "docs/scorecards.md has the table")]
pub enum Kind {
    Unreadable,
    UnknownKey,
    MissingKey,
    WrongValue,
    BadId,
    Twice,
    Untitled,
    Empty,
    OutOfBounds,
    NoShare,
    Unknown,
    Later,
    Circle,
    BadPrefill,
    NoTotal,
    Weights,
    WeightInVain,
    Alike,
    NeverAsked,
    FatalNeverFailed,
    CriticalInVain,
    AllTheSame,
    TooMany,
    UnknownRule,
}

/// One step on the way to a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Key(String),
    Index(usize),
}

/// The way to a field: `sections[0].items[2].points`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Path(pub(crate) Vec<Part>);

impl Path {
    pub(crate) fn key(&self, key: &str) -> Self {
        self.and(Part::Key(key.to_owned()))
    }

    pub(crate) fn at(&self, key: &str, index: usize) -> Self {
        self.key(key).index(index)
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        self.and(Part::Index(index))
    }

    fn and(&self, part: Part) -> Self {
        Self(self.0.iter().cloned().chain([part]).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.0.iter().enumerate() {
            match part {
                Part::Key(key) if number == 0 => out.write_str(key)?,
                Part::Key(key) => write!(out, ".{key}")?,
                Part::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// One thing that is wrong, or doubtful, in a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad.
    pub grade: Grade,
    /// What it is about.
    pub kind: Kind,
    /// The file, where the card was read from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The field.
    pub(crate) field: Path,
    /// What is wrong.
    pub message: Wording,
    /// What to do.
    pub help: Wording,
}

impl Diagnostic {
    pub(crate) const fn new(grade: Grade, kind: Kind, field: Path, message: Wording, help: Wording) -> Self {
        Self { grade, kind, file: None, place: None, field, message, help }
    }

    /// The field: `sections[0].items[2].points`; empty for the whole card.
    #[must_use]
    pub fn field(&self) -> String {
        self.field.to_string()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(out, "{file}:")?;
        }
        if let Some(place) = self.place {
            write!(out, "{}:{}: ", place.line, place.column)?;
        }
        let grade = match self.grade {
            Grade::Error => "error",
            Grade::Warning => "warning",
        };
        write!(out, "{grade}: ")?;
        if !self.field.0.is_empty() {
            write!(out, "{}: ", self.field)?;
        }
        write!(out, "{} ({})", self.message.en, self.help.en)
    }
}

/// "did you mean", or else all that is known.
pub(crate) fn meant<'k>(word: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> Wording {
    if let Some(near) = nearest(word, known.clone()) {
        return Wording::new(format!("是不是想写 `{near}`？"), format!("did you mean `{near}`?"));
    }
    let all = known.into_iter().collect::<Vec<_>>().join(", ");
    if all.is_empty() {
        return Wording::new("这里什么也不能引用，请去掉它", "nothing is known here: leave it out");
    }
    Wording::new(format!("这里可以写：{all}"), format!("known here: {all}"))
}
