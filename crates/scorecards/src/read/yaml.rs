//! YAML as a tree whose every node knows its place.

use lingjian_model::Wording;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::diagnostic::{Diagnostic, Grade, Kind, Part, Path, Place};

/// A card nests eight levels deep.
const MAX_DEPTH: usize = 32;
/// More than any card has.
const MAX_NODES: usize = 100_000;

/// A node and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Value {
    Empty,
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) place: Place,
    pub(super) node: Node,
}

impl Node {
    /// Where a field stands, or where it would: the nearest node on the way to it.
    pub(super) fn place_of(&self, field: &Path) -> Place {
        let mut node = self;
        for part in &field.0 {
            let next = match (part, &node.value) {
                (Part::Index(index), Value::List(items)) => items.get(*index),
                (Part::Key(key), Value::Map(entries)) => {
                    entries.iter().find(|entry| entry.key == *key).map(|entry| &entry.node)
                }
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node.place
    }
}

fn wrong(place: Place, zh: String, en: String, help: Wording) -> Box<Diagnostic> {
    let mut one =
        Diagnostic::new(Grade::Error, Kind::Unreadable, Path::default(), Wording::new(zh, en), help);
    one.place = Some(place);
    Box::new(one)
}

/// Reads one document.
pub(super) fn read(text: &str) -> Result<Node, Box<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| {
            let at = error.marker();
            let place = Place { line: at.line().max(1), column: at.col() + 1, length: 1 };
            let (zh, en) = (
                format!("无法按 YAML 读取：{}", error.info()),
                format!("not readable as YAML: {}", error.info()),
            );
            let help =
                Wording::new("请检查这里的缩进、冒号和引号", "look at indentation, colons and quotes here");
            wrong(place, zh, en, help)
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
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Diagnostic>> {
        let place = place(span);
        let refuse =
            |zh: &str, en: &str, help: Wording| Err(wrong(place, zh.to_owned(), en.to_owned(), help));
        let write_out = || Wording::new("请把内容直接写出来", "write it out");
        match event {
            Event::Alias(_) => refuse("不读取引用（*名称）", "aliases (*name) are not read", write_out()),
            Event::DocumentStart(_) if self.root.is_some() => {
                let help = Wording::new("请分成多个文件", "one file for each");
                refuse("一个文件只有一张计分卡", "a file is one card", help)
            }
            Event::Scalar(text, style, anchor, _) => {
                if anchor != 0 {
                    return refuse("不读取锚点（&名称）", "anchors (&name) are not read", write_out());
                }
                let empty = style == ScalarStyle::Plain && (text.is_empty() || text == "~" || text == "null");
                let value = if empty { Value::Empty } else { Value::Scalar(text.into_owned()) };
                self.add(Node { place, value })
            }
            Event::SequenceStart(..) => self.open(Open::List(place, Vec::new()), place),
            Event::MappingStart(..) => self.open(Open::Map(place, Vec::new(), None), place),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(place, items)) => self.add(Node { place, value: Value::List(items) }),
                Some(Open::Map(place, entries, _)) => self.add(Node { place, value: Value::Map(entries) }),
                None => {
                    refuse("无法按 YAML 读取：有结尾而没有开头", "an end without a beginning", write_out())
                }
            },
            _ => Ok(()),
        }
    }

    fn open(&mut self, open: Open, place: Place) -> Result<(), Box<Diagnostic>> {
        if self.open.len() >= MAX_DEPTH {
            let (zh, en) =
                (format!("嵌套超过 {MAX_DEPTH} 层"), format!("nested deeper than {MAX_DEPTH} levels"));
            return Err(wrong(place, zh, en, Wording::new("计分卡不需要这么多层", "a card needs fewer")));
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), Box<Diagnostic>> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let (zh, en) =
                (format!("一个文件超过 {MAX_NODES} 个值"), format!("more than {MAX_NODES} values"));
            return Err(wrong(
                node.place,
                zh,
                en,
                Wording::new("请分成多张计分卡", "make several cards of it"),
            ));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, pending)) => match pending.take() {
                Some((key, place)) => {
                    if entries.iter().any(|earlier| earlier.key == key) {
                        let (zh, en) = (format!("`{key}` 写了两次"), format!("`{key}` is given twice"));
                        return Err(wrong(place, zh, en, Wording::new("请去掉其中一个", "take one out")));
                    }
                    entries.push(Entry { key, place, node });
                }
                None => match node.value {
                    Value::Scalar(text) => *pending = Some((text, node.place)),
                    _ => {
                        let (zh, en) = ("键应当是一个词".to_owned(), "a key must be a word".to_owned());
                        return Err(wrong(
                            node.place,
                            zh,
                            en,
                            Wording::new("写作 `键: 值`", "write `key: value`"),
                        ));
                    }
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
