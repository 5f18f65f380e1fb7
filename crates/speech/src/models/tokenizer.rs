//! The vocabulary of a model, from the `tokenizer.json` that comes with it: token number → bytes.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;

use super::ImportError;

#[derive(Deserialize)]
struct File {
    model: Model,
    added_tokens: Vec<Added>,
}

#[derive(Deserialize)]
struct Model {
    vocab: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
}

/// The bytes of every ordinary token, by number. The special tokens that follow them are known to the engine.
pub(crate) fn read(input: impl Read) -> Result<Vec<Vec<u8>>, ImportError> {
    let file: File = serde_json::from_reader(input)
        .map_err(|error| ImportError::damaged(format!("tokenizer.json cannot be read: {error}")))?;
    let first_special = file
        .added_tokens
        .iter()
        .map(|token| token.id)
        .min()
        .ok_or_else(|| ImportError::damaged("tokenizer.json names no special tokens".to_owned()))?;
    if first_special as usize > file.model.vocab.len() {
        return Err(ImportError::damaged(format!(
            "tokenizer.json has {} tokens and its special ones begin at {first_special}",
            file.model.vocab.len()
        )));
    }
    let bytes_of = byte_letters();
    let mut tokens = vec![Vec::new(); first_special as usize];
    for (token, id) in &file.model.vocab {
        // Some vocabularies list the special tokens too.
        let Some(bytes) = tokens.get_mut(*id as usize) else { continue };
        *bytes = token
            .chars()
            .map(|letter| bytes_of.get(&letter).copied())
            .collect::<Option<_>>()
            .ok_or_else(|| {
                ImportError::damaged(format!("token {id} of tokenizer.json is not written in byte letters"))
            })?;
    }
    Ok(tokens)
}

/// GPT-2's alphabet: every byte has a printable letter, itself where it is printable, otherwise the next free one
/// from U+0100 on.
fn byte_letters() -> BTreeMap<char, u8> {
    let printable = |byte: u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let mut next = 0x100;
    (0..=u8::MAX)
        .filter_map(|byte| {
            let letter = if printable(byte) {
                u32::from(byte)
            } else {
                next += 1;
                next - 1
            };
            Some((char::from_u32(letter)?, byte))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_bytes() {
        let json =
            r#"{"added_tokens":[{"id":3},{"id":4}],"model":{"vocab":{"Ġhello":0,"ä½ł":1,"!":2,"<|x|>":3}}}"#;
        let tokens = read(json.as_bytes()).expect("a good vocabulary");
        assert_eq!(tokens, [b" hello".to_vec(), "你".as_bytes().to_vec(), b"!".to_vec()]);
    }

    #[test]
    fn every_byte_has_its_letter() {
        let letters = byte_letters();
        assert_eq!(letters.len(), 256);
        assert_eq!(letters.get(&'Ġ'), Some(&b' '));
        assert_eq!(letters.get(&'Ċ'), Some(&b'\n'));
    }

    #[test]
    fn mistakes_are_named() {
        for (json, word) in [
            ("{", "tokenizer.json cannot be read"),
            (r#"{"added_tokens":[],"model":{"vocab":{}}}"#, "no special tokens"),
            (r#"{"added_tokens":[{"id":4000000000}],"model":{"vocab":{}}}"#, "begin at 4000000000"),
            (r#"{"added_tokens":[{"id":1}],"model":{"vocab":{"你":0}}}"#, "token 0"),
        ] {
            let error = read(json.as_bytes()).expect_err(json).to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
