//! Judges native transcripts on one thread and says what it cost, in processor time; reading them is not counted.
//!
//! `judge TRANSCRIPTS.jsonl --rules PACK… [--skip N] [--calls N] [--findings]`
//!
//! Prints one JSON object: `calls`, `turns`, `bytes` of the words in UTF-8, `rules`, `findings`, `load_s`, `judge_s`;
//! with `--findings` instead one line a call: `id`, `language`, `attributes`, `findings`, `unjudged`. `cargo xtask bench`
//! runs it in turns with `plain.py`. Without a file it does nothing, so that `cargo bench` passes.

#![expect(clippy::print_stdout, reason = "a program for a terminal: what it says is its work")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use lingjian_inspection::{PackSource, SourceFile, judge, load};
use lingjian_model::Conversation;

#[derive(Debug)]
struct Request {
    transcripts: PathBuf,
    packs: Vec<PathBuf>,
    skip: usize,
    calls: usize,
    findings: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(request) = asked(std::env::args().skip(1))? else {
        println!("name a file of transcripts; see `cargo xtask bench`");
        return Ok(());
    };
    let sources = request.packs.iter().map(|folder| pack(folder)).collect::<Result<Vec<_>, _>>()?;
    let lines = BufReader::new(File::open(&request.transcripts)?).lines();
    let calls = lines
        .skip(request.skip)
        .take(request.calls)
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<Vec<Conversation>, Box<dyn Error>>>()?;

    let began = processor_seconds()?;
    let loaded = load(&sources);
    let ready = processor_seconds()?;
    if loaded.has_errors() {
        return Err(format!("the packs have errors: {:?}", loaded.diagnostics).into());
    }
    let judgements: Vec<_> = calls.iter().map(|call| judge(&loaded.set, call)).collect();
    let done = processor_seconds()?;

    if request.findings {
        for (call, judgement) in calls.iter().zip(&judgements) {
            let told = serde_json::json!({
                "id": call.id,
                "language": call.language,
                "attributes": call.attributes,
                "findings": judgement.findings,
                "unjudged": judgement.unjudged,
            });
            println!("{told}");
        }
        return Ok(());
    }
    let turns = || calls.iter().flat_map(|call| &call.turns);
    let told = serde_json::json!({
        "calls": calls.len(),
        "turns": turns().count(),
        "bytes": turns().map(|turn| turn.text.len()).sum::<usize>(),
        "rules": loaded.set.rules().len(),
        "findings": judgements.iter().map(|judgement| judgement.findings.len()).sum::<usize>(),
        "load_s": ready - began,
        "judge_s": done - ready,
    });
    println!("{told}");
    Ok(())
}

fn asked(mut words: impl Iterator<Item = String>) -> Result<Option<Request>, Box<dyn Error>> {
    let mut request = Request {
        transcripts: PathBuf::new(),
        packs: Vec::new(),
        skip: 0,
        calls: usize::MAX,
        findings: false,
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--rules" => request.packs.push(value()?.into()),
            "--skip" => request.skip = value()?.parse()?,
            "--calls" => request.calls = value()?.parse()?,
            "--findings" => request.findings = true,
            // What `cargo bench` says to every bench.
            "--bench" => {}
            _ => request.transcripts = word.into(),
        }
    }
    Ok((!request.transcripts.as_os_str().is_empty()).then_some(request))
}

/// A folder's rule files, in the order of their names.
fn pack(folder: &Path) -> Result<PackSource, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let files = paths
        .iter()
        .map(|path| Ok(SourceFile { path: path.display().to_string(), text: fs::read_to_string(path)? }))
        .collect::<Result<_, std::io::Error>>()?;
    Ok(PackSource { name: folder.display().to_string(), files })
}

/// Time that this thread has been on a processor, to the nanosecond (Linux).
fn processor_seconds() -> Result<f64, Box<dyn Error>> {
    let counted = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: u64 = counted.split(' ').next().ok_or("nothing stands in schedstat")?.parse()?;
    Ok(nanoseconds as f64 / 1e9)
}
