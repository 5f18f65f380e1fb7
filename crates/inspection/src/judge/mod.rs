//! The plain evaluator: a whole call at once, every definition as `docs/rules.md` says it.

mod evaluate;
mod measure;

use lingjian_model::{Conversation, Judgement, Unjudged};

use crate::call::Call;
use crate::gate::{Gate, gate};
use crate::hit::Outcome;
use crate::metrics::metrics;
use crate::score::{Found, conclude};
use crate::set::RuleSet;
use crate::syntax::Per;
use evaluate::Evaluation;
pub(crate) use evaluate::{
    PARTIES, RATE_MIN_UNITS, REPETITION_MIN_CHARS, Within, pair, share, within, word_hit,
};
pub(crate) use measure::hit as measured;

/// Judges a whole call.
#[must_use]
pub fn judge(set: &RuleSet, conversation: &Conversation) -> Judgement {
    let call = Call::new(conversation, &set.scanner);
    let mut evaluation = Evaluation::new(set, &call);
    let mut found: Vec<Found> = Vec::new();
    let mut unjudged: Vec<Unjudged> = Vec::new();
    let mut holds: Vec<bool> = Vec::with_capacity(set.rules.len());
    for (number, judged) in set.rules.iter().enumerate() {
        let mut held = false;
        match gate(judged, &set.packs[judged.pack], &call.facts, &call.conversation.attributes) {
            Gate::Elsewhere => {}
            Gate::Unjudged(reason) => unjudged.push(Unjudged { rule: judged.rule.id.clone(), reason }),
            Gate::Open if judged.requires.is_some_and(|other| !holds[other]) => {}
            Gate::Open => {
                let outcome = evaluation.outcome(judged.when);
                held = outcome.holds;
                found.extend(findings(number, &outcome, judged.rule.per));
            }
        }
        holds.push(held);
    }
    conclude(set, found, unjudged, metrics(&call), &|turn, chars| {
        call.turns[turn].folded.written(chars.0, chars.1)
    })
}

/// A rule's outcome as findings: one a hit or one a call; one without a place where it holds without a hit.
fn findings(rule: usize, outcome: &Outcome, per: Per) -> Vec<Found> {
    if !outcome.holds {
        return Vec::new();
    }
    match per {
        _ if outcome.hits.is_empty() => vec![Found { rule, hit: None }],
        Per::Call => vec![Found { rule, hit: outcome.hits.first().cloned() }],
        Per::Hit { .. } => outcome.hits.iter().map(|hit| Found { rule, hit: Some(hit.clone()) }).collect(),
    }
}
