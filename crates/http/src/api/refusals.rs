//! What imports did not take.

use axum::Json;
use axum::extract::State;
use lingjian_app::House;
use lingjian_app::store::{Refusal, RefusalKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contract::{one_of, shape};
use crate::given::Asking;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{cursor, limit, place, time};
use crate::who::Who;

/// Which of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// recordings, transcripts or calls.
    #[param(value_type = Option<Kinds>, inline)]
    kind: Option<String>,
    /// `next` of the page before.
    #[param(pattern = "^(?![7f]ff)[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// Rows of a page, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

shape! {
    Kinds = one_of(RefusalKind::ALL.map(RefusalKind::name));
}

/// Something that was not taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refused {
    id: String,
    /// When it was refused last.
    at: String,
    first_at: String,
    /// How often it came and was refused.
    times: i64,
    /// recordings, transcripts or calls.
    kind: String,
    /// The system it was said to come from.
    source: Option<String>,
    /// Who gave it.
    by: String,
    /// Its name within what was given.
    file: String,
    /// Counted from 1.
    line: Option<i64>,
    field: Option<String>,
    /// What is wrong with it.
    reason: String,
    /// What to do.
    advice: Option<String>,
}

/// A page of them, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedPage {
    items: Vec<Refused>,
    next: Option<String>,
}

impl From<Refusal> for Refused {
    fn from(one: Refusal) -> Self {
        Self {
            id: one.id.to_string(),
            at: time(one.at),
            first_at: time(one.first_at),
            times: one.times,
            kind: one.kind,
            source: one.source,
            by: one.actor_name,
            file: one.what.file,
            line: one.what.line,
            field: one.what.field,
            reason: one.what.reason,
            advice: one.what.advice,
        }
    }
}

/// What imports did not take and why, newest first.
#[utoipa::path(get, path = "/api/v1/intake/refusals", tag = "intake", params(Asked),
    extensions(("x-permission" = json!("work.read"))),
    responses((status = 200, body = RefusedPage), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<RefusedPage>> {
    let kind = asked
        .kind
        .as_deref()
        .map(|kind| {
            RefusalKind::from_name(kind).ok_or_else(|| bad("kind", "write recordings, transcripts or calls"))
        })
        .transpose()?;
    let after = place(asked.cursor.as_deref())?.map(|(at, id)| (at as i64, id.into()));
    let limit = limit(asked.limit)?;
    let refused = house.refusals(&actor, kind, after, limit).await?;
    let next = refused.last().filter(|_| refused.len() as u64 == limit);
    let next = next.map(|last| cursor((last.at as f64, last.id.into())));
    Ok(Json(RefusedPage { items: refused.into_iter().map(Refused::from).collect(), next }))
}
