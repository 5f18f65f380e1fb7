//! What is known of a live call, and the tables of what stands in each turn.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use lingjian_language::{Language, Likeness, Units};
use lingjian_model::{
    AttributeValue, Attributes, Conversation, Event, Millis, Revision, Role, Sound, Speech, Turn, TurnEvent,
    TurnKey,
};

use super::timeline::Timeline;
use crate::gate::{Facts, Gate, day, gate};
use crate::hit::{Outcome, leftmost_longest};
use crate::set::{Judged, Node, NodeId, RuleSet};
use crate::syntax::{Condition, Operator, Pack, Scope, Window};
use crate::turn::Ready;

/// The place of a turn in the canonical order.
pub(super) type Order = (Millis, u8, TurnKey);

/// A turn as it stands, with all that it alone says.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) ready: Ready<'static>,
    pub(super) units: Units,
    pub(super) likeness: OnceCell<Likeness>,
    is_final: bool,
}

/// What one condition finds in one turn: places; for a proximity across turns those of `first` and of `then`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Places {
    pub(super) first: Vec<(usize, usize)>,
    pub(super) then: Vec<(usize, usize)>,
    /// Which terms of a phrase across the call.
    pub(super) terms: Vec<usize>,
}

/// What a change touches in a condition.
#[derive(Debug, Clone, Copy)]
struct Asks {
    /// The turns or the time as a whole: touched by any change of them.
    whole: bool,
}

/// The call so far.
#[derive(Debug)]
pub(super) struct State {
    pub(super) turns: BTreeMap<Order, Held>,
    /// The turns in order, to tell their numbers.
    pub(super) orders: Vec<Order>,
    /// Turns with words, of a role or of anybody, in order.
    pub(super) spoken: BTreeMap<Option<Role>, Vec<Order>>,
    /// By condition: the turns in which it finds something.
    pub(super) tables: Vec<BTreeMap<Order, Places>>,
    known: BTreeMap<TurnKey, (Revision, Order)>,
    withdrawn: BTreeSet<TurnKey>,
    stretches: BTreeMap<TurnKey, (Revision, Speech)>,
    /// From voice activity where there is sound, else from the turns.
    pub(super) timeline: Timeline,
    listening: bool,
    attributes: BTreeMap<String, (Revision, AttributeValue)>,
    began: Option<(Revision, Option<String>, Option<Timestamp>)>,
    duration: Option<Millis>,
    pub(super) watermark: Millis,
    /// The longest turn there ever was.
    pub(super) longest_turn: Millis,
    pub(super) facts: Facts,
    gates_moved: bool,
    asks: Vec<Asks>,
    dirty: Vec<bool>,
    outcomes: Vec<Outcome>,
}

impl State {
    pub(super) fn new(set: &RuleSet) -> Self {
        let count = set.nodes.len();
        Self {
            turns: BTreeMap::new(),
            orders: Vec::new(),
            spoken: BTreeMap::new(),
            tables: (0..count).map(|_| BTreeMap::new()).collect(),
            known: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
            stretches: BTreeMap::new(),
            timeline: Timeline::default(),
            listening: false,
            attributes: BTreeMap::new(),
            began: None,
            duration: None,
            watermark: Millis::ZERO,
            longest_turn: Millis::ZERO,
            facts: Facts::default(),
            gates_moved: true,
            asks: set.nodes.iter().map(asks).collect(),
            dirty: vec![true; count],
            outcomes: vec![Outcome::NO; count],
        }
    }

    pub(super) fn take(&mut self, set: &RuleSet, event: &Event) {
        match event {
            Event::Turn(turn) => self.turn(set, turn),
            Event::Withdraw { key } => {
                if self.withdrawn.insert(key.clone()) {
                    self.forget_turn(set, key);
                    if let Some((_, speech)) = self.stretches.remove(key) {
                        self.timeline.remove(speech);
                        self.touch_whole();
                    }
                }
            }
            Event::Attribute { name, revision, value } => {
                if self.attributes.get(name).is_none_or(|held| *revision > held.0) {
                    self.attributes.insert(name.clone(), (*revision, value.clone()));
                    self.gates_moved = true;
                }
            }
            Event::Began { revision, language, started_at } => {
                if self.began.as_ref().is_none_or(|held| *revision > held.0) {
                    self.began = Some((*revision, language.clone(), *started_at));
                    self.touch_all();
                }
            }
            Event::Listening { mixed } => {
                self.listen();
                self.facts.mixed |= mixed;
                self.gates_moved = true;
            }
            Event::Speech(stretch) => {
                self.listen();
                let newer = self.stretches.get(&stretch.key).is_none_or(|held| stretch.revision > held.0);
                if newer && !self.withdrawn.contains(&stretch.key) {
                    let held = self.stretches.insert(stretch.key.clone(), (stretch.revision, stretch.speech));
                    if let Some((_, old)) = held {
                        self.timeline.remove(old);
                    }
                    self.timeline.add(stretch.speech);
                    self.touch_whole();
                }
            }
            Event::Watermark { until } => self.watermark = self.watermark.max(*until),
            Event::Ended { duration } => {
                self.duration = self.duration.max(Some(*duration));
                self.touch_whole();
            }
        }
    }

