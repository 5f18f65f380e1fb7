//! What to rehearse.

use jiff::civil::{Date, date};

use crate::RehearsalError;

/// Which half of the wordings is said. Those who write rules may read the open half; the sealed half is for
/// measuring them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wordings {
    /// `grammar/open`.
    #[default]
    Open,
    /// `grammar/sealed`.
    Sealed,
}

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`.
    Mandarin,
    /// `en-US`.
    English,
}

impl Language {
    /// BCP 47.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mandarin => "zh-CN",
            Self::English => "en-US",
        }
    }
}

/// The settings of a centre. The same plan gives the same calls, byte for byte.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Where chance begins.
    pub seed: u64,
    /// How many answered calls, with dialogues.
    pub calls: usize,
    /// The first day, in the centre's time (UTC+8).
    pub start: Date,
    /// Which wordings.
    pub wordings: Wordings,
    /// How likely each fault is in a call where it could happen, for an average agent and a fault of weight 1; 0–0.3.
    pub fault_rate: f64,
    /// How likely each look-alike is where it could happen; 0–1.
    pub lookalike_rate: f64,
    /// How likely a speech engine's mistake is where one could be; 0–0.15.
    pub noise: f64,
    /// Share of the agents that the centre needs; below about 0.6 callers give up. 0.1–3.
    pub staffing: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            calls: 1_000,
            start: date(2026, 11, 2),
            wordings: Wordings::Open,
            fault_rate: 0.04,
            lookalike_rate: 0.05,
            noise: 0.02,
            staffing: 1.0,
        }
    }
}

impl Plan {
    /// # Errors
    /// A setting outside its range.
    pub(crate) fn check(&self) -> Result<(), RehearsalError> {
        let settings = [
            ("fault_rate", self.fault_rate, 0.0..=0.3, "between 0 and 0.3"),
            ("lookalike_rate", self.lookalike_rate, 0.0..=1.0, "between 0 and 1"),
            ("noise", self.noise, 0.0..=0.15, "between 0 and 0.15"),
            ("staffing", self.staffing, 0.1..=3.0, "between 0.1 and 3"),
        ];
        for (field, value, range, bounds) in settings {
            if !range.contains(&value) {
                return Err(RehearsalError::Plan { field, value: value.to_string(), bounds });
            }
        }
        if !(date(2000, 1, 1)..date(2200, 1, 1)).contains(&self.start) {
            let (field, bounds) = ("start", "between the years 2000 and 2199");
            return Err(RehearsalError::Plan { field, value: self.start.to_string(), bounds });
        }
        Ok(())
    }
}
