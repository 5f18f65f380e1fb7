//! File-name patterns, such as `{date}_{agent}_{id}.wav`: what stands in braces is captured.

use std::collections::BTreeMap;
use std::fmt;

use crate::refusal::shown;

/// A pattern is written by hand and stands on one line.
const LONGEST: usize = 256;
/// The longest file name that is matched, in bytes: what file systems allow.
const LONGEST_NAME: usize = 255;

/// What a file name must look like. Text stands for itself; `{name}` takes one or more characters, as few as let the
/// rest fit, and never a `/`; `{name:8}` takes eight; `*` takes anything and forgets it; `{{` and `}}` are braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// A name, and how many characters where that is fixed.
    Capture(String, Option<usize>),
    Anything,
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("in the pattern {pattern}, character {column}: {reason}", pattern = shown(.pattern))]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// Which character, counted from 1.
    pub column: usize,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// An open or empty brace, a name twice, two captures side by side (nothing would say where one ends).
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let wrong = |column: usize, reason: &str| PatternError {
            pattern: text.to_owned(),
            column: column + 1,
            reason: reason.to_owned(),
        };
        let characters: Vec<char> = text.chars().collect();
        if characters.is_empty() || characters.len() > LONGEST {
            return Err(wrong(0, "a pattern has 1 to 256 characters"));
        }
        let (mut parts, mut literal) = (Vec::new(), String::new());
        let mut names = Vec::new();
        let mut at = 0;
        while at < characters.len() {
            let (this, next) = (characters[at], characters.get(at + 1));
            match this {
                '{' | '}' if next == Some(&this) => {
                    literal.push(this);
                    at += 2;
                    continue;
                }
                '}' => return Err(wrong(at, "this brace closes nothing; write }} for a brace")),
                '{' => {
                    let length = characters[at..].iter().position(|character| *character == '}');
                    let length = length
                        .ok_or_else(|| wrong(at, "this brace is never closed; write {{ for a brace"))?;
                    let inner: String = characters[at + 1..at + length].iter().collect();
                    let capture = capture(&inner).map_err(|reason| wrong(at, reason))?;
                    if let Part::Capture(name, _) = &capture {
                        if names.contains(name) {
                            return Err(wrong(at, "this name stands twice"));
                        }
                        names.push(name.clone());
                    }
                    push(&mut parts, &mut literal, capture).map_err(|reason| wrong(at, reason))?;
                    at += length;
                }
                '*' => push(&mut parts, &mut literal, Part::Anything).map_err(|reason| wrong(at, reason))?,
                other => literal.push(other),
            }
            at += 1;
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The names it captures, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Capture(name, _) => Some(name.as_str()),
            Part::Literal(_) | Part::Anything => None,
        })
    }

    /// What a file name has at each name, or nothing if it does not fit. Literals fit without regard to ASCII case.
    #[must_use]
    pub fn captures(&self, file_name: &str) -> Option<BTreeMap<String, String>> {
        if file_name.len() > LONGEST_NAME {
            return None;
        }
        let name: Vec<char> = file_name.chars().collect();
        // reach[part][at]: whether the parts from there on can take the name from `at` on. Worked out backwards, so
        // that no pattern takes more than parts × characters² steps.
        let mut reach = vec![vec![false; name.len() + 1]; self.parts.len() + 1];
        reach[self.parts.len()][name.len()] = true;
        for (index, part) in self.parts.iter().enumerate().rev() {
            for at in 0..=name.len() {
                reach[index][at] = ends(part, &name, at).any(|end| reach[index + 1][end]);
            }
        }
        if !reach[0][0] {
            return None;
        }
        let (mut captures, mut at) = (BTreeMap::new(), 0);
        for (index, part) in self.parts.iter().enumerate() {
            let end = ends(part, &name, at).find(|end| reach[index + 1][*end])?;
            if let Part::Capture(capture, _) = part {
                captures.insert(capture.clone(), name[at..end].iter().collect());
            }
            at = end;
        }
        Some(captures)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// Where a part that begins at `at` may end, nearest first.
fn ends<'n>(part: &Part, name: &'n [char], at: usize) -> Box<dyn Iterator<Item = usize> + 'n> {
    let rest = &name[at..];
    match part {
        Part::Literal(literal) => {
            let length = literal.chars().count();
            let same = length <= rest.len()
                && literal.chars().zip(rest).all(|(wanted, found)| wanted.eq_ignore_ascii_case(found));
            Box::new(same.then_some(at + length).into_iter())
        }
        Part::Capture(_, Some(length)) => {
            let fits = *length <= rest.len() && !rest[..*length].contains(&'/');
            Box::new(fits.then_some(at + length).into_iter())
        }
        Part::Capture(_, None) => {
            let longest = rest.iter().position(|character| *character == '/').unwrap_or(rest.len());
            Box::new(at + 1..=at + longest)
        }
        Part::Anything => Box::new(at..=name.len()),
    }
}

