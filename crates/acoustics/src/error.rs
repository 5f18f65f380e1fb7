//! Why a file gives no sound at all. What merely went wrong on the way is a [`crate::Warning`].

use std::io;

use crate::reader::Container;
use crate::{MAX_RATE, MIN_RATE};

/// Why a recording cannot be opened or read on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The file has no bytes.
    #[error("the file is empty (0 bytes): copy or export it again")]
    Empty,
    /// The bytes are of no audio format that is read here.
    #[error("not a recording: {0}; WAV, MP3, FLAC, Ogg (Opus, Vorbis), M4A and AAC are read")]
    NotAudio(String),
    /// The format is known, its header makes no sense.
    #[error("the {container} header is damaged: {reason}")]
    Corrupt {
        /// What the file says it is.
        container: Container,
        /// What is wrong with it.
        reason: String,
    },
    /// The format is known, the codec inside is not read here.
    #[error("{container} with {codec} is not supported: convert it to WAV, FLAC, MP3, Opus or AAC first")]
    Unsupported {
        /// What the file says it is.
        container: Container,
        /// The codec as the file names it.
        codec: String,
    },
    /// The header states no channel, or more than any recorder writes.
    #[error("the header states {0} channels; 1 to {MAX_CHANNELS} are read")]
    Channels(u32),
    /// The header states a sample rate that no recorder writes.
    #[error("the header states a sample rate of {0} Hz; {MIN_RATE} to {MAX_RATE} Hz are read")]
    SampleRate(u32),
    /// The disk or the network failed, not the recording.
    #[error("failed to read the recording: {0}")]
    Io(#[from] io::Error),
}

/// More channels than this are a damaged header.
pub(crate) const MAX_CHANNELS: u32 = 32;

/// Refuses what no recorder writes.
pub(crate) fn check_shape(channels: u32, sample_rate: u32) -> Result<(), DecodeError> {
    if channels == 0 || channels > MAX_CHANNELS {
        return Err(DecodeError::Channels(channels));
    }
    if !(MIN_RATE..=MAX_RATE).contains(&sample_rate) {
        return Err(DecodeError::SampleRate(sample_rate));
    }
    Ok(())
}
