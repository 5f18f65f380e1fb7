//! What is counted over conversations. Every count takes a reach: whose calls the asker may see.

use std::collections::BTreeMap;

use lingjian_model::{Reach, Scores};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Select};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryResult,
    QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::Filter;
use super::list::within;
use crate::entity::conversation::{self, Column};
use crate::entity::finding;
use crate::error::failed;
use crate::{Store, StoreError};

/// The scores that are summed.
const SCORES: [(Column, &str); 3] =
    [(Column::Compliance, "compliance"), (Column::Experience, "experience"), (Column::Risk, "risk")];

/// Conversations of a group: counts and mean scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// What they share; none where they share nothing.
    pub key: Option<String>,
    /// How many.
    pub conversations: i64,
    /// How many of them are judged.
    pub judged: i64,
    /// Mean scores of those.
    pub scores: Option<Scores>,
}

/// Conversations that share all that they were grouped by: counts, and sums from which means are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What they share, in the order asked; none where it is not known of them.
    pub keys: Vec<Option<String>>,
    /// How many.
    pub conversations: i64,
    /// How many of them are judged.
    pub judged: i64,
    /// Of compliance, experience, risk.
    pub sums: [f64; 3],
}

/// How often a rule hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTally {
    /// The rule's id.
    pub rule: String,
    /// In how many conversations.
    pub conversations: i64,
    /// How often in all.
    pub hits: i64,
}

impl Tally {
    /// All together.
    #[must_use]
    pub fn all(cells: &[Cell]) -> Self {
        Self::of(None, cells)
    }

    /// By one of the things they were grouped by, in its order; first what it is not known of.
    #[must_use]
    pub fn by(cells: &[Cell], key: usize) -> Vec<Self> {
        let mut groups: BTreeMap<Option<&String>, Vec<&Cell>> = BTreeMap::new();
        for cell in cells {
            groups.entry(cell.keys.get(key).and_then(Option::as_ref)).or_default().push(cell);
        }
        groups.into_iter().map(|(key, cells)| Self::of(key.cloned(), cells)).collect()
    }

    fn of<'c>(key: Option<String>, cells: impl IntoIterator<Item = &'c Cell>) -> Self {
        let (mut conversations, mut judged, mut sums) = (0, 0, [0.0; 3]);
        for cell in cells {
            conversations += cell.conversations;
            judged += cell.judged;
            sums.iter_mut().zip(cell.sums).for_each(|(sum, more)| *sum += more);
        }
        let [compliance, experience, risk] = sums.map(|sum| sum / judged as f64);
        let scores = (judged > 0).then_some(Scores { compliance, experience, risk });
        Self { key, conversations, judged, scores }
    }
}

/// What conversations are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TallyBy<'c> {
    /// Days of a place that is so far east of UTC; the key is the number of days since 1970.
    Day {
        /// At first, in milliseconds.
        offset_ms: i64,
        /// From when on it is how far, the oldest first: clocks are changed.
        changes: &'c [(i64, i64)],
    },
    /// How far they have come.
    State,
    /// Their project.
    Project,
    /// Their team.
    Team,
    /// Their agent.
    Agent,
}

impl TallyBy<'_> {
    fn expression(self) -> Expr {
        match self {
            Self::Day { offset_ms, changes: [] } => Expr::cust(format!("(at + ({offset_ms})) / 86400000")),
            Self::Day { offset_ms, changes } => {
                let latest_first = changes.iter().rev();
                let cases: String =
                    latest_first.map(|(from, east)| format!("WHEN at >= {from} THEN {east} ")).collect();
                Expr::cust(format!("(at + CASE {cases}ELSE {offset_ms} END) / 86400000"))
            }
            Self::State => Expr::col(Column::State),
            Self::Project => Expr::col(Column::ProjectId),
            Self::Team => Expr::col(Column::TeamId),
            Self::Agent => Expr::col(Column::AgentId),
        }
    }

    fn key(self, row: &QueryResult, name: &str) -> Result<Option<String>, DbErr> {
        Ok(match self {
            Self::Day { .. } => row.try_get::<Option<i64>>("", name)?.map(|day| day.to_string()),
            Self::State => row.try_get("", name)?,
            Self::Project | Self::Team | Self::Agent => {
                row.try_get::<Option<Uuid>>("", name)?.map(|id| id.to_string())
            }
        })
    }
}

