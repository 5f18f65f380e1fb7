//! One pass over a turn for all literals of all rules.

use std::collections::BTreeMap;

use daachorse::CharwiseDoubleArrayAhoCorasick;
use lingjian_language::{Folded, is_word_letter};

use crate::ear::Ear;
use crate::syntax::{Literal, Literals};

/// Names a list of literals any of which is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TermId(pub(crate) u32);

/// Names a set of literals one of which a pattern cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HintId(pub(crate) u32);

/// Which hints stand in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hints(Vec<u64>);

impl Hints {
    /// Room for so many, none of which stands there.
    pub(crate) fn none_of(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn add(&mut self, HintId(hint): HintId) {
        if let Some(word) = self.0.get_mut(hint as usize / 64) {
            *word |= 1 << (hint % 64);
        }
    }

    pub(crate) fn add_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    pub(crate) fn has(&self, HintId(hint): HintId) -> bool {
        self.0.get(hint as usize / 64).is_some_and(|word| word >> (hint % 64) & 1 == 1)
    }
}

/// What one pass over a text found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Every place of every term, by term, then start, then end; overlapping ones too.
    pub(crate) hits: Vec<TermHit>,
    pub(crate) hints: Hints,
}

/// One place where a term stands, in characters of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TermHit {
    pub(crate) term: TermId,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Finds every place of every term in one pass.
pub(crate) struct Scanner {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each distinct literal text who wants it.
    wanted: Vec<Wanted>,
    /// What is looked for by its sound.
    ear: Ear,
    terms: usize,
    hints: usize,
}

/// Who wants a literal.
#[derive(Debug, Default)]
struct Wanted {
    /// Terms, and whether they leave its end open. They want whole words.
    terms: Vec<(TermId, bool)>,
    /// Hints want it anywhere, inside words too.
    hints: Vec<HintId>,
}

impl std::fmt::Debug for Scanner {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Scanner").field("literals", &self.wanted.len()).finish()
    }
}

/// Collects terms and hints; the same list asked for twice is one.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    ids: BTreeMap<Literals, TermId>,
    hints: BTreeMap<Vec<String>, HintId>,
}

impl Terms {
    pub(crate) fn id(&mut self, literals: &Literals) -> TermId {
        let next = TermId(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        *self.ids.entry(literals.clone()).or_insert(next)
    }

    pub(crate) fn hint(&mut self, literals: Vec<String>) -> HintId {
        let next = HintId(u32::try_from(self.hints.len()).unwrap_or(u32::MAX));
        *self.hints.entry(literals).or_insert(next)
    }

    pub(crate) fn scanner(self) -> Scanner {
        let (terms, hints) = (self.ids.len(), self.hints.len());
        let mut by_text: BTreeMap<String, Wanted> = BTreeMap::new();
        let mut by_sounds: BTreeMap<String, Vec<TermId>> = BTreeMap::new();
        for (literals, id) in self.ids {
            for Literal { text, open_end, by_sound } in literals {
                if by_sound {
                    by_sounds.entry(text).or_default().push(id);
                } else {
                    by_text.entry(text).or_default().terms.push((id, open_end));
                }
            }
        }
        for (literals, id) in self.hints {
            for text in literals {
                by_text.entry(text).or_default().hints.push(id);
            }
        }
        let (texts, wanted): (Vec<String>, Vec<_>) = by_text.into_iter().unzip();
        let numbered = texts.iter().zip(0_u32..);
        // Only no literals at all, or empty ones, can make this fail; there are none of the latter.
        let automaton = CharwiseDoubleArrayAhoCorasick::with_values(numbered).ok();
        Scanner { automaton, wanted, ear: Ear::new(by_sounds), terms, hints }
    }
}

impl Scanner {
    /// How many terms there are.
    pub(crate) const fn terms(&self) -> usize {
        self.terms
    }

    /// Room for the hints of a whole call.
    pub(crate) fn no_hints(&self) -> Hints {
        Hints::none_of(self.hints)
    }

