//! Everything but WAV: symphonia takes the packets out of the container and decodes them (Opus apart).

use std::collections::VecDeque;
use std::io;

use lingjian_model::Millis;
use symphonia::core::codecs::audio::{
    AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known as codecs,
};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::default::{formats, meta};

use super::opus::{self, OpusPackets};
use super::source::{Media, ReadSeekSend, length};
use super::warning::Warnings;
use super::{AudioInfo, Block, Codec, Container, Decode};
use crate::error::{DecodeError, check_shape};

/// Sound that is missing for longer than this is not filled in: so large a leap is a damaged time stamp.
const LONGEST_GAP: Millis = Millis::from_secs(600);
/// Time stamps may be rounded this far without anything missing.
const SMALLEST_GAP: Millis = Millis(15);

/// So many damaged pieces in a row and nothing good between them: the rest is given up.
const PATIENCE: u32 = 1_000;

/// Demuxes and decodes one sound track.
pub(super) struct Packets {
    format: Box<dyn FormatReader>,
    track: u32,
    decoder: Decoder,
    channels: usize,
    rate: u32,
    /// Where the next packet should begin, in ticks of the track.
    expected: Option<i64>,
    /// Length of one tick of the track, as a fraction of a second.
    tick: (u64, u64),
    /// Frames of silence that come before what is ready.
    silence: u64,
    ready: VecDeque<Block>,
    ended: bool,
}

enum Decoder {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Box<OpusPackets>),
}

/// What one packet gave.
enum Decoded {
    Sound { rate: u32, rows: Vec<Vec<f32>> },
    Damaged,
}

