//! Who may do what: every endpoint, asked by every post.

use axum::http::{Method, StatusCode};
use lingjian_model::{Authority, Permission, Post};

use crate::contract::operations;
use crate::house::{Client, house};

/// What is declared is what is done: without the permission 403, with it something else; without a sign-in 401.
#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_asks_for_the_permission_it_declares() {
    let server = house().await;
    let places = server.house.store().places().await.unwrap();
    let number = places.agents[0].number.clone();
    let mut people: Vec<(Post, Client)> = Vec::new();
    for post in Post::ALL {
        people.push((*post, server.somebody(post.name(), &[*post], Some(&number)).await));
    }
    for (method, path, operation) in operations() {
        let permission = operation["x-permission"].as_str().unwrap();
        let method: Method = method.parse().unwrap();
        // Never ends; asked by the tests of watching.
        if path.ends_with("/events") || (path == "/api/v1/session" && method != Method::GET) {
            continue;
        }
        let address = match path.as_str() {
            "/api/v1/draws/inspectors" => format!("{path}?project={}", uuid::Uuid::nil()),
            "/api/v1/agreement" | "/api/v1/results" => format!("{path}?card=none"),
            _ => path.clone(),
        };
        let address = address
            .replace("{id}", &uuid::Uuid::from_u128(5).to_string())
            .replace("{version}", &uuid::Uuid::from_u128(6).to_string())
            .replace("{rule}", "none")
            .replace("{pack}", "none")
            .replace("{card}", "none")
            .replace("{number}", "0");
        // Bodies that make sense: who may not must not learn whether theirs did.
        let body = match (&method, path.as_str()) {
            (&Method::POST, "/api/v1/users") => Some(
                serde_json::json!({ "name": format!("n{}", uuid::Uuid::now_v7()), "display_name": "x", "posts": ["agent"] }),
            ),
            (_, path) if path.starts_with("/api/v1/webhooks") && method != Method::GET => Some(
                serde_json::json!({ "name": "x", "url": "http://127.0.0.1/", "events": ["work.failed"] }),
            ),
            (_, path) if path.starts_with("/api/v1/rules/packs") && method != Method::GET => {
                Some(of_packs(path.rsplit('/').next().unwrap()))
            }
            (_, path) if path.starts_with("/api/v1/scorecards") && method != Method::GET => {
                Some(match path.rsplit('/').next().unwrap() {
                    "publish" => serde_json::json!({ "note": "x" }),
                    _ => serde_json::json!({ "file": "id: none" }),
                })
            }
            (&Method::POST | &Method::PUT, path) if path.starts_with("/api/v1/projects") => Some(
                serde_json::json!({ "name": format!("n{}", uuid::Uuid::now_v7()), "zone": "Asia/Shanghai" }),
            ),
            (&Method::POST | &Method::PUT, path)
                if ["/api/v1/teams", "/api/v1/views"].iter().any(|one| path.starts_with(one)) =>
            {
                Some(serde_json::json!({ "name": format!("n{}", uuid::Uuid::now_v7()) }))
            }
            (&Method::PUT, path) if path.starts_with("/api/v1/agents") => {
                Some(serde_json::json!({ "name": "x" }))
            }
            (&Method::POST, path) if path.starts_with("/api/v1/draws") => Some(of_draws(path)),
            (method, path) if path.starts_with("/api/v1/sampling/plans") && method != Method::GET => {
                Some(of_plans(method))
            }
            (_, path) if path.starts_with("/api/v1/evaluations") && method != Method::GET => {
                of_evaluations(path.rsplit('/').next().unwrap())
            }
            (_, path) if path.starts_with("/api/v1/coaching") && method != Method::GET => {
                of_coaching(path.rsplit('/').next().unwrap())
            }
            (&Method::PUT, _) => Some(serde_json::json!({ "display_name": "x", "posts": ["agent"] })),
            (&Method::POST, path) if path.starts_with("/api/v1/openid") => {
                Some(serde_json::json!({ "next": "/" }))
            }
            (&Method::POST, "/api/v1/tokens") => {
                Some(serde_json::json!({ "name": "x", "permissions": ["sessions.own"] }))
            }
            (&Method::POST, "/api/v1/session/password") => {
                Some(serde_json::json!({ "old": "wrong", "new": "another-password" }))
            }
            _ => None,
        };
        let nobody = server.ask(&Client::default(), method.clone(), &address, body.clone()).await;
        if permission == "anybody" {
            // This house has no provider to sign in at.
            let there = nobody.status.is_success() || nobody.status.is_redirection();
            let elsewhere = path.starts_with("/api/v1/openid") && nobody.status == StatusCode::NOT_FOUND;
            assert!(there || elsewhere, "{method} {path}: {}", nobody.status);
            continue;
        }
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        // HEAD answers without a body.
        assert!(method == Method::HEAD || nobody.code() == "signed_out", "{method} {path}");
        let Some(permission) = Permission::from_name(permission) else { continue };
        for (post, client) in &people {
            let actor = server.house.by_cookie(client.cookie.as_ref().unwrap()).await.unwrap();
            let may = !Authority::full(actor.authority.person).reach(permission).is_none();
            let answer = send_with_match(&server, client, &method, &address, body.clone()).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            // One's own sessions and tokens can be ended by everybody; that there is none is all they learn.
            if method == Method::DELETE && answer.status == StatusCode::NOT_FOUND {
                continue;
            }
            assert_eq!(
                refused,
                !may,
                "{method} {path} asked by {}: {} {}",
                post.name(),
                answer.status,
                answer.text()
            );
            assert!(
                !answer.status.is_server_error(),
                "{method} {path} asked by {}: {}",
                post.name(),
                answer.text()
            );
        }
    }
}

