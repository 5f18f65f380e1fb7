//! The repository names no host it was built from and no folder of the place it was built at.

use crate::house::{none_of, read_text, tracked};

/// The words in pieces, so that this file does not hold them.
const KEPT_OUT: &[&[&str]] = &[
    &["pypi", ".", "org"],
    &["files.", "python", "hosted"],
    &["registry.", "npm", "js"],
    &["crates", ".", "io"],
    &["deb.", "debian"],
    &["/wo", "rk/"],
    &["farm-", "bench"],
];

/// Written by tools, which name their registry in every entry.
const WRITTEN_BY_TOOLS: &[&str] = &["Cargo.lock"];

/// Where a text holds a word that is kept out. A folder counts only from the root: `src/wo` + `rk/` is no such place.
fn places(text: &str, words: &[String]) -> Vec<usize> {
    let holds = |line: &str| {
        words.iter().any(|word| {
            line.match_indices(word.as_str()).any(|(at, _)| {
                let before = line.get(..at).and_then(|start| start.chars().next_back());
                !word.starts_with('/') || before.is_none_or(|c| !c.is_alphanumeric() && !".-_*}".contains(c))
            })
        })
    };
    text.lines().enumerate().filter(|(_, line)| holds(line)).map(|(index, _)| index + 1).collect()
}

fn words() -> Vec<String> {
    KEPT_OUT.iter().map(|pieces| pieces.concat()).collect()
}

#[test]
fn nothing_names_the_place_it_was_built_at() {
    let words = words();
    let mut findings = Vec::new();
    for name in tracked().into_iter().filter(|name| !WRITTEN_BY_TOOLS.contains(&name.as_str())) {
        let text = read_text(&name).unwrap_or_default();
        findings.extend(places(&text, &words).iter().map(|line| format!("{name}:{line}")));
    }
    none_of("lines that name a package host or a folder of the workplace", &findings);
}

#[test]
fn the_words_are_seen() {
    let words = words();
    let folder = words.iter().find(|word| word.starts_with('/')).expect("a folder is among them");
    let text = format!("fine\ncd {folder}main\nsrc{folder}mod.rs\n(\"{folder}\")\nhttps://{}/x\n", words[0]);
    assert_eq!(places(&text, &words), [2, 4, 5]);
}
