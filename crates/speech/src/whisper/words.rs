//! Tokens into words: bytes joined to letters, letters to words, words to segments, each with its time.

use super::pace;
use lingjian_language::{Language, fold_char, is_han, is_word_letter};
use lingjian_model::{Millis, Span, Word};

use crate::Segment;
use crate::text;

/// One token, as the engine gives it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    /// What it spells; part of a letter, sometimes. Nothing for a mark of time.
    pub bytes: Vec<u8>,
    /// Its probability, 0–1.
    pub probability: f32,
    /// The logarithm of it.
    pub logprob: f32,
    /// Until when it is spoken, in milliseconds; none where the engine does not know. Of a mark: the time it marks,
    /// where that is to be gone by.
    pub end: Option<u64>,
}

/// A word being put together.
struct Draft {
    text: String,
    start: u64,
    end: u64,
    logprobs: f32,
    tokens: u32,
}

/// Groups tokens between two marks of time (an empty token is one) into segments. `length` is the window's, in
/// milliseconds.
pub(crate) fn segments(tokens: &[Token], length: u64, language: Language, no_speech: f32) -> Vec<Segment> {
    let mut time = 0;
    let mut found = Vec::new();
    for group in tokens.chunk_by(|before, after| before.bytes.is_empty() == after.bytes.is_empty()) {
        match group {
            [.., mark] if mark.bytes.is_empty() => time = time.max(mark.end.unwrap_or(0)).min(length),
            spoken => found.extend(segment(spoken, &mut time, length, language, no_speech)),
        }
    }
    pace::mend(&mut found);
    found
}

fn segment(
    tokens: &[Token],
    time: &mut u64,
    length: u64,
    language: Language,
    no_speech: f32,
) -> Option<Segment> {
    let logprob: f32 = tokens.iter().map(|token| token.logprob).sum();
    let words = words(tokens, time, length);
    let span = Span { start: words.first()?.span.start, end: words.last()?.span.end };
    let text = text::join(words.iter().map(|word| word.text.as_str()));
    Some(Segment { words, text, span, language, avg_logprob: logprob / tokens.len() as f32, no_speech })
}

/// Gives tokens that the engine has not aligned their ends: between two marks of time each takes time by its letters.
pub(crate) fn spread(tokens: &mut [Token], length: u64) {
    let (mut from, mut start) = (0, 0);
    while from < tokens.len() {
        let rest = tokens.get(from..).unwrap_or_default();
        let to = rest.iter().position(|token| token.bytes.is_empty()).map_or(tokens.len(), |at| from + at);
        let end = tokens.get(to).and_then(|mark| mark.end).unwrap_or(length).clamp(start, length.max(start));
        let spoken = tokens.get_mut(from..to).unwrap_or_default();
        let total: u64 = spoken.iter().map(|token| token.bytes.len() as u64).sum();
        let mut done = 0;
        for token in spoken {
            done += token.bytes.len() as u64;
            token.end = Some(start + (end - start) * done / total.max(1));
        }
        (from, start) = (to + 1, end);
    }
}

/// The words of some tokens. `time` is where the token before them ended, and comes back as where these end: a token
/// begins where the last one ended, for the alignment knows ends only.
fn words(tokens: &[Token], time: &mut u64, length: u64) -> Vec<Word> {
    let mut words: Vec<Draft> = Vec::new();
    let mut letters = Vec::new();
    let (mut start, mut logprobs, mut count) = (*time, 0.0, 0);
    for (index, token) in tokens.iter().enumerate() {
        if letters.is_empty() {
            (start, logprobs, count) = (*time, 0.0, 0);
        }
        letters.extend_from_slice(&token.bytes);
        logprobs += token.logprob;
        count += 1;
        *time = token.end.unwrap_or(*time).clamp(*time, length.max(*time));
        let is_last = index + 1 == tokens.len();
        // A letter may be spread over tokens: wait for the rest of it, but not for ever.
        if std::str::from_utf8(&letters).is_err_and(|error| error.error_len().is_none())
            && !is_last
            && count < 4
        {
            continue;
        }
        let spelled: String =
            String::from_utf8_lossy(&letters).chars().filter(|c| *c != '\u{fffd}').collect();
        letters.clear();
        add(&mut words, &spelled, Draft { text: String::new(), start, end: *time, logprobs, tokens: count });
    }
    words
        .into_iter()
        .map(|draft| Word {
            text: draft.text,
            span: Span { start: Millis(draft.start), end: Millis(draft.end) },
            confidence: Some((draft.logprobs / draft.tokens as f32).exp().clamp(0.0, 1.0)),
        })
        .collect()
}

