//! One file a command.

mod agreement;
mod audit;
mod db;
mod demo;
mod doctor;
mod import;
pub(crate) mod inspect;
mod mask;
mod model;
mod rehearse;
mod rules;
mod sample;
mod serve;
mod transcribe;
mod user;

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
    /// Take in transcripts, recordings and call records.
    #[command(subcommand)]
    Import(import::Arguments),
    /// Write the calls of a simulated centre, with the truth about them.
    Rehearse(rehearse::Arguments),
    /// Mask telephone, identity and card numbers and e-mail addresses in text, line by line.
    Mask(mask::Arguments),
    /// How far raters agree: kappas, alpha, intraclass correlations, from a table of ratings.
    Agreement(agreement::Arguments),
    /// How many calls to listen to, and which ones.
    #[command(subcommand)]
    Sample(sample::Arguments),
    /// Serve the pages and the API, and do the background work.
    Serve(serve::Arguments),
    /// A simulated centre on a fresh data folder, served: to look around.
    Demo(demo::Arguments),
    /// The database: bring its schema up to date, look whether it is whole.
    #[command(subcommand)]
    Db(db::Arguments),
    /// Who may sign in.
    #[command(subcommand)]
    User(user::Arguments),
    /// The audit trail.
    #[command(subcommand)]
    Audit(audit::Arguments),
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
            Self::Agreement(arguments) => agreement::run(&arguments),
            Self::Sample(arguments) => sample::run(&arguments),
            Self::Serve(arguments) => serve::run(&arguments),
            Self::Demo(arguments) => demo::run(&arguments),
            Self::Db(arguments) => db::run(&arguments),
            Self::User(arguments) => user::run(&arguments),
            Self::Audit(arguments) => audit::run(&arguments),
            Self::Doctor(arguments) => doctor::run(&arguments),
        }
    }
}
