//! `lingjian mask`: lines of text from standard input, masked to standard output.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader};

use anyhow::{Context as _, bail};
use clap::Args;
use lingjian_language::mask;
use serde::Serialize;

use crate::failure::{Outcome, complain};
use crate::output::Output;

/// How to answer.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Answer in JSON: one object a line, with what was masked and where, in characters.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line<'t> {
    text: &'t str,
    found: Vec<Place>,
}

#[derive(Serialize)]
struct Place {
    kind: &'static str,
    start: usize,
    end: usize,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut out = Output::stdout();
    let (mut line, mut number, mut broken) = (Vec::new(), 0_u64, 0_u64);
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).context("failed to read standard input")? == 0 {
            break;
        }
        number += 1;
        let text = String::from_utf8_lossy(&line);
        // Borrowed where nothing had to be replaced.
        if matches!(text, Cow::Owned(_)) {
            broken += 1;
            complain(&format!(
                "line {number}: not UTF-8; what cannot be read is written as {}",
                char::REPLACEMENT_CHARACTER
            ));
        }
        if arguments.json {
            json(&mut out, text.trim_end_matches(['\n', '\r']))?;
        } else {
            // The line's end comes out as it came in, be it one of Windows or none at all.
            out.put(mask::mask(&text).text)?;
        }
        // Whoever writes line by line is answered line by line.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
    out.finish()?;
    if broken > 0 {
        bail!(
            "{broken} of {number} lines are not UTF-8; convert the text first, for example with: iconv -f GB18030 -t UTF-8"
        );
    }
    Ok(Outcome::Done)
}

fn json(out: &mut Output, text: &str) -> anyhow::Result<()> {
    let masked = mask::mask(text);
    let place = |one: &mask::Found| Place { kind: one.kind.name(), start: one.chars[0], end: one.chars[1] };
    out.json(&Line { text: &masked.text, found: masked.found.iter().map(place).collect() })?;
    out.put("\n")
}
