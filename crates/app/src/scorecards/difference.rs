//! What two versions of a card say differently.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::Scorecard;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A field that says something else.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// Its name in the file; `order` for the order of parts, `section` for where an item stands.
    pub field: String,
    /// What it said; null where it said nothing.
    pub from: Value,
    /// What it says.
    pub to: Value,
}

/// A section or an item that stayed and says something else.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// What differs.
    pub fields: Vec<FieldChange>,
}

/// What came, what went, what changed; by id.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Changes {
    /// Ids that are new, in the card's order.
    pub added: Vec<String>,
    /// Ids that are gone, in the card's order.
    pub removed: Vec<String>,
    /// In the card's order.
    pub changed: Vec<Changed>,
}

/// What two versions of a card say differently.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Difference {
    /// Of the card itself: title, about, fatal, the order of its items.
    pub card: Vec<FieldChange>,
    /// Of its sections, without their items.
    pub sections: Changes,
    /// Of its items.
    pub items: Changes,
}

type Parts = Vec<(String, Map<String, Value>)>;

/// What `to` says differently from `from`.
#[must_use]
pub fn difference(from: &Scorecard, to: &Scorecard) -> Difference {
    let (from_sections, from_items) = parts(from);
    let (to_sections, to_items) = parts(to);
    let mut card = fields(&head(from), &head(to));
    // Where the same items stand in another order, they are asked in another order.
    let order = |of: &Parts, other: &Parts| -> Vec<String> {
        let kept: BTreeSet<&str> = other.iter().map(|(id, _)| id.as_str()).collect();
        of.iter().filter(|(id, _)| kept.contains(id.as_str())).map(|(id, _)| id.clone()).collect()
    };
    let (before, after) = (order(&from_items, &to_items), order(&to_items, &from_items));
    if before != after {
        card.push(FieldChange { field: "order".to_owned(), from: json!(before), to: json!(after) });
    }
    Difference {
        card,
        sections: changes(&from_sections, &to_sections),
        items: changes(&from_items, &to_items),
    }
}

fn object(value: impl Serialize, without: &str) -> Map<String, Value> {
    let mut object = match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    object.remove(without);
    object
}

fn head(card: &Scorecard) -> Map<String, Value> {
    object(card, "sections")
}

/// The sections, and the items with the section that each stands in.
fn parts(card: &Scorecard) -> (Parts, Parts) {
    let (mut sections, mut items) = (Vec::new(), Vec::new());
    for section in &card.sections {
        sections.push((section.id.clone(), object(section, "items")));
        for item in &section.items {
            let mut fields = object(item, "id");
            fields.insert("section".to_owned(), json!(section.id));
            items.push((item.id.clone(), fields));
        }
    }
    (sections, items)
}

fn changes(from: &Parts, to: &Parts) -> Changes {
    let index = |parts: &Parts| -> BTreeMap<String, Map<String, Value>> { parts.iter().cloned().collect() };
    let (before, after) = (index(from), index(to));
    let missing = |of: &Parts, other: &BTreeMap<String, Map<String, Value>>| -> Vec<String> {
        of.iter().filter(|(id, _)| !other.contains_key(id)).map(|(id, _)| id.clone()).collect()
    };
    let changed = to.iter().filter_map(|(id, now)| {
        let fields = fields(before.get(id)?, now);
        (!fields.is_empty()).then(|| Changed { id: id.clone(), fields })
    });
    Changes { added: missing(to, &before), removed: missing(from, &after), changed: changed.collect() }
}

fn fields(from: &Map<String, Value>, to: &Map<String, Value>) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let of = |map: &Map<String, Value>, name: &String| map.get(name).cloned().unwrap_or(Value::Null);
    let change = |name: &String| {
        let (from, to) = (of(from, name), of(to, name));
        (from != to).then(|| FieldChange { field: name.clone(), from, to })
    };
    names.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(text: &str) -> Scorecard {
        lingjian_scorecards::read("card.yaml", text, None).card.unwrap()
    }

    const CARD: &str = "
id: ours
title: 自有
sections:
  - id: service
    title: 服务
    weight: 60
    items:
      - { id: a, title: 问候, points: 2, options: [{ id: y, title: 是, share: 1 }] }
      - { id: b, title: 倾听, points: 4, options: [{ id: y, title: 是, share: 1 }] }
  - id: records
    title: 记录
    weight: 40
    items:
      - { id: c, title: 小结, options: [{ id: y, title: 是 }] }
";

    #[test]
    fn the_same_says_nothing_else() {
        assert_eq!(difference(&card(CARD), &card(CARD)), Difference::default());
    }

    #[test]
    fn what_came_went_moved_and_changed_is_told() {
        let other = CARD
            .replace("title: 自有", "title: 自有卡")
            .replace("weight: 60", "weight: 50")
            .replace("id: a,", "id: d,")
            .replace("points: 4", "points: 5, fatal: true");
        let found = difference(&card(CARD), &card(&other));
        let field = |one: &FieldChange| (one.field.clone(), one.from.clone(), one.to.clone());
        let title = |text: &str| json!({ "zh": text, "en": text });
        assert_eq!(
            found.card.iter().map(field).collect::<Vec<_>>(),
            [("title".to_owned(), title("自有"), title("自有卡"))]
        );
        assert_eq!((found.items.added, found.items.removed), (vec!["d".to_owned()], vec!["a".to_owned()]));
        assert_eq!(found.sections.changed.len(), 1);
        assert_eq!(
            field(&found.sections.changed[0].fields[0]),
            ("weight".to_owned(), json!(60.0), json!(50.0))
        );
        let [b] = &found.items.changed[..] else { panic!("{:?}", found.items.changed) };
        let changed: Vec<_> = b.fields.iter().map(field).collect();
        let expected =
            [("fatal".to_owned(), Value::Null, json!(true)), ("points".to_owned(), json!(4.0), json!(5.0))];
        assert_eq!((b.id.as_str(), &changed[..]), ("b", &expected[..]));
    }

    #[test]
    fn another_order_and_another_section_are_told() {
        let from = card(CARD);
        let mut to = from.clone();
        to.sections[0].items.swap(0, 1);
        let found = difference(&from, &to);
        assert_eq!((found.card[0].field.as_str(), &found.card[0].to), ("order", &json!(["b", "a", "c"])));
        let mut to = from.clone();
        let b = to.sections[0].items.remove(1);
        to.sections[1].items.insert(0, b);
        let found = difference(&from, &to);
        let [b] = &found.items.changed[..] else { panic!("{:?}", found.items.changed) };
        assert_eq!((b.fields[0].field.as_str(), &b.fields[0].to), ("section", &json!("records")));
        assert!(found.card.is_empty(), "they are asked in the same order");
    }
}