impl Store {
    /// Counts and sums of scores of those that share all of these; one row where nothing is asked to be shared. All that is to be told of
    /// the same conversations is asked for at once and folded from it: reading them is what takes time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cells(
        &self,
        filter: &Filter,
        reach: &Reach,
        by: &[TallyBy<'_>],
    ) -> Result<Vec<Cell>, StoreError> {
        let fail = failed("count conversations");
        let backend = self.reader().get_database_backend();
        let mut query = conversation::Entity::find()
            .select_only()
            .expr_as(Expr::cust("COUNT(*)"), "conversations")
            .expr_as(Expr::col(Column::Compliance).count(), "judged");
        for (column, name) in SCORES {
            query = query.expr_as(Expr::col(column).sum(), name);
        }
        query = query.filter(filter.condition(backend).add(within(reach)));
        for (at, by) in by.iter().enumerate() {
            query = query.expr_as(by.expression(), format!("key_{at}")).group_by(by.expression());
        }
        let rows = self.reader().query_all_raw(query.build(backend)).await.map_err(&fail)?;
        let cell = |row: &QueryResult| {
            let keys = by.iter().enumerate().map(|(at, by)| by.key(row, &format!("key_{at}")));
            let sum = |at: usize| row.try_get::<Option<f64>>("", SCORES[at].1).map(Option::unwrap_or_default);
            Ok(Cell {
                keys: keys.collect::<Result<_, DbErr>>()?,
                conversations: row.try_get("", "conversations")?,
                judged: row.try_get("", "judged")?,
                sums: [sum(0)?, sum(1)?, sum(2)?],
            })
        };
        rows.iter().map(cell).collect::<Result<_, DbErr>>().map_err(&fail)
    }

    /// How often each rule hits in what counts today, the most frequent first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_tallies(&self, filter: &Filter, reach: &Reach) -> Result<Vec<RuleTally>, StoreError> {
        let fail = failed("count findings");
        let backend = self.reader().get_database_backend();
        let mut current = Select::select();
        current
            .column(Column::JudgementId)
            .from(conversation::Entity)
            .cond_where(filter.condition(backend).add(within(reach)))
            .and_where(Expr::col(Column::JudgementId).is_not_null());
        let rows = finding::Entity::find()
            .select_only()
            .column(finding::Column::Rule)
            .expr_as(Expr::cust("COUNT(DISTINCT judgement_id)"), "conversations")
            .expr_as(Expr::cust("COUNT(*)"), "hits")
            .filter(finding::Column::JudgementId.in_subquery(current))
            .group_by(finding::Column::Rule)
            .build(backend);
        let rows = self.reader().query_all_raw(rows).await.map_err(&fail)?;
        let mut tallies = Vec::with_capacity(rows.len());
        for row in rows {
            tallies.push(RuleTally {
                rule: row.try_get("", "rule").map_err(&fail)?,
                conversations: row.try_get("", "conversations").map_err(&fail)?,
                hits: row.try_get("", "hits").map_err(&fail)?,
            });
        }
        tallies.sort_by(|one, other| {
            other.conversations.cmp(&one.conversations).then(one.rule.cmp(&other.rule))
        });
        Ok(tallies)
    }

    /// Counts and mean scores, grouped.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallies(
        &self,
        filter: &Filter,
        reach: &Reach,
        by: TallyBy<'_>,
    ) -> Result<Vec<Tally>, StoreError> {
        Ok(Tally::by(&self.cells(filter, reach, &[by]).await?, 0))
    }

    /// Counts and mean scores of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tally(&self, filter: &Filter, reach: &Reach) -> Result<Tally, StoreError> {
        Ok(Tally::all(&self.cells(filter, reach, &[]).await?))
    }
}
