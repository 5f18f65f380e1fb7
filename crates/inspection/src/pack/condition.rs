//! Reading conditions: nodes → trees, with every name looked up.

use lingjian_language::nearest;
use lingjian_model::{Millis, Role};

use super::Library;
use super::fields::{
    Fields, Notes, Quantity, choice, duration, flag, kind, list, number, quantity, text, whole,
};
use super::phrase;
use super::yaml::{Entry, Node, Value};
use crate::syntax::{
    Anchor, Bound, Condition, Count, Extent, Leaf, Operator, Pick, Reach, Relation, Scope, Side, Step, Tree,
    Window,
};

const OPERATORS: [&str; 11] = [
    "phrase",
    "pattern",
    "proximity",
    "sequence",
    "repetition",
    "silence",
    "overlap",
    "interruption",
    "rate",
    "duration",
    "talk_share",
];
const ROLES: [(&str, Option<Role>); 5] = [
    ("agent", Some(Role::Agent)),
    ("customer", Some(Role::Customer)),
    ("supervisor", Some(Role::Supervisor)),
    ("system", Some(Role::System)),
    ("any", None),
];

/// Reads conditions of one rule.
pub(super) struct Reader<'r, 'n> {
    pub(super) library: &'r Library,
    pub(super) notes: &'r mut Notes<'n>,
    /// The rule's own role, for leaves that name none.
    pub(super) role: Option<Role>,
    /// Named conditions being read, against cycles.
    pub(super) within: Vec<String>,
}

impl Reader<'_, '_> {
    pub(super) fn condition(&mut self, node: &Node) -> Option<Tree> {
        let mut fields = Fields::of(node, "a condition", self.notes)?;
        let mut found: Vec<&Entry> = Vec::new();
        for key in ["all", "any", "not", "use"].into_iter().chain(OPERATORS) {
            found.extend(fields.take(key));
        }
        let [head] = found[..] else {
            return self.not_one_head(node, &found);
        };
        let condition = match head.key.as_str() {
            "all" => Condition::All(self.conditions(&head.node, "`all`")?),
            "any" => Condition::Any(self.conditions(&head.node, "`any`")?),
            "not" => Condition::Not(self.condition(&head.node)?),
            "use" => {
                fields.finish("a condition with `use`", self.notes);
                return self.named(&head.node);
            }
            _ => Condition::Leaf(Box::new(self.leaf(head, &mut fields)?)),
        };
        let what = match &condition {
            Condition::Leaf(_) => format!("a condition with `{}`", head.key),
            _ => format!("`{}`", head.key),
        };
        fields.finish(&what, self.notes);
        Some(Tree(Box::new(condition)))
    }

    fn not_one_head<T>(&mut self, node: &Node, found: &[&Entry]) -> Option<T> {
        if let [_, second, ..] = found {
            let names: Vec<_> = found.iter().map(|entry| format!("`{}`", entry.key)).collect();
            self.notes.error_help(
                second.place,
                format!("a condition says one thing, not {}", names.join(" and ")),
                "put them into `all: [ … ]` or `any: [ … ]`",
            );
            return None;
        }
        let known = ["all", "any", "not", "use"].into_iter().chain(OPERATORS);
        if let Value::Map(entries) = &node.value {
            for entry in entries {
                if let Some(near) = nearest(&entry.key, known.clone()) {
                    let message = format!("`{}` is no operator", entry.key);
                    self.notes.error_help(entry.place, message, format!("did you mean `{near}`?"));
                    return None;
                }
            }
        }
        let all: Vec<_> = known.collect();
        self.notes.error_help(
            node.place,
            "a condition without an operator",
            format!("one of: {}", all.join(", ")),
        );
        None
    }

    fn conditions(&mut self, node: &Node, what: &str) -> Option<Vec<Tree>> {
        if !matches!(node.value, Value::List(_)) {
            self.notes.error(node.place, format!("{what} must be a list of conditions, not {}", kind(node)));
            return None;
        }
        let nodes = list(node, what, self.notes)?;
        let read: Vec<_> = nodes.iter().map(|node| self.condition(node)).collect();
        read.into_iter().collect()
    }

