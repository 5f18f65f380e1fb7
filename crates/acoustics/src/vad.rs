//! When somebody speaks on a channel.

use earshot::Detector;
use lingjian_model::{Millis, Span};

/// Samples of one frame: 16 ms at 16 kHz.
const FRAME: usize = 256;
/// Milliseconds of one frame.
const FRAME_MS: u64 = 16;

/// What counts as speech.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadSettings {
    /// Speech shorter than this is a click, not a word.
    pub min_speech: Millis,
    /// A silence shorter than this does not end a stretch of speech.
    pub min_silence: Millis,
    /// So much is added before and after, that no word loses its edges.
    pub padding: Millis,
    /// Score (0 to 1) from which a frame begins speech.
    pub onset: f32,
    /// Score under which a frame no longer carries speech on.
    pub offset: f32,
}

impl Default for VadSettings {
    fn default() -> Self {
        Self {
            min_speech: Millis(96),
            min_silence: Millis(400),
            padding: Millis(200),
            onset: 0.5,
            offset: 0.35,
        }
    }
}

/// Finds the stretches of speech in one channel of 16 kHz sound, as it comes.
pub struct VoiceActivity {
    settings: VadSettings,
    detector: Box<Detector>,
    pending: Vec<f32>,
    taken: u64,
    frames: u64,
    /// Speech going on: where it began, where its last speech frame ended, how many frames of it were speech.
    current: Option<(u64, u64, u64)>,
}

impl std::fmt::Debug for VoiceActivity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VoiceActivity").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl VoiceActivity {
    /// Makes ready for a new channel.
    #[must_use]
    pub fn new(settings: VadSettings) -> Self {
        Self {
            settings,
            detector: Detector::default_boxed(),
            pending: Vec::with_capacity(FRAME),
            taken: 0,
            frames: 0,
            current: None,
        }
    }

    /// Takes samples at 16 kHz; gives the stretches that are over. Blocks of any size give the same stretches.
    pub fn push(&mut self, samples: &[f32]) -> Vec<Span> {
        self.taken += samples.len() as u64;
        let mut spans = Vec::new();
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(FRAME - self.pending.len()));
            self.pending.extend_from_slice(now);
            rest = later;
            if self.pending.len() == FRAME {
                spans.extend(self.frame());
                self.pending.clear();
            }
        }
        spans
    }

    /// The sound is over; gives what was still going on.
    #[must_use]
    pub fn finish(mut self) -> Vec<Span> {
        let mut spans = Vec::new();
        if !self.pending.is_empty() {
            self.pending.resize(FRAME, 0.0);
            spans.extend(self.frame());
        }
        spans.extend(self.close());
        spans
    }

    fn frame(&mut self) -> Option<Span> {
        for sample in &mut self.pending {
            *sample = sample.clamp(-1.0, 1.0);
        }
        let score = self.detector.predict_f32(&self.pending);
        let start = self.frames * FRAME_MS;
        self.frames += 1;
        let end = self.frames * FRAME_MS;
        let gap = self.gap();
        match &mut self.current {
            Some((_, last, speech)) if score >= self.settings.offset => {
                *last = end;
                *speech += 1;
                None
            }
            Some((_, last, _)) if end - *last >= gap => self.close(),
            Some(_) => None,
            None => {
                if score >= self.settings.onset {
                    self.current = Some((start, end, 1));
                }
                None
            }
        }
    }

    /// Silences up to this long do not part two stretches; the padding of neighbours never meets.
    fn gap(&self) -> u64 {
        self.settings.min_silence.0.max(2 * self.settings.padding.0)
    }

    fn close(&mut self) -> Option<Span> {
        let (start, last, speech) = self.current.take()?;
        let padding = self.settings.padding.0;
        let end = (last + padding).min(self.taken * 1000 / u64::from(crate::TARGET_RATE));
        (speech * FRAME_MS >= self.settings.min_speech.0)
            .then(|| Span::new(start.saturating_sub(padding), end))
    }
}
