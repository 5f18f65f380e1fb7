//! Intraclass correlations of complete tables of numbers (Shrout & Fleiss 1979; named as by McGraw & Wong 1996).

use super::ratings::Ratings;
use crate::figure::{Absent, Figure};

/// The six forms, of one rating and of the mean of all k raters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Correlations {
    /// ICC(1,1), ICC(A,1), ICC(C,1).
    pub(super) single: [Figure; 3],
    /// ICC(1,k), ICC(A,k), ICC(C,k).
    pub(super) average: [Figure; 3],
}

/// A complete table of numbers, around its mean.
#[derive(Debug, Clone)]
pub(super) struct Complete {
    rows: Vec<Vec<f64>>,
    raters: usize,
}

impl Complete {
    /// The table, where every rater rated every unit with a number.
    pub(super) fn of(ratings: &Ratings) -> Figure<Self> {
        let numbers = ratings.numbers().ok_or(Absent::NotNumbers)?;
        let raters = ratings.raters().len();
        if raters < 2 {
            return Err(Absent::OneRater);
        }
        if ratings.marks().iter().any(|marks| marks.len() != raters) {
            return Err(Absent::Incomplete);
        }
        if ratings.units().len() < 2 {
            return Err(Absent::OneUnit);
        }
        let mean = ratings.marks().iter().flatten().map(|mark| numbers[mark.category]).sum::<f64>()
            / ratings.len() as f64;
        let row = |marks: &Vec<super::ratings::Mark>| {
            marks.iter().map(|mark| numbers[mark.category] - mean).collect()
        };
        Ok(Self { rows: ratings.marks().iter().map(row).collect(), raters })
    }

    /// The correlations with a weight for each unit, from the mean squares between units (R), between raters (C), of the
    /// rest (E) and within units (W).
    pub(super) fn correlations(&self, weights: &[f64]) -> Figure<Correlations> {
        let k = self.raters as f64;
        let n: f64 = weights.iter().sum();
        if weights.iter().filter(|weight| **weight > 0.0).count() < 2 {
            return Err(Absent::OneUnit);
        }
        let mut columns = vec![0.0; self.raters];
        for (row, weight) in self.rows.iter().zip(weights) {
            columns.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
        }
        columns.iter_mut().for_each(|sum| *sum /= n);
        let mean = columns.iter().sum::<f64>() / k;
        let (mut between, mut rest) = (0.0, 0.0);
        for (row, weight) in self.rows.iter().zip(weights) {
            let of_row = row.iter().sum::<f64>() / k;
            between += weight * k * (of_row - mean).powi(2);
            let left = |(value, column): (&f64, &f64)| (value - of_row - column + mean).powi(2);
            rest += weight * row.iter().zip(&columns).map(left).sum::<f64>();
        }
        let raters = n * columns.iter().map(|column| (column - mean).powi(2)).sum::<f64>();
        let r = between / (n - 1.0);
        let c = raters / (k - 1.0);
        let e = rest / ((n - 1.0) * (k - 1.0));
        let w = (raters + rest) / (n * (k - 1.0));
        let scale = self.rows.iter().flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
        if r <= 1e-20 * scale * scale || scale == 0.0 {
            return Err(Absent::NoVariation);
        }
        // Where units differ less than chance has them differ, what is divided by may be nothing or less: no share of it is one.
        let nothing = 1e-9 * (r + c + e);
        let share = |of: f64, all: f64| if all > nothing { Ok(of / all) } else { Err(Absent::NoVariation) };
        Ok(Correlations {
            single: [
                share(r - w, r + (k - 1.0) * w),
                share(r - e, r + (k - 1.0) * e + k / n * (c - e)),
                share(r - e, r + (k - 1.0) * e),
            ],
            average: [share(r - w, r), share(r - e, r + (c - e) / n), share(r - e, r)],
        })
    }
}