    /// From now on the sound says who speaks when.
    fn listen(&mut self) {
        if !self.listening {
            self.listening = true;
            self.timeline = Timeline::default();
            self.touch_whole();
        }
    }

    fn turn(&mut self, set: &RuleSet, event: &TurnEvent) {
        let key = &event.key;
        let newer = self.known.get(key).is_none_or(|(revision, _)| event.revision > *revision);
        if self.withdrawn.contains(key) || !newer {
            return;
        }
        self.forget_turn(set, key);
        self.longest_turn = self.longest_turn.max(event.turn.span.length());
        let order: Order = (event.turn.span.start, event.channel, key.clone());
        let ready = Ready::new(Cow::Owned(event.turn.clone()), &set.scanner);
        let units = ready.units();
        let at = self.orders.partition_point(|other| *other < order);
        self.orders.insert(at, order.clone());
        if at + 1 < self.orders.len() {
            self.touch_all();
        }
        if !ready.folded.is_empty() {
            for role in [None, Some(event.turn.role)] {
                let list = self.spoken.entry(role).or_default();
                let at = list.partition_point(|other| *other < order);
                list.insert(at, order.clone());
            }
        }
        for (number, node) in set.nodes.iter().enumerate() {
            if let Some(places) = places(node, &ready) {
                self.tables[number].insert(order.clone(), places);
                self.dirty[number] = true;
            }
        }
        if !self.listening {
            self.timeline.add(Speech { span: event.turn.span, role: event.turn.role });
        }
        self.known.insert(key.clone(), (event.revision, order.clone()));
        self.turns.insert(order, Held { ready, units, likeness: OnceCell::new(), is_final: event.is_final });
        self.touch_whole();
    }

    fn forget_turn(&mut self, set: &RuleSet, key: &TurnKey) {
        let Some((_, order)) = self.known.remove(key) else { return };
        let Some(held) = self.turns.remove(&order) else { return };
        let turn: &Turn = &held.ready.turn;
        if !self.listening {
            self.timeline.remove(Speech { span: turn.span, role: turn.role });
        }
        self.orders.retain(|other| *other != order);
        for role in [None, Some(turn.role)] {
            if let Some(list) = self.spoken.get_mut(&role) {
                list.retain(|other| *other != order);
            }
        }
        for number in 0..set.nodes.len() {
            self.tables[number].remove(&order);
        }
        self.touch_all();
    }

    fn touch_all(&mut self) {
        self.dirty.fill(true);
        self.gates_moved = true;
    }

    fn touch_whole(&mut self) {
        for (dirty, asks) in self.dirty.iter_mut().zip(&self.asks) {
            *dirty |= asks.whole;
        }
        self.gates_moved = true;
    }

    /// Whether the gates have to be asked again; asks the call for what they look at.
    pub(super) fn gates_moved(&mut self) -> bool {
        if !std::mem::take(&mut self.gates_moved) {
            return false;
        }
        let said = self.turns.values().filter(|held| !held.ready.folded.is_empty());
        let mut heard: BTreeSet<Role> = said.map(|held| held.ready.turn.role).collect();
        heard.extend(self.timeline.roles());
        let named = self.began.as_ref().and_then(|(_, language, _)| language.as_deref());
        let texts = self.turns.values().map(|held| held.ready.turn.text.as_str());
        let language = named.map_or_else(|| Language::of(texts), Language::from_tag);
        if language != self.facts.language {
            self.dirty.fill(true);
        }
        let sure = self.turns.values().filter_map(|held| {
            Some((f64::from(held.ready.turn.role_confidence?), held.ready.folded.len() as f64))
        });
        let (sum, weight) =
            sure.fold((0.0, 0.0), |(sum, weight), (one, length)| (sum + one * length, weight + length));
        self.facts = Facts {
            language,
            day: day(self.began.as_ref().and_then(|(_, _, started_at)| *started_at)),
            heard,
            words: self.spoken.get(&None).is_some_and(|spoken| !spoken.is_empty()),
            mixed: self.facts.mixed,
            role_confidence: (weight > 0.0).then(|| sum / weight),
        };
        true
    }

    pub(super) fn gate(&self, judged: &Judged, pack: &Pack) -> Gate {
        gate(judged, pack, &self.facts, &self.attributes())
    }

    pub(super) fn attributes(&self) -> Attributes {
        self.attributes.iter().map(|(name, (_, value))| (name.clone(), value.clone())).collect()
    }

    /// Works out what was touched, inner conditions first; says which conditions came out otherwise than before.
    pub(super) fn work_out(&mut self, set: &RuleSet) -> Vec<bool> {
        let mut changed = vec![false; set.nodes.len()];
        for (number, node) in set.nodes.iter().enumerate() {
            let inner = inner(node).any(|id| changed[id.0 as usize]);
            if !std::mem::take(&mut self.dirty[number]) && !inner {
                continue;
            }
            let outcome = self.evaluate(number, node);
            if outcome != self.outcomes[number] {
                self.outcomes[number] = outcome;
                changed[number] = true;
            }
        }
        changed
    }

