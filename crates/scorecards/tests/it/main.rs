//! The laws of scorecards over random cards, worked examples, bad input, and the templates that ship.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod bad_input;
mod cards;
mod examples;
mod laws;
mod submitting;
mod templates;
