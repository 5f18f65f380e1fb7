//! What has come in whole is taken in, one after the other; what nobody goes on with is cleared.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use lingjian_intake::recordings::{Kind, kind_of_named};
use lingjian_intake::transcripts::{self, Options};
use lingjian_intake::{Refusal, Register};
use lingjian_model::{ConversationId, Permission, Placed, ProjectId, Reach};
use lingjian_store::{Incoming, Taken, Upload, UploadState};
use serde::{Deserialize, Serialize};

use super::{Reception, Told};
use crate::calls::{self, bare};
use crate::worker::FRESH;
use crate::{Actor, AppError, House};

/// How often it is looked for what is whole and not taken in: after a crash, or when the disk was full.
const EVERY: Duration = Duration::from_secs(60);
/// Calls of a transaction.
const BATCH: usize = 500;
/// Refusals that are kept word by word; the others are counted.
const KEPT: usize = 100;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Calls that were not known.
    pub new: u64,
    /// Calls of which more is known now.
    pub more: u64,
    /// Calls of which all was known.
    pub same: u64,
    /// What was not taken.
    pub refused: u64,
    /// The first of those, with their reasons.
    pub refusals: Vec<Why>,
    /// The call, where the file held one.
    pub conversation: Option<ConversationId>,
}

/// Why something was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Counted from 1.
    pub line: Option<u64>,
    /// In characters, counted from 1.
    pub column: Option<u32>,
    /// Which field.
    pub field: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub advice: Option<String>,
}

impl Outcome {
    fn refuse(&mut self, Refusal { line, column, field, reason, advice, .. }: Refusal) {
        self.refused += 1;
        if self.refusals.len() < KEPT {
            self.refusals.push(Why { line, column, field, reason, advice });
        }
    }

    fn count(&mut self, taken: &[Taken]) {
        calls::count(taken, [&mut self.new, &mut self.more, &mut self.same]);
        let all = self.new + self.more + self.same;
        self.conversation = taken.first().filter(|_| all == 1).map(|one| one.id());
    }
}

impl House {
    /// Takes in what is whole and clears what is abandoned, for ever: run it beside the server.
    pub async fn tend_uploads(self) {
        let Ok(reception) = self.reception() else { return };
        loop {
            for done in [self.take_uploads().await, self.clear_uploads().await] {
                if let Err(error) = done {
                    tracing::warn!(%error, "uploads cannot be looked after; trying again");
                }
            }
            tokio::select! { () = tokio::time::sleep(EVERY) => {}, () = reception.arrived.notified() => {} }
        }
    }

    /// Takes in all uploads that are whole; how many.
    ///
    /// # Errors
    /// When the store fails. An upload that could not be taken in because of that stays.
    pub async fn take_uploads(&self) -> Result<u64, AppError> {
        let reception = self.reception()?;
        let mut count = 0;
        for upload in self.store().uploads_that(UploadState::Received, i64::MAX).await? {
            let _turn = reception.slots.turn(upload.id).await;
            // Ended meanwhile, or in the spool of another machine.
            let there = reception.spool.length(upload.id).await?;
            if there.and_then(|length| i64::try_from(length).ok()) != Some(upload.length) {
                continue;
            }
            match self.take_upload(reception, &upload).await {
                Ok(()) => count += 1,
                Err(error) => {
                    tracing::warn!(%error, upload = %upload.id, "an upload could not be taken in; trying again")
                }
            }
        }
        Ok(count)
    }

