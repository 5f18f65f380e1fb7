//! A recording into turns.

use std::fmt;

use lingjian_acoustics::{DecodeError, Reader, UnsupportedRate, VadSettings, without_cross_talk};
use lingjian_language::Language;
use lingjian_model::{Millis, Role, Sound, Span, Speech, Turn};

use crate::listener::{Heard, Listener};
use crate::plan::{ChannelPlan, PlanError};
use crate::scribe::{Lost, Piece, Scribe};
use crate::speakers::{self, Said};
use crate::transcriber::{EngineError, Hints, SAMPLE_RATE, Transcriber};
use crate::turns::{self, Party};
use crate::window::{Cut, Packer, Window};

/// A word may lie so far outside the stretch of speech that it belongs to.
const WORD_SLACK: Millis = Millis(100);

/// How to transcribe.
#[derive(Debug, Clone, PartialEq)]
pub struct TranscribeOptions {
    /// The language that is spoken; none: the engine listens for it.
    pub language: Option<Language>,
    /// Words that are likely to be said (products, names), as a sentence of the language.
    pub prompt: Option<String>,
    /// What counts as speech.
    pub activity: VadSettings,
    /// Longest window given to the engine, 30 s at most.
    pub window: Millis,
}

impl Default for TranscribeOptions {
    fn default() -> Self {
        Self { language: None, prompt: None, activity: VadSettings::default(), window: Millis(28_000) }
    }
}

/// How far a recording has been written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How much of it has been read.
    pub done: Millis,
    /// How long it is, where its header says.
    pub total: Option<Millis>,
}

/// Something that did not become words as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpokenWarning {
    /// The recording itself is not in order.
    Recording(lingjian_acoustics::Warning),
    /// A channel that the plan does not name.
    ChannelIgnored {
        /// Which, counted from 1.
        channel: usize,
    },
    /// Nobody speaks in the whole recording.
    NoSpeech,
    /// It sounds like speech and the engine found no words: music, noise, another language.
    Unread(Span),
    /// The engine said the same over and over; that was dropped.
    Repeated(Span),
    /// The engine wrote a line that nobody said (subtitle credits); that was dropped.
    Invented(Span),
}

impl fmt::Display for SpokenWarning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |span: &Span| {
            format!("from {:.1} s to {:.1} s", span.start.as_secs_f64(), span.end.as_secs_f64())
        };
        match self {
            Self::Recording(warning) => warning.fmt(out),
            Self::ChannelIgnored { channel } => {
                write!(out, "channel {channel} is not in the channel plan and was not listened to")
            }
            Self::NoSpeech => out.write_str("nobody speaks in the recording"),
            Self::Unread(span) => {
                write!(out, "{}: it sounds like speech and no words were made out", place(span))
            }
            Self::Repeated(span) => {
                write!(out, "{}: the engine repeated itself; its words were dropped", place(span))
            }
            Self::Invented(span) => {
                write!(out, "{}: the engine wrote what nobody said; it was dropped", place(span))
            }
        }
    }
}

/// What it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Windows given to the engine.
    pub windows: u64,
    /// Sound in them, second readings included.
    pub given: Millis,
    /// Speech in the recording, over all channels.
    pub speech: Millis,
}

/// A recording as words.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// Who said what, by start.
    pub turns: Vec<Turn>,
    /// When each party spoke, by voice activity.
    pub sound: Sound,
    /// How long the recording is.
    pub duration: Millis,
    /// What is spoken, as given or heard; none where nobody speaks.
    pub language: Option<Language>,
    /// What did not become words as it should.
    pub warnings: Vec<SpokenWarning>,
    /// What it took.
    pub effort: Effort,
}

