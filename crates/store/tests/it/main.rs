//! The store on both engines: every test runs on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod backups;
mod both;
mod changes;
mod coaching;
mod draws;
mod edges;
mod evaluations;
mod golden;
mod lists;
mod packs;
mod people;
mod plans;
mod refusing;
mod scorecards;
mod search;
mod taking;
mod verifying;
mod versions;
mod working;
