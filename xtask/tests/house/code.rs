//! No loose ends in what ships.

use crate::house::{none_of, read_text, tracked};

/// What is left behind when something is not finished, or would end the program on bad input.
const LOOSE_ENDS: &[&str] = &["todo!(", "unimplemented!(", "dbg!(", ".unwrap()", "FIXME", "XXX", "#[allow("];

/// Source that ends up in a library or program: not tests, benches, examples.
fn ships(name: &str) -> bool {
    let in_src = name.starts_with("crates/") && name.contains("/src/");
    let for_tests = name.contains("/tests/") || name.ends_with("/tests.rs") || name.ends_with("_tests.rs");
    in_src && name.ends_with(".rs") && !for_tests
}

/// Loose ends in a source text, as (line, what). A module of tests stands at a file's end: reading stops there.
fn loose_ends(source: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    for (index, line) in lines.iter().enumerate() {
        let opens_tests = line.starts_with("#[cfg(test)]")
            && lines
                .iter()
                .skip(index + 1)
                .find(|next| !next.starts_with("#["))
                .is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'));
        if opens_tests {
            break;
        }
        let is_doc = line.starts_with("///") || line.starts_with("//!");
        let ends = LOOSE_ENDS.iter().filter(|end| !is_doc && line.contains(**end));
        found.extend(ends.map(|end| (index + 1, *end)));
    }
    found
}

#[test]
fn no_loose_ends() {
    let mut findings = Vec::new();
    for name in tracked().into_iter().filter(|name| ships(name)) {
        let source = read_text(&name).unwrap_or_default();
        findings.extend(loose_ends(&source).iter().map(|(line, what)| format!("{name}:{line}: {what}")));
    }
    none_of("loose ends in shipped code", &findings);
}

#[test]
fn loose_ends_are_seen_outside_tests_only() {
    let source = "/// may say .unwrap() in an example\nfn a() {\n    b.unwrap();\n    todo!()\n}\n// FIXME: later\n\
                  #[cfg(test)]\nmod tests {\n    fn c() { d.unwrap() }\n}\n";
    assert_eq!(loose_ends(source), [(3, ".unwrap()"), (4, "todo!("), (6, "FIXME")]);
    assert_eq!(loose_ends("#[cfg(test)]\nuse x::y;\nfn a() { dbg!(1) }"), [(3, "dbg!(")]);
    assert!(
        ships("crates/model/src/time.rs")
            && !ships("crates/model/src/tests.rs")
            && !ships("xtask/src/main.rs")
    );
}
