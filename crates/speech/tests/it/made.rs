//! Recordings made here, an engine made here: windows, times, turns, warnings, memory.

use std::io::Cursor;

use lingjian_acoustics::{Reader, VadSettings};
use lingjian_language::Language;
use lingjian_model::{Role, Span};
use lingjian_speech::{
    ChannelPlan, SpeechError, Spoken, SpokenWarning, TranscribeOptions, transcribe_recording, voice_activity,
};

use crate::fake::{Answer, Fake};

/// Something like a voice: a buzz with moving resonances, at 8 kHz.
fn voice(seconds: f64, seed: u32) -> Vec<f32> {
    let pitch = 110.0 + 15.0 * f64::from(seed % 7);
    (0..(seconds * 8000.0) as usize)
        .map(|n| {
            let time = n as f64 / 8000.0;
            let syllable = (time * 4.0 * std::f64::consts::TAU / 2.0).sin().abs();
            let first = 500.0 + 250.0 * (time * 7.0).sin();
            let second = 1500.0 + 500.0 * (time * 5.0).cos();
            let sum: f64 = (1..30)
                .map(|h| {
                    let hertz = pitch * (1.0 + 0.03 * (time * 9.0).sin()) * f64::from(h);
                    let gain = (-((hertz - first) / 150.0).powi(2)).exp()
                        + 0.6 * (-((hertz - second) / 200.0).powi(2)).exp()
                        + 0.03;
                    gain * (pitch * f64::from(h) * time * std::f64::consts::TAU).sin()
                })
                .sum();
            (sum * 0.12 * (0.3 + 0.7 * syllable)) as f32
        })
        .collect()
}

