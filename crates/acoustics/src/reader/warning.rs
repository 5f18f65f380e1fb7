//! What was wrong with a recording that still gave sound.

use std::fmt;

use lingjian_model::Millis;

use super::{Block, Container};

/// Something wrong with a recording, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The sound ends before the recording says it should.
    Truncated {
        /// How much there was.
        after: Millis,
        /// How much there should have been, where the header says.
        stated: Option<Millis>,
    },
    /// Pieces are missing or could not be decoded; silence of their length stands in for them.
    CorruptPackets {
        /// How many.
        skipped: u64,
        /// Where the first one was.
        first: Millis,
    },
    /// Samples that are no number or infinite were replaced with silence.
    BadSamples {
        /// How many, over all channels.
        replaced: u64,
        /// Where the first one was.
        first: Millis,
    },
    /// The extension says one format, the content is another; the content decided.
    Mislabelled {
        /// The extension as given, in lower case.
        extension: String,
        /// What it really is.
        container: Container,
    },
    /// The header's length is unset, as streaming recorders leave it, or wrong; all the sound in the file was read.
    LengthIgnored,
    /// The format changes within the file; the rest was not decoded.
    FormatChanged {
        /// From where on.
        at: Millis,
    },
    /// A sound file in order, without any sound.
    NoSamples,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { after, stated: Some(stated) } => {
                let (after, stated) = (Seconds(*after), Seconds(*stated));
                write!(f, "ends after {after} where it should last {stated}: truncated or damaged")
            }
            Self::Truncated { after, stated: None } => {
                write!(f, "breaks off after {}: truncated", Seconds(*after))
            }
            Self::CorruptPackets { skipped, first } => {
                let first = Seconds(*first);
                write!(f, "damaged or missing pieces replaced with silence: {skipped}, the first at {first}")
            }
            Self::BadSamples { replaced, first } => {
                let first = Seconds(*first);
                write!(
                    f,
                    "samples that are no number replaced with silence: {replaced}, the first at {first}"
                )
            }
            Self::Mislabelled { extension, container } => {
                write!(f, "named .{extension}, but is {container}; read as {container}")
            }
            Self::LengthIgnored => {
                f.write_str("the header's length is unset or wrong; read to the end of the file")
            }
            Self::FormatChanged { at } => {
                write!(f, "the format changes at {}; the rest was not read", Seconds(*at))
            }
            Self::NoSamples => f.write_str("the file holds no sound"),
        }
    }
}

struct Seconds(Millis);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s", self.0.as_secs_f64())
    }
}

/// Gathers warnings while a recording is read.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    rate: u32,
    frames: u64,
    mislabelled: Option<(String, Container)>,
    length_ignored: bool,
    corrupt: Option<(u64, Millis)>,
    bad: Option<(u64, Millis)>,
    changed: Option<Millis>,
    cut: bool,
    truncated: Option<Option<Millis>>,
    empty: bool,
}

/// How much less than the header says is still whole: encoders round to their frames.
const SLACK: Millis = Millis(30);

impl Warnings {
    pub(super) fn mislabelled(&mut self, extension: String, container: Container) {
        self.mislabelled = Some((extension, container));
    }

    pub(super) fn length_ignored(&mut self) {
        self.length_ignored = true;
    }

    /// One piece could not be decoded.
    pub(super) fn corrupt_packet(&mut self) {
        let here = self.position();
        self.corrupt.get_or_insert((0, here)).0 += 1;
    }

    pub(super) fn format_changed(&mut self) {
        self.changed = Some(self.position());
    }

    /// The source ended in the middle of something.
    pub(super) fn cut(&mut self) {
        self.cut = true;
    }

    pub(super) fn set_rate(&mut self, rate: u32) {
        self.rate = rate;
    }

    pub(super) fn advance(&mut self, frames: usize) {
        self.frames += frames as u64;
    }

    pub(super) fn position(&self) -> Millis {
        Millis(self.frames.saturating_mul(1000).checked_div(u64::from(self.rate)).unwrap_or(0))
    }

    pub(super) fn replace_bad_samples(&mut self, block: &mut Block) {
        for samples in &mut block.channels {
            // the sum of all is finite only if each is; the slow look is for the rare block that has one
            if samples.iter().fold(0.0_f32, |sum, sample| sum + sample * 0.0).is_finite() {
                continue;
            }
            for (index, sample) in samples.iter_mut().enumerate() {
                if !sample.is_finite() {
                    *sample = 0.0;
                    let frame = self.frames + index as u64;
                    let at = Millis(frame * 1000 / u64::from(self.rate.max(1)));
                    let (count, first) = self.bad.get_or_insert((0, at));
                    *count += 1;
                    *first = at.min(*first);
                }
            }
        }
    }

    pub(super) fn finish(&mut self, stated: Option<Millis>) {
        self.empty = self.frames == 0;
        let short = stated.filter(|&stated| stated.since(self.position()) > SLACK);
        if self.changed.is_none() && (short.is_some() || self.cut) {
            self.truncated = Some(short);
        }
    }

    pub(super) fn list(&self) -> Vec<Warning> {
        let mislabelled = self
            .mislabelled
            .clone()
            .map(|(extension, container)| Warning::Mislabelled { extension, container });
        let length = self.length_ignored.then_some(Warning::LengthIgnored);
        let corrupt = self.corrupt.map(|(skipped, first)| Warning::CorruptPackets { skipped, first });
        let bad = self.bad.map(|(replaced, first)| Warning::BadSamples { replaced, first });
        let changed = self.changed.map(|at| Warning::FormatChanged { at });
        let truncated = self.truncated.map(|stated| Warning::Truncated { after: self.position(), stated });
        let empty = self.empty.then_some(Warning::NoSamples);
        [mislabelled, length, corrupt, bad, changed, truncated, empty].into_iter().flatten().collect()
    }
}
