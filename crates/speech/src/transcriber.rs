//! What every engine does: a window of sound in, words with their times out.

use lingjian_language::Language;
use lingjian_model::{Provenance, Span, Word};

/// Samples a second of every window.
pub const SAMPLE_RATE: u32 = 16_000;
/// Samples of the longest window: 30 s.
pub const MAX_WINDOW: usize = 30 * SAMPLE_RATE as usize;

/// What is known before listening.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// The language that is spoken; none: the engine listens for it.
    pub language: Option<Language>,
    /// Words that are likely to be said (products, names), as a sentence of the language.
    pub prompt: Option<String>,
}

/// A sentence or so.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its words, with times in milliseconds from the window's start.
    pub words: Vec<Word>,
    /// What was said, as written.
    pub text: String,
    /// From its first word to its last.
    pub span: Span,
    /// The language it was read as.
    pub language: Language,
    /// Mean of the logarithms of the tokens' probabilities: 0 is certain, under −1 is guessing.
    pub avg_logprob: f32,
    /// How likely it is that nobody speaks in the window, 0–1.
    pub no_speech: f32,
}

/// Why an engine has no answer. The sound is not to blame: any sound has an answer, if only an empty one.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The window is longer than 30 s, or holds what is no number.
    #[error("the engine was given a window it cannot take: {0}")]
    Window(String),
    /// The engine failed.
    #[error("the speech engine failed: {0}")]
    Failed(String),
}

/// Speech to text.
pub trait Transcriber: Send {
    /// The engine, its model and the model's hash.
    fn engine(&self) -> Provenance;

    /// Writes down a window of one channel: mono, 16 kHz, full scale ±1, 30 s at most. The same window and hints give
    /// the same words, whatever was transcribed before.
    ///
    /// # Errors
    ///
    /// Where the window is too long or the engine fails. Silence is no error.
    fn transcribe(&mut self, window: &[f32], hints: &Hints) -> Result<Vec<Segment>, EngineError>;
}
