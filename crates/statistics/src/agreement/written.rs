//! Agreement as JSON. Shapes are a contract: figures that are absent are `null`, and `absent` beside them says why.

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::{Agreement, Bootstrap, Estimate, Gauge, Matches, Measure, RaterFigures, Scale, Standard};
use crate::figure::{Absent, Figure, Interval};

impl Measure {
    /// Its place in JSON, steps joined by a dot.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::CohenKappa => "cohen_kappa",
            Self::WeightedKappaLinear => "weighted_kappa_linear",
            Self::WeightedKappa => "weighted_kappa",
            Self::FleissKappa => "fleiss_kappa",
            Self::AlphaNominal => "krippendorff_alpha.nominal",
            Self::AlphaOrdinal => "krippendorff_alpha.ordinal",
            Self::AlphaInterval => "krippendorff_alpha.interval",
            Self::Icc1 => "icc.1,1",
            Self::IccA1 => "icc.A,1",
            Self::IccC1 => "icc.C,1",
            Self::Icc1K => "icc.1,k",
            Self::IccAK => "icc.A,k",
            Self::IccCK => "icc.C,k",
        }
    }
}

#[derive(Serialize)]
struct Alpha<T> {
    nominal: T,
    ordinal: T,
    interval: T,
}

#[derive(Serialize)]
struct Icc<T> {
    #[serde(rename = "1,1")]
    one: T,
    #[serde(rename = "A,1")]
    agreement: T,
    #[serde(rename = "C,1")]
    consistency: T,
    #[serde(rename = "1,k")]
    mean_one: T,
    #[serde(rename = "A,k")]
    mean_agreement: T,
    #[serde(rename = "C,k")]
    mean_consistency: T,
}

#[derive(Serialize)]
struct Figures<T> {
    percent: T,
    cohen_kappa: T,
    weighted_kappa: T,
    weighted_kappa_linear: T,
    fleiss_kappa: T,
    krippendorff_alpha: Alpha<T>,
    icc: Icc<T>,
}

impl<T> Figures<T> {
    fn of(value: impl Fn(Measure) -> T) -> Self {
        Self {
            percent: value(Measure::Percent),
            cohen_kappa: value(Measure::CohenKappa),
            weighted_kappa: value(Measure::WeightedKappa),
            weighted_kappa_linear: value(Measure::WeightedKappaLinear),
            fleiss_kappa: value(Measure::FleissKappa),
            krippendorff_alpha: Alpha {
                nominal: value(Measure::AlphaNominal),
                ordinal: value(Measure::AlphaOrdinal),
                interval: value(Measure::AlphaInterval),
            },
            icc: Icc {
                one: value(Measure::Icc1),
                agreement: value(Measure::IccA1),
                consistency: value(Measure::IccC1),
                mean_one: value(Measure::Icc1K),
                mean_agreement: value(Measure::IccAK),
                mean_consistency: value(Measure::IccCK),
            },
        }
    }
}

#[derive(Serialize)]
struct Pairs {
    all: usize,
    with_cohen_kappa: usize,
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    figures: Figures<Option<f64>>,
    intervals: Figures<Option<Interval>>,
    absent: BTreeMap<&'static str, Absent>,
    absent_intervals: BTreeMap<&'static str, Absent>,
    bootstrap: Bootstrap,
    scale: Scale,
    units: usize,
    units_with_two_ratings: usize,
    ratings: usize,
    categories: &'a [String],
    raters: &'a [String],
    pairs: Pairs,
    unequal_numbers_of_ratings: bool,
    reference: Option<&'a str>,
    per_rater: &'a [RaterFigures],
    gauge: Option<&'a Gauge>,
}

impl Serialize for Agreement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let why = |of: &dyn Fn(Measure) -> Option<Absent>| {
            Measure::ALL.into_iter().filter_map(|measure| Some((measure.name(), of(measure)?))).collect()
        };
        Written {
            figures: Figures::of(|measure| self.measured(measure).value.ok()),
            intervals: Figures::of(|measure| self.measured(measure).interval.ok()),
            absent: why(&|measure| self.measured(measure).value.err()),
            absent_intervals: why(&|measure| self.measured(measure).interval.err()),
            bootstrap: self.bootstrap,
            scale: self.scale,
            units: self.units,
            units_with_two_ratings: self.shared,
            ratings: self.ratings,
            categories: &self.categories,
            raters: &self.raters,
            pairs: Pairs { all: self.pairs[0], with_cohen_kappa: self.pairs[1] },
            unequal_numbers_of_ratings: self.unequal,
            reference: self.reference.as_deref(),
            per_rater: &self.per_rater,
            gauge: self.gauge.as_ref(),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct WrittenRater<'a> {
    rater: &'a str,
    ratings: usize,
    leniency: Option<Estimate>,
    against: Standard,
    units: usize,
    percent: Option<Estimate>,
    kappa: Option<f64>,
    weighted_kappa: Option<f64>,
    difference: Option<Estimate>,
    absent: BTreeMap<&'static str, Absent>,
}

impl Serialize for RaterFigures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let absent = [
            ("leniency", self.leniency.err()),
            ("percent", self.percent.err()),
            ("kappa", self.kappa.err()),
            ("weighted_kappa", self.weighted_kappa.err()),
            ("difference", self.difference.err()),
        ];
        WrittenRater {
            rater: &self.rater,
            ratings: self.ratings,
            leniency: self.leniency.ok(),
            against: self.against,
            units: self.units,
            percent: self.percent.ok(),
            kappa: self.kappa.ok(),
            weighted_kappa: self.weighted_kappa.ok(),
            difference: self.difference.ok(),
            absent: absent.into_iter().filter_map(|(name, why)| Some((name, why?))).collect(),
        }
        .serialize(serializer)
    }
}

impl Serialize for Matches {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let share: Figure<Estimate> = self.share;
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("units", &self.units)?;
        map.serialize_entry("matched", &self.matched)?;
        map.serialize_entry("share", &share.ok().map(|share| share.value))?;
        map.serialize_entry("interval", &share.ok().map(|share| share.interval))?;
        map.end()
    }
}
