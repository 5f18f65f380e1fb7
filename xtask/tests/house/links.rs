//! Pages lead where they say.

use crate::house::{none_of, read_text, root, tracked};
use std::path::Path;

/// Targets of inline links and pictures, `](target)`, as (line, target); code blocks are left out.
fn links(page: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in page.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if !in_code {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            found.extend(targets.map(|(target, _)| (index + 1, target)));
        }
    }
    found
}

/// Whether a link leads to a file of the clone; those to other sites are not followed.
fn leads_somewhere(page: &str, target: &str) -> bool {
    let file = target.split('#').next().unwrap_or_default();
    let folder = root().join(page).parent().map(Path::to_path_buf).unwrap_or_default();
    // `::` names an item: a README is its crate's documentation too.
    target.contains("::")
        || target.contains("://")
        || target.starts_with("mailto:")
        || file.is_empty()
        || folder.join(file).exists()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut findings = Vec::new();
    for page in tracked().into_iter().filter(|name| name.ends_with(".md")) {
        let text = read_text(&page).unwrap_or_default();
        let dead = links(&text).into_iter().filter(|(_, target)| !leads_somewhere(&page, target));
        findings.extend(dead.map(|(line, target)| format!("{page}:{line}: {target}")));
    }
    none_of("links to files that are not there", &findings);
}

#[test]
fn dead_links_are_seen() {
    let page = "see [a](README.md), [b](nowhere.md#x)\n```\n[c](code.md)\n```\n![d](https://example.org/e.png) [f](#here)\n";
    let all = links(page);
    assert_eq!(all.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 1, 5, 5]);
    let dead: Vec<&str> = all
        .iter()
        .map(|(_, target)| *target)
        .filter(|target| !leads_somewhere("README.md", target))
        .collect();
    assert_eq!(dead, ["nowhere.md#x"]);
}
