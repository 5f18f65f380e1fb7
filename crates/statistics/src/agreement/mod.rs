//! Agreement among raters: people among themselves, people and machine.
//!
//! [`agreement`] works out everything from a table of [`Ratings`]; `docs/statistics.md` says which figure answers what.

mod alpha;
mod bootstrap;
mod gauge;
mod icc;
mod kappa;
mod leniency;
mod raters;
mod ratings;
mod written;

pub use bootstrap::Bootstrap;
pub use gauge::{Appraiser, Gauge, Matches};
pub use raters::{Estimate, RaterFigures, Standard};
pub use ratings::{Fault, Ratings, Row, Scale};

use crate::figure::{Absent, Figure, Interval};
use alpha::Metric;
use icc::Complete;
use kappa::Pair;

/// A measure of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The mean over units of the share of their pairs of ratings that are alike, 0 to 1.
    Percent,
    /// Cohen's kappa; of more than two raters the mean over pairs.
    CohenKappa,
    /// Cohen's kappa with linear weights.
    WeightedKappaLinear,
    /// Cohen's kappa with quadratic weights.
    WeightedKappa,
    /// Fleiss's kappa.
    FleissKappa,
    /// Krippendorff's alpha, nominal.
    AlphaNominal,
    /// Krippendorff's alpha, ordinal.
    AlphaOrdinal,
    /// Krippendorff's alpha, interval.
    AlphaInterval,
    /// ICC(1,1): one rating, each unit rated by other raters.
    Icc1,
    /// ICC(A,1): one rating, absolute agreement.
    IccA1,
    /// ICC(C,1): one rating, consistency.
    IccC1,
    /// ICC(1,k).
    Icc1K,
    /// ICC(A,k).
    IccAK,
    /// ICC(C,k).
    IccCK,
}

impl Measure {
    /// All, in the order in which they are worked out.
    pub const ALL: [Self; 14] = [
        Self::Percent,
        Self::CohenKappa,
        Self::WeightedKappaLinear,
        Self::WeightedKappa,
        Self::FleissKappa,
        Self::AlphaNominal,
        Self::AlphaOrdinal,
        Self::AlphaInterval,
        Self::Icc1,
        Self::IccA1,
        Self::IccC1,
        Self::Icc1K,
        Self::IccAK,
        Self::IccCK,
    ];
}

/// A measure's figure and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Which.
    pub measure: Measure,
    /// The figure.
    pub value: Figure,
    /// Its bootstrap interval.
    pub interval: Figure<Interval>,
}

/// Everything about a table of ratings.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// What may be done with the ratings.
    pub scale: Scale,
    /// How many units.
    pub units: usize,
    /// Of them, those with two ratings or more: the others say nothing about agreement.
    pub shared: usize,
    /// Who rated.
    pub raters: Vec<String>,
    /// How many ratings, repeats aside.
    pub ratings: usize,
    /// The ratings there are.
    pub categories: Vec<String>,
    /// The pairs of raters, and how many of them have a Cohen's kappa.
    pub pairs: [usize; 2],
    /// Whether units have unequal numbers of ratings: Fleiss's kappa is then its generalisation.
    pub unequal: bool,
    /// The measures, in the order of [`Measure::ALL`].
    pub measures: Vec<Measured>,
    /// How the intervals were resampled.
    pub bootstrap: Bootstrap,
    /// The rater who is taken to be right, if one was named.
    pub reference: Option<String>,
    /// Each rater but the reference.
    pub per_rater: Vec<RaterFigures>,
    /// Gage R&R for attributes; there is one where units were looked at repeatedly or a reference is named.
    pub gauge: Option<Gauge>,
}

impl Agreement {
    /// One of the measures.
    #[must_use]
    pub fn measured(&self, measure: Measure) -> &Measured {
        &self.measures[measure as usize]
    }
}

/// There is no rater of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rater {0:?}")]
pub struct UnknownRater(pub String);

/// Works out agreement.
///
/// # Errors
/// The reference is no rater of the table.
pub fn agreement(
    ratings: &Ratings,
    reference: Option<&str>,
    bootstrap: Bootstrap,
) -> Result<Agreement, UnknownRater> {
    let place = |name: &str| ratings.raters().iter().position(|rater| rater == name);
    let reference = reference.map(|name| place(name).ok_or_else(|| UnknownRater(name.to_owned())));
    let reference = reference.transpose()?;
    let pairs = Pair::all(ratings);
    let complete = Complete::of(ratings);
    let figures = |weights: &[f64]| figures(ratings, &pairs, &complete, weights);
    let once = vec![1.0; ratings.units().len()];
    let values = figures(&once);
    let intervals = bootstrap.intervals(ratings.units().len(), figures);
    let measured = |(place, measure): (usize, &Measure)| Measured {
        measure: *measure,
        value: values[place],
        // Where there is no figure, no resample has one either; the figure's own reason says more.
        interval: values[place].and_then(|value| {
            // Kappas of pairs with a handful of units shrink when these are drawn twice: such an interval lies beside the figure.
            intervals[place]
                .and_then(|interval| if interval.holds(value) { Ok(interval) } else { Err(Absent::Shifted) })
        }),
    };
    let kappas: Vec<_> = pairs.iter().map(|pair| pair.kappas(&once)).collect();
    let rated = || ratings.marks().iter().map(Vec::len).filter(|many| *many > 0);
    Ok(Agreement {
        scale: ratings.scale(),
        units: ratings.units().len(),
        shared: rated().filter(|many| *many > 1).count(),
        raters: ratings.raters().to_vec(),
        ratings: ratings.len(),
        categories: ratings.categories().to_vec(),
        pairs: [pairs.len(), kappa::mean_over_pairs(&kappas, 0).1],
        unequal: rated().max() != rated().min(),
        measures: Measure::ALL.iter().enumerate().map(measured).collect(),
        bootstrap,
        reference: reference.map(|place| ratings.raters()[place].clone()),
        per_rater: raters::figures(ratings, reference, bootstrap.confidence),
        gauge: (reference.is_some() || !ratings.repeats().is_empty())
            .then(|| gauge::study(ratings, reference, bootstrap.confidence)),
    })
}

fn figures(ratings: &Ratings, pairs: &[Pair], complete: &Figure<Complete>, weights: &[f64]) -> [Figure; 14] {
    let kappas: Vec<_> = pairs.iter().map(|pair| pair.kappas(weights)).collect();
    let kappa = |which: usize| kappa::mean_over_pairs(&kappas, which).0;
    let alpha = |metric| alpha::alpha(ratings, weights, metric);
    let icc = complete.as_ref().map_err(|why| *why).and_then(|table| table.correlations(weights));
    let single = |place: usize| icc.and_then(|icc| icc.single[place]);
    let average = |place: usize| icc.and_then(|icc| icc.average[place]);
    [
        kappa::percent(ratings, weights),
        kappa(0),
        kappa(1),
        kappa(2),
        kappa::fleiss(ratings, weights),
        alpha(Metric::Nominal),
        alpha(Metric::Ordinal),
        alpha(Metric::Interval),
        single(0),
        single(1),
        single(2),
        average(0),
        average(1),
        average(2),
    ]
}