    /// What stands in `folded`.
    pub(crate) fn scan(&self, folded: &Folded) -> Scanned {
        let mut scanned = Scanned { hits: Vec::new(), hints: self.no_hints() };
        self.ear.listen(folded, &mut scanned.hits);
        let text = folded.as_str();
        for found in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text)) {
            let Some(wanted) = self.wanted.get(found.value() as usize) else { continue };
            wanted.hints.iter().for_each(|&hint| scanned.hints.add(hint));
            if wanted.terms.is_empty() || splits_word(text, found.start()) {
                continue;
            }
            let open = splits_word(text, found.end());
            for &(term, open_end) in &wanted.terms {
                if open && !open_end {
                    continue;
                }
                let end = if open { word_end(text, found.end()) } else { found.end() };
                let (start, end) = (folded.char_at_byte(found.start()), folded.char_at_byte(end));
                scanned.hits.push(TermHit { term, start, end });
            }
        }
        scanned.hits.sort_unstable();
        scanned.hits.dedup();
        scanned
    }
}

/// Whether letters of one Latin word stand on both sides.
pub(crate) fn splits_word(text: &str, byte: usize) -> bool {
    let before = text[..byte].chars().next_back();
    let after = text[byte..].chars().next();
    before.is_some_and(is_word_letter) && after.is_some_and(is_word_letter)
}

pub(crate) fn word_end(text: &str, byte: usize) -> usize {
    text[byte..].find(|c| !is_word_letter(c)).map_or(text.len(), |length| byte + length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the scanner must find, looked up literal by literal.
    fn plainly(terms: &[Literals], folded: &Folded) -> Vec<TermHit> {
        let text = folded.as_str();
        let mut hits = Vec::new();
        for (number, literals) in terms.iter().enumerate() {
            for literal in literals {
                for (start, _) in text.char_indices().filter(|&(at, _)| text[at..].starts_with(&literal.text))
                {
                    let end = start + literal.text.len();
                    let open = splits_word(text, end);
                    if splits_word(text, start) || (open && !literal.open_end) {
                        continue;
                    }
                    let end = if open { word_end(text, end) } else { end };
                    hits.push(TermHit {
                        term: TermId(number as u32),
                        start: folded.char_at_byte(start),
                        end: folded.char_at_byte(end),
                    });
                }
            }
        }
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_a_plain_search_finds(
            terms in prop::collection::vec(
                prop::collection::vec(("[退款 a-c]{1,3}", any::<bool>()), 1..4), 1..5),
            text in "[退款要 a-c，1.]{0,30}",
        ) {
            let terms: Vec<Literals> = terms.into_iter().map(|literals| {
                let mut literals: Literals = literals.into_iter()
                    .map(|(text, open_end)| Literal { text: Folded::new(&text).as_str().to_owned(), open_end, by_sound: false })
                    .filter(|literal| !literal.text.is_empty())
                    .collect();
                literals.sort();
                literals.dedup();
                literals
            }).collect::<std::collections::BTreeSet<_>>().into_iter().filter(|literals| !literals.is_empty()).collect();
            let mut collected = Terms::default();
            let ids: Vec<_> = terms.iter().map(|literals| collected.id(literals)).collect();
            prop_assert_eq!(ids, (0..terms.len() as u32).map(TermId).collect::<Vec<_>>());
            let folded = Folded::new(&text);
            let hints: Vec<_> = terms.iter().map(|literals| {
                let texts: Vec<String> = literals.iter().map(|literal| literal.text.clone()).collect();
                (collected.hint(texts.clone()), texts)
            }).collect();
            let scanned = collected.scanner().scan(&folded);
            prop_assert_eq!(&scanned.hits, &plainly(&terms, &folded));
            for (hint, texts) in hints {
                let stands = texts.iter().any(|text| folded.as_str().contains(text.as_str()));
                prop_assert_eq!(scanned.hints.has(hint), stands);
            }
        }
    }
}
