//! Which calls there are: folders walked, transcripts and records read, joined with their recordings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use lingjian_intake::recordings::{self, Call, Joined, Pattern, TranscriptKey, Vcon};
use lingjian_intake::records::{self, Mapping, TakenRecord};
use lingjian_intake::standard::Standard;
use lingjian_intake::transcripts::{self, Options, Taken, Transcripts};
use lingjian_intake::{Refusal, Register, project};
use lingjian_model::{BusinessCategory, Direction, Project};

use super::Request;
use crate::progress;
use crate::results::{Refused, Stage};

/// What there is to judge.
pub(super) struct Gathered {
    pub(super) refused: Vec<Refused>,
    pub(super) repeated: u64,
    pub(super) records_alone: u64,
    shared: std::sync::Arc<Shared>,
    /// Calls to be written down first.
    recordings: Vec<usize>,
    /// vCon files whose own transcript is all there is.
    vcons: Vec<usize>,
    files: Vec<PathBuf>,
    /// For every item of every file the call it belongs to; none where it is not judged.
    fates: Vec<Option<usize>>,
}

/// What is known of calls besides their words.
pub(super) struct Shared {
    joined: Joined,
    records: Vec<TakenRecord>,
    vcons: Vec<(PathBuf, Vcon)>,
    pub(super) project: Option<(Project, Standard)>,
    with_pattern: bool,
}

/// One call to be judged.
pub(super) struct Job {
    pub(super) shared: std::sync::Arc<Shared>,
    pub(super) call: Option<usize>,
    pub(super) words: Spring,
}

/// Where a call's words come from.
pub(super) enum Spring {
    Recording,
    Transcript(Box<Taken>),
    Vcon(usize),
}

/// Finds out what there is. A mistake in what the user wrote by hand ends it; a bad file does not.
pub(super) fn gather(request: &Request<'_>) -> anyhow::Result<Gathered> {
    let project = request.project.map(project).transpose()?;
    let named =
        request.name_pattern.map(|text| Pattern::parse(text).context("--name-pattern")).transpose()?;
    let pattern = named.or_else(|| project.as_ref().and_then(|(_, standard)| standard.naming().cloned()));
    for path in request.paths {
        if !path.exists() {
            return Err(anyhow!("{}: there is no such file or folder", path.display()));
        }
    }
    let mut refused: Vec<Refused> = Vec::new();
    let mut refuse = |refusal: Refusal| refused.push(told(refusal, Stage::Read));

    let mut repeated = 0;
    let mut records = Vec::new();
    if let Some((table, mapping)) = request.records {
        let mapping = Mapping::open(mapping).map_err(|refusal| anyhow!("{refusal}"))?;
        let mut register = Register::new();
        for item in records::open(table, &mapping) {
            match register.admit(item) {
                Ok(taken) if taken.repeats.is_some() => repeated += 1,
                Ok(taken) => records.push(taken),
                Err(refusal) => refuse(refusal),
            }
        }
    }

    let inventory = recordings::walk(request.paths);
    inventory.not_understood.into_iter().for_each(&mut refuse);
    let given = request.records.and_then(|(table, _)| table.canonicalize().ok());
    for table in inventory.tables {
        if table.canonicalize().ok() != given {
            let refusal = Refusal::of(&table, "is a table");
            refuse(refusal.advise("if it holds call records, name it with --calls and --mapping"));
        }
    }
    let mut vcons = Vec::new();
    for path in inventory.vcons {
        match Vcon::open(&path) {
            Ok(vcon) => vcons.push((path, vcon)),
            Err(refusal) => refuse(refusal),
        }
    }

    let (mut keys, mut fates, mut register) = (Vec::new(), Vec::new(), Register::new());
    let bar = progress::waiting("reading");
    for path in &inventory.transcripts {
        for item in transcripts::open(path, Options::default()) {
            bar.inc(1);
            match register.admit(item) {
                Ok(taken) if taken.repeats.is_some() => {
                    repeated += 1;
                    fates.push(None);
                }
                Ok(taken) => {
                    fates.push(Some(keys.len()));
                    keys.push(TranscriptKey::from(&taken));
                }
                Err(refusal) => {
                    fates.push(None);
                    refuse(refusal);
                }
            }
        }
    }
    bar.finish_and_clear();

    let joined = recordings::join(inventory.recordings, &keys, &records, &vcons, pattern.as_ref());
    joined.unclear.iter().cloned().for_each(&mut refuse);
    let mut lone = Vec::new();
    for at in &joined.lone_vcons {
        let (path, vcon) = &vcons[*at];
        match &vcon.transcript {
            Some(turns) if !turns.is_empty() => lone.push(*at),
            _ => refuse(Refusal::of(path, "no recording lies beside this vCon, and it holds no transcript")),
        }
    }
    let calls_of: BTreeMap<usize, usize> =
        joined.calls.iter().enumerate().filter_map(|(at, call)| Some((call.transcript?, at))).collect();
    let fates = fates.into_iter().map(|key| key.and_then(|key| calls_of.get(&key).copied())).collect();
    let without_words = |call: &&Call| call.transcript.is_none();
    let to_hear = joined
        .calls
        .iter()
        .enumerate()
        .filter(|(_, call)| call.recording.is_some() && call.transcript.is_none());
    let recordings = to_hear.map(|(at, _)| at).collect();
    let records_alone =
        joined.calls.iter().filter(without_words).filter(|call| call.recording.is_none()).count() as u64;
    let with_pattern = pattern.is_some();
    let shared = std::sync::Arc::new(Shared { joined, records, vcons, project, with_pattern });
    let files = inventory.transcripts;
    Ok(Gathered { refused, repeated, records_alone, shared, recordings, vcons: lone, files, fates })
}

