//! What an inspection brings forth, and the formats it is written in.
//!
//! Calls come one by one, in the order of the input; every format is a [`Sink`] that takes them.

mod json;
mod jsonl;
mod record;
mod summary;
mod table;

use std::path::PathBuf;

use lingjian_model::{Conversation, Dimension, Judgement, Severity};
use serde::Serialize;

use crate::language::Lang;

pub(crate) use json::Json;
pub(crate) use jsonl::JsonLines;
pub(crate) use record::Record;
pub(crate) use summary::{Distribution, Gathering, Summary};
pub(crate) use table::Table;

/// Words in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Words {
    /// Chinese.
    pub(crate) zh: String,
    /// English.
    pub(crate) en: String,
}

impl Words {
    /// In one language.
    pub(crate) fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A rule as the reports show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct RuleCard {
    pub(crate) id: String,
    pub(crate) pack: String,
    pub(crate) version: String,
    pub(crate) title: Words,
    pub(crate) about: Words,
    pub(crate) severity: Severity,
    pub(crate) dimension: Dimension,
    pub(crate) points: f64,
    /// It finds what was done well.
    pub(crate) praise: bool,
}

/// A pack as the reports show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PackCard {
    pub(crate) id: String,
    pub(crate) title: Words,
    pub(crate) rules: usize,
}

/// What was inspected by what: the head of every report. It knows no clock and no machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Run {
    /// Name and version of the program.
    pub(crate) build: String,
    /// The paths, as they were given.
    pub(crate) inputs: Vec<String>,
    pub(crate) packs: Vec<PackCard>,
    pub(crate) rules: Vec<RuleCard>,
}

impl Run {
    /// The place of a finding's rule in `rules`: by digest, because two packs may use one id.
    pub(crate) fn rule(&self, id: &str, version: Option<&str>) -> Option<usize> {
        let same = |rule: &RuleCard| rule.id == id && version.is_none_or(|version| rule.version == version);
        self.rules.iter().position(same)
    }
}

/// What a recording breaks of the standard agreed for its project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Breach {
    /// What was agreed on: `channels`, `format`, …
    pub(crate) item: String,
    /// How it differs, in words.
    pub(crate) message: String,
}

/// A call that was judged.
#[derive(Debug)]
pub(crate) struct Inspected {
    /// The file it came from, as the walk named it.
    pub(crate) file: String,
    /// Its line there, where a file holds many.
    pub(crate) line: Option<u64>,
    /// Its recording, where there is one.
    pub(crate) recording: Option<PathBuf>,
    /// Its words were written down here, by speech to text.
    pub(crate) transcribed: bool,
    pub(crate) conversation: Conversation,
    pub(crate) judgement: Judgement,
    /// What was put right or passed over while it was read.
    pub(crate) notes: Vec<String>,
    pub(crate) breaches: Vec<Breach>,
}

/// At which step something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stage {
    /// It could not be read.
    Read,
    /// Its words could not be written down.
    Transcribe,
    /// It could not be judged: a fault of the program.
    Judge,
}

/// Something that is not among the judged calls, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refused {
    pub(crate) file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<u32>,
    /// The call, where it was known which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    pub(crate) stage: Stage,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advice: Option<String>,
}

/// How far the inspection reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Coverage {
    /// Calls that came in as text.
    pub(crate) transcripts: u64,
    /// Calls that came in as sound and were written down here.
    pub(crate) transcribed: u64,
    /// Calls that were judged by at least one rule.
    pub(crate) judged: u64,
    /// Calls for which no rule was meant: another language or direction.
    pub(crate) without_rules: u64,
    /// The very same call given again: counted once.
    pub(crate) repeated: u64,
    /// Files, lines and calls that were not taken.
    pub(crate) refused: u64,
    /// Call records that met neither recording nor transcript.
    pub(crate) records_alone: u64,
}

/// One format's way out. Calls come in the order of the input.
pub(crate) trait Sink {
    /// A call that was judged.
    fn call(&mut self, call: &Inspected) -> anyhow::Result<()>;
    /// Something that was not.
    fn refused(&mut self, refused: &Refused) -> anyhow::Result<()>;
    /// The end: writes what stands at the end and makes the file appear.
    fn finish(self: Box<Self>, summary: &Summary) -> anyhow::Result<()>;
}
