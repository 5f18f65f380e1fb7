//! Standing plans: by which calls are drawn again and again.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use lingjian_app::House;
use lingjian_app::sampling::plans::{Days, NewPlan, Outcome, Period, PlanChange, PlanRow, Run};
use lingjian_app::sampling::{Wanted, Wishes};
use lingjian_model::{Direction, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::Object;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::conversation::known;
use super::draws::{DrawCard, ids, parts, strata, wanted};
use crate::contract::{Day, Directed, clean_name, one_of};
use crate::given::{Asking, Given};
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, Named, limit, revision, several, tagged, time};
use crate::who::Who;

/// How many days inspectors have, where nothing is said.
const DUE_DAYS: i64 = 3;
/// How many inspectors hear each call, where nothing is said.
const LISTENERS: usize = 1;

fn periods() -> Object {
    one_of(Period::ALL.map(Period::name))
}

fn outcomes() -> Object {
    one_of(Outcome::ALL.map(Outcome::name))
}

fn day(field: &'static str, text: &str) -> Answer<Date> {
    Date::strptime("%Y-%m-%d", text).map_err(|_| bad(field, "write a day: 2026-11-23"))
}

const fn one_listener() -> usize {
    LISTENERS
}

const fn three_days() -> i64 {
    DUE_DAYS
}

/// What is wished for of each period, as of a draw.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanWishes {
    /// inbound or outbound.
    #[serde(default)]
    #[schema(value_type = Option<Directed>, inline)]
    direction: Option<Direction>,
    /// Ids of teams.
    #[serde(default)]
    #[schema(max_items = 500)]
    teams: Vec<Uuid>,
    /// Ids of agents.
    #[serde(default)]
    #[schema(max_items = 500)]
    agents: Vec<Uuid>,
    /// Ids of rules, of which one hit.
    #[serde(default)]
    #[schema(max_items = 500)]
    rules: Vec<String>,
    /// At least this long.
    #[serde(default)]
    min_duration_ms: Option<i64>,
    /// Parted so that each part is heard: none, agent, team, queue, hour.
    #[schema(schema_with = parts)]
    strata: String,
    /// How many calls: this, or `share`. All there are, where a period has fewer.
    #[serde(default)]
    count: Option<u64>,
    /// Which share of them, above 0 and up to 1.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1)]
    share: Option<f64>,
    /// At least so many of each part: 3 of each agent a week, for example.
    #[serde(default)]
    minimum: u64,
    /// How far the machine's risk score guides the draw, 0 (not at all) to 0.7.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 0.7)]
    guidance: f64,
    /// The card's id.
    card: String,
    /// How many inspectors hear each call, each on their own: 1 where nothing is said.
    #[serde(default = "one_listener")]
    #[schema(minimum = 1, maximum = 20)]
    listeners: usize,
    /// Ids of users who are given them; nobody: they wait.
    #[serde(default)]
    #[schema(max_items = 500)]
    inspectors: Vec<Uuid>,
}

impl PlanWishes {
    fn wishes(self) -> Answer<Wishes> {
        Ok(Wishes {
            direction: self.direction,
            teams: ids(self.teams),
            agents: ids(self.agents),
            rules: self.rules,
            min_duration_ms: self.min_duration_ms,
            strata: strata(&self.strata)?,
            wanted: wanted(self.count, self.share)?,
            minimum: self.minimum,
            guidance: self.guidance,
            card: self.card,
            listeners: self.listeners,
            inspectors: ids(self.inspectors),
        })
    }
}

impl From<Wishes> for PlanWishes {
    fn from(wishes: Wishes) -> Self {
        let (count, share) = match wishes.wanted {
            Wanted::Count(count) => (Some(count), None),
            Wanted::Share(share) => (None, Some(share)),
        };
        Self {
            direction: wishes.direction,
            teams: wishes.teams.into_iter().map(Uuid::from).collect(),
            agents: wishes.agents.into_iter().map(Uuid::from).collect(),
            rules: wishes.rules,
            min_duration_ms: wishes.min_duration_ms,
            strata: wishes.strata.name().to_owned(),
            count,
            share,
            minimum: wishes.minimum,
            guidance: wishes.guidance,
            card: wishes.card,
            listeners: wishes.listeners,
            inspectors: wishes.inspectors.into_iter().map(Uuid::from).collect(),
        }
    }
}

/// What may be changed of a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanTold {
    #[schema(schema_with = clean_name)]
    name: String,
    wishes: PlanWishes,
    /// How many days inspectors have, counted from the day of the draw: 1–90, 3 where nothing is said.
    #[serde(default = "three_days")]
    #[schema(minimum = 1, maximum = 90)]
    due_days: i64,
    /// The period in which this day lies is the last; none: it has no end.
    #[serde(default)]
    #[schema(value_type = Option<Day>, inline)]
    until: Option<String>,
    /// Whether it draws nothing for now.
    #[serde(default)]
    paused: bool,
}

