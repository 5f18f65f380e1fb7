//! Windows into words, with a second look at what came out wrong.

use lingjian_language::Language;
use lingjian_model::{Millis, Span, Word};

use crate::guard;
use crate::speakers::{Ear, Voice};
use crate::text;
use crate::transcriber::{EngineError, Hints, Segment, Transcriber};
use crate::window::Window;

/// A cut of this length without a word is read again by itself.
const UNREAD: Millis = Millis(480);
/// A cut of this length that stays without a word is told.
const TELL_UNREAD: Millis = Millis(1500);
/// How often a window may be divided and read again.
const MAX_DEPTH: u8 = 2;
/// So much of one language, and so many times as much as of the other, settles which is spoken.
const SETTLED: Millis = Millis(20_000);
const SETTLED_TIMES: u64 = 4;

/// Words of one sentence in one cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub words: Vec<Word>,
    /// Who says it, by the sound; only where it was asked for.
    pub voice: Voice,
}

impl Piece {
    pub(crate) fn span(&self) -> Span {
        Span {
            start: self.words.first().map_or(Millis::ZERO, |word| word.span.start),
            end: self.words.last().map_or(Millis::ZERO, |word| word.span.end),
        }
    }

    pub(crate) fn text(&self) -> String {
        text::join(self.words.iter().map(|word| word.text.as_str()))
    }
}

/// What did not become words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It sounds like speech and the engine found no words.
    Unread(Span),
    /// The engine said the same over and over; that was dropped.
    Repeated(Span),
    /// The engine wrote what nobody said; that was dropped.
    Invented(Span),
}

/// Lets an engine write down windows of one recording.
pub(crate) struct Scribe<'e> {
    engine: &'e mut dyn Transcriber,
    hints: Hints,
    /// The language was not given: how much of each has been heard.
    heard: Option<[(Language, Millis); 2]>,
    ear: Option<Ear>,
    /// Windows given to the engine.
    pub windows: u64,
    /// Milliseconds of sound given to the engine.
    pub given: Millis,
    pub lost: Vec<Lost>,
}

impl<'e> Scribe<'e> {
    /// `with_voices`: whether the pieces' voices are wanted.
    pub(crate) fn new(engine: &'e mut dyn Transcriber, hints: Hints, with_voices: bool) -> Self {
        let heard = hints
            .language
            .is_none()
            .then_some([(Language::Chinese, Millis::ZERO), (Language::English, Millis::ZERO)]);
        let ear = with_voices.then(Ear::new);
        Self { engine, hints, heard, ear, windows: 0, given: Millis::ZERO, lost: Vec::new() }
    }

    /// The language that was given, or heard most.
    pub(crate) fn language(&self) -> Option<Language> {
        self.hints.language.or_else(|| {
            let most = self.heard?.into_iter().max_by_key(|(_, length)| *length)?;
            (most.1 > Millis::ZERO).then_some(most.0)
        })
    }

    /// The words of a window, in order of time, in pieces.
    pub(crate) fn write(&mut self, window: &Window) -> Result<Vec<Piece>, EngineError> {
        let mut pieces = self.write_at(window, 0)?;
        pieces.sort_by_key(Piece::span);
        Ok(pieces)
    }

