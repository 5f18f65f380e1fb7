//! What has come of one's uploads. How their bytes come in: `tus.rs`.

use axum::Json;
use axum::extract::{Path, State};
use lingjian_app::House;
use lingjian_app::uploads::{Outcome as Became, Why};
use lingjian_model::ImportId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::conversation::known;
use crate::given::Asking;
use crate::problem::{Answer, Problem};
use crate::shape::{Items, limit, time};
use crate::who::Who;

/// A file on its way in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Upload {
    id: String,
    /// Its name, as it was told.
    name: String,
    /// How many bytes it has.
    length: i64,
    /// How many of them are here.
    received: i64,
    /// receiving, received (it waits to be taken in), taken or refused.
    state: &'static str,
    created_at: String,
    /// When it is forgotten if nothing more comes of it.
    expires_at: String,
    /// What became of it; none before it is taken or refused.
    outcome: Option<Outcome>,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outcome {
    /// Calls that were not known.
    new: u64,
    /// Calls of which more is known now.
    more: u64,
    /// Calls of which all was known.
    same: u64,
    /// What was not taken.
    refused: u64,
    /// The first hundred of those, with their reasons.
    refusals: Vec<Refusal>,
    /// The call, where the file held one.
    conversation: Option<String>,
}

/// Why something was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refusal {
    /// Counted from 1.
    line: Option<u64>,
    /// In characters, counted from 1.
    column: Option<u32>,
    field: Option<String>,
    reason: String,
    /// What to do.
    advice: Option<String>,
}

impl From<Why> for Refusal {
    fn from(Why { line, column, field, reason, advice }: Why) -> Self {
        Self { line, column, field, reason, advice }
    }
}

impl Upload {
    pub(crate) fn of(house: &House, upload: lingjian_app::store::Upload) -> Self {
        let outcome = upload.outcome.as_deref().and_then(|text| serde_json::from_str::<Became>(text).ok());
        let outcome = outcome.map(|Became { new, more, same, refused, refusals, conversation }| Outcome {
            new,
            more,
            same,
            refused,
            refusals: refusals.into_iter().map(Refusal::from).collect(),
            conversation: conversation.map(|id| id.to_string()),
        });
        Self {
            id: upload.id.to_string(),
            expires_at: time(house.upload_expires(&upload)),
            name: upload.name,
            length: upload.length,
            received: upload.received,
            state: upload.state.name(),
            created_at: time(upload.created_at),
            outcome,
        }
    }
}

/// How many.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Rows, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

/// One's uploads, newest first.
#[utoipa::path(get, path = "/api/v1/uploads", tag = "uploads", params(Asked),
    extensions(("x-permission" = json!("conversations.import"))),
    responses((status = 200, body = Items<Upload>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<Items<Upload>>> {
    let uploads = house.uploads(&actor, limit(asked.limit)?).await?;
    Ok(Json(uploads.into_iter().map(|one| Upload::of(&house, one)).collect()))
}

/// An upload of one's own, and what became of it.
#[utoipa::path(get, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = uuid::Uuid, Path, description = "the upload")),
    extensions(("x-permission" = json!("conversations.import"))),
    responses((status = 200, body = Upload), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Json<Upload>> {
    let upload = house.upload(&actor, ImportId(known(&id)?)).await?;
    Ok(Json(Upload::of(&house, upload)))
}
