//! The cards that ship: without a fault, and each in the order of attention that it stands for.

use std::collections::BTreeSet;
use std::path::Path;

use lingjian_model::Scorecard;
use lingjian_model::scorecard::Answers;
use lingjian_scorecards::{missing, read, score};

use crate::cards::said;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Files below a folder that end so, in the order of their names.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    found.sort();
    found
}

/// The ids of all rules that ship for Chinese, read off the lines that name them.
fn rules() -> BTreeSet<String> {
    let texts =
        files(&root().join("rules/zh")).into_iter().map(|path| std::fs::read_to_string(path).unwrap());
    let ids: BTreeSet<String> = texts
        .flat_map(|text| {
            let ids = text.lines().filter_map(|line| line.strip_prefix("  - id: "));
            ids.map(|id| id.trim().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert!(ids.len() > 20 && ids.contains("opening-missing"), "{ids:?}");
    ids
}

fn cards() -> Vec<Scorecard> {
    let rules = rules();
    let cards = files(&root().join("scorecards")).into_iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let read = read(&name, &std::fs::read_to_string(&path).unwrap(), Some(&rules));
        let told: Vec<String> = read.diagnostics.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
        let card = read.card.unwrap();
        assert_eq!(format!("{}.yaml", card.id), name);
        card
    });
    cards.collect()
}

fn card(id: &str) -> Scorecard {
    cards().into_iter().find(|card| card.id == id).unwrap()
}

#[test]
fn all_are_there_and_nothing_is_wrong_or_doubtful() {
    let ids: Vec<String> = cards().into_iter().map(|card| card.id).collect();
    assert_eq!(ids, ["care", "listening-checklist", "market", "mining"]);
}

#[test]
fn every_title_stands_in_both_languages() {
    for card in cards() {
        let titles = card
            .items()
            .flat_map(|item| item.options.iter().map(|option| &option.title).chain([&item.title]));
        for title in titles.chain(card.sections.iter().map(|section| &section.title)) {
            assert!(!title.zh.is_ascii() || title.zh.starts_with("FAQ"), "{title:?}");
            assert!(title.en.is_ascii(), "{title:?}");
        }
        assert!(card.items().all(|item| !item.help.is_empty()));
    }
}

/// C2: the standard sections, with all that they name.
#[test]
fn the_standard_sections_are_whole() {
    let standard = [
        (
            "major",
            vec![
                "false-information",
                "leading-customer",
                "added-or-omitted",
                "disparaging-others",
                "complaint-cause",
            ],
        ),
        ("service", vec!["opening", "closing", "tone", "attitude", "words", "hold-transfer"]),
        ("communication", vec!["cooperation", "expression", "listening", "guidance"]),
        ("records", vec!["record-format", "rigour", "skill"]),
        ("business", vec!["knowledge", "faq-use", "script-use"]),
    ];
    for id in ["mining", "care", "market"] {
        let card = card(id);
        for (name, items) in &standard {
            let section = card.sections.iter().find(|section| section.id == *name).unwrap();
            for item in items {
                assert!(section.items.iter().any(|one| one.id == *item), "{id}: {name} has no {item}");
            }
        }
        assert!(card.items().any(|item| item.fatal) && card.items().any(|item| item.critical));
    }
}

/// C3: what weighs more is asked first.
#[test]
fn attention_has_its_order() {
    let truth = ["major"];
    for (id, order) in [
        ("mining", [&truth[..], &["records", "business"], &["communication", "service"]]),
        ("care", [&["service", "communication"], &["business", "records"], &truth[..]]),
        ("market", [&["major", "records"], &["service", "communication"], &["business"]]),
    ] {
        let card = card(id);
        let asked: Vec<&str> = card.sections.iter().map(|section| section.id.as_str()).collect();
        assert_eq!(asked, order.concat(), "{id}");
        let weight = |name: &&str| card.sections.iter().find(|section| section.id == *name).unwrap().weight;
        let weights = order.map(|names| names.iter().map(weight).sum::<f64>());
        assert!(weights[0] > weights[1] && weights[1] > weights[2], "{id}: {weights:?}");
        assert!((weights.iter().sum::<f64>() - 100.0).abs() < f64::EPSILON);
    }
}

/// The best answers come to 100, the worst to nothing.
#[test]
fn the_best_is_a_hundred() {
    for card in cards() {
        let by_share = |best: bool| -> Answers {
            let pick = |item: &lingjian_model::scorecard::Item| {
                let share = |option: &&lingjian_model::scorecard::ItemOption| option.share.unwrap_or(0.0);
                let sorted = |one: &_, other: &_| f64::total_cmp(&share(one), &share(other));
                let option = if best {
                    item.options.iter().max_by(sorted)
                } else {
                    item.options.iter().min_by(sorted)
                };
                said(&option.unwrap().id)
            };
            card.items().map(|item| (item.id.clone(), pick(item))).collect()
        };
        let best = score(&card, &by_share(true));
        assert_eq!((best.total, best.open), (Some(100.0), 0), "{}", card.id);
        assert!(best.critical == Some(100.0) && best.fatal.is_empty(), "{}", card.id);
        let worst = score(&card, &by_share(false));
        assert_eq!((worst.total, worst.critical), (Some(0.0), Some(0.0)), "{}", card.id);
        let gaps = missing(&card, &by_share(false));
        assert!(!gaps.is_empty(), "{}: a bad answer wants its reason", card.id);
    }
}
