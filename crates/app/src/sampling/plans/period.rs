//! Periods of a plan: days and weeks of its project, each known by its first day.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use lingjian_store::{Period, SamplingPlan};

/// How long after its end a period is drawn: calls come in late.
pub const SETTLING_MS: i64 = 2 * 60 * 60 * 1000;
/// What ended longer ago than this is not made up for when nobody drew it.
pub const CATCH_UP_MS: i64 = 35 * 24 * 60 * 60 * 1000;

/// A period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// Its first day.
    pub first: Date,
    /// The first day of the next.
    pub after: Date,
}

impl Days {
    /// The period in which a day lies.
    fn of(period: Period, day: Date) -> Self {
        let first = match period {
            Period::Day => day,
            Period::Week => day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days()),
        };
        Self::from(period, first)
    }

    fn from(period: Period, first: Date) -> Self {
        let days = match period {
            Period::Day => 1,
            Period::Week => 7,
        };
        Self { first, after: first.saturating_add(days.days()) }
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.after.yesterday().unwrap_or(self.after)
    }

    /// When it is drawn.
    pub(super) fn due(self, zone: &TimeZone) -> i64 {
        begins(self.after, zone) + SETTLING_MS
    }
}

/// A period of a plan that kept `first` as the first day of one.
pub(super) fn known(plan: &SamplingPlan, first: Date) -> Days {
    Days::from(plan.period, first)
}

/// The period after the last that a plan ran, or its first; none where its end lies before.
pub(super) fn next(plan: &SamplingPlan, last_run: Option<Date>) -> Option<Days> {
    let first = Days::of(plan.period, plan.first_day);
    let next = match last_run {
        Some(last) if last >= first.first => Days::from(plan.period, known(plan, last).after),
        _ => first,
    };
    (plan.last_day.is_none_or(|last| next.first <= last) && next.first < next.after).then_some(next)
}

/// When a day begins.
pub(super) fn begins(day: Date, zone: &TimeZone) -> i64 {
    day.to_zoned(zone.clone()).map_or(i64::MAX / 2, |day| day.timestamp().as_millisecond())
}

/// The day of a moment.
pub(super) fn day_of(now: i64, zone: &TimeZone) -> Date {
    Timestamp::from_millisecond(now).unwrap_or_default().to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    fn plan(period: Period, first_day: Date, last_day: Option<Date>) -> SamplingPlan {
        SamplingPlan {
            id: Uuid::nil().into(),
            project: Uuid::nil().into(),
            name: String::new(),
            period,
            wishes: String::new(),
            due_days: 3,
            first_day,
            last_day,
            paused: false,
            ended_at: None,
            made_by: Uuid::nil().into(),
            made_at: 0,
            changed_by: Uuid::nil().into(),
            changed_at: 0,
            revision: 1,
        }
    }

    #[test]
    fn a_week_begins_on_monday() {
        // 2026-11-22 is a Sunday.
        let week = Days { first: date(2026, 11, 16), after: date(2026, 11, 23) };
        for day in [date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 22)] {
            assert_eq!(Days::of(Period::Week, day), week);
        }
        assert_eq!(week.last(), date(2026, 11, 22));
        assert_eq!(Days::of(Period::Week, week.after).first, week.after);
    }

    #[test]
    fn a_plan_goes_from_the_period_of_its_first_day_to_that_of_its_last() {
        let weeks = plan(Period::Week, date(2026, 11, 18), Some(date(2026, 11, 25)));
        let first = next(&weeks, None).unwrap();
        assert_eq!(first.first, date(2026, 11, 16));
        let second = next(&weeks, Some(first.first)).unwrap();
        assert_eq!(second, Days { first: date(2026, 11, 23), after: date(2026, 11, 30) });
        assert_eq!(next(&weeks, Some(second.first)), None, "its last day lies before");
        let days = plan(Period::Day, date(2026, 11, 18), None);
        assert_eq!(
            next(&days, Some(date(2026, 11, 10))).unwrap().first,
            date(2026, 11, 18),
            "it begins anew"
        );
        assert_eq!(next(&days, Some(date(2026, 11, 30))).unwrap().first, date(2026, 12, 1));
    }

    #[test]
    fn a_day_is_as_long_as_its_zone_says() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let hour = 60 * 60 * 1000;
        let long = begins(date(2026, 10, 26), &berlin) - begins(date(2026, 10, 25), &berlin);
        assert_eq!(long, 25 * hour);
        let due = Days::of(Period::Day, date(2026, 10, 25)).due(&berlin);
        assert_eq!(due, begins(date(2026, 10, 26), &berlin) + 2 * hour);
        assert_eq!(day_of(due, &berlin), date(2026, 10, 26));
    }
}
