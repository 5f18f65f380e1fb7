//! Conditions of a whole call, by definition.

use std::borrow::Cow;
use std::rc::Rc;

use lingjian_language::Likeness;
use lingjian_model::{Measure, Millis, Role, Span};

use super::measure;
use crate::call::Call;
use crate::hit::{Hit, Outcome, leftmost_longest};
use crate::set::{Node, NodeId, RuleSet};
use crate::syntax::{Condition, Count, Leaf, Operator, Pick, Reach, Relation, Scope, Window};
use crate::turn::{Ready, rate, rounded};

/// Shorter turns say too little for a rate, or to be said again.
pub(crate) const RATE_MIN_UNITS: usize = 10;
pub(crate) const REPETITION_MIN_CHARS: usize = 6;

/// One call under one rule set; every condition is worked out once.
pub(super) struct Evaluation<'e> {
    set: &'e RuleSet,
    call: &'e Call<'e>,
    done: Vec<Option<Rc<Outcome>>>,
}

/// Where in the call a leaf looks.
pub(crate) struct Within {
    /// Turns by their number among those of the role, counted from 1: from, to.
    pub(crate) ranks: Option<(usize, usize)>,
    /// The stretch of time.
    pub(crate) time: Option<Span>,
}

/// A scope's meaning in a call of this length, for a role with so many turns.
pub(crate) fn within(scope: Option<Scope>, length: Millis, turns: usize) -> Within {
    let share = |share: f64| Millis((length.0 as f64 * share).round() as u64);
    let time = |start, end| Within { ranks: None, time: Some(Span { start, end }) };
    let end = Millis(u64::MAX);
    match scope {
        None => Within { ranks: None, time: None },
        Some(Scope::FirstTurns(count)) => Within { ranks: Some((1, count)), time: None },
        Some(Scope::LastTurns(count)) => {
            Within { ranks: Some((turns.saturating_sub(count) + 1, turns)), time: None }
        }
        Some(Scope::Turns(from, to)) => Within { ranks: Some((from, to)), time: None },
        Some(Scope::FirstTime(until)) => time(Millis::ZERO, until),
        Some(Scope::LastTime(last)) => time(length.since(last), end),
        Some(Scope::Time(from, to)) => time(from, to),
        Some(Scope::Share(from, to)) => time(share(from), if to >= 1.0 { end } else { share(to) }),
    }
}

impl<'e> Evaluation<'e> {
    pub(super) fn new(set: &'e RuleSet, call: &'e Call<'e>) -> Self {
        Self { set, call, done: vec![None; set.nodes.len()] }
    }

    pub(super) fn outcome(&mut self, id: NodeId) -> Rc<Outcome> {
        if let Some(Some(done)) = self.done.get(id.0 as usize) {
            return Rc::clone(done);
        }
        let outcome = Rc::new(self.work_out(self.set.node(id)));
        self.done[id.0 as usize] = Some(Rc::clone(&outcome));
        outcome
    }

    fn work_out(&mut self, node: &'e Node) -> Outcome {
        match &node.condition {
            Condition::Not(part) => Outcome { holds: !self.outcome(*part).holds, hits: Vec::new() },
            Condition::All(parts) => {
                let outcomes: Vec<_> = parts.iter().map(|&part| self.outcome(part)).collect();
                if outcomes.iter().all(|one| one.holds) { joined(&outcomes) } else { Outcome::NO }
            }
            Condition::Any(parts) => {
                let outcomes: Vec<_> =
                    parts.iter().map(|&part| self.outcome(part)).filter(|one| one.holds).collect();
                if outcomes.is_empty() { Outcome::NO } else { joined(&outcomes) }
            }
            Condition::Leaf(leaf) => self.leaf(node, leaf),
        }
    }

