//! Reading a pack's head and its rules.

use std::sync::Arc;

use jiff::civil::Date;
use lingjian_language::Language;
use lingjian_model::{Dimension, Severity, Wording};

use super::Library;
use super::condition::Reader;
use super::diagnostic::Place;
use super::dialogue;
use super::fields::{Fields, Notes, choice, flag, list, number, text, whole};
use super::yaml::{Entry, Node, Value};
use crate::digest::{digest, hashed};
use crate::syntax::{Pack, Per, Rule, Tree, Validity, Weighing};

/// A rule that was read, not yet joined with others.
#[derive(Debug)]
pub(crate) struct RawRule {
    pub(crate) rule: Rule,
    pub(crate) when: Tree,
    /// SHA-256 of the condition alone.
    pub(crate) condition: String,
    pub(crate) tests: Arc<[TestCase]>,
    pub(crate) file: String,
    pub(crate) place: Place,
    /// Switched off: read and checked, and not judged by.
    pub(crate) off: bool,
}

/// A small dialogue with what the rule must find in it.
#[derive(Debug, Clone)]
pub(crate) struct TestCase {
    pub(crate) name: String,
    pub(crate) call: lingjian_model::Conversation,
    pub(crate) hits: Expected,
    pub(crate) place: Place,
}

/// What a test expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Some,
    None,
    Exactly(usize),
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
}

fn name<'y>(entry: &'y Entry, what: &str, notes: &mut Notes<'_>) -> Option<&'y str> {
    let written = text(&entry.node, what, notes)?;
    if is_name(written) {
        return Some(written);
    }
    notes.error_help(
        entry.node.place,
        format!("`{written}` is no name"),
        "lower case letters, digits and hyphens",
    );
    None
}

pub(super) fn head(node: Option<&Node>, folder: &str, notes: &mut Notes<'_>) -> Pack {
    let mut pack = Pack {
        id: folder.to_owned(),
        title: Wording::new(folder, folder),
        language: None,
        valid: Validity::default(),
        weighing: Dimension::ALL.map(|dimension| Weighing {
            weight: 1.0,
            cap: None,
            fatal: (dimension == Dimension::Compliance).then_some(0.0),
        }),
    };
    let Some(node) = node else {
        let place = Place { line: 1, column: 1, length: 1 };
        notes.warn(place, "no file of this pack has a `pack:` head", "name its id, title and language");
        return pack;
    };
    let Some(mut fields) = Fields::of(node, "`pack`", notes) else { return pack };
    if let Some(id) = fields.need("id", "`pack`", notes).and_then(|entry| name(entry, "`id`", notes)) {
        pack.id = id.to_owned();
        pack.title = Wording::new(id, id);
    }
    if let Some(title) = fields.take("title").and_then(|entry| wording(&entry.node, "`title`", notes)) {
        pack.title = title;
    }
    if let Some(entry) = fields.take("language") {
        let languages = [("zh", Language::Chinese), ("en", Language::English)];
        pack.language = choice(&entry.node, "`language`", &languages, notes);
    }
    pack.valid = fields.take("valid").map(|entry| validity(&entry.node, notes)).unwrap_or_default();
    if let Some(mut scores) =
        fields.take("scores").and_then(|entry| Fields::of(&entry.node, "`scores`", notes))
    {
        for (dimension, weighing) in Dimension::ALL.into_iter().zip(&mut pack.weighing) {
            if let Some(entry) = scores.take(dimension.name()) {
                weigh(&entry.node, weighing, notes);
            }
        }
        scores.finish("`scores`", notes);
    }
    fields.finish("`pack`", notes);
    pack
}

fn weigh(node: &Node, weighing: &mut Weighing, notes: &mut Notes<'_>) {
    let Some(mut fields) = Fields::of(node, "a score", notes) else { return };
    if let Some(weight) = fields.take("weight").and_then(|e| number(&e.node, "`weight`", 0.0, 10.0, notes)) {
        weighing.weight = weight;
    }
    if let Some(cap) = fields.take("cap").and_then(|e| number(&e.node, "`cap`", 0.0, 100.0, notes)) {
        weighing.cap = Some(cap);
    }
    if let Some(fatal) = fields.take("fatal").and_then(|e| number(&e.node, "`fatal`", 0.0, 100.0, notes)) {
        weighing.fatal = Some(fatal);
    }
    fields.finish("a score", notes);
}