impl PlanTold {
    fn change(self) -> Answer<PlanChange> {
        Ok(PlanChange {
            name: self.name,
            wishes: self.wishes.wishes()?,
            due_days: self.due_days,
            last_day: self.until.map(|until| day("until", &until)).transpose()?,
            paused: self.paused,
        })
    }
}

/// A plan to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanMade {
    /// The project's id.
    project: Uuid,
    /// day or week; a week begins on Monday. In the project's zone.
    #[schema(schema_with = periods)]
    period: String,
    /// The period in which this day lies is the first; today where nothing is said, and never earlier.
    #[serde(default)]
    #[schema(value_type = Option<Day>, inline)]
    from: Option<String>,
    #[schema(schema_with = clean_name)]
    name: String,
    wishes: PlanWishes,
    /// How many days inspectors have, counted from the day of the draw: 1–90, 3 where nothing is said.
    #[serde(default = "three_days")]
    #[schema(minimum = 1, maximum = 90)]
    due_days: i64,
    /// The period in which this day lies is the last; none: it has no end.
    #[serde(default)]
    #[schema(value_type = Option<Day>, inline)]
    until: Option<String>,
    /// Whether it draws nothing for now.
    #[serde(default)]
    paused: bool,
}

impl PlanMade {
    fn new_plan(self) -> Answer<NewPlan> {
        let Self { project, period, from, name, wishes, due_days, until, paused } = self;
        let period = Period::from_name(&period).ok_or_else(|| bad("period", "write day or week"))?;
        Ok(NewPlan {
            project: project.into(),
            period,
            first_day: from.map(|from| day("from", &from)).transpose()?,
            change: PlanTold { name, wishes, due_days, until, paused }.change()?,
        })
    }
}

/// A period that was run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanRun {
    /// The first day of the period.
    from: String,
    /// Its last day.
    until: String,
    at: String,
    /// drawn; or why nothing was: `no_calls`, bound (a highest share), rights (in whose name it draws may no longer), card (it counts no
    /// longer), missed (nobody ran it in time), wrong (the wishes cannot be met).
    #[schema(schema_with = outcomes)]
    outcome: String,
    /// The draw's id.
    draw: Option<String>,
    /// How many calls were drawn.
    drawn: u64,
    /// Why nothing was: the bound in words, who may no longer, which card, what is wrong.
    reason: Option<String>,
    /// The names of inspectors who may judge calls of the project no longer: nothing went to them.
    left_out: Vec<String>,
    /// What it would have come to, where a bound forbade it, as `POST /draws/lay` says it.
    #[schema(value_type = Option<Object>)]
    planned: Option<Value>,
}

impl From<Run> for PlanRun {
    fn from(run: Run) -> Self {
        Self {
            from: run.days.first.to_string(),
            until: run.days.last().to_string(),
            at: time(run.at),
            outcome: run.outcome,
            draw: run.draw.map(|id| id.to_string()),
            drawn: run.detail.drawn,
            reason: run.detail.reason,
            left_out: run.detail.left_out,
            planned: run.detail.planned,
        }
    }
}

/// The period that is drawn next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanNext {
    /// Its first day.
    from: String,
    /// Its last day.
    until: String,
    /// When it is drawn: two hours after it ends.
    at: String,
}

impl From<(Days, i64)> for PlanNext {
    fn from((days, at): (Days, i64)) -> Self {
        Self { from: days.first.to_string(), until: days.last().to_string(), at: time(at) }
    }
}

/// A plan by which calls are drawn again and again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SamplingPlan {
    id: String,
    name: String,
    project: Named,
    /// day or week.
    #[schema(schema_with = periods)]
    period: &'static str,
    wishes: PlanWishes,
    card: DrawCard,
    /// Who is given what is drawn.
    inspectors: Vec<Named>,
    due_days: i64,
    /// The period in which this day lies is the first.
    from: String,
    /// The period in which this day lies is the last.
    until: Option<String>,
    paused: bool,
    /// None where it is paused, has ended, or its last period was run.
    next: Option<PlanNext>,
    /// The last period that was run.
    last: Option<PlanRun>,
    made_by: Named,
    made_at: String,
    /// Who changed it last, or made it: it draws in their name.
    changed_by: Named,
    changed_at: String,
    ended_at: Option<String>,
}

