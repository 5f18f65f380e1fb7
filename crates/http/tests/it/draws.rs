//! Calls are drawn, dealt out, listened to; what was drawn can be repeated by anybody.

use axum::http::StatusCode;
use lingjian_model::Post;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::house::{Answer, Client, Server, house};

const DRAWS: &str = "/api/v1/draws";

/// The project with the most calls, and how many.
async fn project(server: &Server, admin: &Client) -> (String, usize) {
    let all = server.get(admin, "/api/v1/conversations?limit=500").await.json();
    let mut counts = std::collections::BTreeMap::new();
    for row in all["items"].as_array().unwrap() {
        *counts.entry(row["project"]["id"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).unwrap()
}

fn plan(project: &str, count: usize) -> Value {
    json!({ "project": project, "from": "2026-11-01", "to": "2026-12-01", "strata": "agent", "count": count, "card": "care" })
}

async fn draw(server: &Server, client: &Client, plan: &Value) -> Answer {
    server.post(client, DRAWS, plan.clone()).await
}

/// A lot, as `sha256sum` gives it.
fn lot(seed: &Value, id: &str) -> String {
    Sha256::digest(format!("{seed}/draw/{id}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_drawn_can_be_repeated_and_is_listened_to() {
    let server = house().await;
    let admin = server.admin().await;
    let (project, calls) = project(&server, &admin).await;
    let one = server.somebody("one", &[Post::QualityManager], None).await;
    let two = server.somebody("two", &[Post::QualityManager], None).await;
    let listeners = server.get(&admin, &format!("{DRAWS}/inspectors?project={project}")).await.json();
    let listeners: Vec<Value> = listeners["items"].as_array().unwrap().clone();
    assert_eq!(listeners.len(), 3, "all who may judge calls of it: {listeners:?}");
    let ids: Vec<&str> = listeners
        .iter()
        .filter(|who| who["name"] != "管理员")
        .map(|who| who["id"].as_str().unwrap())
        .collect();

    let mut asked = plan(&project, 4);
    asked["strata"] = json!("none");
    asked["inspectors"] = json!(ids);
    asked["reason"] = json!("复查投诉");
    let laid = server.post(&admin, &format!("{DRAWS}/lay"), asked.clone()).await.json();
    assert_eq!((laid["population"].as_u64(), laid["drawn"].as_u64()), (Some(calls as u64), Some(4)));
    assert!(laid["missed"].as_f64().unwrap() > 0.3 && laid["margin"].as_f64().unwrap() > 0.2, "{laid}");
    let made = draw(&server, &admin, &asked).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let made = made.json();
    let items = made["items"].as_array().unwrap();
    assert_eq!(
        (items.len(), made["open"].as_i64(), made["population"].as_u64()),
        (4, Some(4), Some(calls as u64))
    );
    assert_eq!((&made["planned"]["population"], &made["reason"]), (&laid["population"], &json!("复查投诉")));

    // By hand: the lowest lots of all calls that there are.
    let all = server.get(&admin, &format!("/api/v1/conversations?project={project}&limit=500")).await.json();
    let mut ids: Vec<String> =
        all["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    ids.sort_by_key(|id| lot(&made["seed"], id));
    let mut lowest: Vec<&str> = ids.iter().take(4).map(String::as_str).collect();
    lowest.sort_unstable();
    let drawn: Vec<&str> = items.iter().map(|item| item["conversation"]["id"].as_str().unwrap()).collect();
    assert_eq!(drawn, lowest);
    ids.sort_unstable();
    let all: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let digest: String = Sha256::digest(all).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(made["population_digest"], format!("sha256:{digest}"));
    let weight = items[0]["weight"].as_f64().unwrap();
    assert!((weight - calls as f64 / 4.0).abs() < 1e-9, "each stands for as many: {weight}");

    // Evenly dealt; each has their own, and what is judged is done.
    let list = server.get(&one, "/api/v1/work-list").await.json();
    assert_eq!((list["open"].as_i64(), list["items"].as_array().unwrap().len()), (Some(2), 2));
    let call = list["items"][0]["conversation"]["id"].clone();
    let begun = json!({ "conversation": call, "card": "care", "mode": "recorded" });
    let evaluation = server.post(&one, "/api/v1/evaluations", begun).await.json();
    let list = server.get(&one, "/api/v1/work-list?state=draft").await.json();
    assert_eq!(list["items"][0]["evaluation"], evaluation["id"]);
    assert_eq!((list["open"].as_i64(), list["draft"].as_i64()), (Some(1), Some(1)));

    // What is not begun goes to somebody else, or back.
    let path = format!("{DRAWS}/{}", made["id"].as_str().unwrap());
    let who = |name: &str| listeners.iter().find(|who| who["name"] == name).unwrap()["id"].clone();
    let moved = json!({ "from": who("one"), "to": who("two") });
    let moved = server.post(&admin, &format!("{path}/assign"), moved).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text());
    let open = async |client: &Client| {
        server.get(client, "/api/v1/work-list?state=open").await.json()["open"].clone()
    };
    assert_eq!((open(&one).await, open(&two).await), (json!(0), json!(3)));
    server.post(&admin, &format!("{path}/assign"), json!({ "from": who("two") })).await;
    assert_eq!(open(&two).await, json!(0), "taken back");
    let shown = server.get(&admin, &path).await.json();
    let nobody =
        shown["items"].as_array().unwrap().iter().filter(|item| item["seats"][0]["inspector"].is_null());
    assert_eq!(nobody.count(), 3);

    // The next draw takes none of them again.
    let laid = server.post(&admin, &format!("{DRAWS}/lay"), plan(&project, 1)).await.json();
    assert_eq!((laid["already"].as_u64(), laid["population"].as_u64()), (Some(4), Some(calls as u64 - 4)));
    let listed = server.get(&admin, DRAWS).await.json();
    assert_eq!(listed["items"][0]["draft"], 1);
}

/// Two hear each call, on their own; nobody hears the calls that they served.
#[tokio::test(flavor = "multi_thread")]
async fn two_who_listen_are_two_and_nobody_gets_their_own() {
    let server = house().await;
    let admin = server.admin().await;
    let (project, calls) = project(&server, &admin).await;
    let all = server.get(&admin, &format!("/api/v1/conversations?project={project}&limit=1")).await.json();
    let number = all["items"][0]["agent"]["number"].as_str().unwrap().to_owned();
    server.somebody("peer", &[Post::QualityManager], Some(&number)).await;
    server.somebody("other", &[Post::QualityManager], None).await;
    let listeners = server.get(&admin, &format!("{DRAWS}/inspectors?project={project}")).await.json();
    let ids: Vec<&Value> = listeners["items"].as_array().unwrap().iter().map(|who| &who["id"]).collect();
    let mut asked = plan(&project, calls);
    asked["inspectors"] = json!(ids);
    asked["listeners"] = json!(2);
    asked["reason"] = json!("全部听");
    let made = draw(&server, &admin, &asked).await.json();
    let items = made["items"].as_array().unwrap();
    assert_eq!(items.len(), calls);
    for item in items {
        let who: Vec<&Value> =
            item["seats"].as_array().unwrap().iter().map(|seat| &seat["inspector"]["name"]).collect();
        assert_ne!(who[0], who[1], "{item}");
        assert!(item["agent"]["number"] != *number || !who.contains(&&json!("peer")), "{item}");
        assert_eq!(item["why"], "all");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_drawn_is_told_and_nothing_is_kept() {
    let server = house().await;
    let admin = server.admin().await;
    let (project, calls) = project(&server, &admin).await;
    let told = server.get(&admin, &format!("/api/v1/projects/{project}")).await;
    let (name, zone) = (told.json()["name"].clone(), told.json()["zone"].clone());
    let category = json!({ "name": name, "zone": zone, "category": "technical-service" });
    let revision = told.json()["revision"].as_i64().unwrap();
    let path = format!("/api/v1/projects/{project}");
    let kept = server.marked(&admin, axum::http::Method::PUT, &path, revision, category).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());

    // Beyond what its category allows, it takes a reason.
    let laid = server.post(&admin, &format!("{DRAWS}/lay"), plan(&project, 3)).await.json();
    assert_eq!(laid["bounds"]["refused"], true, "{laid}");
    let beyond = draw(&server, &admin, &plan(&project, 3)).await;
    assert_eq!(beyond.status, StatusCode::CONFLICT);
    assert!(
        beyond.text().contains("technical-service") && beyond.text().contains("reason"),
        "{}",
        beyond.text()
    );

    let with = |changes: Value| {
        let mut plan = plan(&project, 3);
        plan.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        plan
    };
    let bad = [
        (with(json!({ "count": calls + 1 })), "plan"),
        (with(json!({ "count": null })), "count"),
        (with(json!({ "share": 0.5 })), "count"),
        (with(json!({ "strata": "weather" })), "strata"),
        (with(json!({ "to": "2026-11-01" })), "to"),
        (with(json!({ "from": "yesterday" })), "from"),
        (with(json!({ "guidance": 0.9 })), "guidance"),
        (with(json!({ "listeners": 21 })), "listeners"),
        (with(json!({ "inspectors": [uuid::Uuid::nil()] })), "inspectors"),
        (with(json!({ "from": "2027-01-01", "to": "2027-02-01" })), "plan"),
    ];
    for (plan, field) in bad {
        let answer = draw(&server, &admin, &plan).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some(field)),
            "{plan}"
        );
    }
    let unknown = draw(&server, &admin, &with(json!({ "card": "none" }))).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get(&admin, DRAWS).await.json()["items"], json!([]));

    // Who draws for one project draws for no other, and who is listened to sees nothing of it.
    let supervisor = server.somebody("supervisor", &[Post::Supervisor], None).await;
    let places = server.house.store().places().await.unwrap();
    let other = places.projects.iter().map(|one| one.id.to_string()).nth(1).unwrap();
    assert_eq!(draw(&server, &supervisor, &plan(&other, 1)).await.status, StatusCode::NOT_FOUND);
    let made = draw(&server, &admin, &with(json!({ "reason": "客户要求" }))).await.json();
    let path = format!("{DRAWS}/{}", made["id"].as_str().unwrap());
    if places.projects[0].id.to_string() != project {
        assert_eq!(server.get(&supervisor, &path).await.status, StatusCode::NOT_FOUND);
    }
    let inspector = server.somebody("inspector", &[Post::Inspector], None).await;
    assert_eq!(server.get(&inspector, &path).await.status, StatusCode::FORBIDDEN);
}
