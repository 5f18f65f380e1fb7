use lingjian_model::{Role, Turn};
use lingjian_rehearsal::{FaultKind, Planted, RehearsedCall, Step};

use crate::CALLS;

/// All in one: every test is a process, and rehearsing takes its time.
#[test]
fn labels_tell_the_truth() {
    places_lie_inside_the_call();
    the_right_party_says_it();
    said_events_carry_their_words();
    a_repeated_script_is_said_three_times();
    four_steps_follow_a_complaint_and_confirming_is_one_fact();
    nothing_unfinished_is_said();
    a_look_alike_never_stands_beside_the_real_thing_in_words();
}

fn words(turn: &Turn, planted: &Planted) -> String {
    let [from, to] = planted.chars.unwrap();
    turn.text.chars().skip(from).take(to - from).collect()
}

fn all(call: &RehearsedCall) -> impl Iterator<Item = &Planted> {
    call.truth.iter().chain(&call.lookalikes)
}

fn places_lie_inside_the_call() {
    for call in CALLS.iter() {
        let turns = &call.conversation.turns;
        let id = &call.conversation.id;
        for planted in all(call) {
            assert!(planted.span.start < planted.span.end, "{id} {planted:?}");
            assert!(planted.span.end <= call.conversation.duration.unwrap(), "{id} {planted:?}");
            let Some(turn) = planted.turn else {
                assert_eq!(planted.chars, None);
                continue;
            };
            let turn = turns.get(turn).unwrap();
            if planted.chars.is_some() {
                assert!(!words(turn, planted).trim().is_empty(), "{id} {planted:?}");
                assert!(planted.span.intersection(turn.span) == Some(planted.span), "{id} {planted:?}");
            }
        }
    }
}

fn the_right_party_says_it() {
    use FaultKind::{ComplaintSaid, EscalationSaid, ForbiddenWords, RefundSaid};
    for call in CALLS.iter() {
        for fault in call.truth.iter().filter(|fault| fault.chars.is_some()) {
            let by = call.conversation.turns[fault.turn.unwrap()].role;
            let expected = if fault.fault.said_by_customer() { Role::Customer } else { Role::Agent };
            assert_eq!(by, expected, "{} {fault:?}", call.conversation.id);
        }
        for like in call.lookalikes.iter().filter(|like| like.chars.is_some()) {
            let by = call.conversation.turns[like.turn.unwrap()].role;
            let customers = matches!(
                like.fault,
                ComplaintSaid | RefundSaid | EscalationSaid | ForbiddenWords | FaultKind::AnswerNotRecorded
            );
            assert_eq!(by == Role::Customer, customers, "{} {like:?}", call.conversation.id);
        }
    }
}

fn said_events_carry_their_words() {
    let mut seen = 0;
    for call in CALLS.iter().filter(|call| call.conversation.language.as_deref() == Some("zh-CN")) {
        for fault in call.truth.iter().filter(|fault| fault.fault == FaultKind::ComplaintSaid) {
            let said = words(&call.conversation.turns[fault.turn.unwrap()], fault);
            assert!(said.contains("投诉"), "{said}");
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}

fn a_repeated_script_is_said_three_times() {
    let mut seen = 0;
    for call in CALLS.iter() {
        for fault in call.truth.iter().filter(|fault| fault.fault == FaultKind::RepeatedScript) {
            let last = fault.turn.unwrap();
            let agents = call.conversation.turns[..=last].iter().filter(|turn| {
                turn.role == Role::Agent
                    && turn.span.start >= fault.span.start
                    && turn.text.chars().count() > 4
            });
            assert!(agents.count() >= 3, "{}", call.conversation.id);
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

fn four_steps_follow_a_complaint_and_confirming_is_one_fact() {
    for call in CALLS.iter() {
        let has = |kind| call.truth.iter().any(|fault| fault.fault == kind);
        let confirm = call.truth.iter().any(|fault| fault.step == Some(Step::Confirm));
        for step in call.truth.iter().filter(|fault| fault.fault == FaultKind::FourStepsMissing) {
            assert!(step.step.is_some());
            assert!(has(FaultKind::ComplaintSaid), "{}", call.conversation.id);
        }
        if has(FaultKind::ComplaintSaid) {
            assert_eq!(confirm, has(FaultKind::SolutionUnconfirmed), "{}", call.conversation.id);
        }
    }
}

fn nothing_unfinished_is_said() {
    for call in CALLS.iter() {
        for turn in &call.conversation.turns {
            let id = &call.conversation.id;
            assert!(!turn.text.trim().is_empty(), "{id}");
            assert!(!turn.text.contains(['{', '}', '|', '(', ')', '<', '>', '@']), "{id}: {}", turn.text);
            assert!(!turn.text.contains("，，") && !turn.text.contains("。，"), "{id}: {}", turn.text);
        }
    }
}

fn a_look_alike_never_stands_beside_the_real_thing_in_words() {
    for call in CALLS.iter() {
        for like in call.lookalikes.iter().filter(|like| like.chars.is_some()) {
            let real = call.truth.iter().any(|fault| fault.fault == like.fault && fault.chars.is_some());
            assert!(!real, "{} {like:?}", call.conversation.id);
        }
    }
}
