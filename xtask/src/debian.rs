//! Debian and Ubuntu packages: which are missing, and how they come onto the machine.

use crate::Stop;
use crate::machine::Machine;
use crate::postgres::place;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// A package, what it is for, and how to see that it (or its like from elsewhere) is there.
pub(crate) struct Package {
    name: &'static str,
    need: &'static str,
    there: fn(&Machine) -> bool,
}

/// What building and testing needs beyond a Rust toolchain and a C compiler.
pub(crate) const BUILDING: &[Package] = &[
    Package { name: "git", need: "lists the files of the clone", there: |m| m.which("git").is_some() },
    Package { name: "cmake", need: "builds the speech engine", there: |m| m.which("cmake").is_some() },
    Package { name: "make", need: "builds the speech engine", there: |m| m.which("make").is_some() },
    Package { name: "g++", need: "builds the speech engine", there: |m| m.which("c++").is_some() },
];

/// What tests of the store need. Debian's package makes a server on port 5432 too; that one is left alone.
pub(crate) const DATABASE: &[Package] = &[Package {
    name: "postgresql",
    need: "runs the tests of the store",
    there: |m| place::programs(m).is_some(),
}];

/// What asks the program by its contract comes through it.
pub(crate) const CONTRACT: &[Package] = &[Package {
    name: "python3-pip",
    need: "installs what asks by the contract",
    there: |m| m.answers(m.program("python3", &["-m", "pip", "--version"])),
}];

/// What the tests of the pages need.
pub(crate) const BROWSER: &[Package] =
    &[Package { name: "chromium", need: "draws the pages", there: |m| m.which("chromium").is_some() }];

/// What pictures need beside it; tests read no letters.
pub(crate) const LETTERS: &[Package] = &[Package {
    name: "fonts-noto-cjk",
    need: "Chinese letters in the pages",
    there: |_| Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file(),
}];

/// How often apt is tried again while another program (often the automatic update) holds its lock.
const LOCK_TRIES: u32 = 60;
const LOCK_PAUSE: Duration = Duration::from_secs(5);

/// Installs those packages of the lists that are missing.
///
/// # Errors
/// When some are missing and we may not install them, or apt fails. The text is then the one command to run.
pub(crate) fn install_missing(machine: &Machine, lists: &[&'static [Package]]) -> Result<(), Stop> {
    let missing: Vec<&Package> =
        lists.iter().copied().flatten().filter(|package| !(package.there)(machine)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("missing on this machine:");
    for package in &missing {
        println!("  {:14} {}", package.name, package.need);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    if machine.which("apt-get").is_none() {
        return Err(Stop::Failed(format!(
            "this machine has no apt-get: install these, or what your system calls them, and run again: {}",
            names.join(" ")
        )));
    }
    let list = names.join(" ");
    let by_hand = format!("sudo apt-get update && sudo apt-get install --yes --no-install-recommends {list}");
    let Some(leader) = way_to_root(machine) else {
        return Err(Stop::Failed(format!(
            "run this one command, then this program again:\n\n    {by_hand}\n"
        )));
    };
    // Without a network apt may call a fruitless update a success; whether it matters shows at the install.
    let (Ok(update) | Err(update)) = apt(machine, leader, &["update"]);
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(&names);
    if let Err(install) = apt(machine, leader, &words) {
        let offline = looks_offline(&update) || looks_offline(&install);
        let cause = if offline { "its servers cannot be reached; is there a network?" } else { "it said:" };
        return Err(Stop::Failed(format!(
            "failed to install {list} with apt-get: {cause}\n{}\nrun this once it can work, then this program \
             again:\n\n    {by_hand}\n",
            tail(if looks_offline(&update) { &update } else { &install })
        )));
    }
    match missing.iter().find(|package| !(package.there)(machine)) {
        None => Ok(()),
        Some(package) => Err(Stop::Failed(format!(
            "apt-get installed {}, yet it is not found: {} needs it; look at PATH",
            package.name, package.need
        ))),
    }
}

/// How to become root without a question: `[]` when we are, `sudo -n` when it lets us.
fn way_to_root(machine: &Machine) -> Option<&'static [&'static str]> {
    if machine.is_root() {
        return Some(&[]);
    }
    let sudo: &[&str] = &["sudo", "-n"];
    machine.answers(machine.program("sudo", &["-n", "true"])).then_some(sudo)
}

/// Runs apt-get without questions, waiting while another program holds its locks. All it said, well ended or not.
fn apt(machine: &Machine, leader: &[&str], words: &[&str]) -> Result<String, String> {
    let mut line: Vec<&str> = leader.to_vec();
    // `env` because sudo drops the environment.
    line.extend(["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get"]);
    line.extend(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]);
    line.extend(words);
    let (program, rest) = line.split_first().ok_or("no command")?;
    println!("$ apt-get {}", words.join(" "));
    let mut attempt = 1;
    loop {
        match said(machine.program(program, rest)) {
            Err(text) if attempt < LOCK_TRIES && text.contains("Could not get lock") => {
                if attempt == 1 {
                    println!("another program is using apt: waiting for it, up to five minutes");
                }
                attempt += 1;
                sleep(LOCK_PAUSE);
            }
            ended => return ended,
        }
    }
}

fn said(mut command: Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(text) } else { Err(text) }
}

/// What apt prints when the network, not the package, is the trouble.
fn looks_offline(text: &str) -> bool {
    [
        "Could not resolve",
        "Temporary failure resolving",
        "Unable to connect",
        "Could not connect",
        "Failed to fetch",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

/// The last lines of a long text: where programs say what went wrong.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.iter().skip(lines.len().saturating_sub(6)).map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tail_keeps_the_last_six_lines_with_words() {
        let text = (1..=9).map(|n| format!("line {n}\n\n")).collect::<String>();
        assert_eq!(tail(&text).lines().count(), 6);
        assert!(tail(&text).ends_with("line 9\n"));
        assert_eq!(tail(""), "");
    }

    #[test]
    fn a_missing_network_is_told_from_a_missing_package() {
        assert!(looks_offline("E: Failed to fetch http://…  Temporary failure resolving '…'"));
        assert!(!looks_offline("E: Unable to locate package cmakee"));
    }
}
