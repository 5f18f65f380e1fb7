//! A coaching sheet (辅导单): what becomes of a serious problem of one agent (C8).
//!
//! ```text
//! draft ─hold─► held ─sign─► signed ─follow─► followed ─close─► closed
//!               │ ▲                           └follow┘
//!        dispute▼ │hold
//!            disputed
//! ```
//!
//! What was discussed stands in the step that says so: when the agent disputes it, the sheet is written on and held again,
//! and what was disputed stays (law 1). Whether it helped is said only where the agent was listened to again; a sheet that
//! leads nowhere is closed as not judged. Who may take a step is `app`'s to say; that nobody coaches themself, and that
//! nobody signs what they wrote, is said here.

mod stage;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use stage::{Refused, Stage};

use crate::named::named;
use crate::scorecard::{CardVersion, Moment};
use crate::{AgentId, CoachingId, ConversationId, EvaluationId, TranscriptId, UserId};

named! {
    /// Whether it helped (效果).
    Effect {
        /// 有改善.
        Improved = "improved",
        /// 未改善.
        NotImproved = "not_improved",
        /// 未评: nobody listened again, or the sheet was taken back.
        NotJudged = "not_judged",
    }
}

/// A revision of an evaluation, and its card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The evaluation.
    pub id: EvaluationId,
    /// Which revision of it.
    pub revision: u32,
    /// On which card.
    pub card: CardVersion,
}

/// What a sheet is about. Settled when it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Whose problem.
    pub agent: AgentId,
    /// The call in which it shows.
    pub conversation: ConversationId,
    /// The words that the moments point into; none where only the sound was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<TranscriptId>,
    /// How the call was judged; none where the sheet came straight from the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Judged>,
}

/// What the coach writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notes {
    /// The items of the evaluation's card that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// 问题: what was wrong.
    pub problem: String,
    /// Where in the call: the clips to listen to together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Moment>,
    /// 原因: why.
    pub root_cause: String,
    /// 辅导内容: what was discussed.
    pub discussion: String,
    /// 改进约定: what is agreed to do.
    pub agreed: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
}

impl Notes {
    /// The first thing that is not there and has to be before it can be held.
    #[must_use]
    pub fn missing(&self) -> Option<&'static str> {
        let texts = [
            ("problem", &self.problem),
            ("root_cause", &self.root_cause),
            ("discussion", &self.discussion),
            ("agreed", &self.agreed),
        ];
        let empty = texts.into_iter().find(|(_, text)| text.trim().is_empty());
        empty.map(|(what, _)| what).or_else(|| self.due_at.is_none().then_some("due_at"))
    }
}

/// What is done to a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// 已辅导: coach and agent have talked. The agent sees it from now on.
    Hold {
        /// What is put before the agent.
        notes: Notes,
    },
    /// 签字: the agent accepts it.
    Sign {
        /// What the agent says to it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        comment: String,
    },
    /// 异议: the agent does not. It goes back to the coach.
    Dispute {
        /// Why.
        reason: String,
    },
    /// 复听: another call of the agent was listened to.
    Follow {
        /// How it was judged.
        evaluation: Judged,
        /// When it was listened to.
        listened_at: Timestamp,
    },
    /// 关闭: it is over.
    Close {
        /// Whether it helped.
        effect: Effect,
        /// In words.
        words: String,
    },
}

/// An act, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What.
    #[serde(flatten)]
    pub act: Act,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// A coaching sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Told")]
pub struct CoachingSheet {
    id: CoachingId,
    cause: Cause,
    coach: UserId,
    begun_at: Timestamp,
    notes: Notes,
    record: Vec<Step>,
}

impl CoachingSheet {
    /// A draft.
    #[must_use]
    pub const fn begin(
        id: CoachingId,
        cause: Cause,
        coach: UserId,
        begun_at: Timestamp,
        notes: Notes,
    ) -> Self {
        Self { id, cause, coach, begun_at, notes, record: Vec::new() }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> CoachingId {
        self.id
    }

    /// What it is about.
    #[must_use]
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Who leads it.
    #[must_use]
    pub const fn coach(&self) -> UserId {
        self.coach
    }

    /// When it began.
    #[must_use]
    pub const fn begun_at(&self) -> Timestamp {
        self.begun_at
    }

    /// What the coach wrote last: beyond what was held, a draft.
    #[must_use]
    pub const fn notes(&self) -> &Notes {
        &self.notes
    }

    /// What was put before the agent last.
    #[must_use]
    pub fn held(&self) -> Option<&Notes> {
        self.record.iter().rev().find_map(|step| match &step.act {
            Act::Hold { notes } => Some(notes),
            _ => None,
        })
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

    /// When the agent signed, and who that was.
    #[must_use]
    pub fn signed(&self) -> Option<(Timestamp, UserId)> {
        self.record.iter().find_map(|step| matches!(step.act, Act::Sign { .. }).then_some((step.at, step.by)))
    }

    /// How calls were judged that were listened to afterwards.
    pub fn follow_ups(&self) -> impl Iterator<Item = &Judged> {
        self.record.iter().filter_map(|step| match &step.act {
            Act::Follow { evaluation, .. } => Some(evaluation),
            _ => None,
        })
    }

    /// Whether it helped, once it is over.
    #[must_use]
    pub fn effect(&self) -> Option<Effect> {
        self.record.last().and_then(|step| match step.act {
            Act::Close { effect, .. } => Some(effect),
            _ => None,
        })
    }

    /// Until when what was agreed is to be done: as it was put before the agent, and before that as the coach wrote it.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.held().unwrap_or(&self.notes).due_at
    }

    /// Writes on it, as long as it is a draft or was disputed.
    ///
    /// # Errors
    /// The agent has it before them, or it is another's.
    pub fn write(&mut self, by: UserId, notes: Notes) -> Result<(), Refused> {
        if by != self.coach {
            return Err(Refused::NotTheCoach);
        }
        if !self.stage().is_written() {
            return Err(Refused::NotWritten { stage: self.stage() });
        }
        self.notes = notes;
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
}

/// A sheet as it was kept: its record is gone through again, so that no other than a legal one is ever there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the sheet says what they are")]
pub struct Told {
    pub id: CoachingId,
    pub cause: Cause,
    pub coach: UserId,
    pub begun_at: Timestamp,
    pub notes: Notes,
    pub record: Vec<Step>,
}

impl TryFrom<Told> for CoachingSheet {
    type Error = Refused;

    fn try_from(told: Told) -> Result<Self, Refused> {
        let Told { id, cause, coach, begun_at, notes, record } = told;
        let mut whole = Self::begin(id, cause, coach, begun_at, notes);
        record.into_iter().try_for_each(|step| whole.take(step))?;
        Ok(whole)
    }
}
