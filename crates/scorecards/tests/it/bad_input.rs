//! Every kind of mistake in a card and in answers is told, with its place and what to do.

use std::collections::BTreeSet;

use lingjian_model::Span;
use lingjian_model::scorecard::{Answer, Moment, Suggestion};
use lingjian_scorecards::{Grade, Kind, Lack, MOST_ITEMS, lint, missing, read};

use crate::cards::{answers, card, item, not_applicable, said, section};

/// A good card, which each test breaks at one place.
const GOOD: &str = "\
id: good
title: { zh: 卡, en: Card }
sections:
  - id: service
    title: 服务
    weight: 100
    items:
      - id: greeting
        title: 问候
        points: 60
        options:
          - { id: yes, title: 是, share: 1 }
          - { id: no, title: 否, share: 0, comment: true }
        prefill:
          - { option: no, rules: [opening-missing] }
      - id: wait
        title: 等待与转接
        points: 40
        fatal: true
        asked_when: { item: greeting, is: [yes] }
        options:
          - { id: yes, title: 是, share: 1 }
          - { id: no, title: 否, share: 0 }
        prefill:
          - { option: no, measure: longest_silence_ms, over: 15000 }
";

fn rules() -> BTreeSet<String> {
    ["opening-missing".to_owned()].into()
}

#[test]
fn the_good_card_is_good() {
    let read = read("good.yaml", GOOD, Some(&rules()));
    assert_eq!(read.diagnostics, []);
    let card = read.sound().unwrap();
    assert_eq!(card.items().count(), 2);
    assert_eq!(card.sections[0].title.en, "服务", "one text stands for both languages");
    let json = serde_json::to_string(card).unwrap();
    assert_eq!(serde_json::from_str::<lingjian_model::Scorecard>(&json).unwrap(), *card);
}

/// What makes a card unusable: in place of one text of the good card another, and what that is.
const WRONG: [(&str, &str, Kind); 26] = [
    ("points: 60", "point: 60", Kind::UnknownKey),
    ("title: 问候", "title: { de: Hallo }", Kind::UnknownKey),
    ("points: 60", "points: sixty", Kind::WrongValue),
    ("share: 1 }", "share: .nan }", Kind::WrongValue),
    ("points: 60", "points: [60]", Kind::WrongValue),
    ("points: 60", "counts: off", Kind::WrongValue),
    ("longest_silence_ms", "longest_silence", Kind::WrongValue),
    ("comment: true", "comment: maybe", Kind::WrongValue),
    ("        points: 60\n", "        points: 60\n        points: 6\n", Kind::Unreadable),
    ("id: good\n", "", Kind::MissingKey),
    ("title: 问候", "title: &t 问候", Kind::Unreadable),
    ("[yes]", "[yes", Kind::Unreadable),
    ("id: greeting", "id: Greeting", Kind::BadId),
    ("id: wait", "id: greeting", Kind::Twice),
    ("id: no,", "id: yes,", Kind::Twice),
    ("share: 1", "share: 1.5", Kind::OutOfBounds),
    ("points: 60", "points: -6", Kind::OutOfBounds),
    (", share: 1", "", Kind::NoShare),
    ("title: 问候", "title: \" \"", Kind::Untitled),
    ("item: greeting", "item: greetings", Kind::Unknown),
    ("is: [yes]", "is: [yess]", Kind::Unknown),
    ("item: greeting", "item: wait", Kind::Circle),
    ("points: 60", "asked_when: { item: wait, is: [yes] }", Kind::Circle),
    ("option: no, rules", "option: nope, rules", Kind::Unknown),
    (", over: 15000", "", Kind::BadPrefill),
    ("weight: 100", "weight: 0", Kind::NoTotal),
];

/// What is surely not meant.
const DOUBTFUL: [(&str, &str, Kind); 7] = [
    ("weight: 100", "weight: 90", Kind::Weights),
    ("title: 等待与转接", "title: 问候！", Kind::Alike),
    ("is: [yes]", "is: []", Kind::NeverAsked),
    ("opening-missing", "opening-mising", Kind::UnknownRule),
    ("share: 0 }", "share: 0.2 }", Kind::FatalNeverFailed),
    ("share: 0, comment", "share: 1, comment", Kind::AllTheSame),
    ("points: 60", "critical: true", Kind::CriticalInVain),
];

/// What is said of the good card with one text in place of another.
fn told(from: &str, to: &str, kind: Kind, is_wrong: bool) -> String {
    assert!(GOOD.contains(from), "{from}");
    let read = read("bad.yaml", &GOOD.replacen(from, to, 1), Some(&rules()));
    assert_eq!(read.sound().is_none(), is_wrong, "{from} → {to}: {:?}", read.diagnostics);
    assert_eq!(read.diagnostics.first().map(|one| one.kind), Some(kind), "{from} → {to}");
    let lines = read.diagnostics.iter().map(|one| {
        assert!(one.file.is_some() && one.place.is_some());
        format!("{one}\n  {}（{}）\n", one.message.zh, one.help.zh)
    });
    format!("{} → {}\n{}", from.trim(), to.trim().replace('\n', "⏎"), lines.collect::<String>())
}

