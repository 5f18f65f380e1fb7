//! Cuts of speech packed into windows, and times in a window back to times in the recording.
//!
//! A window costs the engine nearly the same whether it holds five seconds or thirty, so the cuts of one channel are
//! put one behind the other with short pauses between them.

use std::ops::Range;

use lingjian_model::{Millis, Span};

use crate::transcriber::SAMPLE_RATE;

/// Samples in a millisecond.
pub(crate) const PER_MS: u64 = SAMPLE_RATE as u64 / 1000;
/// Longest pause between two cuts in a window, in samples: long enough to be heard as one, short enough to cost
/// little.
const PAUSE: u64 = 300 * PER_MS;
/// Less than this of a word says nothing about where it was said.
const A_SYLLABLE: u64 = 80 * PER_MS;

/// A stretch of one channel's sound.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cut {
    /// Its place in the recording, in samples at 16 kHz.
    pub place: Range<u64>,
    /// The sound.
    pub samples: Vec<f32>,
}

/// Sound for the engine: cuts in order, with short pauses between them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Window {
    /// The sound.
    pub samples: Vec<f32>,
    /// Where each cut begins in the window, and its place in the recording, both in samples.
    cuts: Vec<(u64, Range<u64>)>,
}

impl Window {
    /// The places of the cuts in the recording, in order.
    pub(crate) fn cuts(&self) -> impl ExactSizeIterator<Item = Span> {
        self.cuts
            .iter()
            .map(|(_, place)| Span { start: Millis(place.start / PER_MS), end: Millis(place.end / PER_MS) })
    }

    /// How many samples the window would have with this cut.
    fn length_with(&self, cut: &Cut) -> u64 {
        self.samples.len() as u64 + self.pause_before(cut) + cut.samples.len() as u64
    }

    /// The pause as it was, if it was short.
    fn pause_before(&self, cut: &Cut) -> u64 {
        self.cuts.last().map_or(0, |(_, place)| cut.place.start.saturating_sub(place.end).min(PAUSE))
    }

    fn push(&mut self, cut: &Cut) {
        let pause = self.pause_before(cut);
        self.samples.resize(self.samples.len() + pause as usize, 0.0);
        self.cuts.push((self.samples.len() as u64, cut.place.clone()));
        self.samples.extend_from_slice(&cut.samples);
    }

    /// The cut, by number, that a word at this stretch of the window was said in (the nearest, for one in a pause), and
    /// the stretch in the recording, cut off at that cut's ends. None where the window is empty.
    pub(crate) fn place(&self, in_window: Span) -> Option<(usize, Span)> {
        let (from, to) =
            (in_window.start.0 * PER_MS, (in_window.end.0 * PER_MS).max(in_window.start.0 * PER_MS));
        let shared = |begin: u64, place: &Range<u64>| {
            to.min(begin + (place.end - place.start)).saturating_sub(from.max(begin))
        };
        let nearest = self.cuts.iter().enumerate().max_by_key(|(number, (begin, place))| {
            let away = begin.saturating_sub(to).max(from.saturating_sub(begin + (place.end - place.start)));
            (shared(*begin, place), std::cmp::Reverse(away), std::cmp::Reverse(*number))
        })?;
        // A word begins, for the alignment, where the one before it ended: one that straddles a pause was said after
        // it, if a real part of it lies there.
        let most = shared(nearest.1.0, &nearest.1.1);
        let later = self.cuts.iter().enumerate().rfind(|(_, (begin, place))| {
            let shared = shared(*begin, place);
            shared >= A_SYLLABLE && shared * 3 >= most
        });
        let (number, (begin, place)) = later.unwrap_or(nearest);
        let into = |sample: u64| (place.start + sample.saturating_sub(*begin)).clamp(place.start, place.end);
        Some((number, Span { start: Millis(into(from) / PER_MS), end: Millis(into(to) / PER_MS) }))
    }

    /// The sound of a stretch of the window.
    pub(crate) fn sound(&self, in_window: Span) -> &[f32] {
        let at =
            |time: Millis| usize::try_from(time.0 * PER_MS).unwrap_or(usize::MAX).min(self.samples.len());
        self.samples.get(at(in_window.start)..at(in_window.end)).unwrap_or_default()
    }

    /// A window of some of the cuts only, by number.
    pub(crate) fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut window = Self::default();
        for (number, (begin, place)) in self.cuts.iter().enumerate() {
            if keep(number) {
                let begin = *begin as usize;
                let samples =
                    self.samples.get(begin..begin + (place.end - place.start) as usize).unwrap_or_default();
                window.push(&Cut { place: place.clone(), samples: samples.to_vec() });
            }
        }
        window
    }
}

/// Fills windows.
#[derive(Debug)]
pub(crate) struct Packer {
    limit: u64,
    window: Window,
}

impl Packer {
    /// Windows of at most `limit` samples.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit: limit as u64, window: Window::default() }
    }

    /// Adds a cut that comes after all before it; gives the windows that are full by now. A cut longer than a window
    /// is parted where it is quietest.
    pub(crate) fn push(&mut self, mut cut: Cut) -> Vec<Window> {
        let mut full = Vec::new();
        while cut.samples.len() as u64 > self.limit {
            let at = quietest(&cut.samples, self.limit as usize * 2 / 3..self.limit as usize);
            let rest = cut.samples.split_off(at);
            let middle = cut.place.start + at as u64;
            let next = Cut { place: middle..cut.place.end, samples: rest };
            cut.place.end = middle;
            full.extend(self.add(&cut));
            cut = next;
        }
        full.extend(self.add(&cut));
        full
    }

    fn add(&mut self, cut: &Cut) -> Option<Window> {
        let full = (!self.window.cuts.is_empty() && self.window.length_with(cut) > self.limit)
            .then(|| std::mem::take(&mut self.window));
        self.window.push(cut);
        full
    }

    /// The last window, if there is anything in it.
    pub(crate) fn finish(self) -> Option<Window> {
        (!self.window.cuts.is_empty()).then_some(self.window)
    }
}

