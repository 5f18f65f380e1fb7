//! Guards against words that nobody said. Whisper was trained on subtitles; where it hears nothing it writes what
//! subtitles end with, and where it loses the thread it says the same thing over and over.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lingjian_language::{Folded, Units};

/// Text that compresses better than this repeats itself (the bound of Whisper's authors).
const MAX_COMPRESSION: f32 = 2.4;
/// Nobody speaks faster: Chinese characters or English words a second.
const MAX_CHARACTERS_A_SECOND: f64 = 12.0;
const MAX_WORDS_A_SECOND: f64 = 7.0;

/// How often the text could be folded onto itself: its length over its compressed length, in bytes.
pub(crate) fn compression(text: &str) -> f32 {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    match encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()) {
        Ok(compressed) if !compressed.is_empty() => text.len() as f32 / compressed.len() as f32,
        _ => 0.0,
    }
}

/// Whether the text says the same over and over.
pub(crate) fn is_repetitive(text: &str) -> bool {
    if compression(text) > MAX_COMPRESSION {
        return true;
    }
    // Short loops are too short to compress: the same one to twelve characters four times or more at the end.
    let folded = Folded::new(text);
    let letters: Vec<char> = folded.as_str().chars().filter(|letter| *letter != ' ').collect();
    (2..=12).any(|unit| {
        let Some((rest, last)) = letters.len().checked_sub(unit).map(|at| letters.split_at(at)) else {
            return false;
        };
        let repeats = rest.rchunks(unit).take_while(|chunk| *chunk == last).count();
        repeats >= 4
    })
}

/// Whether so much cannot be said in that time.
pub(crate) fn is_too_fast(text: &str, seconds: f64) -> bool {
    let units = Units::of(text);
    let chinese = units.characters as f64 / MAX_CHARACTERS_A_SECOND;
    let english = units.words as f64 / MAX_WORDS_A_SECOND;
    chinese.max(english) > seconds + 0.5
}

/// Whether the text is one of the lines that subtitles end with and callers do not say.
pub(crate) fn is_credit(text: &str) -> bool {
    const CREDITS: [&str; 14] = [
        "请不吝点赞",
        "明镜与点点",
        "字幕由",
        "字幕志愿者",
        "中文字幕",
        "谢谢观看",
        "感谢观看",
        "感谢收看",
        "谢谢收看",
        "优优独播剧场",
        "thanks for watching",
        "thank you for watching",
        "subtitles by",
        "please subscribe",
    ];
    let folded = Folded::new(text);
    CREDITS.iter().any(|credit| folded.as_str().contains(credit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_seen_and_speech_is_not_taken_for_one() {
        assert!(is_repetitive(&"我们都是我们".repeat(12)));
        assert!(is_repetitive(&"thank you so much ".repeat(10)));
        assert!(is_repetitive("好了谢谢谢谢谢谢谢谢谢谢谢谢谢谢"));
        for text in [
            "",
            "嗯嗯嗯，好的好的，对对对。",
            "您好，这里是客户服务中心，工号一零二四，请问有什么可以帮您？",
            "My number is one one one, two two two, three three three three.",
            "No no no, I said no.",
            "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20 w21",
        ] {
            assert!(!is_repetitive(text), "{text}");
        }
    }

    #[test]
    fn nobody_says_a_page_in_a_second() {
        assert!(is_too_fast("您好这里是客户服务中心请问有什么可以帮您", 0.8));
        assert!(!is_too_fast("您好这里是客户服务中心请问有什么可以帮您", 3.0));
        assert!(is_too_fast("thank you for calling how may I help you today sir", 0.5));
        assert!(!is_too_fast("", 0.0));
    }

    #[test]
    fn credits_are_seen() {
        assert!(is_credit("請不吝點贊 訂閱"));
        assert!(is_credit("Thanks for watching!"));
        assert!(!is_credit("谢谢您的来电"));
        assert!(!is_credit("Thank you for waiting."));
    }
}
