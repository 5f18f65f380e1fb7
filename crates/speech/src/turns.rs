//! Words into turns.

use lingjian_model::{Millis, Role, Span, Turn, Word};

use crate::text;

/// A pause from which on the next word is a new turn.
const PAUSE: Millis = Millis(700);
/// A pause in which another party may take the floor.
const BREATH: Millis = Millis(200);

/// One party's words, in order of time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Party {
    pub role: Role,
    pub words: Vec<Word>,
}

/// The turns of all parties by start. A party's turn ends where it pauses for 0.7 s, and where another begins to
/// speak while it takes breath.
pub(crate) fn turns(parties: &[Party]) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for (number, party) in parties.iter().enumerate() {
        let others: Vec<&[Word]> = parties
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number)
            .map(|(_, other)| other.words.as_slice())
            .collect();
        let mut rest = party.words.as_slice();
        while !rest.is_empty() {
            let end = rest
                .windows(2)
                .position(|pair| parts(&pair[0], &pair[1], &others))
                .map_or(rest.len(), |at| at + 1);
            let (words, later) = rest.split_at(end);
            turns.extend(turn(party.role, words.to_vec(), None));
            rest = later;
        }
    }
    turns.sort_by_key(|turn| (turn.span.start, turn.span.end, turn.role));
    turns
}

fn parts(before: &Word, after: &Word, others: &[&[Word]]) -> bool {
    let pause = after.span.start.since(before.span.end);
    if pause >= PAUSE {
        return true;
    }
    let starts_between = |words: &&[Word]| {
        let first = words.partition_point(|word| word.span.start < before.span.end);
        words.get(first).is_some_and(|word| word.span.start < after.span.start)
    };
    pause >= BREATH && others.iter().any(starts_between)
}

/// The turns of pieces whose role was worked out, in order of time: neighbours of one role without a pause between
/// them are one turn.
pub(crate) fn turns_of_pieces(pieces: impl IntoIterator<Item = (Vec<Word>, Role, f32)>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut open: Option<(Vec<Word>, Role, f32, f32)> = None;
    let mut close = |open: Option<(Vec<Word>, Role, f32, f32)>| {
        if let Some((words, role, sure, weight)) = open {
            turns.extend(turn(role, words, Some(sure / weight)));
        }
    };
    for (words, role, sure) in pieces {
        let weight: f32 = words.iter().map(|word| word.span.length().0 as f32 + 1.0).sum();
        match &mut open {
            Some((before, same, sum, total)) if *same == role && !is_pause(before, &words) => {
                before.extend(words);
                *sum += sure * weight;
                *total += weight;
            }
            _ => close(open.replace((words, role, sure * weight, weight))),
        }
    }
    close(open);
    turns
}

fn is_pause(before: &[Word], after: &[Word]) -> bool {
    before
        .last()
        .zip(after.first())
        .is_some_and(|(before, after)| after.span.start.since(before.span.end) >= PAUSE)
}

fn turn(role: Role, words: Vec<Word>, role_confidence: Option<f32>) -> Option<Turn> {
    let span = Span { start: words.first()?.span.start, end: words.iter().map(|word| word.span.end).max()? };
    let text = text::join(words.iter().map(|word| word.text.as_str()));
    Some(Turn { role, span, text, words, role_confidence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(text: &str, start: u64, end: u64) -> Word {
        Word { text: text.to_owned(), span: Span::new(start, end), confidence: None }
    }

    fn told(turns: &[Turn]) -> Vec<String> {
        turns
            .iter()
            .map(|turn| format!("{} {}-{} {}", turn.role, turn.span.start.0, turn.span.end.0, turn.text))
            .collect()
    }

    #[test]
    fn the_floor_is_taken_in_a_breath_and_not_by_a_nod() {
        let agent = Party {
            role: Role::Agent,
            words: vec![
                word("好的，", 0, 400),
                word("我", 410, 600),
                word("查。", 950, 1300),
                word("请", 2200, 2500),
            ],
        };
        let customer =
            Party { role: Role::Customer, words: vec![word("嗯", 450, 550), word("快点", 700, 900)] };
        let turns = turns(&[agent, customer]);
        assert_eq!(
            told(&turns),
            ["agent 0-600 好的，我", "customer 450-900 嗯快点", "agent 950-1300 查。", "agent 2200-2500 请"]
        );
    }

    #[test]
    fn pieces_of_one_role_are_one_turn_until_a_pause() {
        let pieces = [
            (vec![word("One.", 0, 500)], Role::Agent, 0.9),
            (vec![word("Two.", 600, 1101)], Role::Agent, 0.5),
            (vec![word("Three.", 1200, 1500)], Role::Customer, 0.8),
            (vec![word("Four.", 4000, 4500)], Role::Customer, 0.8),
        ];
        let turns = turns_of_pieces(pieces);
        assert_eq!(
            told(&turns),
            ["agent 0-1101 One. Two.", "customer 1200-1500 Three.", "customer 4000-4500 Four."]
        );
        assert!((turns[0].role_confidence.expect("worked out") - 0.7).abs() < 0.01);
    }

    proptest! {
        /// Every word is in exactly one turn of its party, in order; turns come by start and hold their words.
        #[test]
        fn no_word_is_lost(starts in proptest::collection::vec((0u64..400, 10u64..900, any::<bool>()), 0..60)) {
            let mut at = [0u64; 2];
            let mut parties = [
                Party { role: Role::Agent, words: Vec::new() },
                Party { role: Role::Customer, words: Vec::new() },
            ];
            for (number, (gap, length, second)) in starts.iter().enumerate() {
                let side = usize::from(*second);
                let start = at[side] + gap * 3;
                at[side] = start + length;
                parties[side].words.push(word(&format!("w{number}"), start, at[side]));
            }
            let turns = turns(&parties);
            prop_assert!(turns.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
            for party in &parties {
                let words: Vec<&Word> = turns.iter().filter(|t| t.role == party.role).flat_map(|t| &t.words).collect();
                prop_assert_eq!(words, party.words.iter().collect::<Vec<_>>());
            }
            for turn in &turns {
                prop_assert!(turn.words.iter().all(|w| w.span.start >= turn.span.start && w.span.end <= turn.span.end));
                prop_assert!(turn.words.windows(2).all(|pair| pair[1].span.start.since(pair[0].span.end) < PAUSE));
            }
        }
    }
}
