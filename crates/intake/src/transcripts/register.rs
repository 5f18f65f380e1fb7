//! Which conversations were seen: the same twice is noted, two under one name are not taken.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{Item, Taken};
use crate::refusal::shown;
use crate::{Place, Refusal};

/// Remembers every (source, id) that was admitted, with where it stood. About 150 bytes a conversation.
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

    /// Lets a conversation pass. The same content under the same id passes with `repeats` set; other content under an
    /// id that was seen is refused. Refusals pass as they are.
    ///
    /// # Errors
    /// The refusal, naming the place of the first.
    pub fn admit(&mut self, item: Item) -> Item {
        let mut taken = item?;
        let key = (taken.conversation.source.clone(), taken.conversation.id.clone());
        let digest = digest(&taken)?;
        match self.seen.get(&key) {
            None => {
                self.seen.insert(key, (digest, taken.place.clone()));
                Ok(taken)
            }
            Some((same, first)) if *same == digest => {
                taken.repeats = Some(first.clone());
                Ok(taken)
            }
            Some((_, first)) => {
                let reason = format!("another conversation with the id {} stands in {first}", shown(&key.1));
                let mut refusal = Refusal::of(&taken.place.path, reason).field("id");
                refusal.line = taken.place.line;
                Err(refusal.advise("give each conversation of a source its own id"))
            }
        }
    }
}

fn digest(taken: &Taken) -> Result<[u8; 16], Refusal> {
    let mut hash = Sha256::new();
    serde_json::to_writer(HashWriter(&mut hash), &taken.conversation)
        .map_err(|error| Refusal::of(&taken.place.path, format!("failed to digest: {error}")))?;
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
