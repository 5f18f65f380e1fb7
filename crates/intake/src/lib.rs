#![doc = include_str!("../README.md")]

mod refusal;
pub mod transcripts;

pub use refusal::{Place, Refusal};