    fn named(&mut self, node: &Node) -> Option<Tree> {
        let name = text(node, "`use`", self.notes)?;
        if self.within.iter().any(|open| open == name) {
            let circle = self.within.join(" → ");
            self.notes.error(node.place, format!("`{name}` uses itself: {circle} → {name}"));
            return None;
        }
        let Some((file, named)) = self.library.conditions.get(name) else {
            let message = format!("no condition is named `{name}`");
            match nearest(name, self.library.conditions.keys().map(String::as_str)) {
                Some(near) => self.notes.error_help(node.place, message, format!("did you mean `{near}`?")),
                None => {
                    self.notes.error_help(node.place, message, "name it under `conditions:` in this pack")
                }
            }
            return None;
        };
        // A named condition means the same wherever it is used: the rule's role does not reach into it.
        let (role, file) = (self.role.take(), std::mem::replace(&mut self.notes.file, file.clone()));
        self.within.push(name.to_owned());
        let tree = self.condition(named);
        self.within.pop();
        self.role = role;
        self.notes.file = file;
        tree
    }

    fn leaf(&mut self, head: &Entry, fields: &mut Fields<'_>) -> Option<Leaf<Tree>> {
        let before = self.notes.errors();
        let operator = self.operator(head);
        let written = fields.take("role");
        let role = match written {
            Some(entry) => choice(&entry.node, "`role`", &ROLES, self.notes)?,
            None => self.role,
        };
        let scope = fields.take("scope").and_then(|entry| self.scope(&entry.node));
        let min_chars = fields
            .take("min_chars")
            .and_then(|entry| whole(&entry.node, "`min_chars`", 1, 10_000, self.notes));
        let anchor = fields.take("anchor").and_then(|entry| self.anchor(&entry.node));
        let count_entry = fields.take("count");
        let count = count_entry.map_or(Some(Count::ANY), |entry| self.count(&entry.node));
        let except = fields.take("except").map_or_else(Vec::new, |entry| {
            let nodes = list(&entry.node, "`except`", self.notes).unwrap_or_default();
            nodes.iter().filter_map(|node| self.exception(node)).collect()
        });
        if let (Some(entry), Some(Count::Every), Some(_)) = (count_entry, count, &anchor) {
            self.notes.error(entry.place, "`count: every` cannot stand beside an `anchor`");
        }
        let operator = operator?;
        let of_nobody = matches!(
            operator,
            Operator::Silence(_) | Operator::Overlap(_) | Operator::Duration(_) | Operator::Sequence { .. }
        );
        if let (true, Some(entry)) = (of_nobody, written) {
            self.notes
                .error(entry.place, format!("`{}` asks for nobody's words, so it has no `role`", head.key));
        }
        let role = role.filter(|_| !of_nobody);
        if matches!(operator, Operator::Interruption { .. } | Operator::TalkShare(_)) && role.is_none() {
            let message = format!("`{}` asks whose", head.key);
            self.notes.error_help(head.place, message, "add `role: agent` or `role: customer`");
        }
        if self.notes.errors() > before {
            return None;
        }
        Some(Leaf { operator, role, scope, min_chars, anchor, count: count?, except })
    }

    fn operator(&mut self, head: &Entry) -> Option<Operator<Tree>> {
        let node = &head.node;
        match head.key.as_str() {
            "phrase" => phrase::phrase(node, self.library, self.notes),
            "pattern" => phrase::pattern(node, self.library, self.notes),
            "proximity" => phrase::proximity(node, self.library, self.notes),
            "sequence" => self.sequence(node),
            "repetition" => self.repetition(node),
            "silence" => self.extent(node, "`silence`").map(Operator::Silence),
            "overlap" => self.extent(node, "`overlap`").map(Operator::Overlap),
            "interruption" => self.interruption(node),
            "rate" => self.rate(node),
            "duration" => self.duration_bound(node).map(Operator::Duration),
            _ => {
                let mut fields = Fields::of(node, "`talk_share`", self.notes)?;
                let bound = self.bound(&mut fields, "`talk_share`", 1.0)?;
                fields.finish("`talk_share`", self.notes);
                Some(Operator::TalkShare(bound))
            }
        }
    }

