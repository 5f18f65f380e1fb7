//! Quantiles and tails of the distributions that the other files need.
//!
//! The incomplete beta function and the inverse error function are `statrs`'s; what is inverted here is bisected down to
//! neighbouring numbers, so quantiles are as exact as the functions below them (10⁻¹¹ relative, held by a test against
//! `scipy`).

use statrs::function::beta::checked_beta_reg;
use statrs::function::erf::erfc_inv;

/// The number below which a standard normal variable falls with probability `p`, 0 < p < 1.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}

/// The number that a two-sided interval of that confidence (0 < c < 1) takes from the standard normal distribution.
#[must_use]
pub fn normal_critical(confidence: f64) -> f64 {
    normal_quantile(0.5 + confidence / 2.0)
}

/// The same from Student's t with `freedom` > 0 degrees of freedom, which need not be whole.
#[must_use]
pub fn t_critical(confidence: f64, freedom: f64) -> f64 {
    if freedom > 5000.0 {
        // Almost normal; the incomplete beta function loses digits here, this expansion in 1/ν (Fisher & Cornish 1960) has
        // them.
        let z = normal_critical(confidence);
        let series = [
            (z.powi(3) + z) / 4.0,
            (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
            (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
        ];
        return series.iter().rev().fold(0.0, |sum, term| (sum + term) / freedom) + z;
    }
    // With x = t²/(ν + t²): P(|T| ≤ t) = I_x(1/2, ν/2). Of x and 1 - x the one is found that is small, for t is lost in
    // the last digits of one that is almost 1.
    if freedom > 10.0 {
        let x = beta_quantile(confidence, 0.5, freedom / 2.0);
        (freedom * x / (1.0 - x)).sqrt()
    } else {
        let y = beta_quantile(1.0 - confidence, freedom / 2.0, 0.5);
        (freedom * (1.0 - y) / y).sqrt()
    }
}

/// The number below which a beta variable with parameters `a`, `b` > 0 falls with probability `p`.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        match checked_beta_reg(a, b, middle) {
            Ok(below) if below < p => low = middle,
            Ok(_) => high = middle,
            // Parameters outside the domain.
            Err(_) => return f64::NAN,
        }
    }
}

/// How probable each count is, from the first possible one on. Worked out by the ratio of neighbours from the mode
/// outwards, then brought to the sum 1: no factorials, no loss for large numbers.
#[derive(Debug, Clone)]
pub struct Counts {
    first: u64,
    masses: Vec<f64>,
}

impl Counts {
    /// Hits among `drawn` that are drawn without putting back out of `population` with `hits` of them (hypergeometric).
    /// What is larger than the population counts as the population.
    #[must_use]
    pub fn hypergeometric(population: u64, hits: u64, drawn: u64) -> Self {
        let (hits, drawn) = (hits.min(population), drawn.min(population));
        let first = (hits + drawn).saturating_sub(population);
        let last = hits.min(drawn);
        let [all, of, n] = [population, hits, drawn].map(|count| count as f64);
        let mode = ((n + 1.0) * (of + 1.0) / (all + 2.0)).floor() as u64;
        // P(k + 1) / P(k).
        let ratio = |k: f64| (of - k) * (n - k) / ((k + 1.0) * (all - of - n + k + 1.0));
        Self::outwards(first, last, mode, ratio)
    }

    /// Hits among `drawn` where each is one with probability `share` by itself (binomial).
    #[must_use]
    pub fn binomial(drawn: u64, share: f64) -> Self {
        if share >= 1.0 {
            return Self { first: drawn, masses: vec![1.0] };
        }
        let n = drawn as f64;
        let mode = ((n + 1.0) * share).floor() as u64;
        Self::outwards(0, drawn, mode, |k| (n - k) / (k + 1.0) * share / (1.0 - share))
    }

    fn outwards(first: u64, last: u64, mode: u64, ratio: impl Fn(f64) -> f64) -> Self {
        let mode = mode.clamp(first, last);
        let mut masses = vec![0.0; (last - first + 1) as usize];
        let at_mode = (mode - first) as usize;
        masses[at_mode] = 1.0;
        for place in at_mode + 1..masses.len() {
            masses[place] = masses[place - 1] * ratio((first + place as u64 - 1) as f64);
        }
        for place in (0..at_mode).rev() {
            masses[place] = masses[place + 1] / ratio((first + place as u64) as f64);
        }
        let total: f64 = masses.iter().sum();
        masses.iter_mut().for_each(|mass| *mass /= total);
        Self { first, masses }
    }

    /// The probability of exactly `count`.
    #[must_use]
    pub fn exactly(&self, count: u64) -> f64 {
        let place = count.checked_sub(self.first).map(|place| place as usize);
        place.and_then(|place| self.masses.get(place)).copied().unwrap_or(0.0)
    }

    /// The probability of `count` or fewer.
    #[must_use]
    pub fn at_most(&self, count: u64) -> f64 {
        let many = (count + 1).saturating_sub(self.first) as usize;
        self.masses.iter().take(many).sum::<f64>().min(1.0)
    }

    /// The probability of `count` or more.
    #[must_use]
    pub fn at_least(&self, count: u64) -> f64 {
        let skipped = count.saturating_sub(self.first) as usize;
        self.masses.iter().skip(skipped).sum::<f64>().min(1.0)
    }
}
