//! Files as the world writes them, good and bad.

mod shared;
mod transcripts;
