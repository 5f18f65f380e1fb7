//! When a rule's findings can no longer change: worked out from its condition, before any call.

use lingjian_model::Millis;

use crate::set::{Judged, NodeId, RuleSet};
use crate::syntax::{Condition, Count, Leaf, Operator, Per, Pick, Relation, Scope, Side, Window};

/// When findings of a rule settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settling {
    /// As soon as the turn they stand in is final.
    AtTurn,
    /// When the watermark has passed all that was looked at, and so much more.
    Behind(Millis),
    /// When the conversation is over.
    AtEnd,
}

/// How a condition's hits come to be final.
#[derive(Debug, Clone, Copy)]
struct Local {
    /// Each hit is decided by what begins before its end and so much more.
    ahead: Millis,
    /// Decided by its own turn alone.
    own_turn: bool,
    /// Only words: what begins before the watermark decides it, however long it lasts.
    words: bool,
}

pub(super) fn settling(set: &RuleSet, judged: &Judged) -> Settling {
    let Some(local) = node(set, judged.when) else { return Settling::AtEnd };
    if judged.requires.is_some() {
        return Settling::AtEnd;
    }
    match judged.rule.per {
        Per::Hit { .. } if local.own_turn => Settling::AtTurn,
        Per::Hit { .. } => Settling::Behind(local.ahead),
        // Which hit is the first may still change where hits before it are not decided yet.
        Per::Call => {
            let one_kind = local.words || matches!(set.node(judged.when).condition, Condition::Leaf(_));
            if one_kind && local.ahead == Millis::ZERO {
                Settling::Behind(Millis::ZERO)
            } else {
                Settling::AtEnd
            }
        }
    }
}

fn node(set: &RuleSet, id: NodeId) -> Option<Local> {
    match &set.node(id).condition {
        // What does not hold yet may hold later, and the other way round.
        Condition::All(_) | Condition::Not(_) => None,
        Condition::Any(parts) => {
            let mut all = parts.iter().map(|&part| node(set, part));
            let first = all.next()??;
            all.try_fold(first, |sum, part| part.map(|part| join(sum, part)))
        }
        Condition::Leaf(leaf) => self::leaf(set, leaf),
    }
}

fn join(one: Local, other: Local) -> Local {
    Local {
        ahead: one.ahead.max(other.ahead),
        own_turn: one.own_turn && other.own_turn,
        words: one.words && other.words,
    }
}

fn leaf(set: &RuleSet, leaf: &Leaf<NodeId>) -> Option<Local> {
    let words = |own_turn| Local { ahead: Millis::ZERO, own_turn, words: true };
    let mut local = match &leaf.operator {
        Operator::Phrase { across_call: false, .. }
        | Operator::Pattern { .. }
        | Operator::Rate { of_call: false, .. } => words(true),
        Operator::Proximity { within: Window::Chars(_) | Window::Words(_), .. } => words(true),
        Operator::Proximity { within: Window::Time(time), .. } => Local { ahead: *time, ..words(false) },
        Operator::Repetition { .. } => words(false),
        Operator::Silence(crate::syntax::Extent::Over(_))
        | Operator::Overlap(crate::syntax::Extent::Over(_))
        | Operator::Interruption { .. } => Local { ahead: Millis::ZERO, own_turn: false, words: false },
        _ => return None,
    };
    match leaf.scope {
        None | Some(Scope::FirstTime(_) | Scope::Time(..)) => {}
        // A scope of turns clips what is measured in time by turns that may still grow in number.
        Some(Scope::FirstTurns(_) | Scope::Turns(..)) if local.words => local.own_turn = false,
        _ => return None,
    }
    for except in &leaf.except {
        local = join(local, relation(set, except, local)?);
    }
    match (&leaf.anchor, leaf.count) {
        (None, Count::ANY) => {}
        (Some(anchor), Count::ANY) if anchor.pick == Pick::Any => {
            local = join(local, relation(set, &anchor.relation, local)?);
        }
        // An anchor that nothing follows in time.
        (Some(anchor), Count::Between(0, Some(0)))
            if anchor.pick == Pick::Any && local.words && local.ahead == Millis::ZERO =>
        {
            let of = node(set, anchor.relation.of)?;
            let window = match (anchor.relation.side, anchor.relation.within) {
                (Side::After, Some(Window::Time(time))) => time,
                (Side::SameTurn, _) | (_, Some(Window::Chars(_))) if of.words => Millis::ZERO,
                _ => return None,
            };
            let ahead = Millis(of.ahead.0.max(window.0));
            local = Local { ahead, own_turn: false, words: of.words };
        }
        _ => return None,
    }
    Some(local)
}

/// What a relation adds: how far ahead of a hit it may look.
fn relation(set: &RuleSet, relation: &Relation<NodeId>, hit: Local) -> Option<Local> {
    let of = node(set, relation.of)?;
    let ahead = match (relation.side, relation.within) {
        (Side::After, _) => of.ahead,
        (Side::SameTurn, _) if of.words && hit.words => of.ahead,
        (Side::Before | Side::Around, Some(Window::Chars(_))) if of.words && hit.words => of.ahead,
        (Side::Before | Side::Around, Some(Window::Time(time))) if of.words && of.ahead == Millis::ZERO => {
            time
        }
        _ => return None,
    };
    Some(Local { ahead, own_turn: false, words: of.words })
}
