//! Lists of conversations. Every one takes a reach: whose calls the asker may see.

use lingjian_model::{AgentId, ConversationId, ProjectId, Reach, Scores, TeamId};
use sea_orm::sea_query::{
    Asterisk, Expr, ExprTrait as _, IntoCondition as _, Query as Select, SelectStatement,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, DbBackend, DbErr, EntityTrait as _, Iterable as _,
    Order, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::{Listed, State};
use crate::entity::conversation::{self, Column};
use crate::entity::finding;
use crate::error::failed;
use crate::search::place;
use crate::{Engine, Query, Store, StoreError};

/// Rows of a list that PostgreSQL looks through for words before it asks its index.
const NEXT: u64 = 2000;

/// Which conversations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// Words that stand in them.
    pub query: Option<Query>,
    /// Of one of these projects.
    pub projects: Vec<ProjectId>,
    /// Of one of these teams.
    pub teams: Vec<TeamId>,
    /// Of one of these agents.
    pub agents: Vec<AgentId>,
    /// Not before this.
    pub from: Option<i64>,
    /// Before this.
    pub to: Option<i64>,
    /// In one of these states.
    pub states: Vec<State>,
    /// In which one of these rules hit.
    pub rules: Vec<String>,
    /// inbound or outbound.
    pub direction: Option<String>,
    /// Languages as BCP 47 begins with them.
    pub language: Option<String>,
    /// With sound, or without.
    pub has_recording: Option<bool>,
    /// At least this risk.
    pub min_risk: Option<f64>,
    /// At most this compliance.
    pub max_compliance: Option<f64>,
    /// At most this experience.
    pub max_experience: Option<f64>,
    /// At least this long.
    pub min_duration_ms: Option<i64>,
    /// What its source calls it.
    pub external_id: Option<String>,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Highest risk first; only those that are judged.
    Risk,
    /// Lowest compliance first; only those that are judged.
    Compliance,
    /// Lowest experience first; only those that are judged.
    Experience,
    /// Longest first.
    Duration,
}

impl Sort {
    const fn column(self) -> (Column, Order) {
        match self {
            Self::Newest => (Column::At, Order::Desc),
            Self::Oldest => (Column::At, Order::Asc),
            Self::Risk => (Column::Risk, Order::Desc),
            Self::Compliance => (Column::Compliance, Order::Asc),
            Self::Experience => (Column::Experience, Order::Asc),
            Self::Duration => (Column::DurationMs, Order::Desc),
        }
    }

    const fn is_of_scores(self) -> bool {
        matches!(self, Self::Risk | Self::Compliance | Self::Experience)
    }

