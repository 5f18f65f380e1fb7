//! Users.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::people::{NewUser, UserChange};
use lingjian_app::store::Account;
use lingjian_model::Post;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Array;
use uuid::Uuid;

use super::conversation::known;
use crate::contract::{name, some_of};
use crate::given::Given;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, revision, tagged, time};
use crate::who::Who;

/// Somebody who signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserOf {
    id: String,
    name: String,
    display_name: String,
    posts: Vec<&'static str>,
    /// Ids.
    projects: Vec<String>,
    /// Ids.
    teams: Vec<String>,
    /// Which agent they are in calls.
    agent: Option<String>,
    disabled: bool,
    locked_until: Option<String>,
    /// What `If-Match` carries.
    revision: i64,
}

impl From<&Account> for UserOf {
    fn from(account: &Account) -> Self {
        let person = &account.person;
        Self {
            id: person.id.to_string(),
            name: account.name.clone(),
            display_name: account.display_name.clone(),
            posts: person.posts.iter().map(|post| post.name()).collect(),
            projects: person.projects.iter().map(ToString::to_string).collect(),
            teams: person.teams.iter().map(ToString::to_string).collect(),
            agent: person.agent.map(|id| id.to_string()),
            disabled: account.disabled,
            locked_until: account.locked_until.map(time),
            revision: account.revision,
        }
    }
}

/// What of a user can be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserTold {
    /// What they sign in with: it stays as it is.
    #[serde(default, rename = "name")]
    _name: Option<String>,
    #[schema(schema_with = name)]
    display_name: String,
    #[schema(schema_with = posts)]
    posts: Vec<String>,
    #[serde(default)]
    projects: Vec<Uuid>,
    #[serde(default)]
    teams: Vec<Uuid>,
    #[serde(default)]
    agent: Option<Uuid>,
    #[serde(default)]
    disabled: bool,
}

/// What of a new user can be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUserTold {
    /// What they sign in with: letters, digits or . _ - @.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    #[schema(schema_with = name)]
    display_name: String,
    #[schema(schema_with = posts)]
    posts: Vec<String>,
    #[serde(default)]
    projects: Vec<Uuid>,
    #[serde(default)]
    teams: Vec<Uuid>,
    #[serde(default)]
    agent: Option<Uuid>,
    #[serde(default)]
    disabled: bool,
}

fn posts() -> Array {
    some_of(Post::ALL.iter().map(|post| post.name()), 1)
}

impl UserTold {
    fn change(self) -> Answer<UserChange> {
        let post =
            |name: &String| Post::from_name(name).ok_or_else(|| bad("posts", "has a post that there is not"));
        Ok(UserChange {
            posts: self.posts.iter().map(post).collect::<Result<_, _>>()?,
            display_name: self.display_name,
            projects: self.projects.into_iter().map(Into::into).collect(),
            teams: self.teams.into_iter().map(Into::into).collect(),
            agent: self.agent.map(Into::into),
            disabled: self.disabled,
        })
    }
}

/// A user with a password that is told once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Added {
    #[serde(flatten)]
    user: UserOf,
    password: String,
}

/// Users within reach.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", extensions(("x-permission" = json!("users.read"))),
    responses((status = 200, body = Items<UserOf>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<UserOf>>> {
    Ok(Json(house.users(&actor).await?.iter().map(UserOf::from).collect()))
}

/// Take somebody on. The password is told once.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = NewUserTold,
    extensions(("x-permission" = json!("users.edit"))),
    responses((status = 201, body = Added), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn add(
    State(house): State<House>,
    Who(actor): Who,
    Given(NewUserTold { name, display_name, posts, projects, teams, agent, disabled }): Given<NewUserTold>,
) -> Answer<Response> {
    let told = UserTold { _name: None, display_name, posts, projects, teams, agent, disabled };
    let (account, password) = house.add_user(&actor, NewUser { name, change: told.change()? }).await?;
    Ok((StatusCode::CREATED, Json(Added { user: UserOf::from(&account), password })).into_response())
}

/// A user.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = Uuid, Path, description = "the user")), extensions(("x-permission" = json!("users.read"))),
    responses((status = 200, body = UserOf), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Response> {
    let account = house.user(&actor, known(&id)?.into()).await?;
    Ok(tagged(account.revision, UserOf::from(&account)))
}

/// Change a user. `If-Match` carries the ETag that was read.
#[utoipa::path(put, path = "/api/v1/users/{id}", tag = "users", request_body = UserTold,
    params(("id" = Uuid, Path, description = "the user"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("users.edit"))),
    responses((status = 200, body = UserOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn change(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(told): Given<UserTold>,
) -> Answer<Response> {
    let account = house.change_user(&actor, known(&id)?.into(), revision(&headers)?, told.change()?).await?;
    Ok(tagged(account.revision, UserOf::from(&account)))
}

/// A password that is told once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Password {
    password: String,
}

/// Give a user a new password. Their sessions end.
#[utoipa::path(post, path = "/api/v1/users/{id}/password", tag = "users",
    params(("id" = Uuid, Path, description = "the user")), extensions(("x-permission" = json!("users.edit"))),
    responses((status = 200, body = Password), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn password(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Json<Password>> {
    Ok(Json(Password { password: house.reset_password(&actor, known(&id)?.into()).await? }))
}
