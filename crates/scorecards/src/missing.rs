//! What keeps a filled-in card from being submitted.

use std::fmt;

use lingjian_model::Scorecard;
use lingjian_model::scorecard::{Answer, Answers, Choice, Item};
use serde::Serialize;

use crate::asked::asked_items;

/// What is missing or wrong at one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The card has no such item.
    UnknownItem,
    /// It is asked and not answered.
    Answer,
    /// The item has no such option.
    UnknownOption,
    /// "Not applicable" may not be answered here.
    NotApplicable,
    /// That a fatal item is failed is said by a person: a suggestion alone does not.
    Confirmation,
    /// This option asks for a comment.
    Comment,
    /// This option asks for a moment of the call.
    Evidence,
    /// A moment that ends before it begins, or characters of no turn.
    Moment,
}

/// What keeps a card from being submitted: an item, and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The item's id.
    pub item: String,
    /// What.
    pub lack: Lack,
}

impl fmt::Display for Gap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = &self.item;
        match self.lack {
            Lack::UnknownItem => write!(out, "the card has no item `{item}`: take its answer out"),
            Lack::Answer => write!(out, "`{item}` is not answered"),
            Lack::UnknownOption => write!(out, "`{item}` has no such option: choose one of its options"),
            Lack::NotApplicable => {
                write!(out, "`{item}` cannot be not applicable: choose one of its options")
            }
            Lack::Confirmation => {
                write!(out, "`{item}` is fatal: confirm that it was failed, or choose another option")
            }
            Lack::Comment => write!(out, "`{item}` asks for a comment to this answer"),
            Lack::Evidence => write!(out, "`{item}` asks for a moment of the call to this answer"),
            Lack::Moment => write!(out, "`{item}` points at a moment that is none"),
        }
    }
}

/// What keeps the card from being submitted, in the card's order; unknown items last. Items that are not asked lack nothing,
/// whatever was once answered to them.
#[must_use]
pub fn missing(card: &Scorecard, answers: &Answers) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let none = Answer::default();
    for item in asked_items(card, answers) {
        let lacks = lacks(item, answers.get(&item.id).unwrap_or(&none));
        gaps.extend(lacks.into_iter().map(|lack| Gap { item: item.id.clone(), lack }));
    }
    let unknown = answers.keys().filter(|id| card.item(id).is_none());
    gaps.extend(unknown.map(|id| Gap { item: id.clone(), lack: Lack::UnknownItem }));
    gaps
}

fn lacks(item: &Item, answer: &Answer) -> Vec<Lack> {
    let mut lacks = Vec::new();
    match (&answer.choice, answer.option().map(|id| item.option(id))) {
        (Some(Choice::NotApplicable), _) if !item.not_applicable => lacks.push(Lack::NotApplicable),
        (Some(Choice::NotApplicable), _) => {}
        (_, None) => lacks.push(Lack::Answer),
        (_, Some(None)) => lacks.push(Lack::UnknownOption),
        (choice, Some(Some(option))) => {
            if choice.is_none() && item.fatal && option.fails() {
                lacks.push(Lack::Confirmation);
            }
            if option.comment && answer.comment.trim().is_empty() {
                lacks.push(Lack::Comment);
            }
            if option.evidence && answer.evidence.is_empty() {
                lacks.push(Lack::Evidence);
            }
        }
    }
    if answer.evidence.iter().any(|moment| !moment.is_sound()) {
        lacks.push(Lack::Moment);
    }
    lacks
}
