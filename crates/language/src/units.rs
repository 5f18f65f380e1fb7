//! How much was spoken.

use crate::script::{Language, is_han, is_word_letter};

/// Spoken units of a text: what a speech rate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Units {
    /// Chinese characters and digits: a syllable each.
    pub characters: usize,
    /// Latin words, and numbers in digits.
    pub words: usize,
}

impl Units {
    /// Counts the units of a text, folded or not.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut units = Self::default();
        let (mut inside_word, mut numeric) = (false, true);
        // A number is spoken digit by digit in Chinese and counts as one word in English.
        for c in text.chars().chain([' ']) {
            if is_word_letter(c) {
                inside_word = true;
                numeric &= c.is_ascii_digit();
                units.characters += usize::from(c.is_ascii_digit());
                continue;
            }
            if inside_word {
                units.words += 1;
                units.characters += usize::from(!numeric);
                (inside_word, numeric) = (false, true);
            }
            units.characters += usize::from(is_han(c));
        }
        units
    }

    /// The units that a rate in this language counts: characters, or words.
    #[must_use]
    pub const fn count(self, language: Language) -> usize {
        match language {
            Language::Chinese => self.characters,
            Language::English => self.words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_spoken() {
        assert_eq!(Units::of("您好，工号1024"), Units { characters: 8, words: 1 });
        assert_eq!(Units::of("hello there, agent 7").words, 4);
        assert_eq!(Units::of("我的iPhone").count(Language::Chinese), 3);
        assert_eq!(Units::of("").count(Language::English), 0);
    }
}
