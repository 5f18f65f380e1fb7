//! The house as a command opens it: data folder, database, logs.

mod config;
mod premises;

pub(crate) use config::{Config, EXAMPLE as EXAMPLE_CONFIG, LogFormat, Role};
pub(crate) use premises::{Premises, block_on, open_house, start_logs, told_to_stop};
