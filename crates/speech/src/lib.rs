#![doc = include_str!("../README.md")]

mod guard;
mod listener;
pub mod models;
mod plan;
mod recording;
mod scribe;
mod speakers;
mod text;
mod transcriber;
mod turns;
mod whisper;
mod window;

pub use plan::{ChannelPlan, PlanError};
pub use recording::{
    Effort, Progress, SpeechError, Spoken, SpokenWarning, TranscribeOptions, transcribe_recording,
    voice_activity,
};
pub use transcriber::{EngineError, Hints, MAX_WINDOW, SAMPLE_RATE, Segment, Transcriber};
pub use whisper::{LoadError, Whisper, WhisperOptions};
