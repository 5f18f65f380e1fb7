//! Calls come in: transcripts, recordings, call records. What cannot be taken is told with its place and reason; it
//! never stops the rest.

mod refused;
mod standard;

use std::path::{Path, PathBuf};

use lingjian_acoustics::{DecodeError, Reader};
use lingjian_intake::recordings::{self, Container, Pattern, Vcon};
use lingjian_intake::records::{self, Mapping};
use lingjian_intake::transcripts::{self, Options};
use lingjian_intake::{Refusal, Register};
use lingjian_model::{Conversation, Millis};
use lingjian_store::{Incoming, Recorded, RecordingFacts, RefusalKind, Taken};

use crate::worker::FRESH;
use crate::{AppError, House};

/// Calls of a transaction.
const BATCH: usize = 500;
/// Recordings of a transaction: each is copied first.
const RECORDINGS: usize = 50;

/// What became of what came in.
#[derive(Debug, Default)]
pub struct Imported {
    /// Not known before.
    pub new: u64,
    /// Known, with more than was known.
    pub more: u64,
    /// All known.
    pub same: u64,
    /// Not taken.
    pub refused: Vec<Refusal>,
    /// Taken, and not as their project agreed on its recordings.
    pub breaches: Vec<Refusal>,
}

impl Imported {
    fn count(&mut self, taken: &[Taken]) {
        count(taken, [&mut self.new, &mut self.more, &mut self.same]);
    }
}

/// Counts what became of calls: those that were not known, those of which more is known now, those of which all was known.
pub(crate) fn count(taken: &[Taken], [new, more, same]: [&mut u64; 3]) {
    for one in taken {
        *match one {
            Taken::New(_) => &mut *new,
            Taken::More(_) => &mut *more,
            Taken::Same(_) => &mut *same,
        } += 1;
    }
}

/// Told now and then how many have come in.
pub type Told<'t> = &'t (dyn Fn(&Imported) + Send + Sync);

impl House {
    /// Takes calls in, in one transaction.
    ///
    /// # Errors
    /// When the store fails; then none of them is in.
    pub async fn take(&self, calls: &[Incoming], priority: i64) -> Result<Vec<Taken>, AppError> {
        let edge = self.edge();
        let mut transaction = self.store().begin().await?;
        let taken = transaction.take(calls, priority, edge.now(), &mut || edge.fresh()).await?;
        transaction.commit().await?;
        Ok(taken)
    }

    /// Takes in native transcripts: files and folders.
    ///
    /// # Errors
    /// When the store fails; what came in before stays.
    pub async fn import_transcripts(&self, paths: &[PathBuf], told: Told<'_>) -> Result<Imported, AppError> {
        let mut imported = Imported::default();
        let inventory = recordings::walk(paths);
        for (path, what) in inventory
            .tables
            .iter()
            .map(|path| (path, "a table: take it in with `import calls` and a mapping"))
            .chain(
                inventory
                    .recordings
                    .iter()
                    .map(|found| (&found.path, "a recording: take it in with `import recordings`")),
            )
        {
            imported.refused.push(Refusal::of(path, format!("is {what}")));
        }
        // Told, but not kept: the other import takes them, or keeps why it does not.
        let elsewhere = imported.refused.len();
        imported.refused.extend(inventory.not_understood);
        let (mut register, mut batch) = (Register::new(), Vec::with_capacity(BATCH));
        for path in &inventory.transcripts {
            for item in transcripts::open(path, Options::default()) {
                match register.admit(item) {
                    Ok(taken) if taken.repeats.is_some() => imported.same += 1,
                    Ok(taken) => batch.push(Incoming { conversation: taken.conversation, recording: None }),
                    Err(refusal) => imported.refused.push(refusal),
                }
                if batch.len() == BATCH {
                    self.take_batch(&mut batch, &mut imported, told).await?;
                }
            }
        }
        self.take_batch(&mut batch, &mut imported, told).await?;
        let refused = imported.refused.get(elsewhere..).unwrap_or_default();
        self.refuse(&self.operator(), RefusalKind::Transcripts, None, paths, refused).await?;
        Ok(imported)
    }

