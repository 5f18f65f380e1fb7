//! The measures of a call that every report shows.

use lingjian_language::Units;
use lingjian_model::{Metrics, Millis, Role, Span};

use crate::call::Call;
use crate::timing;
use crate::turn::{rate, rounded};

/// Both speak for so long, after the other had spoken for so long: what is counted as an interruption.
const OVER: Millis = Millis(500);
const AFTER: Millis = Millis(1_000);

pub(crate) fn metrics(call: &Call<'_>) -> Metrics {
    let silences = timing::silences(&call.speech);
    let silence = timing::total(&silences);
    let overlap = timing::total(&timing::overlaps(&call.speech));
    let share = |part: Millis| {
        if call.length == Millis::ZERO { 0.0 } else { rounded(part.0 as f64 / call.length.0 as f64, 4) }
    };
    let whole = Span { start: Millis::ZERO, end: Millis(u64::MAX) };
    let talk = |role| timing::talk(&call.speech, role, whole).0;
    let mixed = call.facts.mixed;
    let interruptions = |role| {
        let found =
            timing::interruptions(&call.speech, role, OVER, AFTER, &|stretch| call.said(role, stretch));
        if mixed { 0 } else { u32::try_from(found.len()).unwrap_or(u32::MAX) }
    };
    Metrics {
        duration_ms: call.length.0,
        silence_ms: silence.0,
        silence_share: share(silence),
        longest_silence_ms: silences.iter().map(|span| span.length().0).max().unwrap_or(0),
        overlap_ms: overlap.0,
        overlap_share: share(overlap),
        agent_talk_ms: talk(Role::Agent),
        customer_talk_ms: talk(Role::Customer),
        agent_rate: speaking_rate(call, Role::Agent),
        customer_rate: speaking_rate(call, Role::Customer),
        interruptions_by_agent: interruptions(Role::Agent),
        interruptions_by_customer: interruptions(Role::Customer),
        timing: call.timing,
    }
}

/// Characters or words a minute over all turns of a role; 0 where it never spoke.
fn speaking_rate(call: &Call<'_>, role: Role) -> f64 {
    let own = call.turns.iter().filter(|turn| turn.turn.role == role);
    let (units, time) = own.fold((Units::default(), Millis::ZERO), |(sum, time), turn| {
        let units = turn.units();
        let sum = Units { characters: sum.characters + units.characters, words: sum.words + units.words };
        (sum, time.plus(turn.turn.span.length()))
    });
    rate(units, time, call.language).map_or(0.0, |rate| rate.amount)
}
