//! The mapping file: which column is which of our fields, and how its values are written.
//!
//! It is YAML, as rule packs are: one format for the people who run a centre, Chinese headers need no quotes, and the
//! parser tells the place of every value.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::tz::TimeZone;

use super::decode::Charset;
use crate::Refusal;
use crate::refusal::nearest;
use crate::yaml::{Node, Reader, Value, under};

/// One of our fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`CallRecord` says what they are")]
pub enum Field {
    Id,
    Source,
    Recording,
    StartedAt,
    AnsweredAt,
    EndedAt,
    Duration,
    Talk,
    Hold,
    WrapUp,
    Queue,
    Agent,
    AgentLevel,
    Team,
    Project,
    Direction,
    Customer,
    Disposition,
    Abandoned,
    Transferred,
}

impl Field {
    const ALL: [(&'static str, Self); 20] = [
        ("id", Self::Id),
        ("source", Self::Source),
        ("recording", Self::Recording),
        ("started_at", Self::StartedAt),
        ("answered_at", Self::AnsweredAt),
        ("ended_at", Self::EndedAt),
        ("duration", Self::Duration),
        ("talk", Self::Talk),
        ("hold", Self::Hold),
        ("wrap_up", Self::WrapUp),
        ("queue", Self::Queue),
        ("agent", Self::Agent),
        ("agent_level", Self::AgentLevel),
        ("team", Self::Team),
        ("project", Self::Project),
        ("direction", Self::Direction),
        ("customer", Self::Customer),
        ("disposition", Self::Disposition),
        ("abandoned", Self::Abandoned),
        ("transferred", Self::Transferred),
    ];

    /// Its name in a mapping file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    fn is_time(self) -> bool {
        matches!(self, Self::StartedAt | Self::AnsweredAt | Self::EndedAt)
    }

    fn is_length(self) -> bool {
        matches!(self, Self::Duration | Self::Talk | Self::Hold | Self::WrapUp)
    }
}

/// How a time is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TimeFormat {
    /// ISO 8601, with or without offset.
    Iso,
    EpochSeconds,
    EpochMillis,
    /// As strptime has it.
    Pattern(String),
}

/// How a length is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Millis,
    Seconds,
    Minutes,
    Clock,
}

/// How an attribute's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Flag,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    /// Headers, or `#3` for the third column; none where the value is the default alone.
    pub(super) columns: Vec<String>,
    pub(super) join: String,
    pub(super) times: Vec<TimeFormat>,
    pub(super) zone: Option<TimeZone>,
    pub(super) unit: Unit,
    pub(super) kind: Kind,
    pub(super) values: BTreeMap<String, String>,
    /// For values that are not in the table.
    pub(super) other: Option<String>,
    /// For empty cells.
    pub(super) default: Option<String>,
}

/// A mapping file, checked. Columns are checked against each table's header when it is read.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) source: Option<String>,
    pub(super) charset: Option<Charset>,
    pub(super) delimiter: Option<u8>,
    pub(super) sheet: Option<String>,
    pub(super) skip_rows: u32,
    pub(super) header_rows: u32,
    pub(super) fields: BTreeMap<Field, Origin>,
    pub(super) attributes: BTreeMap<String, Origin>,
}

const TOP: &[&str] = &["source", "zone", "time", "file", "fields", "attributes"];
const FILE: &[&str] = &["encoding", "delimiter", "sheet", "skip_rows", "header_rows"];
const ORIGIN: &[&str] = &["column", "columns", "join", "values", "other", "default"];

impl Mapping {
    /// A header, and nothing settled beyond.
    pub(super) fn plain() -> Self {
        Self {
            source: None,
            charset: None,
            delimiter: None,
            sheet: None,
            skip_rows: 0,
            header_rows: 1,
            fields: BTreeMap::new(),
            attributes: BTreeMap::new(),
        }
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// The first mistake, with line, column and the nearest known name.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        let reader = Reader { path };
        Builder { reader, zone: None, times: Vec::new() }.mapping(&reader.file()?)
    }

    /// Reads a mapping from bytes; `path` names them in errors.
    ///
    /// # Errors
    /// As [`Mapping::open`].
    pub fn parse(path: &Path, data: &[u8]) -> Result<Self, Refusal> {
        let reader = Reader { path };
        Builder { reader, zone: None, times: Vec::new() }.mapping(&reader.bytes(data)?)
    }
}

