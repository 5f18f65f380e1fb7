//! What evaluations came to: of each the revision that counts.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::evaluation::Stage;
use lingjian_model::scorecard::Sheet;
use lingjian_model::{ConversationId, DrawId, EvaluationId, Reach, UserId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::{EvaluationFilter, stage_of};
use crate::conversations::{Listed, within};
use crate::entity::evaluation::{self, Column};
use crate::entity::{conversation, draw_call};
use crate::error::{damaged, failed};
use crate::{Store, StoreError};

/// Ids that one statement asks for.
const BATCH: usize = 500;

/// An evaluation as it counts: its newest revision that was submitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Which evaluation.
    pub id: EvaluationId,
    /// Counted from 1; above it, an appeal was granted.
    pub revision: u32,
    /// The call.
    pub call: Listed,
    /// Who judged.
    pub inspector: UserId,
    /// On which form.
    pub digest: String,
    /// What was answered.
    pub sheet: Sheet,
    /// Where it stands.
    pub stage: Stage,
    /// What it came to.
    pub total: Option<f64>,
    /// How many fatal items were failed.
    pub fatal: i64,
    /// When it was listened to.
    pub listened_at: i64,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// How the call was drawn for this card, where it was.
    pub drawn: Option<Inclusion>,
}

/// How a call came to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Inclusion {
    /// By which draw.
    pub draw: DrawId,
    /// Of which of its strata.
    pub stratum: String,
    /// With which probability.
    pub inclusion: f64,
}

impl Store {
    /// Evaluations within reach as they count, on one card; the last listened to first.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn outcomes(
        &self,
        card: &str,
        filter: &EvaluationFilter,
        reach: &Reach,
        limit: u64,
    ) -> Result<Vec<Outcome>, StoreError> {
        let later = Alias::new("later");
        let of_later = |column: Column| Expr::col((later.clone(), column));
        let follows = Query::select()
            .expr(Expr::val(1))
            .from_as(evaluation::Entity, later.clone())
            .and_where(of_later(Column::Id).equals((evaluation::Entity, Column::Id)))
            .and_where(of_later(Column::Revision).gt(Expr::col((evaluation::Entity, Column::Revision))))
            .and_where(of_later(Column::Stage).ne(Stage::Draft.name()))
            .to_owned();
        let condition = filter
            .condition()
            .add(within(reach))
            .add(Column::Card.eq(card))
            .add(Column::Stage.ne(Stage::Draft.name()))
            .add(Expr::exists(follows).not());
        let rows = evaluation::Entity::find()
            .find_also_related(conversation::Entity)
            .filter(condition)
            .order_by_desc(Column::ListenedAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.reader())
            .await
            .map_err(failed("read what evaluations came to"))?;
        let mut drawn = self.inclusions(card, rows.iter().map(|(row, _)| row.conversation_id)).await?;
        let rows = rows.into_iter().filter_map(|(row, call)| Some((row, call?)));
        rows.map(|(row, call)| {
            Ok(Outcome {
                id: EvaluationId(row.id),
                revision: u32::try_from(row.revision).map_err(super::wrong)?,
                call: Listed::of(&call)?,
                inspector: UserId(row.inspector_id),
                stage: stage_of(&row)?,
                digest: row.digest,
                sheet: serde_json::from_str(&row.sheet).map_err(damaged("an evaluation"))?,
                total: row.total,
                fatal: row.fatal,
                listened_at: row.listened_at,
                sent_at: row.sent_at,
                drawn: drawn.remove(&ConversationId(row.conversation_id)),
            })
        })
        .collect()
    }

    /// How calls were drawn to be judged on a card. One that several judged counts once, as it was drawn once.
    async fn inclusions(
        &self,
        card: &str,
        calls: impl Iterator<Item = Uuid>,
    ) -> Result<BTreeMap<ConversationId, Inclusion>, StoreError> {
        let calls: Vec<Uuid> = calls.collect::<BTreeSet<_>>().into_iter().collect();
        let mut found = BTreeMap::new();
        for some in calls.chunks(BATCH) {
            let rows = draw_call::Entity::find()
                .filter(draw_call::Column::ConversationId.is_in(some.iter().copied()))
                .all(self.reader())
                .await
                .map_err(failed("read how calls were drawn"))?;
            let draws = rows.iter().map(|row| DrawId(row.draw_id)).collect();
            let draws = self.draws_named(&draws).await?;
            let meant = |row: &draw_call::Model| {
                draws.iter().any(|draw| draw.id == DrawId(row.draw_id) && draw.card == card)
            };
            for row in rows.into_iter().filter(meant) {
                let draw = DrawId(row.draw_id);
                let inclusion = Inclusion { draw, stratum: row.stratum, inclusion: row.inclusion };
                found.entry(ConversationId(row.conversation_id)).or_insert(inclusion);
            }
        }
        Ok(found)
    }
}
