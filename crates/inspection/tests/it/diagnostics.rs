//! What a pack's author is told.

use lingjian_inspection::{Grade, PackSource, SourceFile, load, run_tests};

use crate::packs::pack;

fn told(text: &str) -> String {
    let loaded = pack(text);
    loaded.diagnostics.iter().map(|one| one.render(text)).collect::<Vec<_>>().join("\n")
}

const HEAD: &str = "pack: { id: test, language: zh }\n";

#[test]
fn a_typo_is_pointed_at_and_the_other_rules_load() {
    let text = format!(
        "{HEAD}rules:\n  - id: good\n    severity: minor\n    dimension: risk\n    points: 3\n    when: {{ phrase: [投诉] }}\n  - id: bad\n    severity: minor\n    dimension: risk\n    points: 3\n    when: {{ phrse: [投诉] }}\n"
    );
    let loaded = pack(&text);
    assert_eq!(loaded.set.rules().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["good"]);
    insta::assert_snapshot!(told(&text), @r"
    error in rule `bad`: `phrse` is no operator
      --> test.yaml:12:13
       |
    12 |     when: { phrse: [投诉] }
       |             ^^^^^
       = help: did you mean `phrase`?
    ");
}

#[test]
fn every_kind_of_mistake_has_its_place() {
    let when = |condition: &str| {
        let text = format!(
            "{HEAD}rules:\n  - id: one\n    severity: minor\n    dimension: risk\n    when: {condition}\n"
        );
        let loaded = pack(&text);
        assert_eq!(loaded.set.rules().len(), 0, "{condition}");
        let first = loaded
            .diagnostics
            .iter()
            .find(|one| one.grade == Grade::Error)
            .unwrap_or_else(|| panic!("{condition}"));
        assert_eq!((first.place.line, first.rule.as_deref()), (6, Some("one")), "{condition}");
        let chinese = first.in_chinese();
        assert!(chinese.message.contains(lingjian_language::is_han), "{chinese}");
        assert!(chinese.help.is_none_or(|help| help.contains(lingjian_language::is_han)), "{first}");
        first.to_string()
    };
    let all: Vec<String> = [
        "{ phrase: [] }",
        "{ phrase: [投诉], role: agnet }",
        "{ phrase: [投诉], scope: { turns: [5, 2] } }",
        "{ phrase: [投诉], scope: { first: 5 } }",
        "{ silence: { over: 10 parsecs } }",
        "{ silence: { over: 10s }, role: agent }",
        "{ pattern: '(a{1000}){1000}' }",
        "{ pattern: '(?<=a)b' }",
        "{ pattern: 'a*' }",
        "{ phrase: ['(a|b'] }",
        "{ phrase: [$nothing] }",
        "{ phrase: [~refund] }",
        "{ phrase: [~录] }",
        "{ use: nothing }",
        "{ phrase: [a], pattern: b }",
        "{ phrase: [a], count: { at_least: 3, at_most: 2 } }",
        "{ interruption: { over: 1s } }",
        "{ all: { phrase: [a] } }",
        "{ phrase: [a], anchor: { after: { phrase: [b] }, wihtin: 2 turns } }",
        "{ rate: { over: 1e9 } }",
    ]
    .map(when)
    .to_vec();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn cycles_and_missing_requirements_are_told() {
    let told = told(&format!(
        "{HEAD}conditions:\n  a: {{ use: b }}\n  b: {{ not: {{ use: a }} }}\nrules:\n  - id: one\n    severity: minor\n    dimension: risk\n    when: {{ use: a }}\n  - id: two\n    severity: minor\n    dimension: risk\n    requires: nobody\n    when: {{ phrase: [a] }}\n"
    ));
    assert!(told.contains("`a` uses itself: a → b → a"), "{told}");
    assert!(told.contains("rule `two` requires `nobody`, which is not there"), "{told}");
}

#[test]
fn broken_files_do_not_stop_the_others() {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let deep = format!("rules: {}", "[".repeat(500));
    let loaded = load(&[PackSource {
        name: "test".to_owned(),
        files: vec![
            file("a.yaml", "rules: [\n"),
            file("b.yaml", &deep),
            file("c.yaml", "x: &a [1]\ny: *a\n"),
            file("d.yaml", ""),
            file(
                "e.yaml",
                "pack: { id: test }\nrules:\n  - { id: one, severity: info, dimension: risk, when: { phrase: [a] } }\n",
            ),
        ],
    }]);
    assert_eq!(loaded.set.rules().len(), 1);
    let files: Vec<_> = loaded.diagnostics.iter().map(|one| one.file.as_str()).collect();
    assert_eq!(files, ["a.yaml", "b.yaml", "c.yaml", "d.yaml"]);
}

#[test]
fn pack_tests_are_run_and_say_what_failed() {
    let loaded = pack(&format!(
        "{HEAD}rules:\n  - id: one\n    severity: minor\n    dimension: risk\n    when: {{ phrase: [投诉], role: customer }}\n    tests:\n      - {{ name: right, hits: 1, call: 'customer: 我要投诉' }}\n      - {{ name: wrong, hits: false, call: 'customer: 我要投诉' }}\n      - {{ name: nobody, hits: true, call: 'agent: 我要投诉' }}\n"
    ));
    let outcomes = run_tests(&loaded.set);
    let failures: Vec<_> = outcomes.iter().map(|one| one.failure.is_some()).collect();
    assert_eq!(failures, [false, true, true]);
}
