//! The pages of the web application, `web/`: their libraries, and what is built from them for the program to hold.

use crate::Stop;
use crate::machine::{Machine, run};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

const WEB: &str = "web";
/// Node.js, from this version on, as `engines` in `web/package.json` has it.
const NODE: (u32, u32) = (20, 19);

/// What the libraries were installed from, and npm's own note of what it put there.
const INSTALLED: &[&str] = &["package.json", "package-lock.json", "node_modules/.package-lock.json"];
/// A copy of all that, written after an installation: while it is the same, there is nothing to install.
const STAMP: &str = "node_modules/.lingjian-installed";
/// What the program takes in, and where it waits while it is built anew.
const BUILT: &str = "dist";
const BUILT_BEFORE: &str = "node_modules/.lingjian-built-before";

/// Whether Node.js and npm are there, and new enough.
///
/// # Errors
/// When not. They are not installed from here, for the packages of Debian 12 are too old; the text says where to go.
pub(crate) fn node(machine: &Machine) -> Result<(), Stop> {
    let said = machine.answer("node", &["--version"]);
    let has_npm = machine.which("npm").is_some();
    lack(said.as_deref(), has_npm).map_or(Ok(()), |lack| {
        let (major, minor) = NODE;
        Err(Stop::Failed(format!(
            "the pages need Node.js {major}.{minor} or newer with npm, and {lack}.\nDebian 12 packages Node.js 18, \
             which is too old, so nothing was installed: get a newer one from https://nodejs.org/en/download or with \
             a version manager such as nvm, see in this terminal that `node --version` names it, and run this again"
        )))
    })
}

/// What is wrong with this machine's Node.js, from what it says its version is.
fn lack(said: Option<&str>, has_npm: bool) -> Option<String> {
    let Some(said) = said else { return Some("this machine has no `node` that runs".to_owned()) };
    let mut numbers = said.trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= NODE => {
            (!has_npm).then(|| "this machine has no `npm`, which comes with Node.js".to_owned())
        }
        _ => Some(format!("this machine's is {said}")),
    }
}

/// npm, in the folder of the pages.
pub(crate) fn npm(machine: &Machine, words: &[&str]) -> Command {
    let mut command = machine.program("npm", words);
    command.current_dir(machine.root.join(WEB));
    command
}

/// Installs the libraries that the lock file names, unless that was done and nothing has changed since.
///
/// # Errors
/// When Node.js is missing or too old, or npm fails.
pub(crate) fn install(machine: &Machine) -> Result<(), Stop> {
    node(machine)?;
    let web = machine.root.join(WEB);
    if is_installed(&web) {
        return Ok(());
    }
    // What another installation left says nothing about one that is broken off.
    fs::remove_file(web.join(STAMP)).ok();
    run(npm(machine, &["install", "--no-save", "--no-audit", "--no-fund"]))?;
    let copy = installed(&web).and_then(|installed| fs::write(web.join(STAMP), installed));
    copy.map_err(|error| Stop::Failed(format!("failed to note in {WEB}/{STAMP} what was installed: {error}")))
}

fn is_installed(web: &Path) -> bool {
    let stamp = fs::read(web.join(STAMP));
    stamp.is_ok_and(|stamp| installed(web).is_ok_and(|installed| installed == stamp))
}

fn installed(web: &Path) -> io::Result<Vec<u8>> {
    let files: io::Result<Vec<Vec<u8>>> = INSTALLED.iter().map(|name| fs::read(web.join(name))).collect();
    files.map(|files| files.concat())
}

/// Installs what is missing and builds the pages into `web/dist`, where the next build of the program finds them.
///
/// # Errors
/// As [`install`], and when the pages do not build.
pub(crate) fn build(machine: &Machine) -> Result<(), Stop> {
    install(machine)?;
    let web = machine.root.join(WEB);
    set_aside(&web)
        .map_err(|error| Stop::Failed(format!("failed to set {WEB}/{BUILT} of before aside: {error}")))?;
    run(npm(machine, &["run", "build"]))?;
    put_back(&web).map_err(|error| Stop::Failed(format!("failed to lay out {WEB}/{BUILT}: {error}")))
}

