//! Fuzz targets: plain functions that must not panic, whatever they are given.

use lingjian_model::{Conversation, Event, Revision, TurnEvent, TurnKey};

use crate::{Live, PackSource, SourceFile, canonical, explain, judge, load, run_tests};

/// Reads a pack and does all that can be done with it.
pub fn pack(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let file = SourceFile { path: "fuzz.yaml".to_owned(), text: text.clone() };
    let loaded = load(&[PackSource { name: "fuzz".to_owned(), files: vec![file] }]);
    for one in &loaded.diagnostics {
        let _ = one.render(&text);
    }
    let _ = run_tests(&loaded.set);
    for rule in loaded.set.rules() {
        let _ = explain(&loaded.set, &rule.id, lingjian_language::Language::Chinese);
    }
}

/// Judges a call, afterwards and live, by a pack; both must come to the same.
pub fn call(pack: &str, conversation: &Conversation) {
    let file = SourceFile { path: "fuzz.yaml".to_owned(), text: pack.to_owned() };
    let set = load(&[PackSource { name: "fuzz".to_owned(), files: vec![file] }]).set;
    let events: Vec<Event> = conversation
        .turns
        .iter()
        .enumerate()
        .map(|(at, turn)| {
            let key = TurnKey(format!("{at:08}"));
            Event::Turn(TurnEvent {
                key,
                revision: Revision(0),
                is_final: true,
                channel: 0,
                turn: turn.clone(),
            })
        })
        .collect();
    let mut live = Live::new(&set);
    live.push_all(&events);
    assert_eq!(
        live.finish(),
        judge(&set, &canonical(&conversation.id, &events)),
        "live differs from afterwards"
    );
}
