//! What to rehearse.

use jiff::civil::{Date, date};

use crate::RehearsalError;
use crate::centre::projects;

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

const LEAST_VOLUME: f64 = 0.000_01;
/// Answered calls that a demonstration's lines bring in two weeks at their natural volume, as measured.
const DEMONSTRATED: f64 = 29_050.0;

/// The settings of a centre. The same plan gives the same calls, byte for byte.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Where chance begins.
    pub seed: u64,
    /// How many answered calls, with dialogues; fewer where `days` end before.
    pub calls: usize,
    /// The first day, in the centre's time (UTC+8).
    pub start: Date,
    /// For how many days calls come; without it until there are enough.
    pub days: Option<u32>,
    /// Which projects, by their tags: `shop`, `bank`, `telecom`, `en`, `lead`, `event`, `survey`; all where none is named.
    pub projects: Vec<String>,
    /// Share of the calls that naturally come in or are dialled; 0.00001–1.
    pub volume: f64,
    /// Which wordings.
    pub wordings: Wordings,
    /// How likely each fault is in a call where it could happen, for an average agent and a fault of weight 1; 0–0.3.
    pub fault_rate: f64,
    /// How likely each look-alike is where it could happen; 0–1.
    pub lookalike_rate: f64,
    /// How likely a speech engine's mistake is where one could be; 0–0.15.
    pub noise: f64,
    /// Share of the agents that the centre needs for its natural volume; below about 0.6 of them callers give up.
    /// 0.1–3.
    pub staffing: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            calls: 1_000,
            start: date(2026, 11, 2),
            days: None,
            projects: Vec::new(),
            volume: 1.0,
            wordings: Wordings::Open,
            fault_rate: 0.04,
            lookalike_rate: 0.05,
            noise: 0.02,
            staffing: 1.0,
        }
    }
}

impl Plan {
    /// What a demonstration shows: so many calls over two weeks, of forty agents in three projects, inbound and
    /// outbound, in Mandarin and English. Where chance has it, a few calls less; what these lines do not bring in two
    /// weeks takes longer.
    #[must_use]
    pub fn demonstration(calls: usize, seed: u64) -> Self {
        // a standard deviation more, so that the last call mostly falls on the last day
        let share = (calls as f64 + (calls as f64).sqrt()) / DEMONSTRATED;
        Self {
            seed,
            calls,
            days: (share <= 1.0).then_some(14),
            projects: ["shop", "en", "lead"].map(str::to_owned).to_vec(),
            volume: share.clamp(LEAST_VOLUME, 1.0),
            // 24, 12 and 4 people
            staffing: 4.0 / 3.0,
            ..Self::default()
        }
    }

    pub(crate) fn wants(&self, project: &str) -> bool {
        self.projects.is_empty() || self.projects.iter().any(|wanted| wanted == project)
    }

    /// # Errors
    /// A setting outside its range.
    pub(crate) fn check(&self) -> Result<(), RehearsalError> {
        let settings = [
            ("fault_rate", self.fault_rate, 0.0..=0.3, "between 0 and 0.3"),
            ("lookalike_rate", self.lookalike_rate, 0.0..=1.0, "between 0 and 1"),
            ("noise", self.noise, 0.0..=0.15, "between 0 and 0.15"),
            ("volume", self.volume, LEAST_VOLUME..=1.0, "between 0.00001 and 1"),
            ("staffing", self.staffing, 0.1..=3.0, "between 0.1 and 3"),
        ];
        for (field, value, range, bounds) in settings {
            if !range.contains(&value) {
                return Err(RehearsalError::Plan { field, value: value.to_string(), bounds });
            }
        }
        let known = projects();
        if let Some(unknown) = self.projects.iter().find(|tag| known.iter().all(|known| known.tag != **tag)) {
            let (field, bounds) = ("projects", "one of shop, bank, telecom, en, lead, event, survey");
            return Err(RehearsalError::Plan { field, value: format!("{unknown:?}"), bounds });
        }
        if self.days == Some(0) {
            let (field, bounds) = ("days", "at least 1");
            return Err(RehearsalError::Plan { field, value: "0".to_owned(), bounds });
        }
        if !(date(2000, 1, 1)..date(2200, 1, 1)).contains(&self.start) {
            let (field, bounds) = ("start", "between the years 2000 and 2199");
            return Err(RehearsalError::Plan { field, value: self.start.to_string(), bounds });
        }
        Ok(())
    }
}
