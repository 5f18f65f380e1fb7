//! How much each rater gives above or below the others, on the same units.

use super::ratings::Ratings;
use crate::figure::{Absent, Figure, Interval};
use crate::special::t_critical;

/// The effect of each rater, in points of the rating, with its interval; in the order of the raters.
pub(super) type Effects = Vec<(f64, Interval)>;

/// Least squares of rating = unit + rater + rest, with the raters' effects summing to zero. Units are taken out first
/// (each rating less its unit's mean); what remains is one equation a rater. A rater who works on hard calls is
/// therefore not taken for a strict one, as long as units that several rated link all raters.
///
/// The interval is Student's t with ratings - units - raters + 1 degrees of freedom, from the variance of the rest.
pub(super) fn effects(ratings: &Ratings, confidence: f64) -> Figure<Effects> {
    let numbers = ratings.numbers().ok_or(Absent::NotNumbers)?;
    let raters = ratings.raters().len();
    if raters < 2 {
        return Err(Absent::OneRater);
    }
    if !connected(ratings) {
        return Err(Absent::Unconnected);
    }
    let shared = || ratings.marks().iter().filter(|marks| marks.len() > 1);
    let mut left = vec![vec![0.0; raters]; raters];
    let mut right = vec![0.0; raters];
    let (mut many, mut units, mut within) = (0.0, 0.0, 0.0);
    for marks in shared() {
        let of_unit = marks.len() as f64;
        let mean = marks.iter().map(|mark| numbers[mark.category]).sum::<f64>() / of_unit;
        for mark in marks {
            let above = numbers[mark.category] - mean;
            left[mark.rater][mark.rater] += 1.0;
            right[mark.rater] += above;
            within += above * above;
            marks.iter().for_each(|other| left[mark.rater][other.rater] -= 1.0 / of_unit);
        }
        many += of_unit;
        units += 1.0;
    }
    // The equations leave a constant open; adding J/R settles it as "the effects sum to zero".
    let constant = 1.0 / raters as f64;
    left.iter_mut().flatten().for_each(|cell| *cell += constant);
    let inverse = inverse(left).ok_or(Absent::Unconnected)?;
    let effect = |row: &Vec<f64>| row.iter().zip(&right).map(|(cell, sum)| cell * sum).sum::<f64>();
    let effects: Vec<f64> = inverse.iter().map(effect).collect();
    let freedom = many - units - raters as f64 + 1.0;
    if freedom < 1.0 {
        return Err(Absent::NoFreedom);
    }
    let explained: f64 = effects.iter().zip(&right).map(|(effect, sum)| effect * sum).sum();
    let variance = ((within - explained) / freedom).max(0.0);
    let t = t_critical(confidence, freedom);
    let with_interval = |(rater, effect): (usize, &f64)| {
        let error = (variance * (inverse[rater][rater] - constant).max(0.0)).sqrt();
        (*effect, Interval::around(*effect, t * error))
    };
    Ok(effects.iter().enumerate().map(with_interval).collect())
}

/// Whether a chain of shared units leads from every rater to every other.
fn connected(ratings: &Ratings) -> bool {
    let mut group: Vec<usize> = (0..ratings.raters().len()).collect();
    fn root(group: &[usize], mut rater: usize) -> usize {
        while group[rater] != rater {
            rater = group[rater];
        }
        rater
    }
    for marks in ratings.marks() {
        for pair in marks.windows(2) {
            let (one, other) = (root(&group, pair[0].rater), root(&group, pair[1].rater));
            group[one.max(other)] = one.min(other);
        }
    }
    (0..group.len()).all(|rater| root(&group, rater) == 0)
}

/// The inverse of a symmetric positive definite matrix, by Gauss and Jordan; nothing where it is not one.
fn inverse(mut left: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let size = left.len();
    let unit = |row: usize| (0..size).map(|column| f64::from(u8::from(row == column))).collect();
    let mut right: Vec<Vec<f64>> = (0..size).map(unit).collect();
    for pivot in 0..size {
        let scale = left[pivot][pivot];
        if scale.is_nan() || scale < 1e-9 {
            return None;
        }
        for matrix in [&mut left, &mut right] {
            matrix[pivot].iter_mut().for_each(|cell| *cell /= scale);
        }
        let (pivot_left, pivot_right) = (left[pivot].clone(), right[pivot].clone());
        for row in (0..size).filter(|row| *row != pivot) {
            let factor = left[row][pivot];
            for (matrix, pivot_row) in [(&mut left, &pivot_left), (&mut right, &pivot_right)] {
                matrix[row].iter_mut().zip(pivot_row).for_each(|(cell, above)| *cell -= factor * above);
            }
        }
    }
    Some(right)
}
