//! One conversation, with its versions.

use std::collections::BTreeMap;

use lingjian_model::{Conversation, ConversationId, JudgementId, Millis, Provenance, Scores, TranscriptId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::{Kept, Listed, Said, TranscriptVersion};
use crate::entity::{conversation, finding, judgement, transcript};
use crate::error::{damaged, failed};
use crate::results::{Body, finding_of};
use crate::{JudgementVersion, KeptJudgement, Store, StoreError};

/// Conversations that are read at once.
const AT_ONCE: usize = 500;

/// A version's id, engine, model, the model's hash, when it was made, since when and until when it counts.
type VersionRow = (Uuid, Option<String>, Option<String>, Option<String>, i64, Option<i64>, Option<i64>);

/// A judgement's id, its words, its rules, when it was made, since when and until when it counts, the three scores.
type JudgementRow = (Uuid, Uuid, String, i64, Option<i64>, Option<i64>, f64, f64, f64);

impl Store {
    /// A conversation, without its words.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conversation(&self, id: ConversationId) -> Result<Option<Kept>, StoreError> {
        let row = conversation::Entity::find_by_id(Uuid::from(id)).one(self.reader()).await;
        row.map_err(failed("read a conversation"))?.as_ref().map(Kept::of).transpose()
    }

    /// These conversations as lists show them; those that are gone are missing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listed(
        &self,
        ids: &[ConversationId],
    ) -> Result<BTreeMap<ConversationId, Listed>, StoreError> {
        let mut listed = BTreeMap::new();
        for some in ids.chunks(AT_ONCE) {
            let named = conversation::Column::Id.is_in(some.iter().map(|id| Uuid::from(*id)));
            let rows = conversation::Entity::find().filter(named).all(self.reader()).await;
            for row in rows.map_err(failed("read conversations"))? {
                listed.insert(ConversationId(row.id), Listed::of(&row)?);
            }
        }
        Ok(listed)
    }

    /// The words of a conversation in this version, with all that rules look at; none where the version is another's.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn words(&self, of: &Kept, version: TranscriptId) -> Result<Option<Conversation>, StoreError> {
        let found = transcript::Entity::find_by_id(Uuid::from(version)).one(self.reader()).await;
        let found = found.map_err(failed("read a transcript"))?;
        let Some(row) = found.filter(|row| row.conversation_id == Uuid::from(of.listed.id)) else {
            return Ok(None);
        };
        of.clone().with_row(row).map(Some)
    }

    /// These conversations with the words that count, with all that rules look at. Those that are gone or have no words are missing.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn with_words(
        &self,
        ids: &[ConversationId],
    ) -> Result<BTreeMap<ConversationId, (TranscriptId, Conversation)>, StoreError> {
        let rows = conversation::Entity::find()
            .filter(conversation::Column::Id.is_in(ids.iter().map(|id| Uuid::from(*id))))
            .all(self.reader())
            .await
            .map_err(failed("read conversations"))?;
        let words = transcript::Entity::find()
            .filter(transcript::Column::Id.is_in(rows.iter().filter_map(|row| row.transcript_id)))
            .all(self.reader())
            .await
            .map_err(failed("read transcripts"))?;
        let mut words: BTreeMap<Uuid, transcript::Model> =
            words.into_iter().map(|words| (words.id, words)).collect();
        let mut all = BTreeMap::new();
        for row in &rows {
            let Some(words) = row.transcript_id.and_then(|version| words.remove(&version)) else { continue };
            let version = TranscriptId(words.id);
            all.insert(ConversationId(row.id), (version, Kept::of(row)?.with_row(words)?));
        }
        Ok(all)
    }

    /// Who said what in the words that count of these conversations.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn said(
        &self,
        of: &[ConversationId],
    ) -> Result<BTreeMap<ConversationId, Vec<Said>>, StoreError> {
        /// A transcript, without the times of its words.
        #[derive(serde::Deserialize)]
        struct Words {
            turns: Vec<Said>,
        }
        let rows: Vec<(Uuid, String)> = transcript::Entity::find()
            .filter(transcript::Column::ConversationId.is_in(of.iter().map(|id| Uuid::from(*id))))
            .filter(transcript::Column::CurrentTo.is_null())
            .select_only()
            .columns([transcript::Column::ConversationId, transcript::Column::Body])
            .into_tuple()
            .all(self.reader())
            .await
            .map_err(failed("read transcripts"))?;
        let read = |(id, body): (Uuid, String)| {
            let words: Words = serde_json::from_str(&body).map_err(damaged("a transcript"))?;
            Ok((ConversationId(id), words.turns))
        };
        rows.into_iter().map(read).collect()
    }

    /// The versions of a conversation's words, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn transcript_versions(
        &self,
        id: ConversationId,
    ) -> Result<Vec<TranscriptVersion>, StoreError> {
        let rows: Vec<VersionRow> = transcript::Entity::find()
            .filter(transcript::Column::ConversationId.eq(Uuid::from(id)))
            .order_by_desc(transcript::Column::MadeAt)
            .order_by_desc(transcript::Column::Id)
            .select_only()
            .columns([
                transcript::Column::Id,
                transcript::Column::Engine,
                transcript::Column::Model,
                transcript::Column::ModelSha256,
                transcript::Column::MadeAt,
                transcript::Column::CurrentFrom,
                transcript::Column::CurrentTo,
            ])
            .into_tuple()
            .all(self.reader())
            .await
            .map_err(failed("list transcripts"))?;
        let versions =
            rows.into_iter().map(|(id, engine, model, sha256, made_at, current_from, current_to)| {
                let id = TranscriptId(id);
                TranscriptVersion {
                    id,
                    provenance: provenance(engine, model, sha256),
                    made_at,
                    current_from,
                    current_to,
                }
            });
        Ok(versions.collect())
    }

    /// The judgements of a conversation, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judgement_versions(&self, id: ConversationId) -> Result<Vec<JudgementVersion>, StoreError> {
        let rows: Vec<JudgementRow> = judgement::Entity::find()
            .filter(judgement::Column::ConversationId.eq(Uuid::from(id)))
            .order_by_desc(judgement::Column::MadeAt)
            .order_by_desc(judgement::Column::Id)
            .select_only()
            .columns([
                judgement::Column::Id,
                judgement::Column::TranscriptId,
                judgement::Column::Rules,
                judgement::Column::MadeAt,
                judgement::Column::CurrentFrom,
                judgement::Column::CurrentTo,
                judgement::Column::Compliance,
                judgement::Column::Experience,
                judgement::Column::Risk,
            ])
            .into_tuple()
            .all(self.reader())
            .await
            .map_err(failed("list judgements"))?;
        let versions = rows.into_iter().map(
            |(id, words, rules, made_at, current_from, current_to, compliance, experience, risk)| {
                let scores = Scores { compliance, experience, risk };
                let (id, transcript) = (JudgementId(id), TranscriptId(words));
                JudgementVersion { id, transcript, rules, made_at, current_from, current_to, scores }
            },
        );
        Ok(versions.collect())
    }

    /// A judgement with its findings, and whose it is.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn judgement(
        &self,
        id: JudgementId,
    ) -> Result<Option<(ConversationId, KeptJudgement)>, StoreError> {
        let fail = failed("read a judgement");
        let found = judgement::Entity::find_by_id(Uuid::from(id)).one(self.reader()).await.map_err(&fail)?;
        let Some(row) = found else { return Ok(None) };
        let findings = finding::Entity::find()
            .filter(finding::Column::JudgementId.eq(row.id))
            .order_by_asc(finding::Column::Place)
            .all(self.reader())
            .await
            .map_err(&fail)?;
        let body = serde_json::from_str(&row.body).map_err(damaged("a judgement"))?;
        let findings = findings.into_iter().map(finding_of).collect();
        let kept = KeptJudgement { version: JudgementVersion::of(&row), body, findings };
        Ok(Some((ConversationId(row.conversation_id), kept)))
    }
}

impl Kept {
    fn with_row(self, row: transcript::Model) -> Result<Conversation, StoreError> {
        let body: Body = serde_json::from_str(&row.body).map_err(damaged("a transcript"))?;
        let listed = self.listed;
        Ok(Conversation {
            id: listed.external_id,
            source: Some(listed.source).filter(|source| !source.is_empty()),
            language: listed.language,
            started_at: listed.started.then(|| jiff::Timestamp::from_millisecond(listed.at).ok()).flatten(),
            duration: u64::try_from(listed.duration_ms).ok().filter(|ms| *ms > 0).map(Millis),
            attributes: self.attributes,
            turns: body.turns,
            sound: body.sound,
            provenance: provenance(row.engine, row.model, row.model_sha256),
        })
    }
}

fn provenance(engine: Option<String>, model: Option<String>, sha256: Option<String>) -> Option<Provenance> {
    let model_sha256 = sha256.unwrap_or_default();
    Some(Provenance { engine: engine?, model: model.unwrap_or_default(), model_sha256 })
}
