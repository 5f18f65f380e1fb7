//! How loud a channel is, and what is wrong with it.

/// Full scale, up to the last step of 8 bits: samples from here on are clipped or about to be.
const CLIPPED: f32 = 0.99;
/// Under this peak (−66 dB of full scale: two steps of 12 bits) a channel carries nothing: a dead line, digital
/// silence, or A-law's idle pattern.
const SILENT: f32 = 0.0005;

/// Loudness and health of one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The loudest sample in dB of full scale; minus infinity where there is nothing.
    pub peak_dbfs: f64,
    /// The root mean square in dB of full scale (a full-scale square wave is 0); minus infinity where there is nothing.
    pub rms_dbfs: f64,
    /// The share of samples at or beyond full scale, 0 to 1.
    pub clipped_share: f64,
    /// Nothing was recorded on it.
    pub silent: bool,
}

/// Measures a [`Level`] in a stream, at any sample rate.
#[derive(Debug, Clone, Default)]
pub struct LevelMeter {
    samples: u64,
    clipped: u64,
    peak: f32,
    energy: f64,
}

impl LevelMeter {
    /// Takes samples.
    pub fn push(&mut self, samples: &[f32]) {
        self.samples += samples.len() as u64;
        for &sample in samples {
            let size = sample.abs();
            self.peak = self.peak.max(size);
            self.clipped += u64::from(size >= CLIPPED);
            self.energy += f64::from(size) * f64::from(size);
        }
    }

    /// What all the samples so far come to.
    #[must_use]
    pub fn level(&self) -> Level {
        let count = self.samples.max(1) as f64;
        Level {
            peak_dbfs: 20.0 * f64::from(self.peak).log10(),
            rms_dbfs: 10.0 * (self.energy / count).log10(),
            clipped_share: self.clipped as f64 / count,
            silent: self.peak < SILENT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(samples: &[f32]) -> Level {
        let mut meter = LevelMeter::default();
        samples.chunks(7).for_each(|block| meter.push(block));
        meter.level()
    }

    #[test]
    fn a_full_square_wave_is_zero_decibels_and_clipped() {
        let square: Vec<f32> = (0..100).map(|n| if n % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let level = level(&square);
        assert_eq!(
            (level.peak_dbfs, level.rms_dbfs, level.clipped_share, level.silent),
            (0.0, 0.0, 1.0, false)
        );
    }

    #[test]
    fn a_tenth_is_minus_twenty_decibels() {
        let level = level(&[0.1; 1000]);
        assert!((level.rms_dbfs + 20.0).abs() < 1e-5 && (level.peak_dbfs + 20.0).abs() < 1e-5);
        assert_eq!(level.clipped_share, 0.0);
    }

    #[test]
    fn nothing_is_silent() {
        for samples in [&[][..], &[0.0; 50], &[0.0002; 50]] {
            assert!(level(samples).silent);
        }
        assert_eq!(level(&[]).rms_dbfs, f64::NEG_INFINITY);
    }
}
