//! Whether a mean can be told from another: "87 ± 6, n = 8: cannot be told from the team's mean".

use serde::Serialize;

use crate::figure::{Absent, Figure, Interval};
use crate::moments::Moments;
use crate::special::t_critical;

/// What the comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Higher than the others.
    Higher,
    /// Lower than the others.
    Lower,
    /// Chance alone may make such a difference.
    CannotBeTold,
}

/// A mean beside that of others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// The difference of the means.
    pub difference: f64,
    /// Its interval.
    pub interval: Interval,
    /// What that says.
    pub verdict: Verdict,
}

/// Compares one's values with those of others, who must not be among them (an agent and the *rest* of the team). Welch's t
/// (1947) with Satterthwaite's degrees of freedom (1946): neither scatter nor number need be alike.
///
/// Of twenty agents compared at 95 % one differs by chance: a verdict is a reason to listen, not a judgement.
///
/// # Errors
/// Either has fewer than two values; neither scatters, so that nothing is known of chance.
pub fn compare(one: Moments, others: Moments, confidence: f64) -> Figure<Comparison> {
    if one.count < 2 || others.count < 2 {
        return Err(Absent::TooFew);
    }
    let (own, theirs) = (one.error_squared(), others.error_squared());
    let error_squared = own + theirs;
    if error_squared <= 0.0 {
        return Err(Absent::NoVariation);
    }
    let freedom = error_squared.powi(2)
        / (own.powi(2) / (one.count - 1) as f64 + theirs.powi(2) / (others.count - 1) as f64);
    let difference = one.mean - others.mean;
    let interval = Interval::around(difference, t_critical(confidence, freedom) * error_squared.sqrt());
    let verdict = if interval.low > 0.0 {
        Verdict::Higher
    } else if interval.high < 0.0 {
        Verdict::Lower
    } else {
        Verdict::CannotBeTold
    };
    Ok(Comparison { difference, interval, verdict })
}
