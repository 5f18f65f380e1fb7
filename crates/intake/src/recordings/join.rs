//! Which recording, transcript, vCon and call record are the same call. Either may come first or stay alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lingjian_model::{AttributeValue, Conversation};
use serde::Serialize;

use super::pattern::Pattern;
use super::vcon::Vcon;
use super::walk::Found;
use crate::records::{CallRecord, TakenRecord};
use crate::transcripts::Taken;
use crate::{Place, Refusal};

/// A recording and what its name tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recording {
    /// The file.
    pub found: Found,
    /// Its `{id}` in the file-name pattern, else its stem; where several have the same, with as many folders as tell
    /// them apart.
    pub id: String,
    /// What the file-name pattern captured besides.
    pub captures: BTreeMap<String, String>,
    /// Whether its name fits the pattern; nothing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named_well: Option<bool>,
}

/// One call: positions in the lists that were joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The transcript's id, else the record's, else the recording's.
    pub id: String,
    /// In [`Joined::recordings`].
    pub recording: Option<usize>,
    /// In the transcripts. A call with one is not transcribed again.
    pub transcript: Option<usize>,
    /// In the records.
    pub record: Option<usize>,
    /// In the vCon files.
    pub vcon: Option<usize>,
}

/// What belongs together, and what stayed alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Joined {
    /// The recordings, named.
    pub recordings: Vec<Recording>,
    /// Calls with a recording, by path; then those with only a transcript, then those with only a record.
    pub calls: Vec<Call>,
    /// Records and vCon files that could belong to several recordings.
    pub unclear: Vec<Refusal>,
    /// vCon files beside which no recording lies, by position.
    pub lone_vcons: Vec<usize>,
}

/// What a transcript is joined by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptKey {
    /// Its system.
    pub source: Option<String>,
    /// Its id.
    pub id: String,
    /// Its file.
    pub place: Place,
}

impl From<&Taken> for TranscriptKey {
    fn from(taken: &Taken) -> Self {
        let Conversation { source, id, .. } = &taken.conversation;
        Self { source: source.clone(), id: id.clone(), place: taken.place.clone() }
    }
}

/// Joins what was found. A record belongs to the recording it names, else to the one of its id; a transcript to the
/// recording beside it with the same stem, else to the one of its id.
#[must_use]
pub fn join(
    found: Vec<Found>,
    transcripts: &[TranscriptKey],
    records: &[TakenRecord],
    vcons: &[(PathBuf, Vcon)],
    pattern: Option<&Pattern>,
) -> Joined {
    let recordings = name_all(found, pattern);
    let index = Index::new(&recordings);
    let mut joined =
        Joined { calls: Vec::new(), unclear: Vec::new(), lone_vcons: Vec::new(), recordings: Vec::new() };
    let mut calls: Vec<_> =
        (0..recordings.len()).map(|at| Parts { recording: Some(at), ..Parts::default() }).collect();
    let mut by_transcript: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, transcript) in transcripts.iter().enumerate() {
        let beside = transcript.place.line.is_none().then(|| index.beside(&transcript.place.path)).flatten();
        let call = match beside.or_else(|| index.by_id(&transcript.id)) {
            Some(call) if calls[call].transcript.is_none() => call,
            _ => {
                calls.push(Parts::default());
                calls.len() - 1
            }
        };
        calls[call].transcript = Some(at);
        by_transcript.entry(&transcript.id).or_insert(call);
    }
    for (at, TakenRecord { record, place, .. }) in records.iter().enumerate() {
        let call = match index.of_record(record) {
            Ok(recording) => recording.or_else(|| by_transcript.get(record.id.as_str()).copied()),
            Err(count) => {
                let reason = format!("{count} recordings have the name that the record gives");
                let mut refusal = Refusal::of(&place.path, reason).field("recording");
                refusal.line = place.line;
                joined.unclear.push(refusal.advise("give the folder too, or a file-name pattern with {id}"));
                None
            }
        };
        match call.filter(|call| calls[*call].record.is_none()) {
            Some(call) => calls[call].record = Some(at),
            None => calls.push(Parts { record: Some(at), ..Parts::default() }),
        }
    }
    for (at, (path, vcon)) in vcons.iter().enumerate() {
        let named = || index.by_name(vcon.recording.as_deref()?).ok().flatten();
        match index.beside(path).or_else(named).filter(|call| calls[*call].vcon.is_none()) {
            Some(call) => calls[call].vcon = Some(at),
            None => joined.lone_vcons.push(at),
        }
    }
    // Recordings come first, then transcripts alone, then records alone: the order in which they were added.
    joined.calls = calls
        .into_iter()
        .map(|Parts { recording, transcript, record, vcon }| {
            let id = transcript
                .map(|at| &transcripts[at].id)
                .or_else(|| record.map(|at| &records[at].record.id))
                .or_else(|| recording.map(|at| &recordings[at].id));
            Call { id: id.cloned().unwrap_or_default(), recording, transcript, record, vcon }
        })
        .collect();
    joined.recordings = recordings;
    joined
}

