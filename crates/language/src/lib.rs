#![doc = include_str!("../README.md")]

mod backchannel;
mod fold;
mod likeness;
pub mod mask;
mod script;
mod sound;
mod units;

pub use backchannel::is_backchannel;
pub use fold::{Folded, fold_char};
pub use likeness::{Likeness, nearest};
pub use script::{Language, is_han, is_word_letter};
pub use sound::{Heard, Syllable, readings};
pub use units::Units;
