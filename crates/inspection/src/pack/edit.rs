//! Changes to a pack that need no YAML: made at their place, so that comments and order stay as they are.

use thiserror::Error;

use super::diagnostic::Place;
use super::yaml::{self, Entry, Node, Value};
use super::{PackSource, SourceFile};

/// What is to be changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// What a finding of this rule weighs.
    Points {
        /// The rule's id.
        rule: String,
        /// The new points.
        points: f64,
    },
    /// Whether this rule is switched off.
    Off {
        /// The rule's id.
        rule: String,
        /// Switched off.
        off: bool,
    },
    /// A phrase more in a named list.
    Phrase {
        /// The list's name, without the `$`.
        list: String,
        /// The phrase.
        phrase: String,
    },
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// There is nothing of that name that can be read.
    #[error("the pack has no {what} of that name that can be read")]
    Missing {
        /// What was looked for.
        what: &'static str,
    },
    /// A value that cannot stand there.
    #[error("{0}")]
    Value(&'static str),
    /// It is written in a way that cannot be changed from a form.
    #[error("this is written in a way that a form cannot change; edit the file")]
    Shape,
}

/// Makes a change: which file, and its text after it.
///
/// # Errors
/// When there is no such place, or the text would not say what was meant.
pub fn edit(source: &PackSource, edit: &Edit) -> Result<SourceFile, EditError> {
    let made = match edit {
        Edit::Points { rule, points } => {
            if !points.is_finite() || points.abs() > 100.0 {
                return Err(EditError::Value("points lie between -100 and 100"));
            }
            set(source, rule, "points", &points.to_string())?
        }
        Edit::Off { rule, off } => switch(source, rule, *off)?,
        Edit::Phrase { list, phrase } => add(source, list, phrase)?,
    };
    if says(&made, edit) { Ok(made) } else { Err(EditError::Shape) }
}

/// Whether a file says now what was meant, and can be read.
fn says(file: &SourceFile, edit: &Edit) -> bool {
    let Ok(root) = yaml::read(&file.text) else { return false };
    let of_rule = |id: &str, key: &str| Some(rule(&root, id)?.get(key)?.text()?.to_owned());
    match edit {
        Edit::Points { rule, points } => {
            of_rule(rule, "points").and_then(|text| text.parse::<f64>().ok()) == Some(*points)
        }
        Edit::Off { rule, off } => matches!(of_rule(rule, "off").as_deref(), Some("true" | "yes")) == *off,
        Edit::Phrase { list, phrase } => root
            .get("phrases")
            .and_then(|lists| lists.get(list))
            .is_some_and(|list| list.items().iter().any(|item| item.text() == Some(phrase.trim()))),
    }
}

fn rule<'r>(root: &'r Node, id: &str) -> Option<&'r Node> {
    root.get("rules")?.items().iter().find(|rule| rule.get("id").and_then(Node::text) == Some(id))
}

/// Finds something in one of the files.
fn find<'s, T>(
    source: &'s PackSource,
    what: &'static str,
    look: impl Fn(&Node) -> Option<T>,
) -> Result<(&'s SourceFile, T), EditError> {
    let found = source.files.iter().find_map(|file| Some((file, look(&yaml::read(&file.text).ok()?)?)));
    found.ok_or(EditError::Missing { what })
}

/// Gives a rule's key another value, or the key.
fn set(source: &PackSource, id: &str, key: &str, value: &str) -> Result<SourceFile, EditError> {
    let (file, (named, there)) = find(source, "rule", |root| {
        let rule = rule(root, id)?;
        Some((rule.entry("id")?.clone(), rule.entry(key).cloned()))
    })?;
    match there {
        Some(Entry { node: Node { place, value: Value::Scalar { .. } }, .. }) => replace(file, place, value),
        Some(_) => Err(EditError::Shape),
        None => insert(file, &named, key, value),
    }
}

fn switch(source: &PackSource, id: &str, off: bool) -> Result<SourceFile, EditError> {
    if off {
        return set(source, id, "off", "true");
    }
    let (file, there) = find(source, "rule", |root| Some(rule(root, id)?.entry("off").cloned()))?;
    let Some(entry) = there else { return Ok(file.clone()) };
    let line = file.text.lines().nth(entry.place.line.saturating_sub(1)).unwrap_or_default();
    if line.trim() != "off: true" {
        return replace(file, entry.node.place, "false");
    }
    let from = offset(&file.text, entry.place.line, 1).ok_or(EditError::Shape)?;
    let to = offset(&file.text, entry.place.line + 1, 1).unwrap_or(file.text.len());
    let mut text = file.text.clone();
    text.replace_range(from..to, "");
    Ok(SourceFile { path: file.path.clone(), text })
}

