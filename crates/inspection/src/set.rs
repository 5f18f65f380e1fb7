//! Packs → one rule set: names joined, conditions shared, literals gathered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lingjian_model::Role;
use serde::Serialize;

use crate::clue::Clue;
use crate::pack::{self, Diagnostic, Grade, PackSource, RawPack, TestCase};
use crate::pattern::Pattern;
use crate::scan::{HintId, Hints, Scanner, TermId, Terms};
use crate::syntax::{Anchor, Condition, Leaf, Operator, Pack, Relation, Rule, Step, Tree};

/// A condition within a rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub(crate) struct NodeId(pub(crate) u32);

/// A condition, with what it needs to be looked for.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) condition: Condition<NodeId>,
    /// The terms of a phrase (one an entry) or of a proximity (first, then).
    pub(crate) terms: Vec<TermId>,
    pub(crate) patterns: Option<Patterns>,
}

/// The expressions of a `pattern`, and what says where they are worth trying.
#[derive(Debug)]
pub(crate) struct Patterns {
    pub(crate) find: Pattern,
    pub(crate) unless: Option<Pattern>,
    pub(crate) clue: Clue<HintId>,
}

impl Patterns {
    /// Whether they may match where these hints stand.
    pub(crate) fn may_match(&self, hints: &Hints) -> bool {
        self.clue.is_given(&|hint| hints.has(*hint))
    }
}

/// A rule with its condition.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) rule: Rule,
    pub(crate) pack: usize,
    pub(crate) when: NodeId,
    pub(crate) requires: Option<usize>,
    pub(crate) needs: Needs,
    pub(crate) tests: Arc<[TestCase]>,
    pub(crate) file: String,
    /// SHA-256 of the condition alone.
    pub(crate) condition: String,
}

/// What a call must have for a rule to be judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) words: bool,
    pub(crate) channels: bool,
    pub(crate) roles: BTreeSet<Role>,
}

/// Rules that are judged together.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) packs: Vec<Pack>,
    /// Each after the one it requires.
    pub(crate) rules: Vec<Judged>,
    /// Each after the conditions within it.
    pub(crate) nodes: Vec<Node>,
    pub(crate) scanner: Scanner,
}

/// What came of loading packs: the rules that are whole, and all that is wrong.
#[derive(Debug)]
pub struct Loaded {
    /// The rules.
    pub set: RuleSet,
    /// What is wrong or doubtful, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether a rule, or more, had to be left out.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|one| one.grade == Grade::Error)
    }
}

impl RuleSet {
    /// The packs, in the order given.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The rules.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|judged| &judged.rule)
    }

    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules().find(|rule| rule.id == id)
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}

/// Reads and joins packs. A broken rule is named in the diagnostics and left out; the others load.
#[must_use]
pub fn load(sources: &[PackSource]) -> Loaded {
    join(&sources.iter().cloned().map(RawPack::read).map(Arc::new).collect::<Vec<_>>())
}

/// Joins packs that were read. Rules that cannot stand beside others are named in the diagnostics and left out.
#[must_use]
pub fn join(raw: &[Arc<RawPack>]) -> Loaded {
    let mut diagnostics: Vec<Diagnostic> = raw.iter().flat_map(|raw| raw.diagnostics.clone()).collect();
    let mut builder = Builder::default();
    let mut packs: Vec<Pack> = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut drafts: Vec<Judged> = Vec::new();
    let mut off: BTreeSet<String> = BTreeSet::new();
    for raw in raw {
        if packs.iter().any(|pack| pack.id == raw.head.id) {
            diagnostics.push(Diagnostic {
                file: raw.source.name.clone(),
                place: pack::Place { line: 1, column: 1, length: 1 },
                grade: Grade::Error,
                message: format!("a pack `{}` is loaded already", raw.head.id),
                help: Some("give each pack its own id, and name each once".to_owned()),
                rule: None,
            });
            continue;
        }
        let pack = packs.len();
        for one in &raw.rules {
            if let Some(other) = seen.insert(one.rule.id.clone(), one.file.clone()) {
                diagnostics.push(Diagnostic {
                    file: one.file.clone(),
                    place: one.place,
                    grade: Grade::Error,
                    message: format!("another rule is named `{}`, in {other}", one.rule.id),
                    help: Some("ids are unique over all packs that are loaded together".to_owned()),
                    rule: Some(one.rule.id.clone()),
                });
                continue;
            }
            if one.off {
                off.insert(one.rule.id.clone());
                continue;
            }
            let (rule, condition) = (one.rule.clone(), one.condition.clone());
            let mut needs = Needs::default();
            gather(&one.when, &mut needs);
            let when = builder.node(&one.when);
            let (tests, file) = (Arc::clone(&one.tests), one.file.clone());
            drafts.push(Judged { rule, pack, when, requires: None, needs, tests, file, condition });
        }
        packs.push(raw.head.clone());
    }
    let rules = in_order(drafts, &off, &mut diagnostics);
    diagnostics.sort();
    // A pack that is named twice is told of once.
    diagnostics.dedup();
    let Builder { nodes, terms, .. } = builder;
    Loaded { set: RuleSet { packs, rules, nodes, scanner: terms.scanner() }, diagnostics }
}