    fn leaf(&mut self, node: &'e Node, leaf: &'e Leaf<NodeId>) -> Outcome {
        let looked = self.looked_at(leaf);
        let mut hits = if self.call.may_say(node) { self.hits(node, leaf, &looked) } else { Vec::new() };
        hits.retain(|hit| !leaf.except.iter().any(|except| self.is_excused(hit, except)));
        hits.sort_by_key(Hit::order);
        let Some(anchor) = &leaf.anchor else {
            let holds = match leaf.count {
                Count::Every => {
                    !looked.is_empty()
                        && looked.iter().all(|&turn| hits.iter().any(|hit| hit.turn == Some(turn)))
                }
                count => count.admits(hits.len()),
            };
            return if holds { Outcome { holds, hits } } else { Outcome::NO };
        };
        let anchors = self.outcome(anchor.relation.of);
        let picked: Vec<&Hit> = match anchor.pick {
            Pick::Any | Pick::Each => anchors.hits.iter().collect(),
            Pick::Last => anchors.hits.last().into_iter().collect(),
            Pick::Nth(number) => anchors.hits.get(number - 1).into_iter().collect(),
        };
        let mut satisfied = 0;
        let mut kept: Vec<Hit> = Vec::new();
        for anchor_hit in &picked {
            let near: Vec<&Hit> =
                hits.iter().filter(|hit| self.stands(hit, &anchor.relation, anchor_hit)).collect();
            if leaf.count.admits(near.len()) {
                satisfied += 1;
                if near.is_empty() {
                    kept.push((*anchor_hit).clone());
                }
                kept.extend(near.into_iter().cloned());
            }
        }
        let holds = if anchor.pick == Pick::Each { satisfied == picked.len() } else { true } && satisfied > 0;
        if !holds {
            return Outcome::NO;
        }
        kept.sort_by_key(Hit::order);
        kept.dedup();
        Outcome { holds, hits: kept }
    }

    fn is_excused(&mut self, hit: &Hit, except: &Relation<NodeId>) -> bool {
        let excuses = self.outcome(except.of);
        excuses.hits.iter().any(|excuse| self.stands(hit, except, excuse))
    }

    fn stands(&self, hit: &Hit, relation: &Relation<NodeId>, other: &Hit) -> bool {
        hit.stands(relation.side, other, relation.within, &|time| self.call.turn_at(time))
    }

