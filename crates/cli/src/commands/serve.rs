//! `lingjian serve`: pages, API and background work, until told to stop.

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use lingjian_app::House;
use lingjian_app::voice::{DEFAULT_MODEL, Voice};
use lingjian_app::worker::{Workshop, listeners};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::failure::Outcome;
use crate::output::Output;
use crate::service::{
    Config, EXAMPLE_CONFIG, Premises, Role, block_on, open_house, start_logs, told_to_stop,
};

/// Where pages are served where nothing is said.
pub(crate) const LISTEN: &str = "127.0.0.1:8480";
/// How long what is being answered may still take.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// What to serve.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    premises: Premises,
    /// Address and port of the pages [default: 127.0.0.1:8480]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// What this process does
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// Print a configuration file with every setting and its default
    #[arg(long)]
    example_config: bool,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.example_config {
        let mut out = Output::stdout();
        out.put(EXAMPLE_CONFIG)?;
        out.finish()?;
        return Ok(Outcome::Done);
    }
    let mut config = arguments.premises.config()?;
    config.listen = arguments.listen.clone().or(config.listen);
    config.role = arguments.role.unwrap_or(config.role);
    start_logs(&config);
    block_on(async {
        let house = open_house(&config).await?;
        if config.role != Role::Worker {
            announce_first_account(&house).await?;
        }
        stand(house, &config, async |_| Ok(())).await
    })?;
    Ok(Outcome::Done)
}

/// The first start makes the administrator; the password is told once, here and nowhere else.
pub(crate) async fn announce_first_account(house: &House) -> anyhow::Result<()> {
    if let Some((name, password)) = house.first_account().await? {
        let mut out = Output::stdout();
        out.put(format!("first sign-in, told once: name {name}, password {password}\n"))?;
        out.finish()?;
    }
    Ok(())
}

/// Serves and works until told to stop. `then` runs beside it once all stands.
pub(crate) async fn stand(
    house: House,
    config: &Config,
    then: impl AsyncFnOnce(House) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let stopped = told_to_stop()?;
    // Loaded now, not under the first who asks.
    let loading = house.clone();
    tokio::spawn(async move { loading.rules().await.map(drop) });
    let (tell, told) = watch::channel(false);
    let mut server = None;
    if config.role != Role::Worker {
        let address = config.listen.as_deref().unwrap_or(LISTEN);
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("failed to listen at {address}"))?;
        let address = listener.local_addr()?;
        tokio::spawn(house.clone().tell_changes());
        tokio::spawn(house.clone().tend_uploads());
        let mut stop = told.clone();
        let stopped = async move {
            stop.wait_for(|stop| *stop).await.ok();
        };
        server = Some(tokio::spawn(lingjian_http::serve(house.clone(), listener, stopped)));
        let mut out = Output::stdout();
        out.put(format!("Lingjian serves at http://{address}/\n"))?;
        out.finish()?;
    }
    let (mut worker, mut tellers) = (None, None);
    if config.role != Role::Web {
        let voice = if config.speech { ears(config) } else { None };
        tellers = Some(tokio::spawn(house.clone().tell_webhooks(told.clone())));
        worker = Some(tokio::spawn(Workshop::new(house.clone(), voice).run(told.clone())));
    }
    if config.role == Role::Worker {
        let mut out = Output::stdout();
        out.put("Lingjian works; pages are served elsewhere\n")?;
        out.finish()?;
    }
    // What runs beside it ends of itself; then only the signal is waited for.
    let beside = async {
        then(house.clone()).await?;
        std::future::pending::<anyhow::Result<()>>().await
    };
    tokio::select! {
        () = stopped => {}
        failed = beside => failed?,
    }
    tracing::info!("told to stop: what is in hand is finished or handed back");
    tell.send(true).ok();
    if let Some(worker) = worker {
        worker.await.context("the worker broke down")?;
    }
    if let Some(tellers) = tellers {
        tellers.await.context("the webhooks broke down")?;
    }
    if let Some(mut server) = server
        && tokio::time::timeout(LAST_ANSWERS, &mut server).await.is_err()
    {
        // Pages that listen for changes never hang up by themselves.
        server.abort();
    }
    house.store().clone().close().await;
    Ok(())
}

/// Speech to text, where its model is there. Without it recordings wait, and the log says so.
fn ears(config: &Config) -> Option<Voice> {
    let model = config.model.as_deref().unwrap_or(DEFAULT_MODEL);
    let voice = Voice::new(config.models.as_deref(), model, None).map(|voice| voice.for_workers(listeners()));
    let checked = voice.and_then(|voice| voice.check().map(|_| voice));
    match checked {
        Ok(voice) => Some(voice),
        Err(error) => {
            tracing::warn!(%error, "recordings wait: this process cannot write them down; see `lingjian model pull`");
            None
        }
    }
}
