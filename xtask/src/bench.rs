//! What judging, hearing, writing down and memory cost: measured, and written to `docs/benchmarks.md`.

pub(crate) mod page;

use crate::Stop;
use crate::machine::{Machine, run};
use crate::setup::released;
use page::{circumstances, said};

const PAGE: &str = "docs/benchmarks.md";
const FOLDER: &str = "target/bench";
/// Calls in English are rehearsed too, and left aside.
const REHEARSED: &str = "12500";
const PARTS: [&str; 4] = ["judging", "hearing", "speech", "memory"];

/// Measures the named parts, or all.
///
/// `--python PROGRAM` is the Python that has `PyYAML` and what `samples/README.md` names; `--peer-model FOLDER` holds
/// Whisper base for faster-whisper, without which `speech` is left out.
///
/// # Errors
/// When a part is not known, a program is missing, or a measurement fails.
pub(crate) fn run_all(machine: &Machine, words: &[String]) -> Result<(), Stop> {
    let (mut python, mut peer, mut parts) = ("python3", None, Vec::new());
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| Stop::Usage(format!("{word} needs a value")));
        match word {
            "--python" => python = value()?,
            "--peer-model" => peer = Some(value()?),
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

fn sound(machine: &Machine, python: &str, part: &str, peer: Option<&str>) -> Result<String, Stop> {
    let build =
        ["build", "--release", "--package", "lingjian-cli", "--bin", "lingjian", "--message-format", "json"];
    let built = said(machine.cargo(&build))?;
    let lingjian = program(&built, "lingjian")
        .ok_or_else(|| Stop::Failed("cargo did not say where it put `lingjian`".to_owned()))?;
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
