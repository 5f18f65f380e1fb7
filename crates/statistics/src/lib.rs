#![doc = include_str!("../README.md")]

pub mod agreement;
mod chance;
pub mod chart;
mod figure;
mod moments;
pub mod sampling;
pub mod special;

pub use figure::{Absent, Figure, Interval};
pub use moments::Moments;
