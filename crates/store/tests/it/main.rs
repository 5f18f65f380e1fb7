//! The store on both engines: every test runs on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod both;
mod changes;
mod lists;
mod packs;
mod people;
mod search;
mod taking;
mod versions;
mod working;