/// Puts each rule behind the one it requires; those whose requirement is missing or circular are told and left out.
fn in_order(drafts: Vec<Judged>, off: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Judged> {
    let mut rules: Vec<Judged> = Vec::with_capacity(drafts.len());
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting = drafts;
    loop {
        let before = waiting.len();
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|one| one.rule.requires.as_ref().is_none_or(|id| at.contains_key(id)));
        for mut one in ready {
            one.requires = one.rule.requires.as_ref().and_then(|id| at.get(id).copied());
            at.insert(one.rule.id.clone(), rules.len());
            rules.push(one);
        }
        waiting = rest;
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    let ids: BTreeSet<_> = waiting.iter().map(|one| one.rule.id.clone()).collect();
    for one in waiting {
        let wanted = one.rule.requires.clone().unwrap_or_default();
        let why = match &wanted {
            _ if ids.contains(&wanted) => "which in the end requires it",
            _ if off.contains(&wanted) => "which is switched off",
            _ => "which is not there",
        };
        diagnostics.push(Diagnostic {
            file: one.file,
            place: pack::Place { line: 1, column: 1, length: 1 },
            grade: Grade::Error,
            message: format!("rule `{}` requires `{wanted}`, {why}", one.rule.id),
            help: None,
            rule: Some(one.rule.id),
        });
    }
    rules
}

fn gather(tree: &Tree, needs: &mut Needs) {
    match &*tree.0 {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| gather(part, needs)),
        Condition::Not(part) => gather(part, needs),
        Condition::Leaf(leaf) => {
            needs.words |= leaf.operator.reads_words();
            needs.channels |= leaf.operator.needs_channels();
            needs.roles.extend(leaf.role.filter(|role| matches!(role, Role::Agent | Role::Customer)));
            if let Operator::Sequence { steps, .. } = &leaf.operator {
                steps.iter().for_each(|step| gather(&step.condition, needs));
            }
            // What only places or excuses a hit is not needed for judging: nobody to be asked is no excuse.
            if let Some(anchor) = &leaf.anchor {
                gather(&anchor.relation.of, needs);
            }
        }
    }
}

/// Gathers conditions, each different one once, and the terms they look for.
#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    known: BTreeMap<String, NodeId>,
    terms: Terms,
}

impl Builder {
    fn node(&mut self, tree: &Tree) -> NodeId {
        let condition = match &*tree.0 {
            Condition::All(parts) => Condition::All(parts.iter().map(|part| self.node(part)).collect()),
            Condition::Any(parts) => Condition::Any(parts.iter().map(|part| self.node(part)).collect()),
            Condition::Not(part) => Condition::Not(self.node(part)),
            Condition::Leaf(leaf) => Condition::Leaf(Box::new(self.leaf(leaf))),
        };
        let key = serde_json::to_string(&condition).unwrap_or_default();
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let (terms, patterns) = match &condition {
            Condition::Leaf(leaf) => self.looked_for(&leaf.operator),
            _ => (Vec::new(), None),
        };
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { condition, terms, patterns });
        self.known.insert(key, id);
        id
    }

    fn leaf(&mut self, leaf: &Leaf<Tree>) -> Leaf<NodeId> {
        let operator = match &leaf.operator {
            Operator::Sequence { steps, within, at_least } => Operator::Sequence {
                steps: steps
                    .iter()
                    .map(|step| Step { name: step.name.clone(), condition: self.node(&step.condition) })
                    .collect(),
                within: *within,
                at_least: *at_least,
            },
            Operator::Phrase { entries, at_least, across_call } => {
                Operator::Phrase { entries: entries.clone(), at_least: *at_least, across_call: *across_call }
            }
            Operator::Pattern { find, unless } => {
                Operator::Pattern { find: find.clone(), unless: unless.clone() }
            }
            Operator::Proximity { first, then, within, any_order } => Operator::Proximity {
                first: first.clone(),
                then: then.clone(),
                within: *within,
                any_order: *any_order,
            },
            Operator::Repetition { times, similarity, reach } => {
                Operator::Repetition { times: *times, similarity: *similarity, reach: *reach }
            }
            Operator::Silence(extent) => Operator::Silence(*extent),
            Operator::Overlap(extent) => Operator::Overlap(*extent),
            Operator::Interruption { over, after } => Operator::Interruption { over: *over, after: *after },
            Operator::Rate { of_call, bound } => Operator::Rate { of_call: *of_call, bound: *bound },
            Operator::Duration(bound) => Operator::Duration(*bound),
            Operator::TalkShare(bound) => Operator::TalkShare(*bound),
        };
        let mut relation = |relation: &Relation<Tree>| Relation {
            side: relation.side,
            of: self.node(&relation.of),
            within: relation.within,
        };
        Leaf {
            operator,
            role: leaf.role,
            scope: leaf.scope,
            min_chars: leaf.min_chars,
            except: leaf.except.iter().map(&mut relation).collect(),
            anchor: leaf
                .anchor
                .as_ref()
                .map(|anchor| Anchor { relation: relation(&anchor.relation), pick: anchor.pick }),
            count: leaf.count,
        }
    }

    fn looked_for(&mut self, operator: &Operator<NodeId>) -> (Vec<TermId>, Option<Patterns>) {
        match operator {
            Operator::Phrase { entries, .. } => {
                (entries.iter().map(|entry| self.terms.id(entry)).collect(), None)
            }
            Operator::Proximity { first, then, .. } => {
                (vec![self.terms.id(first), self.terms.id(then)], None)
            }
            Operator::Pattern { find, unless } => {
                let clue = find.clue().clone().map(&mut |literals| self.terms.hint(literals));
                (Vec::new(), Some(Patterns { find: find.clone(), unless: unless.clone(), clue }))
            }
            _ => (Vec::new(), None),
        }
    }
}
