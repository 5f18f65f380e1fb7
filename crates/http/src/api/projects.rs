//! Projects.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::places::{ProjectChange, ShownProject};
use lingjian_model::{Direction, RecordingStandard};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::conversation::known;
use crate::contract::{Directed, clean_name, shape};
use crate::given::Given;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, revision, tagged, time};
use crate::who::Who;

/// What was agreed on a project's recordings. What is not named is not checked.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Standard {
    /// How many channels.
    #[schema(minimum = 1, maximum = 64)]
    channels: Option<u16>,
    /// Endings of files that are taken: wav, mp3, …
    #[schema(value_type = Vec<Ending>, inline, max_items = 20)]
    formats: Vec<String>,
    /// Samples a second, at least.
    #[schema(minimum = 1000, maximum = 384_000)]
    min_sample_rate: Option<u32>,
    /// How a recording's file is named: a pattern with {id}, {agent}, {date}, …
    naming: Option<String>,
    /// The rule that proves the recording notice.
    announcement: Option<String>,
    /// How many days it is kept.
    #[schema(minimum = 1, maximum = 36_500)]
    retention_days: Option<u32>,
}

shape! {
    Ending = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9]{1,8}$")).build();
}

impl From<RecordingStandard> for Standard {
    fn from(agreed: RecordingStandard) -> Self {
        let RecordingStandard { channels, formats, min_sample_rate, naming, announcement, retention_days } =
            agreed;
        Self { channels, formats, min_sample_rate, naming, announcement, retention_days }
    }
}

impl From<Standard> for RecordingStandard {
    fn from(told: Standard) -> Self {
        let Standard { channels, formats, min_sample_rate, naming, announcement, retention_days } = told;
        let text =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let (naming, announcement) = (text(naming), text(announcement));
        Self { channels, formats, min_sample_rate, naming, announcement, retention_days }
    }
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectOf {
    id: String,
    /// As calls carry it.
    name: String,
    /// Names that it had: calls that carry one are still its own.
    former: Vec<String>,
    category: Option<String>,
    client: Option<String>,
    /// inbound, outbound; both where none is named.
    direction: Option<&'static str>,
    /// IANA time zone.
    zone: String,
    recording: Standard,
    /// Ids of the packs that judge its calls, as their heads say.
    packs: Vec<String>,
    archived_at: Option<String>,
    /// What `If-Match` carries.
    revision: i64,
}

impl From<ShownProject> for ProjectOf {
    fn from(ShownProject { project, former, packs }: ShownProject) -> Self {
        Self {
            id: project.id.to_string(),
            name: project.name,
            former,
            category: project.category,
            client: project.client,
            direction: project.direction.map(Direction::name),
            zone: project.zone,
            recording: project.recording.into(),
            packs,
            archived_at: project.archived_at.map(time),
            revision: project.revision,
        }
    }
}

impl IntoResponse for ProjectOf {
    fn into_response(self) -> Response {
        tagged(self.revision, self)
    }
}

/// What of a project can be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectTold {
    #[schema(schema_with = clean_name)]
    name: String,
    #[serde(default)]
    #[schema(max_length = 100)]
    category: Option<String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    client: Option<String>,
    /// inbound, outbound; both where none is named.
    #[serde(default)]
    #[schema(value_type = Option<Directed>, inline)]
    direction: Option<String>,
    /// IANA time zone.
    #[schema(format = "time-zone")]
    zone: String,
    #[serde(default)]
    recording: Standard,
    /// No longer run: what it has stays, and what comes is taken.
    #[serde(default)]
    archived: bool,
}

impl ProjectTold {
    fn change(self) -> Answer<ProjectChange> {
        let direction = match self.direction.as_deref() {
            None => None,
            Some(name) => Some(
                Direction::from_name(name).ok_or_else(|| bad("direction", "write inbound or outbound"))?,
            ),
        };
        Ok(ProjectChange {
            name: self.name,
            category: self.category,
            client: self.client,
            direction,
            zone: self.zone,
            recording: self.recording.into(),
            archived: self.archived,
        })
    }
}

/// Projects within reach.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", extensions(("x-permission" = json!("projects.read"))),
    responses((status = 200, body = Items<ProjectOf>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<ProjectOf>>> {
    Ok(Json(house.projects(&actor).await?.into_iter().map(ProjectOf::from).collect()))
}

/// Begin a project.
#[utoipa::path(post, path = "/api/v1/projects", tag = "projects", request_body = ProjectTold,
    extensions(("x-permission" = json!("projects.edit"))),
    responses((status = 201, body = ProjectOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn add(
    State(house): State<House>,
    Who(actor): Who,
    Given(told): Given<ProjectTold>,
) -> Answer<Response> {
    let made = house.add_project(&actor, told.change()?).await?;
    Ok((StatusCode::CREATED, ProjectOf::from(made)).into_response())
}

/// A project.
#[utoipa::path(get, path = "/api/v1/projects/{id}", tag = "projects",
    params(("id" = Uuid, Path, description = "the project")), extensions(("x-permission" = json!("projects.read"))),
    responses((status = 200, body = ProjectOf), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<ProjectOf> {
    Ok(house.project(&actor, known(&id)?.into()).await?.into())
}

/// Settle a project: name, category, standard, archived. `If-Match` carries the ETag that was read.
#[utoipa::path(put, path = "/api/v1/projects/{id}", tag = "projects", request_body = ProjectTold,
    params(("id" = Uuid, Path, description = "the project"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("projects.edit"))),
    responses((status = 200, body = ProjectOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn change(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(told): Given<ProjectTold>,
) -> Answer<ProjectOf> {
    Ok(house.change_project(&actor, known(&id)?.into(), revision(&headers)?, told.change()?).await?.into())
}
