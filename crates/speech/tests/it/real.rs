//! The real engine, where its model is: LINGJIAN_MODELS or the default folder.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use lingjian_acoustics::Reader;
use lingjian_language::Language;
use lingjian_speech::{
    ChannelPlan, Hints, Spoken, TranscribeOptions, Transcriber, Whisper, WhisperOptions, models,
    transcribe_recording,
};

fn engine() -> Option<Whisper> {
    let dir = std::env::var_os("LINGJIAN_MODELS")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".local/share/lingjian/models")))?;
    match models::open(&dir, "whisper-base") {
        Ok(model) => Some(Whisper::load(&model, WhisperOptions::default()).expect("a whole model loads")),
        Err(error) => {
            println!("SKIPPED, without a model: {error}");
            None
        }
    }
}

fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../../../shared/data")
        .join(name);
    if !path.exists() {
        println!("SKIPPED, without the recording ../shared/data/{name}");
        return None;
    }
    Some(path)
}

fn listen(path: &Path, engine: &mut Whisper, language: Option<Language>) -> Spoken {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let mut reader =
        Reader::open(Box::new(File::open(path).expect("there")), extension).expect("a recording");
    let options = TranscribeOptions { language, ..TranscribeOptions::default() };
    transcribe_recording(&mut reader, &ChannelPlan::Mixed, engine, &options, &mut |_| {})
        .expect("written down")
}

#[test]
fn noise_and_silence_say_nothing_wild_and_the_same_every_time() {
    let Some(mut engine) = engine() else { return };
    let silence = vec![0.0; 5 * 16_000];
    let mut state = 7u32;
    let hiss: Vec<f32> = (0..8 * 16_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state as f32 / u32::MAX as f32 - 0.5) * 0.02
        })
        .collect();
    let hints = Hints { language: Some(Language::Chinese), prompt: Some("聆鉴".to_owned()) };
    for window in [&silence[..], &hiss[..], &hiss[..160], &hiss[..1]] {
        let first = engine.transcribe(window, &hints).expect("an answer");
        // What it says over and over is dropped where windows are put together.
        let words: BTreeSet<&str> =
            first.iter().flat_map(|segment| &segment.words).map(|word| word.text.as_str()).collect();
        assert!(words.len() < 30, "{first:?}");
        assert_eq!(engine.transcribe(window, &hints).expect("an answer"), first);
        let length = window.len() as u64 / 16;
        assert!(
            first.iter().flat_map(|segment| &segment.words).all(|word| word.span.end.0 <= length.max(1000))
        );
    }
    assert!(engine.transcribe(&vec![0.0; 31 * 16_000], &hints).is_err());
    assert!(engine.transcribe(&[f32::NAN], &hints).is_err());
    assert!(engine.transcribe(&[], &hints).expect("an answer").is_empty());
    let mut sibling = engine.sibling().expect("memory");
    assert_eq!(sibling.engine(), engine.engine());
    assert_eq!(
        sibling.transcribe(&hiss, &hints).expect("an answer"),
        engine.transcribe(&hiss, &hints).expect("an answer")
    );
}

#[test]
fn mandarin_is_written_simplified_and_one_speaker_stays_one() {
    let Some(path) = data("mandarin/hello_book_course_zh_16k.wav") else { return };
    let Some(mut engine) = engine() else { return };
    let spoken = listen(&path, &mut engine, None);
    assert_eq!(spoken.language, Some(Language::Chinese));
    let text: String = spoken.turns.iter().map(|turn| turn.text.as_str()).collect();
    assert!(text.contains("课"), "{} characters", text.chars().count());
    assert!(text.chars().all(|letter| !"這們個課時間請".contains(letter)));
    assert!(spoken.turns.iter().all(|turn| turn.role == spoken.turns[0].role));
    for turn in &spoken.turns {
        assert!(turn.words.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
        assert!(turn.words.iter().all(|word| word.span.end <= spoken.duration && word.confidence.is_some()));
    }
}
