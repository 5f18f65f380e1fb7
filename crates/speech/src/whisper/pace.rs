//! Words that the alignment heaped on one moment, given back their time.
//!
//! Where the same is said twice, the decoder's attention may rest on one of the two, and the alignment then puts half a
//! sentence into no time at all while the words around it drag. Words so placed end up in a stretch of speech they were
//! not said in. Nobody speaks at no pace: the shortest run of words around the heap that, taken together, has a usual pace
//! shares its time out evenly.

use lingjian_model::Millis;

use crate::Segment;

/// So many words in a row, in a tenth of the time they usually take, are a heap.
const HEAP: usize = 4;
const HEAPED: f64 = 0.1;
/// A run has its usual pace again with so much of the usual time.
const USUAL: f64 = 0.8;
/// Without so many words nothing is known of what is usual.
const KNOWN: usize = 12;

/// A word as far as its pace goes.
#[derive(Clone, Copy)]
struct Beat {
    start: f64,
    end: f64,
    letters: f64,
}

/// Shares time out anew where words stand on a heap; all others stay.
pub(super) fn mend(segments: &mut [Segment]) {
    let mut beats: Vec<Beat> = segments
        .iter()
        .flat_map(|segment| &segment.words)
        .map(|word| Beat {
            start: word.span.start.0 as f64,
            end: word.span.end.0 as f64,
            letters: word.text.chars().filter(|letter| letter.is_alphanumeric()).count().max(1) as f64,
        })
        .collect();
    let Some(usual) = usual(&beats) else { return };
    let mut at = 0;
    let mut mended = false;
    while let Some(heap) = heap(&beats, at, usual) {
        at = heap.1;
        if let Some((from, to)) = around(&beats, heap, usual) {
            share(&mut beats[from..to]);
            mended = true;
            at = to.max(at);
        }
    }
    if mended {
        let words = segments.iter_mut().flat_map(|segment| &mut segment.words);
        for (word, beat) in words.zip(&beats) {
            word.span.start = Millis(beat.start as u64);
            word.span.end = Millis(beat.end as u64);
        }
        for segment in segments {
            if let (Some(first), Some(last)) = (segment.words.first(), segment.words.last()) {
                (segment.span.start, segment.span.end) = (first.span.start, last.span.end);
            }
        }
    }
}

/// The usual time of a letter: the median of those that have some.
fn usual(beats: &[Beat]) -> Option<f64> {
    let mut times: Vec<f64> =
        beats.iter().map(|beat| (beat.end - beat.start) / beat.letters).filter(|time| *time > 0.0).collect();
    times.sort_by(f64::total_cmp);
    (times.len() >= KNOWN).then(|| times.get(times.len() / 2).copied()).flatten()
}

/// The time and the letters of a run, its own pauses in it.
fn run(beats: &[Beat]) -> (f64, f64) {
    let time = beats.first().zip(beats.last()).map_or(0.0, |(first, last)| last.end - first.start);
    (time, beats.iter().map(|beat| beat.letters).sum())
}

/// The first heap from `at` on, as long as it goes.
fn heap(beats: &[Beat], at: usize, usual: f64) -> Option<(usize, usize)> {
    let is_heap = |from: usize, to: usize| {
        beats.get(from..to).is_some_and(|words| {
            let (time, letters) = run(words);
            time < HEAPED * usual * letters
        })
    };
    let from = (at..beats.len()).find(|&from| is_heap(from, from + HEAP))?;
    let to = (from + HEAP..=beats.len()).take_while(|&to| is_heap(from, to)).last()?;
    Some((from, to))
}

/// The fewest words around a heap that together have a usual pace; of as many, those that begin first.
fn around(beats: &[Beat], heap: (usize, usize), usual: f64) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for from in (0..=heap.0).rev() {
        if best.is_some_and(|(first, last)| last - first < heap.1 - from) {
            break;
        }
        let to = (heap.1..=beats.len()).find(|&to| {
            let (time, letters) = run(beats.get(from..to).unwrap_or_default());
            time >= USUAL * usual * letters
        });
        if let Some(to) = to
            && best.is_none_or(|(first, last)| to - from <= last - first)
        {
            best = Some((from, to));
        }
    }
    best
}

