//! Webhooks, against a server on this machine that fails, is slow, goes away.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use lingjian_app::store::Incoming;
use lingjian_app::webhooks::sign;
use lingjian_app::worker::Workshop;
use lingjian_model::Role;
use lingjian_rehearsal::{Centre, Plan};
use serde_json::{Value, json};

use crate::house::{Client, Server, empty_house, wait_ms};

/// What the server on the other side was told, and what it will answer.
#[derive(Clone, Default)]
struct Other {
    heard: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

async fn hear(State(other): State<Other>, headers: HeaderMap, body: String) -> Response {
    other.heard.lock().unwrap().push((headers, body));
    match other.answers.lock().unwrap().pop_front() {
        None => StatusCode::OK.into_response(),
        Some(302) => Redirect::to("/elsewhere").into_response(),
        Some(status) => StatusCode::from_u16(status).unwrap().into_response(),
    }
}

impl Other {
    async fn listen(&self) -> (SocketAddr, tokio::task::JoinHandle<()>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.listen_at(listener)
    }

    fn listen_at(&self, listener: tokio::net::TcpListener) -> (SocketAddr, tokio::task::JoinHandle<()>) {
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(hear).with_state(self.clone());
        (address, tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }))
    }

    fn will_answer(&self, answers: &[u16]) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// What was heard since it was last asked.
    fn heard(&self) -> Vec<(HeaderMap, String)> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers[name].to_str().unwrap().to_owned()
}

/// Calls come in.
async fn take(server: &Server, seed: u64, calls: usize) {
    let centre = Centre::new(&Plan { seed, calls, ..Plan::default() }).unwrap();
    let mut calls: Vec<Incoming> =
        centre.calls().map(|call| Incoming { conversation: call.conversation, recording: None }).collect();
    // One of them says neither who nor why, which the pack of these tests finds.
    let first = &mut calls[0].conversation;
    first.attributes.insert("direction".to_owned(), "outbound".into());
    first.turns.truncate(5);
    let said = [
        "您好，最近有个活动您了解一下，满一千减两百。",
        "你是哪里？",
        "就是做活动的嘛，您听我说。",
        "什么活动？",
        "家电的。",
    ];
    for (at, (turn, said)) in first.turns.iter_mut().zip(said).enumerate() {
        (turn.text, turn.words) = (said.to_owned(), Vec::new());
        turn.role = if at % 2 == 0 { Role::Agent } else { Role::Customer };
    }
    server.house.take(&calls, 10).await.unwrap();
}

/// Calls come in and are judged.
async fn judge(server: &Server, seed: u64, calls: usize) {
    take(server, seed, calls).await;
    Workshop::new(server.house.clone(), None).run_dry().await.unwrap();
}

async fn hook(server: &Server, client: &Client, address: SocketAddr, more: Value) -> Value {
    let mut told = json!({ "name": "CRM", "url": format!("http://{address}/in?key=abc"), "events": ["conversation.judged"] });
    told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = server.post(client, "/api/v1/webhooks", told).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()
}

