//! A rule in words.

use lingjian_language::Language;
use lingjian_model::{Millis, Role};

use crate::set::{NodeId, RuleSet};
use crate::syntax::{
    Bound, Condition, Count, Extent, Leaf, Literals, Operator, Per, Pick, Reach, Relation, Rule, Scope, Side,
    Window,
};

/// How many phrases of a list are shown.
const SHOWN: usize = 6;

/// Says in words what a rule does: its head, then its condition as an indented tree; none where no rule has this id.
#[must_use]
pub fn explain(set: &RuleSet, rule: &str, language: Language) -> Option<String> {
    let judged = set.rules.iter().find(|judged| judged.rule.id == rule)?;
    let mut out = Telling { set, zh: language == Language::Chinese, text: String::new() };
    out.head(&judged.rule);
    out.condition(judged.when, 0);
    Some(out.text)
}

/// The condition alone.
pub(crate) fn explain_condition(set: &RuleSet, node: NodeId, language: Language) -> String {
    let mut out = Telling { set, zh: language == Language::Chinese, text: String::new() };
    out.condition(node, 0);
    out.text
}

struct Telling<'s> {
    set: &'s RuleSet,
    zh: bool,
    text: String,
}

impl Telling<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.zh { zh } else { en }
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn head(&mut self, rule: &Rule) {
        let (title, about) =
            if self.zh { (&rule.title.zh, &rule.about.zh) } else { (&rule.title.en, &rule.about.en) };
        self.line(0, &format!("{} — {title}", rule.id));
        if !about.is_empty() {
            self.line(0, about);
        }
        let per = match rule.per {
            Per::Call => self.pick("每通一次", "once a call").to_owned(),
            Per::Hit { at_most: None } => self.pick("每次命中", "every hit").to_owned(),
            Per::Hit { at_most: Some(most) } => {
                format!("{} {most}", self.pick("每次命中，至多计", "every hit, of which count at most"))
            }
        };
        let facts = [
            (self.pick("规则包", "pack"), rule.pack.clone()),
            (self.pick("严重程度", "severity"), rule.severity.name().to_owned()),
            (self.pick("分数", "score"), format!("{} {:+}", rule.dimension.name(), rule.points)),
            (self.pick("计次", "counted"), per),
            (self.pick("指纹", "digest"), rule.digest.clone()),
        ];
        let facts: Vec<_> = facts.into_iter().map(|(name, value)| format!("  {name}: {value}")).collect();
        for fact in facts {
            self.line(0, &fact);
        }
        for (name, values) in &rule.valid.attributes {
            let line = format!("  {}: {name} = {}", self.pick("适用于", "valid for"), values.join(", "));
            self.line(0, &line);
        }
        if let Some(other) = &rule.requires {
            let line = format!("  {}: {other}", self.pick("前提规则", "requires"));
            self.line(0, &line);
        }
        let line = self.pick("当：", "when:").to_owned();
        self.line(0, &line);
    }

    fn condition(&mut self, id: NodeId, depth: usize) {
        let set = self.set;
        match &set.node(id).condition {
            Condition::All(parts) => self.group(self.pick("全部成立：", "all of:").to_owned(), parts, depth),
            Condition::Any(parts) => self.group(self.pick("任一成立：", "any of:").to_owned(), parts, depth),
            Condition::Not(part) => {
                self.group(self.pick("不成立：", "not:").to_owned(), std::slice::from_ref(part), depth)
            }
            Condition::Leaf(leaf) => self.leaf(leaf, depth),
        }
    }

    fn group(&mut self, name: String, parts: &[NodeId], depth: usize) {
        self.line(depth + 1, &name);
        for &part in parts {
            self.condition(part, depth + 1);
        }
    }

    fn leaf(&mut self, leaf: &Leaf<NodeId>, depth: usize) {
        let mut says = vec![self.role(leaf.role), self.operator(&leaf.operator)];
        says.extend(leaf.scope.map(|scope| self.scope(scope)));
        says.extend(
            leaf.min_chars.map(|least| {
                format!("{} {least}", self.pick("每轮字数不少于", "in turns of at least chars"))
            }),
        );
        says.extend(self.count(leaf.count));
        says.retain(|part| !part.is_empty());
        self.line(depth + 1, &says.join(self.pick("，", ", ")));
        if let Operator::Sequence { steps, .. } = &leaf.operator {
            for (number, step) in steps.iter().enumerate() {
                let name = step.name.clone().unwrap_or_default();
                let line = format!("{}. {name}", number + 1);
                self.line(depth + 2, &line);
                self.condition(step.condition, depth + 2);
            }
        }
        if let Some(anchor) = &leaf.anchor {
            let pick = match anchor.pick {
                Pick::Any => self.pick("任一处", "any hit").to_owned(),
                Pick::Each => self.pick("每一处", "each hit").to_owned(),
                Pick::Last => self.pick("最后一处", "the last hit").to_owned(),
                Pick::Nth(number) => format!("{} {number}", self.pick("第几处:", "hit number")),
            };
            self.relation(&anchor.relation, &pick, depth);
        }
        for except in &leaf.except {
            let pick = self.pick("除非", "unless it stands").to_owned();
            self.relation(except, &pick, depth);
        }
    }

    fn relation(&mut self, relation: &Relation<NodeId>, pick: &str, depth: usize) {
        let side = match relation.side {
            Side::After => self.pick("之后", "after"),
            Side::Before => self.pick("之前", "before"),
            Side::Around => self.pick("前后", "around"),
            Side::SameTurn => self.pick("同一轮", "in the same turn as"),
        };
        let within = relation
            .within
            .map(|window| format!(" ({} {})", self.pick("范围", "within"), window_text(window)));
        let line = format!("↳ {pick} {side}{}:", within.unwrap_or_default());
        self.line(depth + 2, &line);
        self.condition(relation.of, depth + 2);
    }

    fn role(&self, role: Option<Role>) -> String {
        let name = match role {
            None => return String::new(),
            Some(Role::Agent) => self.pick("坐席", "the agent"),
            Some(Role::Customer) => self.pick("客户", "the customer"),
            Some(Role::Supervisor) => self.pick("主管", "the supervisor"),
            Some(Role::System) => self.pick("系统", "the system"),
        };
        name.to_owned()
    }

    fn operator(&self, operator: &Operator<NodeId>) -> String {
        let bound = |bound: Bound, unit: &str| match bound {
            Bound::Over(limit) => format!("≥ {limit}{unit}"),
            Bound::Under(limit) => format!("< {limit}{unit}"),
        };
        match operator {
            Operator::Phrase { entries, at_least, across_call } => {
                let lists: Vec<_> = entries.iter().map(list).collect();
                let how_many = if entries.len() > 1 {
                    format!(" ≥ {at_least}/{}", entries.len())
                } else {
                    String::new()
                };
                let across =
                    if *across_call { self.pick("（全通话）", " (across the call)") } else { "" };
                format!("{}{how_many}{across} {}", self.pick("说到", "says"), lists.join(" + "))
            }
            Operator::Pattern { find, unless } => {
                let unless = unless.as_ref().map(|one| format!(" {} /{one}/", self.pick("但不含", "unless")));
                format!("{} /{find}/{}", self.pick("符合", "matches"), unless.unwrap_or_default())
            }
            Operator::Proximity { first, then, within, any_order } => {
                let arrow = if *any_order { "↔" } else { "→" };
                format!(
                    "{} {arrow} {} ({} {})",
                    list(first),
                    list(then),
                    self.pick("相距", "within"),
                    window_text(*within)
                )
            }
            Operator::Sequence { steps, within, at_least } => {
                let within = within
                    .map(|window| format!(" ({} {})", self.pick("步距", "each within"), window_text(window)));
                format!(
                    "{} {at_least}/{}{}",
                    self.pick("依次做到", "in order"),
                    steps.len(),
                    within.unwrap_or_default()
                )
            }
            Operator::Repetition { times, similarity, reach } => {
                let reach = match reach {
                    Reach::InARow => self.pick("连续", "in a row").to_owned(),
                    Reach::Back(turns) => format!("{} {turns}", self.pick("回看轮数", "looking back turns")),
                };
                format!(
                    "{} ≥ {times} ({reach}, {} ≥ {similarity})",
                    self.pick("说同样的话", "says the same"),
                    self.pick("相似度", "similarity")
                )
            }
            Operator::Silence(extent) => {
                format!("{} {}", self.pick("双方静音", "silence of both"), extent_text(*extent))
            }
            Operator::Overlap(extent) => {
                format!("{} {}", self.pick("同时说话", "both speak"), extent_text(*extent))
            }
            Operator::Interruption { over, after } => format!(
                "{} (≥ {} {}, {} {})",
                self.pick("打断对方", "interrupts"),
                time_text(*over),
                self.pick("重叠", "together"),
                self.pick("对方已说", "after"),
                time_text(*after)
            ),
            Operator::Rate { of_call, bound: limit } => {
                let whose = if *of_call {
                    self.pick("全程语速", "rate of the call")
                } else {
                    self.pick("语速", "rate")
                };
                format!("{whose} {}", bound(*limit, "/min"))
            }
            Operator::Duration(limit) => {
                format!("{} {}", self.pick("通话时长", "duration"), bound(*limit, " ms"))
            }
            Operator::TalkShare(limit) => {
                format!("{} {}", self.pick("说话占比", "share of talk"), bound(*limit, ""))
            }
        }
    }

    fn scope(&self, scope: Scope) -> String {
        match scope {
            Scope::FirstTurns(count) => format!("{} {count}", self.pick("开头轮数", "in the first turns")),
            Scope::LastTurns(count) => format!("{} {count}", self.pick("末尾轮数", "in the last turns")),
            Scope::Turns(from, to) => format!("{} {from}–{to}", self.pick("第几轮", "in turns")),
            Scope::FirstTime(time) => format!("{} {}", self.pick("开头", "in the first"), time_text(time)),
            Scope::LastTime(time) => format!("{} {}", self.pick("末尾", "in the last"), time_text(time)),
            Scope::Time(from, to) => format!("{}–{}", time_text(from), time_text(to)),
            Scope::Share(from, to) => format!("{:.0}–{:.0}%", from * 100.0, to * 100.0),
        }
    }

    fn count(&self, count: Count) -> Option<String> {
        match count {
            Count::ANY => None,
            Count::Between(0, Some(0)) => Some(self.pick("一次也没有", "not once").to_owned()),
            Count::Between(least, None) => Some(format!("≥ {least} {}", self.pick("次", "times"))),
            Count::Between(least, Some(most)) => Some(format!("{least}–{most} {}", self.pick("次", "times"))),
            Count::Every => Some(self.pick("每一轮", "in every turn").to_owned()),
        }
    }
}

fn list(literals: &Literals) -> String {
    let shown: Vec<_> = literals.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = if literals.len() > SHOWN { format!(" … ({})", literals.len()) } else { String::new() };
    format!("[{}{more}]", shown.join(" | "))
}

fn time_text(time: Millis) -> String {
    if time.0.is_multiple_of(1_000) { format!("{} s", time.0 / 1_000) } else { format!("{} ms", time.0) }
}

fn window_text(window: Window) -> String {
    match window {
        Window::Turns(count) => format!("{count} turns"),
        Window::Time(time) => time_text(time),
        Window::Chars(count) => format!("{count} chars"),
        Window::Words(count) => format!("{count} words"),
    }
}

fn extent_text(extent: Extent) -> String {
    match extent {
        Extent::Over(time) => format!("≥ {}", time_text(time)),
        Extent::TotalOver(time) => format!("Σ ≥ {}", time_text(time)),
        Extent::ShareOver(share) => format!("≥ {:.0}%", share * 100.0),
    }
}
