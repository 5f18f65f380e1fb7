//! Speech on one channel that is only the other channel leaking in.

use lingjian_model::{Millis, Span};

use crate::TARGET_RATE;

/// Milliseconds of one envelope frame.
const FRAME_MS: u64 = 16;
const FRAME: usize = (TARGET_RATE as u64 * FRAME_MS / 1000) as usize;
/// Echo through a headset or a hybrid comes up to this many frames (256 ms) late.
const LATEST: usize = 16;
/// A leak is at least so many decibels quieter than where it comes from.
const LEAST_LOSS: f32 = 12.0;
/// How well the other channel's envelope must account for this one's (Pearson's r of decibels).
const LIKENESS: f32 = 0.7;
/// Frames this close (in decibels) to what a known leak predicts are the leak.
const MARGIN: f32 = 6.0;
/// Leak at the edge of a stretch is cut off from this length on.
const SHORTEST_CUT: usize = 20;
/// Below this level (dB of full scale) nothing is compared.
const QUIETEST: f32 = -75.0;

/// How loud a channel is over time: one value in decibels of full scale for every 16 ms. Three hours take 2.7 MB.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    decibels: Vec<f32>,
    energy: f32,
    filled: usize,
}

impl Envelope {
    /// Takes samples at 16 kHz.
    pub fn push(&mut self, samples: &[f32]) {
        for sample in samples {
            self.energy += sample * sample;
            self.filled += 1;
            if self.filled == FRAME {
                let level = 10.0 * (self.energy / FRAME as f32).max(f32::MIN_POSITIVE).log10();
                self.decibels.push(level.max(QUIETEST));
                (self.energy, self.filled) = (0.0, 0);
            }
        }
    }

    /// What is there when nobody speaks: the level that a tenth of the frames stay below.
    fn floor(&self) -> f32 {
        let mut sorted = self.decibels.clone();
        sorted.sort_by(f32::total_cmp);
        sorted.get(sorted.len() / 10).copied().unwrap_or(QUIETEST)
    }

    /// The loudest of the frames from `late` before a frame up to it, spread over a leak's smear of two frames.
    fn around(&self, frame: usize, late: usize) -> f32 {
        let at = frame.saturating_sub(late);
        let near = self.decibels.get(at.saturating_sub(1)..(at + 2).min(self.decibels.len())).unwrap_or(&[]);
        near.iter().copied().fold(QUIETEST, f32::max)
    }

    fn frames(&self, span: Span) -> std::ops::Range<usize> {
        let end = (span.end.0.div_ceil(FRAME_MS) as usize).min(self.decibels.len());
        ((span.start.0 / FRAME_MS) as usize).min(end)..end
    }
}

/// How the other channel comes through.
#[derive(Clone, Copy)]
struct Leak {
    late: usize,
    /// Decibels it is quieter by.
    loss: f32,
}

/// Drops the stretches of speech on one channel that are the other channel leaking in, and cuts leak off the edges of
/// those that are not.
///
/// A stretch is leak where the other channel is at least 12 dB louder and its envelope, at some lag up to 256 ms,
/// goes up and down with this one's (r ≥ 0.7). Real speech under a louder speaker does not follow him and is kept.
/// `own` and `other` are both channels' envelopes of the whole recording.
#[must_use]
pub fn without_cross_talk(spans: &[Span], own: &Envelope, other: &Envelope) -> Vec<Span> {
    let leaks: Vec<Option<Leak>> = spans.iter().map(|&span| leak(span, own, other)).collect();
    let mut losses: Vec<Leak> = leaks.iter().flatten().copied().collect();
    losses.sort_by(|a, b| a.loss.total_cmp(&b.loss));
    let typical = losses.get(losses.len() / 2).copied();
    let kept = spans.iter().zip(&leaks).filter(|(_, leak)| leak.is_none()).map(|(&span, _)| span);
    let Some(typical) = typical else { return kept.collect() };
    let floor = own.floor();
    kept.filter_map(|span| trim(span, typical, floor, own, other)).collect()
}

/// The leak that explains a stretch, if one does.
fn leak(span: Span, own: &Envelope, other: &Envelope) -> Option<Leak> {
    let frames = own.frames(span);
    let best = (0..=LATEST)
        .map(|late| (late, likeness(frames.clone().filter_map(|frame| pair(frame, late, own, other)))))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (late, likeness) = best;
    // the loud frames of the stretch decide by how much: the rest is noise
    let mut losses: Vec<(f32, f32)> = frames
        .filter_map(|frame| {
            let level = *own.decibels.get(frame)?;
            Some((level, other.around(frame, late) - level))
        })
        .collect();
    losses.sort_by(|a, b| b.0.total_cmp(&a.0));
    losses.truncate((losses.len() / 3).max(1));
    losses.sort_by(|a, b| a.1.total_cmp(&b.1));
    let &(_, loss) = losses.get(losses.len() / 2)?;
    (likeness >= LIKENESS && loss >= LEAST_LOSS).then_some(Leak { late, loss })
}

