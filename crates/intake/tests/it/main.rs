//! Files as the world writes them, good and bad.
#![expect(clippy::print_stdout, reason = "a skipped test says so")]
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod fuzz;
mod mapping_doc;
mod recordings;
mod records;
mod shared;
mod transcripts;
