//! Whisper on the processor, through whisper.cpp.

mod pace;
mod words;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use lingjian_language::Language;
use lingjian_model::Provenance;
use whisper_rs::{
    DtwMode, DtwModelPreset, DtwParameters, FullParams, SamplingStrategy, WhisperContext,
    WhisperContextParameters, WhisperState, WhisperTokenId, get_lang_id,
};

use crate::models::{self, Model, ModelError};
use crate::transcriber::{EngineError, Hints, MAX_WINDOW, SAMPLE_RATE, Segment, Transcriber};
use crate::{guard, text};
use words::Token;

/// Samples that one position of the encoder covers: 20 ms.
const POSITION: usize = SAMPLE_RATE as usize / 50;
/// Positions of the whole encoder: 30 s.
const POSITIONS: usize = 1500;
/// Positions kept free behind the window: 5 s. Trained on 30 s, the model wants some silence behind the last word: on the
/// ten samples 10.6 % of the Mandarin characters were wrong, 12.1 % with 1.3 s, for a seventh more processor time.
const MARGIN: usize = 256;
/// A window is filled up to this with silence: shorter ones the alignment refuses.
const MIN_SAMPLES: usize = SAMPLE_RATE as usize;
/// Tokens of one answer. Below the engine's own bound (220), where it would give up instead of ending.
const MAX_TOKENS: i32 = 210;
/// Positions of the decoder that a prompt may take.
const MAX_PROMPT: usize = 120;
/// Under this mean log-probability a greedy answer is doubted.
const DOUBTFUL_LOGPROB: f32 = -0.55;
/// Answers to go on from where one was cut off; more is a loop.
const MAX_ANSWERS: usize = 3;
/// Leads to simplified characters and punctuation.
const MANDARIN_PROMPT: &str = "以下是普通话的句子，使用简体中文和标点符号。";

/// How to run the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhisperOptions {
    /// Threads of one window. One is the most efficient: let as many engines as there are cores run side by side.
    pub threads: usize,
    /// Beams that a doubtful window is read again with; 1: never again.
    pub beams: usize,
    /// Whether to align words by the decoder's attention: right to a tenth of a second, for a tenth more time.
    pub align: bool,
}

impl Default for WhisperOptions {
    fn default() -> Self {
        Self { threads: 1, beams: 5, align: true }
    }
}

/// Whisper. Its weights are read once and shared by all its siblings.
pub struct Whisper {
    context: Arc<WhisperContext>,
    /// What it works in, some 150 MB; none where it has just been dropped.
    state: Option<WhisperState>,
    options: WhisperOptions,
    provenance: Provenance,
    languages: Arc<[Prepared]>,
}

/// What a language needs in every window; the engine never gives back what it is told of it, so it is told once.
struct Prepared {
    language: Language,
    greedy: FullParams<'static, 'static>,
    beam: FullParams<'static, 'static>,
    prompt: Vec<WhisperTokenId>,
    id: usize,
}

impl fmt::Debug for Whisper {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Whisper")
            .field("provenance", &self.provenance)
            .field("options", &self.options)
            .finish()
    }
}

/// Why Whisper cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The model is missing or damaged.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// whisper.cpp does not take the model.
    #[error(
        "failed to load the speech model {name}: {reason}; fetch it again with: lingjian model pull {name}"
    )]
    Engine {
        /// The model.
        name: String,
        /// What it says.
        reason: String,
    },
}

impl Whisper {
    /// Loads the model `name` from the models folder.
    ///
    /// # Errors
    ///
    /// Where it is missing, damaged or not to be loaded. The message says what to do.
    pub fn open(dir: &Path, name: &str, options: WhisperOptions) -> Result<Self, LoadError> {
        Self::load(&models::open(dir, name)?, options)
    }

