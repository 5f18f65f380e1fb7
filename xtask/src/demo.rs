//! The product, shown: pages and program of this clone, serving a simulated centre.

use crate::machine::{Machine, run, shown};
use crate::setup::{PULL_SPEECH_MODEL, for_building, released};
use crate::{Stop, pages};
use std::env;
use std::process::Command;

/// Sets up, builds the pages and the program, and gives way to `lingjian demo` with the words that follow.
///
/// # Errors
/// When a step fails; the text names the step's command.
pub(crate) fn run_all(machine: &Machine, words: &[String]) -> Result<(), Stop> {
    step(1, "set up");
    pages::node(machine)?;
    for_building(machine)?;

    step(2, "build the pages and the program");
    pages::build(machine)?;
    run(machine.cargo(&["build", "--release", "--package", "lingjian-cli", "--bin", "lingjian"]))?;
    run(released(machine, PULL_SPEECH_MODEL))?;

    step(3, "serve a simulated centre: Ctrl-C ends it");
    let mut command = released(machine, &["demo"]);
    command.args(passed_on(words));
    // Folders that a person names are meant from where the person is.
    if let Ok(here) = env::current_dir() {
        command.current_dir(here);
    }
    give_way(command)
}

fn step(number: u32, what: &str) {
    println!("\n[{number}/3] {what}");
}

/// The words for the program: all of them, without the `--` that may lead them.
fn passed_on(words: &[String]) -> &[String] {
    match words {
        [first, rest @ ..] if first == "--" => rest,
        all => all,
    }
}

/// Becomes the command, so that Ctrl-C is for it alone and it ends as it likes to.
#[cfg(unix)]
fn give_way(mut command: Command) -> Result<(), Stop> {
    let line = shown(&command);
    eprintln!("$ {line}");
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    Err(Stop::Failed(format!("failed to start `{line}`: {error}")))
}

#[cfg(not(unix))]
fn give_way(command: Command) -> Result<(), Stop> {
    run(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_the_program_with_and_without_a_dash_dash() {
        let words = ["--", "--calls", "5", "--"].map(str::to_owned);
        assert_eq!(passed_on(&words), &words[1..]);
        assert_eq!(passed_on(&words[1..]), &words[1..]);
        assert!(passed_on(&[]).is_empty());
    }
}
