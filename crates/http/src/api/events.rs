//! What changes, while it happens.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{Stream, unfold};
use lingjian_app::House;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use crate::problem::{Answer, Problem};
use crate::shape::time;
use crate::who::Who;

/// Server-sent events: `change` with sequence, kind, subject and time; `missed` where the listener was too slow and should load
/// everything again.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn follow(
    State(house): State<House>,
    Who(actor): Who,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    actor.reach(lingjian_model::Permission::ConversationsList)?;
    let changes = house.listen();
    let stream = unfold((house, actor, changes), |(house, actor, mut changes)| async move {
        loop {
            let event = match changes.recv().await {
                Ok(change) if house.is_told(&actor, &change).await => {
                    let data = json!({
                        "sequence": change.sequence,
                        "kind": change.kind.name(),
                        "subject": change.subject,
                        "at": time(change.at),
                    });
                    Event::default().event("change").data(data.to_string())
                }
                Ok(_) => continue,
                Err(RecvError::Lagged(_)) => Event::default().event("missed").data("{}"),
                Err(RecvError::Closed) => return None,
            };
            return Some((Ok(event), (house, actor, changes)));
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
