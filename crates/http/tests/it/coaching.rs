//! A serious problem becomes a coaching sheet: by whom it may, and what each of them sees.

use axum::http::{Method, StatusCode};
use lingjian_app::store::AuditFilter;
use lingjian_model::Post;
use serde_json::{Value, json};

use crate::house::{Answer, Client, Server, house, wait_ms};

const COACHING: &str = "/api/v1/coaching";
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Server {
    /// Does something with a sheet as it was read.
    async fn coaches(&self, client: &Client, sheet: &Value, what: &str, told: Value) -> Answer {
        let path = format!("{COACHING}/{}/{what}", sheet["id"].as_str().unwrap());
        let method = if what == "notes" { Method::PUT } else { Method::POST };
        self.marked(client, method, &path, sheet["changes"].as_i64().unwrap(), told).await
    }

    /// The same, where it works.
    async fn coached(&self, client: &Client, sheet: &Value, what: &str, told: Value) -> Value {
        let answer = self.coaches(client, sheet, what, told).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
        answer.json()
    }

    async fn sheet(&self, client: &Client, sheet: &Value) -> Answer {
        self.get(client, &format!("{COACHING}/{}", sheet["id"].as_str().unwrap())).await
    }

    async fn sheets(&self, client: &Client, query: &str) -> usize {
        let answer = self.get(client, &format!("{COACHING}?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["items"].as_array().unwrap().len()
    }

    /// A call that was judged, and sent.
    async fn sent(&self, client: &Client, call: &str) -> Value {
        let submitted = self.judged(client, call).await;
        self.done(client, &submitted, "send", json!({})).await
    }
}

/// What a coach writes.
fn notes() -> Value {
    json!({
        "items": ["opening"],
        "problem": "没有报出公司名称，客户 13812345678 听不明白",
        "moments": [{ "turn": 0, "start_ms": 0, "end_ms": 3000 }],
        "root_cause": "话术不熟",
        "discussion": "一起听了录音，对照话术",
        "agreed": "每通先报公司名称",
        "due_at": "2099-01-01T00:00:00Z",
    })
}

/// Three calls of one agent of the team that somebody of `house` has, and one of another agent; and the agents' numbers.
async fn calls(server: &Server, leader: &Client) -> (Vec<String>, String, String, String) {
    let all = server.get(leader, "/api/v1/conversations?limit=100&state=judged").await.json();
    let rows = all["items"].as_array().unwrap();
    let number = |row: &Value| row["agent"]["number"].as_str().unwrap().to_owned();
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    let of = |one: &str| rows.iter().filter(|row| number(row) == one).map(id).collect::<Vec<_>>();
    let agent = rows.iter().map(number).find(|one| of(one).len() >= 3).unwrap();
    let other = rows.iter().find(|row| number(row) != agent).unwrap();
    (of(&agent), agent, id(other), number(other))
}

fn may(sheet: &Value) -> Vec<&str> {
    sheet["may"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_is_talked_about_signed_and_listened_to_again() {
    let server = house().await;
    let admin = server.admin().await;
    let leader = server.somebody("leader", &[Post::TeamLeader], None).await;
    let (calls, number, _, other) = calls(&server, &leader).await;
    let agent = server.somebody("agent", &[Post::Agent], Some(&number)).await;
    let another = server.somebody("another", &[Post::Agent], Some(&other)).await;
    let judged = server.judged(&admin, &calls[0]).await;
    let begin = json!({ "evaluation": judged["id"], "items": ["opening"] });
    let early = server.post(&leader, COACHING, begin.clone()).await;
    assert_eq!((early.status, early.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("evaluation")));
    let cause = server.done(&admin, &judged, "send", json!({})).await;

    // A draft is its coach's alone; what was said of the item stands in it.
    let begun = server.post(&leader, COACHING, begin.clone()).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
    let draft = begun.json();
    assert_eq!((draft["stage"].as_str(), may(&draft)), (Some("draft"), vec!["write", "discard", "hold"]));
    assert_eq!(draft["notes"]["problem"], "听录音核对过");
    assert_eq!(draft["notes"]["moments"], cause["answers"]["opening"]["evidence"]);
    assert_eq!(draft["cause"]["items"][0]["id"], "opening");
    assert_eq!(draft["cause"]["items"][0]["earned"], draft["cause"]["items"][0]["points"]);
    for one in [&admin, &agent, &another] {
        assert_eq!(server.sheet(one, &draft).await.status, StatusCode::NOT_FOUND);
        assert_eq!(server.sheets(one, "").await, 0);
    }
    let again = server.post(&leader, COACHING, begin).await;
    assert_eq!(
        (again.status, &again.json()["id"]),
        (StatusCode::OK, &draft["id"]),
        "one draft, gone on with"
    );
    let bare = server.coaches(&leader, &draft, "hold", json!({})).await;
    assert_eq!((bare.status, bare.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("root_cause")));

    // Written by one hand at a time, and put before the agent.
    let written = server.coached(&leader, &draft, "notes", notes()).await;
    assert!(written["notes"]["problem"].as_str().unwrap().contains("13812345678"), "as the coach wrote it");
    let stale = server.coaches(&leader, &draft, "notes", notes()).await;
    assert_eq!((stale.status, stale.code().as_str()), (StatusCode::PRECONDITION_FAILED, "changed_meanwhile"));
    let held = server.coached(&leader, &written, "hold", json!({})).await;
    assert_eq!((held["stage"].as_str(), may(&held)), (Some("held"), vec!["close"]));
    let seen = server.sheet(&agent, &draft).await.json();
    assert_eq!(may(&seen), ["sign", "dispute"]);
    assert!(!seen["notes"]["problem"].as_str().unwrap().contains("13812345678"), "masked: {seen}");
    assert_eq!(server.sheet(&another, &draft).await.status, StatusCode::NOT_FOUND);
    for (who, status) in [(&leader, StatusCode::FORBIDDEN), (&another, StatusCode::NOT_FOUND)] {
        assert_eq!(server.coaches(who, &held, "sign", json!({})).await.status, status);
    }

    // The agent disputes it; what was disputed stays, and the coach goes on.
    let mute = server.coaches(&agent, &seen, "dispute", json!({ "reason": " " })).await;
    assert_eq!((mute.status, mute.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("reason")));
    let why = json!({ "reason": "开头报过公司名称" });
    let disputed = server.coached(&agent, &seen, "dispute", why).await;
    assert_eq!((disputed["stage"].as_str(), may(&disputed).len()), (Some("disputed"), 0));
    let mut milder = notes();
    milder["problem"] = json!("公司名称报得太快");
    let back = server.sheet(&leader, &draft).await.json();
    assert_eq!(may(&back), ["write", "hold", "close"]);
    let written = server.coached(&leader, &back, "notes", milder).await;
    let seen = server.sheet(&agent, &draft).await.json();
    assert!(
        seen["notes"]["problem"].as_str().unwrap().starts_with("没有报出"),
        "not before it is held again"
    );
    let held = server.coached(&leader, &written, "hold", json!({})).await;
    let steps = held["steps"].as_array().unwrap();
    assert!(steps[0]["notes"]["problem"].as_str().unwrap().starts_with("没有报出"));
    assert_eq!(steps[1]["words"], "开头报过公司名称");
    let signed = server.coached(&agent, &held, "sign", json!({ "comment": "明白了" })).await;
    assert!(signed["signed_at"].is_string());

    // Only what is heard afterwards shows what came of it.
    let effect = json!({ "effect": "improved", "words": "开场清楚" });
    let early = server.coaches(&leader, &signed, "close", effect.clone()).await;
    assert_eq!((early.status, early.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("effect")));
    wait_ms(DAY);
    let (admin, leader) =
        (server.admin().await, { server.somebody("leader-again", &[Post::TeamLeader], None).await });
    let later = server.sent(&admin, &calls[1]).await;
    let follow = json!({ "evaluation": later["id"] });
    let own = server.coaches(&leader, &signed, "follow", json!({ "evaluation": cause["id"] })).await;
    assert_eq!((own.status, own.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("evaluation")));
    let followed = server.coached(&leader, &signed, "follow", follow.clone()).await;
    assert_eq!(followed["follow_ups"][0]["evaluation"], later["id"]);
    assert_eq!(followed["follow_ups"][0]["items"][0]["id"], "opening");
    assert_eq!(followed["follow_ups"][0]["total"], later["total"]);
    let twice = server.coaches(&leader, &followed, "follow", follow).await;
    assert_eq!((twice.status, twice.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("evaluation")));
    let closed = server.coached(&leader, &followed, "close", effect).await;
    assert_eq!(
        (closed["stage"].as_str(), closed["effect"].as_str(), may(&closed).len()),
        (Some("closed"), Some("improved"), 0)
    );
    assert_eq!(server.sheets(&leader, "stage=closed").await, 1);
    let of_it = cause["id"].as_str().unwrap();
    assert_eq!(server.sheets(&leader, &format!("evaluation={of_it}&stage=held")).await, 0);

    // All of it stands in the audit trail.
    let mut trail = server.house.store().audited(&AuditFilter::default(), 500).await.unwrap();
    trail.retain(|one| Some(one.subject.as_str()) == draft["id"].as_str());
    let done = trail.iter().map(|one| one.action.as_str()).filter(|one| *one != "coaching.read");
    let mut done: Vec<&str> = done.collect();
    done.reverse();
    let expected = ["begin", "hold", "dispute", "hold", "sign", "follow", "close"];
    assert_eq!(done, expected.map(|one| format!("coaching.{one}")));
    assert!(trail.iter().any(|one| one.action == "coaching.read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn coaching_stays_within_reach_and_nobody_coaches_themself() {
    let server = house().await;
    let admin = server.admin().await;
    let leader = server.somebody("leader", &[Post::TeamLeader], None).await;
    let (calls, number, _, _) = calls(&server, &leader).await;
    let both = server.somebody("both", &[Post::TeamLeader, Post::Agent], Some(&number)).await;
    let own = server.post(&both, COACHING, json!({ "conversation": calls[0] })).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "nobody coaches themself: {}", own.text());
    let inspector = server.somebody("inspector", &[Post::Inspector], None).await;
    let refused = server.post(&inspector, COACHING, json!({ "conversation": calls[0] })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    // A call of a team that the leader does not have.
    let all = server.get(&admin, "/api/v1/conversations?limit=100&state=judged").await.json();
    let mine = server.get(&leader, "/api/v1/conversations?limit=100&state=judged").await.json();
    let mine: Vec<&Value> = mine["items"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    let rows = all["items"].as_array().unwrap().iter();
    let elsewhere = rows.map(|row| &row["id"]).find(|id| !mine.contains(id)).unwrap();
    let begun = server.post(&leader, COACHING, json!({ "conversation": elsewhere })).await;
    assert_eq!(begun.status, StatusCode::NOT_FOUND);
    let begun = server.post(&admin, COACHING, json!({ "conversation": elsewhere })).await.json();
    let mut written = notes();
    written["items"] = json!([]);
    let written = server.coached(&admin, &begun, "notes", written).await;
    let held = server.coached(&admin, &written, "hold", json!({})).await;
    assert_eq!(server.sheet(&leader, &held).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.sheets(&leader, "").await, 0);
    let late = server.coaches(&leader, &held, "close", json!({ "effect": "not_judged", "words": "x" })).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);

    // Who coaches in that team goes on with it; who is only coached there, reads and does not close.
    let begun = server.post(&admin, COACHING, json!({ "conversation": calls[0] })).await.json();
    let written = server.coached(&admin, &begun, "notes", json!({ "problem": "x" })).await;
    let short = server.coaches(&admin, &written, "hold", json!({})).await;
    assert_eq!(short.json()["field"], "root_cause");
    let mut whole = notes();
    whole["items"] = json!([]);
    let written = server.coached(&admin, &written, "notes", whole).await;
    let held = server.coached(&admin, &written, "hold", json!({})).await;
    let seen = server.sheet(&both, &held).await.json();
    assert_eq!(may(&seen), ["sign", "dispute"], "as an agent, not as a leader");
    let taken_back = json!({ "effect": "not_judged", "words": "弄错了人" });
    let own = server.coaches(&both, &held, "close", taken_back.clone()).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let closed = server.coached(&leader, &held, "close", taken_back).await;
    assert_eq!((closed["effect"].as_str(), closed["stage"].as_str()), (Some("not_judged"), Some("closed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_to_a_sheet_is_told_and_what_is_overdue_is_late() {
    let server = house().await;
    let admin = server.admin().await;
    let leader = server.somebody("leader", &[Post::TeamLeader], None).await;
    let (calls, _, other, _) = calls(&server, &leader).await;
    let sent = server.sent(&admin, &calls[0]).await;
    let nobody = uuid::Uuid::nil();
    let bad = [
        (json!({}), "evaluation"),
        (json!({ "evaluation": sent["id"], "conversation": calls[0] }), "evaluation"),
        (json!({ "conversation": calls[0], "items": ["opening"] }), "items"),
        (json!({ "evaluation": sent["id"], "items": ["nothing"] }), "items"),
        (json!({ "conversation": "x" }), "body"),
    ];
    for (told, field) in bad {
        let answer = server.post(&admin, COACHING, told).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some(field)),
            "{}",
            answer.text()
        );
    }
    for unknown in [json!({ "evaluation": nobody }), json!({ "conversation": nobody })] {
        assert_eq!(server.post(&admin, COACHING, unknown).await.status, StatusCode::NOT_FOUND);
    }
    let draft = server.post(&admin, COACHING, json!({ "evaluation": sent["id"] })).await.json();
    let bad = [
        (json!({ "items": ["nothing"] }), "items"),
        (json!({ "problem": "长".repeat(4001) }), "problem"),
        (json!({ "moments": [{ "start_ms": 2000, "end_ms": 1000 }] }), "moments"),
        (json!({ "due_at": "soon" }), "due_at"),
        (json!({ "why": "x" }), "body"),
    ];
    for (told, field) in bad {
        let answer = server.coaches(&admin, &draft, "notes", told).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some(field)),
            "{}",
            answer.text()
        );
    }
    let mut over = notes();
    over["due_at"] = json!("2020-01-01");
    let written = server.coached(&admin, &draft, "notes", over).await;
    let held = server.coaches(&admin, &written, "hold", json!({})).await;
    assert_eq!((held.status, held.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("due_at")));
    let strange = server.get(&admin, &format!("{COACHING}?stage=nothing")).await;
    assert_eq!((strange.status, strange.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("stage")));

    let begun = written["begun_at"].as_str().unwrap();
    let soon = begun.parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_hours(24);
    let mut in_time = notes();
    in_time["due_at"] = json!(soon.to_string());
    let written = server.coached(&admin, &written, "notes", in_time).await;
    let held = server.coached(&admin, &written, "hold", json!({})).await;
    assert_eq!((held["late"].as_bool(), server.sheets(&admin, "late=true").await), (Some(false), 0));
    let strange = json!({ "evaluation": sent["id"] });
    assert_eq!(server.coaches(&admin, &held, "follow", strange).await.status, StatusCode::CONFLICT);
    wait_ms(2 * DAY);
    let admin = server.admin().await;
    assert_eq!(server.sheets(&admin, "late=true").await, 1);
    assert_eq!(server.sheet(&admin, &held).await.json()["late"], true);

    // A draft is thrown away by whose it is.
    let begun = server.post(&admin, COACHING, json!({ "conversation": other })).await.json();
    let path = format!("{COACHING}/{}", begun["id"].as_str().unwrap());
    let gone = server.marked(&admin, Method::DELETE, &path, 1, json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let path = format!("{COACHING}/{}", held["id"].as_str().unwrap());
    let kept =
        server.marked(&admin, Method::DELETE, &path, held["changes"].as_i64().unwrap(), json!({})).await;
    assert_eq!(kept.status, StatusCode::CONFLICT, "what the agent has seen stays");
}