impl Packets {
    pub(super) fn open(
        container: Container,
        mut source: Box<dyn ReadSeekSend>,
        warnings: &mut Warnings,
    ) -> Result<(AudioInfo, Self), DecodeError> {
        let length = length(&mut *source)?;
        let stream =
            MediaSourceStream::new(Box::new(Media::new(source, length)), MediaSourceStreamOptions::default());
        let format = probe(container)
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| explain(container, error))?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(|| corrupt(container, "there is no sound track in it"))?;
        let parameters =
            audio_parameters(track).ok_or_else(|| corrupt(container, "its sound track has no codec"))?;
        let (codec, decoder) = decoder(container, parameters)?;
        let mut info = AudioInfo {
            container,
            codec,
            sample_rate: parameters.sample_rate.unwrap_or(0),
            channels: parameters.channels.as_ref().map_or(0, |channels| channels.count() as u16),
            bits_per_sample: parameters
                .bits_per_sample
                .filter(|_| codec == Codec::Flac)
                .map(|bits| bits as u16),
            duration: duration(track, parameters),
        };
        if let Decoder::Opus(opus) = &decoder {
            (info.sample_rate, info.channels) = (opus.rate(), opus.channels() as u16);
            info.duration =
                info.duration.map(|whole| whole.since(Millis(opus.pre_skip() * 1000 / opus::CLOCK)));
        }
        let mut packets = Self {
            track: track.id,
            tick: tick(track, parameters),
            format,
            decoder,
            channels: 0,
            rate: 0,
            expected: None,
            silence: 0,
            ready: VecDeque::new(),
            ended: false,
        };
        // headers lie about rate and channels; the first sound does not
        packets.fill(warnings)?;
        if packets.channels > 0 {
            (info.sample_rate, info.channels) = (packets.rate, packets.channels as u16);
        }
        check_shape(u32::from(info.channels), info.sample_rate)?;
        Ok((info, packets))
    }

    /// Decodes until a block is ready or the recording ends.
    fn fill(&mut self, warnings: &mut Warnings) -> Result<(), DecodeError> {
        let mut in_a_row = 0;
        while self.ready.is_empty() && self.silence == 0 && !self.ended {
            match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id != self.track => {}
                Ok(Some(packet)) => {
                    self.bridge(&packet, warnings);
                    match self.decoder.decode(&packet) {
                        Decoded::Sound { rate, rows } => {
                            in_a_row = 0;
                            self.take(rate, rows, warnings);
                        }
                        Decoded::Damaged => {
                            in_a_row += 1;
                            warnings.corrupt_packet();
                            self.silence += self.frames(packet.dur.get()).min(u64::from(self.rate));
                        }
                    }
                }
                Ok(None) => self.ended = true,
                Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    warnings.cut();
                    self.ended = true;
                }
                Err(Error::IoError(error)) => return Err(error.into()),
                Err(Error::ResetRequired) => self.restart(warnings),
                Err(_) => {
                    in_a_row += 1;
                    warnings.corrupt_packet();
                }
            }
            if in_a_row >= PATIENCE {
                warnings.cut();
                self.ended = true;
            }
        }
        Ok(())
    }

    /// Another stream begins in the same file (chained Ogg).
    fn restart(&mut self, warnings: &mut Warnings) {
        let next = self.format.default_track(TrackType::Audio).and_then(|track| {
            let parameters = audio_parameters(track)?;
            Some((track.id, decoder(Container::Ogg, parameters).ok()?.1))
        });
        match next {
            Some((track, decoder)) => (self.track, self.decoder, self.expected) = (track, decoder, None),
            None => {
                warnings.format_changed();
                self.ended = true;
            }
        }
    }

    /// Where sound is missing before a packet (a page of an Ogg, frames of a FLAC), silence keeps what follows in its
    /// place.
    fn bridge(&mut self, packet: &Packet, warnings: &mut Warnings) {
        let start = packet.pts.get();
        let missing = self.expected.map_or(0, |expected| start.saturating_sub(expected));
        self.expected =
            i64::try_from(packet.block_dur().get()).ok().map(|length| start.saturating_add(length));
        let frames = self.frames(u64::try_from(missing).unwrap_or(0));
        let length = Millis(frames.saturating_mul(1000) / u64::from(self.rate.max(1)));
        if (SMALLEST_GAP..=LONGEST_GAP).contains(&length) {
            warnings.corrupt_packet();
            self.silence += frames;
        }
    }

    /// Ticks of the track in frames of output.
    fn frames(&self, ticks: u64) -> u64 {
        let (numerator, denominator) = self.tick;
        let frames = u128::from(ticks) * u128::from(numerator) * u128::from(self.rate)
            / u128::from(denominator.max(1));
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    fn take(&mut self, rate: u32, mut rows: Vec<Vec<f32>>, warnings: &mut Warnings) {
        let frames = rows.first().map_or(0, Vec::len);
        if frames == 0 {
            return;
        }
        if self.channels == 0 {
            (self.rate, self.channels) = (rate, rows.len());
        }
        if rate != self.rate || rows.len() != self.channels {
            warnings.format_changed();
            self.ended = true;
            return;
        }
        let second = self.rate.max(1) as usize;
        while rows.first().is_some_and(|row| row.len() > second) {
            let rest = rows.iter_mut().map(|row| row.split_off(second)).collect();
            self.ready.push_back(Block { channels: std::mem::replace(&mut rows, rest) });
        }
        self.ready.push_back(Block { channels: rows });
    }
}

impl Decode for Packets {
    fn next_block(&mut self, warnings: &mut Warnings) -> Result<Option<Block>, DecodeError> {
        self.fill(warnings)?;
        if self.silence > 0 {
            let frames = self.silence.min(u64::from(self.rate));
            self.silence -= frames;
            return Ok(Some(Block { channels: vec![vec![0.0; frames as usize]; self.channels] }));
        }
        Ok(self.ready.pop_front())
    }
}

impl Decoder {
    fn decode(&mut self, packet: &Packet) -> Decoded {
        match self {
            Self::Symphonia(decoder) => match decoder.decode(packet) {
                Ok(sound) => {
                    let mut rows = Vec::new();
                    sound.copy_to_vecs_planar::<f32>(&mut rows);
                    Decoded::Sound { rate: sound.spec().rate(), rows }
                }
                Err(_) => Decoded::Damaged,
            },
            Self::Opus(opus) => match opus.decode(&packet.data, packet.trim_end.get()) {
                Ok(rows) => Decoded::Sound { rate: opus.rate(), rows },
                Err(()) => Decoded::Damaged,
            },
        }
    }
}

