//! Intervals of a share, from a sample of a population that may be finite.

use crate::figure::Interval;
use crate::special::{Counts, beta_quantile, normal_critical};

/// Wilson's score interval (1927). From a finite population the score's variance is p(1 - p)/n · (N - n)/(N - 1), which is
/// Wilson's interval for n(N - 1)/(N - n) draws; all of them leave no doubt. `drawn` is at least 1, `hits` at most `drawn`.
#[must_use]
pub fn wilson(hits: u64, drawn: u64, population: Option<u64>, confidence: f64) -> Interval {
    let share = hits as f64 / drawn as f64;
    let n = match population {
        Some(population) if drawn >= population => return Interval { low: share, high: share },
        Some(population) => drawn as f64 * (population - 1) as f64 / (population - drawn) as f64,
        None => drawn as f64,
    };
    let z = normal_critical(confidence);
    let shrunk = 1.0 + z * z / n;
    let middle = (share + z * z / (2.0 * n)) / shrunk;
    let margin = z / shrunk * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let Interval { low, high } = Interval::around(middle, margin);
    // Nothing seen allows for nothing at all; rounding shall not deny it.
    Interval {
        low: if hits == 0 { 0.0 } else { low.max(0.0) },
        high: if hits == drawn { 1.0 } else { high.min(1.0) },
    }
}

/// The exact interval of Clopper & Pearson (1934): it holds the truth at least as often as it says. `drawn` is at least 1.
#[must_use]
pub fn exact(hits: u64, drawn: u64, confidence: f64) -> Interval {
    let tail = (1.0 - confidence) / 2.0;
    let (x, n) = (hits as f64, drawn as f64);
    let low = if hits == 0 { 0.0 } else { beta_quantile(tail, x, n - x + 1.0) };
    let high = if hits >= drawn { 1.0 } else { beta_quantile(1.0 - tail, x + 1.0, n - x) };
    Interval { low, high }
}

/// The same for draws without putting back from `population` ≥ `drawn` (hypergeometric; Buonaccorsi 1987): all numbers of
/// hits in the population that neither tail of the test refuses, as shares.
#[must_use]
pub fn exact_within(hits: u64, drawn: u64, population: u64, confidence: f64) -> Interval {
    let tail = (1.0 - confidence) / 2.0;
    let counts = |all_hits: u64| Counts::hypergeometric(population, all_hits, drawn);
    // As many as were seen are there, and as many others as were seen are not hits.
    let (fewest, most) = (hits, population - (drawn - hits));
    let low = first(fewest, most, |all_hits| counts(all_hits).at_least(hits) > tail);
    let high = first(fewest, most, |all_hits| counts(all_hits).at_most(hits) <= tail);
    // `high` is the first that is refused, unless none is.
    let high = if counts(high).at_most(hits) <= tail { high.saturating_sub(1) } else { high };
    Interval { low: low as f64 / population as f64, high: high as f64 / population as f64 }
}

/// The first number within the bounds from which on `holds` is true; the last where it never is.
pub(super) fn first(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