struct Builder<'p> {
    reader: Reader<'p>,
    zone: Option<TimeZone>,
    times: Vec<TimeFormat>,
}

impl Builder<'_> {
    fn mapping(mut self, root: &Node) -> Result<Mapping, Refusal> {
        let reader = self.reader;
        let entries = reader.entries(root, "", TOP)?;
        let find = |name: &str| entries.iter().find(|entry| entry.name == name).map(|entry| &entry.value);
        // Zone and time format are what the fields fall back on: they come first wherever they stand.
        self.zone = find("zone").map(|node| self.time_zone(node, "zone")).transpose()?;
        self.times =
            find("time").map(|node| self.time_formats(node, "time")).transpose()?.unwrap_or_default();
        let mut mapping = Mapping {
            source: find("source").map(|node| reader.text(node, "source").map(str::to_owned)).transpose()?,
            ..Mapping::plain()
        };
        if let Some(file) = find("file") {
            self.file(file, &mut mapping)?;
        }
        let Some(fields) = find("fields") else {
            return Err(reader
                .wrong(root.at, "fields", "is missing")
                .advise("name at least `id` and its column"));
        };
        let names: Vec<_> = Field::ALL.iter().map(|(name, _)| *name).collect();
        for entry in reader.entries(fields, "fields", &names)? {
            let path = under("fields", &entry.name);
            if let Some((_, field)) = Field::ALL.iter().find(|(name, _)| *name == entry.name) {
                mapping.fields.insert(*field, self.origin(&entry.value, &path, Some(*field))?);
            }
        }
        if !mapping.fields.contains_key(&Field::Id) && !mapping.fields.contains_key(&Field::Recording) {
            let refusal = reader.wrong(fields.at, "fields.id", "is missing");
            return Err(
                refusal.advise("name the column or columns that make a call's id, or those of its recording")
            );
        }
        if let Some(attributes) = find("attributes") {
            for entry in reader.map(attributes, "attributes")? {
                if names.contains(&entry.name.as_str()) {
                    let refusal = reader.wrong(entry.at, &under("attributes", &entry.name), "is a field");
                    return Err(refusal.advise("move it under `fields`"));
                }
                let origin = self.origin(&entry.value, &under("attributes", &entry.name), None)?;
                mapping.attributes.insert(entry.name.clone(), origin);
            }
        }
        Ok(mapping)
    }

    fn file(&self, node: &Node, mapping: &mut Mapping) -> Result<(), Refusal> {
        let reader = self.reader;
        for entry in reader.entries(node, "file", FILE)? {
            let (path, value) = (under("file", &entry.name), &entry.value);
            match entry.name.as_str() {
                "encoding" => {
                    let name = reader.text(value, &path)?;
                    if name != "auto" {
                        mapping.charset = Some(Charset::from_name(name).ok_or_else(|| {
                            let refusal = reader.wrong(value.at, &path, "unknown encoding");
                            refusal.advise(
                                "known: auto, utf-8, gb18030 (also for gbk and gb2312), utf-16le, utf-16be",
                            )
                        })?);
                    }
                }
                "delimiter" => {
                    mapping.delimiter = match reader.text(value, &path)? {
                        "auto" => None,
                        "tab" | "\t" | "\\t" => Some(b'\t'),
                        "," | "comma" => Some(b','),
                        ";" | "semicolon" => Some(b';'),
                        "|" | "pipe" => Some(b'|'),
                        _ => {
                            let refusal = reader.wrong(value.at, &path, "unknown delimiter");
                            return Err(refusal.advise("known: auto, comma, tab, semicolon, pipe"));
                        }
                    }
                }
                "sheet" => mapping.sheet = Some(reader.text(value, &path)?.to_owned()),
                "skip_rows" => mapping.skip_rows = reader.count(value, &path, 0..=1000)?,
                _ => mapping.header_rows = reader.count(value, &path, 0..=5)?,
            }
        }
        Ok(())
    }

    fn origin(&self, node: &Node, path: &str, field: Option<Field>) -> Result<Origin, Refusal> {
        let reader = self.reader;
        let is_time = field.is_some_and(Field::is_time);
        let mut origin = Origin {
            columns: Vec::new(),
            join: if is_time { " " } else { "-" }.to_owned(),
            times: self.times.clone(),
            zone: self.zone.clone(),
            unit: Unit::Seconds,
            kind: Kind::Text,
            values: BTreeMap::new(),
            other: None,
            default: None,
        };
        if !matches!(node.value, Value::Map(_)) {
            origin.columns = reader.texts(node, path)?.into_iter().map(|(name, _)| name.to_owned()).collect();
            return self.with_columns(origin, node, path);
        }
        let mut known = ORIGIN.to_vec();
        if is_time {
            known.extend(["time", "zone"]);
        }
        if field.is_some_and(Field::is_length) {
            known.push("unit");
        }
        if field.is_none() {
            known.push("type");
        }
        for entry in reader.entries(node, path, &known)? {
            let (path, value) = (under(path, &entry.name), &entry.value);
            match entry.name.as_str() {
                "column" | "columns" => {
                    let names = reader.texts(value, &path)?;
                    origin.columns.extend(names.into_iter().map(|(name, _)| name.to_owned()));
                }
                "join" => origin.join = reader.text(value, &path)?.to_owned(),
                "other" => origin.other = Some(reader.text(value, &path)?.to_owned()),
                "default" => origin.default = Some(reader.text(value, &path)?.to_owned()),
                "values" => {
                    for entry in reader.map(value, &path)? {
                        let to = reader.text(&entry.value, &under(&path, &entry.name))?.to_owned();
                        origin.values.insert(entry.name.trim().to_owned(), to);
                    }
                }
                "time" => origin.times = self.time_formats(value, &path)?,
                "zone" => origin.zone = Some(self.time_zone(value, &path)?),
                "unit" => {
                    origin.unit = match reader.text(value, &path)? {
                        "ms" => Unit::Millis,
                        "s" | "seconds" => Unit::Seconds,
                        "min" | "minutes" => Unit::Minutes,
                        "hh:mm:ss" => Unit::Clock,
                        _ => {
                            let refusal = reader.wrong(value.at, &path, "unknown unit");
                            return Err(refusal.advise("known: ms, s, min, hh:mm:ss"));
                        }
                    }
                }
                _ => {
                    origin.kind = match reader.text(value, &path)? {
                        "text" => Kind::Text,
                        "number" => Kind::Number,
                        "flag" => Kind::Flag,
                        _ => {
                            let refusal = reader.wrong(value.at, &path, "unknown type");
                            return Err(refusal.advise("known: text, number, flag"));
                        }
                    }
                }
            }
        }
        self.with_columns(origin, node, path)
    }

    fn with_columns(&self, origin: Origin, node: &Node, path: &str) -> Result<Origin, Refusal> {
        if origin.columns.is_empty() && origin.default.is_none() {
            let refusal = self.reader.wrong(node.at, path, "names no column");
            return Err(refusal.advise("give `column`, or `default` for a fixed value"));
        }
        Ok(origin)
    }

    fn time_zone(&self, node: &Node, path: &str) -> Result<TimeZone, Refusal> {
        let name = self.reader.text(node, path)?;
        TimeZone::get(name).map_err(|_| {
            let refusal = self.reader.wrong(node.at, path, format!("unknown time zone `{}`", short(name)));
            let zones: Vec<_> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
            match nearest(name, zones.iter().map(String::as_str)) {
                Some(meant) => refusal.advise(format!("was `{meant}` meant?")),
                None => refusal.advise("write an IANA name, such as Asia/Shanghai"),
            }
        })
    }

    fn time_formats(&self, node: &Node, path: &str) -> Result<Vec<TimeFormat>, Refusal> {
        let formats = self.reader.texts(node, path)?.into_iter().map(|(format, at)| match format {
            "iso" => Ok(TimeFormat::Iso),
            "epoch-s" => Ok(TimeFormat::EpochSeconds),
            "epoch-ms" => Ok(TimeFormat::EpochMillis),
            pattern => {
                // Any instant shows whether every directive is known.
                let example = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
                match jiff::fmt::strtime::format(pattern, &example) {
                    Ok(_) if pattern.contains('%') => Ok(TimeFormat::Pattern(pattern.to_owned())),
                    Ok(_) => {
                        let refusal = self.reader.wrong(at, path, "no time format");
                        Err(refusal
                            .advise("write iso, epoch-s, epoch-ms, or a pattern such as %Y-%m-%d %H:%M:%S"))
                    }
                    Err(error) => Err(self.reader.wrong(at, path, format!("no time format: {error}"))),
                }
            }
        });
        formats.collect()
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
