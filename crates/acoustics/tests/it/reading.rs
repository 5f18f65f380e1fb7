//! Every format gives back the tones that were put in: left 440 Hz at a quarter, right 1000 Hz at a tenth of full scale.

use lingjian_acoustics::{Codec, Container};
use lingjian_model::Millis;

use crate::wave::{Wave, read};

pub(crate) const SOUNDS: [(&str, &[u8]); 7] = [
    ("mp3", include_bytes!("sound/tones.mp3")),
    ("flac", include_bytes!("sound/tones.flac")),
    ("opus", include_bytes!("sound/tones-8k.opus")),
    ("opus", include_bytes!("sound/tones-48k.opus")),
    ("ogg", include_bytes!("sound/tones.ogg")),
    ("m4a", include_bytes!("sound/tones.m4a")),
    ("aac", include_bytes!("sound/tones.aac")),
];

/// How strong one frequency is in the middle of a sound (the amplitude of a sine).
fn strength(samples: &[f32], rate: u32, hz: f64) -> f64 {
    let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
    let (mut sin, mut cos) = (0.0, 0.0);
    for (n, &sample) in middle.iter().enumerate() {
        let angle = std::f64::consts::TAU * hz * n as f64 / f64::from(rate);
        sin += f64::from(sample) * angle.sin();
        cos += f64::from(sample) * angle.cos();
    }
    2.0 * sin.hypot(cos) / middle.len() as f64
}

#[test]
fn compressed_formats_keep_both_tones_on_their_sides() {
    let wanted = [
        (Container::Mp3, Codec::Mp3, 16_000, 2000),
        (Container::Flac, Codec::Flac, 8_000, 500),
        (Container::Ogg, Codec::Opus, 16_000, 2000),
        (Container::Ogg, Codec::Opus, 48_000, 1000),
        (Container::Ogg, Codec::Vorbis, 16_000, 2000),
        (Container::Mp4, Codec::Aac, 16_000, 2000),
        (Container::Adts, Codec::Aac, 16_000, 2000),
    ];
    for ((extension, bytes), (container, codec, rate, length)) in SOUNDS.into_iter().zip(wanted) {
        let sound = read(bytes, extension).unwrap();
        let info = sound.reader.info();
        assert_eq!(
            (info.container, info.codec, info.sample_rate, info.channels),
            (container, codec, rate, 2)
        );
        assert_eq!(sound.said(), [""; 0], "{codec}");
        // AAC carries its encoder's delay, a frame or two of 1024 samples
        let slack = if codec == Codec::Aac { 200 } else { 10 };
        assert!(
            sound.reader.position().0.abs_diff(length) <= slack,
            "{codec}: {:?}",
            sound.reader.position()
        );
        if let Some(Millis(stated)) = info.duration {
            assert!(stated.abs_diff(length) <= slack, "{codec} states {stated} ms");
        }
        for (channel, here, there, amplitude) in [(0, 440.0, 1000.0, 0.25), (1, 1000.0, 440.0, 0.1)] {
            let row = &sound.channels[channel];
            let (found, leak) = (strength(row, rate, here), strength(row, rate, there));
            assert!((found - amplitude).abs() < 0.03, "{codec} channel {channel}: {found}");
            assert!(leak < 0.02, "{codec} channel {channel}: the other one's tone at {leak}");
        }
    }
}

#[test]
fn every_kind_of_wav_gives_the_same_samples() {
    let steps = [-1.0_f64, -0.5, 0.0, 0.25, 0.5];
    type Write = fn(f64) -> Vec<u8>;
    let kinds: [(u16, u16, Codec, Write); 6] = [
        (1, 8, Codec::Pcm, |x| vec![(x * 128.0 + 128.0) as u8]),
        (1, 16, Codec::Pcm, |x| ((x * 32_768.0) as i16).to_le_bytes().to_vec()),
        (1, 24, Codec::Pcm, |x| ((x * 8_388_608.0) as i32).to_le_bytes()[..3].to_vec()),
        (1, 32, Codec::Pcm, |x| ((x * 2_147_483_648.0) as i32).to_le_bytes().to_vec()),
        (3, 32, Codec::Float, |x| (x as f32).to_le_bytes().to_vec()),
        (3, 64, Codec::Float, |x| x.to_le_bytes().to_vec()),
    ];
    for (tag, bits, codec, write) in kinds {
        for extensible in [false, true] {
            let data = steps.iter().flat_map(|&x| [write(x), write(-x / 2.0)]).flatten().collect();
            let wave = Wave { tag, bits, channels: 2, data, extensible, ..Wave::default() };
            let sound = read(&wave.bytes(), "wav").unwrap();
            assert_eq!(sound.said(), [""; 0]);
            assert_eq!((sound.reader.info().codec, sound.reader.info().bits_per_sample), (codec, Some(bits)));
            assert_eq!(sound.channels[0], steps.map(|x| x as f32), "{bits} bits");
            assert_eq!(sound.channels[1], steps.map(|x| -x as f32 / 2.0), "{bits} bits");
        }
    }
}

#[test]
fn g711_is_read_on_both_channels() {
    for (tag, codec, loud) in [(6, Codec::ALaw, 32_256.0), (7, Codec::MuLaw, 32_124.0)] {
        let data = if tag == 6 { vec![0xAA, 0x2A] } else { vec![0x80, 0x00] };
        let wave = Wave { tag, bits: 8, channels: 2, data, ..Wave::default() };
        let sound = read(&wave.bytes(), "wav").unwrap();
        assert_eq!(sound.reader.info().codec, codec);
        assert_eq!(sound.channels, [[loud / 32_768.0], [-loud / 32_768.0]]);
    }
}

#[test]
fn three_channels_and_96_khz_are_read_as_they_are() {
    let data = (0..96_000 * 3).flat_map(|n: u32| [0, (n % 3) as u8]).collect();
    let wave = Wave { channels: 3, rate: 96_000, data, ..Wave::default() };
    let sound = read(&wave.bytes(), "wav").unwrap();
    assert_eq!(sound.reader.info().duration, Some(Millis(1000)));
    assert_eq!(sound.channels.len(), 3);
    for (channel, row) in sound.channels.iter().enumerate() {
        assert_eq!(row.len(), 96_000);
        assert!(row.iter().all(|&sample| sample == channel as f32 / 128.0));
    }
}
