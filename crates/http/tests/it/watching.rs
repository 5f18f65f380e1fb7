//! What changes is told while it happens.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::StreamExt as _;
use lingjian_app::store::Incoming;
use lingjian_rehearsal::{Centre, Plan};

use crate::house::empty_house;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_comes_in_is_told_at_once() {
    let server = empty_house().await;
    tokio::spawn(server.house.clone().tell_changes());
    let admin = server.admin().await;
    let request = Request::builder()
        .uri("/api/v1/events")
        .header("Cookie", format!("lingjian_session={}", admin.cookie.as_ref().unwrap()))
        .body(Body::empty())
        .unwrap();
    let response = server.open(request).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    // The teller must have looked at the log once before the call comes in.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let centre = Centre::new(&Plan { seed: 81, calls: 1, ..Plan::default() }).unwrap();
    let calls: Vec<Incoming> =
        centre.calls().map(|call| Incoming { conversation: call.conversation, recording: None }).collect();
    let taken = server.house.take(&calls, 10).await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.unwrap().unwrap().unwrap();
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(told.starts_with("event: change\ndata: "), "{told}");
    assert!(told.contains("conversation.received") && told.contains(&taken[0].id().to_string()), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_how_it_fares() {
    let server = empty_house().await;
    let nobody = crate::house::Client::default();
    assert_eq!(server.get(&nobody, "/health").await.text(), "ok\n");
    assert_eq!(server.get(&nobody, "/ready").await.text(), "ready\n");
    assert!(server.get(&nobody, "/metrics").await.text().starts_with("# TYPE lingjian_work gauge"));
    let page = server.get(&nobody, "/conversations/anything").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(server.get(&nobody, "/assets/gone.js").await.status, axum::http::StatusCode::NOT_FOUND);
    assert_eq!(server.get(&nobody, "/api/v1/nothing").await.code(), "not_found");
}
