//! Sessions.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use lingjian_app::House;
use serde::Serialize;
use utoipa::ToSchema;

use super::conversation::known;
use crate::problem::{Answer, Problem};
use crate::shape::{Items, time};
use crate::who::Who;

/// A browser that is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionOf {
    id: String,
    created_at: String,
    last_seen_at: String,
    address: Option<String>,
    /// The program's name, as it says itself.
    agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

/// One's own sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", extensions(("x-permission" = json!("sessions.own"))),
    responses((status = 200, body = Items<SessionOf>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn sessions(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<SessionOf>>> {
    let sessions = house.sessions(&actor).await?.into_iter().map(|one| SessionOf {
        current: Some(one.id) == actor.session,
        id: one.id.to_string(),
        created_at: time(one.created_at),
        last_seen_at: time(one.last_seen_at),
        address: one.address,
        agent: one.program,
    });
    Ok(Json(sessions.collect()))
}

/// End a session: one's own, or anybody's for those who may.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "session",
    params(("id" = uuid::Uuid, Path, description = "the session")), extensions(("x-permission" = json!("sessions.own"))),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn end_session(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    house.end_session(&actor, known(&id)?.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
