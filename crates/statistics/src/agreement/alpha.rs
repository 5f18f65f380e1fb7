//! Krippendorff's alpha (*Content Analysis*, 4th ed. 2018, chapter 12): 1 - disagreement seen / disagreement expected,
//! over all units with two ratings or more, whoever gave them.

use super::ratings::Ratings;
use crate::figure::{Absent, Figure};

/// How far apart two ratings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metric {
    /// 0 alike, 1 not.
    Nominal,
    /// The square of how many ratings lie between them (each end half).
    Ordinal,
    /// The square of their difference.
    Interval,
}

/// Alpha with a weight for each unit.
pub(super) fn alpha(ratings: &Ratings, weights: &[f64], metric: Metric) -> Figure {
    let mut totals = vec![0.0; ratings.categories().len()];
    let (mut all, mut units) = (0.0, 0);
    for (marks, weight) in pairable(ratings, weights) {
        for mark in marks {
            totals[mark.category] += weight;
        }
        all += weight * marks.len() as f64;
        units += 1;
    }
    if units < 2 {
        return Err(if units == 0 { Absent::NoPairs } else { Absent::OneUnit });
    }
    let used: Vec<usize> = (0..totals.len()).filter(|category| totals[*category] > 0.0).collect();
    if used.len() < 2 {
        return Err(Absent::OneCategory);
    }
    let places = match metric {
        Metric::Nominal => return nominal(ratings, weights, &totals, all),
        Metric::Ordinal if ratings.values().is_some() => ranks(&totals),
        Metric::Ordinal => return Err(Absent::NoOrder),
        Metric::Interval => ratings.numbers().ok_or(Absent::NotNumbers)?.to_vec(),
    };
    squared(ratings, weights, &totals, all, &places)
}

fn pairable<'r>(
    ratings: &'r Ratings,
    weights: &'r [f64],
) -> impl Iterator<Item = (&'r Vec<super::ratings::Mark>, f64)> {
    let weighed = ratings.marks().iter().zip(weights.iter().copied());
    weighed.filter(|(marks, weight)| marks.len() > 1 && *weight > 0.0)
}

/// Ordinal disagreement is the squared difference of mean ranks: between the middles of two categories lie all ratings
/// in between and half of each end.
fn ranks(totals: &[f64]) -> Vec<f64> {
    let mut below = 0.0;
    let rank = |total: &f64| {
        let middle = below + total / 2.0;
        below += total;
        middle
    };
    totals.iter().map(rank).collect()
}

fn nominal(ratings: &Ratings, weights: &[f64], totals: &[f64], all: f64) -> Figure {
    let mut unlike = 0.0;
    for (marks, weight) in pairable(ratings, weights) {
        let different = marks
            .iter()
            .map(|mark| marks.iter().filter(|other| other.category != mark.category).count())
            .sum::<usize>();
        unlike += weight * different as f64 / (marks.len() - 1) as f64;
    }
    let alike: f64 = totals.iter().map(|total| total * total).sum();
    Ok(1.0 - (all - 1.0) * unlike / (all * all - alike))
}

/// The sum of (x - y)² over all ordered pairs is 2 m Σ(x - mean)²: one pass instead of all pairs.
fn squared(ratings: &Ratings, weights: &[f64], totals: &[f64], all: f64, places: &[f64]) -> Figure {
    let mut seen = 0.0;
    for (marks, weight) in pairable(ratings, weights) {
        let many = marks.len() as f64;
        let mean = marks.iter().map(|mark| places[mark.category]).sum::<f64>() / many;
        let squares: f64 = marks.iter().map(|mark| (places[mark.category] - mean).powi(2)).sum();
        seen += weight * many * squares / (many - 1.0);
    }
    let weighed = || totals.iter().zip(places);
    let mean = weighed().map(|(total, place)| total * place).sum::<f64>() / all;
    let squares: f64 = weighed().map(|(total, place)| total * (place - mean).powi(2)).sum();
    Ok(1.0 - seen * (all - 1.0) / (all * squares))
}
