use std::collections::BTreeSet;

use lingjian_rehearsal::Plan;

use crate::rehearse;

/// Whether many calls read alike: whole texts, and three characters in a row that no call before had.
#[test]
fn calls_do_not_read_alike() {
    let calls = rehearse(Plan { seed: 21, calls: 1_600, ..Plan::default() });
    let mut texts = BTreeSet::new();
    let mut trigrams = BTreeSet::new();
    let mut growth = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let text: String = call.conversation.turns.iter().map(|turn| turn.text.as_str()).collect();
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        trigrams.extend(chars.windows(3).map(|three| [three[0], three[1], three[2]]));
        texts.insert(text);
        if (at + 1) % 400 == 0 {
            growth.push(trigrams.len());
        }
    }
    println!(
        "{} of {} texts are unique; distinct trigrams every 400 calls: {growth:?}",
        texts.len(),
        calls.len()
    );
    assert!(texts.len() as f64 >= 0.999 * calls.len() as f64, "{}", texts.len());
    assert!(growth[0] > 8_000, "{growth:?}");
    assert!(growth.windows(2).all(|pair| pair[1] as f64 > 1.02 * pair[0] as f64), "{growth:?}");
}

#[test]
fn many_matters_and_both_languages() {
    let calls = rehearse(Plan { seed: 22, calls: 500, ..Plan::default() });
    let matters = |language: &str| {
        let calls = calls.iter().filter(|call| call.conversation.language.as_deref() == Some(language));
        calls.map(|call| call.record.reason.clone()).collect::<BTreeSet<_>>().len()
    };
    assert!(matters("zh-CN") >= 20, "{}", matters("zh-CN"));
    assert!(matters("en-US") >= 5, "{}", matters("en-US"));
    let projects: BTreeSet<_> = calls.iter().map(|call| call.record.project.clone()).collect();
    assert_eq!(projects.len(), 7);
}
