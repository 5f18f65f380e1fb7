//! What becomes of a coaching sheet, a step each.

use axum::extract::{Path, State};
use axum::http::header::HeaderMap;
use lingjian_app::House;
use lingjian_model::coaching::Effect;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;
use uuid::Uuid;

use super::coaching::Coaching;
use super::conversation::known;
use crate::contract::one_of;
use crate::given::Given;
use crate::problem::{Answer, Problem};
use crate::shape::revision;
use crate::who::Who;

/// Put one's own sheet before the agent, after talking with them: problem, root cause, discussion, agreement and due time are there. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/coaching/{id}/hold", tag = "coaching",
    params(("id" = Uuid, Path, description = "the sheet"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("coaching.write"))),
    responses((status = 200, body = Coaching), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn hold(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Coaching> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.hold_coaching(&actor, id, changes).await?.into())
}

/// What the agent says to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signed {
    #[serde(default)]
    #[schema(max_length = 4000)]
    comment: String,
}

/// Sign a sheet of one's own. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/coaching/{id}/sign", tag = "coaching", request_body = Signed,
    params(("id" = Uuid, Path, description = "the sheet"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("coaching.sign"))),
    responses((status = 200, body = Coaching), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn sign(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Signed { comment }): Given<Signed>,
) -> Answer<Coaching> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.sign_coaching(&actor, id, changes, comment).await?.into())
}

/// Why a sheet is not accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disputed {
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    reason: String,
}

/// Dispute a sheet of one's own: the coach has it again. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/coaching/{id}/dispute", tag = "coaching", request_body = Disputed,
    params(("id" = Uuid, Path, description = "the sheet"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("coaching.sign"))),
    responses((status = 200, body = Coaching), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn dispute(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Disputed { reason }): Given<Disputed>,
) -> Answer<Coaching> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.dispute_coaching(&actor, id, changes, reason).await?.into())
}

/// What was listened to again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowedUp {
    /// An evaluation of the same agent that was sent; its newest revision that was is taken.
    evaluation: Uuid,
}

/// Put an evaluation beside it, of a call of the same agent that was listened to after they signed, on the same card. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/coaching/{id}/follow", tag = "coaching", request_body = FollowedUp,
    params(("id" = Uuid, Path, description = "the sheet"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("coaching.write"))),
    responses((status = 200, body = Coaching), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn follow(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(FollowedUp { evaluation }): Given<FollowedUp>,
) -> Answer<Coaching> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.follow_coaching(&actor, id, changes, evaluation.into()).await?.into())
}

fn effects() -> Object {
    one_of(Effect::ALL.iter().map(|effect| effect.name()))
}

/// What came of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClosedSheet {
    /// improved, not_improved, not_judged.
    #[schema(schema_with = effects)]
    effect: Effect,
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    words: String,
}

/// End a sheet and say whether it helped. Improved or not takes a follow-up; without one it is not_judged. `If-Match` carries the ETag that was read.
#[utoipa::path(post, path = "/api/v1/coaching/{id}/close", tag = "coaching", request_body = ClosedSheet,
    params(("id" = Uuid, Path, description = "the sheet"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("coaching.write"))),
    responses((status = 200, body = Coaching), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn close(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(ClosedSheet { effect, words }): Given<ClosedSheet>,
) -> Answer<Coaching> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    Ok(house.close_coaching(&actor, id, changes, effect, words).await?.into())
}
