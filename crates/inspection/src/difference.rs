//! What two versions of a pack say differently: for people who decide whether one of them shall count.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_language::Language;
use serde::Serialize;
use serde_json::Value;

use crate::explain::explain_condition;
use crate::set::{Judged, NodeId, RuleSet};
use crate::syntax::{Condition, Leaf, Literals, Operator};

/// What differs.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Difference {
    /// What of the pack's head.
    pub pack: Vec<FieldChange>,
    /// Rules that only the second has.
    pub added: Vec<String>,
    /// Rules that only the first has.
    pub removed: Vec<String>,
    /// Rules that say something else.
    pub changed: Vec<Changed>,
}

/// A rule that says something else.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// Its id.
    pub rule: String,
    /// What of it.
    pub fields: Vec<FieldChange>,
}

/// A field with both its values. `when` holds the condition in words, `phrases` what only one of them looks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// As packs name it.
    pub field: String,
    /// In the first.
    pub from: Value,
    /// In the second.
    pub to: Value,
}

/// What a pack says differently in two rule sets.
#[must_use]
pub fn difference(before: &RuleSet, after: &RuleSet, pack: &str, language: Language) -> Difference {
    let (old, new) = (of_pack(before, pack), of_pack(after, pack));
    let head = |set: &RuleSet| set.packs.iter().find(|one| one.id == pack).map(as_fields).unwrap_or_default();
    let changed = old.iter().filter_map(|(id, one)| {
        let fields = rule_fields((before, one), (after, new.get(id)?), language);
        (!fields.is_empty()).then(|| Changed { rule: (*id).to_owned(), fields })
    });
    Difference {
        pack: fields(&head(before), &head(after)),
        added: new.keys().filter(|id| !old.contains_key(*id)).map(|id| (*id).to_owned()).collect(),
        removed: old.keys().filter(|id| !new.contains_key(*id)).map(|id| (*id).to_owned()).collect(),
        changed: changed.collect(),
    }
}

fn of_pack<'s>(set: &'s RuleSet, pack: &str) -> BTreeMap<&'s str, &'s Judged> {
    let rules = set.rules.iter().filter(|judged| judged.rule.pack == pack);
    rules.map(|judged| (judged.rule.id.as_str(), judged)).collect()
}

fn as_fields(of: &impl Serialize) -> BTreeMap<String, Value> {
    match serde_json::to_value(of) {
        Ok(Value::Object(map)) => map.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

/// Fields that differ, names and digests aside.
fn fields(old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let names = names.into_iter().filter(|name| !["id", "pack", "digest"].contains(&name.as_str()));
    let value = |of: &BTreeMap<String, Value>, name: &str| of.get(name).cloned().unwrap_or_default();
    names
        .map(|name| FieldChange { field: name.clone(), from: value(old, name), to: value(new, name) })
        .filter(|change| change.from != change.to)
        .collect()
}

fn rule_fields(
    (before, old): (&RuleSet, &Judged),
    (after, new): (&RuleSet, &Judged),
    language: Language,
) -> Vec<FieldChange> {
    let mut changes = fields(&as_fields(&old.rule), &as_fields(&new.rule));
    if old.condition == new.condition {
        return changes;
    }
    let change = |field: &str, from: Value, to: Value| FieldChange { field: field.to_owned(), from, to };
    let told = |set, node| Value::from(explain_condition(set, node, language));
    changes.push(change("when", told(before, old.when), told(after, new.when)));
    let (gone, come) = (phrases(before, old.when), phrases(after, new.when));
    let only = |of: &BTreeSet<String>, other: &BTreeSet<String>| {
        Value::from(of.difference(other).cloned().collect::<Vec<_>>())
    };
    if gone != come {
        changes.push(change("phrases", only(&gone, &come), only(&come, &gone)));
    }
    changes
}

/// All that a condition looks for, as folded.
fn phrases(set: &RuleSet, node: NodeId) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    gather(set, node, &mut found);
    found
}

fn gather(set: &RuleSet, node: NodeId, found: &mut BTreeSet<String>) {
    match &set.node(node).condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| gather(set, *part, found));
        }
        Condition::Not(part) => gather(set, *part, found),
        Condition::Leaf(leaf) => gather_leaf(set, leaf, found),
    }
}

fn gather_leaf(set: &RuleSet, leaf: &Leaf<NodeId>, found: &mut BTreeSet<String>) {
    let mut take = |literals: &Literals| {
        found.extend(literals.iter().map(ToString::to_string));
    };
    match &leaf.operator {
        Operator::Phrase { entries, .. } => entries.iter().for_each(&mut take),
        Operator::Proximity { first, then, .. } => [first, then].into_iter().for_each(&mut take),
        Operator::Sequence { steps, .. } => {
            steps.iter().for_each(|step| gather(set, step.condition, found));
        }
        _ => {}
    }
    let relations = leaf.anchor.iter().map(|anchor| &anchor.relation).chain(&leaf.except);
    relations.for_each(|relation| gather(set, relation.of, found));
}
