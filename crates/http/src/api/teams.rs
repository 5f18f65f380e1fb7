//! Teams and agents.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::places::{AgentChange, ShownTeam, TeamChange};
use lingjian_app::store::Agent;
use lingjian_model::Level;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::conversation::known;
use crate::contract::{clean_name, one_of, shape};
use crate::given::Given;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, Named, revision, tagged, time};
use crate::who::Who;

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamOf {
    id: String,
    /// As calls carry it.
    name: String,
    /// Names that it had: calls that carry one are still its own.
    former: Vec<String>,
    /// Team leaders who answer for it.
    leaders: Vec<Named>,
    /// How many agents are in it.
    agents: usize,
    archived_at: Option<String>,
    /// What `If-Match` carries.
    revision: i64,
}

impl From<ShownTeam> for TeamOf {
    fn from(ShownTeam { team, former, leaders, agents }: ShownTeam) -> Self {
        let leaders = leaders.into_iter().map(Named::from);
        Self {
            id: team.id.to_string(),
            name: team.name,
            former,
            leaders: leaders.collect(),
            agents,
            archived_at: team.archived_at.map(time),
            revision: team.revision,
        }
    }
}

impl IntoResponse for TeamOf {
    fn into_response(self) -> Response {
        tagged(self.revision, self)
    }
}

/// What of a team can be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamTold {
    #[schema(schema_with = clean_name)]
    name: String,
    /// No longer run: what it has stays, and what comes is taken.
    #[serde(default)]
    archived: bool,
}

impl From<TeamTold> for TeamChange {
    fn from(TeamTold { name, archived }: TeamTold) -> Self {
        Self { name, archived }
    }
}

/// Teams within reach.
#[utoipa::path(get, path = "/api/v1/teams", tag = "teams", extensions(("x-permission" = json!("teams.read"))),
    responses((status = 200, body = Items<TeamOf>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<TeamOf>>> {
    Ok(Json(house.teams(&actor).await?.into_iter().map(TeamOf::from).collect()))
}

/// Begin a team.
#[utoipa::path(post, path = "/api/v1/teams", tag = "teams", request_body = TeamTold,
    extensions(("x-permission" = json!("teams.edit"))),
    responses((status = 201, body = TeamOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn add(
    State(house): State<House>,
    Who(actor): Who,
    Given(told): Given<TeamTold>,
) -> Answer<Response> {
    let made = house.add_team(&actor, told.into()).await?;
    Ok((StatusCode::CREATED, TeamOf::from(made)).into_response())
}

/// A team.
#[utoipa::path(get, path = "/api/v1/teams/{id}", tag = "teams",
    params(("id" = Uuid, Path, description = "the team")), extensions(("x-permission" = json!("teams.read"))),
    responses((status = 200, body = TeamOf), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<TeamOf> {
    Ok(house.team(&actor, known(&id)?.into()).await?.into())
}

/// Settle a team: name, archived. `If-Match` carries the ETag that was read.
#[utoipa::path(put, path = "/api/v1/teams/{id}", tag = "teams", request_body = TeamTold,
    params(("id" = Uuid, Path, description = "the team"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("teams.edit"))),
    responses((status = 200, body = TeamOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn change(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(told): Given<TeamTold>,
) -> Answer<TeamOf> {
    Ok(house.change_team(&actor, known(&id)?.into(), revision(&headers)?, told.into()).await?.into())
}

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentOf {
    id: String,
    /// The number that calls carry.
    number: String,
    name: Option<String>,
    /// new, junior, middle, senior.
    level: Option<String>,
    /// The team's id.
    team: Option<String>,
    /// What `If-Match` carries.
    revision: i64,
}

impl From<Agent> for AgentOf {
    fn from(agent: Agent) -> Self {
        Self {
            id: agent.id.to_string(),
            number: agent.number,
            name: agent.name,
            level: agent.level,
            team: agent.team.map(|id| id.to_string()),
            revision: agent.revision,
        }
    }
}

impl IntoResponse for AgentOf {
    fn into_response(self) -> Response {
        tagged(self.revision, self)
    }
}

/// What of an agent can be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentTold {
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    /// new, junior, middle, senior.
    #[serde(default)]
    #[schema(value_type = Option<Levels>, inline)]
    level: Option<String>,
    /// The team's id: of calls from now on that name no team.
    #[serde(default)]
    team: Option<Uuid>,
}

shape! {
    Levels = one_of(Level::ALL.map(Level::name));
}

impl AgentTold {
    fn change(self) -> Answer<AgentChange> {
        let level = match self.level.as_deref() {
            None => None,
            Some(name) => Some(
                Level::from_name(name).ok_or_else(|| bad("level", "write new, junior, middle or senior"))?,
            ),
        };
        Ok(AgentChange { name: self.name, level, team: self.team.map(Into::into) })
    }
}

/// Agents within reach.
#[utoipa::path(get, path = "/api/v1/agents", tag = "teams", extensions(("x-permission" = json!("teams.read"))),
    responses((status = 200, body = Items<AgentOf>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn agents(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<AgentOf>>> {
    Ok(Json(house.agents(&actor).await?.into_iter().map(AgentOf::from).collect()))
}

/// An agent.
#[utoipa::path(get, path = "/api/v1/agents/{id}", tag = "teams",
    params(("id" = Uuid, Path, description = "the agent")), extensions(("x-permission" = json!("teams.read"))),
    responses((status = 200, body = AgentOf), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn agent(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<AgentOf> {
    Ok(house.agent(&actor, known(&id)?.into()).await?.into())
}

/// Settle an agent: name, level, team. Calls that were stay with the team they were made in.
#[utoipa::path(put, path = "/api/v1/agents/{id}", tag = "teams", request_body = AgentTold,
    params(("id" = Uuid, Path, description = "the agent"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("teams.edit"))),
    responses((status = 200, body = AgentOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn change_agent(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(told): Given<AgentTold>,
) -> Answer<AgentOf> {
    Ok(house.change_agent(&actor, known(&id)?.into(), revision(&headers)?, told.change()?).await?.into())
}