    pub(super) fn outcome(&self, id: NodeId) -> &Outcome {
        &self.outcomes[id.0 as usize]
    }

    /// Enough is known of the call as a whole for findings to settle before its end.
    pub(super) fn is_certain(&self) -> bool {
        self.began.is_some() && self.facts.role_confidence.is_none()
    }

    pub(super) fn is_final(&self, key: &TurnKey) -> bool {
        self.known.get(key).and_then(|(_, order)| self.turns.get(order)).is_some_and(|held| held.is_final)
    }

    pub(super) fn key_of(&self, turn: usize) -> &TurnKey {
        &self.orders[turn].2
    }

    pub(super) fn number_of(&self, order: &Order) -> usize {
        self.orders.partition_point(|other| other < order)
    }

    pub(super) fn language(&self) -> Language {
        self.facts.language.unwrap_or(Language::Chinese)
    }

    pub(super) fn length(&self) -> Millis {
        let turns = self.turns.values().map(|held| held.ready.turn.span.end).max();
        turns.max(self.duration).unwrap_or_default().max(self.timeline.end())
    }

    pub(super) fn written(&self, turn: usize, chars: (usize, usize)) -> [usize; 2] {
        let held = self.orders.get(turn).and_then(|order| self.turns.get(order));
        held.map_or([0, 0], |held| held.ready.folded.written(chars.0, chars.1))
    }

    /// The conversation as it stands.
    pub(super) fn conversation(&self) -> Conversation {
        let mut speech: Vec<Speech> = self.stretches.values().map(|(_, speech)| *speech).collect();
        speech.sort();
        let (language, started_at) = self
            .began
            .as_ref()
            .map_or((None, None), |(_, language, started_at)| (language.clone(), *started_at));
        Conversation {
            id: String::new(),
            source: None,
            language,
            started_at,
            duration: self.duration,
            attributes: self.attributes(),
            turns: self.turns.values().map(|held| held.ready.turn.clone().into_owned()).collect(),
            sound: self.listening.then_some(Sound { speech, mixed: self.facts.mixed }),
            provenance: None,
        }
    }
}

/// What a condition finds in a turn; nothing where it finds none, or does not look into turns.
fn places(node: &Node, ready: &Ready<'_>) -> Option<Places> {
    let Condition::Leaf(leaf) = &node.condition else { return None };
    if leaf.role.is_some_and(|role| role != ready.turn.role) || ready.folded.is_empty() {
        return None;
    }
    if leaf.min_chars.is_some_and(|least| ready.folded.len() < least) {
        return None;
    }
    let found = match &leaf.operator {
        Operator::Phrase { across_call: true, .. } => Places {
            first: leftmost_longest(node.terms.iter().flat_map(|&term| ready.places_of(term)).collect()),
            then: Vec::new(),
            terms: (0..node.terms.len())
                .filter(|&at| ready.places_of(node.terms[at]).next().is_some())
                .collect(),
        },
        Operator::Proximity { within: Window::Turns(_) | Window::Time(_), .. } => {
            let [first, then] = node.terms[..] else { return None };
            Places {
                first: ready.places_of(first).collect(),
                then: ready.places_of(then).collect(),
                terms: Vec::new(),
            }
        }
        _ => Places { first: ready.places(node), ..Places::default() },
    };
    (found != Places::default()).then_some(found)
}

fn inner(node: &Node) -> impl Iterator<Item = NodeId> + '_ {
    let (parts, leaf) = match &node.condition {
        Condition::All(parts) | Condition::Any(parts) => (parts.as_slice(), None),
        Condition::Not(part) => (std::slice::from_ref(part), None),
        Condition::Leaf(leaf) => (&[][..], Some(leaf)),
    };
    let related = leaf.into_iter().flat_map(|leaf| {
        let steps = match &leaf.operator {
            Operator::Sequence { steps, .. } => steps.as_slice(),
            _ => &[],
        };
        let anchor = leaf.anchor.iter().map(|anchor| anchor.relation.of);
        steps
            .iter()
            .map(|step| step.condition)
            .chain(anchor)
            .chain(leaf.except.iter().map(|except| except.of))
    });
    parts.iter().copied().chain(related)
}

fn asks(node: &Node) -> Asks {
    let Condition::Leaf(leaf) = &node.condition else { return Asks { whole: false } };
    let words = leaf.operator.reads_words();
    let counts_turns =
        leaf.except.iter().map(|except| except.within).chain(leaf.anchor.iter().map(|a| a.relation.within));
    let whole = !words
        || matches!(leaf.operator, Operator::Repetition { .. } | Operator::Rate { .. })
        || matches!(leaf.count, crate::syntax::Count::Every)
        || matches!(leaf.scope, Some(Scope::LastTurns(_) | Scope::LastTime(_) | Scope::Share(..)))
        || counts_turns.into_iter().any(|within| matches!(within, Some(Window::Turns(_))))
        || matches!(leaf.operator, Operator::Proximity { within: Window::Turns(_), .. });
    Asks { whole }
}
