//! Standing plans: of each day or week of a project calls are drawn by themselves, by the same wishes each time.

mod period;
mod running;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_model::{Action, DrawId, Permission, PlanId, ProjectId, UserId};
pub use lingjian_store::{Period, SamplingPlan};
use lingjian_store::{Project, SamplingRun};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use period::{CATCH_UP_MS, Days, SETTLING_MS};

use super::{Laid, Wanted, Wishes, bad};
use crate::audit::note;
use crate::{Actor, AppError, House, Title};

/// Days that inspectors have at most.
const MOST_DUE_DAYS: i64 = 90;
/// Plans of a house that have not ended.
const MOST: usize = 500;

const MISSING: AppError = AppError::NotFound { what: "sampling plan" };

/// What people say of a plan.
#[derive(Debug, Clone)]
pub struct PlanChange {
    /// Its name.
    pub name: String,
    /// What is wished for of each period.
    pub wishes: Wishes,
    /// How many days inspectors have from the day of the draw on.
    pub due_days: i64,
    /// The period in which it lies is the last; none: it has no end.
    pub last_day: Option<Date>,
    /// Whether it draws nothing for now.
    pub paused: bool,
}

/// A plan to be made.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// Of which project's calls.
    pub project: ProjectId,
    /// How often.
    pub period: Period,
    /// The period in which it lies is the first; today, where nothing is said.
    pub first_day: Option<Date>,
    /// What may be changed later.
    pub change: PlanChange,
}

/// What became of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Calls were drawn.
    Drawn,
    /// There were none that could be drawn.
    NoCalls,
    /// It would have gone beyond a highest share of its project's category.
    Bound,
    /// In whose name it draws may draw no longer.
    Rights,
    /// The card counts no longer.
    Card,
    /// Nobody ran it while it could be.
    Missed,
    /// The wishes cannot be met.
    Wrong,
}

impl Outcome {
    /// All there are.
    pub const ALL: [Self; 7] =
        [Self::Drawn, Self::NoCalls, Self::Bound, Self::Rights, Self::Card, Self::Missed, Self::Wrong];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::NoCalls => "no_calls",
            Self::Bound => "bound",
            Self::Rights => "rights",
            Self::Card => "card",
            Self::Missed => "missed",
            Self::Wrong => "wrong",
        }
    }
}

/// What belongs to an outcome.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// How many calls were drawn.
    pub drawn: u64,
    /// Why nothing was, in words.
    pub reason: Option<String>,
    /// Inspectors who may judge calls of the project no longer, by name: nothing went to them.
    pub left_out: Vec<String>,
    /// What it would have come to, where a bound forbade it: as [`Laid`] is written.
    pub planned: Option<Value>,
}

/// A period that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Which.
    pub days: Days,
    /// When.
    pub at: i64,
    /// What became of it, by its name.
    pub outcome: String,
    /// What was drawn, where something was.
    pub draw: Option<DrawId>,
    /// What belongs to it.
    pub detail: Detail,
}

/// A plan with what people want to know of it.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// The plan.
    pub plan: SamplingPlan,
    /// What is wished for of each period.
    pub wishes: Wishes,
    /// Its project's name.
    pub project: String,
    /// The card's name.
    pub title: Title,
    /// The names of who made it, who changed it, and who listens.
    pub names: BTreeMap<UserId, String>,
    /// The last period that was run.
    pub last: Option<Run>,
    /// The next, and when it is drawn; none where it is paused, has ended, or its last day is over.
    pub next: Option<(Days, i64)>,
}

fn zone_of(project: &Project) -> TimeZone {
    TimeZone::get(&project.zone).unwrap_or(TimeZone::UTC)
}

fn wishes_of(plan: &SamplingPlan) -> Result<Wishes, AppError> {
    serde_json::from_str(&plan.wishes)
        .map_err(|_| AppError::Internal("the wishes of a sampling plan cannot be read".to_owned()))
}

fn text_of(value: &impl Serialize) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(|error| AppError::Internal(error.to_string()))
}

fn run_of(plan: &SamplingPlan, run: SamplingRun) -> Run {
    Run {
        days: period::known(plan, run.first_day),
        at: run.at,
        outcome: run.outcome,
        draw: run.draw,
        detail: serde_json::from_str(&run.detail).unwrap_or_default(),
    }
}

