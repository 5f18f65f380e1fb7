//! Control limits (Shewhart): what a process does by chance, and what is more than that.
//!
//! Formulas: Montgomery, *Introduction to Statistical Quality Control*, 8th ed. 2019, chapters 6 and 7.

use serde::Serialize;

/// What a point tells beyond chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signal {
    /// It lies beyond its limits.
    Beyond,
    /// It is the eighth or a later one in a row on the same side of the centre (Western Electric 1956).
    Run,
}

/// One point of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Point {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub signal: Option<Signal>,
}

/// A chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// Where the process lies.
    pub centre: f64,
    /// Its points, in order of time.
    pub points: Vec<Point>,
}

/// How many points on one side make a run.
const RUN: usize = 8;

/// Shares (p chart): how many of how many, point by point. Limits: p̄ ± 3 √(p̄ (1 - p̄) / n), within 0 and 1. Points of nothing
/// are left out. Nothing where there is no point.
#[must_use]
pub fn p(counts: &[(u64, u64)]) -> Option<Chart> {
    let centre = rate(counts)?;
    Some(rates(counts, centre, centre * (1.0 - centre), 1.0))
}

/// Counts per unit (u chart): faults in how many calls, point by point. Limits: ū ± 3 √(ū / n), from 0 up. Otherwise as [`p`].
#[must_use]
pub fn u(counts: &[(u64, u64)]) -> Option<Chart> {
    let centre = rate(counts)?;
    Some(rates(counts, centre, centre, f64::INFINITY))
}

fn rate(counts: &[(u64, u64)]) -> Option<f64> {
    let units: u64 = counts.iter().map(|(_, units)| units).sum();
    let found: u64 = counts.iter().filter(|(_, units)| *units > 0).map(|(found, _)| found).sum();
    (units > 0).then(|| found as f64 / units as f64)
}

fn rates(counts: &[(u64, u64)], centre: f64, variance: f64, most: f64) -> Chart {
    let point = |&(found, units): &(u64, u64)| {
        let margin = 3.0 * (variance / units as f64).sqrt();
        let (low, high) = ((centre - margin).max(0.0), (centre + margin).min(most));
        (found as f64 / units as f64, low, high)
    };
    signalled(centre, counts.iter().filter(|(_, units)| *units > 0).map(point))
}

/// Single values (XmR, individuals chart): the mean ± 2.66 times the mean distance of neighbours. Nothing below two values.
#[must_use]
pub fn xmr(values: &[f64]) -> Option<Chart> {
    if values.len() < 2 {
        return None;
    }
    let centre = values.iter().sum::<f64>() / values.len() as f64;
    let moves: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
    // 3/d₂, where d₂ = 2/√π is the mean distance of two standard normal values.
    let margin = 1.5 * std::f64::consts::PI.sqrt() * moves / (values.len() - 1) as f64;
    Some(signalled(centre, values.iter().map(|value| (*value, centre - margin, centre + margin))))
}

fn signalled(centre: f64, values: impl Iterator<Item = (f64, f64, f64)>) -> Chart {
    let (mut side, mut run) = (0.0, 0);
    let point = |(value, low, high): (f64, f64, f64)| {
        let now = if value == centre { 0.0 } else { (value - centre).signum() };
        run = if now != 0.0 && now == side { run + 1 } else { usize::from(now != 0.0) };
        side = now;
        // Rounding puts nothing beyond limits.
        let hair = 1e-12 * (high - low).abs();
        let signal = if value < low - hair || value > high + hair {
            Some(Signal::Beyond)
        } else {
            (run >= RUN).then_some(Signal::Run)
        };
        Point { value, low, high, signal }
    };
    Chart { centre, points: values.map(point).collect() }
}
