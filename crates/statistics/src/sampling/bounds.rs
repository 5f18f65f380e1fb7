//! How much of a project people may and must listen to (抽检比例), as data that a centre edits.

use std::fmt;

use lingjian_model::Direction;
use serde::{Deserialize, Serialize};

/// What holds for one category of business: of the eligible recordings of a project, direction and period, people
/// listen to at least `low` and at most `high`. The robot, which listens to all, is not meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Which category, by the name that projects carry.
    pub category: String,
    /// Which direction; both where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The least share, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The greatest share, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// The bounds of a centre.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bounds(pub Vec<Bound>);

/// A bound and the draws that break it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Broken {
    /// Which.
    pub bound: Bound,
    /// How many are to be drawn.
    pub drawn: u64,
    /// Out of how many eligible recordings.
    pub eligible: u64,
    /// The fewest that keep it.
    pub fewest: u64,
    /// The most that keep it.
    pub most: u64,
}

type Ends = (Option<f64>, Option<f64>);

/// The defaults: categories, inbound, outbound.
const STANDARD: &[(&[&str], Ends, Ends)] = &[
    (
        &["database-building", "database-cleansing", "customer-information", "order-processing"],
        (Some(0.01), Some(0.30)),
        (Some(0.02), Some(0.50)),
    ),
    (&["lead-mining", "event-invitation", "customer-value-added"], (None, Some(0.10)), (None, Some(0.10))),
    (&["retention", "customer-service", "greeting"], (None, Some(0.10)), (None, Some(0.30))),
    (
        &[
            "market-research",
            "satisfaction-survey",
            "performance-survey",
            "mystery-shopping",
            "brand-awareness",
            "customer-segmentation",
        ],
        (Some(0.20), None),
        (Some(0.20), None),
    ),
    (&["technical-service"], (None, Some(0.0)), (None, Some(0.0))),
];

impl Bounds {
    /// What holds where a centre has settled nothing else. Categories of its own have no bounds.
    #[must_use]
    pub fn standard() -> Self {
        let mut bounds = Vec::new();
        for (categories, inbound, outbound) in STANDARD {
            for category in *categories {
                let category = (*category).to_owned();
                let bound =
                    |direction, (low, high): Ends| Bound { category: category.clone(), direction, low, high };
                if inbound == outbound {
                    bounds.push(bound(None, *inbound));
                } else {
                    bounds.push(bound(Some(Direction::Inbound), *inbound));
                    bounds.push(bound(Some(Direction::Outbound), *outbound));
                }
            }
        }
        Self(bounds)
    }

    /// The bounds that so many draws break. Where the direction is not known, those of both must hold.
    #[must_use]
    pub fn check(
        &self,
        category: &str,
        direction: Option<Direction>,
        drawn: u64,
        eligible: u64,
    ) -> Vec<Broken> {
        let meant = |bound: &&Bound| {
            bound.category == category
                && (bound.direction.is_none() || direction.is_none() || bound.direction == direction)
        };
        let broken = |bound: &Bound| {
            // A hair beside a whole number is that number: 10 % of 30 are 3.
            let fewest = (bound.low.unwrap_or(0.0) * eligible as f64 - 1e-9).ceil().max(0.0) as u64;
            let most = (bound.high.unwrap_or(1.0) * eligible as f64 + 1e-9).floor() as u64;
            let breaks = drawn < fewest || drawn > most;
            breaks.then(|| Broken { bound: bound.clone(), drawn, eligible, fewest, most })
        };
        self.0.iter().filter(meant).filter_map(broken).collect()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| {
            format!("{:.4}", share * 100.0).trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let Bound { category, direction, low, high } = &self.bound;
        write!(out, "{} of {} recordings break the bound of {category}", self.drawn, self.eligible)?;
        if let Some(direction) = direction {
            write!(out, ", {}", direction.name())?;
        }
        if let Some(low) = low.filter(|_| self.drawn < self.fewest) {
            return write!(out, ": at least {} %, which is {}", percent(low), self.fewest);
        }
        write!(out, ": at most {} %, which is {}", percent(high.unwrap_or(1.0)), self.most)
    }
}

impl Bounds {
    /// Whether anything is settled for a category.
    #[must_use]
    pub fn knows(&self, category: &str) -> bool {
        self.0.iter().any(|bound| bound.category == category)
    }
}
