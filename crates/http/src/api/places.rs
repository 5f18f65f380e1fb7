//! Projects, teams and agents.

use axum::Json;
use axum::extract::State;
use lingjian_app::House;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Answer, Problem};
use crate::shape::Named;
use crate::who::Who;

/// Projects, teams and agents within reach.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Places {
    projects: Vec<Project>,
    teams: Vec<Named>,
    agents: Vec<Agent>,
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Project {
    id: String,
    name: String,
    category: Option<String>,
    client: Option<String>,
    zone: String,
}

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Agent {
    id: String,
    /// The number that calls carry.
    number: String,
    name: Option<String>,
    level: Option<String>,
    team: Option<String>,
}

/// Projects, teams and agents of the conversations within reach.
#[utoipa::path(get, path = "/api/v1/places", tag = "places", extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 200, body = Places), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Places>> {
    let places = house.places(&actor).await?;
    let project = |one: lingjian_app::store::Project| Project {
        id: one.id.to_string(),
        name: one.name,
        category: one.category,
        client: one.client,
        zone: one.zone,
    };
    let agent = |one: lingjian_app::store::Agent| Agent {
        id: one.id.to_string(),
        number: one.number,
        name: one.name,
        level: one.level,
        team: one.team.map(|id| id.to_string()),
    };
    Ok(Json(Places {
        projects: places.projects.into_iter().map(project).collect(),
        teams: places.teams.into_iter().map(|one| Named { id: one.id.to_string(), name: one.name }).collect(),
        agents: places.agents.into_iter().map(agent).collect(),
    }))
}
