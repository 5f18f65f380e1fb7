//! The few that make the most (Pareto): counts, the largest first, with their running share.

use serde::Serialize;

/// One bar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar<T> {
    /// What was counted.
    pub what: T,
    /// How often.
    pub count: u64,
    /// Its share of all, 0 to 1.
    pub share: f64,
    /// The share of it and all before it, 0 to 1.
    pub cumulative: f64,
}

/// The bars, the largest first; of equals the one that was given first. What never occurred has none.
pub fn pareto<T>(counts: impl IntoIterator<Item = (T, u64)>) -> Vec<Bar<T>> {
    let mut counts: Vec<(T, u64)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let mut so_far = 0;
    let bar = |(what, count): (T, u64)| {
        so_far += count;
        Bar { what, count, share: count as f64 / all as f64, cumulative: so_far as f64 / all as f64 }
    };
    counts.into_iter().map(bar).collect()
}
