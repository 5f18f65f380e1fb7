//! The worked examples of `docs/scorecards.md`, number by number.

use lingjian_model::scorecard::{AskedWhen, Cause, Counts, Figure};
use lingjian_model::{Scorecard, Scored};
use lingjian_scorecards::score;

use crate::cards::{answers, card, item, section};

/// The card of the page: service 60 (greeting 2, listening 4), records 40 (notes 5, checked 5), an item that deducts 8 and
/// one that adds 3.
fn page() -> Scorecard {
    let deducts = lingjian_model::scorecard::Item { counts: Counts::Deducts, ..item("cause", 8.0) };
    let adds = lingjian_model::scorecard::Item { counts: Counts::Adds, ..item("praise", 3.0) };
    let mut notes = item("notes", 5.0);
    notes.critical = true;
    let mut checked = item("checked", 5.0);
    (checked.critical, checked.fatal) = (true, true);
    card(vec![
        section("service", 60.0, vec![item("greeting", 2.0), item("listening", 4.0), deducts, adds]),
        section("records", 40.0, vec![notes, checked]),
    ])
}

const ALL: [(&str, &str); 6] = [
    ("greeting", "yes"),
    ("listening", "partly"),
    ("cause", "yes"),
    ("praise", "no"),
    ("notes", "yes"),
    ("checked", "partly"),
];

fn with(changed: &[(&str, &str)]) -> Scored {
    let mut given = answers(&ALL);
    given.extend(answers(changed));
    score(&page(), &given)
}

fn total_steps(scored: &Scored) -> Vec<(Cause, f64, f64)> {
    let steps = scored.steps.iter().filter(|step| step.of == Figure::Total);
    steps.map(|step| (step.by.clone(), step.points, step.after)).collect()
}

#[test]
fn sections_by_weight() {
    let scored = with(&[]);
    assert_eq!((scored.sections[0].score, scored.sections[1].score), (Some(66.67), Some(75.0)));
    assert_eq!((scored.total, scored.critical), (Some(70.0), Some(75.0)));
    assert_eq!((scored.earned, scored.possible), (11.5, 16.0));
    let by = |id: &str| Cause::Section(id.to_owned());
    let none = |id: &str, after| (Cause::Item(id.to_owned()), 0.0, after);
    let expected =
        [(by("service"), 40.0, 40.0), (by("records"), 30.0, 70.0), none("cause", 70.0), none("praise", 70.0)];
    assert_eq!(total_steps(&scored), expected);
}

#[test]
fn not_applicable_is_out_of_the_denominator() {
    let scored = with(&[("greeting", "n/a")]);
    assert_eq!((scored.sections[0].earned, scored.sections[0].possible), (2.0, 4.0));
    assert_eq!((scored.sections[0].score, scored.total), (Some(50.0), Some(60.0)));
    let scored = with(&[("notes", "n/a"), ("checked", "n/a")]);
    assert_eq!((scored.sections[1].score, scored.sections[1].share), (None, 0.0));
    assert_eq!((scored.total, scored.critical), (Some(66.67), None), "the other section is all there is");
    let all: Vec<(&str, &str)> = ALL.iter().map(|(id, _)| (*id, "n/a")).collect();
    assert_eq!((with(&all).total, with(&all).steps.len()), (None, 0), "nothing weighed was answered");
}

#[test]
fn points_beside_the_weights() {
    assert_eq!(with(&[("cause", "no")]).total, Some(62.0));
    assert_eq!(with(&[("cause", "partly"), ("praise", "yes")]).total, Some(69.0));
    let full = with(&[("listening", "yes"), ("checked", "yes"), ("praise", "yes")]);
    assert_eq!(full.total, Some(100.0));
    assert_eq!(total_steps(&full).last(), Some(&(Cause::Bounds, -3.0, 100.0)));
}

#[test]
fn a_fatal_item() {
    let failed = with(&[("checked", "no")]);
    assert_eq!((failed.total, failed.fatal.clone()), (Some(0.0), vec!["checked".to_owned()]));
    assert_eq!(failed.critical_failed, ["checked"]);
    assert_eq!(total_steps(&failed).last(), Some(&(Cause::Fatal("checked".to_owned()), -60.0, 0.0)));
    let mut given = answers(&ALL);
    given.extend(answers(&[("checked", "no")]));
    assert_eq!(score(&Scorecard { fatal: 59.0, ..page() }, &given).total, Some(59.0));
    given.extend(answers(&[("listening", "no"), ("notes", "no")]));
    let low = score(&Scorecard { fatal: 59.0, ..page() }, &given);
    assert_eq!(low.total, Some(20.0), "a fatal item never makes a bad total better");
}

#[test]
fn an_item_asked_only_then() {
    let mut card = page();
    let mut soothed = item("soothed", 6.0);
    soothed.asked_when = Some(AskedWhen { item: "greeting".to_owned(), is: vec!["no".to_owned()] });
    card.sections[0].items.push(soothed);
    let mut given = answers(&ALL);
    assert_eq!((score(&card, &given).total, score(&card, &given).open), (Some(70.0), 0), "not asked");
    given.extend(answers(&[("soothed", "yes")]));
    assert_eq!(score(&card, &given).total, Some(70.0), "nor does an old answer count");
    given.extend(answers(&[("greeting", "no")]));
    assert_eq!(score(&card, &given).total, Some(70.0), "8 of 12 instead of 4 of 6");
    given.remove("soothed");
    assert_eq!(
        (score(&card, &given).total, score(&card, &given).open),
        (Some(50.0), 1),
        "2 of 6, and one open"
    );
}

#[test]
fn a_card_that_only_deducts_begins_at_100() {
    let deducts =
        |id: &str, points| lingjian_model::scorecard::Item { counts: Counts::Deducts, ..item(id, points) };
    let card = card(vec![section("faults", 0.0, vec![deducts("late", 5.0), deducts("rude", 200.0)])]);
    assert_eq!(score(&card, &answers(&[])).total, Some(100.0));
    assert_eq!(score(&card, &answers(&[("late", "no")])).total, Some(95.0));
    let scored = score(&card, &answers(&[("late", "no"), ("rude", "no")]));
    assert_eq!((scored.total, scored.sections[0].score), (Some(0.0), None));
    assert_eq!(total_steps(&scored).last(), Some(&(Cause::Bounds, 105.0, 0.0)));
}
