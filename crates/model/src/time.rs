//! Time inside a conversation: milliseconds from its start.

use serde::{Deserialize, Serialize};

/// Milliseconds: a place in a conversation, or a length of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// The beginning of a conversation; a length of nothing.
    pub const ZERO: Self = Self(0);

    /// Whole seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Seconds, for people and for rates.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The later place; never overflows.
    #[must_use]
    pub const fn plus(self, length: Self) -> Self {
        Self(self.0.saturating_add(length.0))
    }

    /// The length from `earlier` to here; zero where `earlier` is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// A stretch of a conversation, from `start` up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// Where it begins.
    #[serde(rename = "start_ms")]
    pub start: Millis,
    /// Where it ends.
    #[serde(rename = "end_ms")]
    pub end: Millis,
}

impl Span {
    /// A stretch from `start` to `end`, in milliseconds.
    #[must_use]
    pub const fn new(start: u64, end: u64) -> Self {
        Self { start: Millis(start), end: Millis(end) }
    }

    /// How long it is.
    #[must_use]
    pub const fn length(self) -> Millis {
        self.end.since(self.start)
    }

    /// The part that both cover, if they share any.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let both = Self { start: self.start.max(other.start), end: self.end.min(other.end) };
        (both.start < both.end).then_some(both)
    }
}
