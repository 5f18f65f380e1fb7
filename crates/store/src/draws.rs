//! Draws: calls that are to be listened to, and by whom. Whether they were, the evaluations say.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::evaluation::Stage;
use lingjian_model::{ConversationId, DrawId, EvaluationId, ProjectId, Reach, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement, Value,
};
use uuid::Uuid;

use crate::conversations::Listed;
use crate::engine::numbered;
use crate::entity::{conversation, draw, draw_call, draw_seat};
use crate::error::failed;
use crate::{Store, StoreError, Transaction};

/// Rows that are written down by one statement.
const BATCH: usize = 500;

/// What an inspector made of a call on the card that it was drawn for. `e` is theirs, `s` the seat, `d` the draw.
const JUDGED: &str = "LEFT JOIN evaluation e ON e.conversation_id = s.conversation_id \
     AND e.inspector_id = s.inspector_id AND e.card = d.card AND e.revision = 1";

/// A draw.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptDraw {
    /// Its id.
    pub id: DrawId,
    /// Of which project's calls.
    pub project: ProjectId,
    /// Who drew.
    pub drawn_by: UserId,
    /// When.
    pub drawn_at: i64,
    /// Of calls that began from then on …
    pub from: i64,
    /// … and before then.
    pub to: i64,
    /// The card that they are to be judged on.
    pub card: String,
    /// Until when.
    pub due_at: i64,
    /// JSON: what was asked for.
    pub asked: String,
    /// JSON: what came of it.
    pub planned: String,
    /// Where chance began.
    pub seed: i64,
    /// Of how many calls.
    pub population: i64,
    /// SHA-256 over their ids.
    pub population_digest: String,
    /// Why it goes beyond a bound, where it does.
    pub reason: Option<String>,
}

/// A call that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnCall {
    /// Which.
    pub conversation: ConversationId,
    /// In which stratum it lies.
    pub stratum: String,
    /// The probability with which it was drawn.
    pub inclusion: f64,
    /// Why.
    pub why: String,
    /// Who listens; none: nobody yet.
    pub seats: Vec<Option<UserId>>,
}

/// What stands in a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Of which draw.
    pub draw: DrawId,
    /// Of which call.
    pub conversation: ConversationId,
    /// Counts the listeners of a call from 0.
    pub seat: i64,
    /// Who listens.
    pub inspector: Option<UserId>,
    /// What they made of it so far.
    pub evaluation: Option<(EvaluationId, Stage)>,
}

/// How far the seats of a draw, or of an inspector, have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Not begun.
    pub open: i64,
    /// Begun.
    pub draft: i64,
    /// Submitted.
    pub done: i64,
}

impl KeptDraw {
    fn of(row: draw::Model) -> Self {
        Self {
            id: DrawId(row.id),
            project: ProjectId(row.project_id),
            drawn_by: UserId(row.drawn_by),
            drawn_at: row.drawn_at,
            from: row.period_from,
            to: row.period_to,
            card: row.card,
            due_at: row.due_at,
            asked: row.asked,
            planned: row.planned,
            seed: row.seed,
            population: row.population,
            population_digest: row.population_digest,
            reason: row.reason,
        }
    }

    fn row(&self) -> draw::ActiveModel {
        draw::ActiveModel {
            id: Set(self.id.into()),
            project_id: Set(self.project.into()),
            drawn_by: Set(self.drawn_by.into()),
            drawn_at: Set(self.drawn_at),
            period_from: Set(self.from),
            period_to: Set(self.to),
            card: Set(self.card.clone()),
            due_at: Set(self.due_at),
            asked: Set(self.asked.clone()),
            planned: Set(self.planned.clone()),
            seed: Set(self.seed),
            population: Set(self.population),
            population_digest: Set(self.population_digest.clone()),
            reason: Set(self.reason.clone()),
        }
    }
}

/// Draws of projects within reach; a team or an agent has none of its own.
fn within(reach: &Reach) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        Reach::Part(part) => Condition::all()
            .add(draw::Column::ProjectId.is_in(part.projects.iter().map(|id| Uuid::from(*id)))),
        Reach::None => Condition::all().add(draw::Column::ProjectId.is_in(Vec::<Uuid>::new())),
    }
}

