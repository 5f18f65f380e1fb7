//! How many calls to listen to for a wanted precision, and what a number of calls is good for.
//!
//! Cochran, *Sampling Techniques*, 3rd ed. 1977, chapter 4. Every function wants 0 < confidence < 1.

use super::interval::first;
use crate::special::{normal_critical, t_critical};

/// The fewest draws for which the interval of a share of `share` is at most ± `margin` wide:
/// n₀ = z² p (1 - p) / e², and from a population of N: n = n₀ / (1 + (n₀ - 1) / N), rounded up.
///
/// `share` is what is expected; 0.5 is the worst case. `margin` > 0, 0 ≤ `share` ≤ 1.
#[must_use]
pub fn for_share(population: Option<u64>, margin: f64, confidence: f64, share: f64) -> u64 {
    let endless = (normal_critical(confidence) / margin).powi(2) * share * (1.0 - share);
    let n = match population {
        Some(population) => endless / (1.0 + (endless - 1.0) / population as f64),
        None => endless,
    };
    // A whole number that came out a hair too large is that number.
    let n = (n - 1e-9).ceil().max(1.0) as u64;
    population.map_or(n, |population| n.min(population))
}

/// ± how much the interval of a share is wide: z √(p (1 - p) / n · (N - n) / (N - 1)).
#[must_use]
pub fn margin_of_share(population: Option<u64>, drawn: u64, confidence: f64, share: f64) -> f64 {
    let left = match population {
        Some(population) if drawn >= population => 0.0,
        Some(population) => (population - drawn) as f64 / (population - 1) as f64,
        None => 1.0,
    };
    normal_critical(confidence) * (share * (1.0 - share) / drawn as f64 * left).sqrt()
}

/// The fewest draws for which the interval of a mean is at most ± `margin` wide where values scatter by `deviation`:
/// t(n - 1) · s / √n · √(1 - n / N) ≤ margin. `margin` > 0.
#[must_use]
pub fn for_mean(population: Option<u64>, margin: f64, confidence: f64, deviation: f64) -> u64 {
    let width = |n: u64| margin_of_mean(population, n, confidence, deviation);
    // With the normal quantile for Student's it is too few by a handful at most, which bounds the search.
    let endless = (normal_critical(confidence) * deviation / margin).powi(2);
    let most = population.unwrap_or(u64::MAX).min(endless.ceil() as u64 * 2 + 1000);
    first(2.min(most), most, |n| width(n) <= margin)
}

/// ± how much the interval of a mean of `drawn` values is wide; endless below two of more.
#[must_use]
pub fn margin_of_mean(population: Option<u64>, drawn: u64, confidence: f64, deviation: f64) -> f64 {
    let left = match population {
        Some(population) if drawn >= population => return 0.0,
        Some(population) => 1.0 - drawn as f64 / population as f64,
        None => 1.0,
    };
    if drawn < 2 {
        return f64::INFINITY;
    }
    t_critical(confidence, (drawn - 1) as f64) * deviation * (left / drawn as f64).sqrt()
}

/// The probability that `drawn` calls show none of the faults that a share of all calls has: (1 - p)ⁿ, and from a
/// population of N without putting back the hypergeometric (N - M over n) / (N over n), where M is the share of N rounded
/// up. 0 ≤ `share` ≤ 1.
#[must_use]
pub fn missed(share: f64, drawn: u64, population: Option<u64>) -> f64 {
    let Some(population) = population else {
        return (1.0 - share).powf(drawn as f64);
    };
    let clean = population - faulty(share, population);
    if drawn > clean {
        return 0.0;
    }
    (0..drawn).map(|taken| (clean - taken) as f64 / (population - taken) as f64).product()
}

/// The fewest draws that show a fault of that share with probability `power` or more; nothing where no number does.
#[must_use]
pub fn for_detection(share: f64, power: f64, population: Option<u64>) -> Option<u64> {
    let enough = |n: u64| missed(share, n, population) <= 1.0 - power + 1e-12;
    let most = match population {
        Some(population) => population,
        None if share <= 0.0 => return None,
        None => ((1.0 - power).ln() / (1.0 - share).ln()).ceil().clamp(1.0, 1e15) as u64 + 1,
    };
    let n = first(1.min(most), most, enough);
    enough(n).then_some(n)
}

/// How many calls of the population have the fault.
fn faulty(share: f64, population: u64) -> u64 {
    ((share * population as f64 - 1e-9).ceil().max(0.0) as u64).min(population)
}
