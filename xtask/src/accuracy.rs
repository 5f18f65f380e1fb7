//! How much of what is planted is found, and how much of what is found was planted: `docs/accuracy.md`.

use crate::Stop;
use crate::bench::page::{circumstances, said, write};
use crate::machine::{Machine, run};
use crate::setup::released;

const PAGE: &str = "docs/accuracy.md";
const FOLDER: &str = "target/accuracy";
const TABLES: &str = "xtask/bench/accuracy.py";

/// Rehearses calls with sealed and with open wordings, judges them by the packs that ship, and counts; with `--samples`
/// the sample recordings instead. `--json` prints the counts and leaves the page alone.
///
/// # Errors
/// When the command line is wrong, or a step fails.
pub(crate) fn run_all(machine: &Machine, words: &[String]) -> Result<(), Stop> {
    let (mut calls, mut seed, mut samples, mut json) = ("4000".to_owned(), None, false, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || match words.next() {
            Some(value) if value.parse::<u64>().is_ok() => Ok(value.clone()),
            _ => Err(Stop::Usage(format!("{word} needs a number"))),
        };
        match word.as_str() {
            "--calls" => calls = number()?,
            "--seed" => seed = Some(number()?),
            "--samples" => samples = true,
            "--json" => json = true,
            other => return Err(Stop::Usage(format!("cargo xtask accuracy does not take {other:?}"))),
        }
    }
    if samples {
        return recordings(machine, json);
    }
    // A seed that nobody tuned on: the day.
    let seed = match seed {
        Some(seed) => seed,
        None => said(machine.program("date", &["-u", "+%Y%m%d"]))?.trim().to_owned(),
    };
    for wordings in ["sealed", "open"] {
        let folder = format!("{FOLDER}/{wordings}");
        run(released(
            machine,
            &["rehearse", "--wordings", wordings, "--calls", &calls, "--seed", &seed, "--out", &folder],
        ))?;
        let (transcripts, found) = (format!("{folder}/transcripts.jsonl"), format!("{folder}/found.jsonl"));
        run(released(
            machine,
            &["inspect", &transcripts, "--no-speech", "--format", "jsonl", "--out", &found],
        ))?;
        let truth = format!("{folder}/truth.jsonl");
        let about = format!("{} {calls} calls, seed {seed}.", circumstances(machine)?);
        tell(machine, &["rehearsed", "rules", &found, &truth], wordings, &about, json)?;
    }
    Ok(())
}

fn recordings(machine: &Machine, json: bool) -> Result<(), Stop> {
    std::fs::create_dir_all(machine.root.join(FOLDER))
        .map_err(|error| Stop::Failed(format!("failed to make the folder {FOLDER}: {error}")))?;
    let found = format!("{FOLDER}/samples.jsonl");
    let records = ["--calls", "samples/records.csv", "--mapping", "samples/mapping.yaml"];
    let mut words = vec!["inspect", "samples/calls", "--format", "jsonl", "--out", &found];
    words.extend(records);
    run(released(machine, &words))?;
    tell(machine, &["samples", "rules", &found, "samples/truth"], "samples", &circumstances(machine)?, json)
}

/// Counts, shows, and writes the tables to the page.
fn tell(machine: &Machine, what: &[&str], name: &str, about: &str, json: bool) -> Result<(), Stop> {
    let mut words = vec![TABLES];
    words.extend(what);
    if json {
        words.push("--json");
    }
    let told = said(machine.program("python3", &words))?;
    println!("{told}");
    if json { Ok(()) } else { write(machine, PAGE, name, &format!("{about}\n\n{told}")) }
}
