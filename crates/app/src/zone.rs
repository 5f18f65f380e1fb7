//! Whose days: the zone in which a list or an overview tells one day from the next.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use lingjian_model::ProjectId;

use crate::{AppError, House};

/// Changes of a zone's offset before this (2001-09-09) matter to no call.
const EARLIEST: i64 = 1_000_000_000_000;

impl House {
    /// The zone of somebody's days: the one that they name, else that of the one project they look at, else the house's.
    ///
    /// # Errors
    /// When nothing is called what they name.
    pub async fn zone(&self, named: Option<&str>, projects: &[ProjectId]) -> Result<TimeZone, AppError> {
        if let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) {
            return TimeZone::get(named).map_err(|_| AppError::BadRequest {
                field: "zone",
                reason: "no time zone is called that; write for example Asia/Shanghai".to_owned(),
            });
        }
        if let [project] = projects {
            let project = self.store().project(*project).await?;
            if let Some(zone) = project.and_then(|one| TimeZone::get(&one.zone).ok()) {
                return Ok(zone);
            }
        }
        Ok(self.own_zone())
    }

    /// The house's own zone: the one of a project that nobody gave one.
    #[must_use]
    pub fn own_zone(&self) -> TimeZone {
        TimeZone::get(self.store().zone()).unwrap_or(TimeZone::UTC)
    }
}

/// The Monday of the week of a moment.
pub(crate) fn monday(at: i64, zone: &TimeZone) -> Option<Date> {
    let day = Timestamp::from_millisecond(at).ok()?.to_zoned(zone.clone()).date();
    day.checked_sub(Span::new().days(day.weekday().to_monday_zero_offset())).ok()
}

/// How far a zone is east of UTC at first, and from when on it is how far, in milliseconds, up to now.
pub(crate) fn offsets(zone: &TimeZone, now: i64) -> (i64, Vec<(i64, i64)>) {
    let now = Timestamp::from_millisecond(now).unwrap_or_default();
    let east = |seconds: i32| i64::from(seconds) * 1000;
    let mut changes: Vec<(i64, i64)> = zone
        .preceding(now)
        .map(|change| (change.timestamp().as_millisecond(), east(change.offset().seconds())))
        .take_while(|(from, _)| *from > EARLIEST)
        .collect();
    changes.reverse();
    let before =
        changes.first().map_or(now, |(from, _)| Timestamp::from_millisecond(from - 1).unwrap_or_default());
    (east(zone.to_offset(before).seconds()), changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22T00:00:00Z.
    const NOW: i64 = 1_795_305_600_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_zone_without_summer_time_has_one_offset() {
        assert_eq!(offsets(&TimeZone::get("Asia/Shanghai").unwrap(), NOW), (8 * HOUR, Vec::new()));
    }

    #[test]
    fn a_zone_with_summer_time_changes_twice_a_year() {
        let (first, changes) = offsets(&TimeZone::get("Europe/Berlin").unwrap(), NOW);
        assert_eq!(first, 2 * HOUR);
        assert_eq!(changes.len(), 51, "{changes:?}");
        // 2026-10-25T01:00:00Z, back to winter time.
        assert_eq!(changes.last(), Some(&(1_792_890_000_000, HOUR)));
        assert!(changes.is_sorted());
    }
}
