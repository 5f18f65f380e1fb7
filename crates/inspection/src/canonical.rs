//! Events → the conversation they amount to (law 2).

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::{
    AttributeValue, Attributes, Conversation, Event, Millis, Revision, Sound, Speech, SpeechEvent, TurnEvent,
    TurnKey,
};

/// The conversation that a set of events amounts to, in whatever order and however often they came: the highest revision
/// of each key, without what was withdrawn, turns by start, channel and key.
#[must_use]
pub fn canonical(id: &str, events: &[Event]) -> Conversation {
    let mut turns: BTreeMap<&TurnKey, &TurnEvent> = BTreeMap::new();
    let mut speech: BTreeMap<&TurnKey, &SpeechEvent> = BTreeMap::new();
    let mut withdrawn: BTreeSet<&TurnKey> = BTreeSet::new();
    let mut attributes: BTreeMap<&str, (Revision, &AttributeValue)> = BTreeMap::new();
    let mut began: Option<(Revision, Option<String>, Option<jiff::Timestamp>)> = None;
    let (mut listening, mut mixed, mut duration) = (false, false, None::<Millis>);
    for event in events {
        match event {
            Event::Turn(turn) => {
                let held = turns.entry(&turn.key).or_insert(turn);
                if turn.revision > held.revision {
                    *held = turn;
                }
            }
            Event::Speech(stretch) => {
                listening = true;
                let held = speech.entry(&stretch.key).or_insert(stretch);
                if stretch.revision > held.revision {
                    *held = stretch;
                }
            }
            Event::Withdraw { key } => {
                withdrawn.insert(key);
            }
            Event::Attribute { name, revision, value } => {
                let held = attributes.entry(name).or_insert((*revision, value));
                if *revision > held.0 {
                    *held = (*revision, value);
                }
            }
            Event::Began { revision, language, started_at } => {
                if began.as_ref().is_none_or(|held| *revision > held.0) {
                    began = Some((*revision, language.clone(), *started_at));
                }
            }
            Event::Listening { mixed: both } => {
                listening = true;
                mixed |= both;
            }
            Event::Ended { duration: length } => duration = duration.max(Some(*length)),
            Event::Watermark { .. } => {}
        }
    }
    let mut turns: Vec<&TurnEvent> =
        turns.into_values().filter(|turn| !withdrawn.contains(&turn.key)).collect();
    turns.sort_by_key(|turn| (turn.turn.span.start, turn.channel, &turn.key));
    let heard =
        speech.into_iter().filter(|(key, _)| !withdrawn.contains(key)).map(|(_, stretch)| stretch.speech);
    let mut heard: Vec<Speech> = heard.collect();
    heard.sort();
    let (language, started_at) =
        began.map_or((None, None), |(_, language, started_at)| (language, started_at));
    Conversation {
        id: id.to_owned(),
        source: None,
        language,
        started_at,
        duration,
        attributes: attributes
            .into_iter()
            .map(|(name, (_, value))| (name.to_owned(), value.clone()))
            .collect::<Attributes>(),
        turns: turns.into_iter().map(|turn| turn.turn.clone()).collect(),
        sound: listening.then_some(Sound { speech: heard, mixed }),
        provenance: None,
    }
}
