//! What a filled-in card comes to, and how.

use serde::{Deserialize, Serialize};

/// Which figure a step moves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// A section's score.
    Section(String),
    /// 关键项得分.
    Critical,
    /// 总分.
    Total,
}

/// What moves it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Where a card without weighed items begins.
    Start,
    /// A section, by its weight.
    Section(String),
    /// An item, by its answer.
    Item(String),
    /// A total lies within 0–100.
    Bounds,
    /// A fatal item that was failed.
    Fatal(String),
}

/// One step from nothing to a figure: their points add up to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardStep {
    /// Which figure.
    pub of: Figure,
    /// What moves it.
    pub by: Cause,
    /// By how much.
    pub points: f64,
    /// What it is then.
    pub after: f64,
}

/// What a section comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SectionScore {
    /// Its id.
    pub id: String,
    /// Its part of the total, 0–1: its weight among those of the sections that have a score.
    pub share: f64,
    /// Points earned by its weighed items.
    pub earned: f64,
    /// Points that they could have earned.
    pub possible: f64,
    /// 0–100; none where nothing could be earned.
    pub score: Option<f64>,
}

/// What a filled-in card comes to. Scores are 0–100, in hundredths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// 总分; none where nothing weighed was answered.
    pub total: Option<f64>,
    /// 关键项得分; none where no critical item was answered.
    pub critical: Option<f64>,
    /// Points earned by all weighed items.
    pub earned: f64,
    /// Points that they could have earned.
    pub possible: f64,
    /// Every section, in the card's order.
    pub sections: Vec<SectionScore>,
    /// Fatal items that were failed, in the card's order.
    pub fatal: Vec<String>,
    /// Critical items that were failed, in the card's order.
    pub critical_failed: Vec<String>,
    /// How many items are asked and not answered yet.
    pub open: usize,
    /// How every figure came to be.
    pub steps: Vec<CardStep>,
}