    /// The value a row is sorted by.
    #[must_use]
    pub fn value(self, row: &Listed) -> f64 {
        let score = |of: fn(&Scores) -> f64| row.scores.as_ref().map_or(0.0, of);
        match self {
            Self::Newest | Self::Oldest => row.at as f64,
            Self::Risk => score(|scores| scores.risk),
            Self::Compliance => score(|scores| scores.compliance),
            Self::Experience => score(|scores| scores.experience),
            Self::Duration => row.duration_ms as f64,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Page {
    /// Behind the row with this value and id.
    pub after: Option<(f64, ConversationId)>,
    /// So many rows.
    pub limit: u64,
}

impl Store {
    /// Conversations within reach that the filter lets through.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conversations(
        &self,
        filter: &Filter,
        reach: &Reach,
        sort: Sort,
        page: Page,
    ) -> Result<Vec<Listed>, StoreError> {
        let rows = match (&filter.query, sort.column()) {
            (Some(query), (Column::At, order)) if self.engine() == Engine::Sqlite => {
                self.in_time(query, filter, reach, order, page).await
            }
            (Some(query), _) if self.engine() == Engine::Postgres && page.limit <= NEXT => {
                match self.among_the_next(query, filter, reach, sort, page).await {
                    Ok(rows) if (rows.len() as u64) < page.limit => {
                        self.rows(filter, reach, sort, page).await
                    }
                    rows => rows,
                }
            }
            _ => self.rows(filter, reach, sort, page).await,
        };
        rows.map_err(failed("list conversations"))?.iter().map(Listed::of).collect()
    }

    async fn rows(
        &self,
        filter: &Filter,
        reach: &Reach,
        sort: Sort,
        page: Page,
    ) -> Result<Vec<conversation::Model>, DbErr> {
        let backend = self.reader().get_database_backend();
        ordered(filter, reach, sort, page, backend).all(self.reader()).await
    }

    /// What is said often is found soon among the next rows of the list. PostgreSQL does not know what is said often, and would
    /// gather all of it from its index first; so that is asked where these rows do not fill a page.
    async fn among_the_next(
        &self,
        query: &Query,
        filter: &Filter,
        reach: &Reach,
        sort: Sort,
        page: Page,
    ) -> Result<Vec<conversation::Model>, DbErr> {
        let without = Filter { query: None, ..filter.clone() };
        let next = ordered(&without, reach, sort, Page { limit: NEXT, ..page }, DbBackend::Postgres);
        let mut select = Select::select();
        select.column(Asterisk).from_subquery(next.into_query(), "next");
        select.and_where(query.stands_in_row(Expr::col(("next", Column::Id))));
        let (column, order) = sort.column();
        select.order_by(column, order.clone()).order_by(Column::Id, order).limit(page.limit);
        conversation::Entity::find().from_raw_sql(DbBackend::Postgres.build(&select)).all(self.reader()).await
    }

    /// In SQLite's index what is said stands in the order of time, so that a page is read and not all that is found.
    async fn in_time(
        &self,
        query: &Query,
        filter: &Filter,
        reach: &Reach,
        order: Order,
        page: Page,
    ) -> Result<Vec<conversation::Model>, DbErr> {
        let mut select = said(query, filter);
        joined(&mut select, &filter.facts(), reach);
        for column in Column::iter() {
            select.column((conversation::Entity, column));
        }
        if let Some((_, id)) = page.after {
            let beyond = if order == Order::Desc { "<" } else { ">" };
            let after =
                format!("search_text.rowid {beyond} (SELECT id FROM search_place WHERE conversation_id = ?)");
            select.and_where(Expr::cust_with_values(after, [Uuid::from(id)]));
        }
        select.order_by_expr(Expr::cust("search_text.rowid"), order).limit(page.limit);
        let select = DbBackend::Sqlite.build(&select);
        conversation::Entity::find().from_raw_sql(select).all(self.reader()).await
    }

    /// How many there are in all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self, filter: &Filter, reach: &Reach) -> Result<u64, StoreError> {
        let backend = self.reader().get_database_backend();
        let mut select = match &filter.query {
            Some(query) if backend == DbBackend::Sqlite => {
                let (mut select, facts) = (said(query, filter), filter.facts());
                // Counted in the index alone where nothing else is asked.
                if facts != Filter::default() || *reach != Reach::All {
                    joined(&mut select, &facts, reach);
                }
                select
            }
            _ => {
                let mut select = Select::select();
                select.from(conversation::Entity);
                select.cond_where(filter.condition(backend).add(within(reach)));
                select
            }
        };
        select.expr_as(Expr::cust("COUNT(*)"), "count");
        let fail = failed("count conversations");
        let row = self.reader().query_one_raw(backend.build(&select)).await.map_err(&fail)?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "count")).map_err(&fail)?;
        Ok(count.unsigned_abs())
    }
}

/// A page of the list.
fn ordered(
    filter: &Filter,
    reach: &Reach,
    sort: Sort,
    page: Page,
    backend: DbBackend,
) -> sea_orm::Select<conversation::Entity> {
    let (column, order) = sort.column();
    let mut condition = filter.condition(backend).add(within(reach));
    if sort.is_of_scores() {
        condition = condition.add(column.is_not_null());
    }
    if let Some((value, id)) = page.after {
        let id = Uuid::from(id);
        let value = if sort.is_of_scores() { Expr::value(value) } else { Expr::value(value as i64) };
        let (reached, beyond, then) = match order {
            Order::Desc => {
                (Expr::col(column).lte(value.clone()), Expr::col(column).lt(value.clone()), Column::Id.lt(id))
            }
            _ => {
                (Expr::col(column).gte(value.clone()), Expr::col(column).gt(value.clone()), Column::Id.gt(id))
            }
        };
        let same = Condition::all().add(Expr::col(column).eq(value)).add(then);
        // The first says nothing new, but is a place in the index to begin at.
        condition = condition.add(reached).add(Condition::any().add(beyond).add(same));
    }
    conversation::Entity::find()
        .filter(condition)
        .order_by(column, order.clone())
        .order_by(Column::Id, order)
        .limit(page.limit)
}

