//! When somebody speaks on a channel.

mod bands;

use std::collections::VecDeque;

use bands::{BANDS, Filters, NoiseFloor, Powers};
use earshot::Detector;
use lingjian_model::{Millis, Span};

use crate::TARGET_RATE;

/// Samples of one frame: 16 ms at 16 kHz.
const FRAME: usize = 256;
/// Milliseconds of one frame.
const FRAME_MS: u64 = 16;
/// The noise floor is the least of six seconds before a frame …
const BEHIND: u64 = 375;
/// … and half a second after it, so that speech at the very start is not taken for the floor.
const AHEAD: u64 = 31;
/// Frames on each side that the floor's powers are smoothed over.
const FLOOR_SPREAD: u64 = 2;
/// Frames on each side that a frame's own powers are smoothed over.
const SPREAD: u64 = 1;

/// What counts as speech. The defaults were measured, see the front page of the crate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadSettings {
    /// Speech shorter than this is a click, not a word.
    pub min_speech: Millis,
    /// A silence shorter than this does not end a stretch of speech.
    pub min_silence: Millis,
    /// So much is added before and after, that no word loses its edges.
    pub padding: Millis,
    /// Score of the network (0 to 1) that begins speech.
    pub onset: f32,
    /// Score under which a frame no longer carries speech on.
    pub offset: f32,
    /// Decibels above the noise floor, in the best band, that begin speech.
    pub onset_rise: f32,
    /// Decibels above the noise floor under which a frame no longer carries speech on.
    pub offset_rise: f32,
}

impl Default for VadSettings {
    fn default() -> Self {
        Self {
            min_speech: Millis(96),
            min_silence: Millis(400),
            padding: Millis(200),
            onset: 0.5,
            offset: 0.35,
            onset_rise: 6.0,
            offset_rise: 4.0,
        }
    }
}

/// Finds the stretches of speech in one channel of 16 kHz sound, as it comes.
///
/// A frame of 16 ms is speech where a small network says so **and** it stands above the noise floor in one of four
/// bands: the network alone takes steady line noise for speech, the floor alone takes knocks and tones for it. A
/// stretch is given out about half a second (the look-ahead) after the silence that ends it has lasted long enough.
pub struct VoiceActivity {
    settings: VadSettings,
    detector: Box<Detector>,
    filters: Filters,
    floor: NoiseFloor,
    /// Samples of a frame that is not full yet.
    pending: Vec<f32>,
    samples: u64,
    /// Frames seen, and those among them that are decided.
    seen: u64,
    decided: u64,
    /// Powers and score of the last frames seen, the oldest still needed first.
    recent: VecDeque<(Powers, f32)>,
    current: Option<Stretch>,
}

/// Speech going on, in milliseconds.
struct Stretch {
    start: u64,
    /// Where its last speech frame ended.
    end: u64,
    /// How much of it was speech.
    speech: u64,
}

impl std::fmt::Debug for VoiceActivity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VoiceActivity")
            .field("settings", &self.settings)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

impl VoiceActivity {
    /// Makes ready for a new channel.
    #[must_use]
    pub fn new(settings: VadSettings) -> Self {
        Self {
            settings,
            detector: Detector::default_boxed(),
            filters: Filters::new(),
            floor: NoiseFloor::default(),
            pending: Vec::with_capacity(FRAME),
            samples: 0,
            seen: 0,
            decided: 0,
            recent: VecDeque::new(),
            current: None,
        }
    }

    /// Takes samples at 16 kHz; gives the stretches that are over, in order. Blocks of any size give the same ones.
    pub fn push(&mut self, samples: &[f32]) -> Vec<Span> {
        self.samples += samples.len() as u64;
        let mut spans = Vec::new();
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(FRAME - self.pending.len()));
            self.pending.extend_from_slice(now);
            rest = later;
            if self.pending.len() == FRAME {
                self.look();
                if self.seen > FLOOR_SPREAD {
                    self.learn(self.seen - 1 - FLOOR_SPREAD);
                }
                if self.seen > AHEAD + FLOOR_SPREAD {
                    spans.extend(self.decide());
                }
            }
        }
        spans
    }

    /// The sound is over; gives what was still going on.
    #[must_use]
    pub fn finish(mut self) -> Vec<Span> {
        if !self.pending.is_empty() {
            self.pending.resize(FRAME, 0.0);
            self.look();
        }
        for frame in self.seen.saturating_sub(1 + FLOOR_SPREAD)..self.seen {
            self.learn(frame);
        }
        let mut spans = Vec::new();
        while self.decided < self.seen {
            spans.extend(self.decide());
        }
        spans.extend(self.close());
        spans
    }

    /// Takes the pending frame in.
    fn look(&mut self) {
        for sample in &mut self.pending {
            *sample = sample.clamp(-1.0, 1.0);
        }
        let powers = self.filters.powers(&self.pending);
        self.recent.push_back((powers, self.detector.predict_f32(&self.pending)));
        self.pending.clear();
        self.seen += 1;
    }

    /// Makes a frame count for the noise floor.
    fn learn(&mut self, frame: u64) {
        let powers = self.smoothed(frame, FLOOR_SPREAD);
        self.floor.push(frame, powers, frame.saturating_sub(BEHIND + AHEAD));
    }

    /// Decides the oldest frame that is undecided.
    fn decide(&mut self) -> Option<Span> {
        let frame = self.decided;
        let rise = self.floor.rise(self.smoothed(frame, SPREAD));
        let score = self.recent.get((frame - self.first()) as usize).map_or(0.0, |&(_, score)| score);
        self.decided += 1;
        // the next decision looks back one frame, the floor's learning is always ahead of it
        while self.first() + SPREAD < self.decided {
            self.recent.pop_front();
        }
        let VadSettings { onset, offset, onset_rise, offset_rise, .. } = self.settings;
        let (start, end) = (frame * FRAME_MS, self.decided * FRAME_MS);
        let gap = self.gap();
        match &mut self.current {
            Some(stretch) if score >= offset && rise >= offset_rise => {
                stretch.end = end;
                stretch.speech += FRAME_MS;
                None
            }
            Some(stretch) if end - stretch.end >= gap => self.close(),
            Some(_) => None,
            None => {
                if score >= onset && rise >= onset_rise {
                    self.current = Some(Stretch { start, end, speech: FRAME_MS });
                }
                None
            }
        }
    }

    /// The number of the oldest frame in `recent`.
    fn first(&self) -> u64 {
        self.seen - self.recent.len() as u64
    }

    /// The mean powers of a frame and its neighbours, as far as there are any.
    fn smoothed(&self, frame: u64, spread: u64) -> Powers {
        let from = frame.saturating_sub(spread).max(self.first()) - self.first();
        let to = (frame + spread + 1).min(self.seen) - self.first();
        let mut mean = [0.0; BANDS];
        for (powers, _) in self.recent.range(from as usize..to as usize) {
            for (sum, power) in mean.iter_mut().zip(powers) {
                *sum += power / (to - from) as f32;
            }
        }
        mean
    }

    /// Silences up to this long do not part two stretches; the padding of neighbours never meets.
    fn gap(&self) -> u64 {
        self.settings.min_silence.0.max(2 * self.settings.padding.0)
    }

    fn close(&mut self) -> Option<Span> {
        let stretch = self.current.take()?;
        let padding = self.settings.padding.0;
        let end = (stretch.end + padding).min(self.samples * 1000 / u64::from(TARGET_RATE));
        let long_enough = stretch.speech >= self.settings.min_speech.0;
        long_enough.then(|| Span::new(stretch.start.saturating_sub(padding), end))
    }
}
