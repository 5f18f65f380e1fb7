//! A call record: what the switch wrote down of a call.

use jiff::Timestamp;
use lingjian_model::{AttributeValue, Attributes, Conversation, Direction, Level, Millis};
use serde::Serialize;

/// One call as its switch or dialler recorded it (话单). What a system does not tell is missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CallRecord {
    /// Unique within its source.
    pub id: String,
    /// The system it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its recording's file name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// When it reached the centre, or was dialled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When a person answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// From start to end; worked out from the two where it is not told.
    #[serde(rename = "duration_ms", skip_serializing_if = "Option::is_none")]
    pub duration: Option<Millis>,
    /// Conversation, without hold (通话时长).
    #[serde(rename = "talk_ms", skip_serializing_if = "Option::is_none")]
    pub talk: Option<Millis>,
    /// On hold (保持时长).
    #[serde(rename = "hold_ms", skip_serializing_if = "Option::is_none")]
    pub hold: Option<Millis>,
    /// After-call work (话后处理).
    #[serde(rename = "wrap_up_ms", skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<Millis>,
    /// The queue or skill group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// The agent's number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The agent's level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_level: Option<Level>,
    /// The agent's team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Who called whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The customer's number or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<String>,
    /// The customer hung up in the queue; where the mapping has no such field, a disposition `abandoned` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abandoned: Option<bool>,
    /// It was handed to someone else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transferred: Option<bool>,
    /// Everything else the mapping names.
    #[serde(skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

impl CallRecord {
    /// Adds to a conversation what the record knows of it. What the conversation already says stays.
    pub fn complete(&self, conversation: &mut Conversation) {
        conversation.source = conversation.source.take().or_else(|| self.source.clone());
        conversation.started_at = conversation.started_at.or(self.started_at);
        conversation.duration = conversation.duration.or(self.duration);
        for (name, value) in self.as_attributes() {
            conversation.attributes.entry(name).or_insert(value);
        }
    }

    /// The record as attributes: its texts and flags under their field's name, lengths as numbers under `…_ms`.
    #[must_use]
    pub fn as_attributes(&self) -> Attributes {
        let mut attributes = self.attributes.clone();
        let texts = [
            ("queue", self.queue.as_deref()),
            ("agent", self.agent.as_deref()),
            ("agent_level", self.agent_level.map(level_name)),
            ("team", self.team.as_deref()),
            ("project", self.project.as_deref()),
            ("direction", self.direction.map(direction_name)),
            ("customer", self.customer.as_deref()),
            ("disposition", self.disposition.as_deref()),
        ];
        let flags = [("abandoned", self.abandoned), ("transferred", self.transferred)];
        let lengths = [("talk_ms", self.talk), ("hold_ms", self.hold), ("wrap_up_ms", self.wrap_up)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, AttributeValue::from(text?))));
        let flags = flags.into_iter().filter_map(|(name, flag)| Some((name, AttributeValue::Flag(flag?))));
        let lengths =
            lengths.into_iter().filter_map(|(name, ms)| Some((name, AttributeValue::Number(ms?.0 as f64))));
        attributes.extend(texts.chain(flags).chain(lengths).map(|(name, value)| (name.to_owned(), value)));
        attributes
    }
}

pub(super) const LEVELS: [Level; 4] = [Level::New, Level::Junior, Level::Middle, Level::Senior];

pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::New => "new",
        Level::Junior => "junior",
        Level::Middle => "middle",
        Level::Senior => "senior",
    }
}

pub(crate) fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}
