//! What figures show over time and beside each other: control limits, Pareto, comparisons of means.

mod compare;
mod limits;
mod pareto;

pub use compare::{Comparison, Verdict, compare};
pub use limits::{Chart, Point, Signal, p, u, xmr};
pub use pareto::{Bar, pareto};
