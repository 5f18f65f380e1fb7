//! What names a rule as it is.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::syntax::{Pack, Per, Rule, Tree, Validity, Weighing};

/// Changes whenever the same rule may find something else in the same call: folding, matching, timing.
const MEANING: u32 = 1;

/// SHA-256 over all that decides what a rule finds and what a finding weighs; not over its words for people.
pub(crate) fn digest(rule: &Rule, when: &Tree, pack: &Pack) -> String {
    #[derive(Serialize)]
    struct Meaning<'m> {
        meaning: u32,
        id: &'m str,
        severity: lingjian_model::Severity,
        dimension: lingjian_model::Dimension,
        points: f64,
        per: Per,
        requires: Option<&'m str>,
        valid: &'m Validity,
        pack_valid: &'m Validity,
        language: Option<&'static str>,
        weighing: &'m [Weighing; 3],
        when: &'m Tree,
    }
    let meaning = Meaning {
        meaning: MEANING,
        id: &rule.id,
        severity: rule.severity,
        dimension: rule.dimension,
        points: rule.points,
        per: rule.per,
        requires: rule.requires.as_deref(),
        valid: &rule.valid,
        pack_valid: &pack.valid,
        language: pack.language.map(lingjian_language::Language::tag),
        weighing: &pack.weighing,
        when,
    };
    hashed(&meaning)
}

/// SHA-256 of this.
pub(crate) fn hashed(meaning: &impl Serialize) -> String {
    let text = serde_json::to_vec(meaning).unwrap_or_default();
    let mut hex = String::from("sha256:");
    for byte in Sha256::digest(&text) {
        hex.push_str(&format!("{byte:02x}"));
    }
    hex
}
