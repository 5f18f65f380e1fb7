//! How people really talk, and how a speech engine writes it down: fillers, a stutter, lost punctuation, homophones.

use lingjian_model::Role;

use super::stage::{Before, Piece, Stage};

/// Customers' manners, with how often a turn begins with a filler.
const MANNERS: [(&str, f64); 5] =
    [("plain", 0.12), ("chatty", 0.3), ("impatient", 0.2), ("elderly", 0.25), ("polite", 0.15)];

const PAUSES: [char; 10] = ['，', '。', '？', '！', '、', ',', '.', '?', '!', ';'];

pub(super) fn speak(stage: &mut Stage<'_, '_>) {
    let (manner, habit) = *stage.dice.pick(&MANNERS).unwrap_or(&MANNERS[0]);
    let agent_habit = if stage.cast.tags.contains("level-new") { 0.14 } else { 0.05 };
    let mandarin = stage.mandarin();
    let mut beats = std::mem::take(&mut stage.beats);
    for (at, beat) in beats.iter_mut().enumerate() {
        let fillers = match beat.role {
            Role::Customer => Some((format!("fill-{manner}"), habit)),
            Role::Agent if at > 1 => Some(("fill-agent".to_owned(), agent_habit)),
            _ => None,
        };
        if let Some((key, often)) = fillers
            && beat.before != Before::BackChannel
            && stage.units(&beat.text()) >= if mandarin { 6 } else { 4 }
            && stage.dice.chance(often)
        {
            let filler = stage.plain(&key);
            if !mandarin && let Some(first) = beat.pieces.first_mut() {
                first.text = uncapitalised(&first.text);
            }
            beat.pieces.insert(0, filler);
        }
        // announcements are recordings: every engine knows them by heart
        let noise = if beat.role == Role::System { 0.0 } else { stage.odds.noise };
        join(&mut beat.pieces, mandarin);
        for piece in &mut beat.pieces {
            confuse(&mut piece.text, noise, stage);
        }
        if stage.dice.chance(noise) {
            stutter(&mut beat.pieces, mandarin);
        }
        if stage.dice.chance(noise * 6.0) {
            for piece in &mut beat.pieces {
                piece.text.retain(|c| !PAUSES.contains(&c));
                if !mandarin {
                    piece.text = piece.text.to_lowercase();
                }
            }
        }
        // without punctuation nothing may be left of a piece
        beat.pieces.retain(|piece| !piece.text.trim().is_empty());
    }
    beats.retain(|beat| !beat.pieces.is_empty());
    stage.beats = beats;
}

/// A sentence that follows a filler: "Um, thank you", but "Um, I'd say".
fn uncapitalised(text: &str) -> String {
    let mut rest = text.chars();
    match rest.next() {
        Some(first) if !text.starts_with("I ") && !text.starts_with("I'") => {
            first.to_lowercase().chain(rest).collect()
        }
        _ => text.to_owned(),
    }
}

/// Makes the pieces one text: a comma or space between them, a full stop at the end.
fn join(pieces: &mut [Piece], mandarin: bool) {
    let last = pieces.len().saturating_sub(1);
    for (at, piece) in pieces.iter_mut().enumerate() {
        let text = piece.text.trim_end();
        let mut text = text.to_owned();
        let open = !text.ends_with(PAUSES);
        if at < last {
            match (mandarin, open) {
                (true, true) => text.push('，'),
                (true, false) => {}
                (false, _) => text.push(' '),
            }
        } else if let Some(cut) = text.strip_suffix(['，', ',']) {
            text = format!("{cut}{}", if mandarin { '。' } else { '.' });
        } else if open {
            text.push(if mandarin { '。' } else { '.' });
        }
        piece.text = text;
    }
}

fn confuse(text: &mut String, noise: f64, stage: &mut Stage<'_, '_>) {
    if noise <= 0.0 {
        return;
    }
    let book = stage.cast.book;
    for (written, heard) in &book.confusions {
        if text.contains(written.as_str()) && stage.dice.chance(noise) {
            *text = text.replacen(written.as_str(), heard, 1);
        }
    }
}

fn stutter(pieces: &mut [Piece], mandarin: bool) {
    let Some(piece) = pieces.first_mut() else { return };
    let again: String = if mandarin {
        piece.text.chars().take(1).collect()
    } else {
        piece.text.split_inclusive(' ').take(1).filter(|word| word.ends_with(' ')).collect()
    };
    if again.chars().any(char::is_alphanumeric) {
        piece.text.insert_str(0, &again);
    }
}
