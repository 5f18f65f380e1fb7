//! What a rule says, read and resolved: the tree that its digest is taken over.

use lingjian_language::Language;
use lingjian_model::{Dimension, Millis, Role, Severity, Wording};
use serde::Serialize;

use crate::pattern::Pattern;

/// A condition. `C` is how it names the conditions within it: whole (a tree), or by number (in a rule set).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition<C> {
    /// All hold.
    All(Vec<C>),
    /// At least one holds.
    Any(Vec<C>),
    /// It does not hold.
    Not(C),
    /// One operator in its envelope.
    Leaf(Box<Leaf<C>>),
}

/// A condition with all within it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Tree(pub(crate) Box<Condition<Tree>>);

/// An operator in its envelope.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Leaf<C> {
    pub(crate) operator: Operator<C>,
    /// Whose turns; everybody's where none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Scope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_chars: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) anchor: Option<Anchor<C>>,
    pub(crate) count: Count,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) except: Vec<Relation<C>>,
}

/// A folded phrase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Literal {
    pub(crate) text: String,
    /// Any ending may follow (`refund*`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) open_end: bool,
    /// Whatever sounds like it will do (`~录音`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_sound: bool,
}

impl std::fmt::Display for Literal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sound, end) = (if self.by_sound { "~" } else { "" }, if self.open_end { "*" } else { "" });
        write!(out, "{sound}{}{end}", self.text)
    }
}

/// Any one of these.
pub(crate) type Literals = Vec<Literal>;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operator<C> {
    /// At least so many different entries, in one turn or across the call.
    Phrase { entries: Vec<Literals>, at_least: usize, across_call: bool },
    /// A regular expression, in turns where the other does not match.
    Pattern { find: Pattern, unless: Option<Pattern> },
    /// One near another.
    Proximity { first: Literals, then: Literals, within: Window, any_order: bool },
    /// Steps in order.
    Sequence { steps: Vec<Step<C>>, within: Option<Window>, at_least: usize },
    /// The same again.
    Repetition { times: usize, similarity: f64, reach: Reach },
    /// Nobody speaks.
    Silence(Extent),
    /// More than one speaks.
    Overlap(Extent),
    /// One begins while another has spoken for `after`, and both go on for `over`.
    Interruption { over: Millis, after: Millis },
    /// Characters or words a minute: of each turn, or of the whole speaking.
    Rate { of_call: bool, bound: Bound },
    /// Length of the call, in milliseconds.
    Duration(Bound),
    /// The role's part of what agent and customer talk.
    TalkShare(Bound),
}

impl<C> Operator<C> {
    /// Whether it reads what was said, and not only when.
    pub(crate) const fn reads_words(&self) -> bool {
        matches!(
            self,
            Self::Phrase { .. }
                | Self::Pattern { .. }
                | Self::Proximity { .. }
                | Self::Repetition { .. }
                | Self::Rate { .. }
        )
    }

    /// Whether it needs the parties on channels of their own.
    pub(crate) const fn needs_channels(&self) -> bool {
        matches!(self, Self::Overlap(_) | Self::Interruption { .. })
    }
}

/// One step of a sequence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Step<C> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) condition: C,
}

/// How far a repetition looks back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reach {
    /// Turns of the role that follow each other.
    InARow,
    /// So many earlier turns of the role.
    Back(usize),
}

/// Each stretch, or all together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Extent {
    /// Each at least so long.
    Over(Millis),
    /// All together at least so long.
    TotalOver(Millis),
    /// All together at least this share of the scope.
    ShareOver(f64),
}

/// A limit; reached counts as over, and under is below it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    Over(f64),
    Under(f64),
}

impl Bound {
    /// Whether `value` breaks the limit.
    pub(crate) fn broken_by(self, value: f64) -> bool {
        match self {
            Self::Over(limit) => value >= limit,
            Self::Under(limit) => value < limit,
        }
    }

