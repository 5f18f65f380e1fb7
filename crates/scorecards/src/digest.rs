//! What names a version of a card.

use lingjian_model::Scorecard;
use sha2::{Digest, Sha256};

/// SHA-256 over all that stands in a card, its words too: who changes a question asks another one.
#[must_use]
pub fn digest(card: &Scorecard) -> String {
    let text = serde_json::to_vec(card).unwrap_or_default();
    let mut hex = String::from("sha256:");
    for byte in Sha256::digest(&text) {
        hex.push_str(&format!("{byte:02x}"));
    }
    hex
}