    /// The turns a leaf looks at: of its role, with words, long enough, within its scope of turns.
    fn looked_at(&self, leaf: &Leaf<NodeId>) -> Cow<'e, [usize]> {
        let call = self.call;
        let spoken = call.spoken(leaf.role);
        let ranks = within(leaf.scope, self.call.length, spoken.len()).ranks;
        if ranks.is_none() && leaf.min_chars.is_none() {
            return Cow::Borrowed(spoken);
        }
        let in_scope = |rank: usize| ranks.is_none_or(|(from, to)| (from..=to).contains(&rank));
        let long_enough =
            |at: usize| leaf.min_chars.is_none_or(|least| self.call.turns[at].folded.len() >= least);
        spoken
            .iter()
            .enumerate()
            .filter(|&(before, &at)| in_scope(before + 1) && long_enough(at))
            .map(|(_, &at)| at)
            .collect()
    }

    fn hits(&mut self, node: &'e Node, leaf: &'e Leaf<NodeId>, looked: &[usize]) -> Vec<Hit> {
        let within = within(leaf.scope, self.call.length, 0);
        let window = match leaf.scope {
            Some(Scope::FirstTurns(_) | Scope::LastTurns(_) | Scope::Turns(..)) => self.hull(looked),
            _ => within.time.or(Some(Span { start: Millis::ZERO, end: Millis(u64::MAX) })),
        };
        let Some(window) = window else { return Vec::new() };
        let call = self.call;
        match &leaf.operator {
            Operator::Silence(extent) => measure::silence(call, *extent, window),
            Operator::Overlap(extent) => measure::overlap(call, *extent, window),
            Operator::Interruption { over, after } => {
                measure::interruption(call, leaf.role, *over, *after, window)
            }
            Operator::Duration(bound) => measure::duration(call, *bound),
            Operator::TalkShare(bound) => measure::talk_share(call, leaf.role, *bound, window),
            Operator::Sequence { steps, within, at_least } => {
                let hits: Vec<Vec<Hit>> = steps
                    .iter()
                    .map(|step| {
                        let outcome = self.outcome(step.condition);
                        let within =
                            |hit: &&Hit| window.start <= hit.span.start && hit.span.start < window.end;
                        outcome.hits.iter().filter(within).cloned().collect()
                    })
                    .collect();
                self.sequence(&hits, *within, *at_least)
            }
            _ => {
                let mut hits = self.hits_in_words(node, leaf, looked);
                if let Some(time) = within.time {
                    hits.retain(|hit| time.start <= hit.span.start && hit.span.start < time.end);
                }
                hits
            }
        }
    }

    fn hull(&self, turns: &[usize]) -> Option<Span> {
        let spans = || turns.iter().map(|&at| self.call.turns[at].turn.span);
        Some(Span { start: spans().map(|span| span.start).min()?, end: spans().map(|span| span.end).max()? })
    }

    fn hits_in_words(&self, node: &Node, leaf: &Leaf<NodeId>, looked: &[usize]) -> Vec<Hit> {
        let turns = &self.call.turns;
        match &leaf.operator {
            Operator::Phrase { at_least, across_call: true, .. } => {
                let said = |&&term: &&crate::scan::TermId| {
                    looked.iter().any(|&at| turns[at].places_of(term).next().is_some())
                };
                if node.terms.iter().filter(said).count() < *at_least {
                    return Vec::new();
                }
                looked
                    .iter()
                    .flat_map(|&at| {
                        let places = node.terms.iter().flat_map(|&term| turns[at].places_of(term)).collect();
                        leftmost_longest(places).into_iter().map(move |chars| word_hit(at, &turns[at], chars))
                    })
                    .collect()
            }
            Operator::Proximity {
                within: within @ (Window::Turns(_) | Window::Time(_)), any_order, ..
            } => {
                let [first, then] = node.terms[..] else { return Vec::new() };
                let all = |term| -> Vec<Hit> {
                    let each = |&at: &usize| {
                        turns[at].places_of(term).map(move |chars| word_hit(at, &turns[at], chars))
                    };
                    looked.iter().flat_map(each).collect()
                };
                self.across_turns(&all(first), &all(then), *within, *any_order)
            }
            Operator::Repetition { times, similarity, reach } => {
                let least = leaf.min_chars.unwrap_or(REPETITION_MIN_CHARS);
                let long: Vec<usize> =
                    looked.iter().copied().filter(|&at| turns[at].folded.len() >= least).collect();
                self.repetition(&long, *times, *similarity, *reach)
            }
            Operator::Rate { of_call: true, bound } => {
                let (mut units, mut time) = (lingjian_language::Units::default(), Millis::ZERO);
                for &at in looked {
                    let own = turns[at].units();
                    units.characters += own.characters;
                    units.words += own.words;
                    time = time.plus(turns[at].turn.span.length());
                }
                let measured =
                    rate(units, time, self.call.language).filter(|rate| bound.broken_by(rate.amount));
                let (Some(value), Some(span)) = (measured, self.hull(looked)) else { return Vec::new() };
                vec![measure::hit(span, value, bound.limit(), leaf.role)]
            }
            Operator::Rate { of_call: false, bound } => looked
                .iter()
                .filter_map(|&at| {
                    let turn = &turns[at];
                    let units = turn.units();
                    if leaf.min_chars.is_none() && units.count(self.call.language) < RATE_MIN_UNITS {
                        return None;
                    }
                    let value = rate(units, turn.turn.span.length(), self.call.language)?;
                    let bound = bound
                        .broken_by(value.amount)
                        .then(|| Measure { amount: bound.limit(), unit: value.unit })?;
                    Some(Hit { value: Some(value), bound: Some(bound), ..word_hit(at, turn, turn.whole()) })
                })
                .collect(),
            _ => looked
                .iter()
                .flat_map(|&at| {
                    turns[at].places(node).into_iter().map(move |chars| word_hit(at, &turns[at], chars))
                })
                .collect(),
        }
    }

    /// One near another in different turns: each `first` with the nearest `then`.
    fn across_turns(&self, first: &[Hit], then: &[Hit], window: Window, any_order: bool) -> Vec<Hit> {
        let turn_at = |time| self.call.turn_at(time);
        let mut hits = Vec::new();
        for a in first {
            let partners = then.iter().filter_map(|b| {
                let (earlier, later) = match (b.follows(a), any_order && a.follows(b)) {
                    (true, _) => (a, b),
                    (_, true) => (b, a),
                    _ => return None,
                };
                later.near(earlier, Some(window), &turn_at).then_some((earlier, later))
            });
            let distance =
                |(earlier, later): &(&Hit, &Hit)| (later.order(), std::cmp::Reverse(earlier.order()));
            hits.extend(partners.min_by_key(distance).map(|(earlier, later)| pair(earlier, later)));
        }
        hits.sort_by_key(Hit::order);
        hits.dedup_by_key(|hit| hit.order());
        hits
    }

    fn repetition(&self, turns: &[usize], times: usize, similarity: f64, reach: Reach) -> Vec<Hit> {
        let all = &self.call.turns;
        let likeness: Vec<Likeness> =
            turns.iter().map(|&at| Likeness::new(all[at].folded.as_str())).collect();
        let alike = |a: usize, b: usize| likeness[a].to(&likeness[b]) >= similarity;
        let role = |index: usize| all[turns[index]].turn.role;
        let mut hits = Vec::new();
        for index in 0..turns.len() {
            // Only turns of the same role are said again.
            let mut earlier = (0..index).rev().filter(|&before| role(before) == role(index));
            let said = match reach {
                Reach::Back(turns) => 1 + earlier.take(turns).filter(|&before| alike(before, index)).count(),
                Reach::InARow => {
                    let (mut said, mut last) = (1, index);
                    while let Some(before) = earlier.next().filter(|&before| alike(before, last)) {
                        (said, last) = (said + 1, before);
                    }
                    said
                }
            };
            if said >= times {
                let at = turns[index];
                let measure = |amount: usize| Some(Measure { amount: amount as f64, unit: "times" });
                let hit = word_hit(at, &all[at], all[at].whole());
                hits.push(Hit { value: measure(said), bound: measure(times), ..hit });
            }
        }
        hits
    }

    /// The longest chain of steps in order: for each hit of a step the best chain that ends with it.
    fn sequence(&self, steps: &[Vec<Hit>], within: Option<Window>, at_least: usize) -> Vec<Hit> {
        let turn_at = |time| self.call.turn_at(time);
        // (length, first hit, last hit) of the best chain ending in each hit so far.
        let mut ends: Vec<(usize, &Hit, &Hit)> = Vec::new();
        for hits in steps {
            let mut own = Vec::new();
            for hit in hits {
                let before =
                    ends.iter().filter(|(_, _, last)| hit.follows(last) && hit.near(last, within, &turn_at));
                let best =
                    before.max_by_key(|(length, first, _)| (*length, std::cmp::Reverse(first.order())));
                own.push(best.map_or((1, hit, hit), |&(length, first, _)| (length + 1, first, hit)));
            }
            ends.extend(own);
        }
        let key = |&(length, first, last): &(usize, &Hit, &Hit)| {
            (length, std::cmp::Reverse(first.order()), std::cmp::Reverse(last.order()))
        };
        match ends.into_iter().max_by_key(key) {
            Some((length, first, last)) if length >= at_least => {
                let measure = |amount: usize| Some(Measure { amount: amount as f64, unit: "steps" });
                vec![Hit { value: measure(length), bound: measure(steps.len()), ..pair(first, last) }]
            }
            _ => Vec::new(),
        }
    }
}

