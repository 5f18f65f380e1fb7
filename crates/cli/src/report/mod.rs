//! The HTML report: one file that needs nothing else, written while calls come.
//!
//! Rust counts, the page shows. Calls stand in it as one line of JSON each, parsed only when opened, so that thousands
//! open at once. All text goes into the page through `textContent`; besides, the page's policy names the one script
//! that may run by its digest.

mod compact;
mod escape;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;

use crate::language::Lang;
use crate::output::Output;
use crate::results::{Coverage, Inspected, Refused, Run, Sink, Summary};
use compact::{Detail, Names, Row};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = concat!(include_str!("base.css"), include_str!("overview.css"), include_str!("call.css"));
const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n",
    include_str!("words.js"),
    include_str!("dom.js"),
    include_str!("overview.js"),
    include_str!("groups.js"),
    include_str!("calls.js"),
    include_str!("call.js"),
    include_str!("timeline.js"),
    include_str!("start.js"),
    "})();\n"
);

/// How a report is made.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    /// The language it opens in.
    pub(crate) lang: Lang,
    /// Link recordings that can be reached from the report's folder.
    pub(crate) link_audio: bool,
    /// Where the report will stand; nothing: standard output.
    pub(crate) folder: Option<PathBuf>,
    /// The zone in which times are shown.
    pub(crate) zone: String,
    /// Of how many calls the words are taken in.
    pub(crate) most_transcripts: usize,
}

/// Gathers rows and writes the page at the end; the calls' details wait in a file without a name.
pub(crate) struct Report {
    out: Output,
    run: Arc<Run>,
    choices: Choices,
    names: Names,
    rows: Vec<String>,
    refused: Vec<Refused>,
    details: BufWriter<File>,
}

/// The head of the page's data.
#[derive(Serialize)]
struct Data<'r> {
    lang: &'static str,
    zone: &'r str,
    run: &'r Run,
    coverage: Coverage,
    summary: &'r Summary,
    /// For each of the summary's rules its place in the run's list.
    top: Vec<usize>,
    refused: &'r [Refused],
    names: &'r Names,
    /// From this call on the words were left out.
    transcripts: usize,
}

impl Report {
    pub(crate) fn new(out: Output, run: Arc<Run>, choices: Choices) -> anyhow::Result<Self> {
        let details = BufWriter::new(tempfile::tempfile().context("failed to create a temporary file")?);
        Ok(Self {
            out,
            run,
            choices,
            names: Names::default(),
            rows: Vec::new(),
            refused: Vec::new(),
            details,
        })
    }

    /// The recording as the page can reach it: relative to the report's folder, never absolute.
    fn audio(&self, call: &Inspected) -> Option<String> {
        let recording = call.recording.as_ref().filter(|_| self.choices.link_audio)?;
        let folder = self.choices.folder.as_deref()?;
        relative(&recording.canonicalize().ok()?, &folder.canonicalize().ok()?).map(|path| escape::url(&path))
    }
}

impl Sink for Report {
    fn call(&mut self, call: &Inspected) -> anyhow::Result<()> {
        let row = Row::of(call, &self.run, &mut self.names);
        self.rows.push(escape::json(&row)?);
        let words = self.rows.len() <= self.choices.most_transcripts;
        let detail = Detail::of(call, &self.run, words, self.audio(call));
        writeln!(self.details, "{}", escape::json(&detail)?).context("failed to write a temporary file")
    }

    fn refused(&mut self, refused: &Refused) -> anyhow::Result<()> {
        self.refused.push(refused.clone());
        Ok(())
    }

    fn finish(self: Box<Self>, summary: &Summary) -> anyhow::Result<()> {
        let Self { mut out, run, choices, names, rows, refused, details } = *self;
        let mut details =
            details.into_inner().map_err(|error| error.into_error()).context("failed to write")?;
        details.seek(SeekFrom::Start(0)).context("failed to read a temporary file")?;
        let data = Data {
            lang: choices.lang.tag(),
            zone: &choices.zone,
            run: &run,
            coverage: summary.coverage,
            summary,
            top: summary.rules.iter().map(|rule| rule.index).collect(),
            refused: &refused,
            names: &names,
            transcripts: choices.most_transcripts,
        };
        let parts = BTreeMap::from([
            ("lang", choices.lang.pick("zh-CN", "en").to_owned()),
            ("title", choices.lang.pick("聆鉴 质检报告", "Lingjian inspection report").to_owned()),
            ("style_digest", escape::digest(STYLE)),
            ("script_digest", escape::digest(SCRIPT)),
            ("style", STYLE.to_owned()),
            ("script", SCRIPT.to_owned()),
            ("data", escape::json(&data)?),
        ]);
        let mut rest = PAGE;
        while let Some((before, after)) = rest.split_once("{{") {
            out.put(before)?;
            let (name, after) = after.split_once("}}").unwrap_or((after, ""));
            match name {
                "calls" => {
                    for (index, row) in rows.iter().enumerate() {
                        out.put(if index == 0 { "[" } else { ",\n" })?;
                        out.put(row)?;
                    }
                    out.put(if rows.is_empty() { "[]" } else { "]" })?;
                }
                "details" => out.copy(&mut details)?,
                name => out.put(parts.get(name).map_or("", String::as_str))?,
            }
            rest = after;
        }
        out.put(rest)?;
        out.finish()
    }
}

/// How to come from a folder to a file, where both are below one root.
fn relative(file: &Path, folder: &Path) -> Option<String> {
    let common = file.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    if common == 0 {
        return None;
    }
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = file.components().skip(common).map(|part| part.as_os_str().to_str().map(str::to_owned));
    let parts: Option<Vec<String>> = up.map(Some).chain(down).collect();
    Some(parts?.join("/"))
}