    /// Takes in recordings: files and folders. A recording's call is named by `{id}` of the pattern, else by the file's stem.
    ///
    /// # Errors
    /// When the store or the folder of recordings fails; what came in before stays.
    pub async fn import_recordings(
        &self,
        paths: &[PathBuf],
        source: Option<&str>,
        pattern: Option<&Pattern>,
        told: Told<'_>,
    ) -> Result<Imported, AppError> {
        let mut imported = Imported::default();
        let inventory = recordings::walk(paths);
        imported.refused.extend(inventory.not_understood);
        let mut vcons = Vec::new();
        for path in inventory.vcons {
            match Vcon::open(&path) {
                Ok(vcon) => vcons.push((path, vcon)),
                Err(refusal) => imported.refused.push(refusal),
            }
        }
        let joined = recordings::join(inventory.recordings, &[], &[], &vcons, pattern);
        imported.refused.extend(joined.unclear);
        let (mut batch, mut noted) = (Vec::with_capacity(RECORDINGS), Vec::with_capacity(RECORDINGS));
        for call in &joined.calls {
            let Some(recording) = call.recording.and_then(|at| joined.recordings.get(at)) else { continue };
            let path = &recording.found.path;
            let mut conversation = bare(&call.id, source);
            if let Some((_, vcon)) = call.vcon.and_then(|at| vcons.get(at)) {
                vcon.complete(&mut conversation);
            }
            if pattern.is_some() {
                recording.complete(&mut conversation);
            }
            match self.recorded(path, path, recording.found.container, conversation).await? {
                Ok((incoming, facts)) => {
                    batch.push(incoming);
                    noted.push((path.clone(), facts));
                }
                Err(refusal) => imported.refused.push(refusal),
            }
            if batch.len() == RECORDINGS {
                let taken = self.take_batch(&mut batch, &mut imported, told).await?;
                self.note_facts(&taken, std::mem::take(&mut noted), &mut imported).await?;
            }
        }
        let taken = self.take_batch(&mut batch, &mut imported, told).await?;
        self.note_facts(&taken, noted, &mut imported).await?;
        self.refuse(&self.operator(), RefusalKind::Recordings, source, paths, &imported.refused).await?;
        Ok(imported)
    }

    /// Takes in a table of call records through its mapping.
    ///
    /// # Errors
    /// When the store fails; what came in before stays.
    pub async fn import_records(
        &self,
        table: &Path,
        mapping: &Mapping,
        told: Told<'_>,
    ) -> Result<Imported, AppError> {
        let mut imported = Imported::default();
        let (mut register, mut batch) = (Register::new(), Vec::with_capacity(BATCH));
        for item in records::open(table, mapping) {
            match register.admit(item) {
                Ok(taken) if taken.repeats.is_some() => imported.same += 1,
                Ok(taken) => {
                    let mut conversation = bare(&taken.record.id, taken.record.source.as_deref());
                    taken.record.complete(&mut conversation);
                    batch.push(Incoming { conversation, recording: None });
                }
                Err(refusal) => imported.refused.push(refusal),
            }
            if batch.len() == BATCH {
                self.take_batch(&mut batch, &mut imported, told).await?;
            }
        }
        self.take_batch(&mut batch, &mut imported, told).await?;
        self.refuse(&self.operator(), RefusalKind::Calls, None, &[table.to_owned()], &imported.refused)
            .await?;
        Ok(imported)
    }

    /// A call with its recording, which is kept among the blobs; `name` is what the file is called where it comes from.
    /// Refused where it is no recording: whether it can be heard is found out by the worker, which keeps the reason.
    pub(crate) async fn recorded(
        &self,
        path: &Path,
        name: &Path,
        container: Container,
        mut conversation: Conversation,
    ) -> Result<Result<(Incoming, RecordingFacts), Refusal>, AppError> {
        let file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) => return Ok(Err(Refusal::unreadable(name, &error))),
        };
        let extension = name.extension().and_then(|one| one.to_str()).map(str::to_owned);
        let looked = tokio::task::spawn_blocking(move || looked_at(file, container, extension.as_deref()));
        let looked = looked.await.map_err(|error| AppError::Internal(error.to_string()))?;
        let facts = match looked {
            Ok((duration, facts)) => {
                conversation.duration = Some(duration);
                facts
            }
            Err(error) => return Ok(Err(Refusal::of(name, error.to_string()))),
        };
        let blob = self.blobs().put_file(path).await?;
        let name = name.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Ok((Incoming { conversation, recording: Some(Recorded { blob, name }) }, facts)))
    }

    async fn take_batch(
        &self,
        batch: &mut Vec<Incoming>,
        imported: &mut Imported,
        told: Told<'_>,
    ) -> Result<Vec<Taken>, AppError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let taken = self.take(batch, FRESH).await?;
        imported.count(&taken);
        batch.clear();
        told(imported);
        Ok(taken)
    }
}

/// How long a recording is, as its header says, else as it turns out (it tells how far behind speech to text is), and what the file
/// itself tells.
fn looked_at(
    file: std::fs::File,
    container: Container,
    extension: Option<&str>,
) -> Result<(Millis, RecordingFacts), DecodeError> {
    let mut reader = Reader::open(Box::new(file), extension)?;
    let info = reader.info();
    let (known, facts) = (
        info.duration,
        RecordingFacts {
            format: container.name().to_owned(),
            channels: Some(info.channels),
            sample_rate: Some(info.sample_rate),
        },
    );
    if let Some(duration) = known {
        return Ok((duration, facts));
    }
    while let Ok(Some(_)) = reader.next_block() {}
    Ok((reader.position(), facts))
}

/// A call of which only the name is known.
pub(crate) fn bare(id: &str, source: Option<&str>) -> Conversation {
    Conversation {
        id: id.to_owned(),
        source: source.map(str::to_owned),
        language: None,
        started_at: None,
        duration: None,
        attributes: Default::default(),
        turns: Vec::new(),
        sound: None,
        provenance: None,
    }
}