/// The middle of the quietest 100 ms that begin in `range`.
pub(crate) fn quietest(samples: &[f32], range: Range<usize>) -> usize {
    const LENGTH: usize = 100 * PER_MS as usize;
    const STEP: usize = 10 * PER_MS as usize;
    let end = range.end.min(samples.len()).saturating_sub(LENGTH);
    (range.start..end.max(range.start + 1))
        .step_by(STEP)
        .min_by(|a, b| {
            let energy = |at: usize| -> f32 {
                samples
                    .get(at..(at + LENGTH).min(samples.len()))
                    .unwrap_or_default()
                    .iter()
                    .map(|x| x * x)
                    .sum()
            };
            energy(*a).total_cmp(&energy(*b))
        })
        .map_or(range.start, |at| (at + LENGTH / 2).min(samples.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(start_ms: u64, end_ms: u64) -> Cut {
        let place = start_ms * PER_MS..end_ms * PER_MS;
        let samples = (place.start..place.end).map(|sample| (sample % 997) as f32 / 997.0).collect();
        Cut { place, samples }
    }

    fn pack(cuts: Vec<Cut>, limit: usize) -> Vec<Window> {
        let mut packer = Packer::new(limit);
        let mut windows: Vec<Window> = cuts.into_iter().flat_map(|cut| packer.push(cut)).collect();
        windows.extend(packer.finish());
        windows
    }

    #[test]
    fn what_lies_in_a_pause_goes_to_the_nearer_cut() {
        let windows = pack(vec![cut(1000, 2000), cut(9000, 10_000)], 480_000);
        let [window] = windows.as_slice() else { panic!("one window") };
        assert_eq!(window.samples.len() as u64, 2300 * PER_MS);
        assert_eq!(window.place(Span::new(500, 700)), Some((0, Span::new(1500, 1700))));
        assert_eq!(window.place(Span::new(900, 1100)), Some((0, Span::new(1900, 2000))));
        assert_eq!(window.place(Span::new(1050, 1100)), Some((0, Span::new(2000, 2000))));
        assert_eq!(window.place(Span::new(1250, 1900)), Some((1, Span::new(9000, 9600))));
        assert_eq!(window.place(Span::new(850, 1400)), Some((1, Span::new(9000, 9100))));
        assert_eq!(window.place(Span::new(600, 1350)), Some((0, Span::new(1600, 2000))));
        assert_eq!(window.place(Span::new(99_000, 99_900)), Some((1, Span::new(10_000, 10_000))));
        assert_eq!(Window::default().place(Span::new(0, 1)), None);
    }

    #[test]
    fn a_cut_without_end_is_parted_where_it_is_quiet() {
        let mut long = cut(0, 50_000);
        let quiet = 24_000 * PER_MS as usize;
        long.samples[quiet..quiet + 3200].fill(0.0);
        let windows = pack(vec![long], 480_000);
        let parts: Vec<Span> = windows.iter().flat_map(Window::cuts).collect();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].end, parts[1].start);
        assert!((24_000..=24_200).contains(&parts[0].end.0), "{parts:?}");
        assert_eq!(parts[1].end, Millis(50_000));
    }

    proptest! {
        /// Laws: no sound is lost or doubled, no window is too long, and every cut's time goes in and comes back.
        #[test]
        fn times_come_back(gaps in proptest::collection::vec((0u64..3000, 100u64..40_000), 1..12)) {
            let mut at = 0;
            let cuts: Vec<Cut> = gaps.iter().map(|(gap, length)| {
                let start = at + gap;
                at = start + length;
                cut(start, at)
            }).collect();
            let total: usize = cuts.iter().map(|cut| cut.samples.len()).sum();
            let windows = pack(cuts.clone(), 28 * 16_000);
            let mut packed = 0;
            let mut last = 0;
            for window in &windows {
                prop_assert!(window.samples.len() <= 28 * 16_000);
                for (number, (begin, place)) in window.cuts.iter().enumerate() {
                    prop_assert!(place.start >= last);
                    last = place.end;
                    packed += (place.end - place.start) as usize;
                    let length = (place.end - place.start) / PER_MS;
                    let begin_ms = begin / PER_MS;
                    for offset in [0, length / 3, length.saturating_sub(60)] {
                        let (found, span) = window.place(Span::new(begin_ms + offset, begin_ms + offset + 50)).expect("a cut");
                        if length >= 120 && offset + 50 <= length {
                            prop_assert_eq!(found, number);
                            let expected = place.start / PER_MS + offset;
                            prop_assert!(span.start.0.abs_diff(expected) <= 1, "{:?} {}", span, expected);
                        }
                    }
                    // The sound in the window is the sound of that place.
                    let first = window.samples[*begin as usize];
                    prop_assert_eq!(first, (place.start % 997) as f32 / 997.0);
                }
                let odd = window.only(|number| number % 2 == 1);
                prop_assert_eq!(odd.cuts().len(), window.cuts.len() / 2);
            }
            prop_assert_eq!(packed, total);
        }
    }
}
