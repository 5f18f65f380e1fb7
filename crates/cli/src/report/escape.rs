//! What makes hostile text harmless inside a page.

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// JSON that may stand in a script element: no `<` that could end it, no line ends that old parsers trip over.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<String> {
    let text = serde_json::to_string(value)?;
    if !text.contains(['<', '\u{2028}', '\u{2029}']) {
        return Ok(text);
    }
    // All three stand inside JSON strings only, where an escape means the same.
    Ok(text.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"))
}

/// The digest by which a content security policy names an inline script or style.
pub(crate) fn digest(source: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(source.as_bytes())))
}

/// A relative path as a URL: everything but plain characters and slashes as `%XX`.
pub(crate) fn url(path: &str) -> String {
    let mut url = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// RFC 4648, section 4: thirty-two bytes are no reason for a dependency.
fn base64(data: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in data.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_end_a_script_element() -> anyhow::Result<()> {
        let hostile = "</script><!--\u{2028}\u{2029}";
        let escaped = json(&hostile)?;
        assert!(!escaped.contains('<') && escaped.is_ascii());
        assert_eq!(serde_json::from_str::<String>(&escaped)?, hostile);
        Ok(())
    }

    #[test]
    fn base64_of_the_standard() {
        let examples = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in examples {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn paths_become_relative_urls() {
        assert_eq!(url("../录音/a b#1.wav"), "../%E5%BD%95%E9%9F%B3/a%20b%231.wav");
        assert_eq!(url("javascript:alert(1)"), "javascript%3Aalert%281%29");
    }
}
