//! How many times faster than real time each step is, on one core: `cargo bench -p lingjian-acoustics`.
//!
//! Own sound only (tones of a few seconds, noise with syllable-like swells), processor time over 0.4 s or more.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::io::Cursor;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use lingjian_acoustics::{
    DecodeError, Envelope, Reader, Resampler, UnsupportedRate, VadSettings, VoiceActivity,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sounds: [(&str, &[u8]); 7] = [
        ("MP3 16 kHz stereo", include_bytes!("../tests/it/sound/tones.mp3")),
        ("FLAC 8 kHz stereo", include_bytes!("../tests/it/sound/tones.flac")),
        ("Opus telephone stereo", include_bytes!("../tests/it/sound/tones-8k.opus")),
        ("Opus 48 kHz stereo", include_bytes!("../tests/it/sound/tones-48k.opus")),
        ("Vorbis 16 kHz stereo", include_bytes!("../tests/it/sound/tones.ogg")),
        ("M4A 16 kHz stereo", include_bytes!("../tests/it/sound/tones.m4a")),
        ("WAV A-law 8 kHz stereo", &a_law(120)),
    ];
    for (name, bytes) in sounds {
        let seconds = decode(bytes)?;
        report(&format!("decode {name}"), seconds, || decode(bytes));
    }
    let sound = swells(120);
    for rate in [8_000_u32, 44_100, 48_000] {
        let seconds = sound.len() as f64 / f64::from(rate);
        report(&format!("resample {rate} Hz, a channel"), seconds, || resample(rate, &sound));
    }
    let seconds = sound.len() as f64 / 16_000.0;
    report("voice activity, a channel", seconds, || activity(&sound));
    report("envelope, a channel", seconds, || {
        let mut envelope = Envelope::default();
        envelope.push(&sound);
        envelope
    });
    Ok(())
}

fn report<T>(name: &str, seconds: f64, mut work: impl FnMut() -> T) {
    // the system counts in steps of some milliseconds: long enough not to notice
    let start = spent();
    let mut runs = 0.0;
    while spent().saturating_sub(start) < Duration::from_millis(400) {
        black_box(work());
        runs += 1.0;
    }
    let taken = spent().saturating_sub(start);
    println!("{name:34} {:8.0} × real time", runs * seconds / taken.as_secs_f64());
}

/// Processor time of this thread where the system tells it (Linux), so that a busy machine gives the same figures;
/// else the clock.
#[expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]
fn spent() -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanos = told.and_then(|line| line.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| BEGIN.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

static BEGIN: OnceLock<Instant> = OnceLock::new();

fn decode(bytes: &[u8]) -> Result<f64, DecodeError> {
    let mut reader = Reader::open(Box::new(Cursor::new(bytes.to_vec())), None)?;
    while let Some(block) = reader.next_block()? {
        black_box(block);
    }
    Ok(reader.position().as_secs_f64())
}

fn resample(rate: u32, sound: &[f32]) -> Result<usize, UnsupportedRate> {
    let mut resampler = Resampler::new(rate)?;
    let count: usize = sound.chunks(4_000).map(|block| resampler.push(block).len()).sum();
    Ok(count + resampler.finish().len())
}

fn activity(sound: &[f32]) -> usize {
    let mut vad = VoiceActivity::new(VadSettings::default());
    let count: usize = sound.chunks(4_000).map(|block| vad.push(block).len()).sum();
    count + vad.finish().len()
}

/// Noise that swells four times a second, with a pause every other second.
fn swells(seconds: u32) -> Vec<f32> {
    let mut state = 1_u32;
    let samples = (0..seconds * 16_000).map(|n| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
        let time = n as f32 / 16_000.0;
        let loud = if time % 2.0 < 1.0 { 0.3 * (time * 12.5).sin().abs() } else { 0.001 };
        noise * loud
    });
    samples.collect()
}

/// A stereo A-law file of noise.
fn a_law(seconds: u32) -> Vec<u8> {
    let data: Vec<u8> = swells(seconds).iter().map(|sample| (sample * 127.0 + 128.0) as u8).collect();
    let mut bytes =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x06\0\x02\0\x40\x1F\0\0\x80\x3E\0\0\x02\0\x08\0data".to_vec();
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}
