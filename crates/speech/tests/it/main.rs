//! Recordings to turns, end to end: with an engine made for the tests, and with the real one where it is there.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of tests may fail, and a skipped test says so"
)]

mod fake;
mod made;
mod real;