/// Why a recording cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// The channel plan does not fit.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The recording cannot be read.
    #[error(transparent)]
    Recording(#[from] DecodeError),
    /// Its sample rate is impossible.
    #[error(transparent)]
    Rate(#[from] UnsupportedRate),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// One party, or both together, on the way to words.
struct Channel {
    role: Option<Role>,
    index: usize,
    listener: Listener,
    packer: Packer,
    pieces: Vec<Piece>,
}

/// Writes down a recording from start to end. It is read in blocks; what is kept of its sound is some 30 s a channel.
///
/// # Errors
///
/// Where the plan does not fit the recording, the recording cannot be read on, or the engine fails. What merely went
/// wrong on the way is a warning.
pub fn transcribe_recording(
    reader: &mut Reader,
    plan: &ChannelPlan,
    engine: &mut dyn Transcriber,
    options: &TranscribeOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Spoken, SpeechError> {
    let info = reader.info().clone();
    plan.check(usize::from(info.channels))?;
    let parties: Vec<(Option<Role>, usize)> = match plan {
        ChannelPlan::Separate(parties) => {
            parties.iter().map(|(role, channel)| (Some(*role), *channel)).collect()
        }
        ChannelPlan::Mixed => vec![(None, 0)],
    };
    let limit =
        usize::try_from(options.window.0.clamp(1000, 30_000)).unwrap_or(30_000) * SAMPLE_RATE as usize / 1000;
    let mut channels = parties
        .into_iter()
        .map(|(role, index)| {
            let listener = Listener::new(info.sample_rate, options.activity)?;
            Ok(Channel { role, index, listener, packer: Packer::new(limit), pieces: Vec::new() })
        })
        .collect::<Result<Vec<_>, UnsupportedRate>>()?;
    let hints = Hints { language: options.language, prompt: options.prompt.clone() };
    let mut scribe = Scribe::new(engine, hints, *plan == ChannelPlan::Mixed);

    progress(Progress { done: Millis::ZERO, total: info.duration });
    while let Some(block) = reader.next_block()? {
        let mixed = (*plan == ChannelPlan::Mixed && block.channels.len() > 1).then(|| mix(&block.channels));
        for channel in &mut channels {
            let samples =
                mixed.as_ref().or(block.channels.get(channel.index)).map(Vec::as_slice).unwrap_or_default();
            let cuts = channel.listener.push(samples);
            channel.pack(cuts, &mut scribe)?;
        }
        progress(Progress { done: reader.position(), total: info.duration });
    }
    let mut parties = channels
        .into_iter()
        .map(|channel| channel.finish(&mut scribe))
        .collect::<Result<Vec<_>, EngineError>>()?;
    drop_cross_talk(&mut parties);

    let mut warnings: Vec<SpokenWarning> =
        reader.warnings().into_iter().map(SpokenWarning::Recording).collect();
    if let ChannelPlan::Separate(parties) = plan {
        let ignored = (0..usize::from(info.channels))
            .filter(|index| parties.iter().all(|(_, channel)| channel != index));
        warnings.extend(ignored.map(|index| SpokenWarning::ChannelIgnored { channel: index + 1 }));
    }
    let speech = parties.iter().flat_map(|party| &party.heard.speech).map(|span| span.length().0).sum();
    if speech == 0 {
        warnings.push(SpokenWarning::NoSpeech);
    }
    scribe.lost.sort_by_key(|lost| match lost {
        Lost::Unread(span) | Lost::Repeated(span) | Lost::Invented(span) => *span,
    });
    warnings.extend(scribe.lost.iter().map(|lost| match lost {
        Lost::Unread(span) => SpokenWarning::Unread(*span),
        Lost::Repeated(span) => SpokenWarning::Repeated(*span),
        Lost::Invented(span) => SpokenWarning::Invented(*span),
    }));
    let effort = Effort { windows: scribe.windows, given: scribe.given, speech: Millis(speech) };
    let language = scribe.language();
    let (turns, sound) = gather(parties);
    Ok(Spoken { turns, sound, duration: reader.position(), language, warnings, effort })
}

/// When each party speaks, by voice activity, and how long the recording is: for a recording whose words are known.
/// Nothing where both parties are on one channel, for sound alone does not say who is who.
///
/// # Errors
///
/// Where the plan does not fit the recording, or the recording cannot be read on.
pub fn voice_activity(
    reader: &mut Reader,
    plan: &ChannelPlan,
    settings: VadSettings,
) -> Result<Option<(Sound, Millis)>, SpeechError> {
    let info = reader.info().clone();
    plan.check(usize::from(info.channels))?;
    let ChannelPlan::Separate(parties) = plan else { return Ok(None) };
    let mut listeners = parties
        .iter()
        .map(|(role, index)| Ok((*role, *index, Listener::new(info.sample_rate, settings)?)))
        .collect::<Result<Vec<_>, UnsupportedRate>>()?;
    while let Some(block) = reader.next_block()? {
        for (_, index, listener) in &mut listeners {
            listener.push(block.channels.get(*index).map(Vec::as_slice).unwrap_or_default());
        }
    }
    let listened = |(role, _, listener): (Role, usize, Listener)| Listened {
        role: Some(role),
        pieces: Vec::new(),
        heard: listener.finish().1,
    };
    let mut parties: Vec<Listened> = listeners.into_iter().map(listened).collect();
    drop_cross_talk(&mut parties);
    Ok(Some((gather(parties).1, reader.position())))
}

impl Channel {
    fn pack(&mut self, cuts: Vec<Cut>, scribe: &mut Scribe<'_>) -> Result<(), EngineError> {
        for cut in cuts {
            for window in self.packer.push(cut) {
                self.write(&window, scribe)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, window: &Window, scribe: &mut Scribe<'_>) -> Result<(), EngineError> {
        self.pieces.extend(scribe.write(window)?);
        Ok(())
    }

    fn finish(self, scribe: &mut Scribe<'_>) -> Result<Listened, EngineError> {
        let Self { role, index: _, listener, mut packer, mut pieces } = self;
        let (cuts, heard) = listener.finish();
        for cut in cuts {
            for window in packer.push(cut) {
                pieces.extend(scribe.write(&window)?);
            }
        }
        if let Some(window) = packer.finish() {
            pieces.extend(scribe.write(&window)?);
        }
        Ok(Listened { role, pieces, heard })
    }
}

/// A channel that has been listened to.
struct Listened {
    role: Option<Role>,
    pieces: Vec<Piece>,
    heard: Heard,
}

/// Takes out of every channel what is only another one leaking in: its stretches of speech, and the words in them.
fn drop_cross_talk(parties: &mut [Listened]) {
    let mut kept: Vec<Vec<Span>> = Vec::new();
    for (number, party) in parties.iter().enumerate() {
        let others = parties.iter().enumerate().filter(|(other, _)| *other != number);
        kept.push(others.fold(party.heard.speech.clone(), |speech, (_, other)| {
            without_cross_talk(&speech, &party.heard.envelope, &other.heard.envelope)
        }));
    }
    for (party, kept) in parties.iter_mut().zip(kept) {
        if kept == party.heard.speech {
            continue;
        }
        let touches =
            |a: Span, b: Span| a.start.since(b.end) < WORD_SLACK && b.start.since(a.end) < WORD_SLACK;
        party.pieces.retain(|piece| kept.iter().any(|span| touches(piece.span(), *span)));
        party.heard.speech = kept;
    }
}

/// All channels as one.
fn mix(channels: &[Vec<f32>]) -> Vec<f32> {
    let frames = channels.first().map_or(0, Vec::len);
    let share = 1.0 / channels.len().max(1) as f32;
    (0..frames).map(|n| channels.iter().filter_map(|channel| channel.get(n)).sum::<f32>() * share).collect()
}

/// Turns and voice activity of all channels.
fn gather(listened: Vec<Listened>) -> (Vec<Turn>, Sound) {
    let mut parties: Vec<Party> = Vec::new();
    let mut speech: Vec<Speech> = Vec::new();
    for Listened { role, pieces, heard } in listened {
        let Some(role) = role else { return gather_mixed(pieces, &heard.speech) };
        speech.extend(heard.speech.into_iter().map(|span| Speech { span, role }));
        let words = pieces.into_iter().flat_map(|piece| piece.words);
        match parties.iter_mut().find(|party| party.role == role) {
            Some(party) => {
                party.words.extend(words);
                party.words.sort_by_key(|word| word.span);
            }
            None => parties.push(Party { role, words: words.collect() }),
        }
    }
    speech.sort_unstable();
    (turns::turns(&parties), Sound { speech, mixed: false })
}

/// The same where both parties are on one channel.
fn gather_mixed(pieces: Vec<Piece>, spans: &[Span]) -> (Vec<Turn>, Sound) {
    let said: Vec<Said> = pieces
        .iter()
        .map(|piece| Said { span: piece.span(), text: piece.text(), voice: piece.voice.clone() })
        .collect();
    let roles = speakers::attribute(&said);
    let mut speech: Vec<Speech> = Vec::new();
    let mut role = roles.first().map_or(Role::Agent, |(role, _)| *role);
    for span in spans {
        // A stretch of speech is divided where the speaker changes, half-way between the two.
        let mut rest = *span;
        let inside = said
            .iter()
            .zip(&roles)
            .filter(|(said, _)| said.span.start < span.end && said.span.end > span.start);
        let mut last_end = span.start;
        for (said, (next, _)) in inside {
            if *next != role {
                let middle = Millis(last_end.0.midpoint(said.span.start.0.max(last_end.0))).max(rest.start);
                if middle > rest.start {
                    speech.push(Speech { span: Span { start: rest.start, end: middle }, role });
                }
                rest.start = middle;
                role = *next;
            }
            last_end = last_end.max(said.span.end);
        }
        if rest.start < rest.end {
            speech.push(Speech { span: rest, role });
        }
    }
    let turns = turns::turns_of_pieces(
        pieces.into_iter().zip(roles).map(|(piece, (role, sure))| (piece.words, role, sure)),
    );
    (turns, Sound { speech, mixed: true })
}
