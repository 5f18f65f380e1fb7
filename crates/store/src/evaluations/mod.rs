//! Evaluations: calls judged by people. The record of steps says where each stands; columns beside it are for lists.

mod list;
mod outcomes;
mod rated;

use std::collections::BTreeMap;

use jiff::Timestamp;
use lingjian_model::evaluation::{Listening, ListeningMode, Stage, Step, Told};
use lingjian_model::scorecard::CardVersion;
use lingjian_model::{AgentId, ConversationId, Evaluation, EvaluationId, JudgementId, TranscriptId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QueryTrait as _,
};
use uuid::Uuid;

pub use list::{EvaluationFilter, ListedEvaluation, Viewer};
pub use outcomes::{Inclusion, Outcome};
pub use rated::Rated;

use crate::entity::{evaluation, evaluation_step};
use crate::error::{damaged, failed};
use crate::{ChangeKind, Store, StoreError, Transaction};

/// A revision as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEvaluation {
    /// The revision.
    pub evaluation: Evaluation,
    /// Counts what was written and done.
    pub changes: i64,
}

fn wrong(reason: impl ToString) -> StoreError {
    StoreError::Damaged { what: "an evaluation", reason: reason.to_string() }
}

fn instant(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(wrong)
}

fn row(evaluation: &Evaluation, changes: i64) -> Result<evaluation::Model, StoreError> {
    let (listening, card) = (evaluation.listening(), evaluation.card());
    let (scored, sent) = (evaluation.scored(), evaluation.sent());
    Ok(evaluation::Model {
        id: evaluation.id().into(),
        revision: i64::from(evaluation.revision()),
        conversation_id: listening.conversation.into(),
        transcript_id: listening.transcript.map(Uuid::from),
        judgement_id: listening.judgement.map(Uuid::from),
        agent_id: listening.agent.map(Uuid::from),
        mode: listening.mode.name().to_owned(),
        listened_at: listening.listened_at.as_millisecond(),
        inspector_id: evaluation.inspector().into(),
        card: card.id.clone(),
        card_version: i64::from(card.version),
        digest: card.digest.clone(),
        sheet: serde_json::to_string(evaluation.sheet()).map_err(damaged("an evaluation"))?,
        stage: evaluation.stage().name().to_owned(),
        total: scored.and_then(|scored| scored.total),
        critical: scored.and_then(|scored| scored.critical),
        fatal: scored.map_or(0, |scored| i64::try_from(scored.fatal.len()).unwrap_or(i64::MAX)),
        sent_at: sent.map(|(at, _)| at.as_millisecond()),
        appeal_until: sent.and_then(|(_, until)| until).map(Timestamp::as_millisecond),
        changes,
    })
}

fn step_of(row: evaluation_step::Model) -> Result<Step, StoreError> {
    let act = serde_json::from_str(&row.act).map_err(damaged("a step of an evaluation"))?;
    Ok(Step { act, by: row.person_id.map(UserId), at: instant(row.at)? })
}

fn card_of(row: &evaluation::Model) -> Result<CardVersion, StoreError> {
    let version = u32::try_from(row.card_version).map_err(wrong)?;
    Ok(CardVersion { id: row.card.clone(), version, digest: row.digest.clone() })
}

fn mode_of(row: &evaluation::Model) -> Result<ListeningMode, StoreError> {
    ListeningMode::from_name(&row.mode).ok_or_else(|| wrong("there is no such mode of listening"))
}

fn stage_of(row: &evaluation::Model) -> Result<Stage, StoreError> {
    Stage::from_name(&row.stage).ok_or_else(|| wrong("there is no such stage"))
}

/// All revisions, oldest first.
async fn revisions(on: &impl ConnectionTrait, id: EvaluationId) -> Result<Vec<KeptEvaluation>, StoreError> {
    let fail = failed("read an evaluation");
    let rows = evaluation::Entity::find()
        .filter(evaluation::Column::Id.eq(Uuid::from(id)))
        .order_by_asc(evaluation::Column::Revision)
        .all(on)
        .await
        .map_err(&fail)?;
    let steps = evaluation_step::Entity::find()
        .filter(evaluation_step::Column::EvaluationId.eq(Uuid::from(id)))
        .order_by_asc(evaluation_step::Column::Number)
        .all(on)
        .await
        .map_err(&fail)?;
    let mut records: BTreeMap<i64, Vec<Step>> = BTreeMap::new();
    for step in steps {
        records.entry(step.revision).or_default().push(step_of(step)?);
    }
    let mut earlier = Vec::new();
    rows.into_iter()
        .map(|row| {
            let told = Told {
                id,
                revision: u32::try_from(row.revision).map_err(wrong)?,
                listening: Listening {
                    conversation: ConversationId(row.conversation_id),
                    transcript: row.transcript_id.map(TranscriptId),
                    judgement: row.judgement_id.map(JudgementId),
                    agent: row.agent_id.map(AgentId),
                    mode: mode_of(&row)?,
                    listened_at: instant(row.listened_at)?,
                },
                card: card_of(&row)?,
                inspector: UserId(row.inspector_id),
                earlier: earlier.clone(),
                sheet: serde_json::from_str(&row.sheet).map_err(damaged("an evaluation"))?,
                record: records.remove(&row.revision).unwrap_or_default(),
            };
            earlier.push(told.inspector);
            let evaluation = Evaluation::try_from(told).map_err(wrong)?;
            Ok(KeptEvaluation { evaluation, changes: row.changes })
        })
        .collect()
}

