//! `lingjian rehearse`: a simulated centre as files.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lingjian_rehearsal::{Centre, Layout, Plan, Wordings, write_folder};
use serde::Serialize;

use crate::failure::Outcome;
use crate::output::Output;
use crate::progress;

/// What to rehearse.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many answered calls; fewer where the days end before.
    #[arg(long, value_name = "N")]
    calls: usize,
    /// Where chance begins: the same seed gives the same calls.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Which half of the wordings of faults is said; rules are written against the open half only.
    #[arg(long, value_enum, default_value_t)]
    wordings: Half,
    /// The first day.
    #[arg(long, value_name = "DATE")]
    start: Option<jiff::civil::Date>,
    /// For how many days calls come [default: until there are enough]
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    /// Which projects: shop, bank, telecom, en, lead, event, survey [default: all]
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    projects: Vec<String>,
    /// Share of the calls that naturally come in or are dialled; 0.00001–1.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    volume: f64,
    /// Share of the agents that the natural volume needs; 0.1–3.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    staffing: f64,
    /// The folder to write: transcripts, records.csv, truth.jsonl.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Half of the wordings.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Half {
    /// The half that rules may be written from.
    #[default]
    Open,
    /// The half that rules are measured by.
    Sealed,
}

#[derive(Serialize)]
struct Rehearsed {
    answered: usize,
    unanswered: usize,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut plan = Plan {
        seed: arguments.seed,
        calls: arguments.calls,
        days: arguments.days,
        projects: arguments.projects.clone(),
        volume: arguments.volume,
        staffing: arguments.staffing,
        ..Plan::default()
    };
    plan.wordings = match arguments.wordings {
        Half::Open => Wordings::Open,
        Half::Sealed => Wordings::Sealed,
    };
    if let Some(start) = arguments.start {
        plan.start = start;
    }
    let centre = Centre::new(&plan)?;
    let bar = progress::waiting("rehearsing");
    let offered = centre.offered().inspect(|_| bar.inc(1));
    let written = write_folder(offered, &arguments.out, Layout::Lines)
        .with_context(|| format!("failed to write into {}", arguments.out.display()))?;
    bar.finish_and_clear();
    let mut out = Output::stdout();
    if arguments.json {
        out.json(&Rehearsed { answered: written.answered, unanswered: written.unanswered })?;
        out.put("\n")?;
    } else {
        out.put(format!(
            "{} calls answered and {} not, in {}\n",
            written.answered,
            written.unanswered,
            arguments.out.display()
        ))?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}
