#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal: what it says is its work"
)]

mod accuracy;
mod bench;
mod browser;
mod contract;
mod debian;
mod demo;
mod machine;
mod pages;
mod picture;
mod postgres;
mod report;
mod setup;
mod tally;
mod test;
mod tools;

use machine::Machine;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  setup              install what this machine lacks: packages, cargo tools, the speech model, the pages' libraries
  demo [OPTION…]     set up, build pages and program, serve a simulated centre until Ctrl-C; passes on what
                     `lingjian demo` takes, such as --listen ADDR and --calls N
  report             without a server: judge the sample calls and 2,000 simulated ones, write an HTML report
  pages              build the pages into web/dist, for the next build of the program to hold
  test [STAGE…]      every check, or the named stages; closes with `N passed, N failed`
  bench [PART…]      what judging, hearing, speech, memory and the service cost, into docs/benchmarks.md
  accuracy           precision and recall on rehearsed calls, or with --samples on the recordings, into docs/accuracy.md
  postgres           a PostgreSQL server for tests run by hand; lives until Ctrl-C
  advisories         known vulnerabilities of the dependencies (needs the network)
  picture [PAGE PNG] a picture of the report (or of another page), for the README
  help               this page

A build folder outside the clone is used when CARGO_TARGET_DIR names one or ~/.cache/lingjian/target exists.";

/// Why a command stopped. The text says what is wrong and what to do.
#[derive(Debug)]
enum Stop {
    /// Something on the machine, or a check, failed: exit code 1.
    Failed(String),
    /// The command line was wrong: exit code 2.
    Usage(String),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(text)) => {
            if !text.is_empty() {
                eprintln!("\n{text}");
            }
            ExitCode::from(1)
        }
        Err(Stop::Usage(text)) => {
            eprintln!("{text}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(words: &[String]) -> Result<(), Stop> {
    let (command, rest) = words.split_first().map_or(("help", words), |(first, rest)| (first.as_str(), rest));
    let no_more = |rest: &[String]| match rest.first() {
        None => Ok(()),
        Some(word) => Err(Stop::Usage(format!("cargo xtask {command} takes nothing more: {word:?}"))),
    };
    match command {
        "setup" => no_more(rest).and_then(|()| setup::everything(&Machine::find()?)),
        "demo" => demo::run_all(&Machine::find()?, rest),
        "report" => no_more(rest).and_then(|()| report::run_all(&Machine::find()?)),
        "pages" => no_more(rest).and_then(|()| pages::build(&Machine::find()?)),
        "test" => test::run_all(&Machine::find()?, rest),
        "accuracy" => accuracy::run_all(&Machine::find()?, rest),
        "bench" => bench::run_all(&Machine::find()?, rest),
        "advisories" => no_more(rest).and_then(|()| setup::advisories(&Machine::find()?)),
        "postgres" => no_more(rest).and_then(|()| postgres::hold(&Machine::find()?)),
        "picture" => picture::take(&Machine::find()?, rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(Stop::Usage(format!("no such command: {other:?}"))),
    }
}
