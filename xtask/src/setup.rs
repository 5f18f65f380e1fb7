//! From a bare machine to one that can build, test and demonstrate.

use crate::Stop;
use crate::machine::{Machine, run};
use crate::{debian, pages, tools};
use std::process::Command;

/// Fetches the speech model of the demo and the speech tests, unless it is there.
pub(crate) const PULL_SPEECH_MODEL: &[&str] = &["model", "pull", "whisper-base"];

/// What compiling and checking needs, a database and a browser for the tests with it. Node.js is not to be installed
/// from here: the stages with the pages say when it is missing, and the others run without it.
///
/// # Errors
/// When something is missing that cannot be installed from here.
pub(crate) fn for_checks(machine: &Machine) -> Result<(), Stop> {
    debian::install_missing(
        machine,
        &[debian::BUILDING, debian::DATABASE, debian::BROWSER, debian::CONTRACT],
    )?;
    tools::install_missing(machine)
}

/// What compiling needs.
///
/// # Errors
/// As [`for_checks`].
pub(crate) fn for_building(machine: &Machine) -> Result<(), Stop> {
    debian::install_missing(machine, &[debian::BUILDING])
}

/// All that any command needs.
///
/// # Errors
/// As [`for_checks`], and when our program does not build or cannot get the model, or the pages lack what they need.
pub(crate) fn everything(machine: &Machine) -> Result<(), Stop> {
    for_checks(machine)?;
    run(released(machine, PULL_SPEECH_MODEL))?;
    // Last, for it cannot be helped from here, and all else is then there.
    pages::install(machine)?;
    println!("set up: this machine can build, test and demonstrate");
    Ok(())
}

/// Known vulnerabilities. No part of `test`: its answer depends on a database elsewhere and on the day.
///
/// # Errors
/// When there are some, or the database cannot be fetched.
pub(crate) fn advisories(machine: &Machine) -> Result<(), Stop> {
    for_building(machine)?;
    tools::install_missing(machine)?;
    run(machine.cargo(&["deny", "check", "advisories"]))
}

/// Our own program as people run it, built first where it has to be.
pub(crate) fn released(machine: &Machine, words: &[&str]) -> Command {
    let mut line =
        vec!["run", "--quiet", "--release", "--package", "lingjian-cli", "--bin", "lingjian", "--"];
    line.extend(words);
    machine.cargo(&line)
}
