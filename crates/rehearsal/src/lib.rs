#![doc = include_str!("../README.md")]

mod cast;
mod centre;
mod dialogue;
mod dice;
mod error;
mod fault;
mod grammar;
mod plan;
mod write;

pub use centre::{CallRecord, Centre, Offered, Outcome, RehearsedCall};
pub use error::RehearsalError;
pub use fault::{Chance, FaultKind, Planted, Step};
pub use plan::{Language, Plan, Wordings};
pub use write::{Layout, Written, truth_line, write_folder};
