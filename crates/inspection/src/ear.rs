//! Phrases looked for by their sound: what speech to text wrote with another character.

use std::collections::BTreeMap;

use lingjian_language::{Folded, Heard, Syllable, readings};

use crate::scan::{TermHit, TermId};

/// Of so many syllables one may be a near one: 入 for 录 in 通话录音, and none in two, where it would be another word.
const SYLLABLES_A_SLIP: usize = 3;

/// Finds phrases by their sound.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    phrases: Vec<Phrase>,
    /// Phrases by the sort of their first syllable.
    by_first: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct Phrase {
    letters: Vec<(char, &'static [Syllable])>,
    slips: usize,
    terms: Vec<TermId>,
}

impl Ear {
    /// For these phrases, Chinese and folded, and the terms that want them.
    pub(crate) fn new(wanted: BTreeMap<String, Vec<TermId>>) -> Self {
        let mut ear = Self::default();
        for (text, terms) in wanted {
            let letters: Vec<_> = text.chars().map(|letter| (letter, readings(letter))).collect();
            let first = letters.first().map(|(_, readings)| *readings).unwrap_or_default();
            let mut roughs: Vec<usize> = first.iter().map(|syllable| syllable.rough()).collect();
            roughs.sort_unstable();
            roughs.dedup();
            for rough in roughs {
                if ear.by_first.len() <= rough {
                    ear.by_first.resize(rough + 1, Vec::new());
                }
                if let Some(phrases) = ear.by_first.get_mut(rough) {
                    phrases.push(ear.phrases.len());
                }
            }
            let slips = letters.len() / SYLLABLES_A_SLIP;
            ear.phrases.push(Phrase { letters, slips, terms });
        }
        ear
    }

    /// Adds every place of every phrase; some may be added twice.
    pub(crate) fn listen(&self, folded: &Folded, hits: &mut Vec<TermHit>) {
        if self.phrases.is_empty() {
            return;
        }
        let heard: Vec<_> = folded.as_str().chars().map(|letter| (letter, readings(letter))).collect();
        for (start, (_, first)) in heard.iter().enumerate() {
            let rest = heard.get(start..).unwrap_or_default();
            for syllable in *first {
                let begin_so = self.by_first.get(syllable.rough()).into_iter().flatten();
                for phrase in begin_so.filter_map(|&number| self.phrases.get(number)) {
                    if phrase.begins(rest) {
                        let end = start + phrase.letters.len();
                        hits.extend(phrase.terms.iter().map(|&term| TermHit { term, start, end }));
                    }
                }
            }
        }
    }
}

impl Phrase {
    fn begins(&self, heard: &[(char, &'static [Syllable])]) -> bool {
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
fn beside(wanted: (char, &[Syllable]), said: (char, &[Syllable])) -> Heard {
    if wanted.0 == said.0 {
        return Heard::Same;
    }
    let pairs = wanted.1.iter().flat_map(|one| said.1.iter().map(|two| one.beside(*two)));
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
            let letters = |text: &str| -> Vec<_> { text.chars().map(|c| (c, readings(c))).collect() };
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
