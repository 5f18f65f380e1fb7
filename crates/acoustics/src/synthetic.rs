//! Sound for tests: noise, and a voice of pulses through formants that the detector takes for a human's.

/// White noise of a root mean square, always the same.
pub(crate) fn noise(rms: f32, count: usize) -> Vec<f32> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next() * rms * 3.0_f32.sqrt()).collect()
}

/// Syllables at 16 kHz, four a second, with a gliding pitch and changing vowels, at a root mean square.
pub(crate) fn speech(rms: f32, count: usize) -> Vec<f32> {
    const VOWELS: [[f32; 3]; 4] =
        [[700.0, 1200.0, 2600.0], [300.0, 2200.0, 2900.0], [450.0, 900.0, 2400.0], [600.0, 1700.0, 2500.0]];
    let mut state = [[0.0_f32; 2]; 3];
    let mut phase = 0.0;
    let samples = (0..count).map(|n| {
        let time = n as f32 / 16_000.0;
        let syllable = (time * 4.0) as usize;
        let within = (time * 4.0).fract();
        phase += (130.0 + 40.0 * (time * 2.0).sin() - 20.0 * within) / 16_000.0;
        let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
        phase -= pulse;
        let envelope = (std::f32::consts::PI * within).sin().sqrt();
        let formants = VOWELS[syllable % VOWELS.len()];
        let voice: f32 = formants.iter().zip(&mut state).map(|(hz, state)| resonate(state, *hz, pulse)).sum();
        voice * envelope
    });
    let samples: Vec<f32> = samples.collect();
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / count.max(1) as f32;
    samples.iter().map(|sample| (sample * rms / power.sqrt().max(1e-9)).clamp(-1.0, 1.0)).collect()
}

/// A two-pole resonator of 90 Hz width.
fn resonate(state: &mut [f32; 2], hz: f32, x: f32) -> f32 {
    let radius = (-std::f32::consts::PI * 90.0 / 16_000.0).exp();
    let [y1, y2] = *state;
    let y = x + 2.0 * radius * (2.0 * std::f32::consts::PI * hz / 16_000.0).cos() * y1 - radius * radius * y2;
    *state = [y, y1];
    y
}
