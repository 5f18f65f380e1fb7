//! Transcripts: native JSON and JSON Lines, and lists of who said what when.
//!
//! Reading never fails as a whole: every item is a conversation taken or a [`Refusal`] with its place. A file is
//! read once, in order, and never held in memory beyond one conversation.

mod cursor;
mod file;
mod native;
mod speaker_turns;

use std::fmt;

use lingjian_model::{Conversation, Millis, Span};
use serde::Serialize;

pub use crate::Register;
pub use file::{Transcripts, open, read};
pub use speaker_turns::role_of;

use crate::{Identified, Place, Refusal};
use cursor::{Cursor, Fault};

/// The largest single conversation, in bytes of JSON: a day of speech with a time for every word is below it.
pub const LARGEST: usize = 64 << 20;
/// The most turns of one conversation: a turn every half second for a day.
pub const MOST_TURNS: usize = 200_000;
/// The most timed words of one conversation.
pub const MOST_WORDS: usize = 1_000_000;
/// The most attributes of one conversation.
pub const MOST_ATTRIBUTES: usize = 1_000;

/// How a transcript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flavour {
    /// One native object a file.
    Native,
    /// One native object a line.
    Lines,
    /// A list of `{speaker, text, stime, etime}`, one conversation a file.
    SpeakerTurns,
}

/// What one wants of a reading.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How it is written; nothing: its name and first characters decide.
    pub flavour: Option<Flavour>,
}

/// A conversation that was taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Taken {
    /// As it was read, turns in order.
    pub conversation: Conversation,
    /// What was put right or passed over on the way.
    pub notes: Vec<Note>,
    /// Where it stood.
    pub place: Place,
    /// Where the very same conversation stood before; it need not be stored or judged again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Place>,
}

impl Identified for Taken {
    type Content = Conversation;
    const KIND: &'static str = "conversation";

    fn key(&self) -> (Option<&str>, &str) {
        (self.conversation.source.as_deref(), &self.conversation.id)
    }

    fn content(&self) -> &Conversation {
        &self.conversation
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn repeats(&mut self, first: Place) {
        self.repeats = Some(first);
    }
}

/// What was put right or passed over. Nothing happens in silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// Turns without words were kept out.
    EmptyTurns {
        /// How many.
        count: u64,
    },
    /// Turns stood out of the order of their starts and were sorted.
    SortedTurns {
        /// How many started before one that stood ahead of them.
        count: u64,
    },
    /// The last turn ends after the end of the conversation; the later counts.
    DurationShort {
        /// As told.
        told: Millis,
        /// The last turn's end.
        last: Millis,
    },
    /// A field that nobody knows was passed over.
    UnknownField {
        /// The field; `[]` stands for any item.
        field: String,
        /// How often.
        count: u64,
        /// A known field that may have been meant.
        #[serde(skip_serializing_if = "Option::is_none")]
        meant: Option<String>,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyTurns { count } => write!(out, "{count} turns without words were kept out"),
            Self::SortedTurns { count } => write!(out, "{count} turns stood out of order and were sorted"),
            Self::DurationShort { told, last } => {
                write!(
                    out,
                    "the duration of {} ms is shorter than the last turn's end, {} ms",
                    told.0, last.0
                )
            }
            Self::UnknownField { field, count, meant } => {
                write!(out, "the unknown field `{field}` was passed over, {count} ×")?;
                meant.as_ref().map_or(Ok(()), |meant| write!(out, "; was `{meant}` meant?"))
            }
        }
    }
}

/// One item of a reading.
pub type Item = Result<Taken, Refusal>;

fn in_order(cursor: &Cursor<'_>, span: Span, end_at: usize) -> Result<Span, Fault> {
    if span.end < span.start {
        let reason = format!("ends at {} ms, before it starts at {} ms", span.end.0, span.start.0);
        return Err(cursor.fault_at(end_at, reason));
    }
    Ok(span)
}

/// Keeps out turns without words, sorts the others by start, and says so.
fn put_in_order(conversation: &mut Conversation) -> Vec<Note> {
    let mut notes = Vec::new();
    let turns = &mut conversation.turns;
    let all = turns.len();
    turns.retain(|turn| !turn.text.trim().is_empty());
    if turns.len() < all {
        notes.push(Note::EmptyTurns { count: (all - turns.len()) as u64 });
    }
    let mut latest = Millis::ZERO;
    let late = turns.iter().filter(|turn| {
        latest = latest.max(turn.span.start);
        turn.span.start < latest
    });
    let count = late.count() as u64;
    if count > 0 {
        turns.sort_by_key(|turn| turn.span.start);
        notes.push(Note::SortedTurns { count });
    }
    let last = turns.iter().map(|turn| turn.span.end).max().unwrap_or_default();
    if let Some(told) = conversation.duration.filter(|told| *told < last) {
        notes.push(Note::DurationShort { told, last });
    }
    notes
}
