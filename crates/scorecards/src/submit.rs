//! The one way from a draft to a submitted evaluation.

use lingjian_model::evaluation::{Act, Refused, Step};
use lingjian_model::{Evaluation, Scorecard, UserId};
use thiserror::Error;

use crate::{Gap, digest, missing, score};

/// Why an evaluation cannot be submitted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotYet {
    /// The card at hand is not the one that was filled in: it was changed meanwhile.
    #[error("this evaluation was filled in on another version of the card `{id}`: open it on that one")]
    OtherCard {
        /// The card that the evaluation names.
        id: String,
    },
    /// Something is missing.
    #[error("{}", .gaps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Gaps {
        /// What, in the card's order; at least one.
        gaps: Vec<Gap>,
    },
    /// It is no draft, or not this person's.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Submits a draft: nothing is missing, and what it comes to is kept with it.
///
/// # Errors
/// Why not; the draft is as it was.
pub fn submit(
    card: &Scorecard,
    evaluation: &mut Evaluation,
    by: UserId,
    at: jiff::Timestamp,
) -> Result<(), NotYet> {
    let named = evaluation.card();
    if named.id != card.id || named.digest != digest(card) {
        return Err(NotYet::OtherCard { id: named.id.clone() });
    }
    let answers = &evaluation.sheet().answers;
    let gaps = missing(card, answers);
    if !gaps.is_empty() {
        return Err(NotYet::Gaps { gaps });
    }
    let act = Act::Submit { scored: score(card, answers) };
    Ok(evaluation.take(Step { act, by: Some(by), at })?)
}