pub(super) fn wording(node: &Node, what: &str, notes: &mut Notes<'_>) -> Option<Wording> {
    if let Value::Scalar { text } = &node.value {
        return Some(Wording::new(text, text));
    }
    let mut fields = Fields::of(node, what, notes)?;
    let zh = fields.take("zh").and_then(|entry| text(&entry.node, what, notes)).map(str::to_owned);
    let en = fields.take("en").and_then(|entry| text(&entry.node, what, notes)).map(str::to_owned);
    fields.finish(what, notes);
    let Some(either) = zh.clone().or_else(|| en.clone()) else {
        notes.error(node.place, format!("{what} needs `zh`, `en` or both"));
        return None;
    };
    Some(Wording { zh: zh.unwrap_or_else(|| either.clone()), en: en.unwrap_or(either) })
}

fn validity(node: &Node, notes: &mut Notes<'_>) -> Validity {
    let mut valid = Validity::default();
    let Some(mut fields) = Fields::of(node, "`valid`", notes) else { return valid };
    let mut date = |key: &'static str, fields: &mut Fields<'_>| -> Option<Date> {
        let entry = fields.take(key)?;
        let written = text(&entry.node, "a day", notes)?;
        written
            .parse()
            .map_err(|_| {
                notes.error_help(
                    entry.node.place,
                    format!("`{written}` is not a day"),
                    "write it as 2026-01-31",
                );
            })
            .ok()
    };
    valid.from = date("from", &mut fields);
    valid.to = date("to", &mut fields);
    if let (Some(from), Some(to)) = (valid.from, valid.to)
        && to < from
    {
        notes.error(node.place, format!("valid from {from} to {to} is never valid"));
    }
    let keys = [
        ("projects", "project"),
        ("categories", "category"),
        ("directions", "direction"),
        ("queues", "queue"),
    ];
    for (key, attribute) in keys {
        if let Some(nodes) = fields.take(key).and_then(|entry| list(&entry.node, "a list of values", notes)) {
            let values =
                nodes.iter().filter_map(|node| text(node, "a value", notes)).map(str::to_owned).collect();
            valid.attributes.push((attribute, values));
        }
    }
    fields.finish("`valid`", notes);
    valid
}

