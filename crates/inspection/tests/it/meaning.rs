//! What each operator and each part of the envelope means, on small calls worked out by hand.

use lingjian_inspection::{judge, load};
use lingjian_model::{Conversation, Finding};

use crate::packs::rule;

/// A native transcript from `role start-end text` lines, in milliseconds.
fn call(lines: &[(&str, u64, u64, &str)]) -> Conversation {
    let turns: Vec<_> = lines
        .iter()
        .map(|(role, start, end, text)| serde_json::json!({"role": role, "start_ms": start, "end_ms": end, "text": text}))
        .collect();
    let whole = serde_json::json!({"id": "c", "language": "zh-CN", "turns": turns});
    serde_json::from_value(whole).unwrap_or_else(|error| panic!("not a conversation: {error}"))
}

fn findings(when: &str, call: &Conversation) -> Vec<Finding> {
    judge(&rule(when).set, call).findings
}

fn turns(when: &str, call: &Conversation) -> Vec<Option<usize>> {
    findings(when, call).iter().map(|finding| finding.turn).collect()
}

fn service() -> Conversation {
    call(&[
        ("agent", 0, 2_000, "您好，請問有什麼可以幫您？"),
        ("customer", 2_500, 6_000, "我要 退 款，Refund please"),
        ("agent", 5_000, 9_000, "请您稍等一下"),
        ("customer", 29_000, 30_000, "嗯"),
        ("agent", 29_500, 33_000, "感谢您的耐心等待，退款已经办好了"),
        ("customer", 33_000, 34_000, "好的再见"),
    ])
}

#[test]
fn places_are_those_of_the_text_as_written() {
    let found = findings("{ phrase: [请问, 退款] }", &service());
    assert_eq!(
        found.iter().map(|one| (one.turn, one.chars)).collect::<Vec<_>>(),
        [(Some(0), Some([3, 5])), (Some(1), Some([3, 6])), (Some(4), Some([9, 11])),]
    );
}

#[test]
fn a_phrase_by_its_sound_is_found_however_it_was_written_down() {
    let call = call(&[
        ("agent", 0, 3_000, "您好，公号三三零八，本次通话将被入印。"),
        ("agent", 4_000, 6_000, "就行了，我给您传走了。"),
    ]);
    let chars = |when: &str| findings(when, &call).iter().map(|one| one.chars).collect::<Vec<_>>();
    assert_eq!(chars("{ phrase: [工号, 录音, 转走] }"), []);
    assert_eq!(chars("{ phrase: [~工号] }"), [Some([3, 5])]);
    assert_eq!(chars("{ phrase: [~通话(将|会)被录音] }"), [Some([12, 18])]);
    assert_eq!(chars("{ phrase: { all: [~工号, ~通话将被录音] } }").len(), 2);
    assert_eq!(chars("{ phrase: { all: [~工号, ~挂断] } }").len(), 0);
    assert_eq!(chars("{ proximity: { first: [~我给您], then: [~转走], within: 0 chars } }"), [Some([4, 9])]);
}

#[test]
fn operators() {
    let call = service();
    assert_eq!(turns("{ phrase: [refund], role: customer }", &call), [Some(1)]);
    assert_eq!(turns("{ phrase: { all: [感谢, 退款] } }", &call), [Some(4), Some(4)]);
    assert_eq!(turns("{ phrase: { all: [您好, 再见] } }", &call), []);
    assert_eq!(turns("{ phrase: { all: [您好, 再见], across: call } }", &call), [Some(0), Some(5)]);
    assert_eq!(turns("{ pattern: '退款.{0,2}办' }", &call), [Some(4)]);
    assert_eq!(turns("{ pattern: { match: 退款, unless: 要 } }", &call), [Some(4)]);
    assert_eq!(turns("{ proximity: { first: [感谢], then: [退款], within: 8 chars } }", &call), [Some(4)]);
    assert_eq!(turns("{ proximity: { first: [感谢], then: [退款], within: 2 chars } }", &call), []);
    assert_eq!(turns("{ proximity: { first: [退款], then: [稍等], within: 1 turns } }", &call), [Some(1)]);
    assert_eq!(
        turns("{ sequence: { steps: [{ phrase: [退款] }, { phrase: [稍等] }, { phrase: [再见] }] } }", &call),
        [Some(1)]
    );
    assert_eq!(turns("{ sequence: { steps: [{ phrase: [再见] }, { phrase: [稍等] }] } }", &call), []);
    let silence = findings("{ silence: { over: 15s } }", &call);
    assert_eq!(silence[0].span.unwrap(), lingjian_model::Span::new(9_000, 29_000));
    assert_eq!(silence[0].value.unwrap().amount, 20_000.0);
    assert_eq!(findings("{ overlap: { over: 1s } }", &call).len(), 1);
    assert_eq!(findings("{ interruption: { over: 1s, after: 1s }, role: agent }", &call).len(), 1);
    assert_eq!(findings("{ interruption: { over: 400ms }, role: customer }", &call).len(), 0);
    assert_eq!(findings("{ duration: { over: 34s } }", &call).len(), 1);
    assert_eq!(findings("{ duration: { under: 34s } }", &call).len(), 0);
    assert_eq!(findings("{ talk_share: { over: 0.6 }, role: agent }", &call).len(), 1);
    assert_eq!(turns("{ rate: { over: 300 } }", &call), [Some(0)]);
}

