//! Which writing a character belongs to, and which language a text is in.

/// The languages that rules and rates know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// 中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// From a BCP 47 tag such as `zh-CN`; other languages are none of ours.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "zh" | "cmn" | "yue" | "wuu" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Its short tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// The language that most of the words of `texts` are in; none without words.
    #[must_use]
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        let (mut han, mut latin) = (0_usize, 0_usize);
        for text in texts {
            let mut inside_word = false;
            for c in text.chars() {
                let letter = is_word_letter(c) && c.is_alphabetic();
                han += usize::from(is_han(c));
                latin += usize::from(letter && !inside_word);
                inside_word = letter;
            }
        }
        // A Chinese word is about one and a half characters.
        match (han, latin) {
            (0, 0) => None,
            _ if han * 2 >= latin * 3 => Some(Self::Chinese),
            _ => Some(Self::English),
        }
    }
}

/// Chinese characters, and what else is written without spaces (kana).
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Letters and digits of words that stand between spaces.
#[must_use]
pub fn is_word_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { !is_han(c) && c.is_alphanumeric() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_language_of_a_text() {
        assert_eq!(Language::of(["您好，请问"]), Some(Language::Chinese));
        assert_eq!(Language::of(["hello there", "ok 好"]), Some(Language::English));
        assert_eq!(Language::of(["我的 iPhone 坏了"]), Some(Language::Chinese));
        assert_eq!(Language::of(["…", "123"]), None);
        assert_eq!(Language::from_tag("zh-Hans-CN"), Some(Language::Chinese));
        assert_eq!(Language::from_tag("de"), None);
    }
}
