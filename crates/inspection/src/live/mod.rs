//! The live evaluator: events as they come → findings raised, retracted and settled.
//!
//! It keeps tables of what each condition finds in each turn, works out again only what an event touches, and tells the
//! difference. What it has left after [`Live::finish`] equals [`crate::judge`] of the [`crate::canonical`] conversation: a
//! law that a property test holds over random rules and random orders of events.

mod evaluate;
mod settling;
mod state;
mod timeline;

use std::collections::BTreeMap;

use lingjian_model::{Event, Judgement, Span, TurnKey, Unjudged};

use crate::call::Call;
use crate::gate::{Gate, gate};
use crate::hit::Hit;
use crate::metrics::metrics;
use crate::score::{Found, conclude};
use crate::set::RuleSet;
use crate::syntax::Per;
pub use settling::Settling;
use state::State;

/// Names a finding from its raising on: its rule, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingId {
    /// The rule.
    pub rule: String,
    /// Where; nothing for findings of which a call has one.
    place: Option<Spot>,
}

/// Where a finding stands, in terms that later events do not shift.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    turn: Option<TurnKey>,
    chars: (usize, usize),
    span: Span,
    /// Tells findings apart that stand in the same place.
    nth: usize,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// It is there, or there with other values.
    Raise {
        /// Which.
        id: FindingId,
        /// When in the call, where it has a place.
        span: Option<Span>,
    },
    /// It is not there any more.
    Retract {
        /// Which.
        id: FindingId,
    },
    /// It stays: only a correction of what was final can take it back.
    Settle {
        /// Which.
        id: FindingId,
    },
}

#[derive(Debug, Clone)]
struct Standing {
    found: Found,
    /// The turn it stands in; numbers of turns shift, keys do not.
    turn: Option<TurnKey>,
    settled: bool,
}

/// A call being judged while it is spoken.
#[derive(Debug)]
pub struct Live<'s> {
    set: &'s RuleSet,
    state: State,
    settling: Vec<Settling>,
    standing: BTreeMap<FindingId, Standing>,
    by_rule: Vec<Vec<FindingId>>,
    held: Vec<bool>,
    corrections: usize,
}

impl<'s> Live<'s> {
    /// A call of which nothing is known yet.
    #[must_use]
    pub fn new(set: &'s RuleSet) -> Self {
        Self {
            set,
            state: State::new(set),
            settling: set.rules.iter().map(|judged| settling::settling(set, judged)).collect(),
            standing: BTreeMap::new(),
            by_rule: vec![Vec::new(); set.rules.len()],
            held: vec![false; set.rules.len()],
            corrections: 0,
        }
    }

    /// When the findings of each rule settle, in the order of [`RuleSet::rules`].
    #[must_use]
    pub fn settling(&self) -> &[Settling] {
        &self.settling
    }

    /// How many settled findings had to be taken back or changed: what was final was revised, or came behind the watermark.
    #[must_use]
    pub fn corrections(&self) -> usize {
        self.corrections
    }

    /// Takes one event.
    pub fn push(&mut self, event: &Event) -> Vec<Signal> {
        self.push_all(std::slice::from_ref(event))
    }

    /// Takes events together; what they leave is the same as one by one.
    pub fn push_all(&mut self, events: &[Event]) -> Vec<Signal> {
        for event in events {
            self.state.take(self.set, event);
        }
        let mut signals = Vec::new();
        self.work_out(&mut signals);
        self.settle(&mut signals);
        signals
    }

    fn work_out(&mut self, signals: &mut Vec<Signal>) {
        let gates_moved = self.state.gates_moved();
        let changed = self.state.work_out(self.set);
        for (number, judged) in self.set.rules.iter().enumerate() {
            let required = judged.requires.is_none_or(|other| self.held[other]);
            let touched = gates_moved || judged.requires.is_some() || changed[judged.when.0 as usize];
            if !touched {
                continue;
            }
            let open = self.state.gate(judged, &self.set.packs[judged.pack]) == Gate::Open && required;
            let outcome = self.state.outcome(judged.when);
            self.held[number] = open && outcome.holds;
            let mut now: Vec<Found> = Vec::new();
            if self.held[number] {
                match judged.rule.per {
                    Per::Hit { .. } if !outcome.hits.is_empty() => {
                        now.extend(
                            outcome.hits.iter().map(|hit| Found { rule: number, hit: Some(hit.clone()) }),
                        );
                    }
                    Per::Call | Per::Hit { .. } => {
                        now.push(Found { rule: number, hit: outcome.hits.first().cloned() })
                    }
                }
            }
            self.replace(number, now, signals);
        }
    }

