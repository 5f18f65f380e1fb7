//! Sizes: of what is tracked, and of what a person has to read.

use crate::house::{none_of, read_text, root, tracked};

/// Files over 1 MiB that may be tracked, and why.
const HEAVY: &[(&str, &str)] = &[];
const HEAVY_BYTES: u64 = 1 << 20;

/// Rust files over 600 lines that may stay, and why. Past 500 ask whether a file answers one question.
const LONG: &[(&str, &str)] = &[];
const LONG_LINES: usize = 600;

fn is_generated(name: &str) -> bool {
    name.contains("/generated/") || name.ends_with("/generated.rs")
}

#[test]
fn no_heavy_file_is_tracked() {
    let mut findings = Vec::new();
    for name in tracked() {
        let bytes = std::fs::metadata(root().join(&name)).map_or(0, |metadata| metadata.len());
        if bytes > HEAVY_BYTES && HEAVY.iter().all(|(listed, _)| *listed != name) {
            findings.push(format!("{name}: {} KiB", bytes / 1024));
        }
    }
    none_of("tracked files over 1 MiB (list the needed ones in HEAVY with a reason)", &findings);
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut findings = Vec::new();
    for name in tracked().into_iter().filter(|name| name.ends_with(".rs") && !is_generated(name)) {
        let lines = read_text(&name).map_or(0, |text| text.lines().count());
        if lines > LONG_LINES && LONG.iter().all(|(listed, _)| *listed != name) {
            findings.push(format!("{name}: {lines} lines"));
        }
    }
    none_of("Rust files over 600 lines (split them, or list them in LONG with a reason)", &findings);
}

/// A list of exceptions is kept as short as the house allows.
#[test]
fn exceptions_are_still_needed() {
    let names = tracked();
    let gone = HEAVY.iter().chain(LONG).filter(|(listed, _)| names.iter().all(|name| name != listed));
    let gone: Vec<String> = gone.map(|(listed, _)| (*listed).to_owned()).collect();
    none_of("exceptions for files that are not there", &gone);
}
