//! Whether the server lives, can answer, and how it fares.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use lingjian_app::{Awaited, House};

use crate::problem::Answer;

/// The process lives.
#[utoipa::path(get, path = "/health", tag = "operation", extensions(("x-permission" = json!("anybody"))),
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers too, and the rules are read.
#[utoipa::path(get, path = "/ready", tag = "operation", extensions(("x-permission" = json!("anybody"))),
    responses((status = 200, body = String, content_type = "text/plain"),
        (status = 503, body = String, content_type = "text/plain")))]
pub(crate) async fn ready(State(house): State<House>) -> Response {
    match house.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let told = match error {
                Awaited::Database(_) => "the database does not answer\n",
                Awaited::Rules => "the rules are being read\n",
            };
            (StatusCode::SERVICE_UNAVAILABLE, told).into_response()
        }
    }
}

/// Figures for Prometheus: how much waits, runs and failed, how much room is left. No names, no words.
#[utoipa::path(get, path = "/metrics", tag = "operation", extensions(("x-permission" = json!("anybody"))),
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(house): State<House>) -> Answer<Response> {
    let mut text = String::from("# TYPE lingjian_work gauge\n");
    for load in house.workload().await? {
        let kind = load.kind.name();
        for (state, count) in [("waiting", load.waiting), ("running", load.running), ("failed", load.resting)]
        {
            writeln!(text, "lingjian_work{{kind=\"{kind}\",state=\"{state}\"}} {count}").unwrap_or_default();
        }
    }
    if let Some(room) = house.blobs().room() {
        writeln!(text, "# TYPE lingjian_room_bytes gauge\nlingjian_room_bytes {room}").unwrap_or_default();
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
