//! The audit trail.

use axum::Json;
use axum::extract::State;
use lingjian_app::House;
use lingjian_app::store::AuditFilter;
use lingjian_model::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::Object;
use utoipa::{IntoParams, ToSchema};

use crate::contract::{Moment, one_of};
use crate::given::Asking;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Named, instant, limit, time};
use crate::who::Who;

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The id of a user.
    #[param(value_type = Option<uuid::Uuid>)]
    actor: Option<String>,
    /// How the action begins: `conversation.`, `user.change`.
    action: Option<String>,
    /// Not before: a day of the house, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    from: Option<String>,
    /// Before: a day of the house, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    to: Option<String>,
    /// `next` of the page before.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
    /// Rows of a page, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry {
    sequence: i64,
    at: String,
    actor: Option<Named>,
    /// What was done. Programs before this one may have known others.
    #[schema(schema_with = actions)]
    action: String,
    subject: String,
    #[schema(value_type = Object)]
    detail: Value,
}

/// All that is written down today.
fn actions() -> Object {
    one_of(Action::ALL.iter().map(|action| action.name()))
}

/// A page of the trail, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Trail {
    items: Vec<Entry>,
    next: Option<String>,
}

/// Who did what, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Asked),
    extensions(("x-permission" = json!("audit.read"))),
    responses((status = 200, body = Trail), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(who): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<Trail>> {
    let actor =
        asked.actor.as_deref().map(|id| id.parse().map_err(|_| bad("actor", "is no id"))).transpose()?;
    let before = asked
        .cursor
        .as_deref()
        .map(|text| text.parse().map_err(|_| bad("cursor", "take it from `next` of the page before")));
    let zone = house.own_zone();
    let filter = AuditFilter {
        actor,
        action: asked.action.filter(|action| !action.is_empty()),
        from: instant("from", asked.from.as_deref(), &zone)?,
        to: instant("to", asked.to.as_deref(), &zone)?,
        before: before.transpose()?,
    };
    let limit = limit(asked.limit)?;
    let entries = house.audited(&who, &filter, limit).await?;
    let next = entries.last().filter(|last| entries.len() as u64 == limit && last.sequence > 1);
    let next = next.map(|last| last.sequence.to_string());
    let items = entries.into_iter().map(|one| Entry {
        sequence: one.sequence,
        at: time(one.at),
        actor: one.actor.map(|id| Named { id: id.to_string(), name: one.actor_name }),
        action: one.action,
        subject: one.subject,
        detail: serde_json::from_str(&one.detail).unwrap_or_default(),
    });
    Ok(Json(Trail { items: items.collect(), next }))
}
