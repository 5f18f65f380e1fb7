//! Wordings under keys: `[key]`, then one wording a line; `<tag,tag>` in front keeps a line to calls with one of the
//! tags; `@digits n` and `@number low high` are spoken numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::template::Template;
use crate::RehearsalError;

/// One wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wording {
    /// Calls it fits; all where empty.
    pub(crate) tags: Vec<String>,
    /// What is said.
    pub(crate) says: Says,
}

/// What a wording gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Says {
    /// Words.
    Words(Template),
    /// That many digits, one by one.
    Digits(usize),
    /// A number in a range, both ends included.
    Number(u64, u64),
}

impl Wording {
    /// Whether it fits a call with these tags.
    pub(crate) fn fits(&self, tags: &BTreeSet<String>) -> bool {
        self.tags.is_empty() || self.tags.iter().any(|tag| tags.contains(tag))
    }

    /// Reads one line of a section.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let (tags, rest) = match line.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((tags, rest)) => {
                (tags.split(',').map(|tag| tag.trim().to_owned()).collect(), rest.trim_start())
            }
            None => (Vec::new(), line),
        };
        let numbers = |text: &str| {
            text.split_whitespace()
                .map(str::parse)
                .collect::<Result<Vec<u64>, _>>()
                .map_err(|error| error.to_string())
        };
        let says = if let Some(count) = rest.strip_prefix("@digits ") {
            match numbers(count)?.as_slice() {
                [count] => Says::Digits(*count as usize),
                _ => return Err("`@digits` wants one number".to_owned()),
            }
        } else if let Some(bounds) = rest.strip_prefix("@number ") {
            match numbers(bounds)?.as_slice() {
                [low, high] if low <= high => Says::Number(*low, *high),
                _ => return Err("`@number` wants the lowest and the highest".to_owned()),
            }
        } else {
            Says::Words(Template::parse(rest)?)
        };
        Ok(Self { tags, says })
    }

    /// The slots it names.
    #[cfg(test)]
    pub(crate) fn slots(&self) -> Vec<&str> {
        match &self.says {
            Says::Words(template) => template.slots(),
            Says::Digits(_) | Says::Number(..) => Vec::new(),
        }
    }
}

/// Wordings by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lexicon(BTreeMap<String, Vec<Wording>>);

impl Lexicon {
    /// Adds what a file says. Sections of one key add up.
    pub(crate) fn read(&mut self, file: &str, text: &str) -> Result<(), RehearsalError> {
        let mut key = None;
        for (number, line) in text.lines().enumerate() {
            let problem = |problem: String| RehearsalError::Grammar {
                file: file.to_owned(),
                line: number + 1,
                problem,
            };
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                key = Some(name.to_owned());
                continue;
            }
            let Some(key) = &key else {
                return Err(problem("a wording before the first `[key]`".to_owned()));
            };
            self.add(key, Wording::parse(line).map_err(problem)?);
        }
        Ok(())
    }

    /// Adds one wording.
    pub(crate) fn add(&mut self, key: &str, wording: Wording) {
        self.0.entry(key.to_owned()).or_default().push(wording);
    }

    /// The wordings under a key.
    pub(crate) fn get(&self, key: &str) -> &[Wording] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// All keys with their wordings.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[Wording])> {
        self.0.iter().map(|(key, wordings)| (key.as_str(), wordings.as_slice()))
    }
}
