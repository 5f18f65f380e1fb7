//! The words of the centre: embedded files, read once for each centre.

mod files;
mod lexicon;
mod numeral;
mod script;
mod template;

pub(crate) use lexicon::{Lexicon, Says, Wording};
pub(crate) use numeral::{digit, english, mandarin};
pub(crate) use script::{Due, Line, Part, Scenario};
pub(crate) use template::{Node, Template};

use crate::{Language, RehearsalError, Wordings};

/// All that is said in one language.
#[derive(Debug)]
pub(crate) struct Book {
    /// Which.
    pub(crate) language: Language,
    /// Words that any scenario may use.
    pub(crate) common: Lexicon,
    /// Correct behaviour, faults and look-alikes: the open or the sealed set.
    pub(crate) wordings: Lexicon,
    /// What people call about.
    pub(crate) scenarios: Vec<Scenario>,
    /// Side questions of inbound calls.
    pub(crate) asides: Vec<Line>,
    /// What a speech engine confuses: written, heard as.
    pub(crate) confusions: Vec<(String, String)>,
}

impl Book {
    /// Reads the embedded files of a language.
    pub(crate) fn read(language: Language, set: Wordings) -> Result<Self, RehearsalError> {
        let source = files::of(language);
        let mut common = Lexicon::default();
        common.read(source.slots.0, source.slots.1)?;
        let mut wordings = Lexicon::default();
        for (file, text) in source.wordings(set) {
            wordings.read(file, text)?;
        }
        let scenarios = source
            .scenarios
            .iter()
            .map(|(file, text)| Scenario::read(file, text))
            .collect::<Result<_, _>>()?;
        let asides = Scenario::read(source.asides.0, source.asides.1)?.lines;
        let mut confusions = Vec::new();
        for (number, line) in source.noise.1.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let pair = match language {
                Language::Mandarin => line.split_once(' '),
                // the written side may be two words
                Language::English => line.rsplit_once(' '),
            };
            let (written, heard) = pair.ok_or_else(|| RehearsalError::Grammar {
                file: source.noise.0.to_owned(),
                line: number + 1,
                problem: "a confusion reads `written heard`".to_owned(),
            })?;
            confusions.push((written.to_owned(), heard.to_owned()));
        }
        Ok(Self { language, common, wordings, scenarios, asides, confusions })
    }

    /// Whether Mandarin is spoken.
    pub(crate) fn mandarin(&self) -> bool {
        self.language == Language::Mandarin
    }
}

#[cfg(test)]
mod tests;
