//! The centre at a glance.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State as Shared;
use lingjian_app::store::{State, Tally as Counted};
use lingjian_app::{Group, House};
use serde::Serialize;
use utoipa::ToSchema;

use super::conversations::Asked;
use crate::given::Asking;
use crate::problem::{Answer, Problem};
use crate::shape::{Scores, Title};
use crate::who::Who;

/// Counts and mean scores.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tally {
    conversations: i64,
    judged: i64,
    /// Means over those that are judged.
    scores: Option<Scores>,
}

impl From<Counted> for Tally {
    fn from(counted: Counted) -> Self {
        let Counted { conversations, judged, scores, .. } = counted;
        Self { conversations, judged, scores: scores.map(Scores::from) }
    }
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Day {
    #[schema(example = "2026-11-02")]
    day: String,
    #[serde(flatten)]
    tally: Tally,
}

/// A project, a team or an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Part {
    id: String,
    name: String,
    /// The number that calls carry, of agents.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(flatten)]
    tally: Tally,
}

/// How often a rule hits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleHits {
    rule: String,
    /// None where the rule is gone.
    pack: Option<String>,
    title: Title,
    severity: &'static str,
    dimension: &'static str,
    /// What a hit is worth: tells praise from faults.
    points: f64,
    /// In how many conversations.
    conversations: i64,
    /// How often in all.
    hits: i64,
}

/// The centre at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overview {
    all: Tally,
    /// How many are in each state.
    states: BTreeMap<&'static str, i64>,
    /// The oldest first.
    days: Vec<Day>,
    /// Whose days these are.
    #[schema(example = "Asia/Shanghai")]
    zone: String,
    projects: Vec<Part>,
    teams: Vec<Part>,
    agents: Vec<Part>,
    rules: Vec<RuleHits>,
}

/// The centre at a glance: counts, coverage, scores over time, what was found most; as far as one reaches.
#[utoipa::path(get, path = "/api/v1/overview", tag = "overview", params(Asked),
    extensions(("x-permission" = json!("overview.read"))),
    responses((status = 200, body = Overview), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn show(
    Shared(house): Shared<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<Overview>> {
    let (search, zone) = asked.search(&house).await?;
    let overview = house.overview(&actor, &search.filter, &zone).await?;
    let part = |group: Group| Part {
        id: group.key,
        name: group.name,
        number: group.number,
        tally: group.tally.into(),
    };
    Ok(Json(Overview {
        all: overview.all.into(),
        states: {
            let mut states: BTreeMap<&'static str, i64> =
                State::ALL.iter().map(|state| (state.name(), 0)).collect();
            states.extend(overview.states.into_iter().map(|(state, count)| (state.name(), count)));
            states
        },
        days: overview
            .days
            .into_iter()
            .map(|group| Day { day: group.key, tally: group.tally.into() })
            .collect(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        projects: overview.projects.into_iter().map(part).collect(),
        teams: overview.teams.into_iter().map(part).collect(),
        agents: overview.agents.into_iter().map(part).collect(),
        rules: overview
            .rules
            .into_iter()
            .map(|one| RuleHits {
                rule: one.rule,
                pack: one.pack,
                title: one.title.into(),
                severity: one.severity,
                dimension: one.dimension,
                points: one.points,
                conversations: one.conversations,
                hits: one.hits,
            })
            .collect(),
    }))
}
