//! Recordings into blocks of samples, whatever they are wrapped in.

mod opus;
mod packets;
mod pcm;
mod sniff;
mod source;
mod warning;
mod wav;

use lingjian_model::Millis;

use crate::error::DecodeError;
pub use source::ReadSeekSend;
pub use warning::Warning;
use warning::Warnings;

/// What a file is by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Container {
    /// RIFF or RF64 WAVE.
    Wav,
    /// A bare MPEG audio stream, layer III.
    Mp3,
    /// Native FLAC.
    Flac,
    /// Ogg, with Opus, Vorbis or FLAC inside.
    Ogg,
    /// MPEG-4 (M4A, MP4).
    Mp4,
    /// A bare AAC stream with ADTS headers.
    Adts,
}

impl Container {
    /// The extensions that people rightly give to it, in lower case.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Wav => &["wav", "wave", "rf64", "bwf"],
            Self::Mp3 => &["mp3", "mpga", "mpeg"],
            Self::Flac => &["flac", "fla"],
            Self::Ogg => &["ogg", "oga", "opus", "spx"],
            Self::Mp4 => &["m4a", "mp4", "m4b", "aac", "3gp", "mov"],
            Self::Adts => &["aac", "adts"],
        }
    }
}

impl std::fmt::Display for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Wav => "WAV",
            Self::Mp3 => "MP3",
            Self::Flac => "FLAC",
            Self::Ogg => "Ogg",
            Self::Mp4 => "M4A",
            Self::Adts => "AAC (ADTS)",
        })
    }
}

/// How the samples are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Whole numbers, not compressed.
    Pcm,
    /// Floating point, not compressed.
    Float,
    /// G.711 A-law.
    ALaw,
    /// G.711 µ-law.
    MuLaw,
    /// MPEG audio layer III.
    Mp3,
    /// FLAC.
    Flac,
    /// Opus.
    Opus,
    /// Vorbis.
    Vorbis,
    /// AAC, low complexity.
    Aac,
}

impl std::fmt::Display for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pcm => "PCM",
            Self::Float => "floating-point PCM",
            Self::ALaw => "A-law",
            Self::MuLaw => "µ-law",
            Self::Mp3 => "MP3",
            Self::Flac => "FLAC",
            Self::Opus => "Opus",
            Self::Vorbis => "Vorbis",
            Self::Aac => "AAC",
        })
    }
}

/// What a recording says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioInfo {
    /// What the file is by its content.
    pub container: Container,
    /// How the samples are coded.
    pub codec: Codec,
    /// Samples per second and channel, in Hz, of the blocks that come out.
    pub sample_rate: u32,
    /// How many channels a block has.
    pub channels: u16,
    /// Bits of one stored sample; none where the codec has no such thing.
    pub bits_per_sample: Option<u16>,
    /// How long it should be by its header or its size; none where neither says.
    pub duration: Option<Millis>,
}

/// A stretch of sound of at most a second: one row of samples per channel, all equally long, full scale ±1.
///
/// Floating-point recordings may go beyond full scale; every sample is finite.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    /// `channels[c][n]` is sample `n` of channel `c`.
    pub channels: Vec<Vec<f32>>,
}

impl Block {
    /// Samples per channel.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }
}

/// What each container's decoder can do.
trait Decode: Send {
    /// The next samples; none at the end. Never a block without frames.
    fn next_block(&mut self, warnings: &mut Warnings) -> Result<Option<Block>, DecodeError>;
}

/// Runs a decoder that others wrote on bytes that anybody sent: should it panic, this recording ends there and the
/// others go on.
fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode)).ok()
}

/// Reads one recording from start to end, a block at a time.
///
/// ```
/// # fn wav() -> Vec<u8> {
/// #     let mut bytes = b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x08\0\0\0".to_vec();
/// #     bytes.extend([0, 0, 0, 64, 0, 0, 0, 192]);
/// #     bytes
/// # }
/// use lingjian_acoustics::Reader;
/// let mut reader = Reader::open(Box::new(std::io::Cursor::new(wav())), Some("wav"))?;
/// assert_eq!(reader.info().sample_rate, 8000);
/// while let Some(block) = reader.next_block()? {
///     assert_eq!(block.channels[0], [0.0, 0.5, 0.0, -0.5]);
/// }
/// assert!(reader.warnings().is_empty());
/// # Ok::<(), lingjian_acoustics::DecodeError>(())
/// ```
pub struct Reader {
    info: AudioInfo,
    decoder: Box<dyn Decode>,
    warnings: Warnings,
    finished: bool,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("info", &self.info)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Looks at the first bytes and makes ready to decode. `extension` is the file's extension without its dot; it
    /// decides nothing, but a wrong one is a warning.
    ///
    /// # Errors
    /// Where there is no sound to be had: empty, not audio, damaged header, unsupported codec, no channel,
    /// impossible sample rate, or the source itself fails.
    pub fn open(mut source: Box<dyn ReadSeekSend>, extension: Option<&str>) -> Result<Self, DecodeError> {
        let container = sniff::container(&mut *source)?;
        let mut warnings = Warnings::default();
        if let Some(given) = extension.map(str::to_ascii_lowercase)
            && !container.extensions().contains(&given.as_str())
        {
            warnings.mislabelled(given, container);
        }
        let (info, decoder): (AudioInfo, Box<dyn Decode>) = match container {
            Container::Wav => {
                let (info, decoder) = wav::Wav::open(source, &mut warnings)?;
                (info, Box::new(decoder))
            }
            other => {
                let opened = guarded(|| packets::Packets::open(other, source, &mut warnings));
                let (info, decoder) = opened.unwrap_or_else(|| {
                    Err(DecodeError::Corrupt {
                        container: other,
                        reason: "the decoder broke down over it".to_owned(),
                    })
                })?;
                (info, Box::new(decoder))
            }
        };
        warnings.set_rate(info.sample_rate);
        Ok(Self { info, decoder, warnings, finished: false })
    }

    /// What the recording says about itself.
    #[must_use]
    pub fn info(&self) -> &AudioInfo {
        &self.info
    }

    /// The next samples; none at the end, and from then on.
    ///
    /// # Errors
    /// Only where the source fails. Damage inside the recording is skipped or filled with silence, and told by
    /// [`Reader::warnings`].
    pub fn next_block(&mut self) -> Result<Option<Block>, DecodeError> {
        if self.finished {
            return Ok(None);
        }
        let next = guarded(|| self.decoder.next_block(&mut self.warnings)).unwrap_or_else(|| {
            self.warnings.corrupt_packet();
            self.warnings.cut();
            Ok(None)
        });
        match next {
            Ok(Some(mut block)) => {
                self.warnings.replace_bad_samples(&mut block);
                self.warnings.advance(block.frames());
                Ok(Some(block))
            }
            Ok(None) => {
                self.finished = true;
                self.warnings.finish(self.info.duration);
                Ok(None)
            }
            Err(error) => {
                self.finished = true;
                Err(error)
            }
        }
    }

    /// What was wrong with the recording and what was done about it; complete once the last block was read.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        self.warnings.list()
    }

    /// How much sound has come out so far.
    #[must_use]
    pub fn position(&self) -> Millis {
        self.warnings.position()
    }
}