fn pair(frame: usize, late: usize, own: &Envelope, other: &Envelope) -> Option<(f32, f32)> {
    Some((*own.decibels.get(frame)?, *other.decibels.get(frame.checked_sub(late)?)?))
}

/// Pearson's correlation; 0 where either side does not move.
fn likeness(pairs: impl Iterator<Item = (f32, f32)>) -> f32 {
    let [mut n, mut x, mut y, mut xx, mut yy, mut xy] = [0.0_f64; 6];
    for (a, b) in pairs {
        let (a, b) = (f64::from(a), f64::from(b));
        n += 1.0;
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    let spread = ((n * xx - x * x) * (n * yy - y * y)).max(0.0).sqrt();
    if spread > 1e-6 { ((n * xy - x * y) / spread) as f32 } else { 0.0 }
}

/// Cuts leak off both edges; nothing is left where it is all leak.
fn trim(span: Span, leak: Leak, floor: f32, own: &Envelope, other: &Envelope) -> Option<Span> {
    let frames = own.frames(span);
    let is_leak = |&frame: &usize| {
        let level = own.decibels.get(frame).copied().unwrap_or(QUIETEST);
        level <= (other.around(frame, leak.late) - leak.loss).max(floor) + MARGIN
    };
    let head = frames.clone().take_while(is_leak).count();
    if head == frames.len() {
        return None;
    }
    let tail = frames.clone().rev().take_while(is_leak).count();
    // a short lead may be the breath before a word
    let cut =
        |frames: usize| if frames < SHORTEST_CUT { 0 } else { (frames - SHORTEST_CUT / 2) as u64 * FRAME_MS };
    let start = span.start.plus(Millis(cut(head)));
    let end = Millis(span.end.0.saturating_sub(cut(tail)));
    (start < end).then_some(Span { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{noise, speech};

    /// Both channels of eight seconds: who speaks when (start, length in samples, seed of the words), how much of the
    /// left leaks into the right, how late.
    fn channels(
        left: &[(usize, usize)],
        right: &[(usize, usize, f32)],
        leak: f32,
        late: usize,
    ) -> [Vec<f32>; 2] {
        let length = 16_000 * 8;
        let mut own = noise(0.000_3, length);
        let mut other = noise(0.000_3, length);
        for &(start, count) in left {
            other[start..].iter_mut().zip(speech(0.3, count)).for_each(|(sum, sample)| *sum += sample);
        }
        for &(start, count, level) in right {
            // another pace than the left's
            let words = speech(level, count * 2).into_iter().step_by(2);
            own[start..].iter_mut().zip(words).for_each(|(sum, sample)| *sum += sample);
        }
        for frame in late..length {
            own[frame] += other[frame - late] * leak;
        }
        [own, other]
    }

    fn kept(spans: &[Span], [own, other]: [Vec<f32>; 2]) -> Vec<Span> {
        let [own, other] = [own, other].map(|samples| {
            let mut envelope = Envelope::default();
            samples.chunks(777).for_each(|block| envelope.push(block));
            envelope
        });
        without_cross_talk(spans, &own, &other)
    }

    const SECOND: usize = 16_000;

    #[test]
    fn a_leak_is_dropped_and_the_answer_kept() {
        for (leak, late) in [(0.03, 0), (0.03, 800), (0.1, 3_200)] {
            let sound = channels(&[(SECOND, 2 * SECOND)], &[(5 * SECOND, SECOND, 0.1)], leak, late);
            let spans = [Span::new(800, 3_300), Span::new(4_750, 6_250)];
            assert_eq!(kept(&spans, sound), [spans[1]], "{leak} after {late}");
        }
    }

    #[test]
    fn a_quiet_speaker_under_a_loud_one_is_kept() {
        let sound = channels(&[(SECOND, 4 * SECOND)], &[(2 * SECOND, 2 * SECOND, 0.02)], 0.0, 0);
        let spans = [Span::new(1_800, 4_200)];
        assert_eq!(kept(&spans, sound), spans);
    }

    #[test]
    fn a_leak_before_an_answer_is_cut_off() {
        let sound =
            channels(&[(SECOND, 2 * SECOND), (4 * SECOND, SECOND)], &[(5 * SECOND, SECOND, 0.1)], 0.03, 0);
        let spans = [Span::new(900, 3_100), Span::new(3_800, 6_200)];
        let [answer] = kept(&spans, sound)[..] else { panic!("one stretch is left") };
        assert!((4_600..=5_000).contains(&answer.start.0), "starts at {:?}", answer.start);
        assert!(answer.end.0 >= 6_000);
    }

    #[test]
    fn nothing_to_compare_keeps_everything() {
        let spans = [Span::new(0, 500)];
        assert_eq!(without_cross_talk(&spans, &Envelope::default(), &Envelope::default()), spans);
        assert_eq!(without_cross_talk(&[], &Envelope::default(), &Envelope::default()), []);
    }
}
