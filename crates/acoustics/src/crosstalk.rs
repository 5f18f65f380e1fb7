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
    let kept = spans.iter().zip(&leaks).filter(|(_, leak)| leak.is_none());
    kept.filter_map(|(&span, _)| typical.map_or(Some(span), |leak| trim(span, leak, own, other))).collect()
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
fn trim(span: Span, leak: Leak, own: &Envelope, other: &Envelope) -> Option<Span> {
    let frames = own.frames(span);
    let is_leak = |&frame: &usize| {
        let level = own.decibels.get(frame).copied().unwrap_or(QUIETEST);
        level <= other.around(frame, leak.late) - leak.loss + MARGIN || level <= QUIETEST
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