    /// Loads a model.
    ///
    /// # Errors
    ///
    /// Where whisper.cpp does not take it.
    pub fn load(model: &Model, options: WhisperOptions) -> Result<Self, LoadError> {
        whisper_rs::install_logging_hooks();
        let failed = |reason: String| LoadError::Engine { name: model.manifest.name.clone(), reason };
        let mut parameters = WhisperContextParameters::default();
        parameters.use_gpu(false).flash_attn(false);
        if options.align {
            parameters.dtw_parameters(DtwParameters {
                mode: alignment(&model.manifest.name),
                ..DtwParameters::default()
            });
        }
        let context = WhisperContext::new_with_params(&model.path, parameters)
            .map_err(|error| failed(error.to_string()))?;
        let state = context.create_state().map_err(|error| failed(error.to_string()))?;
        let languages = [Language::Chinese, Language::English]
            .into_iter()
            .map(|language| Prepared::new(language, &context, options))
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let provenance = Provenance {
            engine: format!("whisper.cpp {}", whisper_rs::get_whisper_version()),
            model: model.manifest.name.clone(),
            model_sha256: model.manifest.sha256.clone(),
        };
        Ok(Self { context: Arc::new(context), state: Some(state), options, provenance, languages })
    }

    /// Another engine on the same weights, for another thread. It takes about 150 MB of its own.
    ///
    /// # Errors
    ///
    /// Where there is no memory for it.
    pub fn sibling(&self) -> Result<Self, LoadError> {
        let state = self.context.create_state().map_err(|error| LoadError::Engine {
            name: self.provenance.model.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            context: Arc::clone(&self.context),
            state: Some(state),
            options: self.options,
            provenance: self.provenance.clone(),
            languages: Arc::clone(&self.languages),
        })
    }

    /// What it works in, made where there is none.
    fn state(&mut self) -> Result<&mut WhisperState, EngineError> {
        let state = match self.state.take() {
            Some(state) => state,
            None => self.context.create_state().map_err(failed)?,
        };
        Ok(self.state.insert(state))
    }

    /// The likelier of our languages.
    fn listen_for_language(&mut self, window: &[f32]) -> Result<Language, EngineError> {
        let threads = self.options.threads;
        let state = self.state()?;
        state.pcm_to_mel(window, threads).map_err(failed)?;
        let (_, likelihoods) = state.lang_detect(0, threads).map_err(failed)?;
        let likelihood = |prepared: &&Prepared| likelihoods.get(prepared.id).copied().unwrap_or(0.0);
        let best = self.languages.iter().max_by(|a, b| likelihood(a).total_cmp(&likelihood(b)));
        Ok(best.map_or(Language::Chinese, |prepared| prepared.language))
    }

    /// One answer of the engine.
    fn answer(
        &mut self,
        window: &[f32],
        prepared: usize,
        hints: &Hints,
        way: Way,
    ) -> Result<Answer, EngineError> {
        let Some(prepared) = self.languages.get(prepared) else { return Ok(Answer::default()) };
        let mut padded;
        let samples = if window.len() < MIN_SAMPLES {
            padded = window.to_vec();
            padded.resize(MIN_SAMPLES, 0.0);
            padded.as_slice()
        } else {
            window
        };
        let prompt = match &hints.prompt {
            Some(words) => {
                let sentence = text::join([
                    if prepared.language == Language::Chinese { MANDARIN_PROMPT } else { "" },
                    words,
                ]);
                let mut tokens = self.context.tokenize(&sentence, 1024).map_err(failed)?;
                // The last words weigh most; the first are ours and short.
                tokens.drain(..tokens.len().saturating_sub(MAX_PROMPT));
                tokens
            }
            None => prepared.prompt.clone(),
        };
        if way == Way::Beams {
            // Beams are drawn at random, from a seed of the state that goes on from window to window, and leave larger
            // caches behind: with a state of their own, every answer depends on its window alone.
            self.state = None;
        }
        let mut parameters = if way == Way::Beams { prepared.beam.clone() } else { prepared.greedy.clone() };
        parameters.set_tokens(&prompt);
        let positions = if way == Way::Whole { POSITIONS } else { fitted(samples.len()) };
        parameters.set_audio_ctx(i32::try_from(positions).unwrap_or(0));
        self.state()?.full(parameters, samples).map_err(failed)?;
        let mut answer = self.collect();
        if way == Way::Beams {
            self.state = None;
        }
        if !self.options.align {
            words::spread(&mut answer.tokens, samples.len() as u64 * 1000 / u64::from(SAMPLE_RATE));
        }
        Ok(answer)
    }

