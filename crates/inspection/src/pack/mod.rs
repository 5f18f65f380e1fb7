//! Rule packs as text → heads, rules and conditions, with a diagnostic for everything that is wrong.

pub(crate) mod chinese;
mod condition;
pub(crate) mod diagnostic;
mod dialogue;
mod edit;
mod fields;
mod outline;
mod phrase;
mod rule;
mod yaml;

use std::cell::RefCell;
use std::collections::BTreeMap;

pub use diagnostic::{Diagnostic, Grade, Place};
pub use edit::{Edit, EditError, edit};
use fields::{Fields, Notes};
pub use outline::{Outline, PhraseList, RuleLine, outline};
pub(crate) use rule::{Expected, RawRule, TestCase};
use yaml::{Entry, Node, Value};

use crate::pattern::{Pattern, PatternError};
use crate::syntax::Pack;

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, as diagnostics name it.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// A pack as text: one folder, or one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackSource {
    /// Its folder's or file's name; stands in where the pack names none.
    pub name: String,
    /// Its files, in the order of their names.
    pub files: Vec<SourceFile>,
}

/// What a pack's rules may refer to by name; each with the file it stands in.
#[derive(Debug, Default)]
struct Library {
    phrases: BTreeMap<String, (String, Node)>,
    conditions: BTreeMap<String, (String, Node)>,
    /// By what is written: conditions are read wherever they are used.
    patterns: RefCell<BTreeMap<String, Pattern>>,
}

impl Library {
    fn pattern(&self, written: &str) -> Result<Pattern, PatternError> {
        if let Some(known) = self.patterns.borrow().get(written) {
            return Ok(known.clone());
        }
        let new = Pattern::new(written)?;
        self.patterns.borrow_mut().insert(written.to_owned(), new.clone());
        Ok(new)
    }
}

/// A pack that was read by itself, not yet joined with others: its head, those of its rules that are whole, what is wrong.
#[derive(Debug)]
pub struct RawPack {
    pub(crate) source: PackSource,
    pub(crate) head: Pack,
    pub(crate) rules: Vec<RawRule>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    patterns: BTreeMap<String, Pattern>,
}

impl RawPack {
    /// Reads a pack. What is broken is told and left out; the rest is there.
    #[must_use]
    pub fn read(source: PackSource) -> Self {
        read(source, BTreeMap::new())
    }

    /// Reads the pack as it is written now; patterns that stood in it before are not compiled again, which takes longest.
    #[must_use]
    pub fn again(&self, source: PackSource) -> Self {
        read(source, self.patterns.clone())
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// As it is written.
    #[must_use]
    pub const fn source(&self) -> &PackSource {
        &self.source
    }
}

fn read(source: PackSource, patterns: BTreeMap<String, Pattern>) -> RawPack {
    let mut diagnostics = Vec::new();
    let mut library = Library { patterns: patterns.into(), ..Library::default() };
    let mut head: Option<(String, Node)> = None;
    let mut rules: Vec<(String, Node)> = Vec::new();
    for file in &source.files {
        let mut notes = Notes { file: file.path.clone(), rule: None, list: &mut diagnostics };
        let root = match yaml::read(&file.text) {
            Ok(root) => root,
            Err(fault) => {
                notes.error_help(fault.place, fault.message, "nothing of this file was read");
                continue;
            }
        };
        if matches!(root.value, Value::Empty) {
            notes.warn(root.place, "this file is empty", "remove it, or write rules into it");
            continue;
        }
        let Some(mut fields) = Fields::of(&root, "a pack file", &mut notes) else { continue };
        if let Some(entry) = fields.take("pack") {
            if head.is_some() {
                notes.error(entry.place, "another file of this pack has its head already");
            } else {
                head = Some((file.path.clone(), entry.node.clone()));
            }
        }
        names(fields.take("phrases"), "phrase list", &mut library.phrases, &mut notes);
        names(fields.take("conditions"), "condition", &mut library.conditions, &mut notes);
        if let Some(entry) = fields.take("rules") {
            match &entry.node.value {
                Value::List(nodes) => {
                    rules.extend(nodes.iter().map(|node| (file.path.clone(), node.clone())))
                }
                Value::Empty => {}
                _ => notes.error(entry.node.place, "`rules` must be a list"),
            }
        }
        fields.finish("a pack file", &mut notes);
    }
    let file = head.as_ref().map_or_else(|| source.name.clone(), |(file, _)| file.clone());
    let mut notes = Notes { file, rule: None, list: &mut diagnostics };
    let head = rule::head(head.as_ref().map(|(_, node)| node), &source.name, &mut notes);
    let rules = rules
        .iter()
        .filter_map(|(file, node)| {
            let mut notes = Notes { file: file.clone(), rule: None, list: notes.list };
            rule::rule(node, &head, &library, &mut notes)
        })
        .collect();
    RawPack { source, head, rules, diagnostics, patterns: library.patterns.into_inner() }
}

fn names(
    entry: Option<&Entry>,
    what: &str,
    into: &mut BTreeMap<String, (String, Node)>,
    notes: &mut Notes<'_>,
) {
    let Some(entry) = entry else { return };
    let Value::Map(entries) = &entry.node.value else {
        notes.error(entry.node.place, format!("`{}` must be a mapping from names", entry.key));
        return;
    };
    for Entry { key, place, node } in entries {
        if into.contains_key(key) {
            notes.error(*place, format!("another {what} of this pack is named `{key}`"));
        } else if rule::is_name(key) {
            into.insert(key.clone(), (notes.file.clone(), node.clone()));
        } else {
            notes.error_help(
                *place,
                format!("`{key}` is no name"),
                "names are lower case letters, digits and hyphens",
            );
        }
    }
}
