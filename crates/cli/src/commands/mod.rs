//! One file a command.

mod doctor;
mod import;
pub(crate) mod inspect;
mod mask;
mod model;
mod rehearse;
mod rules;
mod transcribe;

use clap::Subcommand;

use crate::failure::Outcome;

/// What there is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge recordings and transcripts without any server: findings and three scores for every call.
    Inspect(Box<inspect::Arguments>),
    /// Write down what was said in recordings.
    Transcribe(transcribe::Arguments),
    /// Check, test and explain rule packs.
    #[command(subcommand)]
    Rules(rules::Arguments),
    /// List, fetch and take in speech models.
    Model(model::Arguments),
    /// Take in call records.
    #[command(subcommand)]
    Import(import::Arguments),
    /// Write the calls of a simulated centre, with the truth about them.
    Rehearse(rehearse::Arguments),
    /// Mask telephone, identity and card numbers and e-mail addresses in text, line by line.
    Mask(mask::Arguments),
    /// Say what is missing on this machine, and how to get it.
    Doctor(doctor::Arguments),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Inspect(arguments) => inspect::run(&arguments),
            Self::Transcribe(arguments) => transcribe::run(&arguments),
            Self::Rules(arguments) => rules::run(&arguments),
            Self::Model(arguments) => model::run(&arguments),
            Self::Import(arguments) => import::run(&arguments),
            Self::Rehearse(arguments) => rehearse::run(&arguments),
            Self::Mask(arguments) => mask::run(&arguments),
            Self::Doctor(arguments) => doctor::run(&arguments),
        }
    }
}
