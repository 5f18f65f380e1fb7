//! Stored samples, little-endian and interleaved, into rows of floats.

use super::Block;

/// How one sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Unsigned byte, 128 is silence.
    U8,
    /// Signed, 16 bits.
    S16,
    /// Signed, 24 bits in three bytes.
    S24,
    /// Signed, 32 bits (or fewer, in the upper ones).
    S32,
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
    /// G.711 A-law.
    ALaw,
    /// G.711 µ-law.
    MuLaw,
}

impl Layout {
    /// Bytes of one sample.
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::ALaw | Self::MuLaw => 1,
            Self::S16 => 2,
            Self::S24 => 3,
            Self::S32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Whole frames of `channels` samples; bytes left over at the end are not looked at.
    pub(super) fn decode(self, bytes: &[u8], channels: usize) -> Block {
        match self {
            Self::U8 => rows(bytes, channels, |[byte]: [u8; 1]| (f32::from(byte) - 128.0) / 128.0),
            Self::S16 => rows(bytes, channels, |raw| f32::from(i16::from_le_bytes(raw)) / 32_768.0),
            Self::S24 => rows(bytes, channels, |[low, mid, high]: [u8; 3]| {
                i32::from_le_bytes([0, low, mid, high]) as f32 / 2_147_483_648.0
            }),
            Self::S32 => rows(bytes, channels, |raw| i32::from_le_bytes(raw) as f32 / 2_147_483_648.0),
            Self::F32 => rows(bytes, channels, f32::from_le_bytes),
            Self::F64 => rows(bytes, channels, |raw| f64::from_le_bytes(raw) as f32),
            Self::ALaw => rows(bytes, channels, |[byte]: [u8; 1]| f32::from(a_law(byte)) / 32_768.0),
            Self::MuLaw => rows(bytes, channels, |[byte]: [u8; 1]| f32::from(mu_law(byte)) / 32_768.0),
        }
    }
}

fn rows<const N: usize>(bytes: &[u8], channels: usize, sample: impl Fn([u8; N]) -> f32) -> Block {
    let (samples, _) = bytes.as_chunks::<N>();
    let frames = samples.len() / channels;
    let row = |channel| {
        samples.iter().skip(channel).step_by(channels).take(frames).map(|&raw| sample(raw)).collect()
    };
    Block { channels: (0..channels).map(row).collect() }
}

/// A-law to 16 bits (ITU-T G.711, table 1; 13-bit values shifted up).
const fn a_law(byte: u8) -> i16 {
    let code = byte ^ 0x55;
    let segment = code >> 4 & 7;
    let step = ((code & 0x0F) as i16) << 4 | 8;
    let magnitude = if segment == 0 { step } else { (step | 0x100) << (segment - 1) };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// µ-law to 16 bits (ITU-T G.711, table 2; 14-bit values shifted up).
const fn mu_law(byte: u8) -> i16 {
    let code = !byte;
    let magnitude = ((((code & 0x0F) as i16) << 3 | 0x84) << (code >> 4 & 7)) - 0x84;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g711_reaches_the_ends_of_its_tables() {
        // G.711: the largest A-law value is 4032 of 4096, the largest µ-law value 8031 of 8192 (here × 8 and × 4)
        assert_eq!((a_law(0xAA), a_law(0x2A)), (32_256, -32_256));
        assert_eq!((a_law(0xD5), a_law(0x55)), (8, -8));
        assert_eq!((mu_law(0x80), mu_law(0x00)), (32_124, -32_124));
        assert_eq!((mu_law(0xFF), mu_law(0x7F)), (0, 0));
    }

    #[test]
    fn g711_grows_with_the_code() {
        let a: Vec<i16> = (0x80..=0xFF_u8).map(|code| a_law(code ^ 0x55)).collect();
        let mu: Vec<i16> = (0x80..=0xFF_u8).rev().map(mu_law).collect();
        assert!(a.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(mu.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn every_layout_keeps_full_scale_and_order() {
        let stereo = Layout::S24.decode(&[0, 0, 0x80, 0, 0, 0x40, 1, 2], 2);
        assert_eq!(stereo.channels, [[-1.0], [0.5]]);
        assert_eq!(Layout::U8.decode(&[0, 128, 192], 1).channels, [[-1.0, 0.0, 0.5]]);
        assert_eq!(Layout::S16.decode(&[0, 0x80, 0, 0x40], 1).channels, [[-1.0, 0.5]]);
        assert_eq!(Layout::S32.decode(&[0, 0, 0, 0x80, 0, 0, 0, 0x40], 2).channels, [[-1.0], [0.5]]);
        assert_eq!(Layout::F64.decode(&0.25_f64.to_le_bytes(), 1).channels, [[0.25]]);
    }
}
