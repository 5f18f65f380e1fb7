#![doc = include_str!("../README.md")]

mod commands;
mod failure;
mod grid;
mod inspect;
mod language;
mod output;
mod packs;
mod progress;
mod report;
mod results;
mod service;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use commands::Command;

/// The system's own keeps what fifty people once took, and has its threads wait for each other.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

/// Listens to the calls of a contact centre and appraises them by rules.
///
/// 聆鉴：听取并鉴定呼叫中心的每一通电话。
///
/// Exit codes: 0 done, 1 a check found something, 2 wrong use or bad input, 3 an internal fault.
#[derive(Debug, Parser)]
#[command(name = "lingjian", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    failure::conclude(Arguments::parse().command.run())
}