fn joined(outcomes: &[Rc<Outcome>]) -> Outcome {
    let mut hits: Vec<Hit> = outcomes.iter().flat_map(|one| one.hits.iter().cloned()).collect();
    hits.sort_by_key(Hit::order);
    hits.dedup();
    Outcome { holds: true, hits }
}

/// Characters of a turn as a hit.
pub(crate) fn word_hit(at: usize, turn: &Ready<'_>, chars: (usize, usize)) -> Hit {
    Hit {
        span: turn.when(chars),
        turn: Some(at),
        chars,
        role: Some(turn.turn.role),
        value: None,
        bound: None,
        reach: turn.turn.span.end,
    }
}

/// From one hit to a later one, at the place of the first.
pub(crate) fn pair(earlier: &Hit, later: &Hit) -> Hit {
    let chars = if earlier.turn == later.turn { (earlier.chars.0, later.chars.1) } else { earlier.chars };
    Hit {
        span: Span { start: earlier.span.start, end: later.span.end.max(earlier.span.end) },
        chars,
        reach: earlier.reach.max(later.reach),
        ..earlier.clone()
    }
}

/// A share as it is compared and shown.
pub(crate) fn share(part: Millis, whole: Millis) -> Option<f64> {
    (whole > Millis::ZERO).then(|| rounded(part.0 as f64 / whole.0 as f64, 4))
}

/// The role whose talk is set against.
pub(crate) const PARTIES: [Role; 2] = [Role::Agent, Role::Customer];
