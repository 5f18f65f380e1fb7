//! What was made of conversations: transcripts and judgements, each version beside the others (law 1).

use std::collections::BTreeSet;

use lingjian_model::{
    Conversation, ConversationId, Finding, Judgement, JudgementId, Measure, Provenance, Scores, Sound,
    TranscriptId, Turn,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, Statement,
    Value,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::blobs::hex;
use crate::conversations::State;
use crate::entity::{finding, judgement, transcript};
use crate::error::{damaged, failed};
use crate::{ChangeKind, StoreError, Transaction};

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
        let list: Vec<String> = (0..whose.len()).map(|at| format!("${}", at + 2)).collect();
        let sql = format!(
            "UPDATE transcript SET current_to = $1 WHERE current_to IS NULL AND conversation_id IN ({})",
            list.join(", ")
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

    /// Keeps a judgement; it counts from now on, if it is of the words that count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_judgement(&mut self, new: &NewJudgement, now: i64) -> Result<(), StoreError> {
        let fail = failed("keep a judgement");
        let conversation = Uuid::from(new.conversation);
        let sql = "SELECT j.id FROM judgement j WHERE j.transcript_id = $1 AND j.rules = $2";
        let values = [Value::from(Uuid::from(new.transcript)), Value::from(new.rules.as_str())];
        let backend = self.inner.get_database_backend();
        let known = Statement::from_sql_and_values(backend, sql, values);
        let known = self.inner.query_one_raw(known).await.map_err(&fail)?;
        let id = match known {
            Some(row) => row.try_get("", "id").map_err(&fail)?,
            None => {
                self.insert_judgement(new).await?;
                Uuid::from(new.id)
            }
        };
        // Only what is said of the words that count, counts.
        let sql = "UPDATE conversation SET judgement_id = $2, compliance = $3, experience = $4, risk = $5, \
                   findings = $6, state = $7 WHERE id = $1 AND transcript_id = $8";
        let Scores { compliance, experience, risk } = new.judgement.scores;
        let count = i64::try_from(new.judgement.findings.len()).unwrap_or(i64::MAX);
        let values: Vec<Value> = vec![
            conversation.into(),
            id.into(),
            compliance.into(),
            experience.into(),
            risk.into(),
            count.into(),
            State::Judged.name().into(),
            Uuid::from(new.transcript).into(),
        ];
        if self.run("point to a judgement", sql, values).await? == 1 {
            let sql = "UPDATE judgement SET current_to = $2 WHERE conversation_id = $1 AND current_from IS NOT NULL \
                       AND current_to IS NULL AND id <> $3";
            self.run("supersede a judgement", sql, vec![conversation.into(), now.into(), id.into()]).await?;
            let sql = "UPDATE judgement SET current_from = $2, current_to = NULL WHERE id = $1";
            self.run("point to a judgement", sql, vec![id.into(), now.into()]).await?;
            self.tell(ChangeKind::ConversationJudged, conversation, now);
        }
        Ok(())
    }

    async fn insert_judgement(&self, new: &NewJudgement) -> Result<(), StoreError> {
        let fail = failed("keep a judgement");
        let Judgement { scores, metrics, findings, derivation, unjudged } = &new.judgement;
        let body = serde_json::to_string(&JudgementBody { metrics, derivation, unjudged })
            .map_err(damaged("a judgement"))?;
        let row = judgement::ActiveModel {
            id: Set(new.id.into()),
            conversation_id: Set(new.conversation.into()),
            transcript_id: Set(new.transcript.into()),
            rules: Set(new.rules.clone()),
            made_at: Set(new.made_at),
            current_from: Set(None),
            current_to: Set(None),
            compliance: Set(scores.compliance),
            experience: Set(scores.experience),
            risk: Set(scores.risk),
            body: Set(body),
        };
        judgement::Entity::insert(row).exec_without_returning(&self.inner).await.map_err(&fail)?;
        let rows = findings.iter().enumerate().map(|(place, one)| row_of(new.id, place, one));
        for some in rows.collect::<Vec<_>>().chunks(500) {
            let some = some.to_vec();
            finding::Entity::insert_many(some).exec_without_returning(&self.inner).await.map_err(&fail)?;
        }
        Ok(())
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
