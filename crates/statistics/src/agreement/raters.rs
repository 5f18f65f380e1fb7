//! Each rater by himself: how lenient, and how close to the reference or to what the others say.

use serde::Serialize;

use super::kappa::Pair;
use super::leniency;
use super::ratings::{Mark, Ratings};
use crate::figure::{Absent, Figure, Interval};
use crate::moments::Moments;
use crate::sampling::interval::wilson;

/// A figure with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Estimate {
    pub value: f64,
    pub interval: Interval,
}

/// What a rater is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standard {
    /// A rater who is taken to be right.
    Reference,
    /// What most of the others say; units on which they are split are left out. For differences: their mean.
    Consensus,
}

/// One rater.
#[derive(Debug, Clone, PartialEq)]
pub struct RaterFigures {
    /// Who.
    pub rater: String,
    /// How many units this rater rated.
    pub ratings: usize,
    /// Points above (lenient) or below (strict) the other raters on the same units.
    pub leniency: Figure<Estimate>,
    /// What the following compare with.
    pub against: Standard,
    /// How many units could be compared.
    pub units: usize,
    /// The share of them rated like the standard, with Wilson's interval.
    pub percent: Figure<Estimate>,
    /// Cohen's kappa with the standard.
    pub kappa: Figure,
    /// The same with quadratic weights.
    pub weighted_kappa: Figure,
    /// The mean of (own rating - standard), in points, with Student's interval.
    pub difference: Figure<Estimate>,
}

/// Every rater but the reference. `reference` is a place in the list of raters.
pub(super) fn figures(ratings: &Ratings, reference: Option<usize>, confidence: f64) -> Vec<RaterFigures> {
    let effects = leniency::effects(ratings, confidence);
    let raters = (0..ratings.raters().len()).filter(|rater| Some(*rater) != reference);
    let one = |rater: usize| {
        let effect = effects.as_ref().map_err(|why| *why).map(|effects| effects[rater]);
        let leniency = effect.map(|(value, interval)| Estimate { value, interval });
        figures_of(ratings, rater, reference, confidence, leniency)
    };
    raters.map(one).collect()
}

fn figures_of(
    ratings: &Ratings,
    rater: usize,
    reference: Option<usize>,
    confidence: f64,
    leniency: Figure<Estimate>,
) -> RaterFigures {
    let (mut rows, mut differences, mut rated) = (Vec::new(), Vec::new(), 0);
    for (unit, marks) in ratings.marks().iter().enumerate() {
        let Some(own) = marks.iter().find(|mark| mark.rater == rater) else { continue };
        rated += 1;
        let others: Vec<&Mark> = match reference {
            Some(reference) => marks.iter().filter(|mark| mark.rater == reference).collect(),
            None => marks.iter().filter(|mark| mark.rater != rater).collect(),
        };
        if let Some(category) = most_frequent(&others) {
            rows.push((unit, own.category, category));
        }
        if let Some(numbers) = ratings.numbers().filter(|_| !others.is_empty()) {
            let sum: f64 = others.iter().map(|mark| numbers[mark.category]).sum();
            differences.push(numbers[own.category] - sum / others.len() as f64);
        }
    }
    let pair = Pair::new(rows, ratings.values());
    let weights = vec![1.0; ratings.units().len()];
    let [kappa, _, weighted_kappa] = pair.kappas(&weights);
    let percent = match pair.len() {
        0 => Err(Absent::NothingInCommon),
        units => Ok(Estimate {
            value: pair.alike() as f64 / units as f64,
            interval: wilson(pair.alike() as u64, units as u64, None, confidence),
        }),
    };
    let difference = if ratings.numbers().is_none() {
        Err(Absent::NotNumbers)
    } else if differences.is_empty() {
        Err(Absent::NothingInCommon)
    } else {
        let sample = Moments::of(&differences);
        let margin = sample.margin(confidence);
        margin.map(|margin| Estimate { value: sample.mean, interval: Interval::around(sample.mean, margin) })
    };
    let against = if reference.is_some() { Standard::Reference } else { Standard::Consensus };
    RaterFigures {
        rater: ratings.raters()[rater].clone(),
        ratings: rated,
        leniency,
        against,
        units: pair.len(),
        percent,
        kappa,
        weighted_kappa,
        difference,
    }
}

/// The category that most of them gave; nothing where two are as frequent.
fn most_frequent(marks: &[&Mark]) -> Option<usize> {
    let mut categories: Vec<usize> = marks.iter().map(|mark| mark.category).collect();
    categories.sort_unstable();
    let runs: Vec<&[usize]> = categories.chunk_by(|one, other| one == other).collect();
    let longest = runs.iter().map(|run| run.len()).max()?;
    let mut longest = runs.iter().filter(|run| run.len() == longest);
    match (longest.next(), longest.next()) {
        (Some(run), None) => run.first().copied(),
        _ => None,
    }
}
