use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use jiff::tz::Offset;
use lingjian_rehearsal::{CallRecord, Centre, Offered, Outcome, Plan};

fn offered(calls: usize, seed: u64) -> Vec<CallRecord> {
    let centre = Centre::new(&Plan::demonstration(calls, seed)).unwrap();
    let records = centre.offered().map(|offered| match offered {
        Offered::Answered(call) => call.record,
        Offered::Unanswered(record) => *record,
    });
    records.collect()
}

fn day(record: &CallRecord) -> Date {
    Offset::constant(8).to_datetime(record.arrived_at).date()
}

fn days(records: &[CallRecord]) -> BTreeSet<Date> {
    records.iter().map(day).collect()
}

#[test]
fn a_demonstration_is_three_projects_forty_agents_and_two_weeks() {
    let records = offered(20_000, 1);
    let mut agents: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut loads: BTreeMap<(&str, Date), usize> = BTreeMap::new();
    for record in records.iter().filter(|record| record.outcome == Outcome::Answered) {
        agents.entry(&record.project).or_default().insert(&record.agent);
        *loads.entry((&record.agent, day(record))).or_default() += 1;
    }
    let sizes: Vec<_> = agents.values().map(BTreeSet::len).collect();
    assert_eq!(sizes, [12, 24, 4], "{agents:?}");

    let days = days(&records);
    assert_eq!(days.len(), 14);
    assert_eq!((days.first(), days.last()), (Some(&date(2026, 11, 2)), Some(&date(2026, 11, 15))));

    let answered: usize = loads.values().sum();
    assert!((19_700..=20_000).contains(&answered), "{answered}");
    let load = answered as f64 / loads.len() as f64;
    assert!((40.0..60.0).contains(&load), "{load} calls of an agent a day");
    let abandoned = records.iter().filter(|record| record.outcome == Outcome::Abandoned).count();
    assert!((1..400).contains(&abandoned), "{abandoned}");
}

#[test]
fn fewer_calls_spread_over_the_same_weeks_and_more_go_on() {
    let answered =
        |records: &[CallRecord]| records.iter().filter(|record| record.outcome == Outcome::Answered).count();
    let few = offered(1_000, 2);
    assert!((920..=1_000).contains(&answered(&few)), "{}", answered(&few));
    assert!((13..=14).contains(&days(&few).len()), "{:?}", days(&few));
    let projects: BTreeSet<_> = few.iter().map(|record| &record.project).collect();
    assert_eq!(projects.len(), 3);

    assert_eq!(answered(&offered(0, 1)), 0);
    assert!(answered(&offered(3, 1)) <= 3);
    assert_eq!(Plan::demonstration(40_000, 1).days, None);
}
