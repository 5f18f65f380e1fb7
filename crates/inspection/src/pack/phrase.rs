//! Reading phrases and patterns.

use lingjian_language::{Folded, fold_char, nearest, readings};

use super::Library;
use super::fields::{Fields, Notes, Quantity, choice, list, quantity, text, whole};
use super::yaml::{Node, Value};
use crate::pattern::Pattern;
use crate::syntax::{Literal, Literals, Operator, Tree, Window};

/// Literals one phrase may stand for.
const MAX_COMBINATIONS: usize = 256;
/// Characters of one phrase.
const MAX_LENGTH: usize = 200;

pub(super) fn phrase(node: &Node, library: &Library, notes: &mut Notes<'_>) -> Option<Operator<Tree>> {
    let Value::Map(_) = &node.value else {
        let entries = vec![alternatives(node, "`phrase`", library, notes)?];
        return Some(Operator::Phrase { entries, at_least: 1, across_call: false });
    };
    let mut fields = Fields::of(node, "`phrase`", notes)?;
    let (any, all, of) = (fields.take("any"), fields.take("all"), fields.take("of"));
    let at_least = fields.take("at_least");
    let across = fields.take("across");
    fields.finish("`phrase`", notes);
    let across_call = match across {
        Some(entry) => choice(&entry.node, "`across`", &[("turn", false), ("call", true)], notes)?,
        None => false,
    };
    let (entries, at_least) = match (any, all, of, at_least) {
        (Some(any), None, None, None) => (vec![alternatives(&any.node, "`any`", library, notes)?], 1),
        (None, Some(all), None, None) => {
            let entries = separate(&all.node, "`all`", library, notes)?;
            let at_least = entries.len();
            (entries, at_least)
        }
        (None, None, Some(of), Some(at_least)) => {
            let entries = separate(&of.node, "`of`", library, notes)?;
            let least = whole(&at_least.node, "`at_least`", 1, entries.len(), notes)?;
            (entries, least)
        }
        _ => {
            notes.error(node.place, "`phrase` is a list, or `any`, or `all`, or `at_least` with `of`");
            return None;
        }
    };
    Some(Operator::Phrase { entries, at_least, across_call })
}

pub(super) fn pattern(node: &Node, library: &Library, notes: &mut Notes<'_>) -> Option<Operator<Tree>> {
    let (find, unless) = if matches!(node.value, Value::Map(_)) {
        let mut fields = Fields::of(node, "`pattern`", notes)?;
        let find = fields.need("match", "`pattern`", notes)?;
        let unless = fields.take("unless");
        fields.finish("`pattern`", notes);
        (regex(&find.node, library, notes)?, unless.map(|entry| regex(&entry.node, library, notes)))
    } else {
        (regex(node, library, notes)?, None)
    };
    let unless = match unless {
        Some(unless) => Some(unless?),
        None => None,
    };
    Some(Operator::Pattern { find, unless })
}

/// A regular expression, its Chinese and full-width characters folded as texts are. ASCII stays: `\S` is not `\s`; patterns
/// match without regard to case.
fn regex(node: &Node, library: &Library, notes: &mut Notes<'_>) -> Option<Pattern> {
    let written = text(node, "a pattern", notes)?;
    let folded: String = written.chars().map(|c| if c.is_ascii() { c } else { fold_char(c) }).collect();
    if let Some(mark) = folded.chars().find(|&c| !c.is_ascii() && Folded::new(&c.to_string()).is_empty()) {
        notes.warn(
            node.place,
            format!("`{mark}` never matches: punctuation is dropped before anything is compared"),
            "leave it out",
        );
    }
    match library.pattern(&folded) {
        Ok(pattern) if pattern.matches_nothing_at_all() => {
            notes.error(node.place, "this pattern matches empty text, so it would match everywhere");
            None
        }
        Ok(pattern) => Some(pattern),
        Err(error) => {
            notes.error_help(
                node.place,
                format!("not a pattern that can be used: {}", error.message),
                error.advice,
            );
            None
        }
    }
}

pub(super) fn proximity(node: &Node, library: &Library, notes: &mut Notes<'_>) -> Option<Operator<Tree>> {
    let mut fields = Fields::of(node, "`proximity`", notes)?;
    let first = fields.need("first", "`proximity`", notes)?;
    let first = alternatives(&first.node, "`first`", library, notes)?;
    let then = fields.need("then", "`proximity`", notes)?;
    let then = alternatives(&then.node, "`then`", library, notes)?;
    let within = fields.need("within", "`proximity`", notes)?;
    let within = match quantity(&within.node, "`within`", notes)? {
        Quantity::Turns(turns) => Window::Turns(turns),
        Quantity::Time(time) => Window::Time(time),
        Quantity::Chars(chars) => Window::Chars(chars),
        Quantity::Words(words) => Window::Words(words),
        Quantity::Share(_) => {
            notes.error(within.node.place, "`within` is chars, words, turns or time");
            return None;
        }
    };
    let any_order = match fields.take("order") {
        Some(entry) => choice(&entry.node, "`order`", &[("in", false), ("any", true)], notes)?,
        None => false,
    };
    fields.finish("`proximity`", notes);
    Some(Operator::Proximity { first, then, within, any_order })
}