/// Where the words stand in SQLite's index.
fn said(query: &Query, filter: &Filter) -> SelectStatement {
    let mut select = Select::select();
    select.from("search_text");
    select.and_where(Expr::cust_with_values("search_text MATCH ?", [query.phrases()]));
    let bound = |sql, at: i64| Expr::cust_with_values(sql, [place(at)]);
    let from = filter.from.map(|at| bound("search_text.rowid >= ?", at));
    let to = filter.to.map(|at| bound("search_text.rowid < ?", at));
    from.into_iter().chain(to).for_each(|bound| {
        select.and_where(bound);
    });
    select
}

/// The rest of the filter. `CROSS JOIN` keeps SQLite to this order.
fn joined(select: &mut SelectStatement, facts: &Filter, reach: &Reach) {
    select
        .cross_join("search_place")
        .cross_join(conversation::Entity)
        .and_where(Expr::cust("search_place.id = search_text.rowid"))
        .and_where(Expr::cust("conversation.id = search_place.conversation_id"))
        .cond_where(facts.condition(DbBackend::Sqlite).add(within(reach)));
}

impl Filter {
    /// What SQLite's search index does not know.
    fn facts(&self) -> Self {
        Self { query: None, from: None, to: None, ..self.clone() }
    }

    pub(super) fn condition(&self, backend: DbBackend) -> Condition {
        let ids = |column: Column, ids: Vec<Uuid>| (!ids.is_empty()).then(|| column.is_in(ids));
        let uuids = |some: &[ProjectId]| some.iter().map(|id| Uuid::from(*id)).collect();
        let mut all =
            Condition::all()
                .add_option(ids(Column::ProjectId, uuids(&self.projects)))
                .add_option(ids(Column::TeamId, self.teams.iter().map(|id| Uuid::from(*id)).collect()))
                .add_option(ids(Column::AgentId, self.agents.iter().map(|id| Uuid::from(*id)).collect()))
                .add_option(self.from.map(|from| Column::At.gte(from)))
                .add_option(self.to.map(|to| Column::At.lt(to)))
                .add_option(self.direction.as_ref().map(|direction| Column::Direction.eq(direction.as_str())))
                .add_option(self.language.as_ref().map(|tag| Column::Language.starts_with(tag.as_str())))
                .add_option(self.min_risk.map(|least| Column::Risk.gte(least)))
                .add_option(self.max_compliance.map(|most| Column::Compliance.lte(most)))
                .add_option(self.max_experience.map(|most| Column::Experience.lte(most)))
                .add_option(self.min_duration_ms.map(|least| Column::DurationMs.gte(least)))
                .add_option(self.external_id.as_ref().map(|id| Column::ExternalId.eq(id.as_str())))
                .add_option(self.has_recording.map(|has| {
                    if has { Column::Recording.is_not_null() } else { Column::Recording.is_null() }
                }));
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().map(|state| state.name())));
        }
        if !self.rules.is_empty() {
            let mut hit = Select::select();
            hit.column(finding::Column::JudgementId)
                .from(finding::Entity)
                .and_where(Expr::col(finding::Column::Rule).is_in(self.rules.iter().map(String::as_str)));
            all = all.add(Column::JudgementId.in_subquery(hit));
        }
        if let Some(query) = &self.query {
            all = all.add(Column::Id.in_subquery(query.select(backend)));
        }
        all
    }
}

/// What a reach lets through.
pub(crate) fn within(reach: &Reach) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        // Nothing is within no reach: the asker should have been refused before.
        Reach::None => Expr::cust("1 = 0").into_condition(),
        Reach::Part(part) => {
            let projects: Vec<Uuid> = part.projects.iter().map(|id| Uuid::from(*id)).collect();
            let teams: Vec<Uuid> = part.teams.iter().map(|id| Uuid::from(*id)).collect();
            let mut any = Condition::any();
            if !projects.is_empty() {
                any = any.add(Column::ProjectId.is_in(projects));
            }
            if !teams.is_empty() {
                any = any.add(Column::TeamId.is_in(teams));
            }
            if let Some(agent) = part.agent {
                any = any.add(Column::AgentId.eq(Uuid::from(agent)));
            }
            if any.is_empty() { Expr::cust("1 = 0").into_condition() } else { any }
        }
    }
}
