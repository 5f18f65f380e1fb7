//! How far a frame stands above the noise, in four bands of the telephone channel.

use std::collections::VecDeque;
use std::f64::consts::PI;

/// Edges of the bands, in Hz. Noise seldom fills all of them, and speech under it still rises above it in one.
const EDGES: [(f64, f64); BANDS] = [(150.0, 800.0), (800.0, 1600.0), (1600.0, 2600.0), (2600.0, 3700.0)];
pub(super) const BANDS: usize = 4;

/// The mean square of a frame in each band, full scale 1.
pub(super) type Powers = [f32; BANDS];

/// Splits sound at 16 kHz into bands.
pub(super) struct Filters([[Biquad; 2]; BANDS]);

impl Filters {
    pub(super) fn new() -> Self {
        Self(EDGES.map(|(low, high)| [Biquad::high_pass(low), Biquad::low_pass(high)]))
    }

    pub(super) fn powers(&mut self, frame: &[f32]) -> Powers {
        let mut powers = [0.0; BANDS];
        for (power, [high_pass, low_pass]) in powers.iter_mut().zip(&mut self.0) {
            let sum: f32 = frame.iter().map(|&sample| low_pass.run(high_pass.run(sample)).powi(2)).sum();
            *power = sum / frame.len().max(1) as f32;
        }
        powers
    }
}

/// A second-order Butterworth section (R. Bristow-Johnson, *Cookbook formulae for audio EQ biquad filter
/// coefficients*), transposed direct form II.
struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
    state: [f32; 2],
}

impl Biquad {
    fn low_pass(hz: f64) -> Self {
        Self::new(hz, |cos| [(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0])
    }

    fn high_pass(hz: f64) -> Self {
        Self::new(hz, |cos| [f64::midpoint(1.0, cos), -(1.0 + cos), f64::midpoint(1.0, cos)])
    }

    fn new(hz: f64, numerator: impl Fn(f64) -> [f64; 3]) -> Self {
        let (sin, cos) = (2.0 * PI * hz / f64::from(crate::TARGET_RATE)).sin_cos();
        let alpha = sin / std::f64::consts::SQRT_2;
        let scale = |value: f64| (value / (1.0 + alpha)) as f32;
        Self { b: numerator(cos).map(scale), a: [-2.0 * cos, 1.0 - alpha].map(scale), state: [0.0; 2] }
    }

    fn run(&mut self, x: f32) -> f32 {
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let [s1, s2] = self.state;
        let y = b0 * x + s1;
        // digital silence must not leave denormal numbers behind: they are slow
        self.state = [b1 * x - a1 * y + s2 + 1e-20, b2 * x - a2 * y];
        y
    }
}

/// The least power of the last few seconds, band by band: the noise between the words (after R. Martin, *Noise power
/// spectral density estimation based on optimal smoothing and minimum statistics*, 2001).
#[derive(Default)]
pub(super) struct NoiseFloor([VecDeque<(u64, f32)>; BANDS]);

/// Below this no noise is worth reckoning with: −76 dB of full scale.
const QUIETEST: f32 = 2.5e-8;

impl NoiseFloor {
    /// Takes the smoothed powers of the next frame and forgets frames before `oldest`.
    pub(super) fn push(&mut self, frame: u64, powers: Powers, oldest: u64) {
        for (window, power) in self.0.iter_mut().zip(powers) {
            while window.back().is_some_and(|&(_, last)| last >= power) {
                window.pop_back();
            }
            window.push_back((frame, power));
            while window.front().is_some_and(|&(first, _)| first < oldest) {
                window.pop_front();
            }
        }
    }

    /// How far the best band stands above its floor, in dB.
    pub(super) fn rise(&self, powers: Powers) -> f32 {
        let ratio = self.0.iter().zip(powers).map(|(window, power)| {
            let floor = window.front().map_or(QUIETEST, |&(_, least)| least.max(QUIETEST));
            power / floor
        });
        10.0 * ratio.fold(f32::MIN_POSITIVE, f32::max).log10()
    }
}