/// A WAV file of 16-bit samples; each channel is a list of (seconds from, seconds to) in which a voice speaks.
fn wav(channels: &[&[(f64, f64)]], seconds: f64) -> Vec<u8> {
    let frames = (seconds * 8000.0) as usize;
    let rows: Vec<Vec<f32>> = channels
        .iter()
        .enumerate()
        .map(|(number, spans)| {
            let mut row = vec![0.0; frames];
            for (from, to) in *spans {
                let start = (from * 8000.0) as usize;
                for (slot, sample) in row[start..].iter_mut().zip(voice(to - from, number as u32 * 3)) {
                    *slot = sample;
                }
            }
            row
        })
        .collect();
    let count = channels.len() as u32;
    let data = frames as u32 * count * 2;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    bytes.extend((count as u16).to_le_bytes());
    bytes.extend(8000u32.to_le_bytes());
    bytes.extend((8000 * count * 2).to_le_bytes());
    bytes.extend((count as u16 * 2).to_le_bytes());
    bytes.extend(16u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(data.to_le_bytes());
    for frame in 0..frames {
        for row in &rows {
            bytes.extend(((row[frame] * 32767.0) as i16).to_le_bytes());
        }
    }
    bytes
}

fn listen(wav: Vec<u8>, plan: &str, engine: &mut Fake) -> Result<Spoken, SpeechError> {
    let mut reader = Reader::open(Box::new(Cursor::new(wav)), Some("wav")).expect("a recording");
    let mut last = 0;
    let options = TranscribeOptions::default();
    transcribe_recording(&mut reader, &plan.parse().expect("a plan"), engine, &options, &mut |step| {
        assert!(step.done.0 >= last);
        last = step.done.0;
    })
}

const BOTH: &str = "agent=left,customer=right";

#[test]
fn each_channel_is_its_partys_and_times_are_the_recordings() {
    let agent: &[(f64, f64)] = &[(1.0, 4.0), (40.0, 43.0)];
    let customer: &[(f64, f64)] = &[(5.0, 8.0), (90.0, 94.0)];
    let mut engine = Fake::new(&[Answer::Words]);
    let spoken = listen(wav(&[agent, customer], 100.0), BOTH, &mut engine).expect("written down");
    // A minute of silence between costs nothing: one window a channel.
    assert_eq!(engine.windows.len(), 2, "{:?} {:?}", engine.windows, spoken.warnings);
    assert_eq!(spoken.duration.0, 100_000);
    assert!(!spoken.sound.mixed);
    for (role, spans) in [(Role::Agent, agent), (Role::Customer, customer)] {
        let speech: Vec<Span> = spoken
            .sound
            .speech
            .iter()
            .filter(|speech| speech.role == role)
            .map(|speech| speech.span)
            .collect();
        let turns: Vec<Span> =
            spoken.turns.iter().filter(|turn| turn.role == role).map(|turn| turn.span).collect();
        assert_eq!(speech.len(), spans.len(), "{speech:?}");
        assert_eq!(turns.len(), spans.len(), "{turns:?}");
        for ((from, to), (speech, turn)) in spans.iter().zip(speech.iter().zip(&turns)) {
            for found in [speech, turn] {
                assert!(
                    found.start.as_secs_f64() >= from - 0.35 && found.start.as_secs_f64() <= from + 0.35,
                    "{found:?} {from}"
                );
                assert!(
                    found.end.as_secs_f64() >= to - 0.35 && found.end.as_secs_f64() <= to + 0.35,
                    "{found:?} {to}"
                );
            }
        }
    }
    assert!(spoken.turns.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
    assert!(spoken.warnings.is_empty(), "{:?}", spoken.warnings);
    assert_eq!(spoken.language, Some(Language::English));
}

#[test]
fn sound_alone_tells_who_spoke_when_as_with_words() {
    let channels: [&[(f64, f64)]; 2] = [&[(1.0, 4.0), (9.0, 12.0)], &[(5.0, 8.0), (11.0, 14.0)]];
    let sound = wav(&channels, 16.0);
    let spoken = listen(sound.clone(), BOTH, &mut Fake::new(&[Answer::Words])).expect("written down");
    let alone = |plan: &str| {
        let mut reader =
            Reader::open(Box::new(Cursor::new(sound.clone())), Some("wav")).expect("a recording");
        voice_activity(&mut reader, &plan.parse().expect("a plan"), VadSettings::default())
    };
    assert_eq!(alone(BOTH).expect("heard"), Some((spoken.sound, spoken.duration)));
    assert_eq!(alone("mixed").expect("heard"), None);
    assert!(alone("agent=3").is_err());
}

#[test]
fn silence_invents_nothing() {
    let mut engine = Fake::new(&[Answer::Words]);
    let spoken = listen(wav(&[&[], &[]], 30.0), BOTH, &mut engine).expect("written down");
    assert!(engine.windows.is_empty() && spoken.turns.is_empty() && spoken.sound.speech.is_empty());
    assert_eq!(spoken.warnings, [SpokenWarning::NoSpeech]);
    assert_eq!(spoken.language, None);
}

#[test]
fn what_the_engine_makes_up_is_dropped_and_told() {
    let speech: &[(f64, f64)] = &[(1.0, 4.0), (8.0, 11.0)];
    for (answers, word, turns) in [
        (&[Answer::Credit][..], "nobody said", 0),
        // A loop over two cuts: each is read alone; the second time it goes well.
        (&[Answer::Loop, Answer::Words][..], "", 2),
        (&[Answer::Loop][..], "repeated itself", 0),
        (&[Answer::Nothing][..], "no words were made out", 0),
    ] {
        let mut engine = Fake::new(answers);
        let spoken = listen(wav(&[speech], 15.0), "agent=1", &mut engine).expect("written down");
        let warnings: Vec<String> = spoken.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(spoken.turns.len(), turns, "{word}: {warnings:?}");
        assert!(
            warnings.iter().any(|warning| warning.contains(word)) || (word.is_empty() && warnings.is_empty()),
            "{word}: {warnings:?}"
        );
    }
}

#[test]
fn the_language_is_settled_once_and_kept() {
    let long: Vec<(f64, f64)> = (0..30).map(|n| (f64::from(n) * 6.0, f64::from(n) * 6.0 + 5.0)).collect();
    let mut engine = Fake::new(&[Answer::Words]);
    listen(wav(&[&long], 181.0), "agent=1", &mut engine).expect("written down");
    assert_eq!(engine.languages.first(), Some(&None));
    assert_eq!(engine.languages.last(), Some(&Some(Language::English)));
    assert!(engine.windows.iter().all(|samples| *samples <= 28 * 16_000), "{:?}", engine.windows);
}

#[test]
fn plans_that_do_not_fit_are_refused_and_channels_left_out_are_told() {
    let speech: &[(f64, f64)] = &[(1.0, 3.0)];
    let mut engine = Fake::new(&[Answer::Words]);
    let error = listen(wav(&[speech], 5.0), BOTH, &mut engine).expect_err("one channel only");
    assert!(error.to_string().contains("channel 2"), "{error}");
    let spoken = listen(wav(&[speech, speech, &[]], 5.0), "agent=2", &mut engine).expect("written down");
    assert_eq!(
        spoken.warnings,
        [SpokenWarning::ChannelIgnored { channel: 1 }, SpokenWarning::ChannelIgnored { channel: 3 }]
    );
    assert!(matches!(ChannelPlan::for_channels(3), Err(error) if error.to_string().contains("--channels")));
}

#[test]
fn both_on_one_channel_are_marked_as_worked_out() {
    let speech: &[(f64, f64)] = &[(1.0, 4.0), (6.0, 9.0)];
    let mut engine = Fake::new(&[Answer::Words]);
    let spoken = listen(wav(&[speech], 12.0), "mixed", &mut engine).expect("written down");
    assert!(spoken.sound.mixed);
    assert!(!spoken.turns.is_empty());
    assert!(spoken.turns.iter().all(|turn| turn.role_confidence.is_some()));
    let roles: Vec<Role> = spoken.turns.iter().map(|turn| turn.role).collect();
    assert!(roles.iter().all(|role| *role == roles[0]), "one voice is one party");
}
