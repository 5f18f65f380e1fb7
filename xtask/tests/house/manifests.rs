//! One commented list of dependencies; a README as the front page of every crate.

use crate::house::{none_of, packages, read_text, root};

/// One entry of `[workspace.dependencies]`.
struct Entry {
    name: String,
    text: String,
}

/// The entries of the root manifest's list. An entry may run over several lines.
fn entries(manifest: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let lines = manifest.lines().skip_while(|line| line.trim() != "[workspace.dependencies]").skip(1);
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let key = line.split_once('=').map(|(key, _)| key.trim());
        match key.filter(|key| !key.is_empty() && !line.starts_with([' ', '#', ']', '}'])) {
            Some(name) => entries.push(Entry { name: name.to_owned(), text: line.to_owned() }),
            None if line.trim().is_empty() || line.starts_with('#') => {}
            None => {
                if let Some(entry) = entries.last_mut() {
                    entry.text.push_str(line);
                }
            }
        }
    }
    entries
}

/// Whether an entry says what it is for. Our own rooms are explained by their READMEs.
fn is_explained(entry: &Entry) -> bool {
    let outside_quotes: String = entry.text.split('"').step_by(2).collect();
    entry.name.starts_with("lingjian-")
        || outside_quotes.split_once('#').is_some_and(|(_, why)| why.trim().len() > 5)
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = read_text("Cargo.toml").expect("the root manifest is text");
    let entries = entries(&manifest);
    assert!(entries.len() > 5, "the list was found");
    let mute: Vec<String> =
        entries.iter().filter(|entry| !is_explained(entry)).map(|entry| entry.name.clone()).collect();
    none_of("entries of [workspace.dependencies] without a comment at their end", &mute);
}

#[test]
fn no_dependency_is_listed_in_vain() {
    let manifest = read_text("Cargo.toml").expect("the root manifest is text");
    let packages = packages();
    let used = |name: &str| packages.iter().flat_map(|package| &package.needs).any(|need| need.name == name);
    let unused: Vec<String> =
        entries(&manifest).into_iter().map(|entry| entry.name).filter(|name| !used(name)).collect();
    none_of("entries of [workspace.dependencies] that no crate uses", &unused);
}

/// Environment that builds need on every machine, and why. It stands in `.cargo/config.toml`, so that no person and
/// no tool has to know it.
const BUILD_ENVIRONMENT: &[(&str, &str)] = &[
    ("WHISPER_DONT_GENERATE_BINDINGS", "set-up installs no libclang"),
    ("GGML_NATIVE", "a program built here runs on other machines"),
];

#[test]
fn builds_need_no_environment_of_their_own() {
    let config = read_text(".cargo/config.toml").expect("cargo's configuration is text");
    let env = config.split_once("[env]").map_or("", |(_, rest)| rest);
    let missing = BUILD_ENVIRONMENT.iter().filter(|(name, _)| !env.contains(name));
    let missing: Vec<String> = missing.map(|(name, why)| format!("{name}: {why}")).collect();
    none_of("variables that [env] of .cargo/config.toml does not set", &missing);
}

/// Lines of a crate's manifest that name a dependency with a version of its own.
fn own_versions(manifest: &str) -> Vec<&str> {
    let mut in_dependencies = false;
    let mut own = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_dependencies = line.trim_end_matches(']').ends_with("dependencies");
        } else if in_dependencies
            && line.contains('=')
            && !line.starts_with(['#', ' '])
            && !line.contains("workspace")
        {
            own.push(line);
        }
    }
    own
}

#[test]
fn versions_stand_in_one_place() {
    let mut findings = Vec::new();
    for package in packages() {
        let manifest = std::fs::read_to_string(&package.manifest).expect("a manifest is readable");
        findings.extend(own_versions(&manifest).iter().map(|line| format!("{}: {line}", package.room)));
    }
    none_of("dependencies that do not say `workspace = true` (list them in the root manifest)", &findings);
}

#[test]
fn every_crate_has_a_front_page() {
    let mut findings = Vec::new();
    for package in packages() {
        let folder = package.manifest.parent().expect("a manifest lies in a folder");
        let shown = folder.strip_prefix(root()).unwrap_or(folder).display();
        if !folder.join("README.md").is_file() {
            findings.push(format!("{shown} has no README.md"));
        }
        let opens = |file: &std::path::PathBuf| {
            std::fs::read_to_string(file)
                .is_ok_and(|text| text.contains("#![doc = include_str!(\"../README.md\")]"))
        };
        if !package.roots.iter().any(opens) {
            findings
                .push(format!("{shown}: no root file opens with #![doc = include_str!(\"../README.md\")]"));
        }
    }
    none_of("crates without a README as their documentation", &findings);
}

#[test]
fn the_readers_of_manifests_see_what_they_look_for() {
    let manifest = r#"
[dependencies]
early = "1"
[workspace.dependencies]
# a heading explains nothing
mute = { version = "1", features = ["a#b"] }
said = "1" # reads numbers
long = { version = "1", features = [
  "x",
] } # keeps x
lingjian-model = { path = "crates/model" }

[other]
late = "1"
"#;
    let entries = entries(manifest);
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["mute", "said", "long", "lingjian-model"]);
    let explained: Vec<bool> = entries.iter().map(is_explained).collect();
    assert_eq!(explained, [false, true, true, true]);
    let of_a_crate = "[package]\nversion.workspace = true\nname = \"x\"\n[dev-dependencies]\na.workspace = true\nb = \"1\"\n\
                      c = { workspace = true, features = [] }\n[lib]\npath = \"x\"\n";
    assert_eq!(own_versions(of_a_crate), ["b = \"1\""]);
}
