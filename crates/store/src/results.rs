//! What was made of conversations: transcripts and judgements, each version beside the others (law 1).

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::{
    Conversation, ConversationId, Finding, Judgement, JudgementId, Measure, Provenance, Scores, Sound,
    TranscriptId, Turn,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::blobs::hex;
use crate::conversations::State;
use crate::engine::numbered;
use crate::entity::{finding, judgement, transcript};
use crate::error::{damaged, failed};
use crate::{ChangeKind, StoreError, Transaction};

/// Judgements that are written down by one statement.
const JUDGEMENTS: usize = 100;

/// A transcript to be kept.
#[derive(Debug, Clone)]
pub struct NewTranscript {
    /// Its id, if it is new.
    pub id: TranscriptId,
    /// SHA-256 of the body.
    pub digest: String,
    /// What made it, where a machine did.
    pub provenance: Option<Provenance>,
    /// When.
    pub made_at: i64,
    /// Whether it tells who speaks when.
    pub(crate) has_sound: bool,
    /// For the search index.
    turns: Vec<Turn>,
    body: String,
}

/// What is kept of the words.
#[derive(Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) turns: Vec<Turn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sound: Option<Sound>,
}

impl NewTranscript {
    /// The words and the sound of a conversation.
    ///
    /// # Errors
    /// Never in practice: the shape has no part that JSON lacks.
    pub fn of(conversation: &Conversation, id: TranscriptId, made_at: i64) -> Result<Self, StoreError> {
        let turns = conversation.turns.clone();
        let body = Body { turns, sound: conversation.sound.clone() };
        let text = serde_json::to_string(&body).map_err(damaged("a transcript"))?;
        Ok(Self {
            id,
            digest: hex(&Sha256::digest(&text)),
            provenance: conversation.provenance.clone(),
            made_at,
            has_sound: body.sound.is_some(),
            turns: body.turns,
            body: text,
        })
    }
}

/// A judgement to be kept.
#[derive(Debug, Clone)]
pub struct NewJudgement {
    /// Its id, if it is new.
    pub id: JudgementId,
    /// Whose.
    pub conversation: ConversationId,
    /// Of which words.
    pub transcript: TranscriptId,
    /// SHA-256 over the digests of all rules that were asked.
    pub rules: String,
    /// When.
    pub made_at: i64,
    /// What the rules say.
    pub judgement: Judgement,
}

/// A version of a judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgementVersion {
    /// Its id.
    pub id: JudgementId,
    /// Of which words.
    pub transcript: TranscriptId,
    /// SHA-256 over the digests of all rules that were asked.
    pub rules: String,
    /// When it was made.
    pub made_at: i64,
    /// Since when it counts.
    pub current_from: Option<i64>,
    /// Until when it counted; none: it counts.
    pub current_to: Option<i64>,
    /// The three scores.
    pub scores: Scores,
}

/// A judgement as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptJudgement {
    /// Which.
    pub version: JudgementVersion,
    /// Measures, derivation, what could not be judged: as `Judgement` writes them.
    pub body: serde_json::Value,
    /// As `Finding` writes them, in their order.
    pub findings: Vec<serde_json::Value>,
}

/// What stands beside the findings in a judgement.
#[derive(Serialize)]
struct JudgementBody<'j> {
    metrics: &'j lingjian_model::Metrics,
    derivation: &'j [lingjian_model::ScoreStep],
    unjudged: &'j [lingjian_model::Unjudged],
}

impl Transaction {
    /// Which of these words (whose, digest) are kept already.
    pub(crate) async fn known_words(
        &self,
        words: impl Iterator<Item = (Uuid, &str)>,
    ) -> Result<BTreeSet<(Uuid, String)>, StoreError> {
        let whose: Vec<Uuid> = words.map(|(id, _)| id).collect();
        if whose.is_empty() {
            return Ok(BTreeSet::new());
        }
        let known: Vec<(Uuid, String)> = transcript::Entity::find()
            .filter(transcript::Column::ConversationId.is_in(whose))
            .select_only()
            .columns([transcript::Column::ConversationId, transcript::Column::Digest])
            .into_tuple()
            .all(&self.inner)
            .await
            .map_err(failed("look for words"))?;
        Ok(known.into_iter().collect())
    }

    /// Keeps new words, which count from now on, and indexes them. The conversations point to them already.
    pub(crate) async fn insert_words(
        &self,
        new: &[(ConversationId, &NewTranscript)],
        now: i64,
    ) -> Result<(), StoreError> {
        if new.is_empty() {
            return Ok(());
        }
        let whose: Vec<Value> = new.iter().map(|(id, _)| Uuid::from(*id).into()).collect();
        let sql = format!(
            "UPDATE transcript SET current_to = $1 WHERE current_to IS NULL AND conversation_id IN ({})",
            numbered(2, whose.len())
        );
        let values = [Value::from(now)].into_iter().chain(whose).collect();
        self.run("supersede a transcript", &sql, values).await?;
        let rows = new.iter().map(|(id, one)| {
            let made_by = one.provenance.as_ref();
            transcript::ActiveModel {
                id: Set(one.id.into()),
                conversation_id: Set((*id).into()),
                digest: Set(one.digest.clone()),
                engine: Set(made_by.map(|by| by.engine.clone())),
                model: Set(made_by.map(|by| by.model.clone())),
                model_sha256: Set(made_by.map(|by| by.model_sha256.clone())),
                made_at: Set(one.made_at),
                current_from: Set(Some(now)),
                current_to: Set(None),
                body: Set(one.body.clone()),
            }
        });
        let insert = transcript::Entity::insert_many(rows).exec_without_returning(&self.inner);
        insert.await.map_err(failed("keep transcripts"))?;
        let turns: Vec<(ConversationId, &[Turn])> =
            new.iter().map(|(id, one)| (*id, one.turns.as_slice())).collect();
        self.index(&turns).await
    }