    /// The limit itself.
    pub(crate) const fn limit(self) -> f64 {
        match self {
            Self::Over(limit) | Self::Under(limit) => limit,
        }
    }
}

/// A distance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Window {
    Turns(usize),
    Time(Millis),
    Chars(usize),
    Words(usize),
}

/// A part of the call.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    FirstTurns(usize),
    LastTurns(usize),
    /// From which turn to which, counted from 1, both included.
    Turns(usize, usize),
    FirstTime(Millis),
    LastTime(Millis),
    Time(Millis, Millis),
    /// From which share of the call's length to which, 0–1.
    Share(f64, f64),
}

/// Where a hit must stand to a hit of another condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Relation<C> {
    pub(crate) side: Side,
    pub(crate) of: C,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<Window>,
}

/// On which side of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    After,
    Before,
    Around,
    SameTurn,
}

/// A relation that hits must have, and to which of the other's hits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Anchor<C> {
    pub(crate) relation: Relation<C>,
    pub(crate) pick: Pick,
}

/// Which hits of an anchor are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pick {
    /// One suffices.
    Any,
    /// All, and there is one.
    Each,
    /// The last.
    Last,
    /// The n-th, counted from 1.
    Nth(usize),
}

/// How many hits it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Count {
    /// Between these, both included.
    Between(usize, Option<usize>),
    /// One in every turn looked at.
    Every,
}

impl Count {
    /// At least one.
    pub(crate) const ANY: Self = Self::Between(1, None);

    /// Whether so many hits do, where not every turn is asked.
    pub(crate) fn admits(self, hits: usize) -> bool {
        match self {
            Self::Between(least, most) => hits >= least && most.is_none_or(|most| hits <= most),
            Self::Every => hits > 0,
        }
    }
}

/// Once a call or each hit by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// One finding a call, at the first hit.
    Call,
    /// One finding a hit, of which at most so many count.
    Hit {
        /// How many count; all where none.
        at_most: Option<usize>,
    },
}

/// Where and when a rule or a pack is valid.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Validity {
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<jiff::civil::Date>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<jiff::civil::Date>,
    /// Attributes and the values one of which a call must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(&'static str, Vec<String>)>,
}

/// How a pack's findings move a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weighing {
    /// Points are multiplied by it.
    pub weight: f64,
    /// The pack moves the score by at most so much; no limit where none.
    pub cap: Option<f64>,
    /// The score after a fatal finding, where one decides it.
    pub fatal: Option<f64>,
}

/// What a rule is, its condition aside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Unique over all packs that are loaded together.
    pub id: String,
    /// Its pack.
    pub pack: String,
    /// Its name for people.
    pub title: Wording,
    /// What it means and what to do.
    pub about: Wording,
    /// The kind of fault it finds.
    pub fault: Option<String>,
    /// How grave a finding is.
    pub severity: Severity,
    /// Which score it moves.
    pub dimension: Dimension,
    /// By how much.
    pub points: f64,
    /// Once a call or each hit.
    pub per: Per,
    /// Free words to group by.
    pub tags: Vec<String>,
    /// Judged only where this rule found something.
    pub requires: Option<String>,
    /// Where and when.
    pub valid: Validity,
    /// `sha256:…` over all that decides what it finds.
    pub digest: String,
}

/// A pack's head.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pack {
    /// Its name.
    pub id: String,
    /// Its name for people.
    pub title: Wording,
    /// Only calls in this language.
    #[serde(serialize_with = "language_tag")]
    pub language: Option<Language>,
    /// Where and when.
    pub valid: Validity,
    /// How its findings weigh, in the order of [`Dimension::ALL`].
    pub weighing: [Weighing; 3],
}

fn language_tag<S: serde::Serializer>(language: &Option<Language>, out: S) -> Result<S::Ok, S::Error> {
    language.map(Language::tag).serialize(out)
}
