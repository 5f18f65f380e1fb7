//! A list of who said what when, as speech-to-text services and dialogue collections write it.

use lingjian_model::{Attributes, Conversation, Role, Span, Turn};

use super::cursor::{Cursor, Fault};
use super::{MOST_TURNS, Note};
use crate::refusal::shown;

/// Names of a turn's fields, in groups that mean the same.
const FIELDS: &[&str] = &[
    "speaker",
    "role",
    "channel_role", // who
    "text",
    "content",
    "sentence", // what
    "stime",
    "start",
    "start_time",
    "begin", // from, in seconds
    "etime",
    "end",
    "end_time", // to, in seconds
    "start_ms",
    "begin_ms",
    "begin_time_ms", // from, in milliseconds
    "end_ms",
    "end_time_ms", // to, in milliseconds
    "turns",       // a whole conversation where a turn is expected
];

/// Who a speaker's name stands for.
const SPEAKERS: &[(&str, Role)] = &[
    ("agent", Role::Agent),
    ("assistant", Role::Agent),
    ("representative", Role::Agent),
    ("operator", Role::Agent),
    ("坐席", Role::Agent),
    ("座席", Role::Agent),
    ("客服", Role::Agent),
    ("话务员", Role::Agent),
    ("接线员", Role::Agent),
    ("customer", Role::Customer),
    ("client", Role::Customer),
    ("caller", Role::Customer),
    ("user", Role::Customer),
    ("debtor", Role::Customer),
    ("客户", Role::Customer),
    ("顾客", Role::Customer),
    ("用户", Role::Customer),
    ("supervisor", Role::Supervisor),
    ("manager", Role::Supervisor),
    ("主管", Role::Supervisor),
    ("班长", Role::Supervisor),
    ("system", Role::System),
    ("ivr", Role::System),
    ("bot", Role::System),
    ("系统", Role::System),
    ("机器人", Role::System),
];

/// The role that a speaker's name stands for, without regard to case: `Agent`, `坐席`, `客户`, …
#[must_use]
pub fn role_of(speaker: &str) -> Option<Role> {
    let speaker = speaker.trim().to_lowercase();
    SPEAKERS.iter().find(|(name, _)| *name == speaker).map(|(_, role)| *role)
}

/// Reads one list as one conversation.
pub(super) fn conversation(cursor: &mut Cursor<'_>, id: String) -> Result<(Conversation, Vec<Note>), Fault> {
    let mut turns = Vec::new();
    let begin = {
        cursor.peek()?;
        cursor.begin()
    };
    cursor.list(|cursor, index| {
        if index >= MOST_TURNS {
            return Err(cursor.fault(format!("more than {MOST_TURNS} turns")));
        }
        turns.push(turn(cursor)?);
        Ok(())
    })?;
    if turns.is_empty() {
        return Err(cursor.fault_at(begin, "the list has no turns"));
    }
    let mut taken = Conversation {
        id,
        source: None,
        language: None,
        started_at: None,
        duration: None,
        attributes: Attributes::new(),
        turns,
        sound: None,
        provenance: None,
    };
    let mut notes = super::put_in_order(&mut taken);
    notes.extend(super::native::unknown_fields(cursor));
    Ok((taken, notes))
}

fn turn(cursor: &mut Cursor<'_>) -> Result<Turn, Fault> {
    let (mut role, mut text, mut start, mut end) = (None, None, None, None);
    cursor.peek()?;
    let begin = cursor.begin();
    cursor.object(FIELDS, |cursor, name| {
        match name {
            "speaker" | "role" | "channel_role" => {
                let speaker = cursor.text()?;
                let known = role_of(&speaker).ok_or_else(|| {
                    let fault = cursor.fault(format!("unknown speaker {}", shown(&speaker)));
                    fault.advise("a speaker is Agent, Customer, 坐席, 客户, … or a role's name")
                })?;
                role = Some(known);
            }
            "text" | "content" | "sentence" => text = cursor.optional(Cursor::text)?,
            "stime" | "start" | "start_time" | "begin" => start = Some(cursor.millis(1000.0)?),
            "start_ms" | "begin_ms" | "begin_time_ms" => start = Some(cursor.millis(1.0)?),
            "turns" => {
                let fault = cursor.fault("this is a conversation, and a list holds the turns of one");
                return Err(fault.advise("write one conversation a line (JSON Lines), or one a file"));
            }
            "etime" | "end" | "end_time" => end = Some((cursor.millis(1000.0)?, cursor.begin())),
            _ => end = Some((cursor.millis(1.0)?, cursor.begin())),
        }
        Ok(())
    })?;
    let missing =
        |what: &str, names: &str| cursor.fault_at(begin, format!("{what} is missing")).advise(names);
    let role = role.ok_or_else(|| missing("the speaker", "name it `speaker` or `role`"))?;
    let start = start.ok_or_else(|| missing("the start", "name it `stime` in seconds or `start_ms`"))?;
    let (end, end_at) = end.ok_or_else(|| missing("the end", "name it `etime` in seconds or `end_ms`"))?;
    let span = super::in_order(cursor, Span { start, end }, end_at)?;
    // A turn without text is kept out and counted with the empty ones.
    Ok(Turn { role, span, text: text.unwrap_or_default(), words: Vec::new(), role_confidence: None })
}
