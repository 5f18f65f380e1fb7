//! Projects and what was agreed on their recordings (A1, A2).

use serde::{Deserialize, Serialize};

/// Who calls whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// 呼入.
    Inbound,
    /// 呼出.
    Outbound,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Inbound, Self::Outbound];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }

    /// The direction of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.name() == name)
    }
}

/// 坐席等级 (J1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Level {
    New,
    Junior,
    Middle,
    Senior,
}

impl Level {
    /// All, the newest first.
    pub const ALL: [Self; 4] = [Self::New, Self::Junior, Self::Middle, Self::Senior];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Junior => "junior",
            Self::Middle => "middle",
            Self::Senior => "senior",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// The business categories of S0 (A2). Centres add their own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the field's")]
pub enum BusinessCategory {
    DatabaseBuilding,
    DatabaseCleansing,
    CustomerInformation,
    OrderProcessing,
    LeadMining,
    EventInvitation,
    CustomerValueAdded,
    Retention,
    CustomerService,
    Greeting,
    MarketResearch,
    SatisfactionSurvey,
    PerformanceSurvey,
    MysteryShopping,
    BrandAwareness,
    CustomerSegmentation,
    TechnicalService,
    Other(String),
}

/// What was agreed on a project's recordings before it runs (录音标准). What is not named is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordingStandard {
    /// How many channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u16>,
    /// File formats that are taken: `wav`, `mp3`, …
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
    /// Samples a second, at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_sample_rate: Option<u32>,
    /// How a recording's file is named: a pattern with `{id}`, `{agent}`, `{date}`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naming: Option<String>,
    /// The rule that proves the recording notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announcement: Option<String>,
    /// How many days it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

/// A project (项目).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its name, as calls carry it.
    pub name: String,
    /// What kind of business it is.
    pub category: BusinessCategory,
    /// Who calls whom; both where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// 甲方.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What its recordings must be.
    #[serde(default)]
    pub recording: RecordingStandard,
}
