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

    /// What the record tells, field by field in the order above, for a table: names as mapping files write them,
    /// lengths in seconds, instants in UTC.
    #[must_use]
    pub fn cells(&self) -> Vec<(String, String)> {
        let text = |text: &Option<String>| text.clone();
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let length = |length: Option<Millis>| length.map(|length| format!("{} s", length.as_secs_f64()));
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        let cells = [
            ("id", Some(self.id.clone())),
            ("source", text(&self.source)),
            ("recording", text(&self.recording)),
            ("started_at", time(self.started_at)),
            ("answered_at", time(self.answered_at)),
            ("ended_at", time(self.ended_at)),
            ("duration", length(self.duration)),
            ("talk", length(self.talk)),
            ("hold", length(self.hold)),
            ("wrap_up", length(self.wrap_up)),
            ("queue", text(&self.queue)),
            ("agent", text(&self.agent)),
            ("agent_level", self.agent_level.map(|level| level_name(level).to_owned())),
            ("team", text(&self.team)),
            ("project", text(&self.project)),
            ("direction", self.direction.map(|direction| direction.name().to_owned())),
            ("customer", text(&self.customer)),
            ("disposition", text(&self.disposition)),
            ("abandoned", flag(self.abandoned)),
            ("transferred", flag(self.transferred)),
        ];
        let told = cells.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?)));
        told.chain(self.attributes.iter().map(|(name, value)| (name.clone(), value.to_string()))).collect()
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
            ("direction", self.direction.map(Direction::name)),
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
