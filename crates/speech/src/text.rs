//! Words into text.

use lingjian_language::is_han;

/// Whether a character stands without spaces around it: 汉字 and full-width punctuation.
fn is_wide(letter: char) -> bool {
    is_han(letter)
        || matches!(letter as u32, 0x3000..=0x303F | 0xFF00..=0xFFEF)
        || matches!(letter, '“' | '”' | '‘' | '…')
}

/// Puts words together as they are written: a space between two that are not Chinese, none otherwise.
pub(crate) fn join<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut text = String::new();
    for word in words {
        let needs_space = text.chars().next_back().zip(word.chars().next());
        if needs_space.is_some_and(|(before, after)| !is_wide(before) && !is_wide(after)) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn spaces_stand_between_latin_words_only() {
        assert_eq!(join(["您", "好，", "我", "是", "Louis", "Anderson"]), "您好，我是Louis Anderson");
        assert_eq!(join(["Good", "day!", "OK"]), "Good day! OK");
        assert_eq!(join([]), "");
    }
}
