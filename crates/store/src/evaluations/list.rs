//! Evaluations in lists: of each the newest revision that who asks may see.

use lingjian_model::evaluation::{ListeningMode, Stage};
use lingjian_model::scorecard::CardVersion;
use lingjian_model::{
    AgentId, ConversationId, Evaluation, EvaluationId, Part, Placed, ProjectId, Reach, TeamId, UserId,
};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, IntoColumnRef, IntoCondition as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{card_of, mode_of, stage_of};
use crate::conversations::{Listed, within};
use crate::entity::evaluation::{self, Column};
use crate::entity::{conversation, draw, draw_seat};
use crate::error::failed;
use crate::{Store, StoreError};

/// What was sent, and is seen by whose call it was.
const SENT: [Stage; 5] = [Stage::Sent, Stage::Acknowledged, Stage::Appealed, Stage::Upheld, Stage::Changed];

/// Who asks. A draft is seen by its inspector alone; who reaches a call only because they served it sees what was sent; who has
/// yet to judge a call themselves sees nothing of what others made of it on that card.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'r> {
    /// Who.
    pub user: UserId,
    /// What they reach.
    pub reach: &'r Reach,
}

/// Which evaluations; what is empty asks nothing.
#[derive(Debug, Clone, Default)]
pub struct EvaluationFilter {
    /// Of these calls.
    pub conversations: Vec<ConversationId>,
    /// Of calls of these projects.
    pub projects: Vec<ProjectId>,
    /// Of these teams.
    pub teams: Vec<TeamId>,
    /// Of these agents.
    pub agents: Vec<AgentId>,
    /// By these people.
    pub inspectors: Vec<UserId>,
    /// On these cards.
    pub cards: Vec<String>,
    /// That stand there.
    pub stages: Vec<Stage>,
    /// Listened to from then on.
    pub from: Option<i64>,
    /// Listened to before then.
    pub to: Option<i64>,
    /// Not sent, and listened to before then.
    pub waiting_since: Option<i64>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedEvaluation {
    /// Ours.
    pub id: EvaluationId,
    /// Which revision.
    pub revision: u32,
    /// The call.
    pub conversation: Listed,
    /// Who judged, and their name.
    pub inspector: (UserId, String),
    /// On which card.
    pub card: CardVersion,
    /// How it was listened to.
    pub mode: ListeningMode,
    /// When.
    pub listened_at: i64,
    /// Where it stands.
    pub stage: Stage,
    /// What it came to, once submitted.
    pub total: Option<f64>,
    /// Of its critical items.
    pub critical: Option<f64>,
    /// How many fatal items were failed.
    pub fatal: i64,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// Until when there may be an appeal.
    pub appeal_until: Option<i64>,
}

impl Viewer<'_> {
    /// What they reach as those who judge and lead do, and what only because they served.
    pub(crate) fn wide_and_narrow(&self) -> (Reach, Option<Reach>) {
        let Reach::Part(part) = self.reach else { return (self.reach.clone(), None) };
        let narrow = part.agent.map(|agent| Part { agent: Some(agent), ..Part::default() });
        (Reach::from(Part { agent: None, ..part.clone() }), narrow.map(Reach::Part))
    }

    /// What they reach of calls that others served, as those who judge and lead do.
    #[must_use]
    pub fn of_others(&self) -> Reach {
        self.wide_and_narrow().0
    }

    /// Whether they see a revision of a call that stands there. `owes`: they have yet to judge it themselves
    /// ([`Store::owes`]).
    #[must_use]
    pub fn sees(&self, placed: &Placed, evaluation: &Evaluation, owes: bool) -> bool {
        let (wide, narrow) = self.wide_and_narrow();
        let stage = evaluation.stage();
        let open = stage != Stage::Draft && !owes || evaluation.inspector() == self.user;
        wide.covers(placed) && open
            || narrow.is_some_and(|narrow| narrow.covers(placed)) && SENT.contains(&stage)
    }

