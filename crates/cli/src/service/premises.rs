//! Where a command finds the house, and how it opens it.

use std::future::Future;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use lingjian_app::openid::OpenId;
use lingjian_app::store::{Blobs, Spool, Store};
use lingjian_app::uploads::Reception;
use lingjian_app::webhooks::Targets;
use lingjian_app::{Doors, Edge, House, Rules};
use tracing_subscriber::EnvFilter;

use super::{Config, LogFormat};
use crate::packs;

/// Where the house is.
#[derive(Debug, Args, Default)]
pub(crate) struct Premises {
    /// The folder of database and recordings [default: $LINGJIAN_DATA, else where programs of a person keep their data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Another database than the one in the folder: postgres://… or sqlite:FILE [default: $LINGJIAN_DATABASE]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Rule packs to judge by: folders, files, or names of packs that ship; may be given several times [default: all that ship]
    #[arg(long = "rules", value_name = "PACK")]
    pub(crate) rules: Vec<PathBuf>,
    /// The configuration file; `lingjian serve --example-config` prints one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl Premises {
    /// Settings: the command line, then the environment, then the file.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::read(self.config.as_deref())?;
        config.data = self.data.clone().or(config.data);
        config.database = self.database.clone().or(config.database);
        if !self.rules.is_empty() {
            config.rules.clone_from(&self.rules);
        }
        Ok(config)
    }
}

/// The data folder.
pub(crate) fn data_folder(config: &Config) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &config.data {
        return Ok(folder.clone());
    }
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = named("XDG_DATA_HOME").or_else(|| Some(named("HOME")?.join(".local/share")));
    let data = data.context("neither $XDG_DATA_HOME nor $HOME is set; name the data folder with --data")?;
    Ok(data.join("lingjian"))
}

/// The address of the database.
pub(crate) fn store_address(config: &Config) -> anyhow::Result<String> {
    match &config.database {
        Some(address) => Ok(address.clone()),
        None => Ok(format!("sqlite:{}", data_folder(config)?.join("lingjian.db").display())),
    }
}

/// The recordings.
pub(crate) fn open_blobs(config: &Config) -> anyhow::Result<Blobs> {
    Ok(Blobs::in_folder(&data_folder(config)?.join("recordings"))?)
}

/// Opens the house, its database brought up to date.
pub(crate) async fn open_house(config: &Config) -> anyhow::Result<House> {
    furnish(config, Store::open(&store_address(config)?).await?, open_blobs(config)?)
}

/// A house of what is kept and of the rules.
pub(crate) fn furnish(config: &Config, store: Store, blobs: Blobs) -> anyhow::Result<House> {
    let store = match &config.zone {
        Some(zone) => store.with_zone(zone),
        None => store,
    };
    let sources = packs::sources(&config.rules)?;
    let spool = Spool::in_folder(&data_folder(config)?.join("uploads"))?;
    let doors = Doors {
        reception: Some(Reception::new(spool, config.doors.largest_mib << 20, config.doors.days)),
        openid: config.doors.openid()?.map(OpenId::new),
        targets: Targets::new(config.doors.hosts.clone(), config.doors.private_networks),
    };
    let house = House::new(store, blobs, Edge::of_the_machine(), move || Rules::load(&sources));
    Ok(house.with_doors(doors))
}

/// Logs on standard error. They carry ids and figures, never words of calls.
pub(crate) fn start_logs(config: &Config) {
    let level = config.level.clone().unwrap_or_else(|| "info".to_owned());
    let filter = EnvFilter::try_new(format!("{level},sqlx=warn,sea_orm_migration=warn"));
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call, in tests, changes nothing.
    match config.log {
        LogFormat::Text => logs.with_target(false).try_init().ok(),
        LogFormat::Json => logs.json().try_init().ok(),
    };
}

/// Runs what waits for others. What cannot be broken off (a recording that is being written down) ends with the process.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("failed to start the run time")?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}

/// Until Ctrl-C or a request to end: from now on, not from the first time that it is waited for.
pub(crate) fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).context("failed to listen for signals")?;
        let mut terminate = signal(SignalKind::terminate()).context("failed to listen for signals")?;
        Ok(async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        tokio::signal::ctrl_c().await.ok();
    })
}
