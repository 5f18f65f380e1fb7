//! RIFF and RF64 WAVE, read with a mistrust of every length: recorders that stream leave them unset, recorders that
//! crash leave them behind. The library reader was tried and refuses such files, so this one is our own.

use std::io::SeekFrom;

use lingjian_model::Millis;

use super::pcm::Layout;
use super::source::{ReadSeekSend, length, read_full};
use super::warning::Warnings;
use super::{AudioInfo, Block, Codec, Container, Decode};
use crate::error::{DecodeError, check_shape};

/// A stated data length from here up (nearly 2 GiB) in a shorter file is a placeholder, not a promise.
const PLACEHOLDER: u64 = 0x7FFF_0000;

/// Decodes the data chunk.
pub(super) struct Wav {
    source: Box<dyn ReadSeekSend>,
    layout: Layout,
    channels: usize,
    frames_left: u64,
    frames_per_block: usize,
}

impl Wav {
    pub(super) fn open(
        mut source: Box<dyn ReadSeekSend>,
        warnings: &mut Warnings,
    ) -> Result<(AudioInfo, Self), DecodeError> {
        let header = Header::read(&mut *source)?;
        let Format { codec, layout, channels, sample_rate, bits } = header.format;
        check_shape(u32::from(channels), sample_rate)?;
        let frame = (layout.bytes() * usize::from(channels)) as u64;
        let data = header.data.settle(&mut *source)?;
        if data.ignored || (data.stated.is_none() && !data.length.is_multiple_of(frame)) {
            warnings.length_ignored();
        }
        source.seek(SeekFrom::Start(header.data.start))?;
        let millis = |bytes: u64| Millis(bytes / frame * 1000 / u64::from(sample_rate));
        let info = AudioInfo {
            container: Container::Wav,
            codec,
            sample_rate,
            channels,
            bits_per_sample: Some(bits),
            duration: Some(millis(data.stated.unwrap_or(data.length))),
        };
        let decoder = Self {
            source,
            layout,
            channels: usize::from(channels),
            frames_left: data.length / frame,
            frames_per_block: (sample_rate as usize / 4).max(1),
        };
        if data.stated.is_some() {
            warnings.cut();
        }
        Ok((info, decoder))
    }
}

impl Decode for Wav {
    fn next_block(&mut self, warnings: &mut Warnings) -> Result<Option<Block>, DecodeError> {
        let frames = self.frames_per_block.min(usize::try_from(self.frames_left).unwrap_or(usize::MAX));
        let mut bytes = vec![0; frames * self.channels * self.layout.bytes()];
        let count = read_full(&mut *self.source, &mut bytes)?;
        if count < bytes.len() {
            // the file became shorter while it was read
            warnings.cut();
            self.frames_left = 0;
            bytes.truncate(count);
        }
        let block = self.layout.decode(&bytes, self.channels);
        self.frames_left = self.frames_left.saturating_sub(block.frames() as u64);
        Ok((block.frames() > 0).then_some(block))
    }
}

struct Header {
    format: Format,
    data: DataChunk,
}

impl Header {
    /// Walks the chunks up to the sound.
    fn read(source: &mut dyn ReadSeekSend) -> Result<Self, DecodeError> {
        let end = length(source)?;
        let mut at = 12;
        let mut format = None;
        let mut long_length = None;
        while let Some((id, size)) = chunk_at(source, at)? {
            let body = at + 8;
            match &id {
                b"fmt " => format = Some(Format::read(source, size)?),
                b"ds64" => {
                    let mut sizes = [0; 16];
                    read_full(source, &mut sizes)?;
                    let [_, data] = [0, 8].map(|from| u64_at(&sizes, from));
                    long_length = Some(data);
                }
                b"data" => {
                    let stated = long_length.filter(|_| size == u32::MAX).unwrap_or(u64::from(size));
                    let format =
                        format.ok_or_else(|| corrupt("the sound comes before its format (fmt chunk)"))?;
                    return Ok(Self { format, data: DataChunk { start: body, stated, end_of_file: end } });
                }
                _ => {}
            }
            at = body + u64::from(size) + u64::from(size % 2);
        }
        Err(corrupt(match format {
            Some(_) => "there is no sound (data chunk) in it, or it was cut off before",
            None => "there is no format (fmt chunk) in it",
        }))
    }
}

/// The chunk that begins at `at`, the source left at its body; none past the end.
fn chunk_at(source: &mut dyn ReadSeekSend, at: u64) -> Result<Option<([u8; 4], u32)>, DecodeError> {
    source.seek(SeekFrom::Start(at))?;
    let mut head = [0; 8];
    if read_full(source, &mut head)? < head.len() {
        return Ok(None);
    }
    let [a, b, c, d, size @ ..] = head;
    Ok(Some(([a, b, c, d], u32::from_le_bytes(size))))
}

