//! The mel filter bank that Whisper's weights were trained with; ggml files carry it, CTranslate2 files do not.

/// Samples of one Fourier window at 16 kHz.
const FFT_SIZE: usize = 400;
/// Samples a second.
const SAMPLE_RATE: f64 = 16_000.0;
/// Frequencies a filter has a weight for: half a spectrum and its zero.
pub(crate) const BINS: usize = FFT_SIZE / 2 + 1;

/// Hertz to mel on Slaney's scale (M. Slaney, "Auditory Toolbox", Interval Technical Report 1998-010): linear below
/// 1 kHz, logarithmic above.
fn mel_from_hertz(hertz: f64) -> f64 {
    if hertz < 1000.0 { hertz * 3.0 / 200.0 } else { 15.0 + (hertz / 1000.0).ln() * 27.0 / 6.4f64.ln() }
}

/// The inverse of [`mel_from_hertz`].
fn hertz_from_mel(mel: f64) -> f64 {
    if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * (6.4f64.ln() / 27.0 * (mel - 15.0)).exp() }
}

/// `count` triangular filters between 0 Hz and 8 kHz, each with unit area, row by row: `count` × [`BINS`] weights.
pub(crate) fn filters(count: usize) -> Vec<f32> {
    let top = mel_from_hertz(SAMPLE_RATE / 2.0);
    let corner = |index: usize| hertz_from_mel(top * index as f64 / (count + 1) as f64);
    let mut weights = Vec::with_capacity(count * BINS);
    for filter in 0..count {
        let (left, peak, right) = (corner(filter), corner(filter + 1), corner(filter + 2));
        let area = 2.0 / (right - left);
        for bin in 0..BINS {
            let hertz = bin as f64 * SAMPLE_RATE / FFT_SIZE as f64;
            let rising = (hertz - left) / (peak - left);
            let falling = (right - hertz) / (right - peak);
            weights.push((rising.min(falling).max(0.0) * area) as f32);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_its_own_inverse() {
        for hertz in [0.0, 40.0, 999.0, 1000.0, 1001.0, 3400.0, 8000.0] {
            assert!((hertz_from_mel(mel_from_hertz(hertz)) - hertz).abs() < 1e-9, "{hertz}");
        }
    }

    /// Values of the filters that Whisper was trained with, as its authors' and CTranslate2's feature extractors have
    /// them.
    #[test]
    fn the_weights_are_those_the_model_was_trained_with() {
        for (count, filter, bin, expected) in [
            (80, 0, 0, 0.0),
            (80, 0, 1, 0.024_862_595_f32),
            (80, 79, 195, 0.002_243_795_2),
            (80, 79, 199, 0.000_448_759_03),
            (128, 0, 1, 0.012_373_987),
            (128, 5, 4, 0.006_729_394),
        ] {
            let weight = filters(count)[filter * BINS + bin];
            assert!((weight - expected).abs() <= expected * 1e-5, "{count} {filter} {bin}: {weight}");
        }
        assert!((filters(80).iter().sum::<f32>() - 1.999_024_2).abs() < 1e-4);
        assert!((filters(128).iter().sum::<f32>() - 3.190_985_7).abs() < 1e-4);
    }

    #[test]
    fn every_filter_hears_something() {
        for count in [80, 128] {
            for row in filters(count).chunks(BINS) {
                assert!(row.iter().any(|weight| *weight > 0.0));
                assert!(row.iter().all(|weight| weight.is_finite() && *weight >= 0.0));
            }
        }
    }
}
