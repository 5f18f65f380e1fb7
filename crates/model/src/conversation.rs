//! A conversation as it was: who said what when, and what is known besides.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Attributes, Millis, Span};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 坐席: the one who serves.
    Agent,
    /// 客户: the one who is served.
    Customer,
    /// 主管: joins, whispers, takes over.
    Supervisor,
    /// Announcements, menus, music.
    System,
}

impl Role {
    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Customer => "customer",
            Self::Supervisor => "supervisor",
            Self::System => "system",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Agent, Self::Customer, Self::Supervisor, Self::System]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// One word of a turn, as speech to text timed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// As written.
    pub text: String,
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// How sure the engine was, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

/// What one party said without giving up the floor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Who.
    pub role: Role,
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// What.
    pub text: String,
    /// Its words with their times; may be missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
    /// How sure it is that this role spoke, 0–1, where the role was worked out and not known
    /// (both parties on one channel).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_confidence: Option<f32>,
}

/// A stretch in which the sound shows that a party speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Speech {
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// Who.
    pub role: Role,
}

/// What the sound itself says. Its presence makes silence and overlap come from it and not from the turns.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sound {
    /// Voice activity of every party, by start.
    pub speech: Vec<Speech>,
    /// Both parties are on one channel: who speaks was worked out, and overlap cannot be heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mixed: bool,
}

/// What made a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The engine and its version.
    pub engine: String,
    /// The model's name.
    pub model: String,
    /// SHA-256 of the model's weights.
    pub model_sha256: String,
}

/// A call, chat or mail between a customer and the centre: the native transcript format, read and written as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Unique within its source; where nothing names it, its file's stem.
    pub id: String,
    /// The system it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// BCP 47, for example `zh-CN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// How long it was. Where unknown, the end of its last turn.
    #[serde(default, rename = "duration_ms", skip_serializing_if = "Option::is_none")]
    pub duration: Option<Millis>,
    /// What else is known: project, agent, queue, direction, …
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// Who said what, by start.
    pub turns: Vec<Turn>,
    /// What the sound says, where there is sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<Sound>,
    /// What made the transcript, where a machine did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

impl Conversation {
    /// The words of an attribute, where it is words.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.as_text()
    }

    /// Whether nobody speaks in it, as far as words and sound tell. Such a call would have the best of scores.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        let sounds = self.sound.as_ref().is_some_and(|sound| !sound.speech.is_empty());
        !sounds && self.turns.iter().all(|turn| turn.text.trim().is_empty())
    }

    /// How long it was: as told, or until the last turn's or speech's end if that is later.
    #[must_use]
    pub fn length(&self) -> Millis {
        let turns = self.turns.iter().map(|turn| turn.span.end);
        let speech = self.sound.iter().flat_map(|sound| &sound.speech).map(|speech| speech.span.end);
        turns.chain(speech).chain(self.duration).max().unwrap_or_default()
    }
}
