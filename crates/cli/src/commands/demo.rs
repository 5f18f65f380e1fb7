//! `lingjian demo`: a simulated centre, served, with sample calls that are written down while one watches.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use clap::Args;
use include_dir::{Dir, include_dir};
use lingjian_app::House;
use lingjian_app::calls::Imported;
use lingjian_app::store::Incoming;
use lingjian_app::worker::BACKFILL;
use lingjian_intake::records::Mapping;
use lingjian_rehearsal::{Centre, Plan};

use super::serve::{announce_first_account, stand};
use crate::failure::Outcome;
use crate::service::{Config, block_on, open_house, start_logs};

static SAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../samples/calls");
const RECORDS: &str = include_str!("../../../../samples/records.csv");
const MAPPING: &str = include_str!("demo/samples.yaml");

/// Calls of a transaction: few, for the worker waits for its turn to write meanwhile.
const BATCH: usize = 50;

/// Where and how much.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address and port of the pages [default: 127.0.0.1:8480]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The data folder, which must be new or empty [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How many simulated calls, spread over two weeks; more than about 29,000 take longer
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    calls: usize,
    /// Where chance begins
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let temporary = tempfile::Builder::new().prefix("lingjian-demo-").tempdir()?;
    let folder = arguments.data.clone().unwrap_or_else(|| temporary.path().to_owned());
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(anyhow!("{}: is not empty; a demonstration begins in a fresh folder", folder.display()));
    }
    let config = Config {
        listen: arguments.listen.clone(),
        data: Some(folder),
        speech: true,
        level: Some("warn".to_owned()),
        ..Config::default()
    };
    start_logs(&config);
    block_on(async {
        let house = open_house(&config).await?;
        announce_first_account(&house).await?;
        stand(house, &config, async |house| {
            samples(&house).await?;
            simulated(&house, arguments.calls, arguments.seed).await
        })
        .await
    })?;
    Ok(Outcome::Done)
}

/// Ten calls with sound.
async fn samples(house: &House) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    SAMPLES.extract(folder.path()).context("failed to lay the sample calls out")?;
    let (table, mapping) = (folder.path().join("records.csv"), folder.path().join("mapping.yaml"));
    std::fs::write(&table, RECORDS)?;
    std::fs::write(&mapping, MAPPING)?;
    let mapping = Mapping::open(&mapping).map_err(|refusal| anyhow!("{refusal}"))?;
    let silent = |_: &Imported| {};
    let records = house.import_records(&table, &mapping, &silent).await?;
    std::fs::remove_file(&table)?;
    std::fs::remove_file(folder.path().join("mapping.yaml"))?;
    let source = Some("samples");
    let recordings = house.import_recordings(&[folder.path().to_owned()], source, None, &silent).await?;
    for refusal in records.refused.iter().chain(&recordings.refused) {
        tracing::warn!("a sample call was refused: {refusal}");
    }
    Ok(())
}

/// Two weeks of a simulated centre, as transcripts: three projects, forty agents.
async fn simulated(house: &House, calls: usize, seed: u64) -> anyhow::Result<()> {
    let centre = Centre::new(&Plan::demonstration(calls, seed))?;
    let mut batch = Vec::with_capacity(BATCH);
    for call in centre.calls() {
        batch.push(Incoming { conversation: call.conversation, recording: None });
        if batch.len() == BATCH {
            house.take(&batch, BACKFILL).await?;
            batch.clear();
        }
    }
    house.take(&batch, BACKFILL).await?;
    Ok(())
}
