//! What a text must contain for a pattern to match it: known from the pattern alone, looked for in the one pass over a turn
//! that finds all literals, so that the pattern itself is tried only where it may match.

use lingjian_language::is_han;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Most ways in which neighbouring parts are spelled out together.
const SPELLED: usize = 256;
/// Characters of a class that is spelled out.
const CLASS: usize = 64;

/// What stands in every text that matches. `L` are literals one of which must stand, or their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clue<L> {
    /// Nothing is known.
    None,
    /// One of these literals, anywhere.
    OneOf(L),
    /// All of these clues.
    All(Vec<Clue<L>>),
    /// Any of these clues.
    Any(Vec<Clue<L>>),
}

impl<L> Clue<L> {
    /// Whether a text has what it must, by what is known of literals.
    pub(crate) fn is_given(&self, stands: &impl Fn(&L) -> bool) -> bool {
        match self {
            Self::None => true,
            Self::OneOf(literals) => stands(literals),
            Self::All(clues) => clues.iter().all(|clue| clue.is_given(stands)),
            Self::Any(clues) => clues.iter().any(|clue| clue.is_given(stands)),
        }
    }

    /// The same clue over other names of its literals.
    pub(crate) fn map<M>(self, name: &mut impl FnMut(L) -> M) -> Clue<M> {
        match self {
            Self::None => Clue::None,
            Self::OneOf(literals) => Clue::OneOf(name(literals)),
            Self::All(clues) => Clue::All(clues.into_iter().map(|clue| clue.map(name)).collect()),
            Self::Any(clues) => Clue::Any(clues.into_iter().map(|clue| clue.map(name)).collect()),
        }
    }
}

/// The clue of a pattern that is matched without regard to case; its literals are in lower case, sorted.
pub(crate) fn clue(pattern: &str) -> Clue<Vec<String>> {
    regex_syntax::parse(pattern).map_or(Clue::None, |hir| told(&hir).clue)
}

/// What is known of the matches of a part.
struct Told {
    /// All its matches, where they are few.
    exact: Option<Vec<String>>,
    clue: Clue<Vec<String>>,
}

impl Told {
    const NOTHING: Self = Self { exact: None, clue: Clue::None };

    fn exactly(all: Vec<String>) -> Self {
        Self { clue: one_of(&all), exact: Some(all) }
    }
}

/// One of these stands there; nothing is known where one of them is the empty text.
fn one_of(all: &[String]) -> Clue<Vec<String>> {
    if all.is_empty() || all.iter().any(String::is_empty) {
        return Clue::None;
    }
    let mut literals = all.to_vec();
    literals.sort_unstable();
    literals.dedup();
    Clue::OneOf(literals)
}

/// The letter as folded text has it; none of a letter whose other cases are more than two.
fn lowered(letter: char) -> Option<char> {
    match letter {
        // The long s and the Kelvin sign are cases of these.
        's' | 'S' | 'k' | 'K' => None,
        _ if letter.is_ascii() => Some(letter.to_ascii_lowercase()),
        _ => (is_han(letter) || !letter.is_alphabetic()).then_some(letter),
    }
}

fn told(hir: &Hir) -> Told {
    match hir.kind() {
        HirKind::Empty => Told::exactly(vec![String::new()]),
        HirKind::Literal(literal) => literal_told(&literal.0),
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class.ranges().iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
            if size > CLASS {
                return Told::NOTHING;
            }
            let letters = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let spelled: Option<Vec<String>> =
                letters.map(|letter| lowered(letter).map(String::from)).collect();
            spelled.map_or(Told::NOTHING, Told::exactly)
        }
        HirKind::Capture(capture) => told(&capture.sub),
        HirKind::Repetition(repetition) => {
            let sub = told(&repetition.sub);
            match (repetition.min, repetition.max) {
                (0, Some(1)) => {
                    let exact = sub.exact.map(|all| [vec![String::new()], all].concat());
                    Told { exact, clue: Clue::None }
                }
                (0, _) => Told::NOTHING,
                _ => Told { exact: None, clue: sub.clue },
            }
        }
        HirKind::Alternation(branches) => {
            let (mut exact, mut clues) = (Some(Vec::new()), Vec::new());
            for branch in branches.iter().map(told) {
                exact = exact.zip(branch.exact).map(|(all, own)| [all, own].concat());
                clues.push(branch.clue);
            }
            Told { exact: exact.filter(|all| all.len() <= SPELLED), clue: any(clues) }
        }
        HirKind::Concat(parts) => in_a_row(parts),
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => Told::NOTHING,
    }
}

/// A literal in its pieces: letters of uncertain case part it.
fn literal_told(literal: &[u8]) -> Told {
    let Ok(text) = std::str::from_utf8(literal) else { return Told::NOTHING };
    let spelled: Option<String> = text.chars().map(lowered).collect();
    if let Some(spelled) = spelled {
        return Told::exactly(vec![spelled]);
    }
    let letters: Vec<Option<char>> = text.chars().map(lowered).collect();
    let pieces = letters.split(Option::is_none).map(|piece| piece.iter().flatten().collect::<String>());
    Told { exact: None, clue: all(pieces.map(|piece| one_of(&[piece])).collect()) }
}