/// Each its part of the time, by its letters.
fn share(beats: &mut [Beat]) {
    let (time, letters) = run(beats);
    let mut at = beats.first().map_or(0.0, |first| first.start);
    for beat in beats {
        beat.start = at;
        at += time * beat.letters / letters;
        beat.end = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lingjian_language::Language;
    use lingjian_model::{Span, Word};
    use proptest::prelude::*;

    fn segment(words: &[(u64, u64)]) -> Segment {
        let words: Vec<Word> = words
            .iter()
            .map(|&(start, end)| Word {
                text: "字".to_owned(),
                span: Span::new(start, end),
                confidence: None,
            })
            .collect();
        let span = Span { start: words[0].span.start, end: words[words.len() - 1].span.end };
        let text = "字".repeat(words.len());
        Segment { words, text, span, language: Language::Chinese, avg_logprob: 0.0, no_speech: 0.0 }
    }

    fn spans(segments: &[Segment]) -> Vec<(u64, u64)> {
        let words = segments.iter().flat_map(|segment| &segment.words);
        words.map(|word| (word.span.start.0, word.span.end.0)).collect()
    }

    /// Twelve words of 200 ms each from `from` on.
    fn steady(from: u64) -> Vec<(u64, u64)> {
        (0..12).map(|word| (from + word * 200, from + (word + 1) * 200)).collect()
    }

    #[test]
    fn a_heap_is_shared_out_over_the_words_that_dragged_before_it() {
        let mut words = steady(0);
        // Three words drag for 2.6 s, ten stand on one moment behind them.
        words.extend([(2400, 3300), (3300, 4200), (4200, 5000)]);
        words.extend([(5000, 5000); 10]);
        let after = steady(5000);
        words.extend(after.clone());
        let mut segments = [segment(&words)];
        mend(&mut segments);
        let mended = spans(&segments);
        assert_eq!(mended[..12], words[..12], "what was before stays");
        assert_eq!(mended[25..], after, "and what comes after");
        for pair in &mended[12..25] {
            assert!((190..=210).contains(&(pair.1 - pair.0)), "{mended:?}");
        }
        assert_eq!((mended[12].0, mended[24].1), (2400, 5000));
    }

    #[test]
    fn a_hasty_word_or_two_and_what_is_too_little_to_know_stay() {
        let mut words = steady(0);
        words.extend([(2400, 2400), (2400, 2400), (2400, 3000)]);
        let mut hasty = [segment(&words)];
        mend(&mut hasty);
        assert_eq!(spans(&hasty), words);
        let little = [(0, 900), (900, 900), (900, 900), (900, 900), (900, 900), (900, 900)];
        let mut few = [segment(&little)];
        mend(&mut few);
        assert_eq!(spans(&few), little);
        // A heap with no time around it to be had.
        let mut end = steady(0);
        end.extend([(2400, 2400); 40]);
        let mut nowhere = [segment(&end)];
        mend(&mut nowhere);
        assert_eq!(spans(&nowhere), end);
    }

    proptest! {
        /// Words stay in order and within the time that all had; nothing is lost.
        #[test]
        fn order_stays(gaps in proptest::collection::vec((0u64..300, 0u64..600), 1..80), parts in 1usize..4) {
            let mut at = 0;
            let words: Vec<(u64, u64)> = gaps.iter().map(|(gap, length)| {
                let start = at + if *gap < 150 { 0 } else { *gap };
                at = start + if *length < 250 { 0 } else { *length };
                (start, at)
            }).collect();
            let size = words.len().div_ceil(parts);
            let mut segments: Vec<Segment> = words.chunks(size).map(segment).collect();
            mend(&mut segments);
            let mended = spans(&segments);
            prop_assert_eq!(mended.len(), words.len());
            prop_assert!(mended.iter().all(|(start, end)| start <= end));
            prop_assert!(mended.windows(2).all(|pair| pair[0].1 <= pair[1].0));
            prop_assert!(mended[0].0 >= words[0].0);
            prop_assert!(mended[mended.len() - 1].1 <= words[words.len() - 1].1);
        }
    }
}