impl From<PlanRow> for SamplingPlan {
    fn from(PlanRow { plan, wishes, project, title, names, last, next }: PlanRow) -> Self {
        let named =
            |id: UserId| Named { id: id.to_string(), name: names.get(&id).cloned().unwrap_or_default() };
        Self {
            id: plan.id.to_string(),
            name: plan.name,
            project: Named { id: plan.project.to_string(), name: project },
            period: plan.period.name(),
            card: DrawCard { id: wishes.card.clone(), title: title.into() },
            inspectors: wishes.inspectors.iter().copied().map(named).collect(),
            wishes: wishes.into(),
            due_days: plan.due_days,
            from: plan.first_day.to_string(),
            until: plan.last_day.map(|day| day.to_string()),
            paused: plan.paused,
            next: next.map(PlanNext::from),
            last: last.map(PlanRun::from),
            made_by: named(plan.made_by),
            made_at: time(plan.made_at),
            changed_by: named(plan.changed_by),
            changed_at: time(plan.changed_at),
            ended_at: plan.ended_at.map(time),
        }
    }
}

fn shown(row: PlanRow) -> Response {
    tagged(row.plan.revision, SamplingPlan::from(row))
}

/// Which plans.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichPlans {
    /// Ids of projects, parted by commas.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    project: Option<String>,
}

/// Standing plans of projects within reach, by name; those that have ended come last.
#[utoipa::path(get, path = "/api/v1/sampling/plans", tag = "sampling_plans", params(WhichPlans),
    extensions(("x-permission" = json!("sampling.read"))),
    responses((status = 200, body = Items<SamplingPlan>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<WhichPlans>,
) -> Answer<Json<Items<SamplingPlan>>> {
    let projects = several("project", asked.project.as_deref(), |id| id.parse().ok())?;
    let rows = house.sampling_plans(&actor, &projects).await?;
    Ok(Json(rows.into_iter().map(SamplingPlan::from).collect()))
}

/// Make a standing plan. After the end of each period it draws by itself, in the name of whoever made or changed it last.
#[utoipa::path(post, path = "/api/v1/sampling/plans", tag = "sampling_plans", request_body = PlanMade,
    extensions(("x-permission" = json!("sampling.edit"))),
    responses((status = 201, body = SamplingPlan), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn make(
    State(house): State<House>,
    Who(actor): Who,
    Given(made): Given<PlanMade>,
) -> Answer<Response> {
    let row = house.add_sampling_plan(&actor, made.new_plan()?).await?;
    Ok((StatusCode::CREATED, shown(row)).into_response())
}

/// A standing plan.
#[utoipa::path(get, path = "/api/v1/sampling/plans/{id}", tag = "sampling_plans",
    params(("id" = Uuid, Path, description = "the plan")), extensions(("x-permission" = json!("sampling.read"))),
    responses((status = 200, body = SamplingPlan), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(shown(house.sampling_plan(&actor, known(&id)?.into()).await?))
}

/// Change a standing plan, pause it, or have it go on with the period of that day. `If-Match` carries the ETag that was read.
#[utoipa::path(put, path = "/api/v1/sampling/plans/{id}", tag = "sampling_plans", request_body = PlanTold,
    params(("id" = Uuid, Path, description = "the plan"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("sampling.edit"))),
    responses((status = 200, body = SamplingPlan), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn change(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(told): Given<PlanTold>,
) -> Answer<Response> {
    let revision = revision(&headers)?;
    Ok(shown(house.change_sampling_plan(&actor, known(&id)?.into(), revision, told.change()?).await?))
}

/// End a standing plan for good. What it drew stays, and so does it.
#[utoipa::path(delete, path = "/api/v1/sampling/plans/{id}", tag = "sampling_plans",
    params(("id" = Uuid, Path, description = "the plan")), extensions(("x-permission" = json!("sampling.edit"))),
    responses((status = 204, description = "it has ended"), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn end(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.end_sampling_plan(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which runs.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichRuns {
    /// `next` of the page before.
    #[param(value_type = Option<Day>, inline)]
    cursor: Option<String>,
    /// Rows of a page, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanRuns {
    items: Vec<PlanRun>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

/// What became of each period of a standing plan, the last first.
#[utoipa::path(get, path = "/api/v1/sampling/plans/{id}/runs", tag = "sampling_plans",
    params(("id" = Uuid, Path, description = "the plan"), WhichRuns), extensions(("x-permission" = json!("sampling.read"))),
    responses((status = 200, body = PlanRuns), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn runs(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    Asking(asked): Asking<WhichRuns>,
) -> Answer<Json<PlanRuns>> {
    let before = asked.cursor.map(|cursor| day("cursor", &cursor)).transpose()?;
    let (runs, next) = house.sampling_runs(&actor, known(&id)?.into(), before, limit(asked.limit)?).await?;
    let items = runs.into_iter().map(PlanRun::from).collect();
    Ok(Json(PlanRuns { items, next: next.map(|day| day.to_string()) }))
}
