//! A scenario: who says what in which order, with branches and with places where behaviour is due.
//!
//! ```text
//! @for shop              calls it fits (tags of the project)
//! @weight 3              how often, beside the project's other scenarios
//! $item = a kettle       a slot of its own; the same name again adds an alternative
//! A: words               agent; `C:` customer, `S:` system
//! +: more words          of the same turn
//! C > refund-said        a wording from the open or sealed set; `+ >` adds one to the turn
//! ~confirm               behaviour that is due here
//! ?40                    the indented lines in 40 of 100 calls
//! either … or …          one of the indented blocks
//! ```

use lingjian_model::Role;

use super::lexicon::{Lexicon, Wording};
use super::template::Template;
use crate::RehearsalError;

/// Behaviour that is due at a place; faults change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    Opening,
    Intro,
    Verify,
    Hold,
    Aside,
    Complaint,
    Solve,
    Transfer,
    DecisionMaker,
    FollowUp,
    Answer,
    Confirm,
    Closing,
}

impl Due {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "opening" => Self::Opening,
            "intro" => Self::Intro,
            "verify" => Self::Verify,
            "hold" => Self::Hold,
            "aside" => Self::Aside,
            "complaint" => Self::Complaint,
            "solve" => Self::Solve,
            "transfer" => Self::Transfer,
            "decision-maker" => Self::DecisionMaker,
            "follow-up" => Self::FollowUp,
            "answer" => Self::Answer,
            "confirm" => Self::Confirm,
            "closing" => Self::Closing,
            _ => return None,
        })
    }
}

/// A piece of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Words of the scenario.
    Words(Template),
    /// A wording of the set in use.
    Key(String),
}

/// A line of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// A turn.
    Say(Role, Vec<Part>),
    /// Behaviour that is due.
    Due(Due),
    /// A block in so many of 100 calls.
    Maybe(u8, Vec<Line>),
    /// One of these blocks.
    Either(Vec<Vec<Line>>),
}

/// A scenario.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// Its file's stem.
    pub(crate) name: String,
    /// Calls it fits.
    pub(crate) tags: Vec<String>,
    /// How often.
    pub(crate) weight: f64,
    /// Its own slots.
    pub(crate) slots: Lexicon,
    /// What happens.
    pub(crate) lines: Vec<Line>,
}

impl Scenario {
    /// Reads a file.
    pub(crate) fn read(name: &str, text: &str) -> Result<Self, RehearsalError> {
        let mut scenario = Self {
            name: name.to_owned(),
            tags: Vec::new(),
            weight: 1.0,
            slots: Lexicon::default(),
            lines: Vec::new(),
        };
        let mut source = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let problem = |problem: String| RehearsalError::Grammar {
                file: name.to_owned(),
                line: number + 1,
                problem,
            };
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if let Some(tags) = content.strip_prefix("@for ") {
                scenario.tags.extend(tags.split(',').map(|tag| tag.trim().to_owned()));
            } else if let Some(weight) = content.strip_prefix("@weight ") {
                scenario.weight =
                    weight.trim().parse().map_err(|_| problem("`@weight` wants a number".to_owned()))?;
            } else if let Some(slot) = content.strip_prefix('$') {
                let (key, words) = slot
                    .split_once(" = ")
                    .ok_or_else(|| problem("a slot reads `$name = words`".to_owned()))?;
                scenario.slots.add(key, Wording::parse(words).map_err(problem)?);
            } else {
                source.push(Source {
                    number: number + 1,
                    depth: line.len() - line.trim_start().len(),
                    content,
                });
            }
        }
        let mut at = 0;
        scenario.lines = block(name, &source, &mut at, 0)?;
        match source.get(at) {
            None => Ok(scenario),
            Some(line) => Err(line.problem(name, "indented further than its block")),
        }
    }
}

struct Source<'a> {
    number: usize,
    depth: usize,
    content: &'a str,
}

impl Source<'_> {
    fn problem(&self, file: &str, problem: &str) -> RehearsalError {
        RehearsalError::Grammar { file: file.to_owned(), line: self.number, problem: problem.to_owned() }
    }
}

fn block(
    file: &str,
    source: &[Source<'_>],
    at: &mut usize,
    depth: usize,
) -> Result<Vec<Line>, RehearsalError> {
    let mut lines = Vec::new();
    while let Some(line) = source.get(*at).filter(|line| line.depth == depth) {
        *at += 1;
        let wrong = |problem: &str| line.problem(file, problem);
        if let Some(percent) = line.content.strip_prefix('?') {
            let percent = percent.parse().ok().filter(|percent| *percent <= 100);
            let percent = percent.ok_or_else(|| wrong("`?` wants a percentage"))?;
            lines.push(Line::Maybe(percent, block(file, source, at, depth + 2)?));
        } else if line.content == "either" {
            let mut ways = vec![block(file, source, at, depth + 2)?];
            while source.get(*at).is_some_and(|next| next.depth == depth && next.content == "or") {
                *at += 1;
                ways.push(block(file, source, at, depth + 2)?);
            }
            lines.push(Line::Either(ways));
        } else if let Some(due) = line.content.strip_prefix('~') {
            lines.push(Line::Due(Due::from_name(due).ok_or_else(|| wrong("no behaviour of that name"))?));
        } else {
            say(line, &mut lines).map_err(|problem| wrong(&problem))?;
        }
    }
    Ok(lines)
}

fn say(line: &Source<'_>, lines: &mut Vec<Line>) -> Result<(), String> {
    let (who, rest) = line.content.split_at_checked(1).ok_or("a line reads `A: words`")?;
    let part = if let Some(key) = rest.strip_prefix(" > ") {
        Part::Key(key.trim().to_owned())
    } else if let Some(words) = rest.strip_prefix(": ") {
        Part::Words(Template::parse(words.trim())?)
    } else {
        return Err("a line reads `A: words` or `A > key`".to_owned());
    };
    let role = match who {
        "A" => Role::Agent,
        "C" => Role::Customer,
        "S" => Role::System,
        "+" => {
            return match lines.last_mut() {
                Some(Line::Say(_, parts)) => {
                    parts.push(part);
                    Ok(())
                }
                _ => Err("`+` continues a turn, and there is none".to_owned()),
            };
        }
        _ => return Err("a line begins with A, C, S, +, ~, ?, either or or".to_owned()),
    };
    lines.push(Line::Say(role, vec![part]));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_blocks() {
        let text = "@for shop, en\n$item = 水壶\n~opening\nC: 喂\n+ > refund-said\n?40\n  A: 好\neither\n  C: 一\nor\n  C: 二\n  ?5\n    A: 三\n~closing\n";
        let scenario = Scenario::read("x", text).unwrap();
        assert_eq!(scenario.tags, ["shop", "en"]);
        assert_eq!(scenario.lines.len(), 5);
        assert!(matches!(&scenario.lines[1], Line::Say(Role::Customer, parts) if parts.len() == 2));
        assert!(matches!(&scenario.lines[3], Line::Either(ways) if ways[1].len() == 2));
    }

    #[test]
    fn names_the_line() {
        for (text, message) in [
            ("A: 好\nX: 好", "x:2: a line begins with A, C, S, +, ~, ?, either or or"),
            ("~nothing", "x:1: no behaviour of that name"),
            ("A: 好\n    C: 好", "x:2: indented further than its block"),
            ("?200\n  A: 好", "x:1: `?` wants a percentage"),
            ("+: 好", "x:1: `+` continues a turn, and there is none"),
        ] {
            assert_eq!(Scenario::read("x", text).unwrap_err().to_string(), message);
        }
    }
}
