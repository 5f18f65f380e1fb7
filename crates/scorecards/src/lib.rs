#![doc = include_str!("../README.md")]

mod asked;
mod diagnostic;
mod digest;
mod lint;
mod missing;
mod prefill;
mod read;
mod score;
mod submit;

pub use asked::{asked, asked_items};
pub use diagnostic::{Diagnostic, Grade, Kind, Place};
pub use digest::digest;
pub use lint::{MOST_ITEMS, lint};
pub use missing::{Gap, Lack, missing};
pub use prefill::prefill;
pub use read::{Read, read};
pub use score::score;
pub use submit::{NotYet, submit};