pub(super) fn rule(node: &Node, pack: &Pack, library: &Library, notes: &mut Notes<'_>) -> Option<RawRule> {
    let before = notes.errors();
    let mut fields = Fields::of(node, "a rule", notes)?;
    let id_entry = fields.need("id", "a rule", notes)?;
    let id = name(id_entry, "`id`", notes)?.to_owned();
    let place = id_entry.node.place;
    notes.rule = Some(id.clone());
    let off = fields.take("off").and_then(|entry| flag(&entry.node, "`off`", notes)).unwrap_or(false);
    let named = Wording::new(&id, &id);
    let title = fields.take("title").and_then(|e| wording(&e.node, "`title`", notes)).unwrap_or(named);
    let about = fields.take("about").and_then(|e| wording(&e.node, "`about`", notes)).unwrap_or_default();
    let fault = fields.take("fault").and_then(|entry| name(entry, "`fault`", notes)).map(str::to_owned);
    let severities =
        [Severity::Info, Severity::Minor, Severity::Major, Severity::Fatal].map(|s| (s.name(), s));
    let severity = fields
        .need("severity", "a rule", notes)
        .and_then(|e| choice(&e.node, "`severity`", &severities, notes));
    let dimensions = Dimension::ALL.map(|d| (d.name(), d));
    let dimension = fields
        .need("dimension", "a rule", notes)
        .and_then(|e| choice(&e.node, "`dimension`", &dimensions, notes));
    let points =
        fields.take("points").map_or(Some(0.0), |e| number(&e.node, "`points`", -100.0, 100.0, notes));
    let at_most = fields.take("at_most").map(|e| (e.place, whole(&e.node, "`at_most`", 1, 1_000, notes)));
    let per_hit = fields
        .take("per")
        .map_or(Some(false), |e| choice(&e.node, "`per`", &[("call", false), ("hit", true)], notes));
    let per = match (per_hit, at_most) {
        (Some(false), Some((place, _))) => {
            notes.error_help(place, "`at_most` counts hits", "add `per: hit`");
            None
        }
        (Some(false), None) => Some(Per::Call),
        (Some(true), at_most) => Some(Per::Hit { at_most: at_most.and_then(|(_, count)| count) }),
        (None, _) => None,
    };
    let tags = fields.take("tags").and_then(|entry| list(&entry.node, "`tags`", notes)).unwrap_or_default();
    let tags = tags.iter().filter_map(|node| text(node, "a tag", notes)).map(str::to_owned).collect();
    let requires =
        fields.take("requires").and_then(|entry| name(entry, "`requires`", notes)).map(str::to_owned);
    let valid = fields.take("valid").map(|entry| validity(&entry.node, notes)).unwrap_or_default();
    let role = fields.take("role").and_then(|entry| {
        let roles = [
            lingjian_model::Role::Agent,
            lingjian_model::Role::Customer,
            lingjian_model::Role::Supervisor,
            lingjian_model::Role::System,
        ]
        .map(|role| (role.name(), role));
        choice(&entry.node, "`role`", &roles, notes)
    });
    let when = fields
        .need("when", "a rule", notes)
        .and_then(|entry| Reader { library, notes, role, within: Vec::new() }.condition(&entry.node));
    let tests = fields.take("tests").map_or_else(Arc::default, |entry| {
        let nodes = list(&entry.node, "`tests`", notes).unwrap_or_default();
        nodes.iter().enumerate().filter_map(|(at, node)| test(node, at, notes)).collect()
    });
    fields.finish("a rule", notes);
    if let (Some(points), Some(dimension)) = (points, dimension) {
        let praise = severity == Some(Severity::Info);
        let better = if dimension == Dimension::Risk { points < 0.0 } else { points > 0.0 };
        if better && !praise {
            let message =
                format!("{points} points make {} better for a finding that is not `info`", dimension.name());
            notes.warn(node.place, message, "compliance and experience fall with −, risk rises with +");
        }
    }
    if notes.errors() > before {
        return None;
    }
    let when = when?;
    let mut rule = Rule {
        id,
        pack: pack.id.clone(),
        title,
        about,
        fault,
        severity: severity?,
        dimension: dimension?,
        points: points?,
        per: per?,
        tags,
        requires,
        valid,
        digest: String::new(),
    };
    rule.digest = digest(&rule, &when, pack);
    let condition = hashed(&when);
    Some(RawRule { rule, when, condition, tests, file: notes.file.clone(), place, off })
}

fn test(node: &Node, at: usize, notes: &mut Notes<'_>) -> Option<TestCase> {
    let mut fields = Fields::of(node, "a test", notes)?;
    let name = fields.take("name").and_then(|entry| text(&entry.node, "`name`", notes));
    let name = name.map_or_else(|| format!("test {}", at + 1), str::to_owned);
    let hits =
        fields.need("hits", "a test", notes).and_then(|entry| match text(&entry.node, "`hits`", notes)? {
            "true" | "yes" => Some(Expected::Some),
            "false" | "no" | "0" => Some(Expected::None),
            _ => {
                whole(&entry.node, "`hits` (true, false or a number)", 1, 1_000, notes).map(Expected::Exactly)
            }
        });
    let attributes = fields.take("attributes");
    let starts = fields.take("starts");
    let call = fields.need("call", "a test", notes).and_then(|entry| {
        let written = text(&entry.node, "`call`", notes)?;
        dialogue::read(written, entry.node.place, notes)
    });
    fields.finish("a test", notes);
    let mut call = call?;
    if let Some(entry) = attributes
        && let Value::Map(entries) = &entry.node.value
    {
        for one in entries {
            let value = text(&one.node, "an attribute", notes)?;
            call.attributes.insert(one.key.clone(), value.into());
        }
    }
    if let Some(entry) = starts {
        let written = text(&entry.node, "`starts`", notes)?;
        let Ok(day) = written.parse::<Date>() else {
            notes.error_help(entry.node.place, format!("`{written}` is not a day"), "write it as 2026-01-31");
            return None;
        };
        call.started_at = day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    }
    Some(TestCase { name, call, hits: hits?, place: node.place })
}
