//! Any sample rate to 16 kHz, in a stream, without drift.

use std::f64::consts::PI;

use crate::{MAX_RATE, MIN_RATE};

/// The rate that voice activity and speech to text work at, in Hz.
pub const TARGET_RATE: u32 = 16_000;

/// A sample rate outside [`MIN_RATE`]`..=`[`MAX_RATE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sample rate of {0} Hz cannot be brought to 16 kHz; {MIN_RATE} to {MAX_RATE} Hz can")]
pub struct UnsupportedRate(pub u32);

/// Zero crossings of the kernel on each side: with the window below about 80 dB of stop band.
const CROSSINGS: f64 = 16.0;
/// Kaiser's β for 80 dB.
const BETA: f64 = 7.865;
/// The pass band's share of what the lower of both rates can carry.
const PASS: f64 = 0.94;
/// Odd rates have thousands of phases; beyond this many the nearest is taken (its error lies under −60 dB).
const MAX_PHASES: u64 = 1024;
/// Kernels are padded to a multiple of this, so that the sums run in vector registers.
const LANES: usize = 8;

/// Resamples one channel to 16 kHz with a polyphase windowed sinc (Smith, *Digital Audio Resampling*).
///
/// Output sample `n` stands for the input at `n × rate ÷ 16000`, computed in whole numbers: no drift, no delay, and
/// the same output however the input is cut into blocks. At 16 kHz samples pass through untouched.
#[derive(Debug, Clone)]
pub struct Resampler {
    /// 16000 ÷ gcd and rate ÷ gcd.
    up: u64,
    down: u64,
    phases: u64,
    taps: usize,
    /// One kernel per phase.
    kernels: Vec<f32>,
    /// Input not done with; its first sample is input number `first − taps ÷ 2`.
    history: Vec<f32>,
    first: u64,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// Makes ready for input of `rate` Hz.
    ///
    /// # Errors
    /// Where the rate is out of range.
    pub fn new(rate: u32) -> Result<Self, UnsupportedRate> {
        if !(MIN_RATE..=MAX_RATE).contains(&rate) {
            return Err(UnsupportedRate(rate));
        }
        let gcd = gcd(u64::from(rate), u64::from(TARGET_RATE));
        let (up, down) = (u64::from(TARGET_RATE) / gcd, u64::from(rate) / gcd);
        // in cycles per input sample, twice over: 1 is all that the input can carry
        let cutoff = PASS * (up as f64 / down as f64).min(1.0);
        let half = ((CROSSINGS / cutoff).ceil() as usize).next_multiple_of(LANES / 2);
        let phases = up.min(MAX_PHASES);
        let kernels = if up == down {
            Vec::new()
        } else {
            (0..phases).flat_map(|p| kernel(half, cutoff, p as f64 / phases as f64)).collect()
        };
        let history = vec![0.0; half - 1];
        Ok(Self { up, down, phases, taps: 2 * half, kernels, history, first: 0, taken: 0, given: 0 })
    }