impl Store {
    /// All revisions of an evaluation, oldest first; none where there is no such evaluation.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn evaluation(&self, id: EvaluationId) -> Result<Vec<KeptEvaluation>, StoreError> {
        revisions(self.reader(), id).await
    }
}

impl Transaction {
    /// All revisions of an evaluation, oldest first.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn evaluation(&self, id: EvaluationId) -> Result<Vec<KeptEvaluation>, StoreError> {
        revisions(&self.inner, id).await
    }

    /// Evaluations of this call by this inspector on this card: ids with the stage of the newest revision.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn evaluations_by(
        &self,
        conversation: ConversationId,
        inspector: UserId,
        card: &str,
    ) -> Result<BTreeMap<EvaluationId, Stage>, StoreError> {
        let rows = evaluation::Entity::find()
            .filter(evaluation::Column::ConversationId.eq(Uuid::from(conversation)))
            .filter(evaluation::Column::InspectorId.eq(Uuid::from(inspector)))
            .filter(evaluation::Column::Card.eq(card))
            .order_by_asc(evaluation::Column::Revision)
            .all(&self.inner)
            .await
            .map_err(failed("read evaluations"))?;
        rows.iter().map(|row| Ok((EvaluationId(row.id), stage_of(row)?))).collect()
    }

    /// Keeps a new revision, unless its inspector has a draft of this call on this card already: then false. Its form has to
    /// be kept before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_evaluation(&mut self, evaluation: &Evaluation, now: i64) -> Result<bool, StoreError> {
        let row = row(evaluation, 1)?.into_active_model();
        let mut insert = evaluation::Entity::insert(row).into_query();
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
        let inserted = self.inner.execute(&insert).await.map_err(failed("keep an evaluation"))?;
        self.tell(ChangeKind::EvaluationChanged, evaluation.id().into(), now);
        Ok(inserted.rows_affected() == 1)
    }

    /// Writes what became of a revision: its sheet, and the steps that were taken since it was read. Unless somebody was
    /// first: then false, and nothing is changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_evaluation(
        &mut self,
        kept: &KeptEvaluation,
        steps_before: usize,
        now: i64,
    ) -> Result<bool, StoreError> {
        let fail = failed("change an evaluation");
        let KeptEvaluation { evaluation, changes } = kept;
        let new = row(evaluation, changes + 1)?;
        let (id, revision) = (new.id, new.revision);
        let update = evaluation::Entity::update_many()
            .set(evaluation::ActiveModel {
                sheet: Set(new.sheet),
                stage: Set(new.stage),
                total: Set(new.total),
                critical: Set(new.critical),
                fatal: Set(new.fatal),
                sent_at: Set(new.sent_at),
                appeal_until: Set(new.appeal_until),
                changes: Set(new.changes),
                ..Default::default()
            })
            .filter(evaluation::Column::Id.eq(id))
            .filter(evaluation::Column::Revision.eq(revision))
            .filter(evaluation::Column::Changes.eq(*changes))
            .exec(&self.inner)
            .await
            .map_err(&fail)?;
        if update.rows_affected == 0 {
            return Ok(false);
        }
        for (number, step) in (0_i64..).zip(evaluation.record()).skip(steps_before) {
            let step = evaluation_step::ActiveModel {
                evaluation_id: Set(id),
                revision: Set(revision),
                number: Set(number),
                person_id: Set(step.by.map(Uuid::from)),
                at: Set(step.at.as_millisecond()),
                act: Set(serde_json::to_string(&step.act).map_err(damaged("a step of an evaluation"))?),
            };
            evaluation_step::Entity::insert(step).exec_without_returning(&self.inner).await.map_err(&fail)?;
        }
        self.tell(ChangeKind::EvaluationChanged, id, now);
        Ok(true)
    }

    /// Throws a draft away as it was read; whether it was there so. What was submitted stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_evaluation(&mut self, kept: &KeptEvaluation, now: i64) -> Result<bool, StoreError> {
        let id = Uuid::from(kept.evaluation.id());
        let sql =
            "DELETE FROM evaluation WHERE id = $1 AND revision = $2 AND changes = $3 AND stage = 'draft'";
        let revision = i64::from(kept.evaluation.revision());
        let values = vec![id.into(), revision.into(), kept.changes.into()];
        let gone = self.run("throw an evaluation away", sql, values).await? == 1;
        if gone {
            self.tell(ChangeKind::EvaluationChanged, id, now);
        }
        Ok(gone)
    }
}