fn of_plans(method: &Method) -> serde_json::Value {
    let wishes = serde_json::json!({ "strata": "agent", "count": 3, "card": "care" });
    match *method {
        Method::POST => {
            serde_json::json!({ "project": uuid::Uuid::nil(), "period": "week", "name": "x", "wishes": wishes })
        }
        _ => serde_json::json!({ "name": "x", "wishes": wishes }),
    }
}

fn of_draws(path: &str) -> serde_json::Value {
    if path.ends_with("/assign") {
        return serde_json::json!({});
    }
    let project = uuid::Uuid::nil();
    serde_json::json!({ "project": project, "from": "2026-11-02", "to": "2026-11-03", "strata": "agent", "count": 3, "card": "care" })
}

fn of_evaluations(what: &str) -> Option<serde_json::Value> {
    let conversation = uuid::Uuid::nil();
    match what {
        "evaluations" => {
            Some(serde_json::json!({ "conversation": conversation, "card": "none", "mode": "recorded" }))
        }
        "sheet" => Some(serde_json::json!({})),
        "appeal" | "uphold" | "change" => Some(serde_json::json!({ "reason": "x" })),
        _ => None,
    }
}

fn of_coaching(what: &str) -> Option<serde_json::Value> {
    match what {
        "coaching" => Some(serde_json::json!({ "conversation": uuid::Uuid::nil() })),
        "notes" | "sign" => Some(serde_json::json!({})),
        "dispute" => Some(serde_json::json!({ "reason": "x" })),
        "follow" => Some(serde_json::json!({ "evaluation": uuid::Uuid::nil() })),
        "close" => Some(serde_json::json!({ "effect": "not_judged", "words": "x" })),
        _ => None,
    }
}

fn of_packs(what: &str) -> serde_json::Value {
    let files = serde_json::json!([{ "name": "a.yaml", "text": "rules: []" }]);
    match what {
        "publish" => serde_json::json!({ "note": "x" }),
        "try" => serde_json::json!({ "files": files, "conversation": uuid::Uuid::nil() }),
        "edit" => serde_json::json!({ "files": files, "change": { "off": { "rule": "x", "off": true } } }),
        _ => serde_json::json!({ "files": files }),
    }
}

async fn send_with_match(
    server: &crate::house::Server,
    client: &Client,
    method: &Method,
    address: &str,
    body: Option<serde_json::Value>,
) -> crate::house::Answer {
    let mut request =
        axum::http::Request::builder().method(method.clone()).uri(address).header("If-Match", "\"1\"");
    request = request.header("Cookie", format!("lingjian_session={}", client.cookie.as_ref().unwrap()));
    request = request.header("X-CSRF-Token", client.csrf.as_ref().unwrap());
    let request = match body {
        Some(body) => {
            request.header("Content-Type", "application/json").body(axum::body::Body::from(body.to_string()))
        }
        None => request.body(axum::body::Body::empty()),
    };
    server.send(request.unwrap()).await
}

/// An agent sees the agent's own calls; the calls of others are as if they were not there.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_beyond_their_reach() {
    let server = house().await;
    let places = server.house.store().places().await.unwrap();
    let admin = server.admin().await;
    let all = server.get(&admin, "/api/v1/conversations?limit=500").await.json();
    let rows = all["items"].as_array().unwrap();
    let number = rows[0]["agent"]["number"].as_str().unwrap();
    let agent = server.somebody("agent", &[Post::Agent], Some(number)).await;
    let mine = server.get(&agent, "/api/v1/conversations?limit=500").await.json();
    let mine = mine["items"].as_array().unwrap();
    assert!(!mine.is_empty() && mine.len() < rows.len());
    assert!(mine.iter().all(|row| row["agent"]["number"] == number));

    let other = rows.iter().find(|row| row["agent"]["number"] != number).unwrap()["id"].as_str().unwrap();
    for path in ["", "/peaks", "/recording"] {
        let answer = server.get(&agent, &format!("/api/v1/conversations/{other}{path}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "not_found"), "{path}");
    }
    // Filters do not widen it.
    let project = places.projects[0].id;
    let filtered =
        server.get(&agent, &format!("/api/v1/conversations?project={project}&limit=500")).await.json();
    assert!(filtered["items"].as_array().unwrap().iter().all(|row| row["agent"]["number"] == number));
    let seen = server.get(&agent, "/api/v1/places").await.json();
    assert_eq!(seen["agents"].as_array().unwrap().len(), 1);
    let overview = server.get(&agent, "/api/v1/overview").await.json();
    assert_eq!(overview["all"]["conversations"], mine.len());
}
