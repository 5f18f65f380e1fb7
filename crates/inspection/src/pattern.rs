//! Regular expressions: linear time, bounded size.

use std::fmt;
use std::sync::Arc;

use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use serde::{Serialize, Serializer};

use crate::clue::{Clue, clue};

/// Bytes of automaton one pattern may take.
const SIZE_LIMIT: usize = 1 << 20;
/// Characters one pattern may have.
const LENGTH_LIMIT: usize = 10_000;

/// A compiled pattern. Matching takes time linear in the text; there is no look-around and no back-reference. To compile one
/// takes a millisecond: clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    written: String,
    regex: Regex,
    clue: Clue<Vec<String>>,
}

/// Why a pattern cannot be used, and what to do.
#[derive(Debug)]
pub(crate) struct PatternError {
    pub(crate) message: String,
    pub(crate) advice: &'static str,
}

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Result<Self, PatternError> {
        if pattern.chars().count() > LENGTH_LIMIT {
            return Err(PatternError {
                message: format!("it is longer than {LENGTH_LIMIT} characters"),
                advice: "use a phrase list, or several patterns",
            });
        }
        regex_syntax::ParserBuilder::new().nest_limit(50).build().parse(pattern).map_err(|error| {
            let (message, advice) = explain(&error);
            PatternError { message, advice }
        })?;
        let regex = Regex::builder()
            .configure(Regex::config().nfa_size_limit(Some(SIZE_LIMIT)).hybrid_cache_capacity(1 << 20))
            .syntax(syntax::Config::new().case_insensitive(true).nest_limit(50))
            .build(pattern)
            .map_err(|_| PatternError {
                message: "it would grow beyond one megabyte of states".to_owned(),
                advice: "make the counts in {…} smaller",
            })?;
        Ok(Self(Arc::new(Compiled { written: pattern.to_owned(), regex, clue: clue(pattern) })))
    }

    /// What stands in every text that it matches.
    pub(crate) fn clue(&self) -> &Clue<Vec<String>> {
        &self.0.clue
    }

    /// Whether the empty text is a match.
    pub(crate) fn matches_nothing_at_all(&self) -> bool {
        self.0.regex.is_match("")
    }

    /// Whether it is anywhere in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.0.regex.is_match(text)
    }

    /// Every match from left to right, none overlapping, as bytes; empty ones aside.
    pub(crate) fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        self.0
            .regex
            .find_iter(Input::new(text))
            .map(|found| (found.start(), found.end()))
            .filter(|(start, end)| start < end)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.written == other.0.written
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.written)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.written)
    }
}

fn explain(error: &regex_syntax::Error) -> (String, &'static str) {
    let first_line =
        |text: String| text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    match error {
        regex_syntax::Error::Parse(error) if error.kind().to_string().contains("look-around") => {
            ("look-around is not supported".to_owned(), "use `unless`, or an exception")
        }
        regex_syntax::Error::Parse(error) => {
            (error.kind().to_string(), "see the regex syntax in docs/rules.md")
        }
        other => (first_line(other.to_string()), "see the regex syntax in docs/rules.md"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_would_explode() {
        for pattern in ["(?=a)b", "(a{1000}){1000}", "(", "[", "\\", &"a".repeat(20_000), &"(".repeat(200)] {
            assert!(Pattern::new(pattern).is_err(), "{}", &pattern[..pattern.len().min(20)]);
        }
        assert!(Pattern::new("a*").unwrap().matches_nothing_at_all());
    }
}
