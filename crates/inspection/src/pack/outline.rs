//! What stands in a pack, read loosely: for lists and forms, also while a part of it is broken.

use lingjian_model::Wording;
use serde::Serialize;

use super::PackSource;
use super::diagnostic::Place;
use super::yaml::{self, Node, Value};

/// What stands in a pack.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Outline {
    /// Its rules, in the order of the files.
    pub rules: Vec<RuleLine>,
    /// Its named phrase lists.
    pub phrases: Vec<PhraseList>,
}

/// A rule as it is written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleLine {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub title: Wording,
    /// As written; nothing where none is, or no number.
    pub points: Option<f64>,
    /// As written.
    pub severity: Option<String>,
    /// As written.
    pub dimension: Option<String>,
    /// Switched off.
    pub off: bool,
    /// The file.
    pub file: String,
    /// Where its id stands.
    #[serde(flatten)]
    pub place: Place,
}

/// A named list of phrases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhraseList {
    /// Its name, without the `$`.
    pub name: String,
    /// As written.
    pub phrases: Vec<String>,
    /// The file.
    pub file: String,
    /// Where its name stands.
    #[serde(flatten)]
    pub place: Place,
}

/// Reads a pack loosely: what cannot be read is not there.
#[must_use]
pub fn outline(source: &PackSource) -> Outline {
    let mut outline = Outline::default();
    for file in &source.files {
        let Ok(root) = yaml::read(&file.text) else { continue };
        if let Some(Node { value: Value::Map(lists), .. }) = root.get("phrases") {
            outline.phrases.extend(lists.iter().map(|entry| PhraseList {
                name: entry.key.clone(),
                phrases: entry.node.items().iter().filter_map(Node::text).map(str::to_owned).collect(),
                file: file.path.clone(),
                place: entry.place,
            }));
        }
        let Some(rules) = root.get("rules") else { continue };
        outline.rules.extend(rules.items().iter().filter_map(|rule| {
            let (id, place) = rule.get("id").and_then(|id| Some((id.text()?, id.place)))?;
            let text = |key: &str| rule.get(key).and_then(Node::text).map(str::to_owned);
            Some(RuleLine {
                id: id.to_owned(),
                title: rule.get("title").map_or_else(|| both(id), |title| wording(title, id)),
                points: text("points").and_then(|points| points.parse().ok()),
                severity: text("severity"),
                dimension: text("dimension"),
                off: matches!(text("off").as_deref(), Some("true" | "yes")),
                file: file.path.clone(),
                place,
            })
        }));
    }
    outline
}

fn both(text: &str) -> Wording {
    Wording::new(text, text)
}

fn wording(node: &Node, id: &str) -> Wording {
    if let Some(text) = node.text() {
        return both(text);
    }
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let either = text("zh").or_else(|| text("en")).unwrap_or_else(|| id.to_owned());
    Wording { zh: text("zh").unwrap_or_else(|| either.clone()), en: text("en").unwrap_or(either) }
}
