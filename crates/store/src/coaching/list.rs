//! Coaching sheets in lists.

use lingjian_model::coaching::{Effect, Judged, Stage};
use lingjian_model::{
    AgentId, CoachingId, CoachingSheet, ConversationId, EvaluationId, Placed, ProjectId, TeamId, UserId,
};
use sea_orm::sea_query::{Condition, ExprTrait as _, IntoCondition as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::{effect_of, judged_of, stage_of};
use crate::conversations::{Listed, within};
use crate::entity::coaching_sheet::{self, Column};
use crate::entity::conversation;
use crate::error::failed;
use crate::{Store, StoreError, Viewer};

/// Which sheets; what is empty asks nothing.
#[derive(Debug, Clone, Default)]
pub struct SheetFilter {
    /// About these calls.
    pub conversations: Vec<ConversationId>,
    /// From these evaluations.
    pub evaluations: Vec<EvaluationId>,
    /// About calls of these projects.
    pub projects: Vec<ProjectId>,
    /// Of these teams.
    pub teams: Vec<TeamId>,
    /// Of these agents.
    pub agents: Vec<AgentId>,
    /// Led by these people.
    pub coaches: Vec<UserId>,
    /// That stand there.
    pub stages: Vec<Stage>,
    /// Not over, and what was agreed was to be done before then.
    pub late_at: Option<i64>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedSheet {
    /// Ours.
    pub id: CoachingId,
    /// The call in which the problem shows.
    pub conversation: Listed,
    /// Whose problem.
    pub agent: AgentId,
    /// How the call was judged.
    pub evaluation: Option<Judged>,
    /// Who leads it, and their name.
    pub coach: (UserId, String),
    /// When it began.
    pub begun_at: i64,
    /// Where it stands.
    pub stage: Stage,
    /// Until when what was agreed is to be done.
    pub due_at: Option<i64>,
    /// Whether it helped.
    pub effect: Option<Effect>,
}

impl Viewer<'_> {
    /// Whether they see a coaching sheet about a call that stands there: a draft is its coach's alone, and whoever reaches
    /// the call only because they served it sees what was put before them.
    #[must_use]
    pub fn sees_sheet(&self, placed: &Placed, sheet: &CoachingSheet) -> bool {
        let (wide, narrow) = self.wide_and_narrow();
        let held = sheet.stage() != Stage::Draft;
        let wide = wide.covers(placed) && (held || sheet.coach() == self.user);
        wide || held && narrow.is_some_and(|narrow| narrow.covers(placed))
    }

    /// The same in the words of the database: the call is the query's too.
    fn seen_sheets(&self) -> Condition {
        let (wide, narrow) = self.wide_and_narrow();
        let held = Column::Stage.ne(Stage::Draft.name());
        let open = Condition::any().add(held.clone()).add(Column::CoachId.eq(Uuid::from(self.user)));
        let own = narrow.map(|narrow| Condition::all().add(within(&narrow)).add(held));
        Condition::any().add(Condition::all().add(within(&wide)).add(open)).add_option(own)
    }
}

impl SheetFilter {
    fn condition(&self) -> Condition {
        use conversation::Column as Call;
        fn ids<T: Copy + Into<Uuid>>(some: &[T]) -> Option<Vec<Uuid>> {
            (!some.is_empty()).then(|| some.iter().map(|id| (*id).into()).collect())
        }
        let stages: Vec<&str> = self.stages.iter().map(|stage| stage.name()).collect();
        let late = self.late_at.map(|now| Column::DueAt.lt(now).and(Column::Stage.ne(Stage::Closed.name())));
        Condition::all()
            .add_option(ids(&self.conversations).map(|ids| Column::ConversationId.is_in(ids)))
            .add_option(ids(&self.evaluations).map(|ids| Column::EvaluationId.is_in(ids)))
            .add_option(ids(&self.projects).map(|ids| Call::ProjectId.is_in(ids)))
            .add_option(ids(&self.teams).map(|ids| Call::TeamId.is_in(ids)))
            .add_option(ids(&self.agents).map(|ids| Column::AgentId.is_in(ids)))
            .add_option(ids(&self.coaches).map(|ids| Column::CoachId.is_in(ids)))
            .add_option((!stages.is_empty()).then(|| Column::Stage.is_in(stages)))
            .add_option(late)
    }
}

impl Store {
    /// Coaching sheets that the filter lets through and they see; the last begun first.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn sheets(
        &self,
        filter: &SheetFilter,
        viewer: Viewer<'_>,
        after: Option<(i64, CoachingId)>,
        limit: u64,
    ) -> Result<Vec<ListedSheet>, StoreError> {
        let behind = after.map(|(at, id)| {
            let same = Column::BegunAt.eq(at).and(Column::Id.lt(Uuid::from(id)));
            Column::BegunAt.lt(at).or(same).into_condition()
        });
        let rows = coaching_sheet::Entity::find()
            .find_also_related(conversation::Entity)
            .filter(filter.condition().add(viewer.seen_sheets()).add_option(behind))
            .order_by_desc(Column::BegunAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.reader())
            .await
            .map_err(failed("list coaching sheets"))?;
        let coaches = self.display_names(rows.iter().map(|(row, _)| UserId(row.coach_id))).await?;
        let listed = rows.iter().filter_map(|(row, call)| Some((row, call.as_ref()?)));
        listed
            .map(|(row, call)| {
                let coach = UserId(row.coach_id);
                Ok(ListedSheet {
                    id: CoachingId(row.id),
                    conversation: Listed::of(call)?,
                    agent: AgentId(row.agent_id),
                    evaluation: judged_of(row)?,
                    coach: (coach, coaches.get(&coach).cloned().unwrap_or_default()),
                    begun_at: row.begun_at,
                    stage: stage_of(row)?,
                    due_at: row.due_at,
                    effect: effect_of(row)?,
                })
            })
            .collect()
    }
}
