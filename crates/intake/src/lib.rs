#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod fuzz;
pub mod project;
pub mod recordings;
pub mod records;
mod refusal;
mod register;
pub mod standard;
pub mod transcripts;
mod yaml;

pub use refusal::{Place, Refusal};
pub use register::{Identified, Register};
