//! Models: fetched once by pinned hash, or taken from local files; converted; kept with a manifest; checked before
//! they are used.

mod catalogue;
mod ct2;
mod error;
mod fetch;
mod ggml;
mod import;
mod locate;
mod mel;
mod pull;
mod shelf;
#[cfg(test)]
mod tests;
mod tokenizer;

pub use catalogue::{CATALOGUE, Known, Part, known};
pub use error::{ImportError, ModelError};
pub use fetch::trust;
pub use import::{ImportProgress, import};
pub use locate::Source;
pub use pull::{PullProgress, pull};
pub use shelf::{Entry, Manifest, Model, Origin, State, list, open};

#[doc(hidden)]
pub mod fuzz {
    //! Readers of files from outside, as plain functions of bytes.

    use std::io::Cursor;

    /// A CTranslate2 model, and its conversion.
    pub fn ct2(data: &[u8]) {
        let tokens = [b"a".to_vec()];
        if let Ok(mut model) = super::ct2::Ct2::open(Cursor::new(data)) {
            let mut out = Vec::new();
            if super::ggml::convert(&mut model, &tokens, &mut out, &mut |_, _| {}).is_ok() {
                assert!(super::ggml::check(Cursor::new(out)).is_ok(), "what is written can be read");
            }
        }
    }

    /// A ggml model.
    pub fn ggml(data: &[u8]) {
        let _ = super::ggml::check(Cursor::new(data));
    }

    /// A vocabulary.
    pub fn tokenizer(data: &[u8]) {
        let _ = super::tokenizer::read(data);
    }
}
