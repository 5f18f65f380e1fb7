//! Who speaks when: silence, overlap, talk and interruption from stretches of speech. Plain sweeps over sorted stretches.

use lingjian_language::is_backchannel;
use lingjian_model::{Conversation, Millis, Role, Span, Speech, TimingSource};

/// The stretches of speech of a call, by start; from voice activity where there is sound, else from the turns.
pub(crate) fn speech(call: &Conversation) -> (Vec<Speech>, TimingSource) {
    let (mut speech, source): (Vec<Speech>, _) = match &call.sound {
        Some(sound) => (sound.speech.clone(), TimingSource::VoiceActivity),
        None => {
            let turns = call.turns.iter().map(|turn| Speech { span: turn.span, role: turn.role });
            (turns.collect(), TimingSource::Turns)
        }
    };
    speech.sort();
    (speech, source)
}

/// The stretches in which at least `depth` speak at once, joined where they touch.
pub(crate) fn covered(spans: impl IntoIterator<Item = Span>, depth: usize) -> Vec<Span> {
    let mut edges: Vec<(Millis, bool)> = Vec::new();
    for span in spans.into_iter().filter(|span| span.start < span.end) {
        // At the same moment beginnings come before ends, so that what touches is one stretch.
        edges.push((span.start, false));
        edges.push((span.end, true));
    }
    edges.sort_unstable();
    let (mut now, mut since, mut stretches) = (0_usize, Millis::ZERO, Vec::new());
    for (at, ends) in edges {
        if ends {
            now -= 1;
            if now + 1 == depth && since < at {
                stretches.push(Span { start: since, end: at });
            }
        } else {
            now += 1;
            if now == depth {
                since = at;
            }
        }
    }
    // A stretch that ends and begins again at the same moment is one where the count touched `depth` from above.
    let mut joined: Vec<Span> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if last.end == stretch.start => last.end = stretch.end,
            _ => joined.push(stretch),
        }
    }
    joined
}

/// The stretches between the first and the last speech in which nobody speaks.
pub(crate) fn silences(speech: &[Speech]) -> Vec<Span> {
    let spoken = covered(speech.iter().map(|one| one.span), 1);
    spoken.windows(2).map(|pair| Span { start: pair[0].end, end: pair[1].start }).collect()
}

/// The stretches in which more than one speaks: time counted more than once.
pub(crate) fn overlaps(speech: &[Speech]) -> Vec<Span> {
    covered(speech.iter().map(|one| one.span), 2)
}

/// How long a role talks within `window`.
pub(crate) fn talk(speech: &[Speech], role: Role, window: Span) -> Millis {
    let own = speech.iter().filter(|one| one.role == role).filter_map(|one| one.span.intersection(window));
    total(&covered(own, 1))
}

/// All together.
pub(crate) fn total(spans: &[Span]) -> Millis {
    Millis(spans.iter().map(|span| span.length().0).sum())
}

/// One party beginning while another speaks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interruption {
    /// While both spoke.
    pub(crate) span: Span,
    /// Until when the interrupter's stretch lasted.
    pub(crate) until: Millis,
}

/// Where `role` begins while another has spoken for `after`, and both go on for at least `over`. `said` tells what the role
/// said in a stretch, folded: signs of listening do not count.
pub(crate) fn interruptions(
    speech: &[Speech],
    role: Role,
    over: Millis,
    after: Millis,
    said: &dyn Fn(Span) -> Option<String>,
) -> Vec<Interruption> {
    let mut found = Vec::new();
    // Speech is sorted by start, so whoever may be interrupted has begun: only those still speaking are kept.
    let mut speaking: Vec<Speech> = Vec::new();
    for one in speech {
        speaking.retain(|other| other.span.end > one.span.start);
        if one.role == role {
            let both = speaking
                .iter()
                .filter(|other| other.role != role && other.role != Role::System)
                .filter(|other| other.span.start.plus(after) <= one.span.start)
                .filter_map(|other| one.span.intersection(other.span))
                .filter(|both| both.length() >= over)
                .max_by_key(|both| both.length());
            if let Some(span) = both
                && !said(one.span).is_some_and(|text| is_backchannel(&text))
            {
                found.push(Interruption { span, until: one.span.end });
            }
        }
        speaking.push(*one);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(pairs: &[(u64, u64)]) -> Vec<Span> {
        pairs.iter().map(|&(start, end)| Span::new(start, end)).collect()
    }

    #[test]
    fn sweeps() {
        let all = spans(&[(0, 10), (10, 20), (15, 30), (18, 19), (40, 50), (45, 45)]);
        assert_eq!(covered(all.clone(), 1), spans(&[(0, 30), (40, 50)]));
        assert_eq!(covered(all, 2), spans(&[(15, 20)]));
        assert_eq!(covered(spans(&[(0, 10), (0, 5), (5, 10)]), 2), spans(&[(0, 10)]));
    }
}
