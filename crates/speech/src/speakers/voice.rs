//! What a voice sounds like: a few numbers that differ between people more than between their sentences.

use std::f32::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use crate::transcriber::SAMPLE_RATE;

/// A frame: 32 ms, every 16 ms.
const FRAME: usize = 512;
const HOP: usize = 256;
/// The spectrum is computed twice as long, so that the autocorrelation does not wrap around.
const PADDED: usize = 2 * FRAME;
/// Bands between the edges of a telephone channel.
const BANDS: usize = 24;
const LOWEST: f32 = 150.0;
const HIGHEST: f32 = 3700.0;
/// Coefficients of the spectrum's shape that are kept, without the first, which is loudness.
const SHAPE: usize = 12;
/// Pitch of human voices.
const PITCH: std::ops::Range<f32> = 65.0..400.0;
/// From this peak of the normalised autocorrelation on, a frame is voiced.
const VOICED: f32 = 0.45;
/// Numbers of a voice: the pitch in octaves, then the shape.
pub(crate) const DIMENSIONS: usize = 1 + SHAPE;

/// Sums over the voiced frames of a stretch of speech: enough for means and spreads, and they can be added.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Voice {
    pub frames: f32,
    pub sum: [f32; DIMENSIONS],
    pub squares: [f32; DIMENSIONS],
}

impl Voice {
    /// The mean of every number.
    pub(crate) fn mean(&self) -> [f32; DIMENSIONS] {
        self.sum.map(|sum| sum / self.frames.max(1.0))
    }
}

/// Computes voices.
pub(crate) struct Ear {
    forward: Arc<dyn RealToComplex<f32>>,
    backward: Arc<dyn ComplexToReal<f32>>,
    hann: Vec<f32>,
    /// The autocorrelation of the taper itself, which the frames' is divided by.
    taper: Vec<f32>,
    bands: Vec<Vec<(usize, f32)>>,
}

impl std::fmt::Debug for Ear {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Ear").finish_non_exhaustive()
    }
}

impl Ear {
    pub(crate) fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let hann: Vec<f32> =
            (0..FRAME).map(|n| 0.5 - 0.5 * (2.0 * PI * (n as f32 + 0.5) / FRAME as f32).cos()).collect();
        let mut ear = Self {
            forward: planner.plan_fft_forward(PADDED),
            backward: planner.plan_fft_inverse(PADDED),
            taper: Vec::new(),
            bands: bands(),
            hann,
        };
        ear.taper = ear.spectrum(&[1.0; FRAME]).map(|power| ear.autocorrelation(&power)).unwrap_or_default();
        ear
    }

    /// The voice in a stretch of sound.
    pub(crate) fn hear(&self, samples: &[f32]) -> Voice {
        let frames = || samples.windows(FRAME).step_by(HOP);
        let energy = |frame: &[f32]| frame.iter().map(|x| x * x).sum::<f32>();
        let loudest = frames().map(energy).fold(0.0, f32::max);
        let mut voice = Voice::default();
        for frame in frames().filter(|frame| energy(frame) > loudest * 1e-3) {
            let Some(numbers) = self.frame(frame) else { continue };
            voice.frames += 1.0;
            for ((sum, squares), number) in voice.sum.iter_mut().zip(&mut voice.squares).zip(numbers) {
                *sum += number;
                *squares += number * number;
            }
        }
        voice
    }

    /// The numbers of a frame; none where it is not voiced.
    fn frame(&self, frame: &[f32]) -> Option<[f32; DIMENSIONS]> {
        let power = self.spectrum(frame)?;
        let pitch = self.pitch(&power)?;
        let mut numbers = [0.0; DIMENSIONS];
        let logs: Vec<f32> = self
            .bands
            .iter()
            .map(|band| {
                band.iter().map(|(bin, weight)| weight * power.get(*bin).copied().unwrap_or(0.0)).sum::<f32>()
            })
            .map(|energy: f32| (energy + 1e-9).ln())
            .collect();
        let (first, shape) = numbers.split_first_mut()?;
        *first = pitch.log2();
        for (number, k) in shape.iter_mut().zip(1..) {
            *number = logs
                .iter()
                .enumerate()
                .map(|(band, log)| log * (PI * k as f32 * (band as f32 + 0.5) / BANDS as f32).cos())
                .sum::<f32>()
                / BANDS as f32;
        }
        Some(numbers)
    }

    /// The power spectrum of a tapered frame.
    fn spectrum(&self, frame: &[f32]) -> Option<Vec<f32>> {
        let mut input = vec![0.0; PADDED];
        for ((slot, sample), taper) in input.iter_mut().zip(frame).zip(&self.hann) {
            *slot = sample * taper;
        }
        let mut output = self.forward.make_output_vec();
        self.forward.process(&mut input, &mut output).ok()?;
        Some(output.iter().map(Complex::norm_sqr).collect())
    }

    fn autocorrelation(&self, power: &[f32]) -> Vec<f32> {
        let mut input: Vec<Complex<f32>> = power.iter().map(|power| Complex::new(*power, 0.0)).collect();
        let mut output = self.backward.make_output_vec();
        match self.backward.process(&mut input, &mut output) {
            Ok(()) => output,
            Err(_) => Vec::new(),
        }
    }

    /// The pitch in Hz by the highest peak of the autocorrelation, freed of the taper's own (P. Boersma, "Accurate
    /// short-term analysis of the fundamental frequency", 1993).
    fn pitch(&self, power: &[f32]) -> Option<f32> {
        let raw = self.autocorrelation(power);
        let (whole, taper) = (*raw.first()?, *self.taper.first()?);
        if whole <= 0.0 || taper <= 0.0 {
            return None;
        }
        let value =
            |lag: usize| -> Option<f32> { Some(raw.get(lag)? / whole / (self.taper.get(lag)? / taper)) };
        let rate = SAMPLE_RATE as f32;
        let lags = (rate / PITCH.end) as usize..=(rate / PITCH.start) as usize;
        let mut best: Option<(f32, usize)> = None;
        for lag in lags {
            let (before, here, after) = (value(lag - 1)?, value(lag)?, value(lag + 1)?);
            // A later peak must be clearly higher: every multiple of the period has one.
            if here > VOICED
                && here >= before
                && here > after
                && best.is_none_or(|(height, _)| here > height + 0.05)
            {
                best = Some((here, lag));
            }
        }
        best.map(|(_, lag)| rate / lag as f32)
    }
}

