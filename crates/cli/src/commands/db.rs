//! `lingjian db`: the database and the recordings that belong to it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lingjian_app::store::{Backup, Fault, Store};
use serde_json::{Value, json};

use crate::failure::Outcome;
use crate::output::Output;
use crate::progress;
use crate::service::{Premises, block_on, furnish, open_blobs, open_house, store_address};

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// Bring its schema up to date; every command that opens it does so too.
    Migrate(Where),
    /// Copy database and recordings of one moment into a new folder, while the service runs.
    Backup(BackUp),
    /// Bring a backup back, into an empty database of either engine.
    Restore(Restore),
    /// Say whether a backup, or what is kept, is whole: every row, recording, reference and digest.
    Verify(Verify),
}

/// Which.
#[derive(Debug, Args)]
pub(crate) struct Where {
    #[command(flatten)]
    premises: Premises,
}

/// From where to where.
#[derive(Debug, Args)]
pub(crate) struct BackUp {
    /// The folder of the backup, which must not be there yet
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    #[command(flatten)]
    premises: Premises,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// From where to where.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The folder of the backup
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
    #[command(flatten)]
    premises: Premises,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Of what.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The folder of a backup [default: what is kept, in database and data folder]
    #[arg(value_name = "FOLDER")]
    backup: Option<PathBuf>,
    #[command(flatten)]
    premises: Premises,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    match arguments {
        Arguments::Migrate(place) => migrate(place),
        Arguments::Backup(arguments) => back_up(arguments),
        Arguments::Restore(arguments) => restore(arguments),
        Arguments::Verify(arguments) => verify(arguments),
    }
}

fn migrate(place: &Where) -> anyhow::Result<Outcome> {
    let config = place.premises.config()?;
    block_on(async {
        let house = open_house(&config).await?;
        house.store().clone().close().await;
        Ok(())
    })?;
    let mut out = Output::stdout();
    out.put("the database is up to date\n")?;
    out.finish()?;
    Ok(Outcome::Done)
}

fn back_up(arguments: &BackUp) -> anyhow::Result<Outcome> {
    let config = arguments.premises.config()?;
    let made = watched(async |told| {
        let house = open_house(&config).await?;
        let made = house.back_up(&house.operator(), &arguments.to, told).await?;
        house.store().clone().close().await;
        Ok(made)
    })?;
    let (rows, recordings, place) = (made.rows, made.recordings, arguments.to.display());
    let done = format!("{place}: {rows} rows and {recordings} recordings ({} bytes) are kept", made.bytes);
    let value = json!({ "rows": rows, "recordings": recordings, "bytes": made.bytes });
    answer(arguments.json, value, "missing", &made.missing, &done)
}

fn restore(arguments: &Restore) -> anyhow::Result<Outcome> {
    let config = arguments.premises.config()?;
    let (restored, made_at) = watched(async |told| {
        let backup = Backup::open(&arguments.from)?;
        let blobs = open_blobs(&config)?;
        let restored = Store::restore(&store_address(&config)?, &blobs, &backup, told).await?;
        let house = furnish(&config, restored.store.clone(), blobs)?;
        let made_at = backup.made_at().to_owned();
        house.note_restored(&house.operator(), &arguments.from, &made_at, &restored).await?;
        house.store().clone().close().await;
        Ok((restored, made_at))
    })?;
    let (rows, recordings) = (restored.rows, restored.recordings);
    let done = format!("{rows} rows and {recordings} recordings as of {made_at} are back");
    let value = json!({ "rows": rows, "recordings": recordings, "made_at": made_at });
    answer(arguments.json, value, "missing", &restored.missing, &done)
}

fn verify(arguments: &Verify) -> anyhow::Result<Outcome> {
    let config = arguments.premises.config()?;
    let (faults, what) = watched(async |told| match &arguments.backup {
        Some(folder) => {
            let backup = Backup::open(folder)?;
            let what = format!(
                "the backup of {} with {} rows and {} recordings",
                backup.made_at(),
                backup.rows(),
                backup.recordings()
            );
            Ok((backup.check(told).await?, what))
        }
        None => {
            let house = open_house(&config).await?;
            let faults = house.verify(told).await?;
            house.store().clone().close().await;
            Ok((faults, "what is kept".to_owned()))
        }
    })?;
    let done = if faults.is_empty() { format!("{what} is whole") } else { format!("{what} is damaged") };
    answer(arguments.json, json!({ "whole": faults.is_empty() }), "faults", &faults, &done)
}

/// Does work that takes its time, with a sign of life.
fn watched<T>(
    work: impl AsyncFnOnce(&(dyn Fn(&str, u64) + Send + Sync)) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let bar = progress::waiting("");
    let done = block_on(work(&|what, count| {
        bar.set_message(what.to_owned());
        bar.set_position(count);
    }));
    bar.finish_and_clear();
    done
}

/// Says what came of it: exit code 1 where something is missing or damaged.
fn answer(json: bool, mut value: Value, key: &str, faults: &[Fault], done: &str) -> anyhow::Result<Outcome> {
    let mut out = Output::stdout();
    if json {
        value[key] = json!(faults);
        out.json(&value)?;
        out.put("\n")?;
    } else {
        for fault in faults {
            out.put(format!("{} {fault}\n", key.trim_end_matches('s')))?;
        }
        out.put(format!("{done}\n"))?;
    }
    out.finish()?;
    Ok(if faults.is_empty() { Outcome::Done } else { Outcome::Found })
}
