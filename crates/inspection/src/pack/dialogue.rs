//! The small dialogues that packs keep beside their rules.

use lingjian_language::{Folded, Language, Units};
use lingjian_model::{Attributes, Conversation, Millis, Role, Span, Turn};

use super::diagnostic::Place;
use super::fields::Notes;

/// Between turns that give no time.
const GAP: u64 = 300;

/// Reads `[time] role: text`, one turn a line. `place` is that of the text's node, for diagnostics.
pub(super) fn read(written: &str, place: Place, notes: &mut Notes<'_>) -> Option<Conversation> {
    let language =
        Language::of(written.lines().filter_map(|line| line.split_once(':')).map(|(_, text)| text));
    let mut turns: Vec<Turn> = Vec::new();
    for (number, line) in written.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        let earlier = turns.last().map(|turn: &Turn| turn.span);
        match turn(line, earlier, language.unwrap_or(Language::Chinese)) {
            Ok(turn) => turns.push(turn),
            Err(message) => {
                // In a block text the lines follow the node's own line.
                notes.error_help(
                    Place { line: place.line + number + 1, column: 1, length: 1 },
                    message,
                    "a turn is `[time] role: text`, the time as 0:05, 0:05-0:09, +3 or !+1",
                );
                return None;
            }
        }
    }
    if turns.is_empty() {
        notes.error(place, "a test's call needs at least one turn");
        return None;
    }
    turns.sort_by_key(|turn| turn.span.start);
    Some(Conversation {
        id: "test".to_owned(),
        source: None,
        language: language.map(|language| language.tag().to_owned()),
        started_at: None,
        duration: None,
        attributes: Attributes::new(),
        turns,
        sound: None,
        provenance: None,
    })
}

fn turn(line: &str, earlier: Option<Span>, language: Language) -> Result<Turn, String> {
    let (head, text) = split(line).ok_or_else(|| "a turn without `role:`".to_owned())?;
    let (time, role) = match head.rsplit_once(' ') {
        Some((time, role)) => (Some(time.trim()), role),
        None => (None, head),
    };
    let role = Role::from_name(role).ok_or_else(|| format!("`{role}` is no role"))?;
    let last = earlier.map_or(Millis::ZERO, |span| span.end);
    let text = text.trim().to_owned();
    let units = Units::of(Folded::new(&text).as_str());
    let rate = if language == Language::Chinese { 240.0 } else { 150.0 };
    let length = Millis((units.count(language).max(1) as f64 / rate * 60_000.0).round() as u64);
    let span = match time {
        None if earlier.is_none() => Span { start: Millis::ZERO, end: length },
        None => from(last.plus(Millis(GAP)), length),
        Some(time) => {
            if let Some(before) = time.strip_prefix("!+") {
                from(last.since(seconds(before)?), length)
            } else if let Some(after) = time.strip_prefix('+') {
                from(last.plus(seconds(after)?), length)
            } else if let Some((start, end)) = time.split_once('-') {
                let (start, end) = (clock(start)?, clock(end)?);
                if end < start {
                    return Err("a turn that ends before it begins".to_owned());
                }
                Span { start, end }
            } else {
                from(clock(time)?, length)
            }
        }
    };
    Ok(Turn { role, span, text, words: Vec::new(), role_confidence: None })
}

/// The head with time and role, and the text: divided at the colon behind a role's name.
fn split(line: &str) -> Option<(&str, &str)> {
    let names = ["agent", "customer", "supervisor", "system"];
    let divided = names.into_iter().find_map(|name| {
        let colon = line.find(&format!("{name}:"))? + name.len();
        // Only what may be a time stands before the role.
        let before = &line[..colon - name.len()];
        before.chars().all(|c| c.is_ascii_digit() || " :.+-!".contains(c)).then_some(colon)
    });
    let colon = divided.or_else(|| line.find(": "))?;
    Some((line[..colon].trim(), &line[colon + 1..]))
}

fn from(start: Millis, length: Millis) -> Span {
    Span { start, end: start.plus(length) }
}

fn seconds(text: &str) -> Result<Millis, String> {
    match text.trim_end_matches('s').parse::<f64>() {
        Ok(value) if (0.0..86_400.0).contains(&value) => Ok(Millis((value * 1000.0).round() as u64)),
        _ => Err(format!("`{text}` is not a number of seconds")),
    }
}

fn clock(text: &str) -> Result<Millis, String> {
    let (minutes, rest) = text.split_once(':').ok_or_else(|| format!("`{text}` is not a time"))?;
    let minutes: u64 = minutes.parse().map_err(|_| format!("`{text}` is not a time"))?;
    Ok(Millis(minutes.min(1_440) * 60_000).plus(seconds(rest)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_of_every_kind() {
        let span = |line: &str, last: u64| {
            let turn = turn(line, Some(Span::new(0, last)), Language::Chinese).unwrap();
            (turn.span.start.0, turn.span.end.0)
        };
        assert_eq!(span("agent: 您好您好", 1_000), (1_300, 2_300));
        assert_eq!(span("+30 agent: 您好您好", 1_000), (31_000, 32_000));
        assert_eq!(span("!+1 customer: 您好您好", 3_000), (2_000, 3_000));
        assert_eq!(span("0:10-0:14 agent: 您好: 好", 0), (10_000, 14_000));
        assert_eq!(span("1:05.500 agent: 您好您好", 0), (65_500, 66_500));
        for bad in ["nobody: 您好", "agent 您好", "0:10-0:04 agent: 您好", "x agent: 您好"] {
            assert!(turn(bad, None, Language::Chinese).is_err(), "{bad}");
        }
    }
}
