//! Projects, teams and agents are settled; calls go on finding them. Views are kept and shared.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use lingjian_app::store::{AuditFilter, Incoming};
use lingjian_model::Post;
use lingjian_rehearsal::{Centre, Plan};
use serde_json::{Value, json};

use crate::house::{Answer, Client, Server, empty_house, house};

impl Server {
    async fn put(&self, client: &Client, path: &str, revision: i64, body: Value) -> Answer {
        let request = Request::builder()
            .method(Method::PUT)
            .uri(path)
            .header("If-Match", format!("\"{revision}\""))
            .header("Cookie", format!("lingjian_session={}", client.cookie.as_ref().unwrap()))
            .header("X-CSRF-Token", client.csrf.as_ref().unwrap())
            .header("Content-Type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A simulated call of this project, with a new name.
    async fn call(&self, seed: u64, project: &str, team: &str) -> lingjian_model::ConversationId {
        let centre = Centre::new(&Plan { seed, calls: 1, ..Plan::default() }).unwrap();
        let mut conversation = centre.calls().next().unwrap().conversation;
        conversation.id = format!("late-{seed}");
        conversation.attributes.insert("project".to_owned(), project.into());
        conversation.attributes.insert("team".to_owned(), team.into());
        self.house.take(&[Incoming { conversation, recording: None }], 10).await.unwrap()[0].id()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_renamed_and_calls_by_its_old_name_still_find_it() {
    let server = house().await;
    let admin = server.admin().await;
    let all = server.get(&admin, "/api/v1/projects").await.json();
    let first = all["items"][0].clone();
    let (id, old) = (first["id"].as_str().unwrap(), first["name"].as_str().unwrap());
    assert_eq!((&first["packs"], &first["revision"]), (&json!(["zh-outbound"]), &json!(1)));
    let path = format!("/api/v1/projects/{id}");
    let standard =
        json!({ "channels": 2, "formats": ["wav"], "min_sample_rate": 8000, "naming": "{id}.wav" });
    let change = json!({
        "name": "新的名字", "category": "retention", "client": "云帆", "direction": "inbound", "zone": "Asia/Shanghai",
        "recording": standard,
    });
    let changed = server.put(&admin, &path, 1, change.clone()).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    assert_eq!(changed.headers["etag"], "\"2\"");
    assert_eq!(
        (&changed.json()["former"], &changed.json()["recording"]["channels"]),
        (&json!([old]), &json!(2))
    );
    let second = server.put(&admin, &path, 1, change.clone()).await;
    assert_eq!(
        (second.status, second.code().as_str()),
        (StatusCode::PRECONDITION_FAILED, "changed_meanwhile")
    );

    // Calls by either name come to it, and no other project may take the old one.
    for (seed, name) in [(801, old), (802, "新的名字")] {
        let call = server.call(seed, name, "甲组").await;
        let kept = server.house.store().conversation(call).await.unwrap().unwrap();
        assert_eq!(kept.listed.project.map(|one| one.to_string()).as_deref(), Some(id), "{name}");
    }
    let count = all["items"].as_array().unwrap().len();
    assert_eq!(server.get(&admin, "/api/v1/projects").await.json()["items"].as_array().unwrap().len(), count);
    let mut other = change.clone();
    other["name"] = json!(old);
    assert_eq!(server.post(&admin, "/api/v1/projects", other.clone()).await.code(), "conflict");
    // Back to the old name is no conflict with itself.
    assert_eq!(server.put(&admin, &path, 2, other).await.json()["former"], json!(["新的名字"]));

    // Archived: what it has stays.
    let mut archived = change.clone();
    archived["archived"] = json!(true);
    let archived = server.put(&admin, &path, 3, archived).await.json();
    assert!(archived["archived_at"].is_string());
    let calls = server.get(&admin, &format!("/api/v1/conversations/count?project={id}")).await.json();
    assert!(calls["count"].as_i64().unwrap() > 2);

    let wrong = [
        ("name", json!({ "name": " ", "zone": "Asia/Shanghai" })),
        ("zone", json!({ "name": "x", "zone": "Moon/Sea" })),
        ("direction", json!({ "name": "x", "zone": "UTC", "direction": "up" })),
        ("recording.naming", json!({ "name": "x", "zone": "UTC", "recording": { "naming": "{id" } })),
        ("recording.channels", json!({ "name": "x", "zone": "UTC", "recording": { "channels": 0 } })),
        (
            "recording.announcement",
            json!({ "name": "x", "zone": "UTC", "recording": { "announcement": "none" } }),
        ),
    ];
    for (field, body) in wrong {
        let refused = server.post(&admin, "/api/v1/projects", body).await;
        assert_eq!((refused.code().as_str(), refused.json()["field"].as_str()), ("bad_request", Some(field)));
    }
    let filter = AuditFilter { action: Some("project.change".to_owned()), ..AuditFilter::default() };
    let trail = server.house.store().audited(&filter, 10).await.unwrap();
    assert_eq!(trail.len(), 3);
    assert!(
        trail[2].detail.contains("新的名字") && !trail[2].detail.contains("\"zone\""),
        "{}",
        trail[2].detail
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_have_leaders_and_agents() {
    let server = house().await;
    let admin = server.admin().await;
    server.somebody("leader", &[Post::TeamLeader], None).await;
    let teams = server.get(&admin, "/api/v1/teams").await.json();
    let led = &teams["items"][0];
    assert_eq!(led["leaders"][0]["name"], "leader");
    assert!(led["agents"].as_i64().unwrap() > 0);
    let made = server.post(&admin, "/api/v1/teams", json!({ "name": "晚班组" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let team = made.json()["id"].clone();
    let agents = server.get(&admin, "/api/v1/agents").await.json();
    let agent = agents["items"][0].clone();
    let path = format!("/api/v1/agents/{}", agent["id"].as_str().unwrap());
    let moved =
        server.put(&admin, &path, 1, json!({ "name": "陈晨", "level": "senior", "team": team })).await;
    assert_eq!(
        (&moved.json()["team"], &moved.json()["level"]),
        (&team, &json!("senior")),
        "{}",
        moved.text()
    );
    assert_eq!(server.put(&admin, &path, 1, json!({ "name": "x" })).await.code(), "changed_meanwhile");
    let nowhere = json!({ "name": "x", "team": uuid::Uuid::nil() });
    assert_eq!(server.put(&admin, &path, 2, nowhere).await.json()["field"], "team");
    let team = format!("/api/v1/teams/{}", team.as_str().unwrap());
    assert_eq!(server.get(&admin, &team).await.json()["agents"], 1);
    // Calls that were stay with the team they were made in.
    let number = agent["id"].as_str().unwrap();
    let calls = server.get(&admin, &format!("/api/v1/conversations?agent={number}")).await.json();
    assert!(calls["items"].as_array().unwrap().iter().all(|row| row["team"]["name"] != "晚班组"));
    let renamed = server.put(&admin, &team, 1, json!({ "name": "夜班组" })).await.json();
    assert_eq!(renamed["former"], json!(["晚班组"]));
    assert_eq!(server.post(&admin, "/api/v1/teams", json!({ "name": "晚班组" })).await.code(), "conflict");

    // A leader sees the own team and no other.
    let own = server.somebody("leader2", &[Post::TeamLeader], None).await;
    let seen = server.get(&own, "/api/v1/teams").await.json();
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
    assert_eq!(server.get(&own, &team).await.code(), "not_found");
    assert_eq!(server.put(&own, &team, 2, json!({ "name": "x" })).await.code(), "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_kept_for_oneself_and_shared_as_far_as_one_reaches() {
    let server = house().await;
    let manager = server.somebody("manager", &[Post::QualityManager], None).await;
    let leader = server.somebody("leader", &[Post::TeamLeader], None).await;
    let inspector = server.somebody("wang", &[Post::Inspector], None).await;
    let team = server.house.store().places().await.unwrap().teams[0].id;
    let view = |name: &str, shared: &str| json!({ "name": name, "choice": { "state": "failed", "sort": "risk" }, "columns": ["at", "risk"], "shared": shared });
    let made = server.post(&inspector, "/api/v1/views", view("我的", "own")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["choice"]["sort"], &made["own"]), (&json!("risk"), &json!(true)));
    assert_eq!(server.post(&inspector, "/api/v1/views", view("我的", "own")).await.code(), "conflict");
    assert_eq!(
        server.post(&inspector, "/api/v1/views", view("大家的", "house")).await.json()["field"],
        "shared"
    );
    assert_eq!(
        server.post(&manager, "/api/v1/views", view("大家的", "house")).await.status,
        StatusCode::CREATED
    );
    let mut of_team = view("班组的", "team");
    of_team["team"] = json!(team);
    assert_eq!(
        server.post(&inspector, "/api/v1/views", of_team.clone()).await.status,
        StatusCode::CREATED,
        "their team"
    );
    let elsewhere = {
        let mut view = of_team.clone();
        view["team"] = json!(uuid::Uuid::nil());
        view
    };
    assert_eq!(server.post(&leader, "/api/v1/views", elsewhere).await.json()["field"], "shared");
    let names = |answer: Answer| {
        let items = answer.json()["items"].as_array().unwrap().clone();
        items.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut seen = names(server.get(&leader, "/api/v1/views").await);
    seen.sort();
    assert_eq!(seen, ["大家的", "班组的"]);

    // Only its owner changes it, as it was read.
    let path = format!("/api/v1/views/{}", made["id"].as_str().unwrap());
    assert_eq!(server.put(&manager, &path, 1, view("x", "own")).await.code(), "not_found");
    assert_eq!(server.put(&inspector, &path, 1, view("改名", "own")).await.json()["revision"], 2);
    assert_eq!(server.put(&inspector, &path, 1, view("再改", "own")).await.code(), "changed_meanwhile");
    assert_eq!(server.ask(&manager, Method::DELETE, &path, None).await.code(), "not_found");
    assert_eq!(server.ask(&inspector, Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    let bad = json!({ "name": "x", "choice": { "Drop Table": "x" } });
    assert_eq!(server.post(&inspector, "/api/v1/views", bad).await.json()["field"], "choice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_house_has_no_places_and_says_so() {
    let server = empty_house().await;
    let admin = server.admin().await;
    for path in ["projects", "teams", "agents", "views"] {
        let answer = server.get(&admin, &format!("/api/v1/{path}")).await;
        assert_eq!((answer.status, &answer.json()["items"]), (StatusCode::OK, &json!([])), "{path}");
    }
}
