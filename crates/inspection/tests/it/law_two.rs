//! Law 2: live equals afterwards.

use lingjian_inspection::{Live, RuleSet, Signal, canonical, judge};
use lingjian_model::{Event, Millis, Revision, Role, Span, Speech, SpeechEvent, Turn, TurnEvent, TurnKey};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::packs::pack;

const WORDS: [&str; 10] =
    ["退款", "投诉", "请稍等", "您好", "好的", "嗯", "再见", "refund now", "的", "请少等头数"];
/// What phrases look for beside words: what sounds like them.
const SOUNDS: [&str; 2] = ["~投诉", "~请稍等"];

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(select([&WORDS[..], &SOUNDS].concat()), 1..3)
        .prop_map(|words| format!("[{}]", words.join(", ")))
}

fn time() -> impl Strategy<Value = String> {
    (1_u32..20).prop_map(|half_seconds| format!("{}ms", half_seconds * 500))
}

fn operator() -> impl Strategy<Value = String> {
    prop_oneof![3 => said(), 2 => measured()]
}

fn said() -> impl Strategy<Value = String> {
    prop_oneof![
        words().prop_map(|words| format!("phrase: {words}")),
        (words(), words()).prop_map(|(a, b)| format!("phrase: {{ all: [{}, {}] }}", first(&a), first(&b))),
        words().prop_map(|words| format!("phrase: {{ at_least: 1, of: {words}, across: call }}")),
        Just("phrase: { all: [退款, 投诉], across: call }".to_owned()),
        Just("pattern: '退.{0,3}诉'".to_owned()),
        Just("pattern: { match: '好|re.', unless: 嗯 }".to_owned()),
        (
            words(),
            words(),
            select(vec!["3 chars", "1 words", "1 turns", "3 turns", "4s"]),
            select(vec!["in", "any"])
        )
            .prop_map(|(a, b, within, order)| format!(
                "proximity: {{ first: {a}, then: {b}, within: {within}, order: {order} }}"
            )),
        (2_usize..4, any::<bool>()).prop_map(|(times, row)| if row {
            format!("repetition: {{ times: {times}, similarity: 0.7, in_a_row: true }}")
        } else {
            format!("repetition: {{ times: {times}, similarity: 0.7, look_back: 3 turns }}")
        }),
    ]
}

fn measured() -> impl Strategy<Value = String> {
    prop_oneof![
        time().prop_map(|time| format!("silence: {{ over: {time} }}")),
        time().prop_map(|time| format!("silence: {{ total_over: {time} }}")),
        time().prop_map(|time| format!("overlap: {{ over: {time} }}")),
        Just("overlap: { share_over: 5% }".to_owned()),
        (time(), time()).prop_map(|(a, b)| format!("interruption: {{ over: {a}, after: {b} }}, role: agent")),
        Just("rate: { over: 120 }, min_chars: 2".to_owned()),
        Just("rate: { of: call, under: 100 }".to_owned()),
        time().prop_map(|time| format!("duration: {{ over: {time} }}")),
        Just("talk_share: { over: 0.5 }, role: customer".to_owned()),
        (words(), words()).prop_map(|(a, b)| format!(
            "sequence: {{ steps: [{{ phrase: {a} }}, {{ name: x, phrase: {b} }}, {{ phrase: [再见] }}], within: 3 turns, at_least: 2 }}")),
    ]
}

fn first(list: &str) -> String {
    list.trim_matches(['[', ']']).split(", ").next().unwrap_or_default().to_owned()
}

fn envelope() -> impl Strategy<Value = String> {
    let scope = select(vec![
        "",
        "",
        "",
        ", scope: { first: 2 turns }",
        ", scope: { last: 2 turns }",
        ", scope: { turns: [2, 3] }",
        ", scope: { first: 10s }",
        ", scope: { last: 10s }",
        ", scope: { time: [2s, 20s] }",
        ", scope: { percent: [20, 70] }",
    ]);
    let count = select(vec![
        "",
        "",
        "",
        ", count: none",
        ", count: every",
        ", count: { at_least: 2 }",
        ", count: { at_most: 1 }",
    ]);
    (scope, count).prop_map(|(scope, count)| format!("{scope}{count}"))
}

fn relation() -> impl Strategy<Value = String> {
    let side = select(vec!["after", "before", "around"]);
    let within = select(vec!["", ", within: 1 turns", ", within: 3s", ", within: 4 chars"]);
    (side, words(), select(vec!["agent", "customer", "any"]), within, any::<bool>()).prop_map(
        |(side, words, role, within, silence)| {
            if silence && !within.contains("chars") {
                format!("{side}: {{ silence: {{ over: 2s }} }}{within}")
            } else {
                format!("{side}: {{ phrase: {words}, role: {role} }}{within}")
            }
        },
    )
}