struct DataChunk {
    start: u64,
    stated: u64,
    end_of_file: u64,
}

/// How many bytes of sound there are.
struct DataLength {
    length: u64,
    /// What the header promised, where the file is shorter.
    stated: Option<u64>,
    /// The header's length was of no use.
    ignored: bool,
}

impl DataChunk {
    fn settle(&self, source: &mut dyn ReadSeekSend) -> Result<DataLength, DecodeError> {
        let available = self.end_of_file.saturating_sub(self.start);
        if self.stated > available {
            let placeholder = self.stated >= PLACEHOLDER;
            let stated = (!placeholder).then_some(self.stated);
            return Ok(DataLength { length: available, stated, ignored: placeholder });
        }
        let honest = self.stated == available || self.is_followed_by_chunk(source)?;
        let length = if honest { self.stated } else { available };
        Ok(DataLength { length, stated: None, ignored: !honest })
    }

    /// Whether what comes after the stated end is another chunk, or too little to be sound, rather than more sound.
    fn is_followed_by_chunk(&self, source: &mut dyn ReadSeekSend) -> Result<bool, DecodeError> {
        let end = self.start + self.stated;
        for at in [end + self.stated % 2, end] {
            let Some((id, size)) = chunk_at(source, at)? else { return Ok(self.stated > 0) };
            let printable = id.iter().all(|byte| (0x20..0x7F).contains(byte));
            if printable && at + 8 + u64::from(size) <= self.end_of_file {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

struct Format {
    codec: Codec,
    layout: Layout,
    channels: u16,
    sample_rate: u32,
    bits: u16,
}

impl Format {
    fn read(source: &mut dyn ReadSeekSend, size: u32) -> Result<Self, DecodeError> {
        let mut bytes = [0; 40];
        let wanted = bytes.len().min(size as usize);
        let count = bytes.get_mut(..wanted).map_or(Ok(0), |part| read_full(source, part))?;
        if count < 16 {
            return Err(corrupt("its format (fmt chunk) is too short"));
        }
        let mut tag = u16_at(&bytes, 0);
        let channels = u16_at(&bytes, 2);
        let sample_rate = u32::from(u16_at(&bytes, 4)) | u32::from(u16_at(&bytes, 6)) << 16;
        let block_align = u16_at(&bytes, 12);
        let bits = u16_at(&bytes, 14);
        if tag == 0xFFFE {
            // WAVE_FORMAT_EXTENSIBLE: the true tag leads the sub-format GUID
            tag = u16_at(&bytes, 24);
        }
        check_shape(u32::from(channels), sample_rate)?;
        // fewer bits than the bytes hold sit in the upper ones, so that the container's size is what counts
        let by_bits = bits.div_ceil(8);
        let container = match block_align / channels {
            wide if wide >= by_bits && block_align.is_multiple_of(channels) => wide,
            _ => by_bits,
        };
        let (codec, layout) = match (tag, container) {
            (1, 1) => (Codec::Pcm, Layout::U8),
            (1, 2) => (Codec::Pcm, Layout::S16),
            (1, 3) => (Codec::Pcm, Layout::S24),
            (1, 4) => (Codec::Pcm, Layout::S32),
            (3, 4) => (Codec::Float, Layout::F32),
            (3, 8) => (Codec::Float, Layout::F64),
            (6, _) => (Codec::ALaw, Layout::ALaw),
            (7, _) => (Codec::MuLaw, Layout::MuLaw),
            (1 | 3, _) => return Err(corrupt(&format!("it states samples of {bits} bits"))),
            _ => return Err(DecodeError::Unsupported { container: Container::Wav, codec: codec_name(tag) }),
        };
        let bits = if matches!(codec, Codec::ALaw | Codec::MuLaw) { 8 } else { bits };
        Ok(Self { codec, layout, channels, sample_rate, bits })
    }
}

/// Names of the codecs that telephone recorders put into WAV and that are not read here.
fn codec_name(tag: u16) -> String {
    let name = match tag {
        0x02 => "Microsoft ADPCM",
        0x11 => "IMA ADPCM",
        0x22 => "TrueSpeech",
        0x31 => "GSM 06.10",
        0x40 | 0x45 | 0x64 => "G.726",
        0x55 => "MP3",
        0x83 => "G.729",
        _ => return format!("codec 0x{tag:04X}"),
    };
    name.to_owned()
}

fn corrupt(reason: &str) -> DecodeError {
    DecodeError::Corrupt { container: Container::Wav, reason: reason.to_owned() }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|part| part.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|part| part.try_into().ok()).map_or(0, u64::from_le_bytes)
}