    /// The best answer of as many as it takes: greedy; with the whole encoder, where the answer is absurd and the
    /// encoder was shortened; with beams.
    fn best_answer(&mut self, window: &[f32], prepared: usize, hints: &Hints) -> Result<Answer, EngineError> {
        let seconds = window.len() as f64 / f64::from(SAMPLE_RATE);
        let mut best = self.answer(window, prepared, hints, Way::Fitted)?;
        for way in [Way::Whole, Way::Beams] {
            let is_worth_it = match way {
                Way::Whole => best.is_absurd(seconds) && fitted(window.len()) < POSITIONS,
                _ => best.is_doubtful(seconds) && self.options.beams > 1,
            };
            if !is_worth_it {
                continue;
            }
            let other = self.answer(window, prepared, hints, way)?;
            let rank =
                |answer: &Answer| (answer.spoken == 0, answer.is_absurd(seconds), -answer.avg_logprob());
            if rank(&other) < rank(&best) {
                best = other;
            }
        }
        Ok(best)
    }

    fn collect(&self) -> Answer {
        let first_mark = self.context.token_beg();
        let end = self.context.token_eot();
        let mut answer = Answer::default();
        for segment in self.state.iter().flat_map(WhisperState::as_iter) {
            answer.no_speech = segment.no_speech_probability();
            for index in 0..segment.n_tokens() {
                let Some(token) = segment.get_token(index) else { continue };
                let data = token.token_data();
                if data.id >= first_mark {
                    let mark = Some((data.id - first_mark) as u64 * 20);
                    answer.last_mark = mark;
                    answer.tokens.push(Token {
                        bytes: Vec::new(),
                        probability: data.p,
                        logprob: 0.0,
                        end: if self.options.align { None } else { mark },
                    });
                } else if data.id < end {
                    let bytes = token.to_bytes().unwrap_or_default().to_vec();
                    // Without alignment the marks of time are all there is to go by.
                    let end = if self.options.align {
                        u64::try_from(data.t_dtw).ok().map(|time| time * 10)
                    } else {
                        None
                    };
                    answer.logprobs += data.plog;
                    answer.spoken += 1;
                    if !bytes.is_empty() {
                        answer.tokens.push(Token { bytes, probability: data.p, logprob: data.plog, end });
                    }
                }
            }
        }
        answer.cut_off = answer.tokens.len() + 2 >= MAX_TOKENS as usize;
        answer
    }
}

/// How to read a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Greedy, with as much of the encoder as the window needs.
    Fitted,
    /// Greedy, with all of the encoder.
    Whole,
    /// With beams, and as much of the encoder as the window needs.
    Beams,
}

/// Positions of the encoder for so many samples.
fn fitted(samples: usize) -> usize {
    (samples.max(MIN_SAMPLES).div_ceil(POSITION) + MARGIN).next_multiple_of(8).min(POSITIONS)
}

/// Whether the engine says the prompt back, as it does where there is nothing to hear.
fn is_echo(text: &str) -> bool {
    ["普通话的句子", "简体中文和标点", "简体中文的标点"].iter().any(|piece| text.contains(piece))
}

/// What the engine gave for a window.
#[derive(Debug, Default)]
struct Answer {
    tokens: Vec<Token>,
    no_speech: f32,
    logprobs: f32,
    spoken: usize,
    last_mark: Option<u64>,
    cut_off: bool,
}

impl Answer {
    fn avg_logprob(&self) -> f32 {
        if self.spoken == 0 { 0.0 } else { self.logprobs / self.spoken as f32 }
    }