/// Appends what was spelled: to the last word where it goes on (Latin letters without a space before them,
/// punctuation), else as a new one.
fn add(words: &mut Vec<Draft>, spelled: &str, mut draft: Draft) {
    let begins_anew = spelled.starts_with(char::is_whitespace);
    let spelled: String = spelled.trim().chars().map(simplify).collect();
    let Some(first) = spelled.chars().next() else { return };
    let is_mark = !spelled.chars().any(|letter| is_han(letter) || is_word_letter(letter));
    if let Some(last) = words.last_mut() {
        let goes_on = !begins_anew
            && !is_han(first)
            && last.text.chars().next_back().is_some_and(|letter| !is_han(letter))
            && !last.text.ends_with(['，', '。', '？', '！', '、', '；', '：']);
        if is_mark || goes_on {
            let after_han = last.text.chars().next_back().is_some_and(is_han);
            last.text.extend(spelled.chars().map(|mark| if after_han { widen(mark) } else { mark }));
            if !is_mark {
                last.end = draft.end;
                last.logprobs += draft.logprobs;
                last.tokens += draft.tokens;
            }
            return;
        }
    } else if is_mark {
        // Nothing to hang it on: a dash or a note before the first word.
        return;
    }
    draft.text = spelled;
    words.push(draft);
}

/// Mandarin is written in simplified characters, whatever the engine was taught.
fn simplify(letter: char) -> char {
    if is_han(letter) { fold_char(letter) } else { letter }
}

/// Punctuation behind 汉字 is full width.
const fn widen(mark: char) -> char {
    match mark {
        ',' => '，',
        '?' => '？',
        '!' => '！',
        ':' => '：',
        ';' => '；',
        '.' => '。',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(bytes: &[u8], end: u64) -> Token {
        Token { bytes: bytes.to_vec(), probability: 0.5, logprob: 0.5f32.ln(), end: Some(end) }
    }

    fn mark() -> Token {
        Token { bytes: Vec::new(), probability: 1.0, logprob: 0.0, end: None }
    }

    fn spelled(tokens: &[Token], language: Language) -> Vec<(String, u64, u64)> {
        let segments = segments(tokens, 30_000, language, 0.0);
        let words = segments.into_iter().flat_map(|segment| segment.words);
        words.map(|word| (word.text, word.span.start.0, word.span.end.0)).collect()
    }

    #[test]
    fn english_words_begin_with_a_space() {
        let tokens = [
            token(b" Thank", 300),
            token(b" you", 420),
            token(b",", 430),
            token(b" Lou", 600),
            token(b"is", 700),
            token(b".", 710),
        ];
        let words = spelled(&tokens, Language::English);
        let expected = [("Thank", 0, 300), ("you,", 300, 420), ("Louis.", 430, 700)];
        assert_eq!(words, expected.map(|(text, start, end)| (text.to_owned(), start, end)));
        assert_eq!(segments(&tokens, 30_000, Language::English, 0.0)[0].text, "Thank you, Louis.");
    }

    #[test]
    fn a_letter_may_be_spread_over_tokens() {
        let ni = "您".as_bytes();
        let tokens = [
            token(&ni[..1], 100),
            token(&ni[1..], 200),
            token("好".as_bytes(), 400),
            token("，".as_bytes(), 500),
            token("這裡".as_bytes(), 900),
        ];
        let words = spelled(&tokens, Language::Chinese);
        let expected = [("您", 0, 200), ("好，", 200, 400), ("这里", 500, 900)];
        assert_eq!(words, expected.map(|(text, start, end)| (text.to_owned(), start, end)));
    }

    #[test]
    fn marks_of_time_part_segments() {
        let tokens = [mark(), token(b" One.", 500), mark(), mark(), token(b" Two.", 900), mark()];
        let texts: Vec<String> =
            segments(&tokens, 1000, Language::English, 0.1).into_iter().map(|s| s.text).collect();
        assert_eq!(texts, ["One.", "Two."]);
    }

    #[test]
    fn without_alignment_letters_share_the_time_between_marks() {
        let at = |end| Token { end: Some(end), ..mark() };
        let mut tokens =
            [at(1000), token(b" Good", 0), token(b" day", 0), at(2000), at(3000), token(b" Ann", 0)];
        spread(&mut tokens, 4000);
        let words = spelled(&tokens, Language::English);
        let expected = [("Good", 1000, 1555), ("day", 1555, 2000), ("Ann", 3000, 4000)];
        assert_eq!(words.len(), 3);
        assert_eq!(words[1..], expected.map(|(text, start, end)| (text.to_owned(), start, end))[1..]);
    }

    #[test]
    fn punctuation_behind_chinese_is_wide() {
        let tokens = [
            token("你好".as_bytes(), 400),
            token(b",", 410),
            token("吗".as_bytes(), 900),
            token(b"?", 910),
            token(b" OK", 1200),
            token(b".", 1300),
        ];
        let text: Vec<String> =
            segments(&tokens, 2000, Language::Chinese, 0.0).into_iter().map(|s| s.text).collect();
        assert_eq!(text, ["你好，吗？OK."]);
    }

    #[test]
    fn broken_letters_and_wild_times_do_no_harm() {
        let tokens =
            [token(&[0xe4], 5000), token(&[0xff], 10), token(b"...", 0), token(" 好".as_bytes(), 99_999)];
        let words = spelled(&tokens, Language::Chinese);
        assert_eq!(words, [("好".to_owned(), 5000, 30_000)]);
    }
}