/// Phrases any one of which will do.
fn alternatives(node: &Node, what: &str, library: &Library, notes: &mut Notes<'_>) -> Option<Literals> {
    let entries = separate(node, what, library, notes)?;
    let mut literals: Literals = entries.into_iter().flatten().collect();
    literals.sort();
    literals.dedup();
    Some(literals)
}

/// Phrases each of which stands for itself; a named list is one.
fn separate(node: &Node, what: &str, library: &Library, notes: &mut Notes<'_>) -> Option<Vec<Literals>> {
    let nodes = list(node, what, notes)?;
    let read: Vec<_> = nodes.iter().map(|node| entry(node, library, notes, &mut Vec::new())).collect();
    read.into_iter().collect()
}

fn entry(node: &Node, library: &Library, notes: &mut Notes<'_>, open: &mut Vec<String>) -> Option<Literals> {
    let written = text(node, "a phrase", notes)?;
    let Some(name) = written.strip_prefix('$') else {
        return literals(written, node, notes);
    };
    if open.iter().any(|outer| outer == name) {
        notes.error(node.place, format!("`${name}` takes in itself"));
        return None;
    }
    let Some((file, named)) = library.phrases.get(name) else {
        let message = format!("no phrase list is named `${name}`");
        match nearest(name, library.phrases.keys().map(String::as_str)) {
            Some(near) => notes.error_help(node.place, message, format!("did you mean `${near}`?")),
            None => notes.error_help(node.place, message, "name it under `phrases:` in this pack"),
        }
        return None;
    };
    let file = std::mem::replace(&mut notes.file, file.clone());
    open.push(name.to_owned());
    let all = list(named, "a phrase list", notes).map(|nodes| {
        let read: Vec<_> = nodes.iter().map(|node| entry(node, library, notes, open)).collect();
        read
    });
    open.pop();
    notes.file = file;
    let mut literals: Literals =
        all?.into_iter().collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    literals.sort();
    literals.dedup();
    Some(literals)
}

/// One phrase as the folded literals it stands for.
fn literals(written: &str, node: &Node, notes: &mut Notes<'_>) -> Option<Literals> {
    if written.chars().count() > MAX_LENGTH {
        notes.error(node.place, format!("a phrase has at most {MAX_LENGTH} characters"));
        return None;
    }
    let (by_sound, written) = match written.strip_prefix('~') {
        Some(rest) => (true, rest),
        None => (false, written),
    };
    let combinations = match expand(written) {
        Ok(combinations) => combinations,
        Err(message) => {
            notes.error_help(node.place, message, "write (a|b) for one of these, (a|) for a or nothing");
            return None;
        }
    };
    let mut literals = Literals::new();
    for combination in combinations {
        if by_sound {
            let folded = Folded::new(&combination);
            if folded.len() < 2 || !folded.as_str().chars().all(|letter| !readings(letter).is_empty()) {
                notes.error_help(
                    node.place,
                    format!("`~{combination}` cannot be compared by its sound"),
                    "`~` takes phrases of two Chinese characters or more, and nothing else in them",
                );
                return None;
            }
            literals.push(Literal { text: folded.as_str().to_owned(), open_end: false, by_sound });
            continue;
        }
        let open_end = combination.ends_with('*');
        let folded = Folded::new(combination.trim_end_matches('*'));
        if folded.is_empty() {
            notes.error(node.place, format!("nothing is left of `{combination}` without its punctuation"));
            return None;
        }
        literals.push(Literal { text: folded.as_str().to_owned(), open_end, by_sound });
    }
    literals.sort();
    literals.dedup();
    Some(literals)
}

/// `(a|b|)c` → ac, bc, c. Groups nest.
fn expand(written: &str) -> Result<Vec<String>, String> {
    let chars: Vec<char> = written.chars().collect();
    let mut at = 0;
    let all = branches(&chars, &mut at, 0)?;
    if at < chars.len() {
        return Err("a `)` without its `(`".to_owned());
    }
    Ok(all)
}

fn branches(chars: &[char], at: &mut usize, depth: usize) -> Result<Vec<String>, String> {
    let mut done = Vec::new();
    let mut open = vec![String::new()];
    while let Some(&c) = chars.get(*at) {
        match c {
            '(' if depth < 8 => {
                *at += 1;
                let inner = branches(chars, at, depth + 1)?;
                if chars.get(*at) != Some(&')') {
                    return Err("a `(` that is never closed".to_owned());
                }
                *at += 1;
                open = open
                    .iter()
                    .flat_map(|head| inner.iter().map(move |tail| format!("{head}{tail}")))
                    .collect();
            }
            ')' => break,
            '|' if depth > 0 => {
                *at += 1;
                done.append(&mut open);
                open.push(String::new());
            }
            _ => {
                *at += 1;
                open.iter_mut().for_each(|text| text.push(c));
            }
        }
        if open.len() + done.len() > MAX_COMBINATIONS {
            return Err(format!("stands for more than {MAX_COMBINATIONS} phrases"));
        }
    }
    done.append(&mut open);
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_groups() {
        assert_eq!(expand("请(您|你|)稍(等|候)").unwrap().len(), 6);
        assert_eq!(expand("a(b(c|)|d)").unwrap(), ["abc", "ab", "ad"]);
        assert!(expand("a(b").is_err());
        assert!(expand("a)b").is_err());
        assert!(expand(&"(a|b)".repeat(9)).is_err());
    }
}
