//! Standing plans: by which calls are drawn again and again, and what became of each of their periods.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lingjian_model::{DrawId, PlanId, ProjectId, Reach, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::entity::{sampling_plan as plan, sampling_run as run};
use crate::error::failed;
use crate::{Store, StoreError, Transaction};

/// How often a plan draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Of each day.
    Day,
    /// Of each week, which begins on Monday.
    Week,
}

impl Period {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Day, Self::Week];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.name() == name)
    }
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplingPlan {
    /// Its id.
    pub id: PlanId,
    /// Of which project's calls.
    pub project: ProjectId,
    /// Its name for people.
    pub name: String,
    /// How often.
    pub period: Period,
    /// JSON: what is wished for of each period.
    pub wishes: String,
    /// How many days inspectors have.
    pub due_days: i64,
    /// The period in which it lies is the first.
    pub first_day: Date,
    /// The period in which it lies is the last; none: it has no end.
    pub last_day: Option<Date>,
    /// Whether it draws nothing for now.
    pub paused: bool,
    /// Since when it draws nothing for good.
    pub ended_at: Option<i64>,
    /// Who made it.
    pub made_by: UserId,
    /// When.
    pub made_at: i64,
    /// Who changed it last: it draws in their name.
    pub changed_by: UserId,
    /// When.
    pub changed_at: i64,
    /// Counts its changes.
    pub revision: i64,
}

/// What became of a period of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplingRun {
    /// Of which plan.
    pub plan: PlanId,
    /// The first day of the period.
    pub first_day: Date,
    /// When.
    pub at: i64,
    /// What became of it.
    pub outcome: String,
    /// What was drawn, where something was.
    pub draw: Option<DrawId>,
    /// JSON: what belongs to it.
    pub detail: String,
}

fn day(text: &str) -> Result<Date, StoreError> {
    let reason = || "no such day".to_owned();
    text.parse().map_err(|_| StoreError::Damaged { what: "a sampling plan", reason: reason() })
}

impl SamplingPlan {
    fn of(row: plan::Model) -> Result<Self, StoreError> {
        let reason = || "no such period".to_owned();
        let unknown = || StoreError::Damaged { what: "a sampling plan", reason: reason() };
        Ok(Self {
            id: PlanId(row.id),
            project: ProjectId(row.project_id),
            name: row.name,
            period: Period::from_name(&row.period).ok_or_else(unknown)?,
            wishes: row.wishes,
            due_days: row.due_days,
            first_day: day(&row.first_day)?,
            last_day: row.last_day.as_deref().map(day).transpose()?,
            paused: row.paused,
            ended_at: row.ended_at,
            made_by: UserId(row.made_by),
            made_at: row.made_at,
            changed_by: UserId(row.changed_by),
            changed_at: row.changed_at,
            revision: row.revision,
        })
    }

    fn row(&self) -> plan::ActiveModel {
        plan::ActiveModel {
            id: Set(self.id.into()),
            project_id: Set(self.project.into()),
            name: Set(self.name.clone()),
            period: Set(self.period.name().to_owned()),
            wishes: Set(self.wishes.clone()),
            due_days: Set(self.due_days),
            first_day: Set(self.first_day.to_string()),
            last_day: Set(self.last_day.map(|day| day.to_string())),
            paused: Set(self.paused),
            ended_at: Set(self.ended_at),
            made_by: Set(self.made_by.into()),
            made_at: Set(self.made_at),
            changed_by: Set(self.changed_by.into()),
            changed_at: Set(self.changed_at),
            revision: Set(self.revision),
        }
    }
}

impl SamplingRun {
    fn of(row: run::Model) -> Result<Self, StoreError> {
        Ok(Self {
            plan: PlanId(row.plan_id),
            first_day: day(&row.first_day)?,
            at: row.at,
            outcome: row.outcome,
            draw: row.draw_id.map(DrawId),
            detail: row.detail,
        })
    }
}

/// Plans of projects within reach; a team or an agent has none of its own.
fn within(reach: &Reach) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        Reach::Part(part) => Condition::all()
            .add(plan::Column::ProjectId.is_in(part.projects.iter().map(|id| Uuid::from(*id)))),
        Reach::None => Condition::all().add(plan::Column::ProjectId.is_in(Vec::<Uuid>::new())),
    }
}

