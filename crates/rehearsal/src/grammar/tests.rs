use std::collections::BTreeSet;

use super::*;
use crate::FaultKind;

fn books() -> impl Iterator<Item = (Wordings, Book)> {
    [Wordings::Open, Wordings::Sealed].into_iter().flat_map(|set| {
        [Language::Mandarin, Language::English].map(|language| (set, Book::read(language, set).unwrap()))
    })
}

fn keys(lexicon: &Lexicon) -> BTreeSet<&str> {
    lexicon.iter().map(|(key, _)| key).collect()
}

#[test]
fn every_slot_and_key_is_known() {
    // set by the composer
    let given = ["client", "agent-name", "agent-name2", "agent-number", "answer", "wrong-answer"];
    fn parts<'a>(lines: &'a [Line], into: &mut Vec<&'a Part>) {
        for line in lines {
            match line {
                Line::Say(_, said) => into.extend(said),
                Line::Due(_) => {}
                Line::Maybe(_, lines) => parts(lines, into),
                Line::Either(ways) => ways.iter().for_each(|way| parts(way, into)),
            }
        }
    }
    for (set, book) in books() {
        let general: BTreeSet<&str> =
            keys(&book.common).union(&keys(&book.wordings)).copied().chain(given).collect();
        let own: BTreeSet<&str> = book.scenarios.iter().flat_map(|scenario| keys(&scenario.slots)).collect();
        for (key, wordings) in book.common.iter().chain(book.wordings.iter()) {
            for slot in wordings.iter().flat_map(|wording| wording.slots()) {
                assert!(general.contains(slot) || own.contains(slot), "{set:?} [{key}] names {{{slot}}}");
            }
        }
        for scenario in &book.scenarios {
            let mut said = Vec::new();
            parts(&scenario.lines, &mut said);
            // side questions come in calls that end with a solution
            if scenario.lines.contains(&Line::Due(Due::Aside)) {
                parts(&book.asides, &mut said);
            }
            let mut named: Vec<&str> = scenario
                .slots
                .iter()
                .flat_map(|(_, wordings)| wordings)
                .flat_map(|wording| wording.slots())
                .collect();
            for part in &said {
                match part {
                    Part::Words(template) => named.extend(template.slots()),
                    Part::Key(key) => named.push(key),
                }
            }
            let own = keys(&scenario.slots);
            for slot in named {
                assert!(general.contains(slot) || own.contains(slot), "{}: {{{slot}}}", scenario.name);
            }
        }
    }
}

#[test]
fn open_and_sealed_have_the_same_keys_and_share_no_wording() {
    for language in [Language::Mandarin, Language::English] {
        let open = Book::read(language, Wordings::Open).unwrap().wordings;
        let sealed = Book::read(language, Wordings::Sealed).unwrap().wordings;
        assert_eq!(keys(&open), keys(&sealed));
        for (key, wordings) in open.iter() {
            for wording in wordings {
                assert!(!sealed.get(key).contains(wording), "[{key}] {wording:?}");
            }
        }
    }
}

#[test]
fn enough_wordings_of_every_fault_that_has_words() {
    // by time or by leaving out; outbound kinds exist in Mandarin only
    let wordless = [
        FaultKind::RecordingNoticeMissing,
        FaultKind::LongSilence,
        FaultKind::TooFast,
        FaultKind::FourStepsMissing,
        FaultKind::WhoAndWhyMissing,
    ];
    let outbound = [
        FaultKind::ConsentMissing,
        FaultKind::DecisionMakerUnasked,
        FaultKind::FollowUpMissing,
        FaultKind::AnswerNotRecorded,
    ];
    for (set, book) in books() {
        let least = if book.mandarin() { 12 } else { 6 };
        for kind in FaultKind::ALL.iter().filter(|kind| !wordless.contains(kind)) {
            if !book.mandarin() && outbound.contains(kind) {
                continue;
            }
            let count = book.wordings.get(kind.name()).len();
            assert!(count >= least, "{set:?} {:?}: {count} wordings of {kind}", book.language);
        }
    }
}

#[test]
fn enough_scenarios() {
    assert!(Book::read(Language::Mandarin, Wordings::Open).unwrap().scenarios.len() >= 12);
    assert!(Book::read(Language::English, Wordings::Open).unwrap().scenarios.len() >= 4);
}
