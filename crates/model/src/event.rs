//! A conversation as it comes: the events of which it is the sum (law 2).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AttributeValue, Millis, Speech, Turn};

/// Names a turn or a stretch of speech from its first partial to its last correction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TurnKey(pub String);

/// Counts the versions of one thing; the highest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u32);

/// A turn as it stands now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnEvent {
    /// Which turn.
    pub key: TurnKey,
    /// Which version of it.
    pub revision: Revision,
    /// No more versions are expected.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// The channel it was heard on: orders turns that start together.
    pub channel: u8,
    /// What it says.
    pub turn: Turn,
}

/// A stretch of speech found in the sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeechEvent {
    /// Which stretch.
    pub key: TurnKey,
    /// Which version of it.
    pub revision: Revision,
    /// When, and whose.
    pub speech: Speech,
}

/// One piece of a conversation. Events may come in any order, in any batches, more than once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A turn, new or corrected.
    Turn(TurnEvent),
    /// The turn of that key was none. Final: no revision brings it back.
    Withdraw {
        /// Which turn.
        key: TurnKey,
    },
    /// An attribute became known or changed.
    Attribute {
        /// Its name.
        name: String,
        /// Which version of it.
        revision: Revision,
        /// What it is.
        value: AttributeValue,
    },
    /// What the conversation is. The highest revision counts.
    Began {
        /// Which version of it.
        revision: Revision,
        /// BCP 47.
        language: Option<String>,
        /// When it began.
        started_at: Option<Timestamp>,
    },
    /// The sound is listened to: silence and overlap come from voice activity, also where nobody ever speaks.
    Listening {
        /// Both parties are on one channel.
        mixed: bool,
    },
    /// The sound shows speech.
    Speech(SpeechEvent),
    /// Everything that starts before this is known and final.
    Watermark {
        /// Until when.
        until: Millis,
    },
    /// The conversation is over and was this long.
    Ended {
        /// How long.
        duration: Millis,
    },
}
