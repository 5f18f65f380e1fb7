//! A call is judged by a person, sent, appealed against and decided: by whom it may be, and what each of them sees.

use axum::http::{Method, StatusCode};
use lingjian_app::store::AuditFilter;
use lingjian_model::Post;
use serde_json::{Value, json};

use crate::house::{Answer, Client, Server, filled, house, house_with, wait_ms};

const EVALUATIONS: &str = "/api/v1/evaluations";
const CARD: &str = "care";
const HOUR: i64 = 60 * 60 * 1000;

impl Server {
    /// Begins to judge a call.
    async fn begin(&self, client: &Client, conversation: &str) -> Answer {
        let told = json!({ "conversation": conversation, "card": CARD, "mode": "recorded" });
        self.post(client, EVALUATIONS, told).await
    }

    /// Does something with an evaluation as it was read.
    async fn does(&self, client: &Client, evaluation: &Value, what: &str, told: Value) -> Answer {
        let path = format!("{EVALUATIONS}/{}/{what}", evaluation["id"].as_str().unwrap());
        let method = if what == "sheet" { Method::PUT } else { Method::POST };
        self.marked(client, method, &path, evaluation["changes"].as_i64().unwrap(), told).await
    }

    /// The same, where it works.
    pub(crate) async fn done(&self, client: &Client, evaluation: &Value, what: &str, told: Value) -> Value {
        let answer = self.does(client, evaluation, what, told).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
        answer.json()
    }

    /// Fills in with the best answers, and submits.
    pub(crate) async fn judged(&self, client: &Client, conversation: &str) -> Value {
        let begun = self.begin(client, conversation).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
        let filled = self.done(client, &begun.json(), "sheet", best(&begun.json())).await;
        self.done(client, &filled, "submit", json!({})).await
    }

