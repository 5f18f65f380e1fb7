//! `lingjian sample`: how many calls to listen to, which ones, and what that is good for.

mod draw;
mod plan;
mod size;

use clap::Subcommand;

use crate::failure::Outcome;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// How many calls a wanted precision or detection takes; what a number of calls is good for.
    Size(size::Arguments),
    /// Lay a plan over a population: who gets how many, which bounds it breaks, what it can show.
    Plan(plan::Arguments),
    /// Draw by a plan. The same population, plan and seed give the same draw.
    Draw(draw::Arguments),
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    match arguments {
        Arguments::Size(arguments) => size::run(arguments),
        Arguments::Plan(arguments) => plan::run(arguments),
        Arguments::Draw(arguments) => draw::run(arguments),
    }
}