    /// Keeps what speech to text wrote down of a conversation; it counts from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_transcript(
        &mut self,
        conversation: ConversationId,
        new: &NewTranscript,
        language: Option<&str>,
        duration_ms: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        let whose = Uuid::from(conversation);
        let known = self.known_words([(whose, new.digest.as_str())].into_iter()).await?;
        if !known.contains(&(whose, new.digest.clone())) {
            self.insert_words(&[(conversation, new)], now).await?;
            let sql = "UPDATE conversation SET transcript_id = $2, state = $3 WHERE id = $1";
            let values = vec![whose.into(), Uuid::from(new.id).into(), State::Waiting.name().into()];
            self.run("point to a transcript", sql, values).await?;
        }
        let sql = "UPDATE conversation SET language = COALESCE(language, $2), \
                   duration_ms = CASE WHEN duration_ms = 0 THEN $3 ELSE duration_ms END WHERE id = $1";
        let values = vec![whose.into(), language.map(str::to_owned).into(), duration_ms.into()];
        self.run("complete a conversation", sql, values).await?;
        self.tell(ChangeKind::ConversationTranscribed, conversation.into(), now);
        Ok(())
    }

    /// Keeps judgements; each counts from now on, if it is of the words that count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_judgements(&mut self, new: &[NewJudgement], now: i64) -> Result<(), StoreError> {
        for some in new.chunks(JUDGEMENTS) {
            let ids = self.insert_judgements(some).await?;
            // Whose, and which; of two the last, as the conversation points to it.
            let mut counting: BTreeMap<Uuid, Uuid> = BTreeMap::new();
            for (one, id) in some.iter().zip(ids) {
                if self.point_to_judgement(one, id).await? {
                    counting.insert(one.conversation.into(), id);
                }
            }
            if counting.is_empty() {
                continue;
            }
            let list = |from: usize| numbered(from, counting.len());
            let ids = || counting.values().copied().map(Value::from);
            let sql = format!(
                "UPDATE judgement SET current_to = $1 WHERE current_from IS NOT NULL AND current_to IS NULL \
                 AND conversation_id IN ({}) AND id NOT IN ({})",
                list(2),
                list(2 + counting.len())
            );
            let whose = counting.keys().copied().map(Value::from);
            let values = [Value::from(now)].into_iter().chain(whose).chain(ids()).collect();
            self.run("supersede judgements", &sql, values).await?;
            let sql = format!(
                "UPDATE judgement SET current_from = $1, current_to = NULL WHERE id IN ({})",
                list(2)
            );
            self.run("point to judgements", &sql, [Value::from(now)].into_iter().chain(ids()).collect())
                .await?;
            for conversation in counting.into_keys() {
                self.tell(ChangeKind::ConversationJudged, conversation, now);
            }
        }
        Ok(())
    }

    /// Only what is said of the words that count, counts. Whether it does.
    async fn point_to_judgement(&self, new: &NewJudgement, id: Uuid) -> Result<bool, StoreError> {
        let sql = "UPDATE conversation SET judgement_id = $2, compliance = $3, experience = $4, risk = $5, \
                   findings = $6, state = $7 WHERE id = $1 AND transcript_id = $8";
        let Scores { compliance, experience, risk } = new.judgement.scores;
        let count = i64::try_from(new.judgement.findings.len()).unwrap_or(i64::MAX);
        let values: Vec<Value> = vec![
            Uuid::from(new.conversation).into(),
            id.into(),
            compliance.into(),
            experience.into(),
            risk.into(),
            count.into(),
            State::Judged.name().into(),
            Uuid::from(new.transcript).into(),
        ];
        Ok(self.run("point to a judgement", sql, values).await? == 1)
    }

    /// Writes down what is not written down yet: the same words under the same rules are judged once. Their ids.
    async fn insert_judgements(&self, new: &[NewJudgement]) -> Result<Vec<Uuid>, StoreError> {
        let fail = failed("keep judgements");
        let words = new.iter().map(|one| Uuid::from(one.transcript));
        let rows: Vec<(Uuid, Uuid, String)> = judgement::Entity::find()
            .filter(judgement::Column::TranscriptId.is_in(words))
            .select_only()
            .columns([judgement::Column::Id, judgement::Column::TranscriptId, judgement::Column::Rules])
            .into_tuple()
            .all(&self.inner)
            .await
            .map_err(&fail)?;
        let mut known: BTreeMap<(Uuid, &str), Uuid> =
            rows.iter().map(|(id, words, rules)| ((*words, rules.as_str()), *id)).collect();
        let (mut ids, mut judgements, mut findings) = (Vec::with_capacity(new.len()), Vec::new(), Vec::new());
        for one in new {
            let key = (Uuid::from(one.transcript), one.rules.as_str());
            let id = *known.entry(key).or_insert(one.id.into());
            ids.push(id);
            if id == Uuid::from(one.id) {
                judgements.push(one.row()?);
                let rows = one.judgement.findings.iter().enumerate();
                findings.extend(rows.map(|(place, finding)| row_of(one.id, place, finding)));
            }
        }
        if !judgements.is_empty() {
            let insert = judgement::Entity::insert_many(judgements).exec_without_returning(&self.inner);
            insert.await.map_err(&fail)?;
        }
        for some in findings.chunks(500) {
            let some = some.to_vec();
            finding::Entity::insert_many(some).exec_without_returning(&self.inner).await.map_err(&fail)?;
        }
        Ok(ids)
    }

    /// Marks a conversation in which nobody speaks: there is nothing to judge.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_silent(&mut self, conversation: ConversationId, now: i64) -> Result<(), StoreError> {
        let sql = "UPDATE conversation SET state = $2 WHERE id = $1";
        let values = vec![Uuid::from(conversation).into(), State::Silent.name().into()];
        self.run("mark a conversation", sql, values).await?;
        self.tell(ChangeKind::ConversationJudged, conversation.into(), now);
        Ok(())
    }
}