    /// Clears uploads that nobody has gone on with for some days, and forgets old ones; how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clear_uploads(&self) -> Result<u64, AppError> {
        let reception = self.reception()?;
        let before = self.edge().now() - reception.keep_ms;
        let mut count = 0;
        for state in [UploadState::Receiving, UploadState::Taken, UploadState::Refused] {
            for upload in self.store().uploads_that(state, before).await? {
                let _turn = reception.slots.turn(upload.id).await;
                self.forget(reception, upload.id).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    async fn take_upload(&self, reception: &Reception, upload: &Upload) -> Result<(), AppError> {
        let mut outcome = Outcome::default();
        let by = self.on_behalf_of(upload.user).await?;
        let path = reception.spool.path(upload.id);
        let told: Told =
            serde_json::from_str(&upload.told).map_err(|error| AppError::Internal(error.to_string()))?;
        match by.reach(Permission::ConversationsImport) {
            Ok(reach) => self.take_file(&path, Path::new(&upload.name), &told, &reach, &mut outcome).await?,
            // They could when it began.
            Err(error) => outcome.refuse(Refusal::of(Path::new(&upload.name), error.to_string())),
        }
        let any = outcome.new + outcome.more + outcome.same > 0;
        let state = if any { UploadState::Taken } else { UploadState::Refused };
        self.note_taken(&by, upload, &outcome, state).await?;
        Ok(reception.spool.remove(upload.id).await?)
    }

    async fn take_file(
        &self,
        path: &Path,
        name: &Path,
        told: &Told,
        reach: &Reach,
        outcome: &mut Outcome,
    ) -> Result<(), AppError> {
        let projects = self.store().places().await?.projects;
        let projects: BTreeMap<String, ProjectId> =
            projects.into_iter().map(|one| (one.name, one.id)).collect();
        let gate = Gate { reach, projects };
        let refused = match kind_of_named(path, name) {
            Ok(Kind::Audio(container)) => {
                let stem = name.file_stem().unwrap_or_default().to_string_lossy();
                let mut call = bare(told.id.as_deref().unwrap_or(&stem), None);
                told.complete(&mut call);
                match self.recorded(path, name, container, call).await? {
                    Ok((incoming, facts)) => {
                        let taken = self.take_through(&gate, vec![incoming], outcome).await?;
                        return self.keep_facts(&taken, &[(name.to_owned(), facts)]).await;
                    }
                    Err(refusal) => refusal,
                }
            }
            Ok(Kind::Transcript) => match File::open(path) {
                Ok(file) => return self.take_transcripts(&gate, file, name, told, outcome).await,
                Err(error) => Refusal::unreadable(name, &error),
            },
            Ok(Kind::Vcon) => Refusal::of(name, "is a vCon: it tells of a recording that lies beside it")
                .advise("take both in with `lingjian import recordings`"),
            Ok(Kind::Table) => Refusal::of(name, "is a table")
                .advise("take it in with `lingjian import calls` and a mapping"),
            Ok(Kind::Other) => Refusal::of(name, "is neither a recording nor a transcript"),
            Err(error) => Refusal::unreadable(name, &error),
        };
        outcome.refuse(refused);
        Ok(())
    }

    async fn take_transcripts(
        &self,
        gate: &Gate<'_>,
        file: File,
        name: &Path,
        told: &Told,
        outcome: &mut Outcome,
    ) -> Result<(), AppError> {
        let (mut register, mut batch) = (Register::new(), Vec::with_capacity(BATCH));
        for item in transcripts::read(name, BufReader::new(file), Options::default()) {
            match register.admit(item) {
                Ok(taken) if taken.repeats.is_some() => outcome.same += 1,
                Ok(taken) => {
                    let mut conversation = taken.conversation;
                    told.complete(&mut conversation);
                    batch.push(Incoming { conversation, recording: None });
                }
                Err(refusal) => outcome.refuse(refusal),
            }
            if batch.len() == BATCH {
                self.take_through(gate, std::mem::take(&mut batch), outcome).await?;
            }
        }
        self.take_through(gate, batch, outcome).await.map(drop)
    }

    /// Takes in what may pass, in one transaction.
    async fn take_through(
        &self,
        gate: &Gate<'_>,
        calls: Vec<Incoming>,
        outcome: &mut Outcome,
    ) -> Result<Vec<Taken>, AppError> {
        let edge = self.edge();
        let mut transaction = self.store().begin().await?;
        let mut pass = Vec::with_capacity(calls.len());
        for call in calls {
            let told = &call.conversation;
            let known = if *gate.reach == Reach::All {
                None
            } else {
                transaction.project_of_known(told.source.as_deref().unwrap_or_default(), &told.id).await?
            };
            if gate.admits(told.attribute("project"), known) {
                pass.push(call);
            } else {
                let reason = "stands in a project that you may not put calls into";
                outcome.refuse(Refusal::of(Path::new(""), reason).field("project"));
            }
        }
        let taken = transaction.take(&pass, FRESH, edge.now(), &mut || edge.fresh()).await?;
        transaction.commit().await?;
        outcome.count(&taken);
        Ok(taken)
    }

    /// Somebody, as they are now.
    async fn on_behalf_of(&self, user: lingjian_model::UserId) -> Result<Actor, AppError> {
        let account = self.store().account(user).await?.ok_or(AppError::NotFound { what: "user" })?;
        let mut actor = Actor::of(&account);
        if account.disabled {
            actor.authority = actor.authority.narrowed([]);
        }
        Ok(actor)
    }
}

/// Which calls may come in.
struct Gate<'g> {
    reach: &'g Reach,
    projects: BTreeMap<String, ProjectId>,
}

impl Gate<'_> {
    /// Whether a call that names this project may come in, and where it is known already: whether it may be completed.
    fn admits(&self, project: Option<&str>, known: Option<Option<ProjectId>>) -> bool {
        let within = |project: Option<ProjectId>| self.reach.covers(&Placed { project, ..Placed::default() });
        let named = project.and_then(|name| self.projects.get(name)).copied();
        *self.reach == Reach::All || (within(named) && known.is_none_or(within))
    }
}
