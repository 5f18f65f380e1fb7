//! The native transcript: one object is one conversation.

use jiff::Timestamp;
use jiter::Peek;
use lingjian_model::{
    AttributeValue, Attributes, Conversation, Provenance, Role, Sound, Span, Speech, Turn, Word,
};

use super::cursor::{Cursor, Fault};
use super::{MOST_ATTRIBUTES, MOST_TURNS, MOST_WORDS, Note};
use crate::refusal::{nearest, shown};

const CONVERSATION: &[&str] =
    &["id", "source", "language", "started_at", "duration_ms", "attributes", "turns", "sound", "provenance"];
const TURN: &[&str] = &["role", "start_ms", "end_ms", "text", "words", "role_confidence"];
const WORD: &[&str] = &["text", "start_ms", "end_ms", "confidence"];
const SPEECH: &[&str] = &["role", "start_ms", "end_ms"];
const SOUND: &[&str] = &["speech"];
const PROVENANCE: &[&str] = &["engine", "model", "model_sha256"];
const ROLES: [Role; 4] = [Role::Agent, Role::Customer, Role::Supervisor, Role::System];

/// Reads one conversation; `id` names it where it does not name itself.
pub(super) fn conversation(cursor: &mut Cursor<'_>, id: String) -> Result<(Conversation, Vec<Note>), Fault> {
    let mut taken = Conversation {
        id,
        source: None,
        language: None,
        started_at: None,
        duration: None,
        attributes: Attributes::new(),
        turns: Vec::new(),
        sound: None,
        provenance: None,
    };
    let members = cursor.object(CONVERSATION, |cursor, name| {
        match name {
            "id" => {
                if let Some(id) = cursor.optional(identifier)? {
                    taken.id = id;
                }
            }
            "source" => taken.source = cursor.optional(Cursor::text)?,
            "language" => taken.language = cursor.optional(Cursor::text)?,
            "started_at" => taken.started_at = cursor.optional(instant)?,
            "duration_ms" => taken.duration = cursor.optional(|cursor| cursor.millis(1.0))?,
            "attributes" => taken.attributes = cursor.optional(attributes)?.unwrap_or_default(),
            "turns" => taken.turns = turns(cursor)?,
            "sound" => taken.sound = cursor.optional(sound)?,
            _ => taken.provenance = cursor.optional(provenance)?,
        }
        Ok(())
    })?;
    members.require(cursor, "turns")?;
    let mut notes = super::put_in_order(&mut taken);
    notes.extend(unknown_fields(cursor));
    Ok((taken, notes))
}

pub(super) fn unknown_fields(cursor: &Cursor<'_>) -> impl Iterator<Item = Note> {
    let known = CONVERSATION.iter().chain(TURN).chain(WORD);
    cursor.unknown.iter().map(move |(field, count)| {
        let name = field.rsplit('.').next().unwrap_or(field);
        let meant = nearest(name, known.clone().copied()).map(str::to_owned);
        Note::UnknownField { field: field.clone(), count: *count, meant }
    })
}

/// A text, or a whole number as many systems write it.
fn identifier(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let peek = cursor.peek()?;
    let id = if peek.is_num() {
        let number = cursor.number()?;
        // Above 2⁵³ a number no longer says exactly what stood there.
        if number.fract() != 0.0 || number.abs() > 9_007_199_254_740_992.0 {
            return Err(cursor.fault("is not a whole number below 2^53").advise("write the id in quotes"));
        }
        format!("{number:.0}")
    } else {
        cursor.text()?
    };
    if id.trim().is_empty() {
        return Err(cursor.fault("is empty").advise("leave it out and the file's name is taken"));
    }
    Ok(id)
}

fn instant(cursor: &mut Cursor<'_>) -> Result<Timestamp, Fault> {
    let text = cursor.text()?;
    text.parse().map_err(|_| {
        let fault = cursor.fault(format!("{} is no instant", shown(&text)));
        fault.advise("write it with its offset, as in 2026-11-01T09:00:00+08:00")
    })
}

pub(super) fn role(cursor: &mut Cursor<'_>) -> Result<Role, Fault> {
    let name = cursor.text()?;
    Role::from_name(&name).ok_or_else(|| {
        let fault = cursor.fault(format!("unknown role {}", shown(&name)));
        match nearest(&name, ROLES.map(Role::name)) {
            Some(meant) => fault.advise(format!("was `{meant}` meant?")),
            None => fault.advise("a role is agent, customer, supervisor or system"),
        }
    })
}

