//! How a command ends: the exit codes are a contract that scripts rely on.

use std::io;
use std::process::ExitCode;

use lingjian_app::AppError;
use lingjian_app::store::{Passing, StoreError};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 0.
    Done,
    /// 1: a check found something.
    Found,
}

/// The machine or the program failed, not what it was given: exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Internal(pub String);

/// Says what went wrong on standard error and chooses the exit code.
pub(crate) fn conclude(result: anyhow::Result<Outcome>) -> ExitCode {
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        // Whoever reads our output has had enough of it, for example `| head`.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let passing = passing(&error);
            let advice = match passing {
                Some(Passing::NoRoom) => "; make room and do it again: what was kept stays",
                Some(Passing::Unreachable) => "; see that it runs, and do it again: what was kept stays",
                None => "",
            };
            complain(&format!("error: {error:#}{advice}"));
            let internal = passing.is_some() || error.chain().any(|cause| cause.is::<Internal>());
            ExitCode::from(if internal { 3 } else { 2 })
        }
    }
}

/// Trouble of the machine that passes, and is no mistake of whoever asked.
fn passing(error: &anyhow::Error) -> Option<Passing> {
    error.chain().find_map(|cause| match cause.downcast_ref::<AppError>() {
        Some(AppError::Store(error)) => error.passing(),
        _ => cause.downcast_ref::<StoreError>()?.passing(),
    })
}

/// One line on standard error.
#[expect(clippy::print_stderr, reason = "the one place that speaks on standard error")]
pub(crate) fn complain(message: &str) {
    eprintln!("{message}");
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
