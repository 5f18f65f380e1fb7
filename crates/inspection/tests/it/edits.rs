//! Packs changed from a form, and what differs between two versions.

use std::sync::Arc;

use lingjian_inspection::{
    Edit, EditError, PackSource, RawPack, SourceFile, difference, edit, join, load, outline,
};
use lingjian_language::Language;

const TEXT: &str = "# The head.
pack: { id: test, language: zh, title: { zh: 试, en: Trial } }
phrases:
  sorry: [抱歉, 对不起]   # short
  thanks:
    - 谢谢   # said most
    - (感谢|多谢)您

  one: 您好
rules:
  # Counts most.
  - id: forbidden
    title: { zh: 忌语, en: Forbidden }
    severity: major
    dimension: compliance
    points: -10   # agreed in June
    when: { phrase: [不知道] }
  - { id: sorry-said, severity: minor, dimension: experience, when: { phrase: [$sorry] } }
  - severity: info
    id: thanked   # the last
    dimension: experience
    points: 2
    when: { phrase: [$thanks, $one] }
";

fn source(text: &str) -> PackSource {
    let file = SourceFile { path: "test.yaml".to_owned(), text: text.to_owned() };
    PackSource { name: "folder".to_owned(), files: vec![file] }
}

fn edited(text: &str, change: Edit) -> String {
    edit(&source(text), &change).unwrap_or_else(|error| panic!("{change:?}: {error}")).text
}

/// The lines that are not in the other text.
fn new_lines<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    text.lines().filter(|line| !before.lines().any(|other| other == *line)).collect()
}

#[test]
fn points_change_in_their_place_and_nothing_else_does() {
    let points = |rule: &str, points| Edit::Points { rule: rule.to_owned(), points };
    let text = edited(TEXT, points("forbidden", -6.5));
    assert_eq!(new_lines(&text, TEXT), ["    points: -6.5   # agreed in June"]);
    let text = edited(TEXT, points("sorry-said", 3.0));
    assert!(text.contains("{ id: sorry-said, points: 3, severity"), "{text}");
    assert_eq!(text.lines().count(), TEXT.lines().count());
    assert!(matches!(edit(&source(TEXT), &points("gone", 1.0)), Err(EditError::Missing { .. })));
    assert!(matches!(edit(&source(TEXT), &points("forbidden", 101.0)), Err(EditError::Value(_))));
}

#[test]
fn a_rule_is_switched_off_and_on_again() {
    let off = |rule: &str, off| Edit::Off { rule: rule.to_owned(), off };
    for (rule, line) in [("forbidden", "    off: true"), ("thanked", "    off: true")] {
        let text = edited(TEXT, off(rule, true));
        assert_eq!(new_lines(&text, TEXT), [line]);
        let loaded = load(&[source(&text)]);
        assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
        assert!(loaded.set.rule(rule).is_none() && loaded.set.rules().len() == 2);
        assert!(outline(&source(&text)).rules.iter().any(|one| one.id == rule && one.off));
        assert_eq!(edited(&text, off(rule, false)), TEXT, "and all is as it was");
    }
    let flow = edited(TEXT, off("sorry-said", true));
    assert!(flow.contains("{ id: sorry-said, off: true, severity"), "{flow}");
    let on = edited(&flow, off("sorry-said", false));
    assert_eq!(load(&[source(&on)]).set.rules().len(), 3);
}

#[test]
fn whatever_requires_a_rule_that_is_off_says_so() {
    let text = TEXT.replace("id: thanked ", "id: thanked\n    requires: forbidden ");
    let text = edited(&text, Edit::Off { rule: "forbidden".to_owned(), off: true });
    let loaded = load(&[source(&text)]);
    let said: Vec<&str> = loaded.diagnostics.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(said, ["rule `thanked` requires `forbidden`, which is switched off"]);
}

