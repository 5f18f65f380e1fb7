//! Shapes that many endpoints share: times, cursors, lists.

use std::fmt::Display;

use axum::Json;
use axum::http::header::{ETAG, HeaderMap, IF_MATCH};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_model::{AgentId, ConversationId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::problem::{Failed, bad};

/// Rows of a page where nothing is said.
const PAGE: u64 = 50;
/// Rows of a page at most.
const LARGEST_PAGE: u64 = 500;

/// Milliseconds of UTC as RFC 3339.
pub(crate) fn time(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map(|time| format!("{time:.3}")).unwrap_or_default()
}

/// RFC 3339, or a day (its beginning in the zone), as milliseconds of UTC.
pub(crate) fn instant(
    field: &'static str,
    text: Option<&str>,
    zone: &TimeZone,
) -> Result<Option<i64>, Failed> {
    let Some(text) = text else { return Ok(None) };
    let begins = |day: Date| day.to_zoned(zone.clone()).map(|begins| begins.timestamp());
    let moment = text.parse::<Timestamp>().or_else(|_| Date::strptime("%Y-%m-%d", text).and_then(begins));
    let moment = moment.map_err(|_| bad(field, "write 2026-11-22 or 2026-11-22T09:00:00+08:00"))?;
    Ok(Some(moment.as_millisecond()))
}

/// The revision that a change was read with.
pub(crate) fn revision(headers: &HeaderMap) -> Result<i64, Failed> {
    let matched = headers.get(IF_MATCH).and_then(|value| value.to_str().ok());
    let number = matched.and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
    // `i64::from_str` takes signs; an ETag of ours has none.
    let digits = number.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let revision = digits.and_then(|digits| digits.parse().ok());
    revision.ok_or_else(|| bad("If-Match", "carry the ETag that was read"))
}

/// A thing with the revision that a change of it has to name.
pub(crate) fn tagged(revision: i64, body: impl Serialize) -> Response {
    ([(ETAG, format!("\"{revision}\""))], Json(body)).into_response()
}

/// How many rows.
pub(crate) fn limit(asked: Option<u64>) -> Result<u64, Failed> {
    match asked {
        None => Ok(PAGE),
        Some(limit @ 1..=LARGEST_PAGE) => Ok(limit),
        Some(_) => Err(bad("limit", format!("write 1 to {LARGEST_PAGE}"))),
    }
}

/// A place in a list, opaque to those who carry it.
pub(crate) fn cursor((value, id): (f64, ConversationId)) -> String {
    format!("{:016x}{}", value.to_bits(), id.0.simple())
}

/// The place that a cursor names.
pub(crate) fn place(cursor: Option<&str>) -> Result<Option<(f64, ConversationId)>, Failed> {
    let Some(cursor) = cursor else { return Ok(None) };
    let read = || {
        let (value, id) = (cursor.get(..16)?, cursor.get(16..)?);
        let value = f64::from_bits(u64::from_str_radix(value, 16).ok()?);
        value.is_finite().then_some((value, id.parse().ok()?))
    };
    read().map(Some).ok_or_else(|| bad("cursor", "take it from `next` of the page before"))
}

/// Values parted by commas.
pub(crate) fn several<T>(
    field: &'static str,
    text: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Failed> {
    let parts =
        text.into_iter().filter(|text| !text.is_empty()).flat_map(|text| text.split(',')).map(str::trim);
    parts.map(|part| read(part).ok_or_else(|| bad(field, "has a value that is none of its kind"))).collect()
}

/// Something with a name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedAgent {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The number that calls carry.
    pub(crate) number: String,
}

impl<I: Display> From<(I, String)> for Named {
    fn from((id, name): (I, String)) -> Self {
        Self { id: id.to_string(), name }
    }
}

impl From<(AgentId, String, String)> for NamedAgent {
    fn from((id, name, number): (AgentId, String, String)) -> Self {
        Self { id: id.to_string(), name, number }
    }
}

/// What the contract knows as an object only.
pub(crate) fn object(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// A name in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Title {
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl From<lingjian_app::Title> for Title {
    fn from(title: lingjian_app::Title) -> Self {
        Self { zh: title.zh, en: title.en }
    }
}

/// The three scores, 0–100; high risk is bad.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Scores {
    pub(crate) compliance: f64,
    pub(crate) experience: f64,
    pub(crate) risk: f64,
}

impl From<lingjian_model::Scores> for Scores {
    fn from(scores: lingjian_model::Scores) -> Self {
        let lingjian_model::Scores { compliance, experience, risk } = scores;
        Self { compliance, experience, risk }
    }
}

/// A list without further pages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
    /// Always none: the list is whole.
    pub(crate) next: Option<String>,
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { items: items.into_iter().collect(), next: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let id = ConversationId::from(uuid::Uuid::from_u128(7));
        for value in [0.0, -1.5, 1_795_000_000_000.0] {
            assert_eq!(place(Some(&cursor((value, id)))).ok().flatten(), Some((value, id)));
        }
        for wrong in ["x", "7ff0000000000000", "退款退款退款退款", &"f".repeat(48)] {
            assert!(place(Some(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(time(1_795_000_000_123), "2026-11-18T11:06:40.123Z");
        let read = |text, zone| instant("from", Some(text), &TimeZone::get(zone).unwrap()).ok().flatten();
        assert_eq!(read("2026-11-22", "Asia/Shanghai"), Some(1_795_276_800_000));
        assert_eq!(read("2026-11-22", "Europe/Berlin"), Some(1_795_302_000_000));
        assert_eq!(read("2026-11-22T09:00:00+08:00", "Europe/Berlin"), Some(1_795_309_200_000));
        for wrong in ["yesterday", "2026-02-30", "2026-11-22T09:00:00"] {
            assert_eq!(read(wrong, "Asia/Shanghai"), None, "{wrong}");
        }
    }
}
