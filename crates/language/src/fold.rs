//! Folding: the one form in which texts, phrases and patterns are compared.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use crate::script::{is_han, is_word_letter};

/// A text in comparable form: one width, one case, simplified, without punctuation; single spaces between Latin words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    text: String,
    /// For each character of `text`: the byte where it begins there, and its place in the text as written.
    chars: Vec<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    byte: u32,
    origin: u32,
}

impl Folded {
    /// Folds `written`. At most `u32::MAX` bytes are looked at.
    #[must_use]
    pub fn new(written: &str) -> Self {
        let mut folded =
            Self { text: String::with_capacity(written.len()), chars: Vec::with_capacity(written.len() / 2) };
        let mut gap = false;
        let mut previous = None;
        let mut rest = written.chars().enumerate().peekable();
        while let Some((at, raw)) = rest.next() {
            let c = fold_char(raw);
            let next = rest.peek().map(|&(_, c)| fold_char(c));
            let between_digits = |before: Option<char>, after: Option<char>| {
                before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit())
            };
            if is_han(c) {
                folded.push(c, at);
            } else if is_word_letter(c) {
                if gap && previous.is_some_and(is_word_letter) {
                    folded.push(' ', at);
                }
                folded.push(c, at);
            } else if c == '%' || (c == '.' && !gap && between_digits(previous, next)) {
                folded.push(c, at);
            } else if (is_apostrophe(c) && !gap) || (c == ',' && !gap && between_digits(previous, next)) {
                // don't = dont, 1,000 = 1000
                continue;
            } else {
                gap = true;
                continue;
            }
            gap = false;
            previous = Some(c);
        }
        folded
    }

    fn push(&mut self, c: char, at: usize) {
        let place = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        self.chars.push(Place { byte: place(self.text.len()), origin: place(at) });
        self.text.push(c);
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many characters it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether nothing is left: nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The number of the character that begins at, or contains, this byte of the folded text.
    #[must_use]
    pub fn char_at_byte(&self, byte: usize) -> usize {
        self.chars.partition_point(|place| (place.byte as usize) < byte)
    }

    /// The byte at which this character begins; the text's length for the one behind the last.
    #[must_use]
    pub fn byte_at_char(&self, char: usize) -> usize {
        self.chars.get(char).map_or(self.text.len(), |place| place.byte as usize)
    }

    /// The characters `from..to` as places in the text as written: from the first up to behind the last.
    #[must_use]
    pub fn written(&self, from: usize, to: usize) -> [usize; 2] {
        let origin = |at: usize| self.chars.get(at).map(|place| place.origin as usize);
        let start = origin(from).unwrap_or(0);
        let end = to.checked_sub(1).and_then(origin).map_or(start, |last| last + 1);
        [start, end.max(start)]
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`')
}

/// Folds one character to one character: half width, lower case, simplified.
#[must_use]
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c as u32 {
        0xFF01..=0xFF5E => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c).to_ascii_lowercase(),
        0x3000 => ' ',
        code @ HAN_FIRST..=HAN_LAST => SIMPLIFIED.get((code - HAN_FIRST) as usize).copied().unwrap_or(c),
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(single), None) => single,
                _ => c,
            }
        }
    }
}

const HAN_FIRST: u32 = 0x3400;
const HAN_LAST: u32 = 0x9FFF;

/// The simplified form of every character of the two main blocks. Character by character, so that places hold; OpenCC's
/// phrase rules (乾隆 stays 乾) are not for comparing.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let all = (HAN_FIRST..=HAN_LAST).filter_map(char::from_u32);
    let Ok(converter) = OpenCC::from_config(BuiltinConfig::T2s) else {
        return all.collect();
    };
    let mut buffer = [0_u8; 4];
    all.map(|c| {
        let converted = converter.convert(c.encode_utf8(&mut buffer));
        let mut chars = converted.chars();
        match (chars.next(), chars.next()) {
            (Some(single), None) => single,
            _ => c,
        }
    })
    .collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        Folded::new(text).as_str().to_owned()
    }

    #[test]
    fn one_form_for_every_way_to_write() {
        assert_eq!(folded("請問，您要 退款 嗎？"), "请问您要退款吗");
        assert_eq!(folded("ＡＢＣ　１２３"), "abc 123");
        assert_eq!(folded("Don't  WORRY, it's 1,000.50 - 95%!"), "dont worry its 1000.50 95%");
        assert_eq!(folded("我的iPhone 坏了 OK"), "我的iphone坏了ok");
        assert_eq!(folded("。。。 \u{200b}"), "");
    }

    #[test]
    fn knows_where_it_came_from() {
        let text = "好，請 稍等。";
        let folded = Folded::new(text);
        let at = folded.char_at_byte(folded.as_str().find("请稍等").unwrap());
        let [start, end] = folded.written(at, at + 3);
        assert_eq!(text.chars().skip(start).take(end - start).collect::<String>(), "請 稍等");
    }

    proptest! {
        #[test]
        fn folding_is_done_once_and_places_are_true(text in "\\PC{0,40}") {
            let once = Folded::new(&text);
            let again = Folded::new(once.as_str());
            prop_assert_eq!(once.as_str(), again.as_str());
            let written: Vec<char> = text.chars().collect();
            for (at, c) in once.as_str().chars().enumerate().filter(|&(_, c)| c != ' ') {
                let [start, end] = once.written(at, at + 1);
                prop_assert_eq!(end, start + 1);
                prop_assert_eq!(fold_char(written[start]), c);
                prop_assert_eq!(once.char_at_byte(once.byte_at_char(at)), at);
            }
        }
    }
}
