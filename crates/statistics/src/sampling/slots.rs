//! When to listen: spread over a period so that nobody can foresee it.

use super::lot::{Lot, Purpose};

/// A stretch of time, in milliseconds since 1970: from `from`, before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

/// `many` instants over open hours: these are laid end to end and cut into `many` equal slots, and each instant lies
/// anywhere in its own. So they are spread, and knowing all but one tells no more than the slot of that one. `label`
/// (an agent, a stratum) keeps the instants of different timetables apart. In order of time; none where nothing is open.
#[must_use]
pub fn slots(seed: u64, label: &str, open: &[Span], many: usize) -> Vec<i64> {
    let length = |span: &Span| span.to.saturating_sub(span.from).max(0);
    let total: i64 = open.iter().map(length).sum();
    if total == 0 {
        return Vec::new();
    }
    let instant = |slot: usize| {
        let jitter = Lot::of(seed, Purpose::Slot, &format!("{slot}/{label}")).unit();
        let mut into = ((slot as f64 + jitter) / many as f64 * total as f64) as i64;
        for span in open {
            if into < length(span) {
                return span.from + into;
            }
            into -= length(span);
        }
        // Only rounding leads here: the last instant that is open.
        open.iter().rev().find(|span| length(span) > 0).map_or(0, |span| span.to - 1)
    };
    (0..many).map(instant).collect()
}
