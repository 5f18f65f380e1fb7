//! What is answered on a card: by a person, and beside it what a machine suggests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::MetricName;
use crate::named::named;
use crate::{Finding, Span};

/// Answers by the ids of their items.
pub type Answers = BTreeMap<String, Answer>;

/// One of an item's options, or none of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// 不适用: the item is taken out of what could be earned.
    NotApplicable,
    /// The option of that id.
    Option(String),
}

/// A place in the call (law 1: places, never words). Turn and characters are those of the evaluation's transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// The turn, counted from 0 in the canonical order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<usize>,
    /// From which character of the turn's text up to and without which (Unicode scalar values).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars: Option<[usize; 2]>,
    /// When.
    #[serde(flatten)]
    pub span: Span,
}

impl Moment {
    /// Where a finding stands, if it stands somewhere: what is missing has no place.
    #[must_use]
    pub fn of(finding: &Finding) -> Option<Self> {
        finding.span.map(|span| Self { turn: finding.turn, chars: finding.chars, span })
    }

    /// Whether it is a place at all: nothing ends before it begins, and characters are those of a turn.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let chars = self.chars.is_none_or(|[from, to]| from <= to && self.turn.is_some());
        chars && self.span.start <= self.span.end
    }
}

/// What a rule found, as far as a card asks: as `Finding` is written, without what it weighs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hit {
    /// The rule's id.
    pub rule: String,
    /// The rule's digest: `sha256:…`.
    pub version: String,
    /// Where; none where something is missing.
    #[serde(flatten)]
    pub moment: Option<Moment>,
}

impl From<&Finding> for Hit {
    fn from(finding: &Finding) -> Self {
        let (rule, version) = (finding.rule.clone(), finding.version.clone());
        Self { rule, version, moment: Moment::of(finding) }
    }
}

/// Why an option is suggested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A rule found something.
    Finding {
        /// The rule's id.
        rule: String,
        /// The rule's digest: `sha256:…`.
        version: String,
        /// Where; none where something is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moment: Option<Moment>,
    },
    /// A measure lies beyond a bound: over it, where it is larger, or under it.
    Measure {
        /// Which.
        measure: MetricName,
        /// What was measured.
        value: f64,
        /// What the card compares it with.
        bound: f64,
    },
}

/// What a machine would answer. A person's answer never changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The option.
    pub option: String,
    /// All that speaks for it; at least one.
    pub sources: Vec<Source>,
}

named! {
    /// How an answer came to be, for agreement between people and machine.
    Origin {
        /// A person's alone: nothing was suggested.
        Own = "own",
        /// A person said what was suggested.
        Confirmed = "confirmed",
        /// A person said otherwise.
        Changed = "changed",
        /// A suggestion that the person who submitted left as it was.
        Taken = "taken",
    }
}

/// All that is said to one item.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    /// What a person says; none until they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// Why; for the agent to read.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Moment>,
    /// What a machine says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Suggestion>,
}

impl Answer {
    /// The option that counts: the person's, else the suggested one. None where "not applicable" was said, or nothing.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        match (&self.choice, &self.suggestion) {
            (Some(Choice::Option(option)), _) => Some(option),
            (Some(Choice::NotApplicable), _) | (None, None) => None,
            (None, Some(suggestion)) => Some(&suggestion.option),
        }
    }

    /// Whether anything counts as an answer.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.choice.is_some() || self.suggestion.is_some()
    }

    /// How it came to be; none where there is no answer.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        match (&self.choice, &self.suggestion) {
            (None, None) => None,
            (None, Some(_)) => Some(Origin::Taken),
            (Some(_), None) => Some(Origin::Own),
            (Some(Choice::Option(said)), Some(suggested)) if *said == suggested.option => {
                Some(Origin::Confirmed)
            }
            (Some(_), Some(_)) => Some(Origin::Changed),
        }
    }
}

named! {
    /// What a remark is about.
    RemarkKind {
        /// What was done well.
        Good = "good",
        /// What to do better.
        Better = "better",
    }
}

/// A word to the agent that no item asks for: good points stand beside bad ones (C6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Praise or advice.
    pub kind: RemarkKind,
    /// What.
    pub text: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Moment>,
}

/// A card as somebody filled it in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sheet {
    /// To the card's items.
    pub answers: Answers,
    /// Besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}