/// A probe that knows one container and the tags around it: what the file is has been decided.
fn probe(container: Container) -> Probe {
    let mut probe = Probe::default();
    match container {
        Container::Mp3 => probe.register_format::<formats::MpaReader<'_>>(),
        Container::Flac => probe.register_format::<formats::FlacReader<'_>>(),
        Container::Ogg => probe.register_format::<formats::OggReader<'_>>(),
        Container::Mp4 => probe.register_format::<formats::IsoMp4Reader<'_>>(),
        Container::Adts => probe.register_format::<formats::AdtsReader<'_>>(),
        Container::Wav => {}
    }
    probe.register_metadata::<meta::ApeReader<'_>>();
    probe.register_metadata::<meta::Id3v1Reader<'_>>();
    probe.register_metadata::<meta::Id3v2Reader<'_>>();
    probe
}

fn audio_parameters(track: &Track) -> Option<&AudioCodecParameters> {
    track.codec_params.as_ref()?.audio()
}

fn decoder(container: Container, parameters: &AudioCodecParameters) -> Result<(Codec, Decoder), DecodeError> {
    let codec = match parameters.codec {
        codecs::CODEC_ID_OPUS => {
            let head = parameters.extra_data.as_deref().unwrap_or_default();
            let opus = OpusPackets::new(head).map_err(|reason| corrupt(container, &reason))?;
            return Ok((Codec::Opus, Decoder::Opus(Box::new(opus))));
        }
        codecs::CODEC_ID_MP3 => Codec::Mp3,
        codecs::CODEC_ID_FLAC => Codec::Flac,
        codecs::CODEC_ID_VORBIS => Codec::Vorbis,
        codecs::CODEC_ID_AAC => Codec::Aac,
        other => return Err(DecodeError::Unsupported { container, codec: format!("codec {other}") }),
    };
    let mut registry = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut registry);
    let decoder = registry
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|error| explain(container, error))?;
    Ok((codec, Decoder::Symphonia(decoder)))
}

/// One tick of the track's clock as a fraction of a second.
fn tick(track: &Track, parameters: &AudioCodecParameters) -> (u64, u64) {
    match track.time_base {
        Some(base) => (u64::from(base.numer.get()), u64::from(base.denom.get())),
        None => (1, u64::from(parameters.sample_rate.unwrap_or(0))),
    }
}

fn duration(track: &Track, parameters: &AudioCodecParameters) -> Option<Millis> {
    // without a LAME tag the length of an MP3 is a guess from its first bit rates
    if parameters.codec == codecs::CODEC_ID_MP3 && track.delay.is_none() {
        return None;
    }
    if let (Some(frames), Some(rate @ 1..)) = (track.num_frames, parameters.sample_rate) {
        return Some(Millis(u64::try_from(u128::from(frames) * 1000 / u128::from(rate)).unwrap_or(u64::MAX)));
    }
    let (base, ticks) = track.time_base.zip(track.duration)?;
    let time = base.calc_duration(ticks)?;
    u64::try_from(time.as_millis()).ok().map(Millis)
}

fn explain(container: Container, error: Error) -> DecodeError {
    match error {
        Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            corrupt(container, "the file ends within it")
        }
        Error::IoError(error) => error.into(),
        Error::DecodeError(what) | Error::Unsupported(what) if what.contains("moov") => {
            corrupt(container, "its index (moov) is missing: it was cut off before it was finished")
        }
        Error::Unsupported(what) => DecodeError::Unsupported { container, codec: what.to_owned() },
        other => corrupt(container, &other.to_string()),
    }
}

fn corrupt(container: Container, reason: &str) -> DecodeError {
    DecodeError::Corrupt { container, reason: reason.to_owned() }
}