#[test]
fn the_same_three_times() {
    let again = call(&[
        ("agent", 0, 2_000, "这个问题我们会尽快核实处理"),
        ("customer", 2_000, 4_000, "那到底要多久"),
        ("agent", 4_000, 6_000, "这个问题我们会尽快核实处理的"),
        ("customer", 6_000, 8_000, "你说个时间"),
        ("agent", 8_000, 10_000, "这个问题我们会尽快核实处理。"),
    ]);
    let when = "{ repetition: { times: 3, in_a_row: true }, role: agent }";
    assert_eq!(turns(when, &again), [Some(4)]);
    let mut broken = again;
    broken.turns[2].text = "请您放心，稍后给您回电".to_owned();
    assert_eq!(turns(when, &broken), []);
    assert_eq!(turns("{ repetition: { times: 2, look_back: 2 turns }, role: agent }", &broken), [Some(4)]);
}

#[test]
fn envelope() {
    let call = service();
    assert_eq!(turns("{ phrase: [退款], scope: { first: 1 turns }, role: customer }", &call), [Some(1)]);
    assert_eq!(turns("{ phrase: [退款], scope: { last: 1 turns }, role: agent }", &call), [Some(4)]);
    assert_eq!(turns("{ phrase: [退款], scope: { time: [0s, 10s] } }", &call), [Some(1)]);
    assert_eq!(turns("{ phrase: [退款], scope: { percent: [50, 100] } }", &call), [Some(4)]);
    assert_eq!(turns("{ phrase: [嗯, 好的], min_chars: 2 }", &call), [Some(5)]);
    assert_eq!(turns("{ phrase: [发票], count: none }", &call), [None]);
    assert_eq!(turns("{ phrase: [退款], count: { at_least: 3 } }", &call), []);
    assert_eq!(turns("{ phrase: [您], role: agent, count: every }", &call).len(), 4);
    // Silence that was asked for is excused.
    assert!(
        findings("{ silence: { over: 15s }, except: [{ after: { phrase: [稍等] }, within: 5s }] }", &call)
            .is_empty()
    );
    // The anchor that nothing follows is the place of what is missing.
    assert_eq!(
        turns(
            "{ phrase: [抱歉], role: agent, count: none, anchor: { after: { phrase: [退款], role: customer }, within: 2 turns } }",
            &call
        ),
        [Some(1)]
    );
    assert!(findings("{ phrase: [稍等], role: agent, count: none, anchor: { after: { phrase: [退款], role: customer }, within: 2 turns } }", &call).is_empty());
    assert_eq!(
        turns("{ phrase: [退款], anchor: { before: { phrase: [稍等] }, within: 5s } }", &call),
        [Some(1)]
    );
    assert_eq!(turns("{ phrase: [退款], anchor: { same_turn: { phrase: [感谢] } } }", &call), [Some(4)]);
}

#[test]
fn what_cannot_be_judged_is_said() {
    let one = rule("{ phrase: [退款], role: customer }");
    let alone = call(&[("agent", 0, 1_000, "您好")]);
    assert_eq!(
        serde_json::to_value(judge(&one.set, &alone).unjudged).unwrap()[0]["reason"],
        "one party only"
    );
    let silent = call(&[]);
    assert_eq!(serde_json::to_value(judge(&one.set, &silent).unjudged).unwrap()[0]["reason"], "no words");
    let mut mixed = service();
    mixed.sound = Some(lingjian_model::Sound { speech: Vec::new(), mixed: true });
    let overlap = rule("{ overlap: { over: 1s } }");
    assert_eq!(
        serde_json::to_value(judge(&overlap.set, &mixed).unjudged).unwrap()[0]["reason"],
        "one channel"
    );
    let mut unsure = service();
    unsure.turns.iter_mut().for_each(|turn| turn.role_confidence = Some(0.5));
    assert_eq!(
        serde_json::to_value(judge(&one.set, &unsure).unjudged).unwrap()[0]["reason"],
        "speaker uncertain"
    );
}

#[test]
fn metrics_are_those_of_the_turns_where_there_is_no_sound() {
    let metrics = judge(&load(&[]).set, &service()).metrics;
    insta::assert_json_snapshot!(metrics, @r#"
    {
      "duration_ms": 34000,
      "silence_ms": 20500,
      "silence_share": 0.6029,
      "longest_silence_ms": 20000,
      "overlap_ms": 1500,
      "overlap_share": 0.0441,
      "agent_talk_ms": 9500,
      "customer_talk_ms": 5500,
      "agent_rate": 202.1,
      "customer_rate": 120.0,
      "interruptions_by_agent": 1,
      "interruptions_by_customer": 0,
      "timing": "turns"
    }
    "#);
}

#[test]
fn scores_come_from_findings_alone() {
    let loaded = crate::packs::pack(
        "pack: { id: test, scores: { experience: { cap: 5 } } }\nrules:\n  - { id: many, severity: minor, dimension: experience, points: -4, per: hit, at_most: 2, when: { phrase: [您] } }\n  - { id: grave, severity: fatal, dimension: compliance, when: { phrase: [退款] } }\n  - { id: risky, severity: major, dimension: risk, points: 30, when: { phrase: [refund] } }\n",
    );
    let judgement = judge(&loaded.set, &service());
    assert_eq!(
        (judgement.scores.compliance, judgement.scores.experience, judgement.scores.risk),
        (0.0, 95.0, 30.0)
    );
    let counted: f64 = judgement.findings.iter().filter(|one| one.rule == "many").map(|one| one.points).sum();
    assert_eq!(counted, -8.0);
    insta::assert_json_snapshot!(judgement.derivation);
}