    fn sequence(&mut self, node: &Node) -> Option<Operator<Tree>> {
        let mut fields = Fields::of(node, "`sequence`", self.notes)?;
        let written = fields.need("steps", "`sequence`", self.notes)?;
        let nodes = list(&written.node, "`steps`", self.notes)?;
        let steps: Vec<_> = nodes.iter().map(|node| self.step(node)).collect();
        let steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
        if !(2..=20).contains(&steps.len()) {
            self.notes.error(written.place, format!("a sequence has 2 to 20 steps, not {}", steps.len()));
            return None;
        }
        let within = match fields.take("within") {
            Some(entry) => match quantity(&entry.node, "`within`", self.notes)? {
                Quantity::Turns(turns) => Some(Window::Turns(turns)),
                Quantity::Time(time) => Some(Window::Time(time)),
                _ => {
                    self.notes.error(entry.node.place, "`within` of a sequence is turns or time");
                    return None;
                }
            },
            None => None,
        };
        let at_least = match fields.take("at_least") {
            Some(entry) => whole(&entry.node, "`at_least`", 2, steps.len(), self.notes)?,
            None => steps.len(),
        };
        fields.finish("`sequence`", self.notes);
        Some(Operator::Sequence { steps, within, at_least })
    }

    /// A step is a condition that may carry a name.
    fn step(&mut self, node: &Node) -> Option<Step<Tree>> {
        let Value::Map(entries) = &node.value else {
            return self.condition(node).map(|condition| Step { name: None, condition });
        };
        let name = entries.iter().find(|entry| entry.key == "name");
        let name = name.and_then(|entry| text(&entry.node, "`name`", self.notes)).map(str::to_owned);
        let rest = entries.iter().filter(|entry| entry.key != "name").cloned().collect();
        let condition = self.condition(&Node { place: node.place, value: Value::Map(rest) })?;
        Some(Step { name, condition })
    }

    fn repetition(&mut self, node: &Node) -> Option<Operator<Tree>> {
        let mut fields = Fields::of(node, "`repetition`", self.notes)?;
        let times = fields.take("times").map_or(Some(2), |e| whole(&e.node, "`times`", 2, 20, self.notes))?;
        let similarity = fields
            .take("similarity")
            .map_or(Some(0.8), |e| number(&e.node, "`similarity`", 0.3, 1.0, self.notes))?;
        let in_a_row =
            fields.take("in_a_row").map_or(Some(false), |e| flag(&e.node, "`in_a_row`", self.notes))?;
        let look_back = match fields.take("look_back") {
            Some(entry) => match quantity(&entry.node, "`look_back`", self.notes)? {
                Quantity::Turns(turns) if (1..=200).contains(&turns) => Some(turns),
                _ => {
                    self.notes.error(entry.node.place, "`look_back` is 1 to 200 turns");
                    return None;
                }
            },
            None => None,
        };
        if in_a_row && look_back.is_some() {
            self.notes.error(node.place, "`in_a_row` and `look_back` say two different things");
            return None;
        }
        fields.finish("`repetition`", self.notes);
        let reach = if in_a_row { Reach::InARow } else { Reach::Back(look_back.unwrap_or(200)) };
        Some(Operator::Repetition { times, similarity, reach })
    }

    fn extent(&mut self, node: &Node, what: &str) -> Option<Extent> {
        let mut fields = Fields::of(node, what, self.notes)?;
        let (over, total, share) =
            (fields.take("over"), fields.take("total_over"), fields.take("share_over"));
        let extent = match (over, total, share) {
            (Some(entry), None, None) => duration(&entry.node, "`over`", self.notes).map(Extent::Over),
            (None, Some(entry), None) => {
                duration(&entry.node, "`total_over`", self.notes).map(Extent::TotalOver)
            }
            (None, None, Some(entry)) => self.share(&entry.node, "`share_over`").map(Extent::ShareOver),
            _ => {
                self.notes
                    .error(node.place, format!("{what} needs one of `over`, `total_over` and `share_over`"));
                None
            }
        };
        fields.finish(what, self.notes);
        if let Some(Extent::Over(Millis(0)) | Extent::TotalOver(Millis(0))) = extent {
            self.notes.error(node.place, format!("{what} over nothing is always true"));
            return None;
        }
        extent
    }

    fn interruption(&mut self, node: &Node) -> Option<Operator<Tree>> {
        let mut fields = Fields::of(node, "`interruption`", self.notes)?;
        let over = fields.need("over", "`interruption`", self.notes)?;
        let over = duration(&over.node, "`over`", self.notes)?;
        let after =
            fields.take("after").map_or(Some(Millis::ZERO), |e| duration(&e.node, "`after`", self.notes))?;
        fields.finish("`interruption`", self.notes);
        Some(Operator::Interruption { over: Millis(over.0.max(1)), after })
    }