fn project(path: &Path) -> anyhow::Result<(Project, Standard)> {
    let project = project::open(path).map_err(|refusal| anyhow!("{refusal}"))?;
    let standard = Standard::new(project.recording.clone()).with_context(|| path.display().to_string())?;
    Ok((project, standard))
}

/// A refusal as results show it.
pub(super) fn told(refusal: Refusal, stage: Stage) -> Refused {
    let Refusal { path, line, column, field, reason, advice } = refusal;
    Refused { file: path.display().to_string(), line, column, id: None, stage, field, reason, advice }
}

impl Gathered {
    /// How many calls there are to judge.
    pub(super) fn calls(&self) -> usize {
        self.recordings.len() + self.vcons.len() + self.fates.iter().flatten().count()
    }

    /// How many of them must be written down.
    pub(super) fn recordings(&self) -> usize {
        self.recordings.len()
    }

    /// The calls: recordings by path, vCon files, then transcripts file by file. Transcripts are read as they are asked for.
    pub(super) fn jobs(self) -> impl Iterator<Item = Job> {
        let Self { shared, recordings, vcons, files, fates, .. } = self;
        let job = move |call, words| Job { shared: std::sync::Arc::clone(&shared), call, words };
        let first: Vec<Job> = recordings
            .into_iter()
            .map(|at| job(Some(at), Spring::Recording))
            .chain(vcons.into_iter().map(|at| job(None, Spring::Vcon(at))))
            .collect();
        let mut fates = fates.into_iter();
        let items = files
            .into_iter()
            .flat_map(|path| -> Transcripts { transcripts::open(&path, Options::default()) });
        // What was refused the first time was told then.
        let second = items.filter_map(move |item| {
            let call = fates.next().flatten();
            let taken = item.ok()?;
            Some(job(Some(call?), Spring::Transcript(Box::new(taken))))
        });
        first.into_iter().chain(second)
    }
}

impl Shared {
    pub(super) fn call(&self, at: usize) -> Option<&Call> {
        self.joined.calls.get(at)
    }

    /// The recording of a call, and what its name tells.
    pub(super) fn recording(&self, call: &Call) -> Option<&recordings::Recording> {
        self.joined.recordings.get(call.recording?)
    }

    pub(super) fn vcon(&self, at: usize) -> Option<&(PathBuf, Vcon)> {
        self.vcons.get(at)
    }

    /// Adds what records, vCon, file name and project know of a call. What the call already says stays.
    pub(super) fn complete(&self, call: &Call, conversation: &mut lingjian_model::Conversation) {
        if let Some(record) = call.record.and_then(|at| self.records.get(at)) {
            record.record.complete(conversation);
        }
        if let Some((_, vcon)) = call.vcon.and_then(|at| self.vcons.get(at)) {
            vcon.complete(conversation);
        }
        if let Some(recording) = self.recording(call).filter(|_| self.with_pattern) {
            recording.complete(conversation);
        }
    }

    /// Adds what the project says of all its calls.
    pub(super) fn complete_by_project(&self, conversation: &mut lingjian_model::Conversation) {
        let Some((project, _)) = &self.project else { return };
        let direction = project.direction.map(Direction::name);
        let category = category(&project.category);
        let told = [
            ("project", Some(project.name.as_str())),
            ("category", category.as_deref()),
            ("direction", direction),
            ("client", project.client.as_deref()),
        ];
        for (name, text) in told {
            if let Some(text) = text {
                conversation.attributes.entry(name.to_owned()).or_insert_with(|| text.into());
            }
        }
    }
}

/// A category's name, as project files and rules write it.
fn category(category: &BusinessCategory) -> Option<String> {
    match category {
        BusinessCategory::Other(name) => Some(name.clone()),
        known => serde_json::to_value(known).ok()?.as_str().map(str::to_owned),
    }
}
