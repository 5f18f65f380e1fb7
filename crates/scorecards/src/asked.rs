//! Which items of a card are asked.

use lingjian_model::Scorecard;
use lingjian_model::scorecard::{Answers, Item};

/// For every item in the card's order whether it is asked: it has no condition, or the item that its condition names stands
/// before it, is itself asked, and has one of the named options as its answer.
#[must_use]
pub fn asked(card: &Scorecard, answers: &Answers) -> Vec<bool> {
    let mut before: Vec<(&str, bool)> = Vec::new();
    for item in card.items() {
        let is_asked = item.asked_when.as_ref().is_none_or(|when| {
            let other_is_asked = before.iter().any(|&(id, asked)| asked && id == when.item);
            let option = answers.get(&when.item).and_then(|answer| answer.option());
            other_is_asked && option.is_some_and(|option| when.is.iter().any(|wanted| wanted == option))
        });
        before.push((&item.id, is_asked));
    }
    before.into_iter().map(|(_, asked)| asked).collect()
}

/// The items that are asked, in the card's order.
pub fn asked_items<'c>(card: &'c Scorecard, answers: &Answers) -> impl Iterator<Item = &'c Item> {
    card.items().zip(asked(card, answers)).filter_map(|(item, asked)| asked.then_some(item))
}
