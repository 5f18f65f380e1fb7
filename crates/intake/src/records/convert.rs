//! One row → one call record, by the mapping.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use lingjian_model::{AttributeValue, Direction, Millis};

use super::mapping::{Field, Kind, Mapping, Origin, TimeFormat, Unit};
use super::record::{CallRecord, LEVELS, level_name};
use super::table::{Cell, Row};
use crate::refusal::shown;

/// No length of a call is longer.
const LONGEST_DAYS: f64 = 366.0;

/// What is wrong with a row: the column or field, and why.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) field: String,
    pub(super) reason: String,
    pub(super) advice: Option<String>,
}

/// A mapping against one table's header: which cells make which field.
#[derive(Debug)]
pub(super) struct Plan {
    fields: BTreeMap<Field, Resolved>,
    attributes: BTreeMap<String, Resolved>,
    source: Option<String>,
}

#[derive(Debug)]
struct Resolved {
    origin: Origin,
    cells: Vec<usize>,
}

type Result<T> = std::result::Result<T, Fault>;

impl Plan {
    /// `find` gives the index of a column by its name, or says why there is none.
    pub(super) fn new<E>(
        mapping: &Mapping,
        mut find: impl FnMut(&str, &str) -> std::result::Result<usize, E>,
    ) -> std::result::Result<Self, Vec<E>> {
        let mut missing = Vec::new();
        let mut resolve = |name: &str, origin: &Origin| {
            let mut cells = Vec::new();
            for column in &origin.columns {
                match find(name, column) {
                    Ok(cell) => cells.push(cell),
                    Err(error) => missing.push(error),
                }
            }
            Resolved { origin: origin.clone(), cells }
        };
        let fields =
            mapping.fields.iter().map(|(field, origin)| (*field, resolve(field.name(), origin))).collect();
        let attributes =
            mapping.attributes.iter().map(|(name, origin)| (name.clone(), resolve(name, origin))).collect();
        let plan = Self { fields, attributes, source: mapping.source.clone() };
        if missing.is_empty() { Ok(plan) } else { Err(missing) }
    }

    pub(super) fn record(&self, row: &Row) -> Result<CallRecord> {
        let mut record = CallRecord { source: self.source.clone(), ..CallRecord::default() };
        for (field, resolved) in &self.fields {
            let value = Reading { row, resolved, name: field.name() };
            match field {
                Field::Id => record.id = value.text()?.unwrap_or_default(),
                Field::Source => record.source = value.text()?.or(record.source),
                Field::Recording => record.recording = value.text()?,
                Field::StartedAt => record.started_at = value.instant()?,
                Field::AnsweredAt => record.answered_at = value.instant()?,
                Field::EndedAt => record.ended_at = value.instant()?,
                Field::Duration => record.duration = value.length()?,
                Field::Talk => record.talk = value.length()?,
                Field::Hold => record.hold = value.length()?,
                Field::WrapUp => record.wrap_up = value.length()?,
                Field::Queue => record.queue = value.text()?,
                Field::Agent => record.agent = value.text()?,
                Field::AgentLevel => record.agent_level = value.one_of(LEVELS, level_name)?,
                Field::Team => record.team = value.text()?,
                Field::Project => record.project = value.text()?,
                Field::Direction => {
                    record.direction =
                        value.one_of([Direction::Inbound, Direction::Outbound], Direction::name)?;
                }
                Field::Customer => record.customer = value.text()?,
                Field::Disposition => record.disposition = value.text()?,
                Field::Abandoned => record.abandoned = value.flag()?,
                Field::Transferred => record.transferred = value.flag()?,
            }
        }
        for (name, resolved) in &self.attributes {
            let reading = Reading { row, resolved, name };
            let value = match resolved.origin.kind {
                Kind::Text => reading.text()?.map(AttributeValue::Text),
                Kind::Number => reading.number()?.map(AttributeValue::Number),
                Kind::Flag => reading.flag()?.map(AttributeValue::Flag),
            };
            if let Some(value) = value {
                record.attributes.insert(name.clone(), value);
            }
        }
        self.completed(record)
    }

    /// Works out what follows from the rest, and refuses what cannot be.
    fn completed(&self, mut record: CallRecord) -> Result<CallRecord> {
        if record.id.is_empty() {
            let stem = record.recording.as_deref().and_then(stem);
            record.id = stem.map(str::to_owned).ok_or_else(|| self.fault(Field::Id, "is empty"))?;
        }
        if !self.fields.contains_key(&Field::Abandoned) && record.disposition.as_deref() == Some("abandoned")
        {
            record.abandoned = Some(true);
        }
        let before =
            |one: Option<Timestamp>, other: Option<Timestamp>| one.zip(other).is_some_and(|(a, b)| a < b);
        if before(record.ended_at, record.started_at) || before(record.ended_at, record.answered_at) {
            return Err(self.fault(Field::EndedAt, "the call ends before it starts or is answered"));
        }
        if before(record.answered_at, record.started_at) {
            return Err(self.fault(Field::AnsweredAt, "the call is answered before it starts"));
        }
        if record.duration.is_none()
            && let Some((start, end)) = record.started_at.zip(record.ended_at)
        {
            let length = end.as_millisecond() - start.as_millisecond();
            record.duration = u64::try_from(length).ok().map(Millis);
        }
        Ok(record)
    }

