//! Calls come in. The same call again changes nothing (law 3).

use std::collections::BTreeMap;

use lingjian_model::{Conversation, ConversationId, Direction};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{Incoming, State, Taken};
use crate::entity::conversation;
use crate::error::{damaged, failed};
use crate::places::{Directory, Place};
use crate::results::NewTranscript;
use crate::{ChangeKind, Engine, Need, StoreError, Transaction, WorkKind};

/// The source of calls that name none.
const NO_SOURCE: &str = "";
/// Rows of a statement: PostgreSQL takes 65,535 parameters, SQLite 32,766.
const BATCH: usize = 500;

impl Transaction {
    /// Takes calls in: those not known yet, and what is new of those that are. Whatever has to be done with them
    /// becomes work of this priority.
    ///
    /// # Errors
    /// When the database fails; then the whole transaction must be abandoned.
    pub async fn take(
        &mut self,
        calls: &[Incoming],
        priority: i64,
        now: i64,
        fresh: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<Vec<Taken>, StoreError> {
        let mut taken = Vec::with_capacity(calls.len());
        for some in calls.chunks(BATCH) {
            taken.extend(self.take_some(some, priority, now, fresh).await?);
        }
        Ok(taken)
    }

    async fn take_some(
        &mut self,
        calls: &[Incoming],
        priority: i64,
        now: i64,
        fresh: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<Vec<Taken>, StoreError> {
        let fail = failed("take calls in");
        let directory = Directory::of_calls(self, calls.iter().map(|call| &call.conversation), fresh).await?;

        let ids = calls.iter().map(|call| call.conversation.id.as_str());
        let known = conversation::Entity::find().filter(conversation::Column::ExternalId.is_in(ids));
        let known = known.all(&self.inner).await.map_err(&fail)?;
        let mut known: BTreeMap<(String, String), conversation::Model> =
            known.into_iter().map(|row| ((row.source.clone(), row.external_id.clone()), row)).collect();

        // Each call once, however often it stands in the batch.
        let mut drafts: Vec<Draft> = Vec::with_capacity(calls.len());
        let mut at: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut whose = Vec::with_capacity(calls.len());
        for call in calls {
            let told = &call.conversation;
            let key = (told.source.as_deref().unwrap_or(NO_SOURCE), told.id.as_str());
            let place = directory.place(told);
            let index = match at.get(&key) {
                Some(index) => {
                    complete(&mut drafts[*index].row, call, &place)?;
                    *index
                }
                None => {
                    let before = known.remove(&(key.0.to_owned(), key.1.to_owned()));
                    let row = match before.clone() {
                        Some(mut row) => {
                            complete(&mut row, call, &place)?;
                            row
                        }
                        None => first(call, key, &place, fresh(), now)?,
                    };
                    drafts.push(Draft { row, before, words: None });
                    at.insert(key, drafts.len() - 1);
                    drafts.len() - 1
                }
            };
            let draft = &mut drafts[index];
            if !told.turns.is_empty() {
                draft.words = Some(NewTranscript::of(told, fresh().into(), now)?);
            }
            whose.push(index);
        }

        // Words that are known already are no new version.
        let words = drafts.iter().filter(|draft| draft.before.is_some());
        let words = words.filter_map(|draft| Some((draft.row.id, draft.words.as_ref()?.digest.as_str())));
        let known_words = self.known_words(words).await?;
        for draft in &mut drafts {
            draft.words =
                draft.words.take().filter(|one| !known_words.contains(&(draft.row.id, one.digest.clone())));
            if let Some(words) = &draft.words {
                draft.row.transcript_id = Some(words.id.into());
                draft.row.state = State::Waiting.name().to_owned();
            }
        }

        let new = drafts.iter().filter(|draft| draft.before.is_none());
        let new: Vec<_> = new.map(|draft| conversation::ActiveModel::from_new(draft.row.clone())).collect();
        if !new.is_empty() {
            conversation::Entity::insert_many(new)
                .exec_without_returning(&self.inner)
                .await
                .map_err(&fail)?;
        }
        for draft in
            drafts.iter().filter(|draft| draft.before.as_ref().is_some_and(|before| *before != draft.row))
        {
            update(&draft.row, &self.inner).await?;
        }
        if self.engine == Engine::Sqlite {
            let moved: Vec<Uuid> =
                drafts.iter().filter(|draft| draft.has_moved()).map(|draft| draft.row.id).collect();
            self.index_again(&moved).await?;
        }
        let words: Vec<_> =
            drafts.iter().filter_map(|draft| Some((draft.row.id.into(), draft.words.as_ref()?))).collect();
        self.insert_words(&words, now).await?;
        let needs: Vec<Need> = drafts.iter().filter_map(|draft| draft.need(priority)).collect();
        self.need(&needs, now, fresh).await?;
        let taken: Vec<Taken> = drafts.iter().map(Draft::taken).collect();
        for one in taken.iter().filter(|one| !matches!(one, Taken::Same(_))) {
            self.tell(ChangeKind::ConversationReceived, one.id().into(), now);
        }
        Ok(whose.into_iter().map(|index| taken[index]).collect())
    }
}

/// A conversation on its way in.
struct Draft {
    /// As it will be.
    row: conversation::Model,
    /// As it was, where it was known.
    before: Option<conversation::Model>,
    /// What it tells of its words.
    words: Option<NewTranscript>,
}

impl Draft {
    fn taken(&self) -> Taken {
        let id = ConversationId(self.row.id);
        match &self.before {
            None => Taken::New(id),
            Some(before) if *before == self.row => Taken::Same(id),
            Some(_) => Taken::More(id),
        }
    }

    /// Whether words that were there before belong to another instant now: SQLite's index stands in the order of time.
    fn has_moved(&self) -> bool {
        let moved = self.before.as_ref().is_some_and(|before| before.at != self.row.at);
        moved && self.words.is_none() && self.row.transcript_id.is_some()
    }

    /// What has to be done with it because of what is new.
    fn need(&self, priority: i64) -> Option<Need> {
        let before = self.before.as_ref();
        let new_sound = self
            .row
            .recording
            .as_deref()
            .filter(|_| before.is_none_or(|before| before.recording != self.row.recording));
        let (kind, input) = match (self.row.transcript_id, &self.words, &self.row.recording) {
            (None, _, _) => (WorkKind::Transcribe, new_sound?.to_owned()),
            (Some(words), Some(new), Some(sound)) if !new.has_sound => {
                (WorkKind::Analyse, format!("{words}:{sound}"))
            }
            (Some(words), Some(_), _) => (WorkKind::Judge, words.to_string()),
            (Some(words), None, _) => (WorkKind::Analyse, format!("{words}:{}", new_sound?)),
        };
        Some(Need { kind, subject: self.row.id, input, priority, length_ms: self.row.duration_ms })
    }
}

/// The row of a call that was not known.
fn first(
    call: &Incoming,
    key: (&str, &str),
    place: &Place,
    id: Uuid,
    now: i64,
) -> Result<conversation::Model, StoreError> {
    let told = &call.conversation;
    let started_at = told.started_at.map(|at| at.as_millisecond());
    let state =
        if told.turns.is_empty() && call.recording.is_none() { State::Record } else { State::Waiting };
    Ok(conversation::Model {
        id,
        source: key.0.to_owned(),
        external_id: key.1.to_owned(),
        received_at: now,
        at: started_at.unwrap_or(now),
        started_at,
        duration_ms: length(told),
        project_id: place.project.map(Into::into),
        team_id: place.team.map(Into::into),
        agent_id: place.agent.map(Into::into),
        language: told.language.clone(),
        direction: told
            .attribute("direction")
            .and_then(Direction::from_name)
            .map(|direction| direction.name().to_owned()),
        queue: told.attribute("queue").map(str::to_owned),
        attributes: serde_json::to_string(&told.attributes).map_err(damaged("a call's attributes"))?,
        recording: call.recording.as_ref().map(|one| one.blob.sha256.clone()),
        recording_name: call.recording.as_ref().map(|one| one.name.clone()),
        recording_bytes: call.recording.as_ref().map(|one| i64::try_from(one.blob.bytes).unwrap_or(i64::MAX)),
        state: state.name().to_owned(),
        transcript_id: None,
        judgement_id: None,
        compliance: None,
        experience: None,
        risk: None,
        findings: None,
    })
}

/// Adds what this call tells anew; what it does not tell stays.
fn complete(row: &mut conversation::Model, call: &Incoming, place: &Place) -> Result<(), StoreError> {
    let new = first(call, (&row.source, &row.external_id), place, row.id, row.received_at)?;
    row.project_id = new.project_id.or(row.project_id);
    row.team_id = new.team_id.or(row.team_id);
    row.agent_id = new.agent_id.or(row.agent_id);
    if new.started_at.is_some() {
        row.started_at = new.started_at;
        row.at = new.at;
    }
    if new.duration_ms > 0 {
        row.duration_ms = new.duration_ms;
    }
    row.language = new.language.or(row.language.take());
    row.direction = new.direction.or(row.direction.take());
    row.queue = new.queue.or(row.queue.take());
    if new.recording.is_some() {
        row.recording = new.recording;
        row.recording_name = new.recording_name;
        row.recording_bytes = new.recording_bytes;
        if row.state == State::Record.name() {
            row.state = new.state;
        }
    }
    let mut attributes: lingjian_model::Attributes =
        serde_json::from_str(&row.attributes).map_err(damaged("a conversation's attributes"))?;
    attributes.extend(call.conversation.attributes.clone());
    row.attributes = serde_json::to_string(&attributes).map_err(damaged("a call's attributes"))?;
    Ok(())
}

fn length(call: &Conversation) -> i64 {
    i64::try_from(call.length().0).unwrap_or(i64::MAX)
}

async fn update(row: &conversation::Model, on: &sea_orm::DatabaseTransaction) -> Result<(), StoreError> {
    let changed = conversation::ActiveModel {
        id: Unchanged(row.id),
        ..conversation::ActiveModel::from_new(row.clone())
    };
    changed.update(on).await.map(|_| ()).map_err(failed("complete a conversation"))
}

impl conversation::ActiveModel {
    /// Every field set, as for a row that is new.
    pub(crate) fn from_new(row: conversation::Model) -> Self {
        Self {
            id: Set(row.id),
            source: Set(row.source),
            external_id: Set(row.external_id),
            received_at: Set(row.received_at),
            at: Set(row.at),
            started_at: Set(row.started_at),
            duration_ms: Set(row.duration_ms),
            project_id: Set(row.project_id),
            team_id: Set(row.team_id),
            agent_id: Set(row.agent_id),
            language: Set(row.language),
            direction: Set(row.direction),
            queue: Set(row.queue),
            attributes: Set(row.attributes),
            recording: Set(row.recording),
            recording_name: Set(row.recording_name),
            recording_bytes: Set(row.recording_bytes),
            state: Set(row.state),
            transcript_id: Set(row.transcript_id),
            judgement_id: Set(row.judgement_id),
            compliance: Set(row.compliance),
            experience: Set(row.experience),
            risk: Set(row.risk),
            findings: Set(row.findings),
        }
    }
}
