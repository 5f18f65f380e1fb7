//! What stands in one turn: matching that looks at nothing else. Both evaluators ask here.

use std::cell::OnceCell;

use lingjian_language::{Folded, Language, Units};
use lingjian_model::{Measure, Millis, Span, Turn};

use crate::hit::leftmost_longest;
use crate::scan::{Hints, Scanned, Scanner, TermHit, TermId};
use crate::set::{Node, Patterns};
use crate::syntax::{Condition, Operator, Window};

/// A turn made ready to be looked into.
#[derive(Debug)]
pub(crate) struct Ready<'t> {
    pub(crate) turn: std::borrow::Cow<'t, Turn>,
    pub(crate) folded: Folded,
    terms: Vec<TermHit>,
    pub(crate) hints: Hints,
    clock: OnceCell<Vec<(usize, usize, Span)>>,
}

impl<'t> Ready<'t> {
    pub(crate) fn new(turn: std::borrow::Cow<'t, Turn>, scanner: &Scanner) -> Self {
        let folded = Folded::new(&turn.text);
        let Scanned { hits: terms, hints } = scanner.scan(&folded);
        Self { turn, folded, terms, hints, clock: OnceCell::new() }
    }

    /// Every term that stands in it, by number.
    pub(crate) fn terms(&self) -> impl Iterator<Item = TermId> + '_ {
        self.terms.iter().map(|hit| hit.term)
    }

    /// The places of one term, by start.
    pub(crate) fn places_of(&self, term: TermId) -> impl Iterator<Item = (usize, usize)> + '_ {
        let from = self.terms.partition_point(|hit| hit.term < term);
        self.terms[from..].iter().take_while(move |hit| hit.term == term).map(|hit| (hit.start, hit.end))
    }

    /// The places that a condition's operator finds in this turn alone; nothing where it looks across turns.
    pub(crate) fn places(&self, node: &Node) -> Vec<(usize, usize)> {
        let Condition::Leaf(leaf) = &node.condition else { return Vec::new() };
        match &leaf.operator {
            Operator::Phrase { at_least, across_call: false, .. } => {
                let present =
                    node.terms.iter().filter(|&&term| self.places_of(term).next().is_some()).count();
                if present < *at_least {
                    return Vec::new();
                }
                leftmost_longest(node.terms.iter().flat_map(|&term| self.places_of(term)).collect())
            }
            Operator::Pattern { .. } => {
                node.patterns.as_ref().map_or_else(Vec::new, |patterns| self.pattern(patterns))
            }
            Operator::Proximity {
                within: within @ (Window::Chars(_) | Window::Words(_)), any_order, ..
            } => {
                let [first, then] = node.terms[..] else { return Vec::new() };
                self.proximity(first, then, *within, *any_order)
            }
            _ => Vec::new(),
        }
    }

    fn pattern(&self, patterns: &Patterns) -> Vec<(usize, usize)> {
        if !patterns.may_match(&self.hints) {
            return Vec::new();
        }
        let text = self.folded.as_str();
        let chars = |(start, end)| (self.folded.char_at_byte(start), self.folded.char_at_byte(end));
        let places: Vec<_> = patterns.find.places(text).map(chars).collect();
        if places.is_empty() || patterns.unless.as_ref().is_some_and(|unless| unless.is_in(text)) {
            return Vec::new();
        }
        places
    }

    fn proximity(&self, first: TermId, then: TermId, within: Window, any_order: bool) -> Vec<(usize, usize)> {
        let near = |gap: (usize, usize)| match within {
            Window::Words(words) => self.words_between(gap) <= words,
            Window::Chars(chars) => gap.1 - gap.0 <= chars,
            Window::Turns(_) | Window::Time(_) => false,
        };
        let mut places = Vec::new();
        for a in self.places_of(first) {
            for b in self.places_of(then) {
                if b.0 >= a.1 && near((a.1, b.0)) {
                    places.push((a.0, b.1));
                } else if any_order && a.0 >= b.1 && near((b.1, a.0)) {
                    places.push((b.0, a.1));
                }
            }
        }
        // The closest pair says most: of those that begin together the shortest.
        places.sort_unstable();
        places.dedup_by_key(|place| place.0);
        leftmost_longest(places)
    }

    fn words_between(&self, (from, to): (usize, usize)) -> usize {
        let text = &self.folded.as_str()[self.folded.byte_at_char(from)..self.folded.byte_at_char(to)];
        text.split(' ').filter(|word| !word.is_empty()).count()
    }

    /// The whole turn as a place.
    pub(crate) fn whole(&self) -> (usize, usize) {
        (0, self.folded.len())
    }

    /// When these characters were said: by the words' times where the words are those of the text, else evenly.
    pub(crate) fn when(&self, (from, to): (usize, usize)) -> Span {
        let words = self.clock.get_or_init(|| self.words_by_char());
        let at = |char: usize, behind: bool| -> Option<Millis> {
            let index = words.partition_point(|&(_, end, _)| if behind { end < char } else { end <= char });
            let &(start, end, span) = words.get(index)?;
            (start <= char).then(|| between(span, char - start, end - start))
        };
        if let (Some(start), Some(end)) = (at(from, false), at(to, true)) {
            return Span { start, end: end.max(start) };
        }
        let whole = self.folded.len().max(1);
        Span {
            start: between(self.turn.span, from, whole),
            end: between(self.turn.span, to.min(whole), whole),
        }
    }

    fn words_by_char(&self) -> Vec<(usize, usize, Span)> {
        let text: Vec<char> = self.folded.as_str().chars().collect();
        let mut at = 0;
        let mut words = Vec::with_capacity(self.turn.words.len());
        for word in &self.turn.words {
            let folded = Folded::new(&word.text);
            if folded.is_empty() {
                continue;
            }
            if text.get(at) == Some(&' ') {
                at += 1;
            }
            let end = at + folded.len();
            if text.get(at..end).is_none_or(|part| !part.iter().copied().eq(folded.as_str().chars())) {
                return Vec::new();
            }
            words.push((at, end, word.span));
            at = end;
        }
        if at == text.len() { words } else { Vec::new() }
    }

    /// What was spoken in it.
    pub(crate) fn units(&self) -> Units {
        Units::of(self.folded.as_str())
    }
}

fn between(span: Span, part: usize, whole: usize) -> Millis {
    let length = span.length().0 as u128;
    Millis(span.start.0 + u64::try_from(length * part as u128 / whole.max(1) as u128).unwrap_or(u64::MAX))
}

/// Characters or words a minute; none where no time passed.
pub(crate) fn rate(units: Units, time: Millis, language: Language) -> Option<Measure> {
    let unit = match language {
        Language::Chinese => "chars/min",
        Language::English => "words/min",
    };
    (time > Millis::ZERO).then(|| Measure {
        amount: rounded(units.count(language) as f64 / time.as_secs_f64() * 60.0, 1),
        unit,
    })
}

/// Rounded to so many decimals: what is compared is what is shown.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let factor = 10_f64.powi(decimals);
    (value * factor).round() / factor
}
