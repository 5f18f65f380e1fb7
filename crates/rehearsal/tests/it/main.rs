//! A rehearsed centre as others use it.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests stop where they cannot go on, and say what they measured"
)]

mod demonstration;
mod files;
mod labels;
mod rates;
mod timings;
mod variety;

use std::sync::LazyLock;

use lingjian_rehearsal::{Centre, Plan, RehearsedCall, Wordings};

fn rehearse(plan: Plan) -> Vec<RehearsedCall> {
    Centre::new(&plan).unwrap().calls().collect()
}

/// Made once: open and sealed, with more faults than a real centre has.
static CALLS: LazyLock<Vec<RehearsedCall>> = LazyLock::new(|| {
    let plan = |wordings| Plan { seed: 11, calls: 1_200, wordings, fault_rate: 0.06, ..Plan::default() };
    let mut calls = rehearse(plan(Wordings::Open));
    calls.extend(rehearse(plan(Wordings::Sealed)));
    calls
});
