//! `lingjian import calls`: for now only to try a mapping out.

use std::path::PathBuf;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use lingjian_intake::records::{self, Mapping, Preview};

use crate::failure::Outcome;
use crate::output::Output;

/// What to take in.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// Call records from CSV, TSV or Excel, by a mapping file.
    Calls(Calls),
}

/// Which records.
#[derive(Debug, Args)]
pub(crate) struct Calls {
    /// The tables.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What they are; their content decides, whatever their names say.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Names, for each of our fields, the column, its time format, its values.
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// Show the first records as they would be stored and every row that would be refused; store nothing.
    #[arg(long)]
    dry_run: bool,
    /// How many of the first records to show.
    #[arg(long, value_name = "N", default_value_t = 5)]
    first: usize,
    /// Answer in JSON: one object a table, one a line.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Tsv,
    Excel,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Arguments::Calls(arguments) = arguments;
    if !arguments.dry_run {
        bail!(
            "nothing is stored yet: there is no database in this version; try the mapping out with --dry-run, or judge with: lingjian inspect PATH --calls FILE --mapping FILE"
        );
    }
    let mapping = Mapping::open(&arguments.mapping).map_err(|refusal| anyhow!("{refusal}"))?;
    let mut out = Output::stdout();
    let mut taken = 0;
    for file in &arguments.files {
        let preview = records::preview(records::open(file, &mapping), arguments.first);
        taken += preview.taken;
        if arguments.json {
            out.json(&preview)?;
            out.put("\n")?;
        } else {
            show(&mut out, &file.display().to_string(), &preview)?;
        }
    }
    out.finish()?;
    if taken == 0 {
        bail!("no row could be taken");
    }
    Ok(Outcome::Done)
}

fn show(out: &mut Output, file: &str, preview: &Preview) -> anyhow::Result<()> {
    for (index, record) in preview.first.iter().enumerate() {
        let text = serde_json::to_string_pretty(record)?;
        out.put(format!("{file}, record {}\n{text}\n\n", index + 1))?;
    }
    for refusal in &preview.refusals {
        out.put(format!("refused {refusal}\n"))?;
    }
    let more = preview.refused.saturating_sub(preview.refusals.len() as u64);
    if more > 0 {
        out.put(format!("… and {more} more refused\n"))?;
    }
    let Preview { taken, repeated, blank, refused, .. } = preview;
    out.put(format!(
        "{file}: {taken} would be stored, {repeated} repeated, {blank} blank, {refused} refused\n"
    ))
}
