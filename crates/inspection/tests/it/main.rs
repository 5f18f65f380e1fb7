//! The laws of inspection, over random rules and random calls, and what packs say of their mistakes.

mod diagnostics;
mod edits;
mod hostile;
mod law_two;
mod meaning;
mod packs;
