//! Cards and answers for the tests.

use lingjian_model::scorecard::{Answer, Answers, AskedWhen, Choice, Counts, Item, ItemOption, Section};
use lingjian_model::{Scorecard, Wording};
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn option(id: &str, share: f64) -> ItemOption {
    let (title, share) = (Wording::new(id, id), Some(share));
    ItemOption { id: id.to_owned(), title, share, comment: false, evidence: false }
}

/// A weighed item with `yes` 1, `partly` 0.5 and `no` 0.
pub(crate) fn item(id: &str, points: f64) -> Item {
    Item {
        id: id.to_owned(),
        title: Wording::new(id, id),
        help: Wording::default(),
        counts: Counts::Weighed,
        points,
        fatal: false,
        critical: false,
        not_applicable: true,
        asked_when: None,
        options: vec![option("yes", 1.0), option("partly", 0.5), option("no", 0.0)],
        prefill: Vec::new(),
    }
}

pub(crate) fn section(id: &str, weight: f64, items: Vec<Item>) -> Section {
    Section { id: id.to_owned(), title: Wording::new(id, id), weight, items }
}

pub(crate) fn card(sections: Vec<Section>) -> Scorecard {
    let (title, about) = (Wording::new("卡", "card"), Wording::default());
    Scorecard { id: "card".to_owned(), title, about, fatal: 0.0, sections }
}

pub(crate) fn said(option: &str) -> Answer {
    Answer { choice: Some(Choice::Option(option.to_owned())), ..Answer::default() }
}

pub(crate) fn not_applicable() -> Answer {
    Answer { choice: Some(Choice::NotApplicable), ..Answer::default() }
}

pub(crate) fn answers(given: &[(&str, &str)]) -> Answers {
    let answer = |option: &str| if option == "n/a" { not_applicable() } else { said(option) };
    given.iter().map(|(item, option)| ((*item).to_owned(), answer(option))).collect()
}

fn shares() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(select(vec![0.0, 0.1, 0.25, 1.0 / 3.0, 0.5, 0.8, 1.0]), 1..4)
}

type Kind = (Counts, f64, bool, bool, Vec<f64>, Option<(prop::sample::Index, bool)>);

fn any_item() -> impl Strategy<Value = Kind> {
    let counts = prop_oneof![5 => Just(Counts::Weighed), 1 => Just(Counts::Deducts), 1 => Just(Counts::Adds)];
    let points = select(vec![0.0, 1.0, 2.5, 3.0, 7.0, 10.0, 40.0]);
    let condition = prop::option::weighted(0.25, (any::<prop::sample::Index>(), any::<bool>()));
    (counts, points, prop::bool::weighted(0.15), prop::bool::weighted(0.3), shares(), condition)
}

/// Cards in which nothing is wrong: items are `i0`, `i1`, …, their options `o0`, `o1`, …; conditions name earlier items.
pub(crate) fn any_card() -> impl Strategy<Value = Scorecard> {
    let weight = select(vec![0.0, 1.0, 10.0, 25.0, 33.3, 60.0]);
    let sections = prop::collection::vec((weight, prop::collection::vec(any_item(), 1..5)), 1..4);
    let fatal = select(vec![0.0, 0.0, 40.0, 59.0]);
    (sections, fatal).prop_map(|(sections, fatal)| {
        let mut count = 0;
        let sections = sections.into_iter().enumerate().map(|(number, (weight, kinds))| {
            let items = kinds.into_iter().map(|(counts, points, fatal, critical, shares, condition)| {
                let options = shares.iter().enumerate().map(|(at, share)| option(&format!("o{at}"), *share));
                let asked_when = condition.filter(|_| count > 0).map(|(other, first)| AskedWhen {
                    item: format!("i{}", other.index(count)),
                    is: vec![if first { "o0" } else { "o1" }.to_owned()],
                });
                count += 1;
                let id = format!("i{}", count - 1);
                let options = options.collect();
                Item { counts, fatal, critical, options, asked_when, ..item(&id, points) }
            });
            section(&format!("s{number}"), weight, items.collect())
        });
        Scorecard { fatal, ..card(sections.collect()) }
    })
}

/// A card with answers to some of its items.
pub(crate) fn any_filled() -> impl Strategy<Value = (Scorecard, Answers)> {
    any_card().prop_flat_map(|card| {
        let each: Vec<_> = card
            .items()
            .map(|item| {
                let options: Vec<String> = item.options.iter().map(|option| option.id.clone()).collect();
                let id = item.id.clone();
                prop_oneof![
                    1 => Just(None),
                    1 => Just(Some(not_applicable())),
                    8 => select(options).prop_map(|option| Some(said(&option))),
                ]
                .prop_map(move |answer| Some((id.clone(), answer?)))
            })
            .collect();
        (Just(card), each).prop_map(|(card, each)| (card, each.into_iter().flatten().collect()))
    })
}