    /// The same in the words of the database: the call is the outer query's.
    fn seen<C: IntoColumnRef>(&self, of: impl Fn(Column) -> C) -> Condition {
        let (wide, narrow) = self.wide_and_narrow();
        let column = |column| Expr::col(of(column));
        let stage = column(Column::Stage);
        let owes = self.owes(column(Column::ConversationId), column(Column::Card), column(Column::Id));
        let submitted = Condition::all().add(stage.clone().ne(Stage::Draft.name())).add(owes.not());
        let own = column(Column::InspectorId).eq(Uuid::from(self.user));
        let seen = Condition::all().add(within(&wide)).add(Condition::any().add(submitted).add(own));
        let sent = narrow
            .map(|narrow| Condition::all().add(within(&narrow)).add(stage.is_in(SENT.map(Stage::name))));
        Condition::any().add(seen).add_option(sent)
    }

    /// The newest revision that they see.
    fn newest(&self) -> Condition {
        let later = Alias::new("later");
        let of_later = |column: Column| (later.clone(), column);
        let of_this = |column: Column| (evaluation::Entity, column);
        let follows = Query::select()
            .expr(Expr::val(1))
            .from_as(evaluation::Entity, later.clone())
            .and_where(Expr::col(of_later(Column::Id)).equals(of_this(Column::Id)))
            .and_where(Expr::col(of_later(Column::Revision)).gt(Expr::col(of_this(Column::Revision))))
            .cond_where(self.seen(of_later))
            .to_owned();
        Condition::all().add(self.seen(of_this)).add(Expr::exists(follows).not())
    }

    /// Whether they have yet to judge a call on a card themselves: a draft of it is theirs, another evaluation than this one,
    /// or it was drawn for them and they have not begun.
    fn owes(&self, call: Expr, card: Expr, besides: Expr) -> Condition {
        use draw_seat::Column as Seat;
        let user = Uuid::from(self.user);
        let (own, begun) = (Alias::new("own"), Alias::new("begun"));
        let of_own = |column: Column| Expr::col((own.clone(), column));
        let of_begun = |column: Column| Expr::col((begun.clone(), column));
        let of_seat = |column: Seat| Expr::col((draw_seat::Entity, column));
        let draft = Query::select()
            .expr(Expr::val(1))
            .from_as(evaluation::Entity, own.clone())
            .and_where(of_own(Column::ConversationId).eq(call.clone()))
            .and_where(of_own(Column::Card).eq(card.clone()))
            .and_where(of_own(Column::InspectorId).eq(user))
            .and_where(of_own(Column::Stage).eq(Stage::Draft.name()))
            .and_where(of_own(Column::Id).ne(besides))
            .to_owned();
        let done = Query::select()
            .expr(Expr::val(1))
            .from_as(evaluation::Entity, begun.clone())
            .and_where(of_begun(Column::ConversationId).eq(call.clone()))
            .and_where(of_begun(Column::Card).eq(card.clone()))
            .and_where(of_begun(Column::InspectorId).eq(user))
            .to_owned();
        let of_draw = Expr::col((draw::Entity, draw::Column::Id)).equals((draw_seat::Entity, Seat::DrawId));
        let drawn = Query::select()
            .expr(Expr::val(1))
            .from(draw_seat::Entity)
            .inner_join(draw::Entity, of_draw)
            .and_where(of_seat(Seat::ConversationId).eq(call))
            .and_where(of_seat(Seat::InspectorId).eq(user))
            .and_where(Expr::col((draw::Entity, draw::Column::Card)).eq(card))
            .and_where(Expr::exists(done).not())
            .to_owned();
        Condition::any().add(Expr::exists(draft)).add(Expr::exists(drawn))
    }
}

