//! What evaluations came to, in figures that say how sure they are.

use axum::http::{Method, StatusCode};
use lingjian_model::Post;
use serde_json::{Value, json};

use crate::agreement::judged_calls;
use crate::house::{Client, Server, house};

const RESULTS: &str = "/api/v1/results";

impl Server {
    async fn reported(&self, client: &Client, query: &str) -> Value {
        let answer = self.get(client, &format!("{RESULTS}?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_is_reported_with_how_sure_it_is() {
    let server = house().await;
    let admin = server.admin().await;
    let calls = judged_calls(&server, &admin, 6).await;
    let none = server.reported(&admin, "card=care").await;
    assert_eq!(
        (&none["all"]["count"], &none["all"]["mean"], &none["faults"]),
        (&json!(0), &Value::Null, &json!([]))
    );

    let mut totals = Vec::new();
    let mut last = Value::Null;
    for (at, call) in calls.iter().enumerate() {
        let faults: &[(&str, &str)] = match at {
            0 | 1 => &[("closing", "not"), ("tone", "partly")],
            2 => &[("closing", "partly")],
            _ => &[],
        };
        last = server.rated(&admin, call, faults).await;
        totals.push(last["total"].as_f64().unwrap());
    }
    let found = server.reported(&admin, "card=care").await;
    let many = totals.len() as f64;
    let mean = totals.iter().sum::<f64>() / many;
    assert_eq!(found["all"]["count"], 6);
    assert!((found["all"]["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
    // Student's t with five degrees of freedom, 95 %.
    let scatter = totals.iter().map(|total| (total - mean).powi(2)).sum::<f64>() / (many - 1.0);
    let margin = 2.570_581_835_6 * (scatter / many).sqrt();
    assert!((found["all"]["margin"].as_f64().unwrap() - margin).abs() < 1e-6, "{found}");
    let faults = found["faults"].as_array().unwrap();
    let of = |fault: &Value| (fault["failed"].as_u64().unwrap(), fault["partly"].as_u64().unwrap());
    assert_eq!((faults.len(), faults[0]["id"].as_str(), of(&faults[0])), (2, Some("closing"), (2, 1)));
    assert_eq!((faults[0]["judged"].as_u64(), of(&faults[1])), (Some(6), (0, 2)));
    assert!((faults[0]["share"].as_f64().unwrap() - 0.6).abs() < 1e-12 && faults[1]["cumulative"] == 1.0);
    let agents = found["agents"].as_array().unwrap();
    assert_eq!(agents.iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>(), 6);
    let means: Vec<f64> = agents.iter().map(|one| one["mean"].as_f64().unwrap()).collect();
    assert!(means.is_sorted(), "{means:?}");
    let own = &found["inspectors"][0];
    assert_eq!(
        (own["count"].as_u64(), own["sent"].as_u64(), own["appealed"].as_u64()),
        (Some(6), Some(0), Some(0))
    );
    assert_eq!(found["estimate"], Value::Null, "none of them was drawn");
    assert_eq!((found["weeks"].as_array().unwrap().len(), &found["weeks"][0]["limits"]), (1, &Value::Null));

    // A draft counts for nothing; what an appeal changed counts as it was changed.
    let path = format!("/api/v1/evaluations/{}", last["id"].as_str().unwrap());
    let agents = server.somebody("leader", &[Post::QualityManager], None).await;
    let decider = server.somebody("decider", &[Post::QualityManager], None).await;
    let act = async |who: &Client, what: &str, told: Value| {
        let changes = server.get(who, &path).await.json()["changes"].as_i64().unwrap();
        let answer = server.marked(who, Method::POST, &format!("{path}/{what}"), changes, told).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
    };
    act(&admin, "send", json!({})).await;
    act(&agents, "appeal", json!({ "reason": "不同意" })).await;
    let shown = server.get(&decider, &path).await.json();
    let changes = shown["changes"].as_i64().unwrap();
    let told = json!({ "reason": "申诉属实" });
    let next = server.marked(&decider, Method::POST, &format!("{path}/change"), changes, told).await.json();
    assert_eq!(next["stage"], "draft");
    let waiting = server.reported(&admin, "card=care").await;
    assert_eq!((waiting["all"]["count"].as_u64(), &waiting["all"]["mean"]), (Some(6), &found["all"]["mean"]));
    let mut sheet = crate::evaluations::best(&next);
    sheet["answers"]["attitude"]["choice"] = json!({ "option": "not" });
    let changes = next["changes"].as_i64().unwrap();
    let filled = server.marked(&decider, Method::PUT, &format!("{path}/sheet"), changes, sheet).await.json();
    let changes = filled["changes"].as_i64().unwrap();
    server.marked(&decider, Method::POST, &format!("{path}/submit"), changes, json!({})).await;
    let after = server.reported(&admin, "card=care").await;
    assert_eq!(after["all"]["count"], 6, "one evaluation, one revision that counts");
    assert!(after["all"]["mean"].as_f64().unwrap() < mean);
    let changed: u64 =
        after["inspectors"].as_array().unwrap().iter().map(|one| one["changed"].as_u64().unwrap()).sum();
    assert_eq!(changed, 1);
}

/// Who only served calls sees nothing of others here, nor what was not sent to them.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_stays_within_reach() {
    let server = house().await;
    let admin = server.admin().await;
    let calls = judged_calls(&server, &admin, 2).await;
    for call in &calls {
        server.rated(&admin, call, &[]).await;
    }
    let row =
        server.get(&admin, &format!("/api/v1/conversations/{}", calls[0].as_str().unwrap())).await.json();
    let number = row["agent"]["number"].as_str().unwrap();
    let agent = server.somebody("agent", &[Post::Agent], Some(number)).await;
    let own = server.reported(&agent, "card=care").await;
    assert_eq!((own["all"]["count"].as_u64(), own["agents"].as_array().unwrap().len()), (Some(0), 0));
    let planner = server.somebody("planner", &[Post::Planner], None).await;
    assert_eq!(server.get(&planner, &format!("{RESULTS}?card=care")).await.status, StatusCode::FORBIDDEN);
    for (query, status) in [
        ("card=none", StatusCode::NOT_FOUND),
        ("", StatusCode::BAD_REQUEST),
        ("card=care&team=x", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(server.get(&admin, &format!("{RESULTS}?{query}")).await.status, status, "{query}");
    }
}

/// A draw's weights say what all calls come to that it chose from.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_drawn_speaks_for_all_that_it_was_drawn_from() {
    let server = house().await;
    let admin = server.admin().await;
    let call = judged_calls(&server, &admin, 1).await.remove(0);
    let call = server.get(&admin, &format!("/api/v1/conversations/{}", call.as_str().unwrap())).await.json();
    let plan = json!({ "project": call["project"]["id"], "from": "2026-11-01", "to": "2026-12-01", "strata": "none", "count": 3,
        "card": "care", "reason": "试算" });
    let draw = server.post(&admin, "/api/v1/draws", plan).await.json();
    let items = draw["items"].as_array().unwrap();
    let mut totals = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let faults: &[(&str, &str)] = if at == 0 { &[("closing", "not")] } else { &[] };
        totals
            .push(server.rated(&admin, &item["conversation"]["id"], faults).await["total"].as_f64().unwrap());
    }
    let found = server.reported(&admin, "card=care").await;
    let (count, mean) = (totals.len() as f64, totals.iter().sum::<f64>() / totals.len() as f64);
    let estimate = &found["estimate"];
    assert_eq!(estimate["count"], totals.len());
    assert!((estimate["mean"].as_f64().unwrap() - mean).abs() < 1e-9, "equal weights: the plain mean");
    // A plain draw without replacement: t (2 degrees) · √(s²/n · (1 - n/N)).
    let population = draw["population"].as_f64().unwrap();
    let scatter = totals.iter().map(|total| (total - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let margin = 4.302_652_729_9 * (scatter / count * (1.0 - count / population)).sqrt();
    assert!((estimate["margin"].as_f64().unwrap() - margin).abs() < 1e-6, "{estimate} {margin}");
}