/// Takes what was built before out of the way.
fn set_aside(web: &Path) -> io::Result<()> {
    let (built, before) = (web.join(BUILT), web.join(BUILT_BEFORE));
    if before.exists() {
        fs::remove_dir_all(&before)?;
    }
    if built.exists() { fs::rename(built, before) } else { Ok(()) }
}

/// Where the same came out again, takes the files of before: by their times cargo sees that there is nothing to compile.
fn put_back(web: &Path) -> io::Result<()> {
    let (built, before) = (web.join(BUILT), web.join(BUILT_BEFORE));
    if !before.exists() {
        return Ok(());
    }
    if files(&built)? != files(&before)? {
        return fs::remove_dir_all(before);
    }
    fs::remove_dir_all(&built)?;
    fs::rename(before, built)
}

/// All files of a folder and the folders in it, by their path there.
fn files(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(path) = folders.pop() {
        for entry in fs::read_dir(folder.join(&path))? {
            let entry = entry?;
            let path = path.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                files.insert(path, fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty folder of this test, in the build folder.
    fn folder(name: &str) -> PathBuf {
        let program = std::env::current_exe().expect("this program");
        let folder = program.parent().expect("its folder").join("pages-tests").join(name);
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn write(folder: &Path, name: &str, text: &str) {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    #[test]
    fn what_nodes_version_is_worth() {
        for good in ["v20.19.0", "v20.20.2", "v22.0.0", "v24.1.0-nightly"] {
            assert_eq!(lack(Some(good), true), None, "{good}");
        }
        for bad in ["v18.19.1", "v20.18.3", "v8.20.0", "", "nonsense"] {
            assert!(lack(Some(bad), true).is_some_and(|lack| lack.contains(bad)), "{bad}");
        }
        assert!(lack(Some("v22.1.0"), false).is_some_and(|lack| lack.contains("npm")));
        assert!(lack(None, true).is_some_and(|lack| lack.contains("node")));
    }

    #[test]
    fn the_version_is_the_one_that_the_pages_name() {
        let manifest = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
            .join("../web/package.json");
        let manifest = fs::read_to_string(manifest).expect("package.json");
        let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
        assert_eq!(manifest["engines"]["node"], format!(">={}.{}", NODE.0, NODE.1));
    }

    #[test]
    fn libraries_are_installed_again_after_any_change() {
        let web = folder("installed");
        assert!(!is_installed(&web), "nothing is there");
        for name in INSTALLED {
            write(&web, name, name);
        }
        assert!(!is_installed(&web), "nobody noted an installation");
        fs::write(web.join(STAMP), installed(&web).expect("all files")).expect("a stamp");
        assert!(is_installed(&web));
        for name in INSTALLED {
            write(&web, name, "changed");
            assert!(!is_installed(&web), "{name} changed");
            write(&web, name, name);
            assert!(is_installed(&web), "{name} as it was");
        }
    }

    #[test]
    fn what_did_not_change_keeps_its_times() {
        let web = folder("built");
        let built = web.join(BUILT);
        let time =
            |name: &str| fs::metadata(built.join(name)).and_then(|file| file.modified()).expect("a time");
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let make = |text: &str| {
            write(&built, "index.html", "page");
            write(&built, "assets/one.js", text);
        };
        fs::create_dir_all(web.join("node_modules")).expect("a folder");
        make("one");
        let file = fs::File::options().write(true).open(built.join("index.html")).expect("the page");
        file.set_modified(long_ago).expect("to set the time");

        set_aside(&web).expect("to set aside");
        assert!(!built.exists());
        make("one");
        put_back(&web).expect("to put back");
        assert_eq!(time("index.html"), long_ago);

        set_aside(&web).expect("to set aside");
        make("two");
        put_back(&web).expect("to leave");
        assert_ne!(time("index.html"), long_ago);
        assert_eq!(fs::read_to_string(built.join("assets/one.js")).expect("a file"), "two");
        assert!(!web.join(BUILT_BEFORE).exists());
    }
}
