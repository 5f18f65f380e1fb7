//! Gage R&R for attributes (AIAG, *Measurement Systems Analysis*, 4th ed. 2010, chapter III.C): how often looks at the
//! same unit end alike, with the exact interval of Clopper & Pearson (1934).

use serde::Serialize;

use super::raters::Estimate;
use super::ratings::Ratings;
use crate::figure::{Absent, Figure};
use crate::sampling::interval::exact;

/// Of how many units all looks ended alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matches {
    /// Units that could be compared.
    pub units: usize,
    /// Units on which all looks ended alike.
    pub matched: usize,
    /// The share, with its exact interval.
    pub share: Figure<Estimate>,
}

/// One appraiser.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Appraiser {
    /// Who.
    pub rater: String,
    /// With themselves, over units that they looked at twice or more (repeatability).
    pub within: Matches,
    /// All their looks with the reference, where there is one.
    pub reference: Option<Matches>,
}

/// The appraisers, each and together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gauge {
    /// Each appraiser; the reference is none.
    pub appraisers: Vec<Appraiser>,
    /// All looks of all appraisers with each other, over units that every appraiser looked at (reproducibility).
    pub between: Matches,
    /// All looks of all appraisers with the reference, where there is one.
    pub reference: Option<Matches>,
}

/// The study. `reference` is a place in the list of raters.
pub(super) fn study(ratings: &Ratings, reference: Option<usize>, confidence: f64) -> Gauge {
    let raters = ratings.raters().len();
    // For each unit and rater all looks.
    let mut looks: Vec<Vec<Vec<usize>>> = ratings
        .marks()
        .iter()
        .map(|marks| {
            let mut of_unit = vec![Vec::new(); raters];
            marks.iter().for_each(|mark| of_unit[mark.rater].push(mark.category));
            of_unit
        })
        .collect();
    for repeated in ratings.repeats() {
        looks[repeated.unit][repeated.rater].clone_from(&repeated.categories);
    }
    let appraisers: Vec<usize> = (0..raters).filter(|rater| Some(*rater) != reference).collect();
    let matches = |units: &mut dyn Iterator<Item = bool>| {
        let (mut all, mut matched) = (0, 0);
        for alike in units {
            all += 1;
            matched += usize::from(alike);
        }
        Matches { units: all, matched, share: share(matched, all, confidence) }
    };
    // The looks of some raters at each unit, where each of them looked.
    let by = |of: &[usize]| -> Vec<Vec<usize>> {
        let complete = looks.iter().filter(|unit| of.iter().all(|rater| !unit[*rater].is_empty()));
        complete.map(|unit| of.iter().flat_map(|rater| unit[*rater].iter().copied()).collect()).collect()
    };
    let alike = |looks: &Vec<usize>| looks.windows(2).all(|pair| pair[0] == pair[1]);
    let with_reference = |of: &[usize]| {
        let all: Vec<usize> = of.iter().copied().chain(reference).collect();
        reference.map(|_| matches(&mut by(&all).iter().map(alike)))
    };
    let appraiser = |rater: &usize| Appraiser {
        rater: ratings.raters()[*rater].clone(),
        within: matches(&mut by(&[*rater]).iter().filter(|looks| looks.len() > 1).map(alike)),
        reference: with_reference(&[*rater]),
    };
    let several: &[usize] = if appraisers.len() > 1 { &appraisers } else { &[] };
    Gauge {
        appraisers: appraisers.iter().map(appraiser).collect(),
        between: matches(&mut by(several).iter().filter(|looks| !looks.is_empty()).map(alike)),
        reference: with_reference(&appraisers),
    }
}

fn share(matched: usize, units: usize, confidence: f64) -> Figure<Estimate> {
    if units == 0 {
        return Err(Absent::NothingInCommon);
    }
    let interval = exact(matched as u64, units as u64, confidence);
    Ok(Estimate { value: matched as f64 / units as f64, interval })
}
