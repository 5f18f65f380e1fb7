//! Rows as the database has them; the other modules turn them into what the house speaks of.

pub(crate) mod agent;
pub(crate) mod audit;
pub(crate) mod conversation;
pub(crate) mod finding;
pub(crate) mod former_name;
pub(crate) mod judgement;
pub(crate) mod person;
pub(crate) mod project;
pub(crate) mod recording_fact;
pub(crate) mod refusal;
pub(crate) mod rule_draft;
pub(crate) mod rule_version;
pub(crate) mod saved_view;
pub(crate) mod session;
pub(crate) mod team;
pub(crate) mod token;
pub(crate) mod transcript;
pub(crate) mod upload;
pub(crate) mod webhook;
