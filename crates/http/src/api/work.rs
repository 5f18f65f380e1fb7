//! Background work.

use axum::Json;
use axum::extract::{Path, State};
use lingjian_app::House;
use lingjian_app::store::{Waiting, WorkState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::conversation::known;
use crate::contract::{one_of, shape};
use crate::given::Asking;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{limit, time};
use crate::who::Who;

/// Which pieces.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// waiting, running or failed.
    #[param(value_type = Option<States>, inline)]
    state: Option<String>,
    /// Rows, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

shape! {
    States = one_of(["waiting", "running", "failed"]);
}

/// What waits, runs and failed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Work {
    kinds: Vec<Load>,
    behind: Behind,
    items: Vec<Item>,
}

/// How much of a kind there is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Load {
    /// transcribe, analyse or judge.
    kind: &'static str,
    waiting: i64,
    running: i64,
    failed: i64,
    /// How long the conversations are that wait or are being worked on.
    length_ms: i64,
}

/// How far speech to text is behind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Behind {
    sound_ms: i64,
    /// Times real time, as of late in this process.
    speed: Option<f64>,
    /// When it will have caught up, if nothing more comes in.
    caught_up_at: Option<String>,
}

/// A piece of work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Item {
    id: String,
    kind: &'static str,
    conversation: String,
    /// What its source calls it.
    external_id: String,
    /// waiting, running or failed.
    state: &'static str,
    attempts: i64,
    run_after: String,
    /// Why it failed the last time.
    reason: Option<String>,
    created_at: String,
}

impl From<Waiting> for Item {
    fn from(one: Waiting) -> Self {
        Self {
            id: one.id.to_string(),
            kind: one.kind.name(),
            conversation: one.subject.to_string(),
            external_id: one.external_id,
            state: one.state.name(),
            attempts: one.attempts,
            run_after: time(one.run_after),
            reason: one.reason,
            created_at: time(one.created_at),
        }
    }
}

/// What waits, what runs, what failed and why, and how far behind speech to text is.
#[utoipa::path(get, path = "/api/v1/work", tag = "work", params(Asked),
    extensions(("x-permission" = json!("work.read"))),
    responses((status = 200, body = Work), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<Work>> {
    let only = match asked.state.as_deref() {
        None => None,
        Some("waiting") => Some(WorkState::Waiting),
        Some("running") => Some(WorkState::Running),
        Some("failed") => Some(WorkState::Resting),
        Some(_) => return Err(bad("state", "write waiting, running or failed")),
    };
    let work = house.work(&actor, only, limit(asked.limit)?).await?;
    let load = |load: &lingjian_app::store::Workload| Load {
        kind: load.kind.name(),
        waiting: load.waiting,
        running: load.running,
        failed: load.resting,
        length_ms: load.length_ms,
    };
    Ok(Json(Work {
        kinds: work.kinds.iter().map(load).collect(),
        behind: Behind {
            sound_ms: work.behind.sound_ms,
            speed: work.behind.speed,
            caught_up_at: work.behind.caught_up_at.map(time),
        },
        items: work.items.into_iter().map(Item::from).collect(),
    }))
}

/// How many pieces are tried again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Retried {
    retried: u64,
}

/// Try all again that failed.
#[utoipa::path(post, path = "/api/v1/work/retry", tag = "work", extensions(("x-permission" = json!("work.retry"))),
    responses((status = 200, body = Retried), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn retry_all(State(house): State<House>, Who(actor): Who) -> Answer<Json<Retried>> {
    Ok(Json(Retried { retried: house.retry_work(&actor, None).await? }))
}

/// Try a piece of work again that failed.
#[utoipa::path(post, path = "/api/v1/work/{id}/retry", tag = "work",
    params(("id" = uuid::Uuid, Path, description = "the piece of work")),
    extensions(("x-permission" = json!("work.retry"))),
    responses((status = 200, body = Retried), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn retry(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Json<Retried>> {
    Ok(Json(Retried { retried: house.retry_work(&actor, Some(known(&id)?.into())).await? }))
}
