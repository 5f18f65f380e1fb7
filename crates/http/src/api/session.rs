//! Signing in and out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponse, Response};
use lingjian_app::{Actor, House};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::given::Given;
use crate::problem::{Answer, Problem};
use crate::who::{COOKIE_NAME, From, Who};

/// Name and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    name: String,
    password: String,
}

/// Who is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    user: User,
    /// What they may do somewhere: what an interface offers.
    permissions: Vec<&'static str>,
    /// What requests of this session that change something carry as `X-CSRF-Token`; none for tokens.
    csrf: Option<String>,
    /// The program's version.
    version: &'static str,
    /// Whose days are counted where no project has its own, as IANA names it.
    zone: String,
}

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    id: String,
    name: String,
    display_name: String,
    posts: Vec<&'static str>,
}

impl Session {
    fn of(actor: &Actor, house: &House) -> Self {
        Self {
            user: User {
                id: actor.user().to_string(),
                name: actor.name.clone(),
                display_name: actor.display_name.clone(),
                posts: actor.authority.person.posts.iter().map(|post| post.name()).collect(),
            },
            permissions: actor.authority.permissions().map(|permission| permission.name()).collect(),
            csrf: actor.csrf.clone(),
            version: env!("CARGO_PKG_VERSION"),
            zone: house.store().zone().to_owned(),
        }
    }
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", extensions(("x-permission" = json!("signed in"))),
    responses((status = 200, body = Session), (status = 401, body = Problem)))]
pub(crate) async fn show(State(house): State<House>, Who(actor): Who) -> Json<Session> {
    Json(Session::of(&actor, &house))
}

/// Sign in. The session is a cookie; from the fifth wrong password on the account is locked for a while.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", extensions(("x-permission" = json!("anybody"))),
    request_body = Credentials,
    responses((status = 200, body = Session), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn begin(
    State(house): State<House>,
    From(caller): From,
    headers: HeaderMap,
    Given(credentials): Given<Credentials>,
) -> Answer<Response> {
    let signed_in = house.sign_in(&credentials.name, &credentials.password, &caller).await?;
    let cookie = cookie(COOKIE_NAME, &signed_in.cookie, "/", &headers);
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Json(Session::of(&signed_in.actor, &house))).into_response())
}

/// A cookie that only this server sees, until the browser ends. Lax: it comes along where a link leads here.
pub(crate) fn cookie(name: &str, value: &str, path: &str, headers: &HeaderMap) -> String {
    // The proxy before us says whether the browser speaks TLS with it.
    let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes() == b"https");
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}")
}

/// The same cookie gone.
pub(crate) fn no_cookie(name: &str, path: &str) -> String {
    format!("{name}=; Path={path}; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Sign out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", extensions(("x-permission" = json!("signed in"))),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn end(State(house): State<House>, Who(actor): Who) -> Answer<Response> {
    house.sign_out(&actor).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, no_cookie(COOKIE_NAME, "/"))])).into_response())
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    old: String,
    new: String,
}

/// Change one's own password. All sessions end.
#[utoipa::path(post, path = "/api/v1/session/password", tag = "session",
    extensions(("x-permission" = json!("signed in"))), request_body = NewPassword,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn password(
    State(house): State<House>,
    Who(actor): Who,
    Given(change): Given<NewPassword>,
) -> Answer<StatusCode> {
    house.change_password(&actor, &change.old, &change.new).await?;
    Ok(StatusCode::NO_CONTENT)
}