    fn fault(&self, field: Field, reason: &str) -> Fault {
        let columns =
            self.fields.get(&field).map(|resolved| resolved.origin.columns.join(" + ")).unwrap_or_default();
        let columns = if columns.is_empty() { String::new() } else { format!(" ({columns})") };
        Fault { field: format!("{}{columns}", field.name()), reason: reason.to_owned(), advice: None }
    }
}

/// The name without folders and without what stands behind its last point.
fn stem(file: &str) -> Option<&str> {
    let name = file.rsplit(['/', '\\']).next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    (!stem.is_empty()).then_some(stem)
}

/// One field of one row.
struct Reading<'r> {
    row: &'r Row,
    resolved: &'r Resolved,
    name: &'r str,
}

impl Reading<'_> {
    fn wrong(&self, reason: impl Into<String>) -> Fault {
        let columns = self.resolved.origin.columns.join(" + ");
        let field =
            if columns.is_empty() { self.name.to_owned() } else { format!("{} ({columns})", self.name) };
        Fault { field, reason: reason.into(), advice: None }
    }

    fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.resolved.cells.iter().filter_map(|index| self.row.cells.get(*index))
    }

    /// The only cell, where one column makes the field and nothing is to be replaced in it.
    fn cell(&self) -> Option<&Cell> {
        let origin = &self.resolved.origin;
        let plain = self.resolved.cells.len() == 1 && origin.values.is_empty() && origin.other.is_none();
        plain.then(|| self.cells().next()).flatten()
    }

    /// The value as text, after value table and default; nothing where it is empty.
    fn text(&self) -> Result<Option<String>> {
        let origin = &self.resolved.origin;
        if let Some(Cell::Failed(error)) = self.cells().find(|cell| matches!(cell, Cell::Failed(_))) {
            return Err(self.wrong(format!("the cell holds the error {error}")));
        }
        if self.cells().all(Cell::is_empty) {
            return Ok(origin.default.clone());
        }
        let parts: Vec<_> = self.cells().map(Cell::text).collect();
        let text = parts.join(&origin.join);
        Ok(Some(origin.values.get(&text).or(origin.other.as_ref()).cloned().unwrap_or(text)))
    }

    fn one_of<T: Copy, const N: usize>(&self, all: [T; N], name: fn(T) -> &'static str) -> Result<Option<T>> {
        let Some(text) = self.text()? else { return Ok(None) };
        let known = all.into_iter().find(|value| text.eq_ignore_ascii_case(name(*value)));
        known.map(Some).ok_or_else(|| {
            let names = all.map(name).join(", ");
            let advice = format!("known: {names}; translate others under `values`");
            Fault { advice: Some(advice), ..self.wrong(format!("unknown value {}", shown(&text))) }
        })
    }

    fn flag(&self) -> Result<Option<bool>> {
        let Some(text) = self.text()? else { return Ok(None) };
        match text.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "是" => Ok(Some(true)),
            "false" | "no" | "n" | "0" | "否" => Ok(Some(false)),
            _ => {
                let advice =
                    "known: true, false, yes, no, 是, 否, 1, 0; translate others under `values`".to_owned();
                Err(Fault {
                    advice: Some(advice),
                    ..self.wrong(format!("{} is neither yes nor no", shown(&text)))
                })
            }
        }
    }

    fn number(&self) -> Result<Option<f64>> {
        if let Some(Cell::Number(number)) = self.cell() {
            return Ok(Some(*number));
        }
        let Some(text) = self.text()? else { return Ok(None) };
        let number = text.replace(',', "").parse().ok().filter(|number: &f64| number.is_finite());
        number.map(Some).ok_or_else(|| self.wrong(format!("{} is no number", shown(&text))))
    }

    fn length(&self) -> Result<Option<Millis>> {
        let unit = match self.resolved.origin.unit {
            Unit::Millis => 1.0,
            Unit::Seconds => 1000.0,
            Unit::Minutes => 60_000.0,
            Unit::Clock => return self.clock(),
        };
        if let Some(Cell::Days(days)) = self.cell() {
            return self.bounded(days * 86_400_000.0).map(Some);
        }
        let Some(text) = self.text()? else { return Ok(None) };
        if text.contains(':') {
            let advice = "give it `unit: hh:mm:ss`".to_owned();
            return Err(Fault {
                advice: Some(advice),
                ..self.wrong(format!("{} is no number", shown(&text)))
            });
        }
        let number: f64 = text.parse().map_err(|_| self.wrong(format!("{} is no number", shown(&text))))?;
        self.bounded(number * unit).map(Some)
    }

    fn clock(&self) -> Result<Option<Millis>> {
        // Excel holds a length as a share of a day, formatted or not.
        if let Some(Cell::Days(days) | Cell::Number(days)) = self.cell() {
            return self.bounded(days * 86_400_000.0).map(Some);
        }
        let Some(text) = self.text()? else { return Ok(None) };
        let parts: Vec<_> = text.split(':').collect();
        let mut seconds = 0.0;
        for (index, part) in parts.iter().enumerate() {
            let number = part.trim().parse::<f64>().ok().filter(|number| {
                // Only the first part may be 60 or more.
                number.is_finite() && *number >= 0.0 && (index == 0 || *number < 60.0)
            });
            match number {
                Some(number) if (2..=3).contains(&parts.len()) => seconds = seconds * 60.0 + number,
                _ => return Err(self.wrong(format!("{} is no length of the form hh:mm:ss", shown(&text)))),
            }
        }
        self.bounded(seconds * 1000.0).map(Some)
    }

    fn bounded(&self, millis: f64) -> Result<Millis> {
        if millis.is_nan() || millis < 0.0 {
            return Err(self.wrong("the length is negative"));
        }
        if millis > LONGEST_DAYS * 86_400_000.0 {
            return Err(self.wrong("the length is more than a year"));
        }
        Ok(Millis(millis.round() as u64))
    }

    fn instant(&self) -> Result<Option<Timestamp>> {
        let formats = &self.resolved.origin.times;
        if let Some(Cell::Instant(time)) = self.cell() {
            return self.in_zone(*time).map(Some);
        }
        // Dates that lost their format are days since 1900.
        if let Some(Cell::Number(days)) = self.cell()
            && !formats
                .iter()
                .any(|format| matches!(format, TimeFormat::EpochMillis | TimeFormat::EpochSeconds))
            && (1.0..100_000.0).contains(days)
        {
            return self.in_zone(from_serial(*days).ok_or_else(|| self.wrong("is no date"))?).map(Some);
        }
        let Some(text) = self.text()? else { return Ok(None) };
        let iso = [TimeFormat::Iso];
        let formats = if formats.is_empty() { &iso } else { formats.as_slice() };
        for format in formats {
            if let Some(time) = self.by(format, &text)? {
                return Ok(Some(time));
            }
        }
        let wanted: Vec<_> = formats.iter().map(format_name).collect();
        let reason = format!("{} is no time of the form {}", shown(&text), wanted.join(" or "));
        Err(self.wrong(reason))
    }

    /// The time, where the text has that format.
    fn by(&self, format: &TimeFormat, text: &str) -> Result<Option<Timestamp>> {
        Ok(match format {
            TimeFormat::EpochSeconds => {
                // Seconds may have a fraction.
                let millis = text.parse::<f64>().ok().map(|seconds| (seconds * 1000.0).round());
                millis
                    .filter(|millis| millis.is_finite())
                    .and_then(|millis| Timestamp::from_millisecond(millis as i64).ok())
            }
            TimeFormat::EpochMillis => {
                text.parse().ok().and_then(|millis| Timestamp::from_millisecond(millis).ok())
            }
            TimeFormat::Iso => match text.parse::<Timestamp>() {
                Ok(time) => Some(time),
                Err(_) => text.parse::<DateTime>().ok().map(|time| self.in_zone(time)).transpose()?,
            },
            TimeFormat::Pattern(pattern) => match BrokenDownTime::parse(pattern, text) {
                Err(_) => None,
                Ok(parsed) if parsed.offset().is_some() => parsed.to_timestamp().ok(),
                Ok(parsed) => parsed.to_datetime().ok().map(|time| self.in_zone(time)).transpose()?,
            },
        })
    }

    /// A wall-clock time in the mapping's zone. In the hour that autumn repeats, the first is meant.
    fn in_zone(&self, time: DateTime) -> Result<Timestamp> {
        let Some(zone) = &self.resolved.origin.zone else {
            let advice = "name the mapping's `zone`, such as Asia/Shanghai".to_owned();
            return Err(Fault { advice: Some(advice), ..self.wrong("the time has no offset") });
        };
        in_zone(zone, time)
            .ok_or_else(|| self.wrong(format!("{time} does not exist in the mapping's time zone")))
    }
}

fn in_zone(zone: &TimeZone, time: DateTime) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(time);
    // In the gap of spring there is no such time.
    if matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
        return None;
    }
    ambiguous.earlier().ok()
}

/// Excel's count of days since 1899-12-30.
fn from_serial(days: f64) -> Option<DateTime> {
    let start = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
    let seconds = (days * 86_400.0).round() as i64;
    start.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
}

fn format_name(format: &TimeFormat) -> &str {
    match format {
        TimeFormat::Iso => "2026-11-01T09:00:00+08:00",
        TimeFormat::EpochSeconds => "seconds since 1970",
        TimeFormat::EpochMillis => "milliseconds since 1970",
        TimeFormat::Pattern(pattern) => pattern,
    }
}
