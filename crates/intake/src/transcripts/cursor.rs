//! Walks through one JSON value, always knowing the field and the place, so that every mistake can be pointed at.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};
use lingjian_model::Millis;

use crate::refusal::{nearest, shown};

/// No conversation lasts longer than a year; times above it count from somewhere else.
pub(crate) const LONGEST: Millis = Millis(366 * 24 * 3600 * 1000);

/// How many kinds of unknown fields are remembered.
const UNKNOWN_KINDS: usize = 32;

/// What is wrong at a byte of the data.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
    pub(crate) advice: Option<String>,
}

impl Fault {
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

/// One step from the outermost value to the current one.
#[derive(Debug, Clone)]
enum Step {
    Known(&'static str),
    Named(String),
    Item(usize),
}

pub(crate) struct Cursor<'j> {
    json: Jiter<'j>,
    path: Vec<Step>,
    /// Where the current value begins.
    begin: usize,
    /// Fields nobody knows, without the positions of list items, and how often.
    pub(crate) unknown: BTreeMap<String, u64>,
}

impl<'j> Cursor<'j> {
    pub(crate) fn new(data: &'j [u8]) -> Self {
        // NaN and Infinity are no JSON, but we can say so better than "expected value".
        let json = Jiter::new(data).with_allow_inf_nan();
        Self { json, path: Vec::new(), begin: 0, unknown: BTreeMap::new() }
    }

    /// What kind of value comes next.
    pub(crate) fn peek(&mut self) -> Result<Peek, Fault> {
        let next = self.json.peek();
        self.begin = self.json.current_index();
        next.map_err(|error| self.broken(&error))
    }

    /// Nothing may follow.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        self.path.clear();
        self.json.finish().map_err(|error| self.broken(&error))
    }

    pub(crate) fn begin(&self) -> usize {
        self.begin
    }

    /// A fault of the current field, at the value that began at `at`.
    pub(crate) fn fault_at(&self, at: usize, reason: impl Into<String>) -> Fault {
        let field = self.field();
        Fault { at, field: (!field.is_empty()).then_some(field), reason: reason.into(), advice: None }
    }

    pub(crate) fn fault(&self, reason: impl Into<String>) -> Fault {
        self.fault_at(self.begin, reason)
    }

    fn field(&self) -> String {
        let mut field = String::new();
        for step in &self.path {
            let _ = match step {
                Step::Known(name) if field.is_empty() => write!(field, "{name}"),
                Step::Known(name) => write!(field, ".{name}"),
                Step::Named(name) => write!(field, ".{}", shown(name).trim_matches('"')),
                Step::Item(index) => write!(field, "[{index}]"),
            };
        }
        field
    }

    fn broken(&self, error: &JiterError) -> Fault {
        let (reason, advice) = match &error.error_type {
            JiterErrorType::WrongType { expected, actual } => {
                (format!("expected {expected}, found {actual}"), None)
            }
            JiterErrorType::JsonError(kind) => reason_of(kind),
        };
        Fault { advice: advice.map(str::to_owned), ..self.fault_at(error.index, reason) }
    }

    fn wrong_kind(&self, wanted: &str, found: Peek) -> Fault {
        let found = match found {
            Peek::Null => "null",
            Peek::True | Peek::False => "true or false",
            Peek::String => "a text",
            Peek::Array => "a list",
            Peek::Object => "an object",
            number if number.is_num() => "a number",
            _ => return self.fault("this is no JSON value"),
        };
        self.fault(format!("expected {wanted}, found {found}"))
    }

    /// Walks through an object: `each` is called with every known name and must read its value. Unknown names are
    /// counted and passed over.
    pub(crate) fn object(
        &mut self,
        known: &'static [&'static str],
        mut each: impl FnMut(&mut Self, &'static str) -> Result<(), Fault>,
    ) -> Result<Members, Fault> {
        let begin = self.open_object()?;
        let mut members = Members { begin, known, seen: 0, unknown: Vec::new() };
        let mut key = self.json.known_object().map(|key| key.map(|key| find(key, known)));
        loop {
            match key.map_err(|error| self.broken(&error))? {
                None => return Ok(members),
                Some(Ok(index)) => {
                    members.seen |= 1 << index;
                    self.path.push(Step::Known(known[index]));
                    each(self, known[index])?;
                    self.path.pop();
                }
                Some(Err(name)) => {
                    self.pass_over()?;
                    self.count_unknown(&name);
                    if members.unknown.len() < UNKNOWN_KINDS {
                        members.unknown.push(name);
                    }
                }
            }
            key = self.json.next_key().map(|key| key.map(|key| find(key, known)));
        }
    }

    /// Walks through an object whose names are free.
    pub(crate) fn map(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.open_object()?;
        let mut key = self.json.known_object().map(|key| key.map(str::to_owned));
        loop {
            let Some(name) = key.map_err(|error| self.broken(&error))? else { return Ok(()) };
            self.path.push(Step::Named(name.clone()));
            each(self, &name)?;
            self.path.pop();
            key = self.json.next_key().map(|key| key.map(str::to_owned));
        }
    }

    fn open_object(&mut self) -> Result<usize, Fault> {
        match self.peek()? {
            Peek::Object => Ok(self.begin),
            other => Err(self.wrong_kind("an object", other)),
        }
    }

