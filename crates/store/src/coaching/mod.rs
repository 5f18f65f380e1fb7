//! Coaching sheets. The record of steps says where each stands; columns beside it are for lists.

mod list;

use jiff::Timestamp;
use lingjian_model::coaching::{Cause, Effect, Judged, Stage, Step, Told};
use lingjian_model::scorecard::CardVersion;
use lingjian_model::{
    AgentId, CoachingId, CoachingSheet, ConversationId, EvaluationId, TranscriptId, UserId,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

pub use list::{ListedSheet, SheetFilter};

use crate::entity::{coaching_sheet, coaching_step};
use crate::error::{damaged, failed};
use crate::{ChangeKind, Store, StoreError, Transaction};

/// A coaching sheet as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSheet {
    /// The sheet.
    pub sheet: CoachingSheet,
    /// Counts what was written and done.
    pub changes: i64,
}

fn wrong(reason: impl ToString) -> StoreError {
    StoreError::Damaged { what: "a coaching sheet", reason: reason.to_string() }
}

fn instant(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(wrong)
}

fn row(sheet: &CoachingSheet, changes: i64) -> Result<coaching_sheet::Model, StoreError> {
    let (cause, judged) = (sheet.cause(), sheet.cause().evaluation.as_ref());
    Ok(coaching_sheet::Model {
        id: sheet.id().into(),
        agent_id: cause.agent.into(),
        conversation_id: cause.conversation.into(),
        transcript_id: cause.transcript.map(Uuid::from),
        evaluation_id: judged.map(|judged| judged.id.into()),
        evaluation_revision: judged.map(|judged| i64::from(judged.revision)),
        card: judged.map(|judged| judged.card.id.clone()),
        card_version: judged.map(|judged| i64::from(judged.card.version)),
        digest: judged.map(|judged| judged.card.digest.clone()),
        coach_id: sheet.coach().into(),
        begun_at: sheet.begun_at().as_millisecond(),
        notes: serde_json::to_string(sheet.notes()).map_err(damaged("a coaching sheet"))?,
        stage: sheet.stage().name().to_owned(),
        due_at: sheet.due_at().map(Timestamp::as_millisecond),
        effect: sheet.effect().map(|effect| effect.name().to_owned()),
        changes,
    })
}

fn judged_of(row: &coaching_sheet::Model) -> Result<Option<Judged>, StoreError> {
    let coaching_sheet::Model { evaluation_id, evaluation_revision, card, card_version, digest, .. } = row;
    let Some(id) = evaluation_id.map(EvaluationId) else { return Ok(None) };
    let (Some(revision), Some(card), Some(version), Some(digest)) =
        (evaluation_revision, card, card_version, digest)
    else {
        return Err(wrong("it names an evaluation without its card"));
    };
    let version = u32::try_from(*version).map_err(wrong)?;
    let card = CardVersion { id: card.clone(), version, digest: digest.clone() };
    Ok(Some(Judged { id, revision: u32::try_from(*revision).map_err(wrong)?, card }))
}

fn stage_of(row: &coaching_sheet::Model) -> Result<Stage, StoreError> {
    Stage::from_name(&row.stage).ok_or_else(|| wrong("there is no such stage"))
}

fn effect_of(row: &coaching_sheet::Model) -> Result<Option<Effect>, StoreError> {
    let read = |name: &str| Effect::from_name(name).ok_or_else(|| wrong("there is no such effect"));
    row.effect.as_deref().map(read).transpose()
}

async fn sheet(on: &impl ConnectionTrait, id: CoachingId) -> Result<Option<KeptSheet>, StoreError> {
    let fail = failed("read a coaching sheet");
    let row = coaching_sheet::Entity::find_by_id(Uuid::from(id)).one(on).await.map_err(&fail)?;
    let Some(row) = row else { return Ok(None) };
    let steps = coaching_step::Entity::find()
        .filter(coaching_step::Column::SheetId.eq(Uuid::from(id)))
        .order_by_asc(coaching_step::Column::Number)
        .all(on)
        .await
        .map_err(&fail)?;
    let step = |step: coaching_step::Model| {
        let act = serde_json::from_str(&step.act).map_err(damaged("a step of a coaching sheet"))?;
        Ok(Step { act, by: UserId(step.person_id), at: instant(step.at)? })
    };
    let told = Told {
        id,
        cause: Cause {
            agent: AgentId(row.agent_id),
            conversation: ConversationId(row.conversation_id),
            transcript: row.transcript_id.map(TranscriptId),
            evaluation: judged_of(&row)?,
        },
        coach: UserId(row.coach_id),
        begun_at: instant(row.begun_at)?,
        notes: serde_json::from_str(&row.notes).map_err(damaged("a coaching sheet"))?,
        record: steps.into_iter().map(step).collect::<Result<_, StoreError>>()?,
    };
    let sheet = CoachingSheet::try_from(told).map_err(wrong)?;
    Ok(Some(KeptSheet { sheet, changes: row.changes }))
}