/// Parts one behind another: neighbours whose matches are known are spelled out together while they stay few.
fn in_a_row(parts: &[Hir]) -> Told {
    let mut clues = Vec::new();
    let mut run = vec![String::new()];
    let mut is_whole = true;
    for part in parts {
        let Told { exact, clue } = told(part);
        match exact {
            Some(own) if own.len() * run.len() <= SPELLED => {
                run =
                    run.iter().flat_map(|head| own.iter().map(move |tail| format!("{head}{tail}"))).collect();
            }
            Some(own) if own.len() <= SPELLED => {
                is_whole = false;
                clues.push(one_of(&std::mem::replace(&mut run, own)));
            }
            _ => {
                is_whole = false;
                clues.push(one_of(&std::mem::replace(&mut run, vec![String::new()])));
                clues.push(clue);
            }
        }
    }
    if is_whole {
        return Told::exactly(run);
    }
    clues.push(one_of(&run));
    Told { exact: None, clue: all(clues) }
}

/// All of these, the most telling first: it decides most often.
fn all(clues: Vec<Clue<Vec<String>>>) -> Clue<Vec<String>> {
    let mut known: Vec<_> = Vec::new();
    for clue in clues {
        match clue {
            Clue::None => {}
            Clue::All(inner) => known.extend(inner),
            other => known.push(other),
        }
    }
    known.sort_by_key(|clue| std::cmp::Reverse(telling(clue)));
    known.dedup();
    match known.len() {
        0 | 1 => known.pop().unwrap_or(Clue::None),
        _ => Clue::All(known),
    }
}

/// Any of these; literals of several are literals of one.
fn any(clues: Vec<Clue<Vec<String>>>) -> Clue<Vec<String>> {
    let (mut literals, mut others) = (Vec::new(), Vec::new());
    for clue in clues {
        match clue {
            Clue::None => return Clue::None,
            Clue::OneOf(own) => literals.extend(own),
            Clue::Any(inner) => others.extend(inner),
            other => others.push(other),
        }
    }
    if !literals.is_empty() {
        others.insert(0, one_of(&literals));
    }
    match others.len() {
        0 | 1 => others.pop().unwrap_or(Clue::None),
        _ => Clue::Any(others),
    }
}

/// How seldom a clue stands by chance, roughly: the length of its shortest literal, then how few there are.
fn telling(clue: &Clue<Vec<String>>) -> (usize, std::cmp::Reverse<usize>) {
    match clue {
        Clue::None => (0, std::cmp::Reverse(usize::MAX)),
        Clue::OneOf(literals) => {
            let shortest = literals.iter().map(|literal| literal.chars().count()).min().unwrap_or(0);
            (shortest, std::cmp::Reverse(literals.len()))
        }
        Clue::All(clues) => clues.iter().map(telling).max().unwrap_or_default(),
        Clue::Any(clues) => clues.iter().map(telling).min().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use lingjian_language::Folded;
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::Pattern;

    fn literals<const N: usize>(all: [&str; N]) -> Clue<Vec<String>> {
        Clue::OneOf(all.map(String::from).to_vec())
    }

    #[test]
    fn knows_what_a_pattern_cannot_do_without() {
        assert_eq!(clue("保证金.{0,4}收益"), Clue::All(vec![literals(["保证金"]), literals(["收益"])]));
        assert_eq!(clue("(退|换)款项"), literals(["换款项", "退款项"]));
        assert_eq!(clue(".?(退|换)+款项"), Clue::All(vec![literals(["款项"]), literals(["换", "退"])]));
        assert_eq!(clue("退款|换货"), literals(["换货", "退款"]));
        assert_eq!(
            clue("退.款|换货"),
            Clue::Any(vec![literals(["换货"]), Clue::All(vec![literals(["退"]), literals(["款"])])])
        );
        assert_eq!(clue("(我|咱)们?(不管)"), literals(["咱不管", "咱们不管", "我不管", "我们不管"]));
        assert_eq!(clue(".{3}"), Clue::None);
        assert_eq!(clue("退款|.{3}"), Clue::None);
        assert_eq!(clue("a*"), Clue::None);
        assert_eq!(clue("Cash"), Clue::All(vec![literals(["ca"]), literals(["h"])]));
    }

    const PATTERNS: [&str; 5] = [
        "(退|换|[a-cK])?(款|货物|(不|没)?要){1,2}(.{0,2}(s|S|是))?(a|b.c|)",
        "(不|没)要.{0,3}(退|换)(款|货)?",
        "B.{0,4}k|[退换]{2}",
        "(退款?|s){2}.?是",
        "(a|b|(c是))(，| )?(款|要).*要",
    ];

    proptest! {
        #[test]
        fn what_matches_has_the_clue(
            pattern in prop::sample::select(PATTERNS.to_vec()),
            text in "[退换款货物不没要是abcksSKſ ，]{0,14}",
        ) {
            let folded = Folded::new(&text);
            let text = folded.as_str();
            if Pattern::new(pattern).unwrap().is_in(text) {
                let stands = |literals: &Vec<String>| literals.iter().any(|literal| text.contains(literal.as_str()));
                prop_assert!(clue(pattern).is_given(&stands), "{} in {}", pattern, text);
            }
        }

        #[test]
        fn made_up_patterns_keep_their_clue(
            parts in prop::collection::vec(("[退款ab]{1,2}|\\.", "(|\\?|\\+|\\*|\\{2\\})"), 1..5),
            branch in prop::option::of("[退款ab]{1,3}"),
            text in "[退款ab]{0,10}",
        ) {
            let row: String = parts.iter().map(|(part, times)| format!("({part}){times}")).collect();
            let pattern = branch.map_or(row.clone(), |branch| format!("{row}|{branch}"));
            if Pattern::new(&pattern).unwrap().is_in(&text) {
                let stands = |literals: &Vec<String>| literals.iter().any(|literal| text.contains(literal.as_str()));
                prop_assert!(clue(&pattern).is_given(&stands), "{} in {}", pattern, text);
            }
        }
    }
}
