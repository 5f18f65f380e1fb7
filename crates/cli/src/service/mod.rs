//! The house as a command opens it: data folder, database, logs.

mod config;
mod premises;

pub(crate) use config::{Config, EXAMPLE as EXAMPLE_CONFIG, LogFormat, Role};
pub(crate) use premises::{
    Premises, block_on, data_folder, furnish, open_blobs, open_house, start_logs, store_address, told_to_stop,
};
