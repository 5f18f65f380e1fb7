//! A figure that may be absent, with the reason; an interval.

use serde::Serialize;

/// Why a figure or its interval is not given. Where the data cannot carry a figure it is absent: never NaN, and never a
/// perfect score that nobody earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Absent {
    #[error("no unit has two ratings")]
    NoPairs,
    #[error("fewer than two units with two ratings")]
    OneUnit,
    #[error("one rater only")]
    OneRater,
    #[error("one category only: agreement by chance cannot be told from agreement")]
    OneCategory,
    #[error("the ratings have no order")]
    NoOrder,
    #[error("the ratings are not numbers")]
    NotNumbers,
    #[error("some units lack ratings of some raters")]
    Incomplete,
    #[error("the units do not differ")]
    NoVariation,
    #[error("the raters fall into groups that share no unit")]
    Unconnected,
    #[error("too few ratings to tell raters from units")]
    NoFreedom,
    #[error("every resample gives the same figure")]
    NoSpread,
    #[error("most resamples give no figure")]
    FewResamples,
    #[error("resampling shifts the figure: there are too few units for it")]
    Shifted,
    #[error("no resamples were asked for")]
    NoResamples,
    #[error("no unit in common")]
    NothingInCommon,
    #[error("fewer than two values")]
    TooFew,
    #[error("a stratum has one draw only: its spread is unknown")]
    OneDrawn,
}

impl Serialize for Absent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A figure, or why there is none.
pub type Figure<T = f64> = Result<T, Absent>;

/// From `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// Around a middle.
    #[must_use]
    pub fn around(middle: f64, margin: f64) -> Self {
        Self { low: middle - margin, high: middle + margin }
    }

    /// Whether it holds a value.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}
