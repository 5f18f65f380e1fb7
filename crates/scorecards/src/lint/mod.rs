//! What is wrong or doubtful in a card. `docs/scorecards.md` has the table.

mod conditions;
mod sense;
mod shape;

use std::collections::BTreeSet;

use lingjian_model::{Scorecard, Wording};

use crate::diagnostic::{Diagnostic, Grade, Kind, Path};

pub use sense::MOST_ITEMS;

/// Looks through a card: errors in the card's order, then warnings. `rules` are the ids of all known rules, where they are
/// known: a card may be written before its rules are.
#[must_use]
pub fn lint(card: &Scorecard, rules: Option<&BTreeSet<String>>) -> Vec<Diagnostic> {
    let mut notes = Notes::default();
    shape::look(card, &mut notes);
    conditions::look(card, &mut notes);
    sense::look(card, rules, &mut notes);
    notes.0.sort_by(|one, other| one.grade.cmp(&other.grade).then_with(|| one.field.cmp(&other.field)));
    notes.0
}

/// Where diagnostics go.
#[derive(Default)]
struct Notes(Vec<Diagnostic>);

impl Notes {
    fn error(&mut self, kind: Kind, field: Path, message: [String; 2], help: Wording) {
        let [zh, en] = message;
        self.0.push(Diagnostic::new(Grade::Error, kind, field, Wording::new(zh, en), help));
    }

    fn warn(&mut self, kind: Kind, field: Path, message: [String; 2], help: Wording) {
        let [zh, en] = message;
        self.0.push(Diagnostic::new(Grade::Warning, kind, field, Wording::new(zh, en), help));
    }
}

fn section_path(section: usize) -> Path {
    Path::default().at("sections", section)
}

/// Every item with the way to it, in the card's order.
fn items(card: &Scorecard) -> impl Iterator<Item = (Path, &lingjian_model::scorecard::Item)> {
    card.sections.iter().enumerate().flat_map(|(number, section)| {
        let at = section_path(number);
        section.items.iter().enumerate().map(move |(number, item)| (at.at("items", number), item))
    })
}
