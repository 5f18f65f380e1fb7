//! Percent agreement and the kappas. Everything is worked out with a weight for each unit (how often it counts), so
//! that a resample is a list of weights and not a copied table.

use super::ratings::Ratings;
use crate::figure::{Absent, Figure};

/// Agreement closer to certain than this is certain: what is left is rounding.
const NOTHING: f64 = 1e-12;

/// The mean over units of the share of their pairs of ratings that are alike (Fleiss 1971; Gwet, *Handbook of Inter-Rater
/// Reliability*, 4th ed. 2014, for unequal numbers of ratings). 0 to 1. With two raters: the share rated alike.
pub(super) fn percent(ratings: &Ratings, weights: &[f64]) -> Figure {
    let (mut alike, mut units) = (0.0, 0.0);
    for (marks, weight) in ratings.marks().iter().zip(weights) {
        if marks.len() > 1 {
            let pairs = marks.len() * (marks.len() - 1) / 2;
            let same = marks
                .iter()
                .enumerate()
                .map(|(place, mark)| {
                    marks[..place].iter().filter(|other| other.category == mark.category).count()
                })
                .sum::<usize>();
            alike += weight * same as f64 / pairs as f64;
            units += weight;
        }
    }
    if units > 0.0 { Ok(alike / units) } else { Err(Absent::NoPairs) }
}

/// Fleiss's kappa (1971). Where units have unequal numbers of ratings: its generalisation by Gwet (2014), in which
/// observed agreement is [`percent`] and chance comes from the mean over units of the share of their ratings in each
/// category.
pub(super) fn fleiss(ratings: &Ratings, weights: &[f64]) -> Figure {
    let observed = percent(ratings, weights)?;
    let shared =
        ratings.marks().iter().zip(weights).filter(|(marks, weight)| marks.len() > 1 && **weight > 0.0);
    if shared.count() < 2 {
        return Err(Absent::OneUnit);
    }
    let mut shares = vec![0.0; ratings.categories().len()];
    let mut units = 0.0;
    for (marks, weight) in ratings.marks().iter().zip(weights) {
        for mark in marks {
            shares[mark.category] += weight / marks.len() as f64;
        }
        units += if marks.is_empty() { 0.0 } else { *weight };
    }
    chance_corrected(observed, shares.iter().map(|share| (share / units).powi(2)).sum())
}

fn chance_corrected(observed: f64, expected: f64) -> Figure {
    if 1.0 - expected < NOTHING {
        return Err(Absent::OneCategory);
    }
    Ok((observed - expected) / (1.0 - expected))
}

/// What two raters rated both, in the categories that either of them used.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    /// What each category counts; empty where they have no order.
    values: Vec<f64>,
    categories: usize,
    /// Unit, the one's category, the other's.
    rows: Vec<(usize, usize, usize)>,
}

/// Cohen's kappa of two raters: plain, with linear, with quadratic weights.
pub(super) type Kappas = [Figure; 3];

impl Pair {
    /// Every pair of raters.
    pub(super) fn all(ratings: &Ratings) -> Vec<Self> {
        let many = ratings.raters().len();
        let mut joint = vec![Vec::new(); many * many];
        for (unit, marks) in ratings.marks().iter().enumerate() {
            for (place, other) in marks.iter().enumerate() {
                for one in &marks[..place] {
                    joint[one.rater * many + other.rater].push((unit, one.category, other.category));
                }
            }
        }
        let upper = (0..many).flat_map(|one| (one + 1..many).map(move |other| one * many + other));
        upper.map(|place| Self::new(std::mem::take(&mut joint[place]), ratings.values())).collect()
    }

