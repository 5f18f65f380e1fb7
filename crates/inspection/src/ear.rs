//! Phrases looked for by their sound: what speech to text wrote with another character.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_language::{Folded, Heard, Syllable, readings};

use crate::scan::{TermHit, TermId};

/// Of so many syllables one may be a near one: 入 for 录 in 通话录音, and none in two, where it would be another word.
const SYLLABLES_A_SLIP: usize = 3;

/// Finds phrases by their sound.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    phrases: Vec<Phrase>,
    /// Phrases by the sorts of their first two syllables.
    by_beginning: BTreeMap<(usize, usize), Vec<usize>>,
    /// Whether any begins with these two sorts, a row for each first: nearly always none does.
    begins: Vec<bool>,
    /// The length of a row.
    sorts: usize,
}

#[derive(Debug)]
struct Phrase {
    letters: Vec<Letter>,
    slips: usize,
    terms: Vec<TermId>,
}

#[derive(Debug, Clone, Copy)]
struct Letter {
    written: char,
    readings: &'static [Syllable],
}

fn letters(text: &str) -> Vec<Letter> {
    text.chars().map(|written| Letter { written, readings: readings(written) }).collect()
}

/// The sorts that two letters in a row may have.
fn beginnings(letters: &[Letter]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let pair = letters.first().zip(letters.get(1));
    pair.into_iter().flat_map(|(first, second)| {
        first.readings.iter().flat_map(|one| second.readings.iter().map(|two| (one.rough(), two.rough())))
    })
}

impl Ear {
    /// For these phrases, of two Chinese letters or more, and the terms that want them.
    pub(crate) fn new(wanted: BTreeMap<String, Vec<TermId>>) -> Self {
        let mut ear = Self::default();
        for (text, terms) in wanted {
            let letters = letters(&text);
            let beginnings: BTreeSet<_> = beginnings(&letters).collect();
            for beginning in beginnings {
                ear.by_beginning.entry(beginning).or_default().push(ear.phrases.len());
            }
            let slips = letters.len() / SYLLABLES_A_SLIP;
            ear.phrases.push(Phrase { letters, slips, terms });
        }
        let sorts = ear.by_beginning.keys().map(|&(first, second)| first.max(second) + 1).max().unwrap_or(0);
        ear.sorts = sorts;
        ear.begins = vec![false; sorts * sorts];
        for &(first, second) in ear.by_beginning.keys() {
            if let Some(begins) = ear.begins.get_mut(first * sorts + second) {
                *begins = true;
            }
        }
        ear
    }

    fn begin(&self, beginning: (usize, usize)) -> &[usize] {
        let (first, second) = beginning;
        let any = second < self.sorts && self.begins.get(first * self.sorts + second) == Some(&true);
        if any { self.by_beginning.get(&beginning).map(Vec::as_slice).unwrap_or_default() } else { &[] }
    }

    /// Adds every place of every phrase; some may be added twice.
    pub(crate) fn listen(&self, folded: &Folded, hits: &mut Vec<TermHit>) {
        if self.phrases.is_empty() {
            return;
        }
        let heard = letters(folded.as_str());
        for start in 0..heard.len() {
            let rest = heard.get(start..).unwrap_or_default();
            for beginning in beginnings(rest) {
                let phrases = self.begin(beginning).iter().filter_map(|&number| self.phrases.get(number));
                for phrase in phrases.filter(|phrase| phrase.begins(rest)) {
                    let end = start + phrase.letters.len();
                    hits.extend(phrase.terms.iter().map(|&term| TermHit { term, start, end }));
                }
            }
        }
    }
}

impl Phrase {
    fn begins(&self, heard: &[Letter]) -> bool {
        let mut slips = 0;
        heard.len() >= self.letters.len()
            && self.letters.iter().zip(heard).all(|(wanted, said)| match beside(*wanted, *said) {
                Heard::Same => true,
                Heard::Near => {
                    slips += 1;
                    slips <= self.slips
                }
                Heard::Other => false,
            })
    }
}

/// The best that any readings of the two make.
fn beside(wanted: Letter, said: Letter) -> Heard {
    if wanted.written == said.written {
        return Heard::Same;
    }
    let pairs = wanted.readings.iter().flat_map(|one| said.readings.iter().map(|two| one.beside(*two)));
    pairs.min().unwrap_or(Heard::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heard(phrase: &str, text: &str) -> Vec<(usize, usize)> {
        let ear = Ear::new(BTreeMap::from([(phrase.to_owned(), vec![TermId(0)])]));
        let mut hits = Vec::new();
        ear.listen(&Folded::new(text), &mut hits);
        hits.sort_unstable();
        hits.dedup();
        hits.into_iter().map(|hit| (hit.start, hit.end)).collect()
    }

    #[test]
    fn the_same_sound_is_the_same_phrase_and_near_ones_are_few() {
        assert_eq!(heard("工号", "您好，公号三三零八"), [(2, 4)]);
        assert_eq!(heard("给您转走了", "就行了，我给您传走了。"), [(4, 9)]);
        assert_eq!(heard("通话将被录音", "本次通话将被入印"), [(2, 8)]);
        // Two syllables: a near one is another word.
        assert!(heard("录音", "入音").is_empty());
        assert!(heard("退款", "对款").is_empty());
        // Two near ones in four syllables are too many.
        assert_eq!(heard("录音退款", "录音对款"), [(0, 4)]);
        assert!(heard("录音退款", "入音对款").is_empty());
        assert!(heard("录音", "录").is_empty());
        assert_eq!(heard("录音", "录音录音"), [(0, 2), (2, 4)]);
    }

    proptest! {
        /// The quick way finds what looking at every place finds.
        #[test]
        fn nothing_is_missed(phrase in "[录入音印转传走工公还环]{2,5}", text in "[录入音印转传走工公还环a1]{0,12}") {
            let (wanted, said) = (letters(&phrase), letters(&text));
            let plainly: Vec<_> = (0..said.len())
                .filter(|&at| said.len() - at >= wanted.len())
                .filter(|&at| {
                    let all: Vec<Heard> = wanted.iter().zip(&said[at..]).map(|(a, b)| beside(*a, *b)).collect();
                    let near = all.iter().filter(|one| **one == Heard::Near).count();
                    !all.contains(&Heard::Other) && near <= wanted.len() / SYLLABLES_A_SLIP
                })
                .map(|at| (at, at + wanted.len()))
                .collect();
            prop_assert_eq!(heard(&phrase, &text), plainly);
        }
    }
}