impl EvaluationFilter {
    pub(super) fn condition(&self) -> Condition {
        use conversation::Column as Call;
        fn ids<T: Copy + Into<Uuid>>(some: &[T]) -> Option<Vec<Uuid>> {
            (!some.is_empty()).then(|| some.iter().map(|id| (*id).into()).collect())
        }
        let stages: Vec<&str> = self.stages.iter().map(|stage| stage.name()).collect();
        let waiting = self.waiting_since.map(|before| {
            let unsent = Column::Stage.is_in([Stage::Draft.name(), Stage::Submitted.name()]);
            unsent.and(Column::ListenedAt.lt(before))
        });
        Condition::all()
            .add_option(ids(&self.conversations).map(|ids| Column::ConversationId.is_in(ids)))
            .add_option(ids(&self.projects).map(|ids| Call::ProjectId.is_in(ids)))
            .add_option(ids(&self.teams).map(|ids| Call::TeamId.is_in(ids)))
            .add_option(ids(&self.agents).map(|ids| Call::AgentId.is_in(ids)))
            .add_option(ids(&self.inspectors).map(|ids| Column::InspectorId.is_in(ids)))
            .add_option((!self.cards.is_empty()).then(|| Column::Card.is_in(&self.cards)))
            .add_option((!stages.is_empty()).then(|| Column::Stage.is_in(stages)))
            .add_option(self.from.map(|from| Column::ListenedAt.gte(from)))
            .add_option(self.to.map(|to| Column::ListenedAt.lt(to)))
            .add_option(waiting)
    }
}

impl Store {
    /// Whether somebody has yet to judge a call on a card themselves, another evaluation of theirs than this one: what others
    /// made of it they see afterwards.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owes(
        &self,
        user: UserId,
        call: ConversationId,
        card: &str,
        besides: EvaluationId,
    ) -> Result<bool, StoreError> {
        let viewer = Viewer { user, reach: &Reach::None };
        let id = |id: Uuid| Expr::val(id);
        let owes = viewer.owes(id(call.into()), Expr::val(card), id(besides.into()));
        let asked = Query::select().expr_as(Expr::val(1), Alias::new("one")).cond_where(owes).to_owned();
        let found = self.reader().query_one(&asked).await;
        Ok(found.map_err(failed("ask what somebody has yet to judge"))?.is_some())
    }

    /// Evaluations that the filter lets through, of each the newest revision that they see; the last listened to first.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn evaluations(
        &self,
        filter: &EvaluationFilter,
        viewer: Viewer<'_>,
        after: Option<(i64, EvaluationId)>,
        limit: u64,
    ) -> Result<Vec<ListedEvaluation>, StoreError> {
        let fail = failed("list evaluations");
        let behind = after.map(|(at, id)| {
            let same = Column::ListenedAt.eq(at).and(Column::Id.lt(Uuid::from(id)));
            Column::ListenedAt.lt(at).or(same).into_condition()
        });
        let condition = filter.condition().add(viewer.newest()).add_option(behind);
        let rows = evaluation::Entity::find()
            .find_also_related(conversation::Entity)
            .filter(condition)
            .order_by_desc(Column::ListenedAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.reader())
            .await
            .map_err(&fail)?;
        let inspectors = self.display_names(rows.iter().map(|(row, _)| UserId(row.inspector_id))).await?;
        let listed = rows.iter().filter_map(|(row, call)| Some((row, call.as_ref()?)));
        listed
            .map(|(row, call)| {
                let name = inspectors.get(&UserId(row.inspector_id)).cloned().unwrap_or_default();
                Ok(ListedEvaluation {
                    id: EvaluationId(row.id),
                    revision: u32::try_from(row.revision).map_err(super::wrong)?,
                    conversation: Listed::of(call)?,
                    inspector: (UserId(row.inspector_id), name),
                    card: card_of(row)?,
                    mode: mode_of(row)?,
                    listened_at: row.listened_at,
                    stage: stage_of(row)?,
                    total: row.total,
                    critical: row.critical,
                    fatal: row.fatal,
                    sent_at: row.sent_at,
                    appeal_until: row.appeal_until,
                })
            })
            .collect()
    }
}
