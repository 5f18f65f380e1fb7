//! What a judgement says: findings, measures, scores, and what could not be judged.

use serde::{Deserialize, Serialize};

use crate::{Millis, Role, Span};

/// Which score a finding moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// 合规: begins at 100.
    Compliance,
    /// 体验: begins at 100.
    Experience,
    /// 风险: begins at 0; high is bad.
    Risk,
}

impl Dimension {
    /// All three, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Compliance, Self::Experience, Self::Risk];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compliance => "compliance",
            Self::Experience => "experience",
            Self::Risk => "risk",
        }
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know; also praise.
    Info,
    /// 轻微.
    Minor,
    /// 严重.
    Major,
    /// 致命, 一票否决.
    Fatal,
}

impl Severity {
    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Fatal => "fatal",
        }
    }
}

/// A number with its unit, as a rule compared it: `{"amount":231,"unit":"chars/min"}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// How much.
    pub amount: f64,
    /// Of what: `ms`, `chars/min`, `words/min`, `share`, `hits`, `steps`, `similarity`.
    pub unit: &'static str,
}

/// A rule's hit in a call. It holds places, never words (law 1).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// The rule's digest: `sha256:…`.
    pub version: String,
    /// How grave.
    pub severity: Severity,
    /// Which score it moves.
    pub dimension: Dimension,
    /// By how much it moved it, before caps.
    pub points: f64,
    /// Whose words, where words were found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The turn, counted from 0 in the canonical order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<usize>,
    /// From which character of the turn's text up to and without which (Unicode scalar values).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chars: Option<[usize; 2]>,
    /// When.
    #[serde(flatten)]
    pub span: Option<Span>,
    /// What was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Measure>,
    /// With what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<Measure>,
}

/// Where silence and overlap were taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum TimingSource {
    /// From the times of the turns: there was no sound.
    #[default]
    Turns,
    /// From voice activity.
    VoiceActivity,
}

/// The measures of a call that every report shows.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the format's; units stand in them")]
pub struct Metrics {
    pub duration_ms: u64,
    pub silence_ms: u64,
    pub silence_share: f64,
    pub longest_silence_ms: u64,
    pub overlap_ms: u64,
    pub overlap_share: f64,
    pub agent_talk_ms: u64,
    pub customer_talk_ms: u64,
    /// Characters (Chinese) or words (English) a minute of the agent's speaking.
    pub agent_rate: f64,
    pub customer_rate: f64,
    pub interruptions_by_agent: u32,
    pub interruptions_by_customer: u32,
    /// Where silence, overlap and talk come from.
    pub timing: TimingSource,
}

/// The three scores, 0–100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// 合规分.
    pub compliance: f64,
    /// 体验分.
    pub experience: f64,
    /// 风险分: high is bad.
    pub risk: f64,
}

impl Scores {
    /// One of the three.
    #[must_use]
    pub const fn get(&self, dimension: Dimension) -> f64 {
        match dimension {
            Dimension::Compliance => self.compliance,
            Dimension::Experience => self.experience,
            Dimension::Risk => self.risk,
        }
    }
}

/// One step from the start of a score to its end: the derivation is part of the result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreStep {
    /// Which score.
    pub dimension: Dimension,
    /// The rule that moved it.
    pub rule: String,
    /// How many of its hits counted.
    pub hits: usize,
    /// By how much the score moved.
    pub points: f64,
    /// The score after it.
    pub after: f64,
}

/// Why a rule could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum UnjudgedReason {
    /// It needs sound and there is only text.
    #[serde(rename = "no audio")]
    NoAudio,
    /// It needs words and none were said or written down.
    #[serde(rename = "no words")]
    NoWords,
    /// It needs both parties and only one was heard.
    #[serde(rename = "one party only")]
    OnePartyOnly,
    /// It asks for overlap and both parties are on one channel.
    #[serde(rename = "one channel")]
    OneChannel,
    /// It asks who spoke, and that is not sure enough.
    #[serde(rename = "speaker uncertain")]
    SpeakerUncertain,
}

/// A rule that could not be judged: listed, never skipped in silence (law 4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unjudged {
    /// The rule's id.
    pub rule: String,
    /// Why.
    pub reason: UnjudgedReason,
}

/// All that the rules say of one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// The three scores.
    pub scores: Scores,
    /// The measures.
    pub metrics: Metrics,
    /// What was found, in the order of place, then rule.
    pub findings: Vec<Finding>,
    /// How each score came to be.
    pub derivation: Vec<ScoreStep>,
    /// What could not be judged, and why.
    pub unjudged: Vec<Unjudged>,
}

impl Finding {
    /// Where the finding begins, if it has a place in time.
    #[must_use]
    pub fn start(&self) -> Option<Millis> {
        self.span.map(|span| span.start)
    }
}