    fn text(&self) -> String {
        let bytes: Vec<u8> = self.tokens.iter().flat_map(|token| token.bytes.iter().copied()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn is_absurd(&self, seconds: f64) -> bool {
        let text = self.text();
        guard::is_repetitive(&text) || guard::is_too_fast(&text, seconds) || is_echo(&text)
    }

    fn is_doubtful(&self, seconds: f64) -> bool {
        self.spoken == 0 || self.avg_logprob() < DOUBTFUL_LOGPROB || self.cut_off || self.is_absurd(seconds)
    }
}

impl Transcriber for Whisper {
    fn engine(&self) -> Provenance {
        self.provenance.clone()
    }

    fn transcribe(&mut self, window: &[f32], hints: &Hints) -> Result<Vec<Segment>, EngineError> {
        if window.len() > MAX_WINDOW {
            let seconds = window.len() / SAMPLE_RATE as usize;
            return Err(EngineError::Window(format!("{seconds} s, and 30 s is the most")));
        }
        if window.iter().any(|sample| !sample.is_finite()) {
            return Err(EngineError::Window("a sample is no number".to_owned()));
        }
        if window.is_empty() {
            return Ok(Vec::new());
        }
        let language = match hints.language {
            Some(language) => language,
            None => self.listen_for_language(window)?,
        };
        let prepared = self.languages.iter().position(|prepared| prepared.language == language).unwrap_or(0);
        let mut segments: Vec<Segment> = Vec::new();
        let mut from = 0;
        for _ in 0..MAX_ANSWERS {
            let rest = window.get(from..).unwrap_or_default();
            let seconds = rest.len() as f64 / f64::from(SAMPLE_RATE);
            let answer = self.best_answer(rest, prepared, hints)?;
            if is_echo(&answer.text()) {
                break;
            }
            let length = rest.len() as u64 * 1000 / u64::from(SAMPLE_RATE);
            let offset = from as u64 * 1000 / u64::from(SAMPLE_RATE);
            let mut found = words::segments(&answer.tokens, length, language, answer.no_speech);
            for segment in &mut found {
                segment.shift(offset);
            }
            segments.extend(found);
            // A fast talker fills the engine's answer before the window is over: go on from the last mark.
            match answer.last_mark {
                Some(mark)
                    if answer.cut_off
                        && mark > 1000
                        && mark + 1000 < length
                        && !answer.is_absurd(seconds) =>
                {
                    let end = offset + mark;
                    segments.retain(|segment| segment.span.start.0 < end);
                    from += mark as usize * SAMPLE_RATE as usize / 1000;
                }
                _ => break,
            }
        }
        Ok(segments)
    }
}

impl Segment {
    fn shift(&mut self, offset: u64) {
        let spans = self.words.iter_mut().map(|word| &mut word.span).chain([&mut self.span]);
        for span in spans {
            span.start.0 += offset;
            span.end.0 += offset;
        }
    }
}

impl Prepared {
    fn new(language: Language, context: &WhisperContext, options: WhisperOptions) -> Result<Self, String> {
        let tag = language.tag();
        let id = get_lang_id(tag)
            .and_then(|id| usize::try_from(id).ok())
            .ok_or("it does not know the language")?;
        let prompt = match language {
            Language::Chinese => {
                context.tokenize(MANDARIN_PROMPT, 1024).map_err(|error| error.to_string())?
            }
            Language::English => Vec::new(),
        };
        let parameters = |strategy| {
            let mut parameters = FullParams::new(strategy);
            parameters.set_n_threads(i32::try_from(options.threads.max(1)).unwrap_or(1));
            parameters.set_language(Some(tag));
            parameters.set_print_progress(false);
            parameters.set_print_special(false);
            parameters.set_print_realtime(false);
            parameters.set_print_timestamps(false);
            // Every window stands for itself: no text from the one before, no second try at random.
            parameters.set_no_context(true);
            parameters.set_temperature(0.0);
            parameters.set_temperature_inc(0.0);
            // One pass over the window, ended before the engine gives up: with several, its alignment ends the whole
            // process when a pass is shorter than 160 ms.
            parameters.set_single_segment(true);
            parameters.set_max_tokens(MAX_TOKENS);
            parameters
        };
        Ok(Self {
            language,
            greedy: parameters(SamplingStrategy::Greedy { best_of: 1 }),
            beam: parameters(SamplingStrategy::BeamSearch {
                beam_size: options.beams as i32,
                patience: -1.0,
            }),
            prompt,
            id,
        })
    }
}

/// The attention heads that follow the sound, known for the models that were published.
fn alignment(name: &str) -> DtwMode<'static> {
    let model_preset = match name {
        "whisper-tiny" => DtwModelPreset::Tiny,
        "whisper-base" => DtwModelPreset::Base,
        "whisper-small" => DtwModelPreset::Small,
        "whisper-medium" => DtwModelPreset::Medium,
        "whisper-large-v3" => DtwModelPreset::LargeV3,
        "whisper-large-v3-turbo" => DtwModelPreset::LargeV3Turbo,
        // Some of the upper heads do, in every model.
        _ => return DtwMode::TopMost { n_top: 2 },
    };
    DtwMode::ModelPreset { model_preset }
}

fn failed(error: whisper_rs::WhisperError) -> EngineError {
    EngineError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prompt_said_back_is_known_and_speech_is_not_taken_for_it() {
        assert!(is_echo(MANDARIN_PROMPT));
        assert!(is_echo("职用简体中文和标点符号。"));
        assert!(!is_echo("您说普通话就行，我用中文给您登记。"));
    }
}
