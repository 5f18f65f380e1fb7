//! The way without a server, shown: recordings and transcripts in, one report of judged calls out.

use crate::Stop;
use crate::machine::{Machine, run};
use crate::setup::{PULL_SPEECH_MODEL, for_building, released};
use std::env;

/// Where the files go, inside the clone.
const FOLDER: &str = "target/report";
pub(crate) const REPORT: &str = "target/report/report.html";
const CENTRE: &str = "target/report/centre";
const SIMULATED: &str = "target/report/centre/transcripts.jsonl";

/// Sets up, simulates a centre, inspects its calls beside the samples with sound, and shows the report.
///
/// # Errors
/// When a step fails; the text names the step's command.
pub(crate) fn run_all(machine: &Machine) -> Result<(), Stop> {
    step(1, "set up");
    for_building(machine)?;
    run(machine.cargo(&["build", "--release", "--package", "lingjian-cli"]))?;
    run(released(machine, PULL_SPEECH_MODEL))?;

    step(2, "simulate a centre: 2,000 calls");
    let folder = machine.root.join(FOLDER);
    // A fresh folder, so that the report shows this run and nothing older.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Stop::Failed(format!("failed to empty {FOLDER}: {error}")))?;
    }
    std::fs::create_dir_all(&folder)
        .map_err(|error| Stop::Failed(format!("failed to make the folder {FOLDER}: {error}")))?;
    run(released(machine, &["rehearse", "--calls", "2000", "--seed", "1", "--out", CENTRE]))?;

    step(3, "write down the ten sample recordings, judge all calls");
    let mut words = vec!["inspect", "samples/calls", SIMULATED];
    words.extend(["--calls", "samples/records.csv", "--mapping", "samples/mapping.yaml"]);
    words.extend(["--format", "html", "--out", REPORT]);
    run(released(machine, &words))?;

    show(machine);
    Ok(())
}

fn step(number: u32, what: &str) {
    println!("\n[{number}/3] {what}");
}

fn show(machine: &Machine) {
    let report = machine.root.join(REPORT);
    let shown = report.display();
    println!("\nthe report: {shown}");
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    let opener = ["xdg-open", "open"].into_iter().find(|name| machine.which(name).is_some());
    match opener {
        Some(program) if has_display || cfg!(target_os = "macos") => {
            println!("opening it with {program}");
            if !machine.answers(machine.program(program, &[&report.to_string_lossy()])) {
                println!("{program} could not: open file://{shown} in a browser");
            }
        }
        _ => println!("open it in a browser: file://{shown} (one file, it needs no server and no network)"),
    }
}
