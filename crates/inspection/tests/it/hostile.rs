//! Input that nobody would write, or that somebody wrote to break us.

use lingjian_inspection::{fuzz, judge};
use lingjian_model::{Conversation, Millis, Role, Span, Turn};
use proptest::prelude::*;

use crate::packs::{pack, rule};

const GOOD: &str = "pack: { id: test, language: zh }
phrases:
  hold: [请(您|)稍(等|候), 等(一下|会儿)]
conditions:
  asked: { phrase: [$hold], role: agent }
rules:
  - id: silence
    title: { zh: 静音, en: Silence }
    severity: major
    dimension: experience
    points: -8
    per: hit
    at_most: 3
    when: { silence: { over: 15s }, except: [{ after: { use: asked }, within: 5s }] }
    tests:
      - { name: waits, hits: true, call: 'agent: 您好' }
  - id: order
    severity: minor
    dimension: risk
    points: 2
    when:
      any:
        - sequence: { steps: [{ name: a, phrase: [您好] }, { use: asked }], within: 3 turns }
        - { pattern: '退.{0,3}款', role: customer, scope: { first: 20% } }
        - { repetition: { times: 2, in_a_row: true }, role: agent }
";

#[test]
fn the_good_pack_is_good() {
    assert!(pack(GOOD).diagnostics.is_empty(), "{:?}", pack(GOOD).diagnostics);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn packs_of_any_bytes(data in prop::collection::vec(any::<u8>(), 0..400)) {
        fuzz::pack(&data);
    }

    #[test]
    fn packs_with_damage(cut in any::<prop::sample::Index>(), length in 0_usize..40, put in "[-:{}\\[\\], a-z0-9$|()*%\"'\n&!~#]{0,20}") {
        let chars: Vec<char> = GOOD.chars().collect();
        let at = cut.index(chars.len());
        let damaged: String =
            chars[..at].iter().copied().chain(put.chars()).chain(chars[(at + length).min(chars.len())..].iter().copied()).collect();
        fuzz::pack(damaged.as_bytes());
    }

    #[test]
    fn calls_of_any_text_and_time(turns in prop::collection::vec(
        ("\\PC{0,20}", any::<u64>(), any::<u64>(), prop::sample::select(vec![Role::Agent, Role::Customer, Role::System])), 0..8)
    ) {
        let turns = turns.into_iter().map(|(text, start, end, role)| {
            let span = Span { start: Millis(start.min(end)), end: Millis(start.max(end)) };
            Turn { role, span, text, words: Vec::new(), role_confidence: None }
        }).collect();
        let call: Conversation = serde_json::from_str(r#"{"id":"x","turns":[]}"#).unwrap();
        fuzz::call(GOOD, &Conversation { turns, ..call });
    }
}

#[test]
fn ten_thousand_rules_with_one_broken() {
    let mut text = "pack: { id: test }\nrules:\n".to_owned();
    for number in 0..10_000 {
        let word = if number == 7_000 { "phrse" } else { "phrase" };
        text.push_str(&format!(
            "  - {{ id: r{number}, severity: info, dimension: risk, when: {{ {word}: [词{number}] }} }}\n"
        ));
    }
    let loaded = pack(&text);
    assert_eq!((loaded.set.rules().len(), loaded.diagnostics.len()), (9_999, 1));
    assert_eq!(loaded.diagnostics[0].rule.as_deref(), Some("r7000"));
}

#[test]
fn a_call_of_fifty_thousand_turns() {
    let turn = |at: u64| Turn {
        role: if at.is_multiple_of(2) { Role::Agent } else { Role::Customer },
        span: Span::new(at * 2_000, at * 2_000 + 2_500),
        text: format!("第{at}句，请稍等，我要退款"),
        words: Vec::new(),
        role_confidence: None,
    };
    let call: Conversation = serde_json::from_str(r#"{"id":"x","turns":[]}"#).unwrap();
    let call = Conversation { turns: (0..50_000).map(turn).collect(), ..call };
    let set = rule("{ any: [{ phrase: [退款], role: customer }, { interruption: { over: 200ms, after: 1s }, role: agent }, { repetition: { times: 3, look_back: 20 turns } }] }").set;
    assert!(judge(&set, &call).findings.len() >= 25_000);
}
