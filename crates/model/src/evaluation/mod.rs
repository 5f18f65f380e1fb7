//! An evaluation (评分): one call judged by one person on one card, and what became of it (C5, C6).
//!
//! ```text
//! draft ─submit─► submitted ─send─► sent ─acknowledge─► acknowledged
//!                                     └────appeal─────► appealed ─uphold─► upheld
//!                                                           └─────change─► changed ─► draft of the next revision
//! ```
//!
//! What was submitted never changes (law 1): it can only be followed by another revision, made by another person. The
//! stage is not kept; it is what the record of steps comes to. Who may take a step is `app`'s to say; that nobody decides
//! on their own judgement, is said here.

mod stage;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use stage::{Refused, Stage};

use crate::named::named;
use crate::scorecard::{CardVersion, Moment, Sheet};
use crate::{AgentId, ConversationId, EvaluationId, JudgementId, Scored, TranscriptId, UserId};

named! {
    /// How the call was listened to (监听方式).
    ListeningMode {
        /// 录音: afterwards.
        Recorded = "recorded",
        /// 旁听: beside the agent.
        SideBySide = "side_by_side",
        /// 实时: while it went on, and the agent knew.
        Live = "live",
        /// 不定时监听: while it went on, and the agent did not know.
        Unannounced = "unannounced",
    }
}

/// What an evaluation is about. Settled when it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listening {
    /// The call.
    pub conversation: ConversationId,
    /// The words that its moments point into; none where only the sound was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<TranscriptId>,
    /// The judgement that its suggestions come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<JudgementId>,
    /// Who served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// How it was listened to.
    pub mode: ListeningMode,
    /// When: the clock of C6 runs from here.
    pub listened_at: Timestamp,
}

/// What is done to an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// The inspector is done. `submit` of the room `scorecards` makes it, and only of a card that lacks nothing.
    Submit {
        /// What it came to: kept, so that no later program reckons otherwise.
        scored: Scored,
    },
    /// It goes to the agent.
    Send {
        /// The last moment for an appeal; none sets no limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        appeal_until: Option<Timestamp>,
    },
    /// 确认: the agent accepts it.
    Acknowledge,
    /// 申诉: the agent does not.
    Appeal {
        /// Why.
        reason: String,
        /// About which items; all where none is named.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<String>,
        /// Where in the call.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Moment>,
    },
    /// 维持: the appeal is turned down.
    Uphold {
        /// Why.
        reason: String,
    },
    /// 改判: the appeal is granted, and the next revision says what counts.
    Change {
        /// Why.
        reason: String,
    },
}

/// An act, by whom and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What.
    #[serde(flatten)]
    pub act: Act,
    /// Who; nobody where the program did it by itself, which it may do with sending only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// A revision of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Told")]
pub struct Evaluation {
    id: EvaluationId,
    revision: u32,
    listening: Listening,
    card: CardVersion,
    inspector: UserId,
    /// Who made the revisions before this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<UserId>,
    sheet: Sheet,
    record: Vec<Step>,
}

impl Evaluation {
    /// A draft: the first revision.
    #[must_use]
    pub fn begin(
        id: EvaluationId,
        listening: Listening,
        card: CardVersion,
        inspector: UserId,
        sheet: Sheet,
    ) -> Self {
        let (revision, earlier, record) = (1, Vec::new(), Vec::new());
        Self { id, revision, listening, card, inspector, earlier, sheet, record }
    }

    /// Its id, the same in all revisions.
    #[must_use]
    pub const fn id(&self) -> EvaluationId {
        self.id
    }

    /// Counted from 1. The highest that was submitted is the one that counts.
    #[must_use]
    pub const fn revision(&self) -> u32 {
        self.revision
    }

    /// What it is about.
    #[must_use]
    pub const fn listening(&self) -> &Listening {
        &self.listening
    }

    /// On which form.
    #[must_use]
    pub const fn card(&self) -> &CardVersion {
        &self.card
    }

    /// Who judged.
    #[must_use]
    pub const fn inspector(&self) -> UserId {
        self.inspector
    }

    /// What was answered.
    #[must_use]
    pub const fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// What was done to it, in order.
    #[must_use]
    pub fn record(&self) -> &[Step] {
        &self.record
    }

    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.record.last().map_or(Stage::Draft, |step| Stage::of(&step.act))
    }

    /// What it came to, once submitted.
    #[must_use]
    pub fn scored(&self) -> Option<&Scored> {
        self.record.iter().find_map(|step| match &step.act {
            Act::Submit { scored } => Some(scored),
            _ => None,
        })
    }

    /// When it was sent, and until when there may be an appeal, where that has an end.
    #[must_use]
    pub fn sent(&self) -> Option<(Timestamp, Option<Timestamp>)> {
        self.record.iter().find_map(|step| match step.act {
            Act::Send { appeal_until } => Some((step.at, appeal_until)),
            _ => None,
        })
    }

    /// Fills the form in anew, as long as it is a draft.
    ///
    /// # Errors
    /// It was submitted.
    pub fn write(&mut self, sheet: Sheet) -> Result<(), Refused> {
        if self.stage() != Stage::Draft {
            return Err(Refused::Submitted);
        }
        self.sheet = sheet;
        Ok(())
    }

    /// Takes a step.
    ///
    /// # Errors
    /// Why it cannot be taken; nothing has changed then.
    pub fn take(&mut self, step: Step) -> Result<(), Refused> {
        stage::check(self, &step)?;
        self.record.push(step);
        Ok(())
    }

    /// The next revision, after an appeal was granted: a draft of whoever decided so, with the answers as they were.
    ///
    /// # Errors
    /// No appeal was granted.
    pub fn next(&self) -> Result<Self, Refused> {
        let granted = self.record.last().filter(|step| matches!(step.act, Act::Change { .. }));
        let inspector =
            granted.and_then(|step| step.by).ok_or(Refused::NotChanged { stage: self.stage() })?;
        let earlier = self.earlier.iter().copied().chain([self.inspector]).collect();
        let revision = self.revision.saturating_add(1);
        Ok(Self { revision, inspector, earlier, record: Vec::new(), ..self.clone() })
    }
}

/// An evaluation as it was kept: its record is gone through again, so that no other than a legal one is ever there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the evaluation says what they are")]
pub struct Told {
    pub id: EvaluationId,
    pub revision: u32,
    pub listening: Listening,
    pub card: CardVersion,
    pub inspector: UserId,
    #[serde(default)]
    pub earlier: Vec<UserId>,
    pub sheet: Sheet,
    pub record: Vec<Step>,
}

impl TryFrom<Told> for Evaluation {
    type Error = Refused;

    fn try_from(told: Told) -> Result<Self, Refused> {
        let Told { id, revision, listening, card, inspector, earlier, sheet, record } = told;
        let mut whole = Self { id, revision, listening, card, inspector, earlier, sheet, record: Vec::new() };
        record.into_iter().try_for_each(|step| whole.take(step))?;
        Ok(whole)
    }
}