    /// Puts a rule's findings in the place of those it had, and tells the difference.
    fn replace(&mut self, rule: usize, now: Vec<Found>, signals: &mut Vec<Signal>) {
        let before = std::mem::take(&mut self.by_rule[rule]);
        let mut ids: Vec<FindingId> = Vec::with_capacity(now.len());
        for found in now {
            let turn =
                found.hit.as_ref().and_then(|hit| hit.turn).map(|turn| self.state.key_of(turn).clone());
            let id = self.name(rule, &found, turn.as_ref(), &ids);
            let span = found.hit.as_ref().map(|hit| hit.span);
            let held = self.standing.get_mut(&id);
            let same = held
                .as_ref()
                .is_some_and(|held| held.turn == turn && alike(held.found.hit.as_ref(), found.hit.as_ref()));
            match held {
                Some(held) => {
                    held.found = found;
                    if !same {
                        self.corrections += usize::from(held.settled);
                        held.turn = turn;
                        held.settled = false;
                        signals.push(Signal::Raise { id: id.clone(), span });
                    }
                }
                None => {
                    self.standing.insert(id.clone(), Standing { found, turn, settled: false });
                    signals.push(Signal::Raise { id: id.clone(), span });
                }
            }
            ids.push(id);
        }
        for id in before {
            if !ids.contains(&id) {
                let gone = self.standing.remove(&id);
                self.corrections += usize::from(gone.is_some_and(|gone| gone.settled));
                signals.push(Signal::Retract { id });
            }
        }
        self.by_rule[rule] = ids;
    }

    fn name(&self, rule: usize, found: &Found, turn: Option<&TurnKey>, taken: &[FindingId]) -> FindingId {
        let judged = &self.set.rules[rule].rule;
        let name = |nth| FindingId {
            rule: judged.id.clone(),
            place: match (&found.hit, judged.per) {
                (Some(hit), Per::Hit { .. }) => {
                    // Words stand where they stand in their turn, whenever that is; the rest stands in time.
                    let span = if turn.is_some() { Span::default() } else { hit.span };
                    Some(Spot { turn: turn.cloned(), chars: hit.chars, span, nth })
                }
                _ => None,
            },
        };
        (0..).map(name).find(|id| !taken.contains(id)).unwrap_or_else(|| name(taken.len()))
    }

    fn settle(&mut self, signals: &mut Vec<Signal>) {
        if !self.state.is_certain() {
            return;
        }
        for (number, settling) in self.settling.iter().enumerate() {
            for id in &self.by_rule[number] {
                let Some(standing) = self.standing.get_mut(id).filter(|standing| !standing.settled) else {
                    continue;
                };
                let reach = standing.found.hit.as_ref().map(|hit| hit.reach);
                let done = match (settling, reach) {
                    (Settling::AtEnd, _) | (_, None) => false,
                    (Settling::Behind(ahead), Some(reach)) => self.state.watermark > reach.plus(*ahead),
                    (Settling::AtTurn, Some(reach)) => {
                        self.state.watermark > reach
                            || standing.turn.as_ref().is_some_and(|key| self.state.is_final(key))
                    }
                };
                if done {
                    standing.settled = true;
                    signals.push(Signal::Settle { id: id.clone() });
                }
            }
        }
    }

    /// The conversation is over: all that stands is settled and weighed.
    #[must_use]
    pub fn finish(self) -> Judgement {
        let conversation = self.state.conversation();
        let found: Vec<Found> = self.standing.into_values().map(|standing| standing.found).collect();
        let unjudged = self.set.rules.iter().filter_map(|judged| {
            match gate(judged, &self.set.packs[judged.pack], &self.state.facts, &self.state.attributes()) {
                Gate::Unjudged(reason) => Some(Unjudged { rule: judged.rule.id.clone(), reason }),
                Gate::Open | Gate::Elsewhere => None,
            }
        });
        let unjudged: Vec<_> = unjudged.collect();
        let call = Call::new(&conversation, &self.set.scanner);
        let state = &self.state;
        conclude(self.set, found, unjudged, metrics(&call), &|turn, chars| state.written(turn, chars))
    }
}

/// Whether two hits say the same, the numbers of their turns aside.
fn alike(one: Option<&Hit>, other: Option<&Hit>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            (one.span, one.chars, one.role) == (other.span, other.chars, other.role)
                && one.value == other.value
                && one.bound == other.bound
        }
        (None, None) => true,
        _ => false,
    }
}
