//! Which step can be taken when, and by whom not.

use jiff::Timestamp;
use thiserror::Error;

use super::{Act, CoachingSheet, Effect, Step};
use crate::named::named;

named! {
    /// Where a coaching sheet stands.
    Stage {
        /// 草稿: being written.
        Draft = "draft",
        /// 待签字: the agent has it before them.
        Held = "held",
        /// 有异议: the agent does not accept it; the coach has it again.
        Disputed = "disputed",
        /// 已签字: the agent accepted it.
        Signed = "signed",
        /// 已复听: the agent was listened to again.
        Followed = "followed",
        /// 已关闭: it is over.
        Closed = "closed",
    }
}

impl Stage {
    /// Where an act leads.
    pub(super) const fn of(act: &Act) -> Self {
        match act {
            Act::Hold { .. } => Self::Held,
            Act::Sign { .. } => Self::Signed,
            Act::Dispute { .. } => Self::Disputed,
            Act::Follow { .. } => Self::Followed,
            Act::Close { .. } => Self::Closed,
        }
    }

    /// Where it may stand before, to get there in one step; nothing leads back to a draft. That it helped or not is said of
    /// one that was followed up only; the others are closed as not judged.
    #[must_use]
    pub const fn before(self) -> &'static [Self] {
        match self {
            Self::Draft => &[],
            Self::Held => &[Self::Draft, Self::Disputed],
            Self::Disputed | Self::Signed => &[Self::Held],
            Self::Followed => &[Self::Signed, Self::Followed],
            Self::Closed => &[Self::Held, Self::Disputed, Self::Signed, Self::Followed],
        }
    }

    /// Whether the coach writes on it.
    #[must_use]
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Draft | Self::Disputed)
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// The agent has it before them, or it is over.
    #[error("a coaching sheet that is {stage} is not written on; it is when it is a draft, or was disputed")]
    NotWritten {
        /// Where it stands.
        stage: Stage,
    },
    /// Not from here.
    #[error("a coaching sheet that is {stage} cannot become {to}")]
    OutOfTurn {
        /// Where it stands.
        stage: Stage,
        /// Where the step leads.
        to: Stage,
    },
    /// Whoever leads it writes it and says that it was held.
    #[error("only the coach whose sheet it is can do that")]
    NotTheCoach,
    /// Nobody signs what they wrote.
    #[error("a coaching sheet is signed or disputed by the agent, and not by who coached")]
    OwnSheet,
    /// Nobody says of themself that it helped.
    #[error("nobody coaches themself: it is followed up and closed by another person than signed it")]
    OwnCoaching,
    /// A part is not written.
    #[error("before it is put before the agent, it has to say this too: {what}")]
    Missing {
        /// Which part.
        what: &'static str,
    },
    /// What is agreed cannot be done before it was agreed.
    #[error("what is agreed has to be done by a time to come, and {due_at} is over")]
    DueBefore {
        /// Until when.
        due_at: Timestamp,
    },
    /// No words.
    #[error("a coaching sheet becomes {to} with a word why, and none is given")]
    NoReason {
        /// Where the step leads.
        to: Stage,
    },
    /// What was heard before says nothing of what came of it.
    #[error("only calls that were listened to after the agent signed at {signed_at} show what came of it")]
    HeardBefore {
        /// When it was signed.
        signed_at: Timestamp,
    },
    /// Figures of two cards do not compare.
    #[error("it was judged on another card than the call that this sheet is about")]
    OtherCard,
    /// Linked already.
    #[error("this evaluation is on the sheet already")]
    Twice,
    /// Nobody listened.
    #[error(
        "whether it helped can be said once the agent was listened to again; until then it is closed as not_judged"
    )]
    NotHeardAgain,
}

/// Whether the sheet can take this step.
pub(super) fn check(sheet: &CoachingSheet, step: &Step) -> Result<(), Refused> {
    let (stage, to) = (sheet.stage(), Stage::of(&step.act));
    if !to.before().contains(&stage) {
        return Err(Refused::OutOfTurn { stage, to });
    }
    let coach = step.by == sheet.coach;
    let signed = sheet.signed();
    match &step.act {
        Act::Hold { .. } if !coach => return Err(Refused::NotTheCoach),
        Act::Sign { .. } | Act::Dispute { .. } if coach => return Err(Refused::OwnSheet),
        Act::Follow { .. } | Act::Close { .. } if signed.is_some_and(|(_, by)| by == step.by) => {
            return Err(Refused::OwnCoaching);
        }
        _ => {}
    }
    match &step.act {
        Act::Hold { notes } => {
            if let Some(what) = notes.missing() {
                return Err(Refused::Missing { what });
            }
            match notes.due_at.filter(|due| *due <= step.at) {
                Some(due_at) => Err(Refused::DueBefore { due_at }),
                None => Ok(()),
            }
        }
        Act::Sign { .. } => Ok(()),
        Act::Dispute { reason: words } | Act::Close { words, .. } if words.trim().is_empty() => {
            Err(Refused::NoReason { to })
        }
        Act::Dispute { .. } => Ok(()),
        Act::Close { effect, .. } if *effect != Effect::NotJudged && stage != Stage::Followed => {
            Err(Refused::NotHeardAgain)
        }
        Act::Close { .. } => Ok(()),
        Act::Follow { evaluation, listened_at } => {
            let cause = sheet.cause.evaluation.as_ref();
            if cause.is_some_and(|cause| cause.card.id != evaluation.card.id) {
                return Err(Refused::OtherCard);
            }
            let known = cause.into_iter().chain(sheet.follow_ups());
            if known.map(|one| one.id).any(|id| id == evaluation.id) {
                return Err(Refused::Twice);
            }
            match signed.filter(|(signed_at, _)| listened_at <= signed_at) {
                Some((signed_at, _)) => Err(Refused::HeardBefore { signed_at }),
                None => Ok(()),
            }
        }
    }
}