fn add(source: &PackSource, name: &str, phrase: &str) -> Result<SourceFile, EditError> {
    let phrase = phrase.trim();
    if phrase.is_empty() || phrase.contains(['\n', '\r']) {
        return Err(EditError::Value("write one phrase on one line"));
    }
    let (file, list) = find(source, "phrase list", |root| Some(root.get("phrases")?.get(name)?.clone()))?;
    if list.items().iter().any(|item| item.text() == Some(phrase)) {
        return Err(EditError::Value("the list has this phrase already"));
    }
    let text = &file.text;
    let written = quoted(phrase);
    let last = list.items().last().ok_or(EditError::Shape)?.place;
    let end = offset(text, last.line, last.column + last.length).ok_or(EditError::Shape)?;
    let begins = offset(text, list.place.line, list.place.column).ok_or(EditError::Shape)?;
    let (at, more) = match &list.value {
        Value::Scalar { .. } => {
            let old = text.get(begins..end).ok_or(EditError::Shape)?;
            return replace(file, list.place, &format!("[{old}, {written}]"));
        }
        _ if text[begins..].starts_with('[') => (end, format!(", {written}")),
        _ => {
            let line = text.lines().nth(last.line - 1).unwrap_or_default();
            let dash = line.find('-').ok_or(EditError::Shape)?;
            let at = offset(text, last.line + 1, 1);
            let margin = &line[..dash];
            match at {
                Some(at) => (at, format!("{margin}- {written}\n")),
                None => (text.len(), format!("\n{margin}- {written}")),
            }
        }
    };
    let mut text = text.clone();
    text.insert_str(at, &more);
    Ok(SourceFile { path: file.path.clone(), text })
}

/// A phrase as YAML: plain where that means it.
fn quoted(phrase: &str) -> String {
    let first = phrase.chars().next().unwrap_or_default();
    let plain = !"-?:,[]{}#&*!|>'\"%@`~".contains(first)
        && !phrase.contains([',', '[', ']', '{', '}', '#', ':', '"', '\''])
        && !first.is_ascii_digit()
        && !["true", "false", "null", "yes", "no"].contains(&phrase);
    if plain { phrase.to_owned() } else { format!("'{}'", phrase.replace('\'', "''")) }
}

fn replace(file: &SourceFile, place: Place, with: &str) -> Result<SourceFile, EditError> {
    let from = offset(&file.text, place.line, place.column).ok_or(EditError::Shape)?;
    let to = offset(&file.text, place.line, place.column + place.length).ok_or(EditError::Shape)?;
    let mut text = file.text.clone();
    text.replace_range(from..to, with);
    Ok(SourceFile { path: file.path.clone(), text })
}

/// Writes a key behind another of the same mapping.
fn insert(file: &SourceFile, behind: &Entry, key: &str, value: &str) -> Result<SourceFile, EditError> {
    let line = file.text.lines().nth(behind.place.line.saturating_sub(1)).unwrap_or_default();
    let before: String = line.chars().take(behind.place.column.saturating_sub(1)).collect();
    let block = before.chars().all(|c| c == ' ' || c == '-');
    let mut text = file.text.clone();
    if block {
        let margin = " ".repeat(before.chars().count());
        match offset(&text, behind.node.place.line + 1, 1) {
            Some(at) => text.insert_str(at, &format!("{margin}{key}: {value}\n")),
            None => text.push_str(&format!("\n{margin}{key}: {value}")),
        }
    } else {
        let place = behind.node.place;
        let at = offset(&text, place.line, place.column + place.length).ok_or(EditError::Shape)?;
        text.insert_str(at, &format!(", {key}: {value}"));
    }
    Ok(SourceFile { path: file.path.clone(), text })
}

/// The byte at which a line's column begins; both count from 1, columns in characters.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        start += text[start..].find('\n')? + 1;
    }
    let rest = text[start..].split('\n').next().unwrap_or_default();
    let mut places = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    if line > 1 && column == 1 && start == text.len() {
        return None;
    }
    Some(start + places.nth(column.saturating_sub(1))?)
}
