//! Regular expressions: linear time, bounded size, and the literals they cannot do without.

use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Bytes of automaton one pattern may take.
const SIZE_LIMIT: usize = 1 << 20;
/// Characters one pattern may have.
const LENGTH_LIMIT: usize = 10_000;
/// Alternatives of required literals worth looking for.
const REQUIRED_LIMIT: usize = 64;

/// A compiled pattern. Matching takes time linear in the text; there is no look-around and no back-reference.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    required: Option<Vec<String>>,
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
        let hir =
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
        Ok(Self { regex, required: required(&hir).map(lowered) })
    }

    /// Whether the empty text is a match.
    pub(crate) fn matches_nothing_at_all(&self) -> bool {
        self.regex.is_match("")
    }

    /// Whether it is anywhere in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Every match from left to right, none overlapping, as bytes; empty ones aside.
    pub(crate) fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        self.regex
            .find_iter(Input::new(text))
            .map(|found| (found.start(), found.end()))
            .filter(|(start, end)| start < end)
    }

    /// Literals (lower case) one of which is in every text that matches, where such are known.
    pub(crate) fn required(&self) -> Option<&[String]> {
        self.required.as_deref()
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

fn lowered(literals: Vec<String>) -> Vec<String> {
    let mut literals: Vec<_> = literals.into_iter().map(|literal| literal.to_lowercase()).collect();
    literals.sort();
    literals.dedup();
    literals
}

/// A set of literals one of which every match contains, the most telling that can be found; none where nothing is certain.
fn required(hir: &Hir) -> Option<Vec<String>> {
    told(hir).required
}

/// What is known of the matches of a part.
#[derive(Default)]
struct Told {
    /// All its matches, where they are few.
    exact: Option<Vec<String>>,
    /// Literals one of which each match contains.
    required: Option<Vec<String>>,
}

impl Told {
    fn exactly(all: Vec<String>) -> Self {
        let required = all.iter().all(|text| !text.is_empty()).then(|| all.clone());
        Self { exact: Some(all), required }
    }
}

fn told(hir: &Hir) -> Told {
    match hir.kind() {
        HirKind::Empty => Told::exactly(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Told::exactly(vec![text.to_owned()]),
            Err(_) => Told::default(),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class.ranges().iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
            if size > 16 {
                return Told::default();
            }
            let chars = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            Told::exactly(chars.map(String::from).collect())
        }
        HirKind::Capture(capture) => told(&capture.sub),
        HirKind::Repetition(repetition) => {
            let sub = told(&repetition.sub);
            match (repetition.min, repetition.max) {
                (0, Some(1)) => {
                    let exact = sub.exact.map(|all| [vec![String::new()], all].concat());
                    Told { exact: exact.filter(|all| all.len() <= REQUIRED_LIMIT), required: None }
                }
                (0, _) => Told::default(),
                _ => Told { exact: None, required: sub.required },
            }
        }
        HirKind::Alternation(branches) => {
            let (mut exact, mut required) = (Some(Vec::new()), Some(Vec::new()));
            for branch in branches.iter().map(told) {
                exact = exact.zip(branch.exact).map(|(all, own)| [all, own].concat());
                required = required.zip(branch.required).map(|(all, own)| [all, own].concat());
            }
            let few = |all: &Vec<String>| all.len() <= REQUIRED_LIMIT;
            Told { exact: exact.filter(few), required: required.filter(few) }
        }
        HirKind::Concat(parts) => in_a_row(parts.iter().map(told)),
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => Told::default(),
    }
}

/// Parts one behind another: neighbours whose matches are known are joined while they stay few.
fn in_a_row(parts: impl Iterator<Item = Told>) -> Told {
    let mut sets: Vec<Vec<String>> = Vec::new();
    let mut run = vec![String::new()];
    let mut whole = true;
    for part in parts {
        sets.extend(part.required);
        let joined =
            part.exact.filter(|own| own.len() * run.len() <= REQUIRED_LIMIT).map(|own| -> Vec<String> {
                run.iter().flat_map(|head| own.iter().map(move |tail| format!("{head}{tail}"))).collect()
            });
        match joined {
            Some(joined) => run = joined,
            None => {
                whole = false;
                sets.push(std::mem::replace(&mut run, vec![String::new()]));
            }
        }
    }
    if whole {
        return Told::exactly(run);
    }
    sets.push(run);
    // The set whose shortest literal is longest tells most; fewer alternatives break ties.
    let telling = |set: &Vec<String>| {
        let shortest = set.iter().map(|literal| literal.chars().count()).min().unwrap_or(0);
        (shortest, std::cmp::Reverse(set.len()))
    };
    let best = sets.into_iter().filter(|set| set.iter().all(|text| !text.is_empty())).max_by_key(telling);
    Told { exact: None, required: best }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_it_cannot_do_without() {
        let required = |pattern: &str| Pattern::new(pattern).unwrap().required().map(<[String]>::to_vec);
        assert_eq!(required("保证金.{0,4}收益"), Some(vec!["保证金".into()]));
        assert_eq!(required("(退|换)款项"), Some(vec!["换款项".into(), "退款项".into()]));
        assert_eq!(required(".?(退|换)+款项"), Some(vec!["款项".into()]));
        assert_eq!(required("退款|换货"), Some(vec!["换货".into(), "退款".into()]));
        assert_eq!(
            required("(我|咱)们?(不管|不负责)"),
            Some(
                [
                    "咱不管",
                    "咱不负责",
                    "咱们不管",
                    "咱们不负责",
                    "我不管",
                    "我不负责",
                    "我们不管",
                    "我们不负责"
                ]
                .map(String::from)
                .to_vec()
            )
        );
        assert_eq!(required(".{3}"), None);
        assert_eq!(required("Refund(s)?"), Some(vec!["refund".into(), "refunds".into()]));
        assert_eq!(required("a*"), None);
    }

    #[test]
    fn refuses_what_would_explode() {
        for pattern in ["(?=a)b", "(a{1000}){1000}", "(", "[", "\\", &"a".repeat(20_000), &"(".repeat(200)] {
            assert!(Pattern::new(pattern).is_err(), "{}", &pattern[..pattern.len().min(20)]);
        }
        assert!(Pattern::new("a*").unwrap().matches_nothing_at_all());
    }
}
