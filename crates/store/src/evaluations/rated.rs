//! What people said by themselves, to compare it.

use lingjian_model::evaluation::Stage;
use lingjian_model::scorecard::Sheet;
use lingjian_model::{ConversationId, DrawId, EvaluationId, Reach, UserId};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::EvaluationFilter;
use crate::conversations::within;
use crate::entity::evaluation::{self, Column};
use crate::entity::{conversation, draw_call};
use crate::error::{damaged, failed};
use crate::{Store, StoreError};

/// The first revision of an evaluation, once it was submitted: what its inspector said before anybody appealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Rated {
    /// Which evaluation.
    pub id: EvaluationId,
    /// Of which call.
    pub conversation: ConversationId,
    /// Whether there was a judgement to suggest answers.
    pub suggested: bool,
    /// Who judged.
    pub inspector: UserId,
    /// On which form.
    pub digest: String,
    /// What was answered.
    pub sheet: Sheet,
    /// What it came to.
    pub total: Option<f64>,
    /// When it was listened to.
    pub listened_at: i64,
}

impl Store {
    /// First revisions that were submitted, of calls within reach; of a draw's calls where one is named. The last listened
    /// to first.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn rated(
        &self,
        filter: &EvaluationFilter,
        draw: Option<DrawId>,
        reach: &Reach,
        limit: u64,
    ) -> Result<Vec<Rated>, StoreError> {
        let of_draw = draw.map(|draw| {
            let calls = Query::select()
                .column(draw_call::Column::ConversationId)
                .from(draw_call::Entity)
                .and_where(draw_call::Column::DrawId.eq(Uuid::from(draw)))
                .to_owned();
            Column::ConversationId.in_subquery(calls)
        });
        let condition = filter
            .condition()
            .add(within(reach))
            .add(Column::Revision.eq(1))
            .add(Column::Stage.ne(Stage::Draft.name()))
            .add_option(of_draw);
        let rows = evaluation::Entity::find()
            .inner_join(conversation::Entity)
            .filter(condition)
            .order_by_desc(Column::ListenedAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.reader())
            .await
            .map_err(failed("compare evaluations"))?;
        let rated = |row: evaluation::Model| {
            Ok(Rated {
                id: EvaluationId(row.id),
                conversation: ConversationId(row.conversation_id),
                suggested: row.judgement_id.is_some(),
                inspector: UserId(row.inspector_id),
                digest: row.digest,
                sheet: serde_json::from_str(&row.sheet).map_err(damaged("an evaluation"))?,
                total: row.total,
                listened_at: row.listened_at,
            })
        };
        rows.into_iter().map(rated).collect()
    }
}
