//! What was seen before: the same twice is noted, two under one name are not taken.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::refusal::shown;
use crate::{Place, Refusal};

/// Something with an id that is unique within its source.
pub trait Identified {
    /// What counts as its content.
    type Content: Serialize;
    /// What it is called in errors.
    const KIND: &'static str;

    /// Source and id.
    fn key(&self) -> (Option<&str>, &str);
    /// What counts as its content.
    fn content(&self) -> &Self::Content;
    /// Where it stood.
    fn place(&self) -> &Place;
    /// Told that the same stood at `first`.
    fn repeats(&mut self, first: Place);
}

/// Remembers every (source, id) that was admitted, with where it stood; one register for one kind of things. About
/// 200 bytes each.
#[derive(Debug, Default)]
pub struct Register {
    seen: BTreeMap<(Option<String>, String), ([u8; 16], Place)>,
}

impl Register {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets one item pass. The same content under the same id passes and is told where it stood first; other content
    /// under an id that was seen is refused. Refusals pass as they are.
    ///
    /// # Errors
    /// The refusal, naming the place of the first.
    pub fn admit<T: Identified>(&mut self, item: Result<T, Refusal>) -> Result<T, Refusal> {
        let mut item = item?;
        let (source, id) = item.key();
        let key = (source.map(str::to_owned), id.to_owned());
        let digest = digest(&item)?;
        match self.seen.get(&key) {
            None => {
                self.seen.insert(key, (digest, item.place().clone()));
                Ok(item)
            }
            Some((same, first)) if *same == digest => {
                item.repeats(first.clone());
                Ok(item)
            }
            Some((_, first)) => {
                let reason = format!("another {} with the id {} stands in {first}", T::KIND, shown(&key.1));
                let mut refusal = Refusal::of(&item.place().path, reason).field("id");
                refusal.line = item.place().line;
                Err(refusal.advise(format!("give each {} of a source its own id", T::KIND)))
            }
        }
    }
}

fn digest<T: Identified>(item: &T) -> Result<[u8; 16], Refusal> {
    let mut hash = Sha256::new();
    serde_json::to_writer(HashWriter(&mut hash), item.content())
        .map_err(|error| Refusal::of(&item.place().path, format!("failed to digest: {error}")))?;
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    Ok(half)
}

struct HashWriter<'h>(&'h mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        self.0.update(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
