//! Sampling: how many calls to listen to, which ones, and what they say about all.

mod allocation;
pub mod bounds;
mod deal;
pub mod estimate;
pub mod interval;
mod lot;
mod plan;
mod risk;
pub mod size;
mod slots;

pub use allocation::allocate;
pub use deal::deal;
pub use plan::{Allocation, Draw, Drawn, Member, Plan, Planned, Stratum, Wanted, Why, Wrong};
pub use slots::{Span, slots};
