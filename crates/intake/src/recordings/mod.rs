//! Folders of recordings, with the transcripts, vCon files and call records that belong to them.

mod join;
mod kind;
mod pattern;
mod vcon;
mod walk;

pub use join::{Call, Joined, Recording, TranscriptKey, join};
pub(crate) use kind::kind_of_bytes;
pub use kind::{Container, Kind, kind_of, kind_of_named};
pub use pattern::{Pattern, PatternError};
pub use vcon::Vcon;
pub use walk::{Found, Inventory, walk};
