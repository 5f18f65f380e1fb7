//! What the house asks of itself. Each module is one question; its rules are a table at its head.

mod arrows;
mod code;
mod files;
mod house;
mod links;
mod manifests;
mod words;
