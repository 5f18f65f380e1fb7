//! Views of the list of conversations.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use lingjian_app::store::{SavedView, Shared};
use lingjian_app::views::ViewChange;
use lingjian_app::{Actor, House};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, Object, ObjectBuilder, Type};
use uuid::Uuid;

use super::conversation::known;
use crate::contract::{one_of, shape};
use crate::given::Given;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, revision};
use crate::who::Who;

/// A view: filters and columns under a name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct View {
    id: String,
    name: String,
    /// Filters and order, as the address of the list carries them.
    choice: BTreeMap<String, String>,
    columns: Vec<String>,
    /// own, team or house.
    shared: &'static str,
    /// The team that it is shared with.
    team: Option<String>,
    /// Whether who asks made it, and may change it.
    own: bool,
    /// What `If-Match` carries.
    revision: i64,
}

impl View {
    fn of(view: SavedView, actor: &Actor) -> Self {
        let (shared, team) = match view.shared {
            Shared::Own => ("own", None),
            Shared::Team(team) => ("team", Some(team.to_string())),
            Shared::House => ("house", None),
        };
        Self {
            id: view.id.to_string(),
            name: view.name,
            choice: view.choice,
            columns: view.columns,
            shared,
            team,
            own: view.owner == actor.user(),
            revision: view.revision,
        }
    }
}

/// What of a view can be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ViewTold {
    #[schema(min_length = 1, max_length = 60, pattern = r"\S")]
    name: String,
    /// Filters and order, as the address of the list carries them.
    #[serde(default)]
    #[schema(schema_with = choices)]
    choice: BTreeMap<String, String>,
    #[serde(default)]
    #[schema(schema_with = columns)]
    columns: Vec<String>,
    /// own, team or house; own where nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<Circles>, inline)]
    shared: Option<String>,
    /// The team that it is shared with.
    #[serde(default)]
    team: Option<Uuid>,
}

/// What an address calls a part of itself.
fn key() -> Object {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[a-z_]{0,40}$")).build()
}

fn choices() -> Object {
    let value = ObjectBuilder::new().schema_type(Type::String).max_length(Some(2000));
    let choices = ObjectBuilder::new().schema_type(Type::Object).property_names(Some(key()));
    choices.additional_properties(Some(value)).max_properties(Some(40)).build()
}

fn columns() -> Array {
    ArrayBuilder::new().items(key()).max_items(Some(40)).build()
}

shape! {
    Circles = one_of(["own", "team", "house"]);
}

impl ViewTold {
    fn change(self) -> Answer<ViewChange> {
        let shared = match (self.shared.as_deref(), self.team) {
            (None | Some("own"), None) => Shared::Own,
            (Some("house"), None) => Shared::House,
            (Some("team"), Some(team)) => Shared::Team(team.into()),
            _ => return Err(bad("shared", "write own or house, or team with the team's id")),
        };
        Ok(ViewChange { name: self.name, choice: self.choice, columns: self.columns, shared })
    }
}

/// Views that one made, and that others share with one.
#[utoipa::path(get, path = "/api/v1/views", tag = "views", extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 200, body = Items<View>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<View>>> {
    let views = house.views(&actor).await?;
    Ok(Json(views.into_iter().map(|view| View::of(view, &actor)).collect()))
}

/// Keep a view.
#[utoipa::path(post, path = "/api/v1/views", tag = "views", request_body = ViewTold,
    extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 201, body = View), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn add(
    State(house): State<House>,
    Who(actor): Who,
    Given(told): Given<ViewTold>,
) -> Answer<Response> {
    let view = house.add_view(&actor, told.change()?).await?;
    Ok((StatusCode::CREATED, Json(View::of(view, &actor))).into_response())
}

/// Change a view of one's own. `If-Match` carries its revision.
#[utoipa::path(put, path = "/api/v1/views/{id}", tag = "views", request_body = ViewTold,
    params(("id" = Uuid, Path, description = "the view"), ("If-Match" = String, Header, description = "its revision")),
    extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 200, body = View), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn change(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(told): Given<ViewTold>,
) -> Answer<Json<View>> {
    let view = house.change_view(&actor, known(&id)?.into(), revision(&headers)?, told.change()?).await?;
    Ok(Json(View::of(view, &actor)))
}

/// Delete a view of one's own.
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "views",
    params(("id" = Uuid, Path, description = "the view")), extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn delete(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.delete_view(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
