//! An engine whose answers are known, in the shape of Whisper's: every 300 ms of sound is a word.

use lingjian_language::Language;
use lingjian_model::{Provenance, Span, Word};
use lingjian_speech::{EngineError, Hints, Segment, Transcriber};

/// Writes down every stretch of sound as words of 300 ms.
pub(crate) struct Fake {
    /// Windows it was given, in samples.
    pub windows: Vec<usize>,
    /// Languages it was told.
    pub languages: Vec<Option<Language>>,
    /// What it answers with instead, per window; the last one for all that follow.
    pub answers: Vec<Answer>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Words,
    Nothing,
    Loop,
    Credit,
}

impl Fake {
    pub(crate) fn new(answers: &[Answer]) -> Self {
        Self { windows: Vec::new(), languages: Vec::new(), answers: answers.to_vec() }
    }
}

impl Transcriber for Fake {
    fn engine(&self) -> Provenance {
        Provenance { engine: "fake".into(), model: "none".into(), model_sha256: String::new() }
    }

    fn transcribe(&mut self, window: &[f32], hints: &Hints) -> Result<Vec<Segment>, EngineError> {
        let turn = self.windows.len().min(self.answers.len() - 1);
        self.windows.push(window.len());
        self.languages.push(hints.language);
        let language = hints.language.unwrap_or(Language::English);
        let segment = |words: Vec<Word>, logprob: f32| {
            let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let span = Span { start: words[0].span.start, end: words[words.len() - 1].span.end };
            Segment { words, text, span, language, avg_logprob: logprob, no_speech: 0.0 }
        };
        let length = window.len() as u64 / 16;
        let repeat = |text: &str, count: u64| -> Vec<Word> {
            let step = (length / count).max(1);
            (0..count)
                .map(|n| Word {
                    text: text.into(),
                    span: Span::new(n * step, (n + 1) * step),
                    confidence: Some(0.9),
                })
                .collect()
        };
        Ok(match self.answers[turn] {
            Answer::Nothing => Vec::new(),
            Answer::Loop => vec![segment(repeat("again", 60), -0.1)],
            Answer::Credit => vec![segment(repeat("Thanks for watching!", 1), -0.9)],
            Answer::Words => {
                let words: Vec<Word> = window
                    .chunks(300 * 16)
                    .enumerate()
                    .filter_map(|(n, chunk)| {
                        let loud = chunk.iter().fold(0.0f32, |loud, x| loud.max(x.abs()));
                        let start = n as u64 * 300;
                        let span = Span::new(start, (start + 300).min(length));
                        (loud > 0.02).then(|| Word { text: format!("w{n}"), span, confidence: Some(0.8) })
                    })
                    .collect();
                if words.is_empty() { Vec::new() } else { vec![segment(words, -0.2)] }
            }
        })
    }
}
