//! A whole call made ready to be judged.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lingjian_language::Language;
use lingjian_model::{Conversation, Millis, Role, Span, Speech, TimingSource};

use crate::gate::{Facts, day};
use crate::scan::{Hints, Scanner, TermId};
use crate::set::Node;
use crate::syntax::{Condition, Operator};
use crate::timing;
use crate::turn::Ready;

/// A call with its turns in canonical order and its speech sorted.
#[derive(Debug)]
pub(crate) struct Call<'c> {
    pub(crate) conversation: Cow<'c, Conversation>,
    pub(crate) turns: Vec<Ready<'c>>,
    pub(crate) speech: Vec<Speech>,
    pub(crate) timing: TimingSource,
    pub(crate) length: Millis,
    longest_turn: Millis,
    pub(crate) language: Language,
    pub(crate) facts: Facts,
    /// Turns with words, of anybody and of each role.
    spoken: [Vec<usize>; 5],
    /// By number of the term: whether anybody says it.
    present: Vec<bool>,
    /// What stands in any turn.
    hints: Hints,
}

/// Where a role's turns are kept; those of anybody first.
const fn slot(role: Option<Role>) -> usize {
    match role {
        None => 0,
        Some(Role::Agent) => 1,
        Some(Role::Customer) => 2,
        Some(Role::Supervisor) => 3,
        Some(Role::System) => 4,
    }
}

impl<'c> Call<'c> {
    pub(crate) fn new(conversation: &'c Conversation, scanner: &Scanner) -> Self {
        let sorted = conversation.turns.is_sorted_by_key(|turn| turn.span.start);
        let order: Vec<usize> = {
            let mut order: Vec<usize> = (0..conversation.turns.len()).collect();
            if !sorted {
                order.sort_by_key(|&at| conversation.turns[at].span.start);
            }
            order
        };
        let turns: Vec<Ready<'c>> =
            order.into_iter().map(|at| Ready::new(Cow::Borrowed(&conversation.turns[at]), scanner)).collect();
        let mut by_role: [Vec<usize>; 5] = Default::default();
        let (mut present, mut hints) = (vec![false; scanner.terms()], scanner.no_hints());
        for (at, ready) in turns.iter().enumerate().filter(|(_, ready)| !ready.folded.is_empty()) {
            by_role[0].push(at);
            by_role[slot(Some(ready.turn.role))].push(at);
            ready.terms().for_each(|term| present[term.0 as usize] = true);
            hints.add_all(&ready.hints);
        }
        let (speech, timing) = timing::speech(conversation);
        let spoken = language(conversation);
        let facts = Facts {
            language: spoken,
            day: day(conversation.started_at),
            heard: heard(&turns, &speech),
            words: turns.iter().any(|turn| !turn.folded.is_empty()),
            mixed: conversation.sound.as_ref().is_some_and(|sound| sound.mixed),
            role_confidence: role_confidence(&turns),
        };
        Self {
            conversation: Cow::Borrowed(conversation),
            turns,
            speech,
            timing,
            length: conversation.length(),
            longest_turn: conversation.turns.iter().map(|turn| turn.span.length()).max().unwrap_or_default(),
            language: spoken.unwrap_or(Language::Chinese),
            facts,
            spoken: by_role,
            present,
            hints,
        }
    }

    /// The turns with words of a role, or of anybody, in order.
    pub(crate) fn spoken(&self, role: Option<Role>) -> &[usize] {
        &self.spoken[slot(role)]
    }

    /// Whether anything that a condition looks for is said at all: where not, no turn needs to be looked into.
    pub(crate) fn may_say(&self, node: &Node) -> bool {
        let said = |term: TermId| self.present[term.0 as usize];
        let Condition::Leaf(leaf) = &node.condition else { return true };
        match &leaf.operator {
            Operator::Phrase { at_least, .. } => {
                node.terms.iter().filter(|&&term| said(term)).count() >= *at_least
            }
            Operator::Proximity { .. } => node.terms.iter().all(|&term| said(term)),
            Operator::Pattern { .. } => {
                node.patterns.as_ref().is_none_or(|patterns| patterns.may_match(&self.hints))
            }
            _ => true,
        }
    }

    /// The turn that last began at or before `time`; the first where none had.
    pub(crate) fn turn_at(&self, time: Millis) -> usize {
        self.turns.partition_point(|turn| turn.turn.span.start <= time).saturating_sub(1)
    }

    /// What a role said in a stretch of its speech: its turn that shares most of it, the first of such.
    pub(crate) fn said(&self, role: Role, stretch: Span) -> Option<String> {
        // Nobody's turn that began longer ago than the longest one lasts still goes on.
        let earliest = stretch.start.since(self.longest_turn);
        let from = self.turns.partition_point(|turn| turn.turn.span.start < earliest);
        let to = self.turns.partition_point(|turn| turn.turn.span.start < stretch.end);
        let shared =
            |turn: &&Ready<'_>| turn.turn.span.intersection(stretch).map_or(Millis::ZERO, Span::length);
        let own = self.turns[from..to.max(from)].iter().filter(|turn| turn.turn.role == role);
        let best = own.rev().max_by_key(shared)?;
        (shared(&best) > Millis::ZERO).then(|| best.folded.as_str().to_owned())
    }
}

/// The language a conversation names, else that of its words.
pub(crate) fn language(conversation: &Conversation) -> Option<Language> {
    conversation.language.as_deref().map_or_else(
        || Language::of(conversation.turns.iter().map(|turn| turn.text.as_str())),
        Language::from_tag,
    )
}

fn heard(turns: &[Ready<'_>], speech: &[Speech]) -> BTreeSet<Role> {
    let spoke = turns.iter().filter(|turn| !turn.folded.is_empty()).map(|turn| turn.turn.role);
    spoke.chain(speech.iter().map(|one| one.role)).collect()
}

fn role_confidence(turns: &[Ready<'_>]) -> Option<f64> {
    let weighed = turns
        .iter()
        .filter_map(|turn| Some((f64::from(turn.turn.role_confidence?), turn.folded.len() as f64)));
    let (sum, weight) =
        weighed.fold((0.0, 0.0), |(sum, weight), (one, length)| (sum + one * length, weight + length));
    (weight > 0.0).then(|| sum / weight)
}