    /// Takes input, gives the output that is certain by now.
    pub fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        self.taken += samples.len() as u64;
        if self.up == self.down {
            return samples.to_vec();
        }
        self.history.extend_from_slice(samples);
        self.drain(u64::MAX)
    }

    /// Gives the rest. In all, `n` samples of input have become ⌈n × 16000 ÷ rate⌉ of output.
    #[must_use]
    pub fn finish(mut self) -> Vec<f32> {
        if self.up == self.down {
            return Vec::new();
        }
        let total =
            u64::try_from((u128::from(self.taken) * u128::from(self.up)).div_ceil(u128::from(self.down)));
        self.history.resize(self.history.len() + self.taps, 0.0);
        self.drain(total.unwrap_or(u64::MAX))
    }

    /// Output up to number `end`, as far as the history reaches.
    fn drain(&mut self, end: u64) -> Vec<f32> {
        let mut output = Vec::with_capacity(self.history.len() * self.up as usize / self.down as usize + 1);
        while self.given < end {
            let position = self.given * self.down;
            let start = (position / self.up - self.first) as usize;
            let Some(window) = self.history.get(start..start + self.taps) else { break };
            let phase = ((position % self.up * self.phases * 2 + self.up) / (self.up * 2))
                .min(self.phases - 1) as usize;
            let kernel = self.kernels.get(phase * self.taps..(phase + 1) * self.taps).unwrap_or(&[]);
            output.push(dot(window, kernel));
            self.given += 1;
        }
        let done = (self.given * self.down / self.up - self.first).min(self.history.len() as u64);
        self.history.drain(..done as usize);
        self.first += done;
        output
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The kernel for a position `offset` (0 to 1) past the sample in its middle: taps for inputs −half+1 to half.
fn kernel(half: usize, cutoff: f64, offset: f64) -> Vec<f32> {
    let half = half as f64;
    let taps = (0..2 * half as usize).map(|tap| {
        let x = tap as f64 - (half - 1.0) - offset;
        let sinc = if x.abs() < 1e-9 { 1.0 } else { (PI * cutoff * x).sin() / (PI * cutoff * x) };
        sinc * bessel_i0(BETA * (1.0 - (x / half).powi(2)).max(0.0).sqrt())
    });
    let taps: Vec<f64> = taps.collect();
    // each phase passes a constant unchanged
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}

/// The modified Bessel function of order zero, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..40 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

/// A sum in a fixed order, in lanes.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for (lane, (x, y)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += x * y;
        }
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(rate: u32, samples: &[f32], blocks: &[usize]) -> Vec<f32> {
        let mut resampler = Resampler::new(rate).unwrap();
        let mut output = Vec::new();
        let mut rest = samples;
        for &block in blocks.iter().cycle() {
            let (now, later) = rest.split_at(block.min(rest.len()));
            output.extend(resampler.push(now));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        output.extend(resampler.finish());
        output
    }

    fn tone(rate: u32, hz: f64, seconds: f64) -> Vec<f32> {
        let count = (f64::from(rate) * seconds) as usize;
        (0..count).map(|n| (2.0 * PI * hz * n as f64 / f64::from(rate)).sin() as f32).collect()
    }

    #[test]
    fn a_tone_stays_where_and_what_it_was() {
        for rate in [4_000, 8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 44_101, 48_000, 96_000, 192_000] {
            let output = run(rate, &tone(rate, 1000.0, 0.5), &[usize::MAX]);
            let wanted = tone(TARGET_RATE, 1000.0, 0.5);
            // its ends ring, as the silence around it is a step
            let middle = 800..wanted.len() - 800;
            let worst = middle.map(|n| (output[n] - wanted[n]).abs()).fold(0.0, f32::max);
            assert!(worst < 2e-3, "{rate} Hz: off by {worst}");
        }
    }

    #[test]
    fn what_16_khz_cannot_carry_is_gone() {
        for (rate, hz) in [(48_000, 9_000.0), (44_100, 12_000.0), (96_000, 30_000.0)] {
            let output = run(rate, &tone(rate, hz, 0.5), &[usize::MAX]);
            let middle = &output[800..output.len() - 800];
            let worst = middle.iter().fold(0.0_f32, |worst, sample| worst.max(sample.abs()));
            assert!(worst < 1e-3, "{hz} Hz at {rate} Hz leaves {worst}");
        }
    }

    #[test]
    fn an_hour_does_not_drift() {
        let mut resampler = Resampler::new(11_025).unwrap();
        let second = vec![0.0; 11_025];
        let mut count: usize = (0..3600).map(|_| resampler.push(&second).len()).sum();
        count += resampler.finish().len();
        assert_eq!(count, 3600 * TARGET_RATE as usize);
    }

    #[test]
    fn impossible_rates_are_refused() {
        assert_eq!(Resampler::new(0).unwrap_err(), UnsupportedRate(0));
        assert!(Resampler::new(3_999).is_err());
        assert!(Resampler::new(192_001).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn blocks_do_not_matter(
            rate in prop_oneof![Just(8_000_u32), Just(16_000), Just(44_100), Just(48_000), 4_000_u32..=192_000],
            samples in prop::collection::vec(-1.0_f32..1.0, 0..3000),
            blocks in prop::collection::vec(1_usize..700, 1..8),
        ) {
            let whole = run(rate, &samples, &[usize::MAX]);
            prop_assert_eq!(whole.len() as u64, (samples.len() as u64 * 16_000).div_ceil(u64::from(rate)));
            prop_assert_eq!(whole, run(rate, &samples, &blocks));
        }
    }
}