    fn rate(&mut self, node: &Node) -> Option<Operator<Tree>> {
        let mut fields = Fields::of(node, "`rate`", self.notes)?;
        let of_call = match fields.take("of") {
            Some(entry) => choice(&entry.node, "`of`", &[("turn", false), ("call", true)], self.notes)?,
            None => false,
        };
        let bound = self.bound(&mut fields, "`rate`", 2_000.0)?;
        fields.finish("`rate`", self.notes);
        Some(Operator::Rate { of_call, bound })
    }

    /// `over` or `under` as a plain number or share.
    fn bound(&mut self, fields: &mut Fields<'_>, what: &str, high: f64) -> Option<Bound> {
        let value = |this: &mut Self, entry: &Entry| {
            if high <= 1.0 {
                this.share(&entry.node, what)
            } else {
                number(&entry.node, what, 0.0, high, this.notes)
            }
        };
        match (fields.take("over"), fields.take("under")) {
            (Some(entry), None) => value(self, entry).map(Bound::Over),
            (None, Some(entry)) => value(self, entry).map(Bound::Under),
            _ => {
                self.notes.error(fields.place, format!("{what} needs either `over` or `under`"));
                None
            }
        }
    }

    fn duration_bound(&mut self, node: &Node) -> Option<Bound> {
        let mut fields = Fields::of(node, "`duration`", self.notes)?;
        let (over, under) = (fields.take("over"), fields.take("under"));
        fields.finish("`duration`", self.notes);
        match (over, under) {
            (Some(entry), None) => {
                duration(&entry.node, "`over`", self.notes).map(|t| Bound::Over(t.0 as f64))
            }
            (None, Some(entry)) => {
                duration(&entry.node, "`under`", self.notes).map(|t| Bound::Under(t.0 as f64))
            }
            _ => {
                self.notes.error(node.place, "`duration` needs either `over` or `under`");
                None
            }
        }
    }

    /// A share: `0.3` or `30%`.
    fn share(&mut self, node: &Node, what: &str) -> Option<f64> {
        if matches!(&node.value, Value::Scalar { text } if text.ends_with('%')) {
            return match quantity(node, what, self.notes)? {
                Quantity::Share(share) => Some(share),
                _ => None,
            };
        }
        number(node, what, 0.0, 1.0, self.notes)
    }

    fn scope(&mut self, node: &Node) -> Option<Scope> {
        let mut fields = Fields::of(node, "`scope`", self.notes)?;
        let mut found: Vec<&Entry> = Vec::new();
        for key in ["first", "last", "turns", "time", "percent"] {
            found.extend(fields.take(key));
        }
        fields.finish("`scope`", self.notes);
        let [entry] = found[..] else {
            self.notes.error(node.place, "`scope` needs one of first, last, turns, time and percent");
            return None;
        };
        let node = &entry.node;
        let scope = match entry.key.as_str() {
            "first" => match quantity(node, "`first`", self.notes)? {
                Quantity::Turns(turns) => Some(Scope::FirstTurns(turns)),
                Quantity::Time(time) => Some(Scope::FirstTime(time)),
                Quantity::Share(share) => Some(Scope::Share(0.0, share)),
                _ => None,
            },
            "last" => match quantity(node, "`last`", self.notes)? {
                Quantity::Turns(turns) => Some(Scope::LastTurns(turns)),
                Quantity::Time(time) => Some(Scope::LastTime(time)),
                Quantity::Share(share) => Some(Scope::Share(1.0 - share, 1.0)),
                _ => None,
            },
            key => {
                let pair = list(node, "a range", self.notes)?;
                let [from, to] = pair else {
                    self.notes.error(node.place, format!("`{key}` is a range of two: [from, to]"));
                    return None;
                };
                self.range(key, from, to)
            }
        };
        match scope {
            Some(Scope::FirstTurns(0) | Scope::LastTurns(0)) => {
                self.notes.error(node.place, "a scope of no turns holds nothing");
                None
            }
            None => {
                if matches!(entry.key.as_str(), "first" | "last") {
                    self.notes.error(node.place, "a scope is turns, time or a share of the call");
                }
                None
            }
            some => some,
        }
    }

