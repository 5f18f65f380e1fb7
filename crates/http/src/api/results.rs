//! What the desk found, in figures.

use axum::Json;
use axum::extract::State;
use lingjian_app::House;
use lingjian_app::results::{self, Report, Verdict};
use lingjian_app::store::EvaluationFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::agreement::CardNamed;
use crate::contract::{Moment, Zone};
use crate::given::Asking;
use crate::problem::{Answer, Problem};
use crate::shape::{Title, instant, several};
use crate::who::Who;

/// Which evaluations are reported; several values of one kind are parted by commas.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The card's id.
    card: String,
    /// Ids of projects.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    project: Option<String>,
    /// Ids of teams.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    team: Option<String>,
    /// Ids of agents.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    agent: Option<String>,
    /// Ids of users who judged.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    inspector: Option<String>,
    /// Not listened to before: a day, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    from: Option<String>,
    /// Listened to before: a day, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    to: Option<String>,
    /// Whose days and weeks these are, as IANA names it. Else those of the one project that is asked for, else those of the house.
    #[param(value_type = Option<Zone>, inline)]
    zone: Option<String>,
}

/// A mean of totals, in points, and how sure it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mean {
    /// Of how many evaluations.
    count: u64,
    mean: Option<f64>,
    /// ± of 95 % (Student's t); none below two evaluations, or where all are alike.
    margin: Option<f64>,
}

impl From<results::Mean> for Mean {
    fn from(results::Mean { count, mean, margin }: results::Mean) -> Self {
        Self { count, mean, margin }
    }
}

/// A project, team or agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Group {
    id: String,
    name: String,
    #[serde(flatten)]
    mean: Mean,
    /// How many failed a fatal item.
    fatal: u64,
    /// Points above or below the rest: of an agent, the others of the team; of a team or project, all others of the report.
    difference: Option<f64>,
    /// Whether that can be told from chance: higher, lower, cannot-be-told; none where there is too little to compare.
    verdict: Option<&'static str>,
}

impl From<results::Group> for Group {
    fn from(group: results::Group) -> Self {
        let verdict = group.verdict.map(|verdict| match verdict {
            Verdict::Higher => "higher",
            Verdict::Lower => "lower",
            Verdict::CannotBeTold => "cannot-be-told",
        });
        let results::Group { id, name, mean, fatal, difference, .. } = group;
        Self { id, name, mean: mean.into(), fatal, difference, verdict }
    }
}

/// What an inspector did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Output {
    id: String,
    name: String,
    #[serde(flatten)]
    mean: Mean,
    sent: u64,
    /// Sent within a day of the listening.
    in_time: u64,
    /// Appealed against.
    appealed: u64,
    /// Changed after an appeal.
    changed: u64,
}

/// How an item was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fault {
    id: String,
    title: Title,
    fatal: bool,
    /// How many were asked it and judged it to apply.
    judged: u64,
    /// Not done at all.
    failed: u64,
    /// Done in part.
    partly: u64,
    /// Of all faults.
    share: f64,
    /// Of all faults, with those before it.
    cumulative: f64,
}

/// A week.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WeekReported {
    /// Its Monday.
    from: String,
    #[serde(flatten)]
    mean: Mean,
    /// Between which limits chance alone moves a week's mean: 2.66 times the mean distance of neighbours around the mean.
    #[schema(min_items = 2, max_items = 2)]
    limits: Option<[f64; 2]>,
    /// `beyond` the limits, or the end of a `run` of eight on one side: more than chance.
    signal: Option<&'static str>,
}

/// What all calls come to that draws chose from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Estimate {
    /// From how many drawn calls.
    count: u64,
    mean: f64,
    /// ± of 95 %.
    margin: Option<f64>,
}

/// What evaluations on a card came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Results {
    card: CardNamed,
    /// Whether there are more evaluations, listened to before, that are not in it: ask for a shorter time.
    more: bool,
    all: Mean,
    /// How many failed a fatal item.
    fatal: u64,
    /// The mean of all calls that draws chose from, each call that was heard by the weight with which it was drawn.
    estimate: Option<Estimate>,
    /// The most evaluations first.
    projects: Vec<Group>,
    teams: Vec<Group>,
    /// The lowest mean first.
    agents: Vec<Group>,
    inspectors: Vec<Output>,
    /// The most frequent first.
    faults: Vec<Fault>,
    /// The earliest first; those without evaluations are left out.
    weeks: Vec<WeekReported>,
}

fn all<To, From: Into<To>>(some: Vec<From>) -> Vec<To> {
    some.into_iter().map(Into::into).collect()
}

impl From<results::Output> for Output {
    fn from(output: results::Output) -> Self {
        let results::Output { id, name, mean, sent, in_time, appealed, changed } = output;
        Self { id: id.to_string(), name, mean: mean.into(), sent, in_time, appealed, changed }
    }
}

impl From<results::Fault> for Fault {
    fn from(fault: results::Fault) -> Self {
        let results::Fault { id, title, fatal, judged, failed, partly, share, cumulative } = fault;
        Self { id, title: title.into(), fatal, judged, failed, partly, share, cumulative }
    }
}

impl From<results::WeekOf> for WeekReported {
    fn from(week: results::WeekOf) -> Self {
        let results::WeekOf { from, mean, limits, signal } = week;
        let limits = limits.map(|(low, high)| [low, high]);
        Self { from: from.to_string(), mean: mean.into(), limits, signal }
    }
}

impl From<Report> for Results {
    fn from(Report { card, title, more, figures }: Report) -> Self {
        let estimate = figures.estimate.map(|results::Estimate { count, mean, margin }| Estimate {
            count,
            mean,
            margin,
        });
        Self {
            card: CardNamed { id: card, title: title.into() },
            more,
            all: figures.all.into(),
            fatal: figures.fatal,
            estimate,
            projects: all(figures.projects),
            teams: all(figures.teams),
            agents: all(figures.agents),
            inspectors: all(figures.inspectors),
            faults: all(figures.faults),
            weeks: all(figures.weeks),
        }
    }
}

/// What evaluations on a card came to, each by the revision that counts: by project, team, agent and inspector with how sure it is,
/// the faults that were most frequent, and week by week. Who only served calls gets nothing here. `docs/statistics.md` says what the
/// figures mean.
#[utoipa::path(get, path = "/api/v1/results", tag = "results", params(Asked),
    extensions(("x-permission" = json!("evaluations.read"))),
    responses((status = 200, body = Results), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<Results>> {
    let projects = several("project", asked.project.as_deref(), |id| id.parse().ok())?;
    let zone = house.zone(asked.zone.as_deref(), &projects).await?;
    let filter = EvaluationFilter {
        projects,
        teams: several("team", asked.team.as_deref(), |id| id.parse().ok())?,
        agents: several("agent", asked.agent.as_deref(), |id| id.parse().ok())?,
        inspectors: several("inspector", asked.inspector.as_deref(), |id| id.parse().ok())?,
        from: instant("from", asked.from.as_deref(), &zone)?,
        to: instant("to", asked.to.as_deref(), &zone)?,
        ..EvaluationFilter::default()
    };
    Ok(Json(house.results(&actor, &asked.card, &filter, zone).await?.into()))
}
