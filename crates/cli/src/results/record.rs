//! One call as JSON: the shape that programs read.

use lingjian_model::{Attributes, Conversation, Finding, Metrics, Provenance, ScoreStep, Scores, Unjudged};
use serde::Serialize;

use super::{Breach, Inspected};

/// A call as `--format json` and `jsonl` write it. The fields up to `unjudged` are a contract.
#[derive(Debug, Serialize)]
pub(crate) struct Record<'c> {
    id: &'c str,
    scores: &'c Scores,
    metrics: &'c Metrics,
    findings: Vec<Shown<'c>>,
    unjudged: &'c [Unjudged],
    derivation: &'c [ScoreStep],
    file: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recording: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<jiff::Timestamp>,
    #[serde(skip_serializing_if = "Attributes::is_empty")]
    attributes: &'c Attributes,
    turns: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'c Provenance>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'c [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    breaches: &'c [Breach],
}

/// A finding with the words it stands for.
#[derive(Debug, Serialize)]
struct Shown<'c> {
    #[serde(flatten)]
    finding: &'c Finding,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
}

impl<'c> Record<'c> {
    /// The record of a call.
    pub(crate) fn of(call: &'c Inspected) -> Self {
        let Inspected { conversation, judgement, .. } = call;
        let shown = |finding| Shown { finding, evidence: evidence(conversation, finding) };
        Self {
            id: &conversation.id,
            scores: &judgement.scores,
            metrics: &judgement.metrics,
            findings: judgement.findings.iter().map(shown).collect(),
            unjudged: &judgement.unjudged,
            derivation: &judgement.derivation,
            file: &call.file,
            line: call.line,
            recording: call.recording.as_ref().map(|path| path.display().to_string()),
            source: conversation.source.as_deref(),
            language: conversation.language.as_deref(),
            started_at: conversation.started_at,
            attributes: &conversation.attributes,
            turns: conversation.turns.len(),
            provenance: conversation.provenance.as_ref(),
            notes: &call.notes,
            breaches: &call.breaches,
        }
    }
}

/// The words a finding stands for: findings hold places only, so they are looked up where they are shown.
pub(crate) fn evidence(conversation: &Conversation, finding: &Finding) -> Option<String> {
    let text = &conversation.turns.get(finding.turn?)?.text;
    match finding.chars {
        Some([start, end]) => Some(text.chars().skip(start).take(end.saturating_sub(start)).collect()),
        None => Some(text.clone()),
    }
}
