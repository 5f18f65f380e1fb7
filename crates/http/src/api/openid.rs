//! Signing in where the house's people sign in anyway: there and back.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{HeaderMap, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::openid::{Leaving, Returning};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::conversation::known;
use super::session::{cookie, no_cookie};
use crate::given::Given;
use crate::problem::{Answer, Problem};
use crate::shape::{Items, Title, time};
use crate::who::{self, COOKIE_NAME, From, Who};

/// What a browser keeps while it is at the provider, and where it sends it.
const COOKIE: (&str, &str) = ("lingjian_openid", "/api/v1/openid");

/// Whether one can sign in elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Offer {
    /// What the button says; none: one signs in by password only.
    label: Option<Title>,
}

/// Whether one can sign in by OpenID Connect.
#[utoipa::path(get, path = "/api/v1/openid", tag = "openid", extensions(("x-permission" = json!("anybody"))),
    responses((status = 200, body = Offer)))]
pub(crate) async fn offer(State(house): State<House>) -> Json<Offer> {
    Json(Offer { label: house.openid().map(|provider| provider.label().clone().into()) })
}

/// Where one wants to arrive.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// A path of these pages.
    #[serde(default)]
    next: String,
}

/// Where the browser goes now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Way {
    url: String,
}

/// Begin to sign in by OpenID Connect: the browser goes to `url` and comes back signed in.
#[utoipa::path(post, path = "/api/v1/openid/begin", tag = "openid", request_body = Wish,
    extensions(("x-permission" = json!("anybody"))),
    responses((status = 200, body = Way), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 502, body = Problem)))]
pub(crate) async fn begin(
    State(house): State<House>,
    headers: HeaderMap,
    Given(wish): Given<Wish>,
) -> Answer<Response> {
    Ok(away(house.leave_for_openid(&wish.next, None).await?, &headers))
}

/// Join who one is at the provider to one's own account: the browser goes to `url` and comes back.
#[utoipa::path(post, path = "/api/v1/openid/join", tag = "openid", request_body = Wish,
    extensions(("x-permission" = json!("signed in"))),
    responses((status = 200, body = Way), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 502, body = Problem)))]
pub(crate) async fn join(
    State(house): State<House>,
    Who(actor): Who,
    headers: HeaderMap,
    Given(wish): Given<Wish>,
) -> Answer<Response> {
    Ok(away(house.leave_for_openid(&wish.next, Some(&actor)).await?, &headers))
}

fn away(Leaving { url, browser }: Leaving, headers: &HeaderMap) -> Response {
    let (name, path) = COOKIE;
    (AppendHeaders([(SET_COOKIE, cookie(name, &browser, path, headers))]), Json(Way { url })).into_response()
}

/// What the provider sends along.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Back {
    /// As it was sent there.
    #[serde(default)]
    state: String,
    /// What stands for whoever signed in; none where the provider refused.
    code: Option<String>,
}

/// Where the provider sends the browser back to. It goes on to the page that was wanted, or back with the problem's code.
#[utoipa::path(get, path = "/api/v1/openid/callback", tag = "openid", params(Back),
    extensions(("x-permission" = json!("anybody"))),
    responses((status = 303, description = "on to the page that was wanted, or back with `problem`, a code",
        headers(("Location" = String)))))]
pub(crate) async fn back(
    State(house): State<House>,
    From(caller): From,
    headers: HeaderMap,
    back: Result<Query<Back>, QueryRejection>,
) -> Answer<Response> {
    let (name, path) = COOKIE;
    let browser = who::cookie(&headers, name).map(str::to_owned);
    let Back { state, code } = back.map(|Query(back)| back).unwrap_or_default();
    let arrival = house.return_from_openid(Returning { state, code, browser }, &caller).await?;
    let mut answer = StatusCode::SEE_OTHER.into_response();
    let mut keep = vec![no_cookie(name, path)];
    let location = match &arrival.outcome {
        Ok(signed_in) => {
            keep.extend(signed_in.iter().map(|new| cookie(COOKIE_NAME, &new.cookie, "/", &headers)));
            arrival.next
        }
        Err(error) if arrival.joining => format!("{}?problem={}", arrival.next, error.code()),
        Err(error) => format!("/sign-in?problem={}", error.code()),
    };
    // What no header can hold, no browser can have asked for.
    let location = HeaderValue::from_str(&location).unwrap_or(HeaderValue::from_static("/"));
    answer.headers_mut().insert(LOCATION, location);
    for cookie in keep {
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    Ok(answer)
}

/// Who somebody is at a provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Identity {
    issuer: String,
    /// What the provider calls them, and nobody else.
    subject: String,
    since: String,
}

/// Who a user is at the provider: oneself, or anybody within reach.
#[utoipa::path(get, path = "/api/v1/users/{id}/identities", tag = "openid",
    params(("id" = Uuid, Path, description = "the user")), extensions(("x-permission" = json!("signed in"))),
    responses((status = 200, body = Items<Identity>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn identities(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Json<Items<Identity>>> {
    let identities = house.identities(&actor, known(&id)?.into()).await?.into_iter();
    let told = |(identity, at): (lingjian_app::store::Identity, i64)| Identity {
        issuer: identity.issuer,
        subject: identity.subject,
        since: time(at),
    };
    Ok(Json(identities.map(told).collect()))
}

/// Take away from a user who they are at the provider: from oneself, or for those who may change users from anybody.
#[utoipa::path(delete, path = "/api/v1/users/{id}/identities", tag = "openid",
    params(("id" = Uuid, Path, description = "the user")), extensions(("x-permission" = json!("signed in"))),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn part(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.part_from_openid(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
