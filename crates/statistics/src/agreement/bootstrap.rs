//! Percentile intervals from resampled units (Efron 1979; Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993,
//! chapter 13).

use serde::Serialize;

use crate::chance::Chance;
use crate::figure::{Absent, Figure, Interval};

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bootstrap {
    /// How many resamples; none for no intervals.
    pub resamples: u32,
    /// Where chance begins: the same seed gives the same intervals.
    pub seed: u64,
    /// How often an interval shall hold the truth, 0 to 1.
    pub confidence: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 2000, seed: 1, confidence: 0.95 }
    }
}

impl Bootstrap {
    /// Intervals of `N` figures over `units` units. `figures` works them out with a weight for each unit: how often the
    /// resample drew it.
    pub(super) fn intervals<const N: usize>(
        &self,
        units: usize,
        figures: impl Fn(&[f64]) -> [Figure; N],
    ) -> [Figure<Interval>; N] {
        if self.resamples == 0 {
            return [Err(Absent::NoResamples); N];
        }
        let mut chance = Chance::new(self.seed);
        let mut found: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
        let mut weights = vec![0.0; units];
        for _ in 0..self.resamples {
            weights.fill(0.0);
            for _ in 0..units {
                weights[chance.below(units)] += 1.0;
            }
            for (found, figure) in found.iter_mut().zip(figures(&weights)) {
                found.extend(figure.ok());
            }
        }
        found.map(|mut found| {
            found.sort_by(f64::total_cmp);
            self.interval(&found)
        })
    }

    fn interval(&self, sorted: &[f64]) -> Figure<Interval> {
        // Resamples without the figure (one category only) are left out; where they are the most, too much is.
        if sorted.len() * 2 < self.resamples as usize {
            return Err(Absent::FewResamples);
        }
        let tail = (1.0 - self.confidence) / 2.0;
        let interval = Interval { low: quantile(sorted, tail), high: quantile(sorted, 1.0 - tail) };
        // Units that all agree resample into units that all agree: that is no certainty.
        let ends = sorted.first().zip(sorted.last());
        if ends.is_none_or(|(low, high)| high - low < 1e-12) {
            return Err(Absent::NoSpread);
        }
        Ok(interval)
    }
}

/// Between the two nearest of sorted values (R's type 7, which is numpy's default).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let below = sorted[place as usize];
    let above = sorted[(place as usize + 1).min(sorted.len() - 1)];
    below + (above - below) * place.fract()
}
