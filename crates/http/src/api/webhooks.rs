//! Addresses that are told what happens.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::store::ChangeKind;
use lingjian_app::webhooks::{OUTWARD, Standing, WebhookChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Array;
use uuid::Uuid;

use super::conversation::known;
use crate::contract::{clean_name, some_of};
use crate::given::Given;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, revision, tagged, time};
use crate::who::Who;

/// An address that is told what happens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhook {
    id: String,
    name: String,
    url: String,
    /// Calls of this project only; none: of the whole house.
    project: Option<String>,
    /// conversation.received, conversation.transcribed, conversation.judged, work.failed.
    events: Vec<&'static str>,
    active: bool,
    /// idle, telling (there may be something left to be told), failing (it is tried again) or resting (a person must have it
    /// tried again).
    state: &'static str,
    /// Changes of any kind since the last that it was told.
    behind: i64,
    /// When it took something last.
    told_at: Option<String>,
    /// How often what is to be told next has failed.
    attempts: i64,
    /// Why, the last time.
    reason: Option<String>,
    /// When it is tried again.
    next_at: Option<String>,
    created_at: String,
}

impl From<Standing> for Webhook {
    fn from(Standing { webhook, behind }: Standing) -> Self {
        let state = match &webhook {
            one if one.resting => "resting",
            one if one.attempts > 0 => "failing",
            _ if behind > 0 => "telling",
            _ => "idle",
        };
        Self {
            id: webhook.id.to_string(),
            name: webhook.name,
            url: webhook.url,
            project: webhook.project.map(|id| id.to_string()),
            events: webhook.kinds.iter().map(|kind| kind.name()).collect(),
            active: webhook.active,
            state,
            behind,
            told_at: webhook.told_at.map(time),
            attempts: webhook.attempts,
            reason: webhook.reason,
            next_at: (state == "failing").then(|| time(webhook.run_after)),
            created_at: time(webhook.created_at),
        }
    }
}

/// What an address is told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookTold {
    #[schema(schema_with = clean_name)]
    name: String,
    /// On a host that the configuration allows.
    url: String,
    /// Calls of this project only; none: of the whole house.
    #[serde(default)]
    project: Option<Uuid>,
    /// conversation.received, conversation.transcribed, conversation.judged, work.failed.
    #[schema(schema_with = events)]
    events: Vec<String>,
    #[serde(default = "yes")]
    active: bool,
}

fn events() -> Array {
    some_of(OUTWARD.map(ChangeKind::name), 1)
}

const fn yes() -> bool {
    true
}

impl WebhookTold {
    fn change(self) -> Answer<WebhookChange> {
        let outward = |name: &String| {
            let kind = ChangeKind::from_name(name).filter(|kind| OUTWARD.contains(kind));
            kind.ok_or_else(|| bad("events", "has one that is not told outside"))
        };
        Ok(WebhookChange {
            kinds: self.events.iter().map(outward).collect::<Result<_, _>>()?,
            name: self.name,
            url: self.url,
            project: self.project.map(Into::into),
            active: self.active,
        })
    }
}

/// A webhook with its secret, which is told once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookMade {
    #[serde(flatten)]
    made: Webhook,
    /// What signs what is sent.
    secret: String,
}

/// All webhooks, with what keeps them from being told.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks",
    extensions(("x-permission" = json!("webhooks.edit"))),
    responses((status = 200, body = Items<Webhook>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<Webhook>>> {
    Ok(Json(house.webhooks(&actor).await?.into_iter().map(Webhook::from).collect()))
}

/// Make a webhook: it is told what happens from now on. Its secret is told once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = WebhookTold,
    extensions(("x-permission" = json!("webhooks.edit"))),
    responses((status = 201, body = WebhookMade), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn make(
    State(house): State<House>,
    Who(actor): Who,
    Given(told): Given<WebhookTold>,
) -> Answer<Response> {
    let (made, secret) = house.add_webhook(&actor, told.change()?).await?;
    Ok((StatusCode::CREATED, Json(WebhookMade { made: made.into(), secret })).into_response())
}

/// A webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = Uuid, Path, description = "the webhook")), extensions(("x-permission" = json!("webhooks.edit"))),
    responses((status = 200, body = Webhook), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Response> {
    Ok(shown(house.webhook(&actor, known(&id)?.into()).await?))
}

/// Change a webhook. `If-Match` carries the ETag that was read. What failed is tried again.
#[utoipa::path(put, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    request_body = WebhookTold,
    params(("id" = Uuid, Path, description = "the webhook"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("webhooks.edit"))),
    responses((status = 200, body = Webhook), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn change(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(told): Given<WebhookTold>,
) -> Answer<Response> {
    let changed =
        house.change_webhook(&actor, known(&id)?.into(), revision(&headers)?, told.change()?).await?;
    Ok(shown(changed))
}

fn shown(standing: Standing) -> Response {
    tagged(standing.webhook.revision, Webhook::from(standing))
}

/// Have a webhook tried again at once: what it was not told comes first.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/retry", tag = "webhooks",
    params(("id" = Uuid, Path, description = "the webhook")), extensions(("x-permission" = json!("webhooks.edit"))),
    responses((status = 204, description = "it is tried"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn retry(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.retry_webhook(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pass over the message that a webhook does not take, for good, and go on with the next.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/skip", tag = "webhooks",
    params(("id" = Uuid, Path, description = "the webhook")), extensions(("x-permission" = json!("webhooks.edit"))),
    responses((status = 204, description = "it goes on behind it"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn skip(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.skip_webhook(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a webhook. What it has not been told yet it will not be told.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = Uuid, Path, description = "the webhook")), extensions(("x-permission" = json!("webhooks.edit"))),
    responses((status = 204, description = "it is gone"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn delete(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.delete_webhook(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
