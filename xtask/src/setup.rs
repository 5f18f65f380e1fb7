//! From a bare machine to one that can build, test and demonstrate.

use crate::Stop;
use crate::machine::{Machine, run};
use crate::{debian, tools};
use std::process::Command;

/// The speech model that the demo and the speech tests use.
const SPEECH_MODEL: &str = "whisper-base";

/// All that any command needs.
///
/// # Errors
/// When something is missing that cannot be installed from here.
pub(crate) fn everything(machine: &Machine) -> Result<(), Stop> {
    debian::install_missing(machine)?;
    tools::install_missing(machine)?;
    run(speech_model(machine, &[]))?;
    println!("set up: this machine can build, test and demonstrate");
    Ok(())
}

/// Sees that the speech model is there, by our own program, built with `flags` (such as `--release`).
pub(crate) fn speech_model(machine: &Machine, flags: &[&str]) -> Command {
    lingjian(machine, flags, &["model", "pull", SPEECH_MODEL])
}

/// Known vulnerabilities. No part of `test`: its answer depends on a database elsewhere and on the day.
///
/// # Errors
/// When there are some, or the database cannot be fetched.
pub(crate) fn advisories(machine: &Machine) -> Result<(), Stop> {
    debian::install_missing(machine)?;
    tools::install_missing(machine)?;
    run(machine.cargo(&["deny", "check", "advisories"]))
}

/// Our own program, built first where it has to be.
pub(crate) fn lingjian(machine: &Machine, flags: &[&str], words: &[&str]) -> Command {
    let mut line = vec!["run", "--quiet", "--package", "lingjian-cli", "--bin", "lingjian"];
    line.extend(flags);
    line.push("--");
    line.extend(words);
    machine.cargo(&line)
}