#[test]
fn phrases_join_their_list_however_it_is_written() {
    let phrase = |list: &str, phrase: &str| Edit::Phrase { list: list.to_owned(), phrase: phrase.to_owned() };
    let cases = [
        ("sorry", "不好意思", "  sorry: [抱歉, 对不起, 不好意思]   # short"),
        ("thanks", "有劳(您|)", "    - 有劳(您|)"),
        ("thanks", "thanks, all: 'ours'", "    - 'thanks, all: ''ours'''"),
        ("one", "您好呀", "  one: [您好, 您好呀]"),
    ];
    for (list, written, line) in cases {
        let text = edited(TEXT, phrase(list, written));
        assert_eq!(new_lines(&text, TEXT), [line]);
        let known = outline(&source(&text)).phrases;
        let known = known.iter().find(|one| one.name == list).map(|one| one.phrases.last().cloned());
        assert_eq!(known.flatten().as_deref(), Some(written));
        assert!(load(&[source(&text)]).diagnostics.is_empty(), "{text}");
    }
    assert!(matches!(edit(&source(TEXT), &phrase("sorry", "抱歉")), Err(EditError::Value(_))), "twice");
    assert!(matches!(edit(&source(TEXT), &phrase("sorry", "a\nb")), Err(EditError::Value(_))));
    assert!(matches!(edit(&source(TEXT), &phrase("none", "a")), Err(EditError::Missing { .. })));
    assert!(matches!(edit(&source("phrases: ["), &phrase("none", "a")), Err(EditError::Missing { .. })));
    // Without a line's end behind the last phrase.
    let short = "phrases:\n  a:\n    - 一";
    assert_eq!(edited(short, phrase("a", "二")), "phrases:\n  a:\n    - 一\n    - 二");
}

#[test]
fn an_outline_is_there_while_a_rule_is_broken() {
    let broken = TEXT.replace("when: { phrase: [不知道] }", "when: { phrse: [不知道] }");
    let outline = outline(&source(&broken));
    let ids: Vec<&str> = outline.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["forbidden", "sorry-said", "thanked"]);
    assert_eq!((outline.rules[0].points, outline.rules[0].place.line), (Some(-10.0), 12));
    assert_eq!(outline.rules[0].title.en, "Forbidden");
    assert_eq!(outline.phrases[1].phrases, ["谢谢", "(感谢|多谢)您"]);
    assert_eq!(
        (RawPack::read(source(TEXT)).id(), RawPack::read(source("rules: []")).id()),
        ("test", "folder")
    );
}

#[test]
fn a_difference_names_rules_and_fields() {
    let after = TEXT
        .replace("points: -10", "points: -4")
        .replace("[抱歉, 对不起]", "[抱歉, 不好意思]")
        .replace("id: thanked", "id: thanked-much")
        .replace("en: Trial", "en: Test");
    let (before, after) = (load(&[source(TEXT)]).set, load(&[source(&after)]).set);
    let found = difference(&before, &after, "test", Language::English);
    assert_eq!(
        (found.added.as_slice(), found.removed.as_slice()),
        (&["thanked-much".to_owned()][..], &["thanked".to_owned()][..])
    );
    assert_eq!(found.pack.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["title"]);
    let [points, words] = found.changed.as_slice() else { panic!("{:#?}", found.changed) };
    assert_eq!((points.rule.as_str(), points.fields.len()), ("forbidden", 1));
    assert_eq!((&points.fields[0].from, &points.fields[0].to), (&(-10.0).into(), &(-4.0).into()));
    assert_eq!(words.fields.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["when", "phrases"]);
    assert_eq!(words.fields[1].from, serde_json::json!(["对不起"]));
    assert_eq!(words.fields[1].to, serde_json::json!(["不好意思"]));
    assert_eq!(difference(&before, &before, "test", Language::Chinese), Default::default());
}

#[test]
fn a_pack_read_again_is_what_it_would_be_anew() {
    let pattern = |pattern: &str| source(&TEXT.replace("phrase: [不知道]", &format!("pattern: '{pattern}'")));
    let before = RawPack::read(pattern("不(知道|清楚)"));
    for now in ["不(知道|清楚)", "不知.", "不(", "(不)?"] {
        let again = join(&[Arc::new(before.again(pattern(now)))]);
        let anew = load(&[pattern(now)]);
        assert!(again.set.rules().eq(anew.set.rules()), "{now}");
        assert_eq!(again.diagnostics, anew.diagnostics, "{now}");
        assert_eq!(again.has_errors(), !now.starts_with("不知") && now != "不(知道|清楚)");
    }
}
