//! The clone as the checks see it: its packages, its tracked files.

#![expect(clippy::expect_used, reason = "a check that cannot see the clone must fail, saying why")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    // Asked now: a build folder that clones share may hold these checks as another clone built them.
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package lies");
        Path::new(&here).parent().expect("xtask lies in the workspace").to_path_buf()
    });
    &ROOT
}

/// A package of the workspace as `cargo metadata` tells it.
pub(crate) struct Package {
    /// The room: the package's name without `lingjian-`.
    pub(crate) room: String,
    pub(crate) manifest: PathBuf,
    /// Root files of its library and programs.
    pub(crate) roots: Vec<PathBuf>,
    pub(crate) needs: Vec<Need>,
}

/// A dependency as written in the manifest.
pub(crate) struct Need {
    pub(crate) name: String,
    /// The room, when the dependency is one of ours.
    pub(crate) room: Option<String>,
    /// Only for tests and benches.
    pub(crate) for_tests: bool,
}

/// All packages of the workspace.
pub(crate) fn packages() -> Vec<Package> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    list(&metadata["packages"]).iter().map(package).collect()
}

fn package(value: &Value) -> Package {
    let is_root = |target: &&Value| list(&target["kind"]).iter().any(|kind| kind == "lib" || kind == "bin");
    Package {
        room: room(text(&value["name"])),
        manifest: PathBuf::from(text(&value["manifest_path"])),
        roots: list(&value["targets"])
            .iter()
            .filter(is_root)
            .map(|target| PathBuf::from(text(&target["src_path"])))
            .collect(),
        needs: list(&value["dependencies"]).iter().map(need).collect(),
    }
}

fn need(value: &Value) -> Need {
    let name = text(&value["name"]).to_owned();
    // Only what lies in a folder has a path.
    let ours = value["path"].is_string();
    Need { room: ours.then(|| room(&name)), name, for_tests: value["kind"] == "dev" }
}

fn room(package: &str) -> String {
    package.strip_prefix("lingjian-").unwrap_or(package).to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The files under version control, relative to the root, with `/` between folders.
pub(crate) fn tracked() -> Vec<String> {
    // The clone may belong to another user than the one who tests it.
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git starts: cargo xtask setup installs it");
    assert!(output.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    // A file deleted but not yet committed is still listed.
    names
        .split('\0')
        .filter(|name| !name.is_empty() && root().join(name).is_file())
        .map(str::to_owned)
        .collect()
}

/// A tracked file's text; `None` where it is not text.
pub(crate) fn read_text(name: &str) -> Option<String> {
    let bytes = std::fs::read(root().join(name)).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// Fails with all findings at once, one a line, under what was asked.
#[track_caller]
pub(crate) fn none_of(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}\n", findings.join("\n  "));
}