impl Store {
    /// Draws within reach, the last first: of these projects, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draws(
        &self,
        projects: &[ProjectId],
        reach: &Reach,
        after: Option<(i64, DrawId)>,
        limit: u64,
    ) -> Result<Vec<KeptDraw>, StoreError> {
        let mut condition = within(reach);
        if !projects.is_empty() {
            condition =
                condition.add(draw::Column::ProjectId.is_in(projects.iter().map(|id| Uuid::from(*id))));
        }
        if let Some((at, id)) = after {
            let same =
                Condition::all().add(draw::Column::DrawnAt.eq(at)).add(draw::Column::Id.lt(Uuid::from(id)));
            condition = condition.add(Condition::any().add(draw::Column::DrawnAt.lt(at)).add(same));
        }
        let rows = draw::Entity::find()
            .filter(condition)
            .order_by_desc(draw::Column::DrawnAt)
            .order_by_desc(draw::Column::Id)
            .limit(limit)
            .all(self.reader())
            .await
            .map_err(failed("list its draws"))?;
        Ok(rows.into_iter().map(KeptDraw::of).collect())
    }

    /// These draws, in whatever order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draws_named(&self, ids: &BTreeSet<DrawId>) -> Result<Vec<KeptDraw>, StoreError> {
        let named = draw::Column::Id.is_in(ids.iter().map(|id| Uuid::from(*id)));
        let rows = draw::Entity::find().filter(named).all(self.reader()).await;
        Ok(rows.map_err(failed("read draws"))?.into_iter().map(KeptDraw::of).collect())
    }

    /// The calls of a draw, by call, with what is known of them, who listens, and what became of that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drawn(&self, id: DrawId) -> Result<Vec<(DrawnCall, Listed, Vec<Seat>)>, StoreError> {
        let rows = draw_call::Entity::find()
            .find_also_related(conversation::Entity)
            .filter(draw_call::Column::DrawId.eq(Uuid::from(id)))
            .order_by_asc(draw_call::Column::ConversationId)
            .all(self.reader())
            .await
            .map_err(failed("read a draw"))?;
        let mut all: BTreeMap<ConversationId, Vec<Seat>> = BTreeMap::new();
        for seat in self.seats(Some(id), None).await? {
            all.entry(seat.conversation).or_default().push(seat);
        }
        let calls = rows.into_iter().filter_map(|(row, call)| Some((row, call?)));
        calls
            .map(|(row, call)| {
                let conversation = ConversationId(row.conversation_id);
                let seats = all.remove(&conversation).unwrap_or_default();
                let drawn = DrawnCall {
                    conversation,
                    stratum: row.stratum,
                    inclusion: row.inclusion,
                    why: row.why,
                    seats: seats.iter().map(|seat| seat.inspector).collect(),
                };
                Ok((drawn, Listed::of(&call)?, seats))
            })
            .collect()
    }

    /// The seats of a draw, or of an inspector, by call.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn seats(
        &self,
        draw: Option<DrawId>,
        inspector: Option<UserId>,
    ) -> Result<Vec<Seat>, StoreError> {
        let fail = failed("read who listens");
        let (mut asked, mut values) = (Vec::new(), Vec::<Value>::new());
        for (column, id) in
            [("s.draw_id", draw.map(Uuid::from)), ("s.inspector_id", inspector.map(Uuid::from))]
        {
            if let Some(id) = id {
                values.push(id.into());
                asked.push(format!("{column} = ${}", values.len()));
            }
        }
        let sql = format!(
            "SELECT s.draw_id, s.conversation_id, s.seat, s.inspector_id, e.id, e.stage FROM draw_seat s \
             JOIN draw d ON d.id = s.draw_id {JUDGED} WHERE {} ORDER BY s.draw_id, s.conversation_id, s.seat",
            asked.join(" AND ")
        );
        let statement = Statement::from_sql_and_values(self.reader().get_database_backend(), sql, values);
        let rows = self.reader().query_all_raw(statement).await.map_err(&fail)?;
        rows.into_iter()
            .map(|row| {
                let inspector: Option<Uuid> = row.try_get_by_index(3).map_err(&fail)?;
                let evaluation: Option<Uuid> = row.try_get_by_index(4).map_err(&fail)?;
                let stage: Option<String> = row.try_get_by_index(5).map_err(&fail)?;
                Ok(Seat {
                    draw: DrawId(row.try_get_by_index(0).map_err(&fail)?),
                    conversation: ConversationId(row.try_get_by_index(1).map_err(&fail)?),
                    seat: row.try_get_by_index(2).map_err(&fail)?,
                    inspector: inspector.map(UserId),
                    evaluation: evaluation
                        .zip(stage.as_deref().and_then(Stage::from_name))
                        .map(|(id, stage)| (EvaluationId(id), stage)),
                })
            })
            .collect()
    }

    /// How far these draws have come.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn progress(&self, of: &[DrawId]) -> Result<BTreeMap<DrawId, Progress>, StoreError> {
        let ids = of.iter().map(|id| Uuid::from(*id)).collect();
        Ok(self.counted("s.draw_id", ids).await?.into_iter().map(|(id, one)| (DrawId(id), one)).collect())
    }

    /// How much these people have to do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn loads(&self, of: &[UserId]) -> Result<BTreeMap<UserId, Progress>, StoreError> {
        let ids = of.iter().map(|id| Uuid::from(*id)).collect();
        Ok(self
            .counted("s.inspector_id", ids)
            .await?
            .into_iter()
            .map(|(id, one)| (UserId(id), one))
            .collect())
    }

    async fn counted(
        &self,
        column: &'static str,
        ids: Vec<Uuid>,
    ) -> Result<BTreeMap<Uuid, Progress>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let fail = failed("count who listens");
        let sql = format!(
            "SELECT {column}, COUNT(*), COUNT(e.id), COUNT(CASE WHEN e.stage = 'draft' THEN 1 END) FROM draw_seat s \
             JOIN draw d ON d.id = s.draw_id {JUDGED} WHERE {column} IN ({}) GROUP BY {column}",
            numbered(1, ids.len())
        );
        let values = ids.into_iter().map(Value::from);
        let statement = Statement::from_sql_and_values(self.reader().get_database_backend(), sql, values);
        let rows = self.reader().query_all_raw(statement).await.map_err(&fail)?;
        rows.into_iter()
            .map(|row| {
                let [all, begun, draft] = [1, 2, 3].map(|place| row.try_get_by_index::<i64>(place));
                let (all, begun, draft) = (all.map_err(&fail)?, begun.map_err(&fail)?, draft.map_err(&fail)?);
                let progress = Progress { open: all - begun, draft, done: begun - draft };
                Ok((row.try_get_by_index(0).map_err(&fail)?, progress))
            })
            .collect()
    }

    /// The calls of a project in a time that were drawn before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drawn_before(
        &self,
        project: ProjectId,
        from: i64,
        to: i64,
    ) -> Result<BTreeSet<ConversationId>, StoreError> {
        let fail = failed("read what was drawn");
        let sql = "SELECT DISTINCT c.conversation_id FROM draw_call c JOIN conversation v ON v.id = c.conversation_id \
             WHERE v.project_id = $1 AND v.at >= $2 AND v.at < $3";
        let values = [Value::from(Uuid::from(project)), from.into(), to.into()];
        let statement = Statement::from_sql_and_values(self.reader().get_database_backend(), sql, values);
        let rows = self.reader().query_all_raw(statement).await.map_err(&fail)?;
        rows.into_iter().map(|row| Ok(ConversationId(row.try_get_by_index(0).map_err(&fail)?))).collect()
    }
}

