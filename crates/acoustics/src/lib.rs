#![doc = include_str!("../README.md")]

mod crosstalk;
mod error;
#[doc(hidden)]
pub mod fuzz;
mod level;
mod reader;
mod resample;
#[cfg(test)]
mod synthetic;
mod vad;

pub use crosstalk::{Envelope, without_cross_talk};
pub use error::DecodeError;
pub use level::{Level, LevelMeter};
pub use reader::{AudioInfo, Block, Codec, Container, ReadSeekSend, Reader, Warning};
pub use resample::{Resampler, TARGET_RATE, UnsupportedRate};
pub use vad::{VadSettings, VoiceActivity, padded};

/// Lowest sample rate that is read, in Hz.
pub const MIN_RATE: u32 = 4_000;
/// Highest sample rate that is read, in Hz.
pub const MAX_RATE: u32 = 192_000;
