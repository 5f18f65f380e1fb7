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
/// The network notices a word late, above all a quiet one, and lets go of it early: as long as the sound stands above
/// the floor without a break, a stretch reaches back and on by up to so many milliseconds.
const REACH: u64 = 320;
/// Frames on each side that a frame's own powers are smoothed over.
const SPREAD: u64 = 1;

/// What counts as speech. The defaults were measured, see the front page of the crate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadSettings {
    /// Speech shorter than this is a click, not a word.
    pub min_speech: Millis,
    /// A silence shorter than this does not end a stretch of speech.
    pub min_silence: Millis,
    /// So much is added before and after, that no word loses its edges: right for speech to text, wrong for measuring
    /// silence and overlap. Who needs both sets this to zero and calls [`padded`] for the one.
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
            padding: Millis(250),
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
    /// Since when the sound stands above the floor without a break, in milliseconds.
    risen: Option<u64>,
    current: Option<Stretch>,
    /// Where the last stretch given out ended.
    closed: u64,
}

/// Speech going on, in milliseconds.
struct Stretch {
    start: u64,
    /// Where it ends for now.
    end: u64,
    /// Where its last frame that the network took for speech ended.
    heard: u64,
    /// How much of it the network took for speech.
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
            risen: None,
            current: None,
            closed: 0,
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
        let carries = rise >= offset_rise;
        self.risen = carries.then_some(self.risen.unwrap_or(start));
        match &mut self.current {
            Some(stretch) if carries && score >= offset => {
                (stretch.end, stretch.heard) = (end, end);
                stretch.speech += FRAME_MS;
                None
            }
            Some(stretch) if carries && stretch.end == start && end - stretch.heard <= REACH => {
                stretch.end = end;
                None
            }
            Some(stretch) if end - stretch.end >= gap => self.close(),
            Some(_) => None,
            None => {
                if score >= onset && rise >= onset_rise {
                    let start = self.risen.unwrap_or(start).max(start.saturating_sub(REACH));
                    self.current = Some(Stretch { start, end, heard: end, speech: FRAME_MS });
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

    /// Silences up to this long do not part two stretches.
    fn gap(&self) -> u64 {
        self.settings.min_silence.0.max(2 * self.settings.padding.0)
    }

    fn close(&mut self) -> Option<Span> {
        let stretch = self.current.take()?;
        let padding = self.settings.padding.0;
        let end = (stretch.end + padding).min(self.samples * 1000 / u64::from(TARGET_RATE));
        if stretch.speech < self.settings.min_speech.0 {
            return None;
        }
        let start = stretch.start.saturating_sub(padding).max(self.closed);
        self.closed = end;
        Some(Span::new(start, end))
    }
}

/// Adds `padding` before and after every stretch, within a recording that lasts until `end`; stretches that then touch
/// become one. They come in order.
#[must_use]
pub fn padded(spans: &[Span], padding: Millis, end: Millis) -> Vec<Span> {
    let mut wide: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let (start, end) =
            (Millis(span.start.since(padding).0), span.end.plus(padding).min(end.max(span.end)));
        match wide.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => wide.push(Span { start, end }),
        }
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{noise, speech};
    use proptest::prelude::*;

    fn spans(samples: &[f32], block: usize) -> Vec<Span> {
        let mut vad = VoiceActivity::new(VadSettings::default());
        let mut spans: Vec<Span> = samples.chunks(block).flat_map(|block| vad.push(block)).collect();
        spans.extend(vad.finish());
        spans
    }

    fn near(found: &[Span], wanted: &[(u64, u64)]) -> bool {
        let close = |a: Millis, b: u64, slack: u64| a.0.abs_diff(b) <= slack;
        found.len() == wanted.len()
            && found.iter().zip(wanted).all(|(span, &(start, end))| {
                span.start.0 <= start
                    && close(span.start, start, 350)
                    && span.end.0 >= end
                    && close(span.end, end, 400)
            })
    }

    #[test]
    fn silence_is_nobody() {
        assert_eq!(spans(&[], 1), []);
        assert_eq!(spans(&[0.0; 100], 100), []);
        assert_eq!(spans(&vec![0.0; 160_000], 4_000), []);
    }

    #[test]
    fn steady_noise_is_nobody() {
        for level in [0.001, 0.01, 0.05] {
            assert_eq!(spans(&noise(level, 160_000), 4_000), [], "{level}");
        }
    }

    #[test]
    fn speech_is_found_with_its_edges_whatever_its_level_and_noise() {
        for (loud, hiss) in [(0.3, 0.0), (0.3, 0.001), (0.01, 0.0), (0.01, 0.000_5), (0.1, 0.005)] {
            let mut sound = noise(hiss, 16_000 * 9);
            for (start, length) in [(2, 1), (5, 2)] {
                let place = sound[start * 16_000..].iter_mut();
                place.zip(speech(loud, length * 16_000)).for_each(|(sum, sample)| *sum += sample);
            }
            let found = spans(&sound, 4_000);
            assert!(near(&found, &[(2_000, 3_000), (5_000, 7_000)]), "{loud} over {hiss}: {found:?}");
        }
    }

    #[test]
    fn speech_to_the_very_end_ends_there() {
        let found = spans(&speech(0.2, 32_123), 1_000);
        assert_eq!(found.last().map(|span| span.end), Some(Millis(2007)));
    }

    #[test]
    fn padding_joins_and_stays_inside() {
        let spans = [Span::new(100, 200), Span::new(500, 600), Span::new(2000, 2900)];
        let wide = padded(&spans, Millis(150), Millis(3000));
        assert_eq!(wide, [Span::new(0, 750), Span::new(1850, 3000)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn blocks_do_not_matter(
            parts in prop::collection::vec((0_usize..12_000, 0_usize..12_000, 0.0_f32..0.3), 1..5),
            blocks in prop::collection::vec(1_usize..3_000, 1..6),
        ) {
            let mut sound = Vec::new();
            for (quiet, talk, loud) in parts {
                sound.extend(noise(0.001, quiet));
                sound.extend(speech(loud, talk));
            }
            let mut vad = VoiceActivity::new(VadSettings::default());
            let mut found = Vec::new();
            let mut rest = &sound[..];
            for &block in blocks.iter().cycle() {
                let (now, later) = rest.split_at(block.min(rest.len()));
                found.extend(vad.push(now));
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            found.extend(vad.finish());
            prop_assert_eq!(spans(&sound, sound.len().max(1)), found);
        }
    }
}
