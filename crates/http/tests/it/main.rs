//! The server as those who ask it see it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod agreement;
mod bad_days;
mod coaching;
mod contract;
mod conversations;
mod draws;
mod evaluations;
mod house;
mod overview;
mod packs;
mod people;
mod places;
mod plans;
mod results;
mod rights;
mod scorecards;
mod uploads;
mod watching;
mod webhooks;
