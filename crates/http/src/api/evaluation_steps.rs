//! What becomes of an evaluation, a step each.

use axum::extract::{Path, State};
use axum::http::header::HeaderMap;
use lingjian_app::House;
use lingjian_app::evaluations::Appealing;
use serde::Deserialize;
use utoipa::ToSchema;

use super::conversation::known;
use super::evaluations::{Evaluation, Moment};
use crate::given::Given;
use crate::problem::{Answer, Problem};
use crate::shape::revision;
use crate::who::Who;

/// Submit one's own draft: from now on it counts. Nothing may be missing. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/submit", tag = "evaluations",
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.write"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn submit(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Evaluation> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.submit_evaluation(&actor, id, changes).await?.into())
}

/// Send a result to whose call it was; they may appeal for seven days. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/send", tag = "evaluations",
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.write"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn send(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Evaluation> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.send_evaluation(&actor, id, changes).await?.into())
}

/// Accept a result. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/acknowledge", tag = "evaluations",
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.answer"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn acknowledge(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Evaluation> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.acknowledge_evaluation(&actor, id, changes).await?.into())
}

/// Why a result is not accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Appeal {
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    reason: String,
    /// Ids of items; all where none is named.
    #[serde(default)]
    items: Vec<String>,
    #[serde(default)]
    #[schema(max_items = 100)]
    evidence: Vec<Moment>,
}

/// Appeal against a result. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/appeal", tag = "evaluations", request_body = Appeal,
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.answer"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn appeal(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Appeal { reason, items, evidence }): Given<Appeal>,
) -> Answer<Evaluation> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    let evidence = evidence.into_iter().map(Into::into).collect();
    let appealing = Appealing { reason, items, evidence };
    Ok(house.appeal_evaluation(&actor, id, changes, appealing).await?.into())
}

/// Why an appeal is decided so.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    reason: String,
}

/// Turn an appeal down. Neither who judged nor who appealed decides. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/uphold", tag = "evaluations", request_body = Reason,
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.decide"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn uphold(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Reason { reason }): Given<Reason>,
) -> Answer<Evaluation> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.decide_evaluation(&actor, id, changes, false, reason).await?.into())
}

/// Grant an appeal: answered is the next revision, a draft of who decides. It takes `evaluations.write` too. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/change", tag = "evaluations", request_body = Reason,
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.decide"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn change(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Reason { reason }): Given<Reason>,
) -> Answer<Evaluation> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.decide_evaluation(&actor, id, changes, true, reason).await?.into())
}