#[derive(Default)]
struct Parts {
    recording: Option<usize>,
    transcript: Option<usize>,
    record: Option<usize>,
    vcon: Option<usize>,
}

impl Recording {
    /// Adds to a conversation what the file's name tells. What the conversation already says stays.
    pub fn complete(&self, conversation: &mut Conversation) {
        for (name, text) in &self.captures {
            let value = || AttributeValue::from(text.as_str());
            conversation.attributes.entry(name.clone()).or_insert_with(value);
        }
    }
}

fn name_all(found: Vec<Found>, pattern: Option<&Pattern>) -> Vec<Recording> {
    let mut recordings: Vec<_> = found
        .into_iter()
        .map(|found| {
            let captured = pattern.map(|pattern| pattern.captures(&file_name(&found.path)));
            let named_well = captured.as_ref().map(Option::is_some);
            let mut captures = captured.flatten().unwrap_or_default();
            let id = captures.remove("id").unwrap_or_else(|| stem(&found.path));
            Recording { found, id, captures, named_well }
        })
        .collect();
    // The same name in several folders: as many folders before it as tell them apart.
    for folders in 1..64 {
        let mut seen = BTreeSet::new();
        let twice: BTreeSet<String> =
            recordings.iter().filter(|one| !seen.insert(one.id.as_str())).map(|one| one.id.clone()).collect();
        if twice.is_empty() {
            break;
        }
        for recording in recordings.iter_mut().filter(|recording| twice.contains(&recording.id)) {
            let folder = recording.found.path.ancestors().nth(folders).and_then(Path::file_name);
            // Two files of one folder that differ in their ending only keep it.
            recording.id = match folder {
                Some(folder) => format!("{}/{}", folder.to_string_lossy(), recording.id),
                None => recording.found.path.to_string_lossy().into_owned(),
            };
        }
    }
    recordings
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The file's name without what says its format: `.wav`, `.json`, `.vcon.json`.
fn stem(path: &Path) -> String {
    let name = file_name(path);
    let stem = name
        .strip_suffix(".vcon.json")
        .unwrap_or_else(|| name.rsplit_once('.').map_or(&name, |(stem, _)| stem));
    if stem.is_empty() { name } else { stem.to_owned() }
}

/// Recordings by everything they are found by; a key that several have finds none.
struct Index<'r> {
    recordings: &'r [Recording],
    ids: BTreeMap<&'r str, Option<usize>>,
    places: BTreeMap<PathBuf, Option<usize>>,
    names: BTreeMap<String, Vec<usize>>,
}

impl<'r> Index<'r> {
    fn new(recordings: &'r [Recording]) -> Self {
        let mut index =
            Self { recordings, ids: BTreeMap::new(), places: BTreeMap::new(), names: BTreeMap::new() };
        for (at, recording) in recordings.iter().enumerate() {
            let path = &recording.found.path;
            index.ids.entry(&recording.id).and_modify(|one| *one = None).or_insert(Some(at));
            let place = path.with_file_name(stem(path));
            index.places.entry(place).and_modify(|one| *one = None).or_insert(Some(at));
            for name in BTreeSet::from([file_name(path).to_lowercase(), stem(path).to_lowercase()]) {
                index.names.entry(name).or_default().push(at);
            }
        }
        index
    }

    fn by_id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied().flatten()
    }

    fn beside(&self, path: &Path) -> Option<usize> {
        self.places.get(&path.with_file_name(stem(path))).copied().flatten()
    }

    /// The recording of that file name, with or without folders and ending; or how many there are.
    fn by_name(&self, name: &str) -> Result<Option<usize>, usize> {
        let name = name.replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or(&name);
        let candidates = self.names.get(&last.to_lowercase()).map_or(&[][..], Vec::as_slice);
        match candidates {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let relative = name.trim_start_matches('/');
                let exact = |at: &&usize| self.recordings[**at].found.path.ends_with(relative);
                let mut exact = several.iter().filter(exact);
                match (exact.next(), exact.next()) {
                    (Some(one), None) => Ok(Some(*one)),
                    _ => Err(several.len()),
                }
            }
        }
    }

    fn of_record(&self, record: &CallRecord) -> Result<Option<usize>, usize> {
        let named = record.recording.as_deref().map_or(Ok(None), |name| self.by_name(name))?;
        Ok(named.or_else(|| self.by_id(&record.id)))
    }
}