fn leaf() -> impl Strategy<Value = String> {
    let anchor = prop::option::weighted(0.3, (relation(), select(vec!["any", "each", "first", "last", "2"])));
    let except = prop::option::weighted(0.2, relation());
    let role = select(vec!["", ", role: agent", ", role: customer"]);
    (operator(), role, envelope(), anchor, except).prop_map(
        |(operator, role, mut envelope, anchor, except)| {
            let nobody =
                ["silence", "overlap", "duration", "sequence"].iter().any(|name| operator.starts_with(name));
            let role = if nobody || operator.contains("role:") { "" } else { role };
            if let Some((relation, hit)) = anchor {
                envelope = envelope.replace(", count: every", "");
                envelope.push_str(&format!(", anchor: {{ {relation}, hit: {hit} }}"));
            }
            if let Some(relation) = except {
                envelope.push_str(&format!(", except: [{{ {relation} }}]"));
            }
            format!("{{ {operator}{role}{envelope} }}")
        },
    )
}

fn condition() -> impl Strategy<Value = String> {
    leaf().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3)
                .prop_map(|parts| format!("{{ all: [{}] }}", parts.join(", "))),
            prop::collection::vec(inner.clone(), 1..3)
                .prop_map(|parts| format!("{{ any: [{}] }}", parts.join(", "))),
            inner.prop_map(|part| format!("{{ not: {part} }}")),
        ]
    })
}

fn rules() -> impl Strategy<Value = String> {
    let valid = select(vec![
        "",
        "",
        "",
        "    valid: { directions: [outbound] }\n",
        "    valid: { from: 2026-01-01 }\n",
    ]);
    let rule = (condition(), any::<bool>(), valid, any::<bool>());
    prop::collection::vec(rule, 1..5).prop_map(|rules| {
        let mut text = "pack: { id: test, language: zh }\nrules:\n".to_owned();
        for (number, (when, per_hit, valid, requires)) in rules.into_iter().enumerate() {
            text.push_str(&format!(
                "  - id: r{number}\n    severity: minor\n    dimension: experience\n    points: -3\n"
            ));
            text.push_str(if per_hit { "    per: hit\n    at_most: 2\n" } else { "" });
            if requires && number > 0 {
                text.push_str("    requires: r0\n");
            }
            text.push_str(&format!("{valid}    when: {when}\n"));
        }
        text
    })
}

fn role() -> impl Strategy<Value = Role> {
    select(vec![Role::Agent, Role::Agent, Role::Customer, Role::Customer, Role::System])
}

fn span() -> impl Strategy<Value = Span> {
    (0_u64..60, 0_u64..14).prop_map(|(start, length)| Span::new(start * 500, (start + length) * 500))
}

fn turn() -> impl Strategy<Value = (Turn, u8)> {
    let text = prop::collection::vec(select(WORDS.to_vec()), 0..5).prop_map(|words| words.concat());
    (role(), span(), text, 0_u8..2).prop_map(|(role, span, text, channel)| {
        (Turn { role, span, text, words: Vec::new(), role_confidence: None }, channel)
    })
}

fn began() -> Event {
    let started_at = "2026-03-01T09:00:00Z".parse().ok();
    Event::Began { revision: Revision(0), language: Some("zh-CN".to_owned()), started_at }
}

fn outbound() -> Event {
    Event::Attribute { name: "direction".to_owned(), revision: Revision(0), value: "outbound".into() }
}

/// All the versions of a call's events, in no order yet.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let turns = prop::collection::vec(prop::collection::vec(turn(), 1..3), 0..9);
    let speech = prop::option::weighted(0.4, prop::collection::vec((role(), span()), 0..9));
    let rest = (
        any::<bool>(),
        any::<bool>(),
        prop::option::of(0_u64..80),
        prop::collection::vec(0_usize..9, 0..2),
        any::<bool>(),
    );
    (turns, speech, rest).prop_map(|(turns, speech, (knows, out, ended, withdrawn, mixed))| {
        let mut events = Vec::new();
        for (number, versions) in turns.into_iter().enumerate() {
            for (revision, (turn, channel)) in (0..).map(Revision).zip(versions) {
                let key = TurnKey(format!("t{number}"));
                events.push(Event::Turn(TurnEvent {
                    key,
                    revision,
                    is_final: revision.0 > 0,
                    channel,
                    turn,
                }));
            }
        }
        if let Some(stretches) = speech {
            events.push(Event::Listening { mixed: mixed && stretches.len() > 5 });
            for (number, (role, span)) in stretches.into_iter().enumerate() {
                let key = TurnKey(format!("s{number}"));
                events.push(Event::Speech(SpeechEvent {
                    key,
                    revision: Revision(0),
                    speech: Speech { span, role },
                }));
            }
        }
        events.extend(
            withdrawn.into_iter().map(|number| Event::Withdraw { key: TurnKey(format!("t{number}")) }),
        );
        if knows {
            events.push(began());
        }
        if out {
            events.push(outbound());
        }
        events.extend(ended.map(|half_seconds| Event::Ended { duration: Millis(half_seconds * 500) }));
        events.push(Event::Watermark { until: Millis(9_000) });
        events
    })
}