    fn write_at(&mut self, window: &Window, depth: u8) -> Result<Vec<Piece>, EngineError> {
        let segments = self.engine.transcribe(&window.samples, &self.hints)?;
        self.windows += 1;
        self.given = self.given.plus(Millis(window.samples.len() as u64 / crate::window::PER_MS));
        let cuts: Vec<Span> = window.cuts().collect();
        let whole = text::join(segments.iter().map(|segment| segment.text.as_str()));
        if guard::is_repetitive(&whole) {
            if cuts.len() > 1 && depth < MAX_DEPTH {
                let half = cuts.len() / 2;
                let mut pieces = self.write_at(&window.only(|cut| cut < half), depth + 1)?;
                pieces.extend(self.write_at(&window.only(|cut| cut >= half), depth + 1)?);
                return Ok(pieces);
            }
            self.lost.extend(whole_span(&cuts).map(Lost::Repeated));
            return Ok(Vec::new());
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut read = vec![false; cuts.len()];
        for segment in segments {
            if is_invented(&segment) {
                self.lost.extend(window.place(segment.span).map(|(_, span)| Lost::Invented(span)));
                continue;
            }
            self.listen(&segment);
            for (cut, piece) in self.pieces(window, segment) {
                if let Some(read) = read.get_mut(cut) {
                    *read = true;
                }
                pieces.push(piece);
            }
        }
        let is_unread = |cut: usize| {
            read.get(cut) == Some(&false) && cuts.get(cut).is_some_and(|span| span.length() >= UNREAD)
        };
        let unread: Vec<Span> =
            cuts.iter().enumerate().filter(|(cut, _)| is_unread(*cut)).map(|(_, span)| *span).collect();
        if unread.is_empty() {
            return Ok(pieces);
        }
        if depth == 0 && unread.len() < cuts.len() {
            pieces.extend(self.write_at(&window.only(is_unread), depth + 1)?);
        } else {
            self.lost
                .extend(unread.into_iter().filter(|span| span.length() >= TELL_UNREAD).map(Lost::Unread));
        }
        Ok(pieces)
    }

    /// The words of a segment by cut and sentence, at their place in the recording.
    fn pieces(&self, window: &Window, segment: Segment) -> Vec<(usize, Piece)> {
        let mut groups: Vec<(usize, Span, Vec<Word>)> = Vec::new();
        for mut word in segment.words {
            let in_window = word.span;
            let Some((cut, span)) = window.place(in_window) else { continue };
            word.span = span;
            match groups.last_mut() {
                Some((same, heard, words)) if *same == cut && !ends_sentence(words) => {
                    // Words follow each other, whatever the alignment says.
                    word.span.start =
                        word.span.start.max(words.last().map_or(Millis::ZERO, |last| last.span.start));
                    word.span.end = word.span.end.max(word.span.start);
                    heard.end = heard.end.max(in_window.end);
                    words.push(word);
                }
                _ => groups.push((cut, in_window, vec![word])),
            }
        }
        groups
            .into_iter()
            .map(|(cut, heard, words)| {
                let voice = self.ear.as_ref().map(|ear| ear.hear(window.sound(heard))).unwrap_or_default();
                (cut, Piece { words, voice })
            })
            .collect()
    }

    /// Counts the language of a segment until it is clear which is spoken; then the engine is told.
    fn listen(&mut self, segment: &Segment) {
        let Some(heard) = &mut self.heard else { return };
        // What it was read as is the engine's guess; what it is written in confirms it.
        let written = Language::of([segment.text.as_str()]).unwrap_or(segment.language);
        for (language, length) in heard.iter_mut() {
            if *language == written {
                *length = length.plus(segment.span.length());
            }
        }
        let [(first, first_length), (second, second_length)] = *heard;
        let settled = |most: Millis, least: Millis| most >= SETTLED && most.0 >= SETTLED_TIMES * least.0;
        if settled(first_length, second_length) {
            self.hints.language = Some(first);
        } else if settled(second_length, first_length) {
            self.hints.language = Some(second);
        }
    }
}

fn whole_span(cuts: &[Span]) -> Option<Span> {
    Some(Span { start: cuts.first()?.start, end: cuts.last()?.end })
}

fn ends_sentence(words: &[Word]) -> bool {
    words.last().is_some_and(|word| word.text.ends_with(['.', '?', '!', '。', '？', '！']))
}

/// Subtitle credits are believed only from an engine that is sure of itself.
fn is_invented(segment: &Segment) -> bool {
    let doubtful = segment.no_speech > 0.2 || segment.avg_logprob < -0.3;
    doubtful && guard::is_credit(&segment.text)
}