async fn state(server: &Server, client: &Client, hook: &Value) -> Value {
    server.get(client, &format!("/api/v1/webhooks/{}", hook["id"].as_str().unwrap())).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_judged_is_told_signed_and_without_words() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let other = Other::default();
    let (address, _listening) = other.listen().await;
    judge(&server, 11, 1).await;
    let made = hook(&server, &admin, address, json!({})).await;
    server.house.tell_webhooks_dry().await.unwrap();
    assert!(other.heard().is_empty(), "what was before is not told");
    judge(&server, 12, 8).await;
    server.house.tell_webhooks_dry().await.unwrap();
    let heard = other.heard();
    assert_eq!(heard.len(), 8);
    let (mut ids, mut findings) = (Vec::new(), 0);
    for (headers, body) in &heard {
        let (id, at) = (header(headers, "webhook-id"), header(headers, "webhook-timestamp"));
        let right = sign(made["secret"].as_str().unwrap(), &id, at.parse().unwrap(), body).unwrap();
        assert_eq!(header(headers, "webhook-signature"), right);
        let told: Value = serde_json::from_str(body).unwrap();
        assert_eq!(told["type"], "conversation.judged");
        assert!(told["data"]["scores"]["compliance"].is_number(), "{told}");
        let call = format!("/api/v1/conversations/{}", told["data"]["conversation"].as_str().unwrap());
        let call = server.get(&admin, &call).await.json();
        for turn in call["transcript"]["turns"].as_array().unwrap() {
            let text = turn["text"].as_str().unwrap();
            assert!(text.chars().count() < 4 || !body.contains(text), "no words: {text}");
        }
        findings += told["data"]["findings"].as_array().unwrap().len();
        ids.push(id);
    }
    assert!(findings > 0, "some call of these has a finding");
    let order = |id: &String| id.split('_').nth(1).unwrap().parse::<i64>().unwrap();
    assert!(ids.is_sorted_by_key(order), "in the order in which it happened: {ids:?}");
    // Told once, and the secret is shown no more.
    server.house.tell_webhooks_dry().await.unwrap();
    assert!(other.heard().is_empty());
    let listed = server.get(&admin, "/api/v1/webhooks").await.text();
    assert!(!listed.contains(made["secret"].as_str().unwrap()));
    let trail = server.get(&admin, "/api/v1/audit?action=webhook").await.text();
    assert!(trail.contains("webhook.create") && !trail.contains("key=abc"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_told_again_in_order_and_rests_at_last() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let other = Other::default();
    let (address, listening) = other.listen().await;
    let made = hook(&server, &admin, address, json!({})).await;
    judge(&server, 13, 3).await;
    other.will_answer(&[200, 500]);
    server.house.tell_webhooks_dry().await.unwrap();
    let first: Vec<String> = other.heard().iter().map(|(headers, _)| header(headers, "webhook-id")).collect();
    assert_eq!(first.len(), 2, "nothing overtakes what failed");
    let failing = state(&server, &admin, &made).await;
    assert_eq!(
        (failing["state"].as_str(), failing["reason"].as_str()),
        (Some("failing"), Some("it answered 500"))
    );
    server.house.tell_webhooks_dry().await.unwrap();
    assert!(other.heard().is_empty(), "not before its time");
    wait_ms(5_001);
    server.house.tell_webhooks_dry().await.unwrap();
    let second: Vec<String> =
        other.heard().iter().map(|(headers, _)| header(headers, "webhook-id")).collect();
    assert_eq!(
        (second.len(), &second[0]),
        (2, &first[1]),
        "the same message under the same id, then the next"
    );
    assert_eq!(state(&server, &admin, &made).await["state"], "idle");

    // What it will never take holds up the rest, until a person passes over it.
    let skip = format!("/api/v1/webhooks/{}/skip", made["id"].as_str().unwrap());
    assert_eq!(server.ask(&admin, Method::POST, &skip, None).await.status, StatusCode::CONFLICT);
    judge(&server, 17, 2).await;
    other.will_answer(&[400]);
    server.house.tell_webhooks_dry().await.unwrap();
    let refused = header(&other.heard()[0].0, "webhook-id");
    assert_eq!(server.ask(&admin, Method::POST, &skip, None).await.status, StatusCode::NO_CONTENT);
    server.house.tell_webhooks_dry().await.unwrap();
    let next: Vec<String> = other.heard().iter().map(|(headers, _)| header(headers, "webhook-id")).collect();
    assert!(next.len() == 1 && next[0] != refused, "{refused}, then {next:?}");
    assert_eq!(state(&server, &admin, &made).await["state"], "idle");
    let audit = server.get(&admin, "/api/v1/audit?action=webhook.skip").await.json();
    assert_eq!(audit["items"][0]["detail"]["message"], refused.as_str(), "{audit}");

    // Redirects are not followed: whoever may answer for an allowed host must not choose another.
    judge(&server, 14, 1).await;
    other.will_answer(&[302]);
    server.house.tell_webhooks_dry().await.unwrap();
    assert_eq!(other.heard().len(), 1);
    assert!(state(&server, &admin, &made).await["reason"].as_str().unwrap().contains("redirects"));
    // The other side is away for a day: the webhook rests, and says why.
    listening.abort();
    listening.await.ok();
    for _ in 0..8 {
        wait_ms(21_600_001);
        server.house.tell_webhooks_dry().await.unwrap();
    }
    let admin = server.admin().await;
    let resting = state(&server, &admin, &made).await;
    assert_eq!(resting["state"], "resting", "{resting}");
    assert!(resting["reason"].as_str().unwrap().contains("cannot be reached"), "{resting}");
    assert!(!resting["reason"].as_str().unwrap().contains("key=abc"));
    // It comes back, a person has it tried again, nothing is missing.
    let (_, _again) = other.listen_at(tokio::net::TcpListener::bind(address).await.unwrap());
    judge(&server, 15, 1).await;
    server.house.tell_webhooks_dry().await.unwrap();
    assert!(other.heard().is_empty(), "who rests is not told");
    let retry = format!("/api/v1/webhooks/{}/retry", made["id"].as_str().unwrap());
    assert_eq!(server.ask(&admin, Method::POST, &retry, None).await.status, StatusCode::NO_CONTENT);
    server.house.tell_webhooks_dry().await.unwrap();
    assert_eq!(other.heard().len(), 2);
    // Who says that it wants to be told no more rests at once.
    judge(&server, 16, 1).await;
    other.will_answer(&[410]);
    server.house.tell_webhooks_dry().await.unwrap();
    assert_eq!(state(&server, &admin, &made).await["state"], "resting");
}

/// A process that dies between what was told and noting it tells it again under the same id; another does not tell it meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_loses_nothing() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let other = Other::default();
    let (address, _listening) = other.listen().await;
    hook(&server, &admin, address, json!({})).await;
    judge(&server, 17, 2).await;
    let (store, edge) = (server.house.store(), server.house.edge());
    let claimed = store.claim_webhooks(edge.now(), edge.now() + 60_000, edge.fresh()).await.unwrap();
    assert_eq!(claimed.len(), 1);
    server.house.tell_webhooks_dry().await.unwrap();
    assert!(other.heard().is_empty(), "somebody else has it");
    wait_ms(60_001);
    server.house.tell_webhooks_dry().await.unwrap();
    assert_eq!(other.heard().len(), 2);
    assert!(!store.webhook_told(claimed[0].0, 0, None, 0).await.unwrap(), "the dead one cannot take it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_own_project_is_told_and_only_allowed_hosts() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let other = Other::default();
    let (address, _listening) = other.listen().await;
    take(&server, 18, 40).await;
    let places = server.house.store().places().await.unwrap();
    let only = places.projects[0].id.to_string();
    let made =
        hook(&server, &admin, address, json!({ "project": only, "events": ["conversation.received"] })).await;
    take(&server, 19, 40).await;
    server.house.tell_webhooks_dry().await.unwrap();
    let heard = other.heard();
    assert!(!heard.is_empty() && heard.len() < 40, "{}", heard.len());
    for (_, body) in heard {
        let told: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (told["type"].as_str(), told["data"]["project"].as_str()),
            (Some("conversation.received"), Some(only.as_str()))
        );
        assert!(told["data"].get("scores").is_none());
    }
    for (field, wrong) in [
        ("url", json!({ "url": "https://evil.example/" })),
        ("url", json!({ "url": "https://user:geheim@127.0.0.1/" })),
        ("events", json!({ "events": ["work.retried"] })),
        ("events", json!({ "events": [] })),
        ("name", json!({ "name": " " })),
        ("project", json!({ "project": uuid::Uuid::from_u128(9) })),
    ] {
        let mut told = json!({ "name": "x", "url": format!("http://{address}/"), "events": ["work.failed"] });
        told.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let refused = server.post(&admin, "/api/v1/webhooks", told).await;
        assert_eq!((refused.code().as_str(), refused.json()["field"].as_str()), ("bad_request", Some(field)));
        assert!(!refused.text().contains("geheim"));
    }
    // Of two who change it the second is told.
    let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
    let change = |name: &str| {
        Request::builder()
            .method(Method::PUT)
            .uri(&path)
            .header("If-Match", "\"1\"")
            .header("Cookie", format!("lingjian_session={}", admin.cookie.as_ref().unwrap()))
            .header("X-CSRF-Token", admin.csrf.as_ref().unwrap())
            .header("Content-Type", "application/json")
            .body(
                json!({ "name": name, "url": format!("http://{address}/"), "events": ["work.failed"], "active": false })
                    .to_string()
                    .into(),
            )
            .unwrap()
    };
    assert_eq!(server.send(change("one")).await.status, StatusCode::OK);
    assert_eq!(server.send(change("two")).await.code(), "changed_meanwhile");
    take(&server, 20, 2).await;
    server.house.tell_webhooks_dry().await.unwrap();
    assert!(other.heard().is_empty(), "what is not active is not told");
    assert_eq!(server.ask(&admin, Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&admin, &path).await.status, StatusCode::NOT_FOUND);
}
