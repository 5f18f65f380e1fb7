//! `lingjian db`: the database.

use clap::{Args, Subcommand};

use crate::failure::Outcome;
use crate::output::Output;
use crate::service::{Premises, block_on, open_house};

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// Bring its schema up to date; every command that opens it does so too.
    Migrate(Where),
}

/// Which.
#[derive(Debug, Args)]
pub(crate) struct Where {
    #[command(flatten)]
    premises: Premises,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Arguments::Migrate(place) = arguments;
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
