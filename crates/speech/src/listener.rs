//! One channel as it streams in: brought to 16 kHz, listened to for voices, cut.

use lingjian_acoustics::{Envelope, Resampler, UnsupportedRate, VadSettings, VoiceActivity};
use lingjian_model::{Millis, Span};

use crate::window::{Cut, PER_MS, quietest};

/// After so many samples without the end of a stretch of speech, one is made: bounds the memory of a speech that
/// never pauses, and of a silence.
const LONGEST_OPEN: usize = 25_000 * PER_MS as usize;
/// It is made at the quietest place of so many samples before.
const SEARCH: usize = 4_000 * PER_MS as usize;

/// Listens to one channel.
#[derive(Debug)]
pub(crate) struct Listener {
    resampler: Option<Resampler>,
    settings: VadSettings,
    /// Samples taken before and after each stretch of speech.
    padding: u64,
    activity: VoiceActivity,
    /// Where `activity` began to listen, in samples of the recording.
    origin: u64,
    /// Sound that may still be needed.
    buffer: Vec<f32>,
    /// Where the buffer begins.
    buffer_start: u64,
    /// Speech so far, without padding.
    speech: Vec<Span>,
    /// How loud it was.
    envelope: Envelope,
}

/// What a channel's listener knows at the end.
#[derive(Debug)]
pub(crate) struct Heard {
    /// When somebody spoke, without padding.
    pub speech: Vec<Span>,
    /// How loud the channel was.
    pub envelope: Envelope,
}

impl Listener {
    pub(crate) fn new(sample_rate: u32, settings: VadSettings) -> Result<Self, UnsupportedRate> {
        // The words want some sound around them, the measures of silence and overlap do not: padding is added here.
        let settings_without = VadSettings { padding: Millis::ZERO, ..settings };
        Ok(Self {
            resampler: Some(Resampler::new(sample_rate)?),
            padding: settings.padding.0 * PER_MS,
            settings: settings_without,
            activity: VoiceActivity::new(settings_without),
            origin: 0,
            buffer: Vec::new(),
            buffer_start: 0,
            speech: Vec::new(),
            envelope: Envelope::default(),
        })
    }

    /// Takes sound as it was recorded; gives the cuts that are complete by now.
    pub(crate) fn push(&mut self, samples: &[f32]) -> Vec<Cut> {
        match &mut self.resampler {
            Some(resampler) => {
                let samples = resampler.push(samples);
                self.hear(&samples)
            }
            None => Vec::new(),
        }
    }

    /// The recording is over: gives the last cuts, and what was heard.
    pub(crate) fn finish(mut self) -> (Vec<Cut>, Heard) {
        let rest = self.resampler.take().map(Resampler::finish).unwrap_or_default();
        let mut cuts = self.hear(&rest);
        let spans = std::mem::replace(&mut self.activity, VoiceActivity::new(self.settings)).finish();
        cuts.extend(self.take(spans, u64::MAX));
        (cuts, Heard { speech: self.speech, envelope: self.envelope })
    }

    fn hear(&mut self, samples: &[f32]) -> Vec<Cut> {
        self.envelope.push(samples);
        self.listen(samples)
    }

    fn listen(&mut self, samples: &[f32]) -> Vec<Cut> {
        self.buffer.extend_from_slice(samples);
        let spans = self.activity.push(samples);
        let mut cuts = self.take(spans, u64::MAX);
        if self.buffer.len() > LONGEST_OPEN {
            cuts.extend(self.close());
        }
        cuts
    }

    /// Ends the stretch that is open at a quiet place, and goes on listening from there.
    fn close(&mut self) -> Vec<Cut> {
        let length = self.buffer.len();
        let at = quietest(&self.buffer, length.saturating_sub(SEARCH)..length);
        let middle = self.buffer_start + at as u64;
        let spans = std::mem::replace(&mut self.activity, VoiceActivity::new(self.settings)).finish();
        let mut cuts = self.take(spans, middle);
        let rest = self.buffer.split_off((middle - self.buffer_start) as usize);
        self.buffer.clear();
        self.buffer_start = middle;
        self.origin = middle;
        cuts.extend(self.listen(&rest));
        cuts
    }

    /// Cuts these stretches (in milliseconds from `origin`) out of the buffer, with some sound around them, and
    /// nothing from `limit` on.
    fn take(&mut self, spans: Vec<Span>, limit: u64) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for span in spans {
            let from = self.origin + span.start.0 * PER_MS;
            let to = (self.origin + span.end.0 * PER_MS).min(limit);
            let end = limit.min(self.buffer_start + self.buffer.len() as u64);
            let start = from.saturating_sub(self.padding).max(self.buffer_start);
            let end = (to + self.padding).min(end);
            if from >= to || start >= end {
                continue;
            }
            self.spoke(Span { start: Millis(from / PER_MS), end: Millis(to / PER_MS) });
            let at = |sample: u64| (sample - self.buffer_start) as usize;
            let samples = self.buffer.get(at(start)..at(end)).unwrap_or_default().to_vec();
            self.buffer.drain(..at(end));
            self.buffer_start = end;
            cuts.push(Cut { place: start..end, samples });
        }
        cuts
    }

    fn spoke(&mut self, span: Span) {
        match self.speech.last_mut() {
            // A stretch that was parted only to bound the memory.
            Some(last) if last.end.plus(self.settings.min_silence) > span.start => {
                last.end = last.end.max(span.end)
            }
            _ => self.speech.push(span),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A buzz that the voice detector may or may not take for a voice; loud for `on` of every `period` ms.
    fn buzz(seconds: u64, period: u64, on: u64) -> Vec<f32> {
        (0..seconds * 1000 * PER_MS)
            .map(|sample| {
                let time = sample as f32 / 16_000.0;
                let loud = (sample / PER_MS) % period < on;
                let voice: f32 =
                    (1..20).map(|h| (time * 140.0 * h as f32 * std::f32::consts::TAU).sin() / h as f32).sum();
                if loud { voice * 0.2 * (0.6 + 0.4 * (time * 25.0).sin()) } else { 0.0 }
            })
            .collect()
    }

    fn listen(samples: &[f32], block: usize) -> (Vec<Cut>, Vec<Span>, usize) {
        let mut listener = Listener::new(16_000, VadSettings::default()).expect("a known rate");
        let mut cuts = Vec::new();
        let mut most = 0;
        for block in samples.chunks(block) {
            cuts.extend(listener.push(block));
            most = most.max(listener.buffer.len());
        }
        let (last, heard) = listener.finish();
        cuts.extend(last);
        (cuts, heard.speech, most)
    }

    #[test]
    fn cuts_hold_the_sound_of_their_place_and_memory_is_bounded() {
        for (period, on) in [(3000, 1500), (1_000_000, 1_000_000), (40_000, 35_000), (1000, 0)] {
            let sound = buzz(120, period, on);
            for block in [16_000, 7_777] {
                let (cuts, speech, most) = listen(&sound, block);
                assert!(most <= LONGEST_OPEN + 2 * block, "{most}");
                let mut end = 0;
                for cut in &cuts {
                    assert!(cut.place.start >= end && cut.place.end > cut.place.start, "{:?}", cut.place);
                    end = cut.place.end;
                    assert_eq!(cut.samples, sound[cut.place.start as usize..cut.place.end as usize]);
                }
                assert!(speech.windows(2).all(|pair| pair[0].end < pair[1].start), "{speech:?}");
            }
        }
    }
}