    fn range(&mut self, key: &str, from: &Node, to: &Node) -> Option<Scope> {
        let (scope, low, high) = match key {
            "turns" => {
                let (a, b) = (
                    whole(from, "the first turn", 1, 1_000_000, self.notes)?,
                    whole(to, "the last turn", 1, 1_000_000, self.notes)?,
                );
                (Scope::Turns(a, b), a as f64, b as f64 + 1.0)
            }
            "time" => {
                let (a, b) = (duration(from, "`time`", self.notes)?, duration(to, "`time`", self.notes)?);
                (Scope::Time(a, b), a.0 as f64, b.0 as f64)
            }
            _ => {
                let (a, b) = (
                    number(from, "`percent`", 0.0, 100.0, self.notes)?,
                    number(to, "`percent`", 0.0, 100.0, self.notes)?,
                );
                (Scope::Share(a / 100.0, b / 100.0), a, b)
            }
        };
        if low >= high {
            self.notes.error(from.place, "the range ends before it begins");
            return None;
        }
        Some(scope)
    }

    fn anchor(&mut self, node: &Node) -> Option<Anchor<Tree>> {
        let mut fields = Fields::of(node, "`anchor`", self.notes)?;
        let relation = self.relation(&mut fields, "`anchor`");
        let pick = match fields.take("hit") {
            Some(entry) => match text(&entry.node, "`hit`", self.notes)? {
                "any" => Pick::Any,
                "each" => Pick::Each,
                "first" => Pick::Nth(1),
                "last" => Pick::Last,
                _ => Pick::Nth(whole(
                    &entry.node,
                    "`hit` (any, each, first, last or a number)",
                    1,
                    1_000,
                    self.notes,
                )?),
            },
            None => Pick::Any,
        };
        fields.finish("`anchor`", self.notes);
        Some(Anchor { relation: relation?, pick })
    }

    fn exception(&mut self, node: &Node) -> Option<Relation<Tree>> {
        let mut fields = Fields::of(node, "an exception", self.notes)?;
        let relation = self.relation(&mut fields, "an exception");
        fields.finish("an exception", self.notes);
        relation
    }

    fn relation(&mut self, fields: &mut Fields<'_>, what: &str) -> Option<Relation<Tree>> {
        let sides = [
            ("after", Side::After),
            ("before", Side::Before),
            ("around", Side::Around),
            ("same_turn", Side::SameTurn),
        ];
        let found: Vec<_> =
            sides.into_iter().filter_map(|(key, side)| Some((fields.take(key)?, side))).collect();
        let window = fields.take("within");
        let [(entry, side)] = found[..] else {
            self.notes
                .error(fields.place, format!("{what} needs one of after, before, around and same_turn"));
            return None;
        };
        // What a hit is set against is named in full; the rule's role is not meant for it.
        let role = self.role.take();
        let of = self.condition(&entry.node);
        self.role = role;
        let within = match window {
            None => None,
            Some(window) => match (side, quantity(&window.node, "`within`", self.notes)?) {
                (Side::SameTurn, Quantity::Turns(_) | Quantity::Time(_)) => {
                    self.notes.error(window.place, "within the same turn, `within` is chars");
                    return None;
                }
                (_, Quantity::Turns(turns)) => Some(Window::Turns(turns)),
                (_, Quantity::Time(time)) => Some(Window::Time(time)),
                (_, Quantity::Chars(chars)) => Some(Window::Chars(chars)),
                _ => {
                    self.notes.error(window.node.place, "`within` is turns, time or chars here");
                    return None;
                }
            },
        };
        Some(Relation { side, of: of?, within })
    }

    fn count(&mut self, node: &Node) -> Option<Count> {
        if !matches!(node.value, Value::Map(_)) {
            let words = [("any", Count::ANY), ("none", Count::Between(0, Some(0))), ("every", Count::Every)];
            return choice(node, "`count`", &words, self.notes);
        }
        let mut fields = Fields::of(node, "`count`", self.notes)?;
        let least = fields.take("at_least").map(|e| whole(&e.node, "`at_least`", 0, 100_000, self.notes));
        let most = fields.take("at_most").map(|e| whole(&e.node, "`at_most`", 0, 100_000, self.notes));
        fields.finish("`count`", self.notes);
        let (least, most) = match (least, most) {
            (None, None) => {
                self.notes.error(node.place, "`count` needs `at_least`, `at_most` or both");
                return None;
            }
            // "At most three" means that there are some; none at all is said by `count: none` or `at_least: 0`.
            (least, most) => (least.unwrap_or(Some(1))?, most.map_or(Some(None), |most| most.map(Some))?),
        };
        if most.is_some_and(|most| most < least) {
            self.notes.error(node.place, format!("`at_least: {least}` and less at most can never be"));
            return None;
        }
        Some(Count::Between(least, most))
    }
}
