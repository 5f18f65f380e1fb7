//! Writes WAV files byte by byte, right and wrong.

use std::io::Cursor;

use lingjian_acoustics::{DecodeError, Reader, Warning};

/// The fields of a WAV header and its sound.
pub(crate) struct Wave {
    pub tag: u16,
    pub channels: u16,
    pub rate: u32,
    pub bits: u16,
    pub data: Vec<u8>,
    /// What the header says of the data's length, where that is not the truth.
    pub stated: Option<u32>,
    pub extensible: bool,
    /// Chunks before and after the sound.
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

impl Default for Wave {
    fn default() -> Self {
        let data = (0..8_000).flat_map(|n: i32| (((n % 80) * 400 - 16_000) as i16).to_le_bytes()).collect();
        let none = Vec::new;
        Self {
            tag: 1,
            channels: 1,
            rate: 8_000,
            bits: 16,
            data,
            stated: None,
            extensible: false,
            before: none(),
            after: none(),
        }
    }
}

impl Wave {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let align = self.channels.wrapping_mul(self.bits.div_ceil(8));
        let tag = if self.extensible { 0xFFFE } else { self.tag };
        let mut format = Vec::new();
        format.extend(tag.to_le_bytes());
        format.extend(self.channels.to_le_bytes());
        format.extend(self.rate.to_le_bytes());
        format.extend(self.rate.wrapping_mul(u32::from(align)).to_le_bytes());
        format.extend(align.to_le_bytes());
        format.extend(self.bits.to_le_bytes());
        if self.extensible {
            format.extend([22, 0]);
            format.extend(self.bits.to_le_bytes());
            format.extend([0; 4]);
            format.extend(self.tag.to_le_bytes());
            format.extend(*b"\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
        }
        let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
        bytes.extend(chunk(b"fmt ", &format));
        bytes.extend(&self.before);
        bytes.extend(*b"data");
        bytes.extend(self.stated.unwrap_or(self.data.len() as u32).to_le_bytes());
        bytes.extend(&self.data);
        bytes.extend(&self.after);
        let length = (bytes.len() - 8) as u32;
        bytes[4..8].copy_from_slice(&length.to_le_bytes());
        bytes
    }
}

pub(crate) fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_vec();
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(body);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// A whole recording.
#[derive(Debug)]
pub(crate) struct Recording {
    pub reader: Reader,
    pub channels: Vec<Vec<f32>>,
    pub warnings: Vec<Warning>,
}

impl Recording {
    pub(crate) fn said(&self) -> Vec<String> {
        self.warnings.iter().map(ToString::to_string).collect()
    }
}

pub(crate) fn read(bytes: &[u8], extension: &str) -> Result<Recording, DecodeError> {
    let mut reader = Reader::open(Box::new(Cursor::new(bytes.to_vec())), Some(extension))?;
    let mut channels = vec![Vec::new(); usize::from(reader.info().channels)];
    while let Some(block) = reader.next_block()? {
        assert!(block.frames() > 0 && block.frames() <= reader.info().sample_rate as usize);
        for (all, row) in channels.iter_mut().zip(&block.channels) {
            all.extend_from_slice(row);
        }
    }
    let warnings = reader.warnings();
    Ok(Recording { reader, channels, warnings })
}
