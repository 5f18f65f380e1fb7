//! Tokens for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::people::NewToken;
use lingjian_model::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Array;

use super::conversation::known;
use crate::contract::{Moment, name, some_of};
use crate::given::Given;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, instant, time};
use crate::who::Who;

/// A token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Token {
    id: String,
    name: String,
    permissions: Vec<&'static str>,
    created_at: String,
    last_used_at: Option<String>,
    expires_at: Option<String>,
}

impl From<lingjian_app::store::Token> for Token {
    fn from(token: lingjian_app::store::Token) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            permissions: token.permissions.iter().map(|one| one.name()).collect(),
            created_at: time(token.created_at),
            last_used_at: token.last_used_at.map(time),
            expires_at: token.expires_at.map(time),
        }
    }
}

/// What a token is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenTold {
    #[schema(schema_with = name)]
    name: String,
    /// What it may do at most: permissions that one has oneself.
    #[schema(schema_with = permissions)]
    permissions: Vec<String>,
    /// RFC 3339, or a day; in time to come; none: until it is deleted.
    #[serde(default)]
    #[schema(value_type = Option<Moment>, inline)]
    expires_at: Option<String>,
}

fn permissions() -> Array {
    some_of(Permission::ALL.iter().map(|permission| permission.name()), 1)
}

/// A token with its secret, which is told once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenMade {
    #[serde(flatten)]
    made: Token,
    /// What `Authorization: Bearer` carries.
    token: String,
}

/// One's own tokens.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", extensions(("x-permission" = json!("tokens.own"))),
    responses((status = 200, body = Items<Token>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<Token>>> {
    Ok(Json(house.tokens(&actor).await?.into_iter().map(Token::from).collect()))
}

/// Make a token. Its secret is told once.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = TokenTold,
    extensions(("x-permission" = json!("tokens.own"))),
    responses((status = 201, body = TokenMade), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn make(
    State(house): State<House>,
    Who(actor): Who,
    Given(told): Given<TokenTold>,
) -> Answer<Response> {
    let permission = |name: &String| {
        Permission::from_name(name).ok_or_else(|| bad("permissions", "has one that there is not"))
    };
    let new = NewToken {
        permissions: told.permissions.iter().map(permission).collect::<Result<_, _>>()?,
        expires_at: instant("expires_at", told.expires_at.as_deref(), &house.own_zone())?,
        name: told.name,
    };
    let (token, secret) = house.make_token(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(TokenMade { made: token.into(), token: secret })).into_response())
}

/// Delete a token: one's own, or anybody's for those who may.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens",
    params(("id" = uuid::Uuid, Path, description = "the token")), extensions(("x-permission" = json!("tokens.own"))),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn delete(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.delete_token(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