impl Store {
    /// Plans within reach, of these projects or of all: what ended stands behind what did not, and each by name.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn sampling_plans(
        &self,
        projects: &[ProjectId],
        reach: &Reach,
    ) -> Result<Vec<SamplingPlan>, StoreError> {
        let mut condition = within(reach);
        if !projects.is_empty() {
            condition =
                condition.add(plan::Column::ProjectId.is_in(projects.iter().map(|id| Uuid::from(*id))));
        }
        let query = plan::Entity::find().filter(condition);
        let query = query.order_by_asc(plan::Column::Name).order_by_asc(plan::Column::Id);
        let rows = query.all(self.reader()).await.map_err(failed("list its sampling plans"))?;
        let mut plans: Vec<SamplingPlan> =
            rows.into_iter().map(SamplingPlan::of).collect::<Result<_, _>>()?;
        plans.sort_by_key(|plan| plan.ended_at.is_some());
        Ok(plans)
    }

    /// The plans that draw, in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn standing_plans(&self) -> Result<Vec<SamplingPlan>, StoreError> {
        let query = plan::Entity::find().filter(plan::Column::Paused.eq(false));
        let query = query.filter(plan::Column::EndedAt.is_null()).order_by_asc(plan::Column::Id);
        let rows = query.all(self.reader()).await.map_err(failed("list its sampling plans"))?;
        rows.into_iter().map(SamplingPlan::of).collect()
    }

    /// The plan of that id.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn sampling_plan(&self, id: PlanId) -> Result<Option<SamplingPlan>, StoreError> {
        let row = plan::Entity::find_by_id(Uuid::from(id)).one(self.reader()).await;
        row.map_err(failed("read a sampling plan"))?.map(SamplingPlan::of).transpose()
    }

    /// The last run of each of these plans that has one.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn last_runs(&self, of: &[PlanId]) -> Result<BTreeMap<PlanId, SamplingRun>, StoreError> {
        let mut last = BTreeMap::new();
        for id in of {
            last.extend(self.sampling_runs(*id, None, 1).await?.pop().map(|run| (*id, run)));
        }
        Ok(last)
    }

    /// Runs of a plan, the last first: of periods before that of `before`, or of all.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn sampling_runs(
        &self,
        of: PlanId,
        before: Option<Date>,
        limit: u64,
    ) -> Result<Vec<SamplingRun>, StoreError> {
        let mut query = run::Entity::find().filter(run::Column::PlanId.eq(Uuid::from(of)));
        if let Some(before) = before {
            query = query.filter(run::Column::FirstDay.lt(before.to_string()));
        }
        let rows = query.order_by_desc(run::Column::FirstDay).limit(limit).all(self.reader()).await;
        rows.map_err(failed("list the runs of a sampling plan"))?.into_iter().map(SamplingRun::of).collect()
    }
}

impl Transaction {
    /// Keeps a new plan.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_sampling_plan(&mut self, new: &SamplingPlan) -> Result<(), StoreError> {
        let insert = plan::Entity::insert(new.row()).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep a sampling plan"))
    }

    /// Changes a plan that has not ended, unless somebody was first: then false, and nothing is changed. `plan.revision` is the one
    /// that was read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_sampling_plan(&mut self, plan: &SamplingPlan) -> Result<bool, StoreError> {
        let mut row = plan.row();
        row.revision = Set(plan.revision + 1);
        let update = plan::Entity::update_many()
            .set(row)
            .filter(plan::Column::Id.eq(Uuid::from(plan.id)))
            .filter(plan::Column::Revision.eq(plan.revision))
            .filter(plan::Column::EndedAt.is_null())
            .exec(&self.inner)
            .await
            .map_err(failed("change a sampling plan"))?;
        Ok(update.rows_affected == 1)
    }

    /// Keeps what became of a period, as the plan was read; false where somebody ran it already, or changed the plan meanwhile: then
    /// nothing that goes with it may become true.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_sampling_run(
        &mut self,
        run: &SamplingRun,
        plan: &SamplingPlan,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO sampling_run (plan_id, first_day, at, outcome, draw_id, detail) \
                   SELECT id, $2, $3, $4, $5, $6 FROM sampling_plan WHERE id = $1 AND revision = $7 \
                   ON CONFLICT (plan_id, first_day) DO NOTHING";
        let values = vec![
            Uuid::from(run.plan).into(),
            run.first_day.to_string().into(),
            run.at.into(),
            run.outcome.as_str().into(),
            run.draw.map(Uuid::from).into(),
            run.detail.as_str().into(),
            plan.revision.into(),
        ];
        Ok(self.run("keep the run of a sampling plan", sql, values).await? == 1)
    }
}
