//! `lingjian import`: transcripts, recordings and call records into the house. The same again changes nothing.

use std::path::PathBuf;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use lingjian_app::House;
use lingjian_app::calls::{Imported, Told};
use lingjian_intake::recordings::Pattern;
use lingjian_intake::records::{self, Mapping, Preview};

use crate::failure::Outcome;
use crate::output::Output;
use crate::progress;
use crate::service::{Premises, block_on, open_house};

/// What to take in.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// Call records from CSV, TSV or Excel, by a mapping file.
    Calls(Calls),
    /// Native transcripts.
    Transcripts(Transcripts),
    /// Recordings, to be written down by a worker.
    Recordings(Recordings),
}

/// Which records.
#[derive(Debug, Args)]
pub(crate) struct Calls {
    #[command(flatten)]
    premises: Premises,
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

/// Which transcripts.
#[derive(Debug, Args)]
pub(crate) struct Transcripts {
    #[command(flatten)]
    premises: Premises,
    /// Files and folders: native transcripts, JSON or JSON Lines
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Which recordings.
#[derive(Debug, Args)]
pub(crate) struct Recordings {
    #[command(flatten)]
    premises: Premises,
    /// Files and folders: WAV, MP3, FLAC, Ogg Opus, M4A
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The system they come from: together with the id it names the call
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// How file names tell the id and more: {agent}_{id}.wav [default: the id is the name without its extension]
    #[arg(long, value_name = "PATTERN")]
    name_pattern: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    match arguments {
        Arguments::Calls(calls) if calls.dry_run => try_out(calls),
        Arguments::Calls(calls) => {
            let mapping = Mapping::open(&calls.mapping).map_err(|refusal| anyhow!("{refusal}"))?;
            import(&calls.premises, calls.json, async |house, told| {
                let mut all = Imported::default();
                for file in &calls.files {
                    let one = house.import_records(file, &mapping, told).await?;
                    all.new += one.new;
                    all.more += one.more;
                    all.same += one.same;
                    all.refused.extend(one.refused);
                }
                Ok(all)
            })
        }
        Arguments::Transcripts(from) => import(&from.premises, from.json, async |house, told| {
            exist(&from.paths)?;
            Ok(house.import_transcripts(&from.paths, told).await?)
        }),
        Arguments::Recordings(from) => {
            let pattern = from.name_pattern.as_deref().map(Pattern::parse).transpose()?;
            import(&from.premises, from.json, async |house, told| {
                exist(&from.paths)?;
                Ok(house
                    .import_recordings(&from.paths, from.source.as_deref(), pattern.as_ref(), told)
                    .await?)
            })
        }
    }
}

fn exist(paths: &[PathBuf]) -> anyhow::Result<()> {
    match paths.iter().find(|path| !path.exists()) {
        Some(path) => bail!("{}: there is no such file or folder", path.display()),
        None => Ok(()),
    }
}

fn import(
    premises: &Premises,
    json: bool,
    work: impl AsyncFnOnce(&House, Told<'_>) -> anyhow::Result<Imported>,
) -> anyhow::Result<Outcome> {
    let config = premises.config()?;
    let bar = progress::waiting("taking in");
    let imported = block_on(async {
        let house = open_house(&config).await?;
        let imported =
            work(&house, &|so_far| bar.set_position(so_far.new + so_far.more + so_far.same)).await?;
        house.store().clone().close().await;
        Ok(imported)
    });
    bar.finish_and_clear();
    let Imported { new, more, same, refused, breaches } = imported?;
    let mut out = Output::stdout();
    if json {
        let refused: Vec<String> = refused.iter().map(ToString::to_string).collect();
        let breaches: Vec<String> = breaches.iter().map(ToString::to_string).collect();
        out.json(&serde_json::json!({
            "new": new, "more": more, "same": same, "refused": refused, "not_as_agreed": breaches,
        }))?;
        out.put("\n")?;
    } else {
        for refusal in &refused {
            out.put(format!("refused {refusal}\n"))?;
        }
        for breach in &breaches {
            out.put(format!("not as agreed {breach}\n"))?;
        }
        out.put(format!("{new} new, {more} completed, {same} known, {} refused\n", refused.len()))?;
    }
    out.finish()?;
    if new + more + same == 0 && !refused.is_empty() {
        bail!("nothing could be taken in");
    }
    Ok(Outcome::Done)
}

fn try_out(arguments: &Calls) -> anyhow::Result<Outcome> {
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