    /// One pair from its rows of (unit, category, category).
    pub(super) fn new(mut rows: Vec<(usize, usize, usize)>, values: Option<&[f64]>) -> Self {
        let mut used: Vec<usize> = rows.iter().flat_map(|(_, one, other)| [*one, *other]).collect();
        used.sort_unstable();
        used.dedup();
        for (_, one, other) in &mut rows {
            *one = used.partition_point(|category| category < one);
            *other = used.partition_point(|category| category < other);
        }
        let values = values.map(|values| used.iter().filter_map(|category| values.get(*category)).copied());
        Self { values: values.into_iter().flatten().collect(), categories: used.len(), rows }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The share of units that both rated alike.
    pub(super) fn alike(&self) -> usize {
        self.rows.iter().filter(|(_, one, other)| one == other).count()
    }

    /// The kappas. Weighted: 1 - (disagreement seen / disagreement expected), which counts how far apart two ratings are,
    /// or its square (Cohen 1960, 1968): numbers on an interval scale, places in the order on an ordinal one.
    pub(super) fn kappas(&self, weights: &[f64]) -> Kappas {
        let mut margins = [vec![0.0; self.categories], vec![0.0; self.categories]];
        let (mut total, mut alike, mut units) = (0.0, 0.0, 0);
        // Disagreement seen: absolute, squared.
        let mut seen = [0.0; 2];
        for &(unit, one, other) in &self.rows {
            let weight = weights[unit];
            total += weight;
            units += usize::from(weight > 0.0);
            alike += if one == other { weight } else { 0.0 };
            margins[0][one] += weight;
            margins[1][other] += weight;
            if let (Some(one), Some(other)) = (self.values.get(one), self.values.get(other)) {
                seen[0] += weight * (one - other).abs();
                seen[1] += weight * (one - other).powi(2);
            }
        }
        if units < 2 {
            let why = if units == 0 { Absent::NothingInCommon } else { Absent::OneUnit };
            return [Err(why); 3];
        }
        margins.iter_mut().flatten().for_each(|margin| *margin /= total);
        let [one, other] = &margins;
        let by_chance = one.iter().zip(other).map(|(one, other)| one * other).sum();
        let plain = chance_corrected(alike / total, by_chance);
        if self.values.is_empty() {
            return [plain, Err(Absent::NoOrder), Err(Absent::NoOrder)];
        }
        let weighted = |seen: f64, expected: f64| {
            if expected <= NOTHING * self.spread().powi(2) {
                return Err(Absent::OneCategory);
            }
            Ok(1.0 - seen / total / expected)
        };
        let linear = weighted(seen[0], self.expected_distance(one, other));
        [plain, linear, weighted(seen[1], self.expected_square(one, other))]
    }

    fn spread(&self) -> f64 {
        let ends = self.values.first().zip(self.values.last());
        ends.map_or(1.0, |(low, high)| (high - low).max(f64::MIN_POSITIVE))
    }

    /// E|X - Y| of independent X and Y: between neighbouring values either is below and the other above.
    fn expected_distance(&self, one: &[f64], other: &[f64]) -> f64 {
        let (mut below_one, mut below_other, mut expected) = (0.0, 0.0, 0.0);
        for (place, gap) in self.values.windows(2).enumerate() {
            below_one += one[place];
            below_other += other[place];
            let apart = below_one * (1.0 - below_other) + below_other * (1.0 - below_one);
            expected += apart * (gap[1] - gap[0]);
        }
        expected
    }

    /// E(X - Y)² of independent X and Y.
    fn expected_square(&self, one: &[f64], other: &[f64]) -> f64 {
        // Around the middle value, so that large numbers close together keep their digits.
        let middle = self.values[self.values.len() / 2];
        let moment = |shares: &[f64], power: i32| -> f64 {
            shares.iter().zip(&self.values).map(|(share, value)| share * (value - middle).powi(power)).sum()
        };
        moment(one, 2) + moment(other, 2) - 2.0 * moment(one, 1) * moment(other, 1)
    }
}

/// The mean over all pairs of raters that have the figure, and how many have it; with none, why they lack it.
pub(super) fn mean_over_pairs(pairs: &[Kappas], which: usize) -> (Figure, usize) {
    let given: Vec<f64> = pairs.iter().filter_map(|kappas| kappas[which].ok()).collect();
    if given.is_empty() {
        let why = pairs.iter().map(|kappas| kappas[which]).filter_map(Result::err);
        // A pair that has nothing in common tells less than one that has; beyond that no order of raters decides.
        let why = why.max_by_key(|why| (*why != Absent::NothingInCommon, *why)).unwrap_or(Absent::OneRater);
        return (Err(why), 0);
    }
    (Ok(given.iter().sum::<f64>() / given.len() as f64), given.len())
}