    async fn list(&self, client: &Client, query: &str) -> Vec<Value> {
        let answer = self.get(client, &format!("{EVALUATIONS}?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["items"].as_array().unwrap().clone()
    }
}

/// The best option of each item, with comment and evidence wherever they might be asked for.
pub(crate) fn best(evaluation: &Value) -> Value {
    let items = evaluation["form"]["sections"].as_array().unwrap().iter();
    let items = items.flat_map(|section| section["items"].as_array().unwrap());
    let answers = items.map(|item| {
        let options = item["options"].as_array().unwrap().iter();
        let share = |option: &&Value| option["share"].as_f64().unwrap_or(1.0);
        let best = options.max_by(|one, other| share(one).total_cmp(&share(other))).unwrap();
        let moment = json!({ "turn": 0, "start_ms": 0, "end_ms": 1000 });
        let answer =
            json!({ "choice": { "option": best["id"] }, "comment": "听录音核对过", "evidence": [moment] });
        (item["id"].as_str().unwrap().to_owned(), answer)
    });
    let remark = json!({ "kind": "good", "text": "开场自然", "evidence": [] });
    json!({ "answers": answers.collect::<serde_json::Map<_, _>>(), "remarks": [remark] })
}

/// A call with an agent whom nobody else shares, and the agent's number.
async fn a_call(server: &Server, admin: &Client) -> (String, String) {
    let all = server.get(admin, "/api/v1/conversations?limit=1&state=judged").await.json();
    let row = &all["items"][0];
    (row["id"].as_str().unwrap().to_owned(), row["agent"]["number"].as_str().unwrap().to_owned())
}

fn may(evaluation: &Value) -> Vec<&str> {
    evaluation["may"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_judged_sent_appealed_against_and_judged_anew() {
    let server = house().await;
    let admin = server.admin().await;
    let (call, number) = a_call(&server, &admin).await;
    let inspector = server.somebody("inspector", &[Post::QualityManager], None).await;
    let agent = server.somebody("agent", &[Post::Agent], Some(&number)).await;

    // A draft is its inspector's alone.
    let begun = server.begin(&inspector, &call).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
    let draft = begun.json();
    let id = draft["id"].as_str().unwrap().to_owned();
    let path = format!("{EVALUATIONS}/{id}");
    assert_eq!((draft["stage"].as_str(), draft["card"]["version"].as_u64()), (Some("draft"), Some(0)));
    assert_eq!(may(&draft), ["write", "discard", "submit"]);
    assert_eq!(draft["total"], Value::Null, "a draft counts for nothing");
    for other in [&admin, &agent] {
        assert_eq!(server.get(other, &path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(server.list(other, "").await.len(), 0);
    }
    assert_eq!(server.list(&inspector, &format!("conversation={call}&stage=draft")).await.len(), 1);
    let again = server.begin(&inspector, &call).await;
    assert_eq!(
        (again.status, &again.json()["id"]),
        (StatusCode::OK, &draft["id"]),
        "one draft, gone on with"
    );

    // Not before nothing is missing.
    assert!(!draft["gaps"].as_array().unwrap().is_empty());
    let early = server.does(&inspector, &draft, "submit", json!({})).await;
    assert_eq!((early.status, early.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("answers")));
    let filled = server.done(&inspector, &draft, "sheet", best(&draft)).await;
    assert_eq!((&filled["gaps"], filled["changes"].as_i64()), (&json!([]), Some(2)));
    let stale = server.does(&inspector, &draft, "sheet", best(&draft)).await;
    assert_eq!((stale.status, stale.code().as_str()), (StatusCode::PRECONDITION_FAILED, "changed_meanwhile"));
    let submitted = server.done(&inspector, &filled, "submit", json!({})).await;
    assert_eq!((submitted["stage"].as_str(), submitted["total"].as_f64()), (Some("submitted"), Some(100.0)));
    let points = submitted["scored"]["steps"].as_array().unwrap().iter();
    let points = points.filter(|step| step["of"] == "total").map(|step| step["points"].as_f64().unwrap());
    assert!((points.sum::<f64>() - 100.0).abs() < 1e-9, "the steps sum to the total");
    let late = server.does(&inspector, &submitted, "sheet", json!({})).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "what was submitted is not written on");

    // Others see it now; whose call it is, once it was sent.
    assert_eq!(server.get(&admin, &path).await.json()["total"], 100.0);
    assert_eq!(server.get(&agent, &path).await.status, StatusCode::NOT_FOUND);
    let sent = server.done(&inspector, &submitted, "send", json!({})).await;
    assert!(sent["sent_at"].is_string() && sent["appeal_until"].is_string());
    let seen = server.get(&agent, &path).await.json();
    assert_eq!((seen["total"].as_f64(), may(&seen)), (Some(100.0), vec!["acknowledge", "appeal"]));
    assert_eq!(seen["remarks"][0]["kind"], "good");
    assert_eq!(server.list(&agent, "").await.len(), 1);

    // An appeal has a reason, and is decided by another person.
    let mute = server.does(&agent, &seen, "appeal", json!({ "reason": " " })).await;
    assert_eq!((mute.status, mute.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("reason")));
    let wrong = json!({ "reason": "x", "items": ["nothing"] });
    assert_eq!(server.does(&agent, &seen, "appeal", wrong).await.status, StatusCode::BAD_REQUEST);
    let why = json!({ "reason": "客户已确认，请致电 13812345678 核实", "items": ["opening"],
        "evidence": [{ "turn": 1, "start_ms": 1000, "end_ms": 2000 }] });
    let appealed = server.done(&agent, &seen, "appeal", why).await;
    assert_eq!(appealed["stage"], "appealed");
    let step = appealed["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((step["by"]["name"].as_str(), step["items"][0].as_str()), (Some("agent"), Some("opening")));
    assert!(!step["reason"].as_str().unwrap().contains("13812345678"), "masked: {step}");
    let own = server.does(&inspector, &appealed, "uphold", json!({ "reason": "没错" })).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "nobody decides on their own judgement");
    let decided = server.get(&admin, &path).await.json();
    assert_eq!(may(&decided), ["uphold", "change"]);
    let next = server.done(&admin, &decided, "change", json!({ "reason": "申诉属实" })).await;

    // The next revision is a draft of who decided, with the answers as they were; the old one stays and is seen.
    assert_eq!((next["revision"].as_u64(), next["stage"].as_str()), (Some(2), Some("draft")));
    assert_eq!(next["answers"]["opening"], filled["answers"]["opening"]);
    assert_eq!(server.get(&agent, &path).await.json()["revision"], 1);
    let discard = server.marked(&admin, Method::DELETE, &path, 1, json!({})).await;
    assert_eq!(discard.status, StatusCode::CONFLICT, "an appeal that was granted waits for it");
    let rewritten = server.done(&admin, &next, "submit", json!({})).await;
    assert_eq!(server.get(&agent, &path).await.json()["revision"], 1, "not sent yet");
    server.done(&admin, &rewritten, "send", json!({})).await;
    let seen = server.get(&agent, &path).await.json();
    assert_eq!((seen["revision"].as_u64(), seen["revisions"].as_array().unwrap().len()), (Some(2), 2));
    let first = server.get(&agent, &format!("{path}/revisions/1")).await.json();
    assert_eq!(
        (first["stage"].as_str(), first["total"].as_f64(), may(&first).len()),
        (Some("changed"), Some(100.0), 0)
    );
    assert_eq!(server.list(&agent, "").await.len(), 1, "of each the newest revision");
    let sealed = server.done(&agent, &seen, "acknowledge", json!({})).await;
    assert_eq!((sealed["stage"].as_str(), may(&sealed).len()), (Some("acknowledged"), 0));

    // All of it stands in the audit trail.
    let filter = AuditFilter::default();
    let mut trail = server.house.store().audited(&filter, 200).await.unwrap();
    trail.retain(|one| one.subject == id);
    let done: Vec<&str> =
        trail.iter().map(|one| one.action.as_str()).filter(|one| *one != "evaluation.read").collect();
    assert_eq!(
        done,
        [
            "evaluation.acknowledge",
            "evaluation.send",
            "evaluation.submit",
            "evaluation.change",
            "evaluation.appeal",
            "evaluation.send",
            "evaluation.submit",
            "evaluation.begin",
        ]
    );
    assert!(trail.iter().any(|one| one.action == "evaluation.read"));
}

/// What the rules found is filled in, with its sources, and stays beside what a person says.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_found_is_suggested_and_kept_beside_the_answer() {
    let server = filled(house_with("zh/standard").await).await;
    let admin = server.admin().await;
    let all = server.get(&admin, "/api/v1/conversations?limit=100&state=judged").await.json();
    let mut seen = 0;
    for row in all["items"].as_array().unwrap() {
        let begun = server.begin(&admin, row["id"].as_str().unwrap()).await.json();
        let suggested = begun["answers"].as_object().unwrap().iter().find(|(_, one)| {
            let sources = one["suggestion"]["sources"].as_array();
            sources.is_some_and(|some| some.iter().any(|source| source["finding"]["moment"].is_object()))
        });
        let Some((item, answer)) = suggested else { continue };
        seen += 1;
        assert_eq!((answer["origin"].as_str(), &answer["choice"]), (Some("taken"), &Value::Null));
        let finding = answer["suggestion"]["sources"].as_array().unwrap().iter();
        let finding = finding.map(|source| &source["finding"]).find(|one| one["moment"].is_object()).unwrap();
        assert!(finding["version"].as_str().unwrap().starts_with("sha256:"));
        let evidence = answer["evidence"].as_array().unwrap();
        assert!(evidence.contains(&finding["moment"]), "the places are the first evidence: {answer}");
        let mut sheet = best(&begun);
        let forged = json!({ "answers": { item: { "suggestion": null } } });
        assert_eq!(server.does(&admin, &begun, "sheet", forged).await.status, StatusCode::BAD_REQUEST);
        let changed = server.done(&admin, &begun, "sheet", sheet.clone()).await;
        assert_eq!(changed["answers"][item]["suggestion"], answer["suggestion"]);
        assert_eq!(changed["answers"][item]["origin"], "changed");
        sheet["answers"][item] = json!({});
        let back = server.done(&admin, &changed, "sheet", sheet).await;
        assert_eq!(back["answers"][item]["origin"], "taken", "taken back, the suggestion counts again");
        break;
    }
    assert_eq!(seen, 1, "in none of a hundred calls did the rules find what a card asks");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_within_a_day_is_late_and_an_appeal_has_its_time() {
    let server = house().await;
    let admin = server.admin().await;
    let (call, number) = a_call(&server, &admin).await;
    let agent = server.somebody("agent", &[Post::Agent], Some(&number)).await;
    let submitted = server.judged(&admin, &call).await;
    assert_eq!((submitted["late"].as_bool(), server.list(&admin, "late=true").await.len()), (Some(false), 0));
    wait_ms(25 * HOUR);
    let admin = server.admin().await;
    assert_eq!(server.list(&admin, "late=true").await.len(), 1);
    let sent = server.done(&admin, &submitted, "send", json!({})).await;
    assert_eq!((sent["late"].as_bool(), server.list(&admin, "late=true").await.len()), (Some(false), 0));
    drop(agent);
    wait_ms(8 * 24 * HOUR);
    let agent = {
        let places = server.house.store().places().await.unwrap();
        assert!(places.agents.iter().any(|one| one.number == number));
        server.somebody("agent-again", &[Post::Agent], Some(&number)).await
    };
    let seen = server.get(&agent, &format!("{EVALUATIONS}/{}", sent["id"].as_str().unwrap())).await.json();
    assert_eq!(may(&seen), ["acknowledge"], "too late for an appeal");
    let late = server.does(&agent, &seen, "appeal", json!({ "reason": "不同意" })).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("until"), "{}", late.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_and_changes_nothing() {
    let server = house().await;
    let admin = server.admin().await;
    let (call, number) = a_call(&server, &admin).await;
    let own = server.somebody("both", &[Post::QualityManager, Post::Agent], Some(&number)).await;
    let judging = server.begin(&own, &call).await;
    assert_eq!(judging.status, StatusCode::CONFLICT, "nobody judges their own call");
    let unknown = json!({ "conversation": call, "card": "nothing", "mode": "recorded" });
    assert_eq!(server.post(&admin, EVALUATIONS, unknown).await.status, StatusCode::NOT_FOUND);
    let strange = json!({ "conversation": call, "card": CARD, "mode": "whispered" });
    assert_eq!(server.post(&admin, EVALUATIONS, strange).await.status, StatusCode::BAD_REQUEST);
    let future =
        json!({ "conversation": call, "card": CARD, "mode": "live", "listened_at": "2199-01-01T00:00:00Z" });
    assert_eq!(server.post(&admin, EVALUATIONS, future).await.json()["field"], "listened_at");

    let draft = server.begin(&admin, &call).await.json();
    let back = json!({ "start_ms": 2000, "end_ms": 1000 });
    let bad = [
        (json!({ "answers": { "nothing": {} } }), "answers"),
        (json!({ "answers": { "opening": { "comment": "长".repeat(4001) } } }), "answers"),
        (json!({ "answers": { "opening": { "evidence": [back] } } }), "answers"),
        (json!({ "remarks": [{ "kind": "good", "text": "好".repeat(4001) }] }), "remarks"),
        (json!({ "answers": { "opening": { "choice": "perhaps" } } }), "body"),
    ];
    for (told, field) in bad {
        let answer = server.does(&admin, &draft, "sheet", told).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some(field)),
            "{}",
            answer.text()
        );
    }
    let path = format!("{EVALUATIONS}/{}", draft["id"].as_str().unwrap());
    assert_eq!(server.get(&admin, &path).await.json()["changes"], 1, "nothing was changed");
    // Some programs write whole numbers as fractions.
    let moment = json!({ "turn": 0.0, "start_ms": 1000.0, "end_ms": 2000 });
    let pinned = json!({ "answers": { "opening": { "evidence": [moment] } } });
    let draft = server.done(&admin, &draft, "sheet", pinned).await;
    assert_eq!(draft["answers"]["opening"]["evidence"][0]["start_ms"], 1000);
    assert_eq!(server.get(&admin, &format!("{path}/revisions/7")).await.status, StatusCode::NOT_FOUND);
    let gone = server.marked(&admin, Method::DELETE, &path, 2, json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&admin, &path).await.status, StatusCode::NOT_FOUND);
    let again = server.judged(&admin, &call).await;
    let twice = server.begin(&admin, &call).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "judged once on this card: {}", twice.text());
    assert!(twice.text().contains(again["id"].as_str().unwrap()));
}

/// Two inspectors judge one call, each on their own.
#[tokio::test(flavor = "multi_thread")]
async fn two_inspectors_judge_one_call() {
    let server = house().await;
    let admin = server.admin().await;
    let (call, _) = a_call(&server, &admin).await;
    let second = server.somebody("second", &[Post::QualityManager], None).await;
    let one = server.judged(&admin, &call).await;
    let other = server.judged(&second, &call).await;
    assert_ne!(one["id"], other["id"]);
    let both = server.list(&admin, &format!("conversation={call}")).await;
    assert_eq!(both.len(), 2);
    // A page at a time, nothing twice.
    let page = server.get(&admin, &format!("{EVALUATIONS}?limit=1")).await.json();
    let next = page["next"].as_str().unwrap();
    let rest = server.get(&admin, &format!("{EVALUATIONS}?limit=1&cursor={next}")).await.json();
    assert_eq!(rest["next"], Value::Null);
    assert_ne!(page["items"][0]["id"], rest["items"][0]["id"]);
}

/// Who inspects one project sees nothing of another's.
#[tokio::test(flavor = "multi_thread")]
async fn judging_stays_within_reach() {
    let server = house().await;
    let admin = server.admin().await;
    let inspector = server.somebody("inspector", &[Post::Inspector], None).await;
    let all = server.get(&admin, "/api/v1/conversations?limit=100&state=judged").await.json();
    let mine = server.get(&inspector, "/api/v1/conversations?limit=100&state=judged").await.json();
    let mine: Vec<&str> =
        mine["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    let rows = all["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap());
    let other = rows.clone().find(|id| !mine.contains(id)).unwrap();
    assert_eq!(server.begin(&inspector, other).await.status, StatusCode::NOT_FOUND);
    let judged = server.judged(&admin, other).await;
    let path = format!("{EVALUATIONS}/{}", judged["id"].as_str().unwrap());
    assert_eq!(server.get(&inspector, &path).await.status, StatusCode::NOT_FOUND);
    let within = server.judged(&admin, mine[0]).await;
    let seen = server.list(&inspector, "").await;
    assert_eq!(seen.iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&within["id"]]);
}