impl PlanChange {
    /// The same as it can be kept; whether its wishes can be met, the house says.
    fn sensible(self, first_day: Date) -> Result<Self, AppError> {
        let name = self.name.trim().to_owned();
        if !(1..=100).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(bad("name", "write 1 to 100 characters"));
        }
        if !(1..=MOST_DUE_DAYS).contains(&self.due_days) {
            return Err(bad("due_days", format!("write 1 to {MOST_DUE_DAYS}")));
        }
        if self.last_day.is_some_and(|last| last < first_day) {
            return Err(bad("until", format!("it ends before it begins, on {first_day}")));
        }
        Ok(Self { name, ..self })
    }
}

impl House {
    /// Plans within reach, of these projects or of all.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn sampling_plans(
        &self,
        actor: &Actor,
        projects: &[ProjectId],
    ) -> Result<Vec<PlanRow>, AppError> {
        let reach = actor.reach(Permission::SamplingRead)?;
        self.plan_rows(self.store().sampling_plans(projects, &reach).await?).await
    }

    /// A plan.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn sampling_plan(&self, actor: &Actor, id: PlanId) -> Result<PlanRow, AppError> {
        let plan = self.plan_within(actor, id, Permission::SamplingRead).await?;
        self.plan_row(plan).await
    }

    /// Periods of a plan that were run, the last first: those before the one that begins on `before`, or all. And where the next
    /// page begins.
    ///
    /// # Errors
    /// Where there is no such plan within reach.
    pub async fn sampling_runs(
        &self,
        actor: &Actor,
        id: PlanId,
        before: Option<Date>,
        limit: u64,
    ) -> Result<(Vec<Run>, Option<Date>), AppError> {
        let plan = self.plan_within(actor, id, Permission::SamplingRead).await?;
        let mut runs = self.store().sampling_runs(id, before, limit + 1).await?;
        let more = runs.len() as u64 > limit;
        runs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = runs.last().filter(|_| more).map(|last| last.first_day);
        Ok((runs.into_iter().map(|run| run_of(&plan, run)).collect(), next))
    }

    /// Makes a plan. It draws of no period that was over before.
    ///
    /// # Errors
    /// Where they may not, or it makes no sense.
    pub async fn add_sampling_plan(&self, actor: &Actor, new: NewPlan) -> Result<PlanRow, AppError> {
        let project = self.drawn_of(actor, new.project).await?;
        let now = self.edge().now();
        let today = period::day_of(now, &zone_of(&project));
        let first_day = new.first_day.unwrap_or(today);
        if first_day < today {
            return Err(bad("from", format!("it cannot draw of what was before it; write {today} or later")));
        }
        let change = new.change.sensible(first_day)?;
        self.can_be_met(&project, &change.wishes).await?;
        if self.store().standing_plans().await?.len() >= MOST {
            return Err(AppError::Conflict(format!(
                "there are {MOST} plans, which is the most; end one first"
            )));
        }
        let plan = SamplingPlan {
            id: self.edge().fresh().into(),
            project: project.id,
            name: change.name,
            period: new.period,
            wishes: text_of(&change.wishes)?,
            due_days: change.due_days,
            first_day,
            last_day: change.last_day,
            paused: change.paused,
            ended_at: None,
            made_by: actor.user(),
            made_at: now,
            changed_by: actor.user(),
            changed_at: now,
            revision: 1,
        };
        let mut transaction = self.store().begin().await?;
        transaction.add_sampling_plan(&plan).await?;
        let (subject, detail) = (plan.id.to_string(), told_of(&plan));
        note(&mut transaction, actor, Action::SamplingPlanCreate, &subject, detail, now).await?;
        transaction.commit().await?;
        self.plan_row(plan).await
    }

    /// Changes a plan as it was read (`revision`): from then on it draws in their name. One that goes on after a pause begins with
    /// the period of that day.
    ///
    /// # Errors
    /// Where they may not, there is none, it has ended, somebody else was first, or it makes no sense.
    pub async fn change_sampling_plan(
        &self,
        actor: &Actor,
        id: PlanId,
        revision: i64,
        change: PlanChange,
    ) -> Result<PlanRow, AppError> {
        let plan = self.plan_within(actor, id, Permission::SamplingEdit).await?;
        let project = self.drawn_of(actor, plan.project).await?;
        if plan.ended_at.is_some() {
            return Err(AppError::Conflict("it has ended; make another".to_owned()));
        }
        let now = self.edge().now();
        let goes_on = plan.paused && !change.paused;
        let today = period::day_of(now, &zone_of(&project));
        let first_day = if goes_on { plan.first_day.max(today) } else { plan.first_day };
        let change = change.sensible(plan.first_day)?;
        // What was fine once can be paused whatever became of it since.
        if change.wishes != wishes_of(&plan)? {
            self.can_be_met(&project, &change.wishes).await?;
        }
        let changed = SamplingPlan {
            name: change.name,
            wishes: text_of(&change.wishes)?,
            due_days: change.due_days,
            first_day,
            last_day: change.last_day,
            paused: change.paused,
            changed_by: actor.user(),
            changed_at: now,
            revision,
            ..plan
        };
        self.keep_plan(actor, Action::SamplingPlanChange, &changed).await?;
        self.sampling_plan(actor, id).await
    }

    /// Ends a plan for good. What it drew stays, and so does it.
    ///
    /// # Errors
    /// Where they may not, there is none, or it has ended already.
    pub async fn end_sampling_plan(&self, actor: &Actor, id: PlanId) -> Result<(), AppError> {
        let plan = self.plan_within(actor, id, Permission::SamplingEdit).await?;
        if plan.ended_at.is_some() {
            return Err(AppError::Conflict("it has ended already".to_owned()));
        }
        let ended = SamplingPlan { ended_at: Some(self.edge().now()), ..plan };
        self.keep_plan(actor, Action::SamplingPlanEnd, &ended).await
    }

    async fn keep_plan(&self, actor: &Actor, action: Action, plan: &SamplingPlan) -> Result<(), AppError> {
        let mut transaction = self.store().begin().await?;
        if !transaction.change_sampling_plan(plan).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let (subject, detail) = (plan.id.to_string(), told_of(plan));
        note(&mut transaction, actor, action, &subject, detail, self.edge().now()).await?;
        Ok(transaction.commit().await?)
    }

    /// That wishes make sense, and can be met today.
    async fn can_be_met(&self, project: &Project, wishes: &Wishes) -> Result<(), AppError> {
        wishes.check()?;
        match wishes.wanted {
            Wanted::Count(0) if wishes.minimum == 0 => {
                return Err(bad("count", "write how many calls, or at least so many of each part"));
            }
            Wanted::Share(share) if !(share > 0.0 && share <= 1.0) => {
                return Err(bad("share", "write a share above 0 and up to 1"));
            }
            _ => {}
        }
        self.has_card(&wishes.card).await?;
        self.inspectors_of(project, &wishes.inspectors).await.map(drop)
    }

    /// A plan, where they may see it.
    async fn plan_within(
        &self,
        actor: &Actor,
        id: PlanId,
        permission: Permission,
    ) -> Result<SamplingPlan, AppError> {
        let reach = actor.reach(permission)?;
        let plan = self.store().sampling_plan(id).await?.ok_or(MISSING)?;
        if reach.covers(&super::of_project(plan.project)) { Ok(plan) } else { Err(MISSING) }
    }

    async fn plan_row(&self, plan: SamplingPlan) -> Result<PlanRow, AppError> {
        self.plan_rows(vec![plan]).await?.pop().ok_or(MISSING)
    }

    async fn plan_rows(&self, plans: Vec<SamplingPlan>) -> Result<Vec<PlanRow>, AppError> {
        let ids: Vec<PlanId> = plans.iter().map(|plan| plan.id).collect();
        let mut last = self.store().last_runs(&ids).await?;
        let cards = self.cards().await?;
        let mut rows = Vec::with_capacity(plans.len());
        for plan in plans {
            let wishes = wishes_of(&plan)?;
            let project = self.store().project(plan.project).await?;
            let who = [plan.made_by, plan.changed_by].into_iter().chain(wishes.inspectors.iter().copied());
            let names = self.store().display_names(who).await?;
            let card = cards.iter().find(|card| card.version.id == wishes.card);
            let unknown = || Title { zh: wishes.card.clone(), en: wishes.card.clone() };
            let title = card.map_or_else(unknown, |card| Title::of(&card.card.title));
            let last = last.remove(&plan.id).map(|run| run_of(&plan, run));
            let stands = !plan.paused && plan.ended_at.is_none();
            let next = period::next(&plan, last.as_ref().map(|run| run.days.first)).filter(|_| stands);
            let zone = project.as_ref().map_or(TimeZone::UTC, zone_of);
            let next = next.map(|days| (days, days.due(&zone)));
            let project = project.map(|one| one.name).unwrap_or_default();
            rows.push(PlanRow { wishes, project, title, names, last, next, plan });
        }
        Ok(rows)
    }
}

/// What the audit trail says of a plan.
fn told_of(plan: &SamplingPlan) -> Value {
    json!({ "name": plan.name, "project": plan.project, "period": plan.period.name(), "from": plan.first_day.to_string(),
        "until": plan.last_day.map(|day| day.to_string()), "paused": plan.paused })
}

/// A plan that was laid, as it is kept with a run.
fn kept_of(laid: &Laid) -> Value {
    serde_json::to_value(laid).unwrap_or_default()
}
