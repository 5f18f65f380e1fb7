//! Chance, from a seed: the same seed and stream give the same throws on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of throws. Ranges and weights are our own arithmetic, so that no other crate's change of
/// algorithm changes a rehearsed call.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of that number under that seed. Streams do not touch each other.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Even over 0 ≤ x < 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with that probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number below `bound`; zero where `bound` is zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.0.next_u64()) * bound as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) as usize + 1) as u64
    }

    /// Even over `low` ≤ x < `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// Exponential with that mean: the time between arrivals, patience.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// One of them, each as likely.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// The place of one of them, as likely as its weight says.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let throws = |seed, stream| {
            let mut dice = Dice::new(seed, stream);
            [dice.range(0, 1_000_000), dice.range(0, 1_000_000)]
        };
        assert_eq!(throws(1, 2), throws(1, 2));
        assert_ne!(throws(1, 2), throws(1, 3));
        assert_ne!(throws(1, 2), throws(2, 2));
    }

    #[test]
    fn means_are_what_they_say() {
        let mut dice = Dice::new(7, 0);
        let n = 20_000;
        let mean = (0..n).map(|_| dice.exponential(30.0)).sum::<f64>() / f64::from(n);
        assert!((mean - 30.0).abs() < 1.0, "{mean}");
        let hits = (0..n).filter(|_| dice.chance(0.25)).count() as f64 / f64::from(n);
        assert!((hits - 0.25).abs() < 0.015, "{hits}");
        let last = (0..n).filter(|_| dice.weighted(&[1.0, 0.0, 3.0]) == 2).count() as f64 / f64::from(n);
        assert!((last - 0.75).abs() < 0.015, "{last}");
    }
}