#[test]
fn every_mistake_has_its_place_and_its_advice() {
    let wrong = WRONG.iter().map(|(from, to, kind)| told(from, to, *kind, true));
    let doubtful = DOUBTFUL.iter().map(|(from, to, kind)| told(from, to, *kind, false));
    insta::assert_snapshot!(wrong.chain(doubtful).collect::<Vec<_>>().join("\n"));
}

#[test]
fn what_a_file_does_not_show() {
    let kinds = |card| lint(&card, None).iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!(kinds(card(Vec::new())), [Kind::Empty]);
    assert_eq!(kinds(card(vec![section("a", 0.0, Vec::new())])), [Kind::Empty]);
    let bare = lingjian_model::scorecard::Item { options: Vec::new(), ..item("bare", 1.0) };
    assert_eq!(kinds(card(vec![section("a", 100.0, vec![bare])])), [Kind::Empty]);
    let in_vain =
        vec![section("a", 90.0, vec![item("one", 1.0)]), section("b", 10.0, vec![item("two", 0.0)])];
    assert_eq!(kinds(card(in_vain)), [Kind::WeightInVain]);
    let many = (0..=MOST_ITEMS).map(|number| item(&format!("{number}-{}", number * 7919), 1.0)).collect();
    assert!(kinds(card(vec![section("a", 100.0, many)])).contains(&Kind::TooMany));
    let (mut first, second) = (item("first", 1.0), item("later", 1.0));
    first.asked_when =
        Some(lingjian_model::scorecard::AskedWhen { item: "later".to_owned(), is: vec!["yes".to_owned()] });
    let found = lint(&card(vec![section("a", 100.0, vec![first, second])]), None);
    assert_eq!((found[0].kind, found[0].grade), (Kind::Later, Grade::Error));
    assert_eq!(found[0].help.en, "move `later` before it");
    // Whoever can never be asked keeps those from being asked that depend on it.
    let chain = GOOD.replace("is: [yes]", "is: []")
        + "      - id: after\n        title: 之后\n        asked_when: { item: wait, is: [yes] }\n        options: [{ id: yes, title: 是 }]\n";
    let never = read("chain.yaml", &chain, None);
    assert_eq!(never.diagnostics.iter().filter(|one| one.kind == Kind::NeverAsked).count(), 2);
    for text in ["", "[]", "just words", "\u{0}", "a: b: c", "id: 1\n---\nid: 2", &"[".repeat(10_000)] {
        let read = read("odd.yaml", text, None);
        assert!(read.card.is_none() && read.diagnostics.len() == 1, "{text:.20}");
        assert!(read.diagnostics[0].place.is_some());
    }
}

#[test]
fn what_answers_lack() {
    let card = read("good.yaml", GOOD, None).card.unwrap();
    let lacks = |given| {
        let gaps = missing(&card, &given);
        gaps.into_iter().map(|gap| (gap.item, gap.lack)).collect::<Vec<_>>()
    };
    let gap = |item: &str, lack| (item.to_owned(), lack);
    assert_eq!(lacks(answers(&[])), [gap("greeting", Lack::Answer)], "what is not asked is not missed");
    assert_eq!(lacks(answers(&[("greeting", "yes")])), [gap("wait", Lack::Answer)]);
    assert_eq!(lacks(answers(&[("greeting", "no")])), [gap("greeting", Lack::Comment)]);
    assert_eq!(lacks(answers(&[("greeting", "maybe")])), [gap("greeting", Lack::UnknownOption)]);
    assert_eq!(
        lacks([("greeting".to_owned(), not_applicable())].into()),
        [gap("greeting", Lack::NotApplicable)]
    );
    let unknown = answers(&[("greeting", "yes"), ("wait", "yes"), ("gone", "yes")]);
    assert_eq!(lacks(unknown), [gap("gone", Lack::UnknownItem)]);
    let because = Answer { comment: "没有问候".to_owned(), ..said("no") };
    assert_eq!(lacks([("greeting".to_owned(), because.clone())].into()), []);
    let moment = Moment { turn: None, chars: Some([0, 2]), span: Span::new(5, 9) };
    let nowhere = Answer { evidence: vec![moment], ..because };
    assert_eq!(lacks([("greeting".to_owned(), nowhere)].into()), [gap("greeting", Lack::Moment)]);
    let suggested = Suggestion { option: "no".to_owned(), sources: Vec::new() };
    let mut fatal = answers(&[("greeting", "yes")]);
    fatal.insert("wait".to_owned(), Answer { suggestion: Some(suggested.clone()), ..Answer::default() });
    assert_eq!(
        lacks(fatal.clone()),
        [gap("wait", Lack::Confirmation)],
        "a person says that a fatal item is failed"
    );
    fatal.insert("wait".to_owned(), Answer { suggestion: Some(suggested), ..said("no") });
    assert_eq!(lacks(fatal), []);
    let mut strict = card.clone();
    strict.sections[0].items[0].options[1].evidence = true;
    let gaps = missing(&strict, &answers(&[("greeting", "no")]));
    assert_eq!(gaps.iter().map(|gap| gap.lack).collect::<Vec<_>>(), [Lack::Comment, Lack::Evidence]);
    assert_eq!(gaps[1].to_string(), "`greeting` asks for a moment of the call to this answer");
}
