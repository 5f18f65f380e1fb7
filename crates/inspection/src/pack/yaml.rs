//! YAML as a tree whose every node knows its place.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::diagnostic::Place;

/// Deeper than any rule nests, and shallow enough for any stack.
const MAX_DEPTH: usize = 64;
/// More than any pack file has.
const MAX_NODES: usize = 2_000_000;

/// A node and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Nothing was written.
    Empty,
    /// A word, number or text.
    Scalar { text: String },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written.
    Map(Vec<Entry>),
}

impl Node {
    /// A single value's text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text } => Some(text),
            _ => None,
        }
    }

    /// A list's nodes; a single value counts as a list of one.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar { .. } => std::slice::from_ref(self),
            _ => &[],
        }
    }

    /// A key of a mapping, with its value.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The value of a mapping's key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) node: Node,
}

/// What cannot be read as YAML, or goes beyond what a pack may use of it.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    pub(crate) message: String,
}

/// Reads one document.
pub(crate) fn read(text: &str) -> Result<Node, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| {
            let at = error.marker();
            Fault {
                place: Place { line: at.line().max(1), column: at.col() + 1, length: 1 },
                message: format!("not readable as YAML: {}", error.info()),
            }
        })?;
        builder.take(event, span)?;
    }
    Ok(builder.root.unwrap_or(Node { place: Place { line: 1, column: 1, length: 1 }, value: Value::Empty }))
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
}

enum Open {
    List(Place, Vec<Node>),
    Map(Place, Vec<Entry>, Option<(String, Place)>),
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let place = place(span);
        let fault = |message: &str| Err(Fault { place, message: message.to_owned() });
        match event {
            Event::Alias(_) => {
                return fault("aliases (*name) are not read in packs; use `$name` or `use: name`");
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                return fault("a pack file is one YAML document");
            }
            Event::Scalar(text, style, anchor, _) => {
                if anchor != 0 {
                    return fault("anchors (&name) are not read in packs; use `phrases` or `conditions`");
                }
                let plain = style == ScalarStyle::Plain;
                let empty = plain && (text.is_empty() || text == "~" || text == "null");
                let value = if empty { Value::Empty } else { Value::Scalar { text: text.into_owned() } };
                self.add(Node { place, value })?;
            }
            Event::SequenceStart(..) => self.open(Open::List(place, Vec::new()))?,
            Event::MappingStart(..) => self.open(Open::Map(place, Vec::new(), None))?,
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::List(place, items)) => Node { place, value: Value::List(items) },
                    Some(Open::Map(place, entries, _)) => Node { place, value: Value::Map(entries) },
                    None => return fault("not readable as YAML: an end without a beginning"),
                };
                self.add(node)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, open: Open) -> Result<(), Fault> {
        let place = match &open {
            Open::List(place, _) | Open::Map(place, ..) => *place,
        };
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault { place, message: format!("nested deeper than {MAX_DEPTH} levels") });
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Fault {
                place: node.place,
                message: format!("more than {MAX_NODES} values in one file"),
            });
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, pending)) => match pending.take() {
                Some((key, place)) => entries.push(Entry { key, place, node }),
                None => match node.value {
                    Value::Scalar { text } => *pending = Some((text, node.place)),
                    _ => return Err(Fault { place: node.place, message: "a key must be a word".to_owned() }),
                },
            },
        }
        Ok(())
    }
}

fn place(span: Span) -> Place {
    let (start, end) = (span.start, span.end);
    let length = if end.line() == start.line() { end.col().saturating_sub(start.col()) } else { 1 };
    Place { line: start.line().max(1), column: start.col() + 1, length: length.max(1) }
}
