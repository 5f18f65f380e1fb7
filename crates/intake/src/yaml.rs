//! YAML with the place of every node: what mapping files and project files are written in, as rule packs are.

use std::path::Path;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::Refusal;
use crate::refusal::nearest;

/// Files written by hand are small; this also bounds what the parser holds.
pub(crate) const LARGEST: u64 = 1 << 20;
const DEEPEST: usize = 16;

/// Line and column, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl From<Marker> for At {
    fn from(marker: Marker) -> Self {
        Self { line: marker.line() as u64, column: marker.col() as u64 + 1 }
    }
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) at: At,
    pub(crate) value: Value,
}

#[derive(Debug)]
pub(crate) enum Value {
    /// A scalar as written; empty and unquoted is nothing.
    Text {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) at: At,
    pub(crate) value: Node,
}

/// The file's mistakes are told by this: it knows the file's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'p> {
    pub(crate) path: &'p Path,
}

type Result<T> = std::result::Result<T, Refusal>;

impl Reader<'_> {
    pub(crate) fn wrong(&self, at: At, field: &str, reason: impl Into<String>) -> Refusal {
        let refusal = Refusal::of(self.path, reason).at(at.line, at.column);
        if field.is_empty() { refusal } else { refusal.field(field) }
    }

    /// Reads a file with one document, which must be a map.
    pub(crate) fn file(&self) -> Result<Node> {
        let size =
            std::fs::metadata(self.path).map_err(|error| Refusal::unreadable(self.path, &error))?.len();
        if size > LARGEST {
            return Err(Refusal::of(self.path, format!("is larger than {} MiB", LARGEST >> 20)));
        }
        let data = std::fs::read(self.path).map_err(|error| Refusal::unreadable(self.path, &error))?;
        self.bytes(&data)
    }

    pub(crate) fn bytes(&self, data: &[u8]) -> Result<Node> {
        if data.len() as u64 > LARGEST {
            return Err(Refusal::of(self.path, format!("is larger than {} MiB", LARGEST >> 20)));
        }
        let text = std::str::from_utf8(data).map_err(|error| {
            let (line, column) = crate::refusal::line_and_column(data, error.valid_up_to());
            Refusal::of(self.path, "is not UTF-8").at(line, column).advise("save the file as UTF-8")
        })?;
        let mut events = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
        let root = loop {
            match self.next(&mut events)? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (Event::StreamEnd | Event::DocumentEnd, _) => return Err(Refusal::of(self.path, "is empty")),
                (event, at) => break self.node(&mut events, event, at, 0)?,
            }
        };
        match self.next(&mut events)? {
            (Event::DocumentEnd, _) => {}
            (_, at) => return Err(self.wrong(at, "", "something follows the document")),
        }
        match self.next(&mut events)? {
            (Event::StreamEnd, _) => {}
            (_, at) => {
                return Err(self
                    .wrong(at, "", "a second document begins here")
                    .advise("one document a file"));
            }
        }
        match root.value {
            Value::Map(_) => Ok(root),
            Value::Text { text, quoted: false } if text.is_empty() => Err(Refusal::of(self.path, "is empty")),
            _ => Err(self.wrong(root.at, "", "expected names with values, such as `zone: Asia/Shanghai`")),
        }
    }

    fn next<'t>(&self, events: &mut impl Iterator<Item = Scanned<'t>>) -> Result<(Event<'t>, At)> {
        match events.next() {
            Some(Ok((event, span))) => Ok((event, span.start.into())),
            Some(Err(error)) => {
                Err(self.wrong((*error.marker()).into(), "", format!("is no YAML: {}", error.info())))
            }
            None => Ok((Event::StreamEnd, At { line: 1, column: 1 })),
        }
    }

    fn node<'t>(
        &self,
        events: &mut impl Iterator<Item = Scanned<'t>>,
        event: Event<'t>,
        at: At,
        depth: usize,
    ) -> Result<Node> {
        if depth > DEEPEST {
            return Err(self.wrong(at, "", "values are nested too deeply"));
        }
        let value = match event {
            Event::Scalar(text, style, ..) => {
                let quoted = style != ScalarStyle::Plain;
                let nothing = !quoted && matches!(&*text, "~" | "null");
                Value::Text { text: if nothing { String::new() } else { text.into_owned() }, quoted }
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next(events)? {
                        (Event::SequenceEnd, _) => break Value::List(items),
                        (event, at) => items.push(self.node(events, event, at, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut entries: Vec<Entry> = Vec::new();
                loop {
                    let (name, at) = match self.next(events)? {
                        (Event::MappingEnd, _) => break Value::Map(entries),
                        (Event::Scalar(name, ..), at) => (name.into_owned(), at),
                        (_, at) => return Err(self.wrong(at, "", "a name must be a text")),
                    };
                    if let Some(first) = entries.iter().find(|entry| entry.name == name) {
                        let reason = format!("is given twice, first in line {}", first.at.line);
                        return Err(self.wrong(at, &name, reason));
                    }
                    let (event, value_at) = self.next(events)?;
                    entries.push(Entry { name, at, value: self.node(events, event, value_at, depth + 1)? });
                }
            }
            Event::Alias(_) => {
                return Err(self
                    .wrong(at, "", "references (`*name`) are not read here")
                    .advise("write the value out"));
            }
            _ => return Err(self.wrong(at, "", "is no YAML value")),
        };
        Ok(Node { at, value })
    }

    /// The entries of a map whose names must be known.
    pub(crate) fn entries<'n>(&self, node: &'n Node, field: &str, known: &[&str]) -> Result<&'n [Entry]> {
        let entries = self.map(node, field)?;
        for entry in entries {
            if !known.contains(&entry.name.as_str()) {
                let refusal = self.wrong(entry.at, &under(field, &entry.name), "unknown name");
                return Err(match nearest(&entry.name, known.iter().copied()) {
                    Some(meant) => refusal.advise(format!("was `{meant}` meant?")),
                    None => refusal.advise(format!("known here: {}", known.join(", "))),
                });
            }
        }
        Ok(entries)
    }

    pub(crate) fn map<'n>(&self, node: &'n Node, field: &str) -> Result<&'n [Entry]> {
        match &node.value {
            Value::Map(entries) => Ok(entries),
            _ => Err(self.wrong(node.at, field, "expected names with values")),
        }
    }

    pub(crate) fn text<'n>(&self, node: &'n Node, field: &str) -> Result<&'n str> {
        match &node.value {
            Value::Text { text, quoted } if *quoted || !text.is_empty() => Ok(text),
            Value::Text { .. } => Err(self.wrong(node.at, field, "has no value")),
            _ => Err(self.wrong(node.at, field, "expected a single value")),
        }
    }

    /// One text, or a list of texts.
    pub(crate) fn texts<'n>(&self, node: &'n Node, field: &str) -> Result<Vec<(&'n str, At)>> {
        match &node.value {
            Value::List(items) => items.iter().map(|item| Ok((self.text(item, field)?, item.at))).collect(),
            _ => Ok(vec![(self.text(node, field)?, node.at)]),
        }
    }

    pub(crate) fn count(
        &self,
        node: &Node,
        field: &str,
        range: std::ops::RangeInclusive<u32>,
    ) -> Result<u32> {
        let (low, high) = (range.start(), range.end());
        self.text(node, field)?.parse().ok().filter(|count| range.contains(count)).ok_or_else(|| {
            self.wrong(node.at, field, format!("expected a whole number from {low} to {high}"))
        })
    }
}

pub(crate) fn under(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}

type Scanned<'t> = std::result::Result<(Event<'t>, saphyr_parser::Span), saphyr_parser::ScanError>;
