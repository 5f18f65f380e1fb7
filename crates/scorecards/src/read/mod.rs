//! A card as a YAML file.

mod de;
mod yaml;

use std::collections::BTreeSet;

use lingjian_model::Scorecard;
use serde::Deserialize;

use crate::{Diagnostic, Grade, lint};

/// What was read of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The card; none where the file does not hold one.
    pub card: Option<Scorecard>,
    /// What is wrong, with file, line, column and field.
    pub diagnostics: Vec<Diagnostic>,
}

impl Read {
    /// The card, if nothing in it is wrong: warnings may be there.
    #[must_use]
    pub fn sound(&self) -> Option<&Scorecard> {
        let wrong = self.diagnostics.iter().any(|one| one.grade == Grade::Error);
        self.card.as_ref().filter(|_| !wrong)
    }
}

/// Reads a card and looks through it. `rules` are the ids of all known rules, where they are known.
#[must_use]
pub fn read(file: &str, text: &str, rules: Option<&BTreeSet<String>>) -> Read {
    let named = |diagnostic| Diagnostic { file: Some(file.to_owned()), ..diagnostic };
    let root = match yaml::read(text) {
        Ok(root) => root,
        Err(wrong) => return Read { card: None, diagnostics: vec![named(*wrong)] },
    };
    match Scorecard::deserialize(de::Reader::new(&root)) {
        Ok(card) => {
            let found = lint(&card, rules);
            let placed = |one: Diagnostic| Diagnostic { place: Some(root.place_of(&one.field)), ..one };
            let diagnostics = found.into_iter().map(|one| named(placed(one))).collect();
            Read { card: Some(card), diagnostics }
        }
        Err(wrong) => Read { card: None, diagnostics: vec![named(wrong.into_diagnostic(root.place))] },
    }
}
