use lingjian_model::{Role, Span};
use lingjian_rehearsal::{FaultKind, RehearsedCall};

use crate::CALLS;

/// All in one: every test is a process, and rehearsing takes its time.
#[test]
fn the_clock_is_right() {
    turns_are_ordered_and_have_length();
    long_turns_keep_their_speed();
    every_long_wait_is_labelled();
    agents_cut_in_only_where_it_is_labelled();
}

fn labelled(call: &RehearsedCall, kind: FaultKind, span: Span) -> bool {
    let all = call.truth.iter().chain(&call.lookalikes);
    all.into_iter().any(|planted| planted.fault == kind && planted.span.intersection(span).is_some())
}

fn rate(call: &RehearsedCall, turn: &lingjian_model::Turn) -> f64 {
    let units = if call.conversation.language.as_deref() == Some("zh-CN") {
        turn.text.chars().filter(|c| c.is_alphanumeric()).count()
    } else {
        turn.text.split_whitespace().count()
    };
    units as f64 * 60.0 / turn.span.length().as_secs_f64()
}

fn turns_are_ordered_and_have_length() {
    for call in CALLS.iter() {
        for pair in call.conversation.turns.windows(2) {
            assert!(pair[0].span.start < pair[1].span.start, "{}", call.conversation.id);
        }
        for turn in &call.conversation.turns {
            assert!(turn.span.start < turn.span.end);
        }
        assert!(call.conversation.turns.len() >= 4);
        assert!(call.conversation.length() == call.conversation.duration.unwrap());
    }
}

fn long_turns_keep_their_speed() {
    for call in CALLS.iter() {
        let mandarin = call.conversation.language.as_deref() == Some("zh-CN");
        let (slow, usual, brisk, fast) =
            if mandarin { (178.0, 302.0, 350.0, 390.0) } else { (128.0, 182.0, 212.0, 240.0) };
        for (at, turn) in call.conversation.turns.iter().enumerate() {
            if turn.span.length().0 < 3_000 {
                continue;
            }
            let is = |planted: &lingjian_rehearsal::Planted| {
                planted.fault == FaultKind::TooFast && planted.turn == Some(at)
            };
            let rate = rate(call, turn);
            let id = &call.conversation.id;
            if call.truth.iter().any(is) {
                assert!(rate > fast, "{id} {at}: {rate}");
            } else if call.lookalikes.iter().any(is) {
                assert!(rate > usual && rate < brisk, "{id} {at}: {rate}");
            } else {
                assert!(rate > slow && rate < usual, "{id} {at}: {rate}");
            }
        }
    }
}

fn every_long_wait_is_labelled() {
    for call in CALLS.iter() {
        let mut until = call.conversation.turns[0].span.end;
        for (at, turn) in call.conversation.turns.iter().enumerate() {
            let gap = Span { start: until, end: turn.span.start };
            let length = gap.length().0;
            let id = &call.conversation.id;
            if length >= 15_000 {
                assert!(labelled(call, FaultKind::LongSilence, gap), "{id} {gap:?}");
            } else if length > 8_000 {
                // asked, but the customer was not thanked: then it is the words that are labelled
                let thankless = |fault: &lingjian_rehearsal::Planted| {
                    fault.fault == FaultKind::HoldWithoutAsking && fault.turn == Some(at)
                };
                let told =
                    labelled(call, FaultKind::HoldWithoutAsking, gap) || call.truth.iter().any(thankless);
                assert!(told, "{id} {gap:?}");
            }
            assert!(length <= 60_500, "{id} {gap:?}");
            until = until.max(turn.span.end);
        }
        for silence in call.truth.iter().filter(|fault| fault.fault == FaultKind::LongSilence) {
            assert!(silence.span.length().0 >= 15_000);
            let speaks = |turn: &lingjian_model::Turn| turn.span.intersection(silence.span).is_some();
            assert!(!call.conversation.turns.iter().any(speaks), "{}", call.conversation.id);
        }
    }
}

fn agents_cut_in_only_where_it_is_labelled() {
    let mut seen = 0;
    for call in CALLS.iter() {
        let turns = &call.conversation.turns;
        for (at, agent) in turns.iter().enumerate().filter(|(_, turn)| turn.role == Role::Agent) {
            for customer in turns[..at].iter().filter(|turn| turn.role == Role::Customer) {
                let Some(both) = agent.span.intersection(customer.span) else { continue };
                let into = agent.span.start.since(customer.span.start).0;
                let cut = both.length().0 >= 1_000 && into > 1_000;
                let labelled = call.truth.iter().any(|fault| {
                    fault.fault == FaultKind::Interruption && fault.turn == Some(at) && fault.span == both
                });
                assert_eq!(cut, labelled, "{} turn {at}", call.conversation.id);
                seen += usize::from(labelled);
            }
        }
    }
    assert!(seen > 20, "{seen}");
}