impl Store {
    /// A coaching sheet.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn sheet(&self, id: CoachingId) -> Result<Option<KeptSheet>, StoreError> {
        sheet(self.reader(), id).await
    }
}

impl Transaction {
    /// A coaching sheet.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn sheet(&self, id: CoachingId) -> Result<Option<KeptSheet>, StoreError> {
        sheet(&self.inner, id).await
    }

    /// The draft that this coach has about this call.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sheet_draft(
        &self,
        conversation: ConversationId,
        coach: UserId,
    ) -> Result<Option<CoachingId>, StoreError> {
        let draft: Option<Uuid> = coaching_sheet::Entity::find()
            .filter(coaching_sheet::Column::ConversationId.eq(Uuid::from(conversation)))
            .filter(coaching_sheet::Column::CoachId.eq(Uuid::from(coach)))
            .filter(coaching_sheet::Column::Stage.eq(Stage::Draft.name()))
            .select_only()
            .column(coaching_sheet::Column::Id)
            .into_tuple()
            .one(&self.inner)
            .await
            .map_err(failed("read coaching sheets"))?;
        Ok(draft.map(CoachingId))
    }

    /// Keeps a new sheet, unless its coach has a draft about this call already: then false.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_sheet(&mut self, sheet: &CoachingSheet, now: i64) -> Result<bool, StoreError> {
        let row = row(sheet, 1)?.into_active_model();
        let mut insert = coaching_sheet::Entity::insert(row).into_query();
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
        let inserted = self.inner.execute(&insert).await.map_err(failed("keep a coaching sheet"))?;
        self.tell(ChangeKind::CoachingChanged, sheet.id().into(), now);
        Ok(inserted.rows_affected() == 1)
    }

    /// Writes what became of a sheet: its notes, and the steps that were taken since it was read. Unless somebody was first:
    /// then false, and nothing is changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_sheet(
        &mut self,
        kept: &KeptSheet,
        steps_before: usize,
        now: i64,
    ) -> Result<bool, StoreError> {
        let fail = failed("change a coaching sheet");
        let KeptSheet { sheet, changes } = kept;
        let new = row(sheet, changes + 1)?;
        let id = new.id;
        let update = coaching_sheet::Entity::update_many()
            .set(coaching_sheet::ActiveModel {
                notes: Set(new.notes),
                stage: Set(new.stage),
                due_at: Set(new.due_at),
                effect: Set(new.effect),
                changes: Set(new.changes),
                ..Default::default()
            })
            .filter(coaching_sheet::Column::Id.eq(id))
            .filter(coaching_sheet::Column::Changes.eq(*changes))
            .exec(&self.inner)
            .await
            .map_err(&fail)?;
        if update.rows_affected == 0 {
            return Ok(false);
        }
        for (number, step) in (0_i64..).zip(sheet.record()).skip(steps_before) {
            let step = coaching_step::ActiveModel {
                sheet_id: Set(id),
                number: Set(number),
                person_id: Set(step.by.into()),
                at: Set(step.at.as_millisecond()),
                act: Set(serde_json::to_string(&step.act).map_err(damaged("a step of a coaching sheet"))?),
            };
            coaching_step::Entity::insert(step).exec_without_returning(&self.inner).await.map_err(&fail)?;
        }
        self.tell(ChangeKind::CoachingChanged, id, now);
        Ok(true)
    }

    /// Throws a draft away as it was read; whether it was there so. What the agent has seen stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_sheet(&mut self, kept: &KeptSheet, now: i64) -> Result<bool, StoreError> {
        let id = Uuid::from(kept.sheet.id());
        let sql = "DELETE FROM coaching_sheet WHERE id = $1 AND changes = $2 AND stage = 'draft'";
        let values = vec![id.into(), kept.changes.into()];
        let gone = self.run("throw a coaching sheet away", sql, values).await? == 1;
        if gone {
            self.tell(ChangeKind::CoachingChanged, id, now);
        }
        Ok(gone)
    }
}