    /// Walks through a list: `each` is called before every item and must read it.
    pub(crate) fn list(
        &mut self,
        mut each: impl FnMut(&mut Self, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let peek = self.peek()?;
        if peek != Peek::Array {
            return Err(self.wrong_kind("a list", peek));
        }
        let mut item = self.json.known_array();
        for index in 0.. {
            if item.map_err(|error| self.broken(&error))?.is_none() {
                break;
            }
            self.path.push(Step::Item(index));
            each(self, index)?;
            self.path.pop();
            item = self.json.array_step();
        }
        Ok(())
    }

    /// Reads past a value of any kind.
    pub(crate) fn pass_over(&mut self) -> Result<(), Fault> {
        self.peek()?;
        self.json.next_skip().map_err(|error| self.broken(&error))
    }

    fn count_unknown(&mut self, name: &str) {
        let mut field = String::new();
        for step in &self.path {
            match step {
                Step::Known(name) => field.push_str(&format!("{name}.")),
                Step::Named(_) => {}
                Step::Item(_) => {
                    field.truncate(field.trim_end_matches('.').len());
                    field.push_str("[].");
                }
            }
        }
        field.push_str(shown(name).trim_matches('"'));
        let room = self.unknown.len() < UNKNOWN_KINDS;
        if let Some(count) = self.unknown.get_mut(&field) {
            *count += 1;
        } else if room {
            self.unknown.insert(field, 1);
        }
    }

    /// Nothing, where `null` stands.
    pub(crate) fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        if self.peek()? == Peek::Null {
            self.json.known_null().map_err(|error| self.broken(&error))?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    pub(crate) fn text(&mut self) -> Result<String, Fault> {
        match self.peek()? {
            Peek::String => {
                let text = self.json.known_str().map(str::to_owned);
                text.map_err(|error| self.broken(&error))
            }
            other => Err(self.wrong_kind("a text", other)),
        }
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Fault> {
        match self.peek()? {
            peek @ (Peek::True | Peek::False) => {
                self.json.known_bool(peek).map_err(|error| self.broken(&error))
            }
            other => Err(self.wrong_kind("true or false", other)),
        }
    }

    /// A finite number.
    pub(crate) fn number(&mut self) -> Result<f64, Fault> {
        let peek = self.peek()?;
        if !peek.is_num() {
            return Err(self.wrong_kind("a number", peek));
        }
        let number = self.json.known_float(peek).map_err(|error| self.broken(&error))?;
        if number.is_nan() {
            return Err(self.fault("is NaN, which is no number"));
        }
        if number.is_infinite() {
            return Err(self.fault("is infinite"));
        }
        Ok(number)
    }

    /// A time or length inside the conversation, in units of `unit_ms` milliseconds, rounded to milliseconds.
    pub(crate) fn millis(&mut self, unit_ms: f64) -> Result<Millis, Fault> {
        let number = self.number()? * unit_ms;
        if number < 0.0 {
            return Err(self.fault("is negative").advise("times count from the start of the conversation"));
        }
        if number > LONGEST.0 as f64 {
            let fault = self.fault("is more than a year");
            return Err(
                fault.advise("times count in milliseconds from the start of the conversation, not from 1970")
            );
        }
        // In 0..=LONGEST, which fits.
        Ok(Millis(number.round() as u64))
    }

    /// A share, 0–1.
    pub(crate) fn share(&mut self) -> Result<f32, Fault> {
        let number = self.number()?;
        if !(0.0..=1.0).contains(&number) {
            return Err(self.fault("is not between 0 and 1"));
        }
        Ok(number as f32)
    }
}

/// Which members an object had.
pub(crate) struct Members {
    begin: usize,
    known: &'static [&'static str],
    seen: u32,
    unknown: Vec<String>,
}

impl Members {
    /// Refuses an object without that member, and says which unknown one may have been meant.
    pub(crate) fn require(&self, cursor: &Cursor<'_>, name: &'static str) -> Result<(), Fault> {
        if self
            .known
            .iter()
            .position(|known| *known == name)
            .is_some_and(|index| self.seen & (1 << index) != 0)
        {
            return Ok(());
        }
        let fault = cursor.fault_at(self.begin, format!("`{name}` is missing"));
        match nearest(name, self.unknown.iter().map(String::as_str)) {
            Some(other) => Err(fault.advise(format!("`{other}` stands here: was `{name}` meant?"))),
            None => Err(fault),
        }
    }
}

fn find(key: &str, known: &[&str]) -> Result<usize, String> {
    known.iter().position(|name| *name == key).ok_or_else(|| key.to_owned())
}

fn reason_of(kind: &JsonErrorType) -> (String, Option<&'static str>) {
    match kind {
        JsonErrorType::EofWhileParsingList
        | JsonErrorType::EofWhileParsingObject
        | JsonErrorType::EofWhileParsingString
        | JsonErrorType::EofWhileParsingValue => {
            ("the data ends in the middle".to_owned(), Some("the file may have been cut off: copy it again"))
        }
        JsonErrorType::RecursionLimitExceeded => ("values are nested too deeply".to_owned(), None),
        JsonErrorType::InvalidUnicodeCodePoint => ("is not UTF-8".to_owned(), Some("save the file as UTF-8")),
        JsonErrorType::TrailingCharacters => (
            "something follows the object".to_owned(),
            Some("one object a file, or one object a line in a file named *.jsonl"),
        ),
        JsonErrorType::ExpectedSomeIdent | JsonErrorType::ExpectedSomeValue => {
            ("this is no JSON value".to_owned(), None)
        }
        other => (format!("is no JSON: {other}"), None),
    }
}
