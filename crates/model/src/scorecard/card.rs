//! What a scorecard asks, and what each answer is worth.

use serde::{Deserialize, Serialize};

use crate::named::named;
use crate::{Metrics, Wording};

/// A scorecard. Whether it makes sense is for `lint` of the room `scorecards` to say: a draft need not yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// Lower case letters, digits and hyphens.
    pub id: String,
    /// What people call it.
    pub title: Wording,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub about: Wording,
    /// The most that remains of the total once a fatal item (致命项) is failed, 0–100.
    #[serde(default)]
    pub fatal: f64,
    /// In the order in which they are asked.
    pub sections: Vec<Section>,
}

impl Scorecard {
    /// All items in the order in which they are asked.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// The item of that id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items().find(|item| item.id == id)
    }
}

/// Items that belong together, and what they weigh in the total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Lower case letters, digits and hyphens; once in a card.
    pub id: String,
    /// What people call it.
    pub title: Wording,
    /// Its part of the total, against the weights of the others. Usually they sum to 100.
    #[serde(default)]
    pub weight: f64,
    /// In the order in which they are asked.
    pub items: Vec<Item>,
}

named! {
    /// What an item's points do.
    #[derive(Default)]
    Counts {
        /// They are part of its section's score.
        #[default]
        Weighed = "weighed",
        /// 扣分: they come off the total, as far as it was not done well.
        Deducts = "deducts",
        /// 加分: they come on top of the total, as far as it was done well.
        Adds = "adds",
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Lower case letters, digits and hyphens; once in a card.
    pub id: String,
    /// The question.
    pub title: Wording,
    /// How to answer it.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub help: Wording,
    /// What its points do.
    #[serde(default)]
    pub counts: Counts,
    /// What it is worth. 0: it is only asked.
    #[serde(default)]
    pub points: f64,
    /// 致命项, 一票否决: the answer with share 0 fails the whole card.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fatal: bool,
    /// 关键项: counts for the critical sub-score as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
    /// "Not applicable" (不适用) may be answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_applicable: bool,
    /// Asked only then; always where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_when: Option<AskedWhen>,
    /// What may be answered.
    pub options: Vec<ItemOption>,
    /// What suggests an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefill: Vec<Prefill>,
}

impl Item {
    /// The option of that id.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<&ItemOption> {
        self.options.iter().find(|option| option.id == id)
    }
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemOption {
    /// Lower case letters, digits and hyphens; once in an item.
    pub id: String,
    /// What people call it.
    pub title: Wording,
    /// How well it was done, 0–1: the share of the item's points that is earned. Needed where the item has points, is
    /// fatal or critical.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Who answers so says why.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub comment: bool,
    /// Who answers so pins where.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub evidence: bool,
}

impl ItemOption {
    /// Whether this answer fails its item.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.share.is_some_and(|share| share <= 0.0)
    }
}

/// Another item's answers that make this one be asked. The other stands earlier in the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedWhen {
    /// The other item.
    pub item: String,
    /// Any of these options of it.
    pub is: Vec<String>,
}

/// What suggests an option: hits of any of these rules, *or* a measure beyond a bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefill {
    /// The option.
    pub option: String,
    /// Ids of rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// A measure of the call …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<MetricName>,
    /// … more than this, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<f64>,
    /// … or less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<f64>,
}

named! {
    /// The measures that a card may ask for; the same names as in a judgement.
    MetricName {
        /// How long the call was.
        Duration = "duration_ms",
        /// How long nobody spoke.
        Silence = "silence_ms",
        /// The share of the call in which nobody spoke.
        SilenceShare = "silence_share",
        /// The longest time in which nobody spoke.
        LongestSilence = "longest_silence_ms",
        /// How long both spoke.
        Overlap = "overlap_ms",
        /// The share of the call in which both spoke.
        OverlapShare = "overlap_share",
        /// How long the agent spoke.
        AgentTalk = "agent_talk_ms",
        /// How long the customer spoke.
        CustomerTalk = "customer_talk_ms",
        /// How fast the agent spoke.
        AgentRate = "agent_rate",
        /// How fast the customer spoke.
        CustomerRate = "customer_rate",
        /// How often the agent broke in.
        AgentInterruptions = "interruptions_by_agent",
        /// How often the customer broke in.
        CustomerInterruptions = "interruptions_by_customer",
    }
}

impl MetricName {
    /// What was measured, if it was: no speed where a party never spoke, and no interruptions where none were heard,
    /// which is also what both parties on one channel look like.
    #[must_use]
    pub fn of(self, metrics: &Metrics) -> Option<f64> {
        let value = match self {
            Self::Duration => metrics.duration_ms as f64,
            Self::Silence => metrics.silence_ms as f64,
            Self::SilenceShare => metrics.silence_share,
            Self::LongestSilence => metrics.longest_silence_ms as f64,
            Self::Overlap => metrics.overlap_ms as f64,
            Self::OverlapShare => metrics.overlap_share,
            Self::AgentTalk => metrics.agent_talk_ms as f64,
            Self::CustomerTalk => metrics.customer_talk_ms as f64,
            Self::AgentRate => metrics.agent_rate,
            Self::CustomerRate => metrics.customer_rate,
            Self::AgentInterruptions => f64::from(metrics.interruptions_by_agent),
            Self::CustomerInterruptions => f64::from(metrics.interruptions_by_customer),
        };
        let unknown_at_zero = matches!(
            self,
            Self::AgentRate | Self::CustomerRate | Self::AgentInterruptions | Self::CustomerInterruptions
        );
        (value.is_finite() && !(unknown_at_zero && value <= 0.0)).then_some(value)
    }
}

/// Which form it was: a published version never changes, so old results keep their meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CardVersion {
    /// The card's id.
    pub id: String,
    /// Counted from 1; 0 is what ships.
    pub version: u32,
    /// SHA-256 over all that stands in it: `sha256:…`.
    pub digest: String,
}