fn capture(inner: &str) -> Result<Part, &'static str> {
    let (name, length) = match inner.split_once(':') {
        None => (inner, None),
        Some((name, length)) => match length.parse() {
            Ok(length @ 1..=255) => (name, Some(length)),
            _ => return Err("after the colon stands how many characters: 1 to 255"),
        },
    };
    let plain = |character: char| character.is_alphanumeric() || character == '_' || character == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err("a name has letters, digits, _ and -");
    }
    Ok(Part::Capture(name.to_owned(), length))
}

fn push(parts: &mut Vec<Part>, literal: &mut String, part: Part) -> Result<(), &'static str> {
    if !literal.is_empty() {
        parts.push(Part::Literal(std::mem::take(literal)));
    }
    let open = |part: &Part| matches!(part, Part::Capture(_, None) | Part::Anything);
    if open(&part) && parts.last().is_some_and(open) {
        return Err(
            "nothing says where the part before this one ends; put a text between, or a length: {date:8}",
        );
    }
    parts.push(part);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn captures(pattern: &str, name: &str) -> Option<Vec<(String, String)>> {
        Pattern::parse(pattern).unwrap().captures(name).map(|captures| captures.into_iter().collect())
    }

    #[test]
    fn names_are_captured() {
        let found = captures("{date:8}_{agent}_{id}.wav", "20261101_1001_c_7.WAV").unwrap();
        let expected = [("agent", "1001"), ("date", "20261101"), ("id", "c_7")];
        assert_eq!(found, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert_eq!(captures("{id}.wav", "a.mp3"), None);
        assert_eq!(captures("{id}.wav", ".wav"), None, "a capture is never empty");
        assert_eq!(captures("*-{id}.*", "x-y-9.wav").unwrap()[0].1, "y-9");
        assert_eq!(captures("{{{坐席}}}", "{李}").unwrap()[0], ("坐席".to_owned(), "李".to_owned()));
        assert_eq!(captures("{id}", "a/b"), None);
    }

    #[test]
    fn mistakes_are_pointed_at() {
        let said = ["{id", "a}b", "{}", "{a}{b}", "{a}_{a}", "{a:x}", "{a b}", "", "*{a}"]
            .map(|pattern| Pattern::parse(pattern).unwrap_err().to_string())
            .join("\n");
        insta::assert_snapshot!(said);
    }

    #[test]
    fn no_name_takes_long() {
        // Would take forever if it were tried from the front.
        let pattern = Pattern::parse(&format!("{}b", "{*-".replace('{', "").repeat(60))).unwrap();
        assert_eq!(pattern.captures(&"-".repeat(255)), None);
    }

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(date in "[0-9]{8}", agent in "[a-z0-9]{1,9}", id in "[a-z0-9_-]{1,20}") {
            let found = Pattern::parse("{date}_{agent}_{id}.wav").unwrap().captures(&format!("{date}_{agent}_{id}.wav")).unwrap();
            prop_assert_eq!(&found["date"], &date);
            prop_assert_eq!(&found["agent"], &agent);
            prop_assert_eq!(&found["id"], &id);
        }
    }
}