impl Transaction {
    /// Keeps a draw.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_draw(&mut self, draw: &KeptDraw, calls: &[DrawnCall]) -> Result<(), StoreError> {
        let fail = failed("keep a draw");
        let id = Uuid::from(draw.id);
        draw::Entity::insert(draw.row()).exec_without_returning(&self.inner).await.map_err(&fail)?;
        for some in calls.chunks(BATCH) {
            let rows = some.iter().map(|call| draw_call::ActiveModel {
                draw_id: Set(id),
                conversation_id: Set(call.conversation.into()),
                stratum: Set(call.stratum.clone()),
                inclusion: Set(call.inclusion),
                why: Set(call.why.clone()),
            });
            draw_call::Entity::insert_many(rows).exec_without_returning(&self.inner).await.map_err(&fail)?;
            let seats = some.iter().flat_map(|call| {
                (0_i64..).zip(&call.seats).map(move |(seat, inspector)| draw_seat::ActiveModel {
                    draw_id: Set(id),
                    conversation_id: Set(call.conversation.into()),
                    seat: Set(seat),
                    inspector_id: Set(inspector.map(Uuid::from)),
                })
            });
            draw_seat::Entity::insert_many(seats).exec_without_returning(&self.inner).await.map_err(&fail)?;
        }
        Ok(())
    }

    /// Gives a seat to somebody else, or takes it back, as it was read and unless they have begun; whether it was so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn assign(&mut self, seat: &Seat, to: Option<UserId>) -> Result<bool, StoreError> {
        let mut values: Vec<Value> =
            vec![Uuid::from(seat.draw).into(), Uuid::from(seat.conversation).into(), seat.seat.into()];
        values.push(to.map(Uuid::from).into());
        let was = match seat.inspector {
            Some(was) => {
                values.push(Uuid::from(was).into());
                "inspector_id = $5 AND NOT EXISTS (SELECT 1 FROM evaluation e JOIN draw d ON d.id = $1 \
                 WHERE e.conversation_id = $2 AND e.inspector_id = $5 AND e.card = d.card)"
            }
            None => "inspector_id IS NULL",
        };
        let sql = format!(
            "UPDATE draw_seat SET inspector_id = $4 WHERE draw_id = $1 AND conversation_id = $2 AND seat = $3 AND {was}"
        );
        Ok(self.run("give a call to somebody", &sql, values).await? == 1)
    }
}