fn attributes(cursor: &mut Cursor<'_>) -> Result<Attributes, Fault> {
    let mut attributes = Attributes::new();
    cursor.map(|cursor, name| {
        let value = cursor.optional(|cursor| match cursor.peek()? {
            Peek::String => Ok(AttributeValue::Text(cursor.text()?)),
            Peek::True | Peek::False => Ok(AttributeValue::Flag(cursor.flag()?)),
            Peek::Array | Peek::Object => Err(cursor.fault("expected a text, a number, or true or false")),
            _ => Ok(AttributeValue::Number(cursor.number()?)),
        })?;
        if let Some(value) = value {
            attributes.insert(name.to_owned(), value);
        }
        if attributes.len() > MOST_ATTRIBUTES {
            return Err(cursor.fault(format!("more than {MOST_ATTRIBUTES} attributes")));
        }
        Ok(())
    })?;
    Ok(attributes)
}

/// A span whose two times were read; `end_at` is where the end stands in the data.
#[derive(Default)]
struct Times {
    span: Span,
    end_at: usize,
}

impl Times {
    fn start(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        self.span.start = cursor.millis(1.0)?;
        Ok(())
    }

    fn end(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        self.span.end = cursor.millis(1.0)?;
        self.end_at = cursor.begin();
        Ok(())
    }

    fn checked(&self, cursor: &Cursor<'_>) -> Result<Span, Fault> {
        super::in_order(cursor, self.span, self.end_at)
    }
}

fn turns(cursor: &mut Cursor<'_>) -> Result<Vec<Turn>, Fault> {
    let (mut turns, mut words) = (Vec::new(), 0);
    cursor.list(|cursor, index| {
        if index >= MOST_TURNS {
            return Err(cursor
                .fault(format!("more than {MOST_TURNS} turns"))
                .advise("cut the conversation in pieces"));
        }
        turns.push(turn(cursor, &mut words)?);
        Ok(())
    })?;
    Ok(turns)
}

fn turn(cursor: &mut Cursor<'_>, words_so_far: &mut usize) -> Result<Turn, Fault> {
    let mut times = Times::default();
    let (mut who, mut said, mut words, mut role_confidence) = (Role::System, String::new(), Vec::new(), None);
    let members = cursor.object(TURN, |cursor, name| {
        match name {
            "role" => who = role(cursor)?,
            "start_ms" => times.start(cursor)?,
            "end_ms" => times.end(cursor)?,
            "text" => said = cursor.text()?,
            "words" => {
                if cursor.peek()? == Peek::Null {
                    return cursor.pass_over();
                }
                cursor.list(|cursor, _| {
                    *words_so_far += 1;
                    if *words_so_far > MOST_WORDS {
                        return Err(cursor.fault(format!("more than {MOST_WORDS} words in one conversation")));
                    }
                    words.push(word(cursor)?);
                    Ok(())
                })?;
            }
            _ => role_confidence = cursor.optional(Cursor::share)?,
        }
        Ok(())
    })?;
    for name in ["role", "start_ms", "end_ms", "text"] {
        members.require(cursor, name)?;
    }
    Ok(Turn { role: who, span: times.checked(cursor)?, text: said, words, role_confidence })
}

fn word(cursor: &mut Cursor<'_>) -> Result<Word, Fault> {
    let mut times = Times::default();
    let (mut text, mut confidence) = (String::new(), None);
    let members = cursor.object(WORD, |cursor, name| {
        match name {
            "text" => text = cursor.text()?,
            "start_ms" => times.start(cursor)?,
            "end_ms" => times.end(cursor)?,
            _ => confidence = cursor.optional(Cursor::share)?,
        }
        Ok(())
    })?;
    for name in ["text", "start_ms", "end_ms"] {
        members.require(cursor, name)?;
    }
    Ok(Word { text, span: times.checked(cursor)?, confidence })
}

fn sound(cursor: &mut Cursor<'_>) -> Result<Sound, Fault> {
    let mut sound = Sound::default();
    let members = cursor.object(SOUND, |cursor, _| {
        cursor.list(|cursor, index| {
            if index >= MOST_TURNS {
                return Err(cursor.fault(format!("more than {MOST_TURNS} stretches of speech")));
            }
            let (mut times, mut who) = (Times::default(), Role::System);
            let members = cursor.object(SPEECH, |cursor, name| match name {
                "role" => {
                    who = role(cursor)?;
                    Ok(())
                }
                "start_ms" => times.start(cursor),
                _ => times.end(cursor),
            })?;
            for name in SPEECH {
                members.require(cursor, name)?;
            }
            sound.speech.push(Speech { span: times.checked(cursor)?, role: who });
            Ok(())
        })
    })?;
    members.require(cursor, "speech")?;
    sound.speech.sort_unstable();
    Ok(sound)
}

fn provenance(cursor: &mut Cursor<'_>) -> Result<Provenance, Fault> {
    let mut made = Provenance { engine: String::new(), model: String::new(), model_sha256: String::new() };
    let members = cursor.object(PROVENANCE, |cursor, name| {
        let text = cursor.text()?;
        match name {
            "engine" => made.engine = text,
            "model" => made.model = text,
            _ => made.model_sha256 = text,
        }
        Ok(())
    })?;
    for name in PROVENANCE {
        members.require(cursor, name)?;
    }
    Ok(made)
}