fn set(rules: &str) -> RuleSet {
    let loaded = pack(rules);
    assert!(!loaded.has_errors(), "{rules}\n{:?}", loaded.diagnostics);
    loaded.set
}

proptest! {
    // PROPTEST_CASES asks for more.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(600), ..ProptestConfig::default() })]

    #[test]
    fn what_live_leaves_is_what_is_judged_afterwards(
        rules in rules(),
        events in events(),
        order in any::<u64>(),
        doubled in prop::collection::vec(any::<Index>(), 0..4),
        batches in prop::collection::vec(1_usize..4, 1..6),
    ) {
        let set = set(&rules);
        let mut coming = events.clone();
        coming.extend(doubled.iter().map(|index| events[index.index(events.len())].clone()));
        shuffle(&mut coming, order);
        let mut live = Live::new(&set);
        let (mut rest, mut sizes) = (coming.as_slice(), batches.iter().cycle());
        while !rest.is_empty() {
            let (now, later) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            live.push_all(now);
            rest = later;
        }
        prop_assert_eq!(live.finish(), judge(&set, &canonical("call", &events)), "{}", rules);
    }

    #[test]
    fn what_is_settled_stays_where_nothing_comes_late(rules in rules(), events in events()) {
        let set = set(&rules);
        let mut live = Live::new(&set);
        let mut settled = std::collections::BTreeSet::new();
        for event in in_time(&events) {
            for signal in live.push(&event) {
                match signal {
                    Signal::Settle { id } => { settled.insert(id); }
                    Signal::Retract { id } | Signal::Raise { id, .. } => prop_assert!(!settled.contains(&id), "{} {:?}", rules, id),
                }
            }
        }
        prop_assert_eq!(live.corrections(), 0, "{}", rules);
    }
}

/// The same events as a well-behaved source sends them: heads first, then by start, each turn's versions together, the
/// watermark close behind, the end last.
fn in_time(events: &[Event]) -> Vec<Event> {
    let withdrawn: Vec<&TurnKey> = events
        .iter()
        .filter_map(|event| if let Event::Withdraw { key } = event { Some(key) } else { None })
        .collect();
    let mut head = vec![began()];
    let (mut timed, mut tail): (Vec<(Millis, Event)>, Vec<Event>) = (Vec::new(), Vec::new());
    let last = |key: &TurnKey| {
        let versions = events.iter().filter_map(|event| match event {
            Event::Turn(turn) if turn.key == *key => Some(turn),
            _ => None,
        });
        versions.max_by_key(|turn| turn.revision).cloned()
    };
    for event in events {
        match event {
            Event::Turn(turn) if withdrawn.contains(&&turn.key) => {}
            Event::Turn(turn) => {
                // The last version alone is final, and all come before the watermark passes any of their starts.
                let Some(last) = last(&turn.key) else { continue };
                let start = events.iter().filter_map(|event| match event {
                    Event::Turn(other) if other.key == turn.key => Some(other.turn.span.start),
                    _ => None,
                });
                let mut own = turn.clone();
                own.is_final = own.revision == last.revision;
                timed.push((start.min().unwrap_or_default(), Event::Turn(own)));
            }
            Event::Speech(speech) => timed.push((speech.speech.span.start, event.clone())),
            Event::Listening { .. } => head.push(event.clone()),
            Event::Attribute { .. } => head.push(event.clone()),
            Event::Ended { .. } => tail.push(event.clone()),
            Event::Began { .. } | Event::Withdraw { .. } | Event::Watermark { .. } => {}
        }
    }
    timed.sort_by_key(|(start, _)| *start);
    let mut sent = head;
    for (start, event) in timed {
        sent.push(Event::Watermark { until: start });
        sent.push(event);
    }
    sent.push(Event::Watermark { until: Millis(1_000_000) });
    sent.extend(tail);
    sent
}

/// Fisher and Yates with a small linear congruential generator: the test's own chance, from proptest's seed.
fn shuffle<T>(list: &mut [T], mut seed: u64) {
    for at in (1..list.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(at, (seed >> 33) as usize % (at + 1));
    }
}