impl NewJudgement {
    fn row(&self) -> Result<judgement::ActiveModel, StoreError> {
        let Judgement { scores, metrics, findings: _, derivation, unjudged } = &self.judgement;
        let body = serde_json::to_string(&JudgementBody { metrics, derivation, unjudged })
            .map_err(damaged("a judgement"))?;
        Ok(judgement::ActiveModel {
            id: Set(self.id.into()),
            conversation_id: Set(self.conversation.into()),
            transcript_id: Set(self.transcript.into()),
            rules: Set(self.rules.clone()),
            made_at: Set(self.made_at),
            current_from: Set(None),
            current_to: Set(None),
            compliance: Set(scores.compliance),
            experience: Set(scores.experience),
            risk: Set(scores.risk),
            body: Set(body),
        })
    }
}

fn row_of(judgement: JudgementId, place: usize, one: &Finding) -> finding::ActiveModel {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let at = |at: Option<u64>| at.map(|at| i64::try_from(at).unwrap_or(i64::MAX));
    let unit = |measure: Option<Measure>| measure.map(|measure| measure.unit.to_owned());
    finding::ActiveModel {
        judgement_id: Set(judgement.into()),
        place: Set(number(place)),
        rule: Set(one.rule.clone()),
        version: Set(one.version.clone()),
        severity: Set(one.severity.name().to_owned()),
        dimension: Set(one.dimension.name().to_owned()),
        points: Set(one.points),
        role: Set(one.role.map(|role| role.name().to_owned())),
        turn: Set(one.turn.map(number)),
        char_from: Set(one.chars.map(|chars| number(chars[0]))),
        char_to: Set(one.chars.map(|chars| number(chars[1]))),
        start_ms: Set(at(one.span.map(|span| span.start.0))),
        end_ms: Set(at(one.span.map(|span| span.end.0))),
        value_amount: Set(one.value.map(|measure| measure.amount)),
        value_unit: Set(unit(one.value)),
        bound_amount: Set(one.bound.map(|measure| measure.amount)),
        bound_unit: Set(unit(one.bound)),
    }
}

impl JudgementVersion {
    pub(crate) fn of(row: &judgement::Model) -> Self {
        Self {
            id: JudgementId(row.id),
            transcript: TranscriptId(row.transcript_id),
            rules: row.rules.clone(),
            made_at: row.made_at,
            current_from: row.current_from,
            current_to: row.current_to,
            scores: Scores { compliance: row.compliance, experience: row.experience, risk: row.risk },
        }
    }
}

/// A finding as `Finding` writes it.
pub(crate) fn finding_of(row: finding::Model) -> serde_json::Value {
    let measure = |amount: Option<f64>, unit: Option<String>| {
        amount.zip(unit).map(|(amount, unit)| serde_json::json!({ "amount": amount, "unit": unit }))
    };
    let mut out = serde_json::json!({
        "rule": row.rule,
        "version": row.version,
        "severity": row.severity,
        "dimension": row.dimension,
        "points": row.points,
    });
    let optional = [
        ("role", row.role.map(serde_json::Value::from)),
        ("turn", row.turn.map(serde_json::Value::from)),
        ("chars", row.char_from.zip(row.char_to).map(|(from, to)| serde_json::json!([from, to]))),
        ("start_ms", row.start_ms.map(serde_json::Value::from)),
        ("end_ms", row.end_ms.map(serde_json::Value::from)),
        ("value", measure(row.value_amount, row.value_unit)),
        ("bound", measure(row.bound_amount, row.bound_unit)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            out[name] = value;
        }
    }
    out
}
