//! Which step can be taken when, and by whom not.

use jiff::Timestamp;
use thiserror::Error;

use super::{Act, Evaluation, Step};
use crate::named::named;

named! {
    /// Where an evaluation stands.
    Stage {
        /// 草稿: being filled in.
        Draft = "draft",
        /// 已提交: it counts.
        Submitted = "submitted",
        /// 已送达: the agent sees it.
        Sent = "sent",
        /// 已确认: the agent accepted it.
        Acknowledged = "acknowledged",
        /// 申诉中: the agent did not, and nobody has decided yet.
        Appealed = "appealed",
        /// 维持原判: it stands in spite of the appeal.
        Upheld = "upheld",
        /// 已改判: the next revision takes its place.
        Changed = "changed",
    }
}

impl Stage {
    /// Where an act leads.
    pub(super) const fn of(act: &Act) -> Self {
        match act {
            Act::Submit { .. } => Self::Submitted,
            Act::Send { .. } => Self::Sent,
            Act::Acknowledge => Self::Acknowledged,
            Act::Appeal { .. } => Self::Appealed,
            Act::Uphold { .. } => Self::Upheld,
            Act::Change { .. } => Self::Changed,
        }
    }

    /// Where it must stand before, to get there in one step; nothing leads back to a draft.
    #[must_use]
    pub const fn before(self) -> Option<Self> {
        match self {
            Self::Draft => None,
            Self::Submitted => Some(Self::Draft),
            Self::Sent => Some(Self::Submitted),
            Self::Acknowledged | Self::Appealed => Some(Self::Sent),
            Self::Upheld | Self::Changed => Some(Self::Appealed),
        }
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// The form is closed.
    #[error(
        "this evaluation was submitted and can no longer be written on; what was wrong is put right by an appeal"
    )]
    Submitted,
    /// Not from here.
    #[error("an evaluation that is {stage} cannot become {to}: it would have to be {before}")]
    OutOfTurn {
        /// Where it stands.
        stage: Stage,
        /// Where the step leads.
        to: Stage,
        /// From where it does.
        before: Stage,
    },
    /// Only sending may be done by the program itself.
    #[error("an evaluation becomes {to} by a person, and nobody is named")]
    Nobody {
        /// Where the step leads.
        to: Stage,
    },
    /// A draft is its inspector's.
    #[error("only the inspector whose draft it is can submit it")]
    NotTheInspector,
    /// Whoever judged does not answer to it, or decide on it.
    #[error("an evaluation becomes {to} by another person than judged")]
    OwnJudgement {
        /// Where the step leads.
        to: Stage,
    },
    /// Whoever appealed does not decide.
    #[error("an appeal is decided by another person than made it")]
    OwnAppeal,
    /// Too late.
    #[error("appeals were possible until {until}")]
    TooLate {
        /// Until when.
        until: Timestamp,
    },
    /// No reason.
    #[error("an evaluation becomes {to} for a reason, and none is given")]
    NoReason {
        /// Where the step leads.
        to: Stage,
    },
    /// No other revision yet.
    #[error("an evaluation that is {stage} has no next revision: that takes an appeal that was granted")]
    NotChanged {
        /// Where it stands.
        stage: Stage,
    },
}

/// Whether the evaluation can take this step.
pub(super) fn check(evaluation: &Evaluation, step: &Step) -> Result<(), Refused> {
    let (stage, to) = (evaluation.stage(), Stage::of(&step.act));
    if let Some(before) = to.before().filter(|before| *before != stage) {
        return Err(Refused::OutOfTurn { stage, to, before });
    }
    if step.by.is_none() && to != Stage::Sent {
        return Err(Refused::Nobody { to });
    }
    let judged = |by| by == evaluation.inspector || evaluation.earlier.contains(&by);
    match &step.act {
        Act::Submit { .. } if step.by != Some(evaluation.inspector) => return Err(Refused::NotTheInspector),
        Act::Submit { .. } | Act::Send { .. } => return Ok(()),
        _ if step.by.is_some_and(judged) => return Err(Refused::OwnJudgement { to }),
        _ => {}
    }
    match &step.act {
        Act::Appeal { reason, .. } | Act::Uphold { reason } | Act::Change { reason }
            if reason.trim().is_empty() =>
        {
            Err(Refused::NoReason { to })
        }
        Act::Appeal { .. } => {
            match evaluation.sent().and_then(|(_, until)| until).filter(|until| step.at > *until) {
                Some(until) => Err(Refused::TooLate { until }),
                None => Ok(()),
            }
        }
        Act::Uphold { .. } | Act::Change { .. }
            if evaluation.record.last().and_then(|last| last.by) == step.by =>
        {
            Err(Refused::OwnAppeal)
        }
        _ => Ok(()),
    }
}
