//! What a draw says about the whole population: totals and means that weights keep unbiased, with their spread.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::figure::{Absent, Figure};
use crate::special::t_critical;

/// What listening to one drawn call found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard<'a> {
    /// Its stratum.
    pub stratum: &'a str,
    /// The probability with which it was drawn, above 0.
    pub inclusion: f64,
    /// What was found: a score, or 1 and 0 for a share.
    pub value: f64,
}

/// An estimate and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimated {
    /// The estimate.
    pub value: f64,
    /// The square of its standard error; nothing where it cannot be known.
    #[serde(serialize_with = "known")]
    pub variance: Figure,
    /// Degrees of freedom of the variance: draws by lot, less one a stratum.
    pub freedom: u64,
}

fn known<S: serde::Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    figure.ok().serialize(serializer)
}

impl Estimated {
    /// Half the width of its interval, by Student's t.
    ///
    /// # Errors
    /// The variance is not known.
    pub fn margin(&self, confidence: f64) -> Figure {
        match self.variance? {
            0.0 => Ok(0.0),
            variance => Ok(t_critical(confidence, self.freedom as f64) * variance.sqrt()),
        }
    }
}

/// The total over the population: Σ y/π (Horvitz & Thompson 1952). Unbiased, whatever guided the draw.
///
/// # Errors
/// Nothing was heard.
pub fn total(heard: &[Heard<'_>]) -> Figure<Estimated> {
    if heard.is_empty() {
        return Err(Absent::TooFew);
    }
    let expanded: Vec<f64> = heard.iter().map(|one| one.value / one.inclusion).collect();
    let (variance, freedom) = variance(heard, &expanded);
    Ok(Estimated { value: expanded.iter().sum(), variance, freedom })
}

/// The mean over the population: Σ y/π / Σ 1/π (Hájek 1971). All but unbiased (its bias falls with 1/n), and steadier than
/// the total over a known size. Its variance is that of the total of (y - mean)/N (Taylor).
///
/// # Errors
/// Nothing was heard.
pub fn mean(heard: &[Heard<'_>]) -> Figure<Estimated> {
    let size: f64 = heard.iter().map(|one| 1.0 / one.inclusion).sum();
    let mean = total(heard)?.value / size;
    let residuals: Vec<f64> = heard.iter().map(|one| (one.value - mean) / size / one.inclusion).collect();
    let (variance, freedom) = variance(heard, &residuals);
    Ok(Estimated { value: mean, variance, freedom })
}

/// The variance of a sum of y/π for draws of a fixed size in each stratum, by Hájek's approximation as Deville has it
/// (1999): m/(m - 1) Σ (1 - π)(y/π - B)², where B is the mean of y/π weighed by 1 - π and m counts the draws that were not
/// certain. With equal probabilities this *is* the variance of a plain stratified draw, finite population and all.
fn variance(heard: &[Heard<'_>], expanded: &[f64]) -> (Figure, u64) {
    let mut strata: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for (one, expanded) in heard.iter().zip(expanded).filter(|(one, _)| one.inclusion < 1.0) {
        strata.entry(one.stratum).or_default().push((1.0 - one.inclusion, *expanded));
    }
    let freedom = strata.values().map(|draws| draws.len() as u64 - 1).sum();
    if strata.values().any(|draws| draws.len() < 2) {
        return (Err(Absent::OneDrawn), freedom);
    }
    let of_stratum = |draws: &Vec<(f64, f64)>| {
        let many = draws.len() as f64;
        let weights: f64 = draws.iter().map(|(weight, _)| weight).sum();
        let middle = draws.iter().map(|(weight, value)| weight * value).sum::<f64>() / weights;
        let squares: f64 = draws.iter().map(|(weight, value)| weight * (value - middle).powi(2)).sum();
        many / (many - 1.0) * squares
    };
    (Ok(strata.values().map(of_stratum).sum()), freedom)
}
