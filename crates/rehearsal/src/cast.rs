//! Who speaks and what they mean: turns templates into words, the same slot the same way all through a call.

use std::collections::{BTreeMap, BTreeSet};

use crate::dice::Dice;
use crate::grammar::{Book, Node, Part, Says, Scenario, Template, digit, english, mandarin};

/// The people and things of one call.
pub(crate) struct Cast<'a> {
    pub(crate) book: &'a Book,
    pub(crate) scenario: &'a Scenario,
    pub(crate) tags: BTreeSet<String>,
    known: BTreeMap<String, String>,
}

// Slots may name slots; the embedded files nest less deep than this (a test reads them all).
const DEPTH: usize = 12;

impl<'a> Cast<'a> {
    pub(crate) fn new(book: &'a Book, scenario: &'a Scenario, tags: BTreeSet<String>) -> Self {
        Self { book, scenario, tags, known: BTreeMap::new() }
    }

    /// Fixes a slot for the rest of the call.
    pub(crate) fn set(&mut self, slot: &str, value: impl Into<String>) {
        self.known.insert(slot.to_owned(), value.into());
    }

    /// Whether there is something to say under a key in this call.
    pub(crate) fn has(&self, key: &str) -> bool {
        [&self.scenario.slots, &self.book.common, &self.book.wordings]
            .iter()
            .any(|lexicon| lexicon.get(key).iter().any(|wording| wording.fits(&self.tags)))
    }

    /// A wording under a key; empty where there is none.
    pub(crate) fn wording(&mut self, key: &str, dice: &mut Dice) -> String {
        self.slot(key, true, dice, DEPTH)
    }

    /// The value of a slot that stays.
    pub(crate) fn sticky(&mut self, key: &str, dice: &mut Dice) -> String {
        self.slot(key, false, dice, DEPTH)
    }

    /// A part of a turn in words.
    pub(crate) fn part(&mut self, part: &Part, dice: &mut Dice) -> String {
        match part {
            Part::Words(template) => self.expand(template, dice, DEPTH),
            Part::Key(key) => self.wording(key, dice),
        }
    }

    fn expand(&mut self, template: &Template, dice: &mut Dice, depth: usize) -> String {
        let mut out = String::new();
        self.nodes(&template.0, dice, depth, &mut out);
        out
    }

    fn nodes(&mut self, nodes: &[Node], dice: &mut Dice, depth: usize, out: &mut String) {
        for node in nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Choice(ways) => {
                    if let Some(way) = dice.pick(ways) {
                        self.nodes(way, dice, depth, out);
                    }
                }
                Node::Slot { name, fresh } => out.push_str(&self.slot(name, *fresh, dice, depth)),
            }
        }
    }

    fn slot(&mut self, name: &str, fresh: bool, dice: &mut Dice, depth: usize) -> String {
        if !fresh && let Some(value) = self.known.get(name) {
            return value.clone();
        }
        if depth == 0 {
            return String::new();
        }
        let (book, scenario) = (self.book, self.scenario);
        let fitting = [&scenario.slots, &book.common, &book.wordings]
            .into_iter()
            .map(|lexicon| {
                lexicon.get(name).iter().filter(|wording| wording.fits(&self.tags)).collect::<Vec<_>>()
            })
            .find(|fitting| !fitting.is_empty())
            .unwrap_or_default();
        let Some(wording) = dice.pick(&fitting) else {
            return String::new();
        };
        let value = match &wording.says {
            Says::Words(template) => self.expand(template, dice, depth - 1),
            Says::Digits(count) => self.digits(*count, dice),
            Says::Number(low, high) => {
                let number = dice.range(*low, *high);
                // people say round sums once they are large
                let number = if number >= 1000 { number / 100 * 100 } else { number };
                if book.mandarin() { mandarin(number) } else { english(number) }
            }
        };
        if !fresh {
            self.known.insert(name.to_owned(), value.clone());
        }
        value
    }

    fn digits(&self, count: usize, dice: &mut Dice) -> String {
        let mandarin = self.book.mandarin();
        let spoken: Vec<&str> = (0..count).map(|_| digit(dice.below(10), mandarin)).collect();
        spoken.join(if mandarin { "" } else { " " })
    }
}