/// Triangles on the mel scale (O'Shaughnessy's formula), as (bin, weight).
fn bands() -> Vec<Vec<(usize, f32)>> {
    let mel = |hertz: f32| 1127.0 * (1.0 + hertz / 700.0).ln();
    let hertz = |mel: f32| 700.0 * ((mel / 1127.0).exp() - 1.0);
    let corner = |n: usize| hertz(mel(LOWEST) + (mel(HIGHEST) - mel(LOWEST)) * n as f32 / (BANDS + 1) as f32);
    (0..BANDS)
        .map(|band| {
            let (left, peak, right) = (corner(band), corner(band + 1), corner(band + 2));
            (0..=PADDED / 2)
                .filter_map(|bin| {
                    let at = bin as f32 * SAMPLE_RATE as f32 / PADDED as f32;
                    let weight = ((at - left) / (peak - left)).min((right - at) / (right - peak));
                    (weight > 0.0).then_some((bin, weight))
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A voice: a pitch and two resonances, that move as from vowel to vowel.
    pub(crate) fn sing(pitch: f32, resonances: [f32; 2], seconds: f32) -> Vec<f32> {
        (0..(seconds * 16_000.0) as usize)
            .map(|n| {
                let time = n as f32 / 16_000.0;
                let wobble = 1.0 + 0.02 * (time * 31.0).sin();
                let [first, second] = resonances;
                let vowel =
                    [first * (1.0 + 0.25 * (time * 9.0).sin()), second * (1.0 + 0.15 * (time * 7.0).cos())];
                (1..30)
                    .map(|harmonic| {
                        let hertz = pitch * wobble * harmonic as f32;
                        let gain: f32 =
                            vowel.iter().map(|center| (-((hertz - center) / 200.0).powi(2)).exp()).sum();
                        if hertz < 3800.0 {
                            (gain + 0.05) * (pitch * harmonic as f32 * time * 2.0 * PI).sin()
                        } else {
                            0.0
                        }
                    })
                    .sum::<f32>()
                    * 0.1
            })
            .collect()
    }

    #[test]
    fn pitch_is_heard() {
        for pitch in [90.0, 120.0, 210.0, 300.0] {
            let voice = Ear::new().hear(&sing(pitch, [600.0, 1500.0], 1.0));
            assert!(voice.frames > 40.0, "{pitch} Hz: {} voiced frames", voice.frames);
            let heard = 2f32.powf(voice.mean()[0]);
            assert!((heard / pitch - 1.0).abs() < 0.03, "{pitch} Hz heard as {heard}");
        }
    }

    #[test]
    fn silence_and_noise_have_no_voice() {
        assert_eq!(Ear::new().hear(&[0.0; 16_000]).frames, 0.0);
        assert_eq!(Ear::new().hear(&[]).frames, 0.0);
        let mut state = 1u32;
        let noise: Vec<f32> = (0..16_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state as f32 / u32::MAX as f32 - 0.5
            })
            .collect();
        assert!(Ear::new().hear(&noise).frames < 6.0);
    }
}
