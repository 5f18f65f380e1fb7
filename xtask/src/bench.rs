//! What judging, hearing, writing down, memory and the service cost: measured, and written to `docs/benchmarks.md`.

pub(crate) mod page;

use crate::machine::{Machine, run};
use crate::postgres::Cluster;
use crate::setup::released;
use crate::{Stop, debian};
use page::{circumstances, said};

const PAGE: &str = "docs/benchmarks.md";
const FOLDER: &str = "target/bench";
/// Calls in English are rehearsed too, and left aside.
const REHEARSED: &str = "12500";
const PARTS: [&str; 5] = ["judging", "hearing", "speech", "memory", "service"];
/// Calls that the service keeps while it is measured.
const CALLS: &str = "200000";

/// Measures the named parts, or all.
///
/// `--python PROGRAM` is the Python that has `PyYAML` and what `samples/README.md` names; `--peer-model FOLDER` holds
/// Whisper base for faster-whisper, without which `speech` is left out. `--calls N` is how many the service keeps.
///
/// # Errors
/// When a part is not known, a program is missing, or a measurement fails.
pub(crate) fn run_all(machine: &Machine, words: &[String]) -> Result<(), Stop> {
    let (mut python, mut peer, mut calls, mut parts) = ("python3", None, CALLS, Vec::new());
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| Stop::Usage(format!("{word} needs a value")));
        match word {
            "--python" => python = value()?,
            "--peer-model" => peer = Some(value()?),
            "--calls" => calls = value()?,
            part if PARTS.contains(&part) => parts.push(part),
            other => {
                return Err(Stop::Usage(format!("no such part: {other:?}; there are: {}", PARTS.join(" "))));
            }
        }
    }
    if parts.is_empty() {
        parts.extend(PARTS);
    }
    std::fs::create_dir_all(machine.root.join(FOLDER))
        .map_err(|error| Stop::Failed(format!("failed to make the folder {FOLDER}: {error}")))?;
    for part in parts {
        let table = match (part, peer) {
            ("judging", _) => judging(machine, python)?,
            ("service", _) => service(machine, python, calls)?,
            ("speech", None) => {
                println!("speech: left out, --peer-model names no folder of Whisper base for faster-whisper");
                continue;
            }
            (_, peer) => sound(machine, python, part, peer)?,
        };
        println!("{table}");
        page::write(machine, PAGE, part, &format!("{}\n\n{table}", circumstances(machine)?))?;
    }
    Ok(())
}

fn judging(machine: &Machine, python: &str) -> Result<String, Stop> {
    run(released(machine, &["rehearse", "--calls", REHEARSED, "--seed", "7", "--out", FOLDER]))?;
    let build = [
        "bench",
        "--no-run",
        "--package",
        "lingjian-inspection",
        "--bench",
        "judge",
        "--message-format",
        "json",
    ];
    let built = said(machine.cargo(&build))?;
    let judge = program(&built, "judge")
        .ok_or_else(|| Stop::Failed("cargo did not say where it put the bench `judge`".to_owned()))?;
    let transcripts = format!("{FOLDER}/transcripts.jsonl");
    said(machine.program(python, &["xtask/bench/judging.py", &judge, "rules", &transcripts, FOLDER]))
}

/// Our own program as people run it.
fn lingjian(machine: &Machine) -> Result<String, Stop> {
    let build =
        ["build", "--release", "--package", "lingjian-cli", "--bin", "lingjian", "--message-format", "json"];
    let built = said(machine.cargo(&build))?;
    program(&built, "lingjian")
        .ok_or_else(|| Stop::Failed("cargo did not say where it put `lingjian`".to_owned()))
}

fn service(machine: &Machine, python: &str, calls: &str) -> Result<String, Stop> {
    let lingjian = lingjian(machine)?;
    let build = ["bench", "--no-run", "--package", "xtask", "--bench", "load", "--message-format", "json"];
    let load = program(&said(machine.cargo(&build))?, "load")
        .ok_or_else(|| Stop::Failed("cargo did not say where it put the bench `load`".to_owned()))?;
    debian::install_missing(machine, &[debian::DATABASE])?;
    let cluster = Cluster::start(machine)?;
    let postgres = cluster.address();
    let words =
        ["xtask/bench/service.py", &lingjian, &load, FOLDER, "--postgres", &postgres, "--calls", calls];
    said(machine.program(python, &words))
}

fn sound(machine: &Machine, python: &str, part: &str, peer: Option<&str>) -> Result<String, Stop> {
    let lingjian = lingjian(machine)?;
    let mut words = vec!["xtask/bench/sound.py", part, &lingjian, FOLDER, "samples"];
    if let Some(peer) = peer {
        words.extend(["--peer-model", peer]);
    }
    said(machine.program(python, &words))
}

/// Where cargo put a program, from its messages (JSON, one a line; this program reads no more of them than this).
fn program(messages: &str, name: &str) -> Option<String> {
    let of_it = |line: &&str| line.contains(&format!("\"name\":\"{name}\""));
    messages.lines().filter(of_it).find_map(|line| {
        let (_, rest) = line.split_once("\"executable\":\"")?;
        rest.split_once('"').map(|(path, _)| path.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn finds_the_program_among_cargos_messages() {
        let messages = "{\"target\":{\"name\":\"other\"},\"executable\":\"/b/other\"}\n\
                        {\"target\":{\"name\":\"judge\"},\"executable\":null}\n\
                        {\"target\":{\"name\":\"judge\"},\"executable\":\"/b/judge-1\"}";
        assert_eq!(program(messages, "judge").as_deref(), Some("/b/judge-1"));
        assert_eq!(program(messages, "absent"), None);
    }
}
