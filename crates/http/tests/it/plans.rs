//! Standing plans draw by themselves: each period once, whatever was down, whoever is at it, and never beyond a bound.

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_app::sampling::plans::SamplingPlan;
use lingjian_app::store::{Incoming, Store};
use lingjian_model::Post;
use lingjian_rehearsal::{Centre, Plan};
use serde_json::{Value, json};

use crate::bad_days::psql;
use crate::house::{Answer, Client, Server, empty_house, house_over, wait_ms};

const PLANS: &str = "/api/v1/sampling/plans";
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Whose calls are drawn.
const PROJECT: &str = "售后回访";

/// On SQLite, then on PostgreSQL.
async fn on_both(test: impl AsyncFn(Server)) {
    test(empty_house().await).await;
    let server = std::env::var("LINGJIAN_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!("LINGJIAN_TEST_POSTGRES names no PostgreSQL server: `cargo xtask postgres` starts one")
    });
    let name = format!("plans_{}", std::process::id());
    psql(&server, &format!("CREATE DATABASE {name}"));
    let (head, _) = server.rsplit_once('/').unwrap();
    let store = Store::open(&format!("{head}/{name}")).await.unwrap();
    test(house_over(store.clone(), tempfile::tempdir().unwrap(), "zh/outbound").await).await;
    store.close().await;
    psql(&server, &format!("DROP DATABASE {name} WITH (FORCE)"));
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn today(server: &Server) -> Date {
    Timestamp::from_millisecond(server.house.edge().now()).unwrap().to_zoned(zone()).date()
}

fn moment(day: Date, hour: i8, minute: i8) -> Timestamp {
    day.at(hour, minute, 0, 0).to_zoned(zone()).unwrap().timestamp()
}

/// Lets time pass until the next day that is so far away, at this hour.
fn wait_until(server: &Server, day: Date, hour: i8, minute: i8) {
    wait_ms(moment(day, hour, minute).as_millisecond() - server.house.edge().now());
}

fn after(day: Date, days: i64) -> Date {
    Timestamp::from_millisecond(moment(day, 12, 0).as_millisecond() + days * DAY)
        .unwrap()
        .to_zoned(zone())
        .date()
}

/// Calls of three agents, as many of each, on the morning of a day.
async fn calls_on(server: &Server, day: Date, of_each: usize, category: &str) {
    let seed = u64::from(day.day_of_year().unsigned_abs()) + 1000;
    let centre = Centre::new(&Plan { seed, calls: 3 * of_each, ..Plan::default() }).unwrap();
    let calls: Vec<Incoming> = centre
        .calls()
        .enumerate()
        .map(|(at, call)| {
            let mut conversation = call.conversation;
            conversation.id = format!("{day}-{at}");
            conversation.started_at = Some(moment(day, 8, at as i8));
            for (name, value) in
                [("project", PROJECT), ("category", category), ("agent", ["A1", "A2", "A3"][at % 3])]
            {
                conversation.attributes.insert(name.to_owned(), value.into());
            }
            Incoming { conversation, recording: None }
        })
        .collect();
    server.house.take(&calls, 10).await.unwrap();
}

async fn project(server: &Server) -> String {
    let places = server.house.store().places().await.unwrap();
    places.projects.iter().find(|one| one.name == PROJECT).unwrap().id.to_string()
}

/// Two of each agent's calls each day.
fn told() -> Value {
    let wishes = json!({ "strata": "agent", "count": 1, "minimum": 2, "card": "care" });
    json!({ "name": "每人每天两通", "wishes": wishes })
}

fn with(mut all: Value, changes: Value) -> Value {
    all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    all
}

async fn make(server: &Server, changes: Value) -> Answer {
    let admin = server.admin().await;
    let all = with(told(), json!({ "project": project(server).await, "period": "day" }));
    server.post(&admin, PLANS, with(all, changes)).await
}

async fn made(server: &Server, changes: Value) -> String {
    let made = make(server, changes).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    format!("{PLANS}/{}", made.json()["id"].as_str().unwrap())
}

async fn show(server: &Server, path: &str) -> Value {
    server.get(&server.admin().await, path).await.json()
}

async fn runs(server: &Server, path: &str) -> Vec<Value> {
    show(server, &format!("{path}/runs")).await["items"].as_array().unwrap().clone()
}

async fn draws(server: &Server) -> Vec<Value> {
    show(server, "/api/v1/draws").await["items"].as_array().unwrap().clone()
}

async fn change(server: &Server, path: &str, changes: Value) -> Answer {
    let admin = server.admin().await;
    let revision =
        server.get(&admin, path).await.headers["etag"].to_str().unwrap().trim_matches('"').to_owned();
    server.marked(&admin, Method::PUT, path, revision.parse().unwrap(), with(told(), changes)).await
}

async fn run(server: &Server) -> u64 {
    server.house.run_plans().await.unwrap()
}

/// Next morning, with calls of that day.
async fn morning(server: &Server, category: &str) -> Date {
    let day = after(today(server), 1);
    wait_until(server, day, 10, 0);
    calls_on(server, day, 4, category).await;
    day
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_draws_each_day_once_and_makes_up_for_what_was_missed() {
    on_both(async |server| {
        let first = morning(&server, "").await;
        let path = made(&server, json!({ "due_days": 2 })).await;
        let shown = show(&server, &path).await;
        let (second, third) = (after(first, 1), after(first, 2));
        assert_eq!(shown["next"]["from"], first.to_string());
        assert_eq!(shown["next"]["at"], format!("{:.3}", moment(second, 2, 0)), "two hours after the day");
        assert_eq!((run(&server).await, shown["last"].is_null()), (0, true), "the day is not over");
        wait_until(&server, second, 1, 59);
        assert_eq!(run(&server).await, 0, "calls may still come in");
        wait_until(&server, second, 2, 1);
        assert_eq!((run(&server).await, run(&server).await), (1, 0), "once");

        let ran = runs(&server, &path).await;
        assert_eq!((ran.len(), &ran[0]["outcome"], &ran[0]["drawn"]), (1, &json!("drawn"), &json!(6)));
        assert_eq!(
            (&ran[0]["from"], &ran[0]["until"]),
            (&json!(first.to_string()), &json!(first.to_string()))
        );
        let draw = show(&server, &format!("/api/v1/draws/{}", ran[0]["draw"].as_str().unwrap())).await;
        let (items, strata) =
            (draw["items"].as_array().unwrap(), draw["planned"]["strata"].as_array().unwrap());
        assert_eq!((items.len(), strata.len()), (6, 3));
        assert!(strata.iter().all(|one| one["drawn"] == 2 && one["population"] == 4), "{strata:?}");
        assert_eq!(draw["from"], format!("{:.3}", moment(first, 0, 0)));
        assert_eq!(
            draw["due_at"],
            format!("{:.3}", moment(after(second, 3), 0, 0)),
            "two days, to their end"
        );
        assert_eq!((&draw["drawn_by"]["name"], &draw["open"]), (&json!("管理员"), &json!(6)));
        let noted = show(&server, "/api/v1/audit?action=sampling.draw").await;
        let noted = &noted["items"][0];
        assert!(path.ends_with(noted["detail"]["plan"].as_str().unwrap()), "{noted}");

        // The house was down for two days; on the second nobody called.
        wait_until(&server, second, 10, 0);
        calls_on(&server, second, 1, "").await;
        wait_until(&server, after(first, 3), 9, 0);
        assert_eq!((run(&server).await, run(&server).await), (2, 0));
        let ran = runs(&server, &path).await;
        let became: Vec<(&str, &str)> =
            ran.iter().map(|run| (run["from"].as_str().unwrap(), run["outcome"].as_str().unwrap())).collect();
        let days = [third, second, first].map(|day| day.to_string());
        assert_eq!(became, [(&*days[0], "no_calls"), (&*days[1], "drawn"), (&*days[2], "drawn")]);
        assert_eq!((&ran[1]["drawn"], &ran[0]["draw"]), (&json!(3), &Value::Null), "as many as there are");
        assert_eq!(draws(&server).await.len(), 2);
        let page = show(&server, &format!("{path}/runs?limit=2")).await;
        assert_eq!(page["next"], days[1]);
        let page = show(&server, &format!("{path}/runs?limit=2&cursor={}", days[1])).await;
        assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (1, &Value::Null));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_paused_or_has_ended_draws_nothing() {
    on_both(async |server| {
        let first = morning(&server, "").await;
        let path = made(&server, json!({})).await;
        let paused = change(&server, &path, json!({ "paused": true })).await;
        assert_eq!((paused.status, &paused.json()["next"]), (StatusCode::OK, &Value::Null));
        wait_until(&server, after(first, 1), 9, 0);
        assert_eq!(run(&server).await, 0);
        // What was over when it goes on is not made up for.
        let on = change(&server, &path, json!({})).await.json();
        assert_eq!(
            (&on["paused"], &on["next"]["from"]),
            (&json!(false), &json!(after(first, 1).to_string()))
        );
        assert_eq!(run(&server).await, 0);
        let last = morning(&server, "").await;
        change(&server, &path, json!({ "until": last.to_string() })).await;
        wait_until(&server, after(last, 3), 9, 0);
        assert_eq!(run(&server).await, 2, "the day on which it goes on, and its last");
        assert_eq!(runs(&server, &path).await[0]["from"], last.to_string());
        assert_eq!(show(&server, &path).await["next"], Value::Null);

        let path = made(&server, json!({ "name": "第二个" })).await;
        let admin = server.admin().await;
        let ended = server.ask(&admin, Method::DELETE, &path, None).await;
        assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text());
        wait_until(&server, after(today(&server), 1), 9, 0);
        assert_eq!(run(&server).await, 0);
        let shown = show(&server, &path).await;
        assert!(shown["ended_at"].is_string() && shown["next"].is_null(), "{shown}");
        assert_eq!(change(&server, &path, json!({})).await.status, StatusCode::CONFLICT);
        let admin = server.admin().await;
        let again = server.ask(&admin, Method::DELETE, &path, None).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert_eq!(show(&server, PLANS).await["items"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_run_it_at_once_draw_once() {
    on_both(async |server| {
        let first = morning(&server, "").await;
        let path = made(&server, json!({})).await;
        wait_until(&server, after(first, 1), 3, 0);
        let one = || {
            let house = server.house.clone();
            tokio::spawn(async move { house.run_plans().await.unwrap() })
        };
        let [a, b, c] = [one(), one(), one()];
        assert_eq!(a.await.unwrap() + b.await.unwrap() + c.await.unwrap(), 1);
        assert_eq!((draws(&server).await.len(), runs(&server, &path).await.len()), (1, 1));
    })
    .await;
}

/// The minimum of each agent goes beyond the highest share: that is shown, and nothing is drawn.
#[tokio::test(flavor = "multi_thread")]
async fn a_bound_holds_for_plans_too() {
    let server = empty_house().await;
    let first = morning(&server, "retention").await;
    let path = made(&server, json!({})).await;
    wait_until(&server, after(first, 1), 3, 0);
    assert_eq!((run(&server).await, run(&server).await), (1, 0));
    let ran = runs(&server, &path).await;
    assert_eq!((&ran[0]["outcome"], &ran[0]["draw"]), (&json!("bound"), &Value::Null));
    assert!(ran[0]["reason"].as_str().unwrap().contains("retention"), "{}", ran[0]);
    assert_eq!(
        (&ran[0]["planned"]["drawn"], &ran[0]["planned"]["bounds"]["refused"]),
        (&json!(6), &json!(true))
    );
    assert_eq!(draws(&server).await.len(), 0);
    // A person may, with a reason.
    let by_hand = json!({ "project": project(&server).await, "from": first.to_string(), "to": after(first, 1).to_string(),
        "strata": "agent", "count": 1, "minimum": 2, "card": "care", "reason": "三方同意" });
    let by_hand = server.post(&server.admin().await, "/api/v1/draws", by_hand).await;
    assert_eq!(by_hand.status, StatusCode::CREATED, "{}", by_hand.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_those_of_the_moment() {
    let server = empty_house().await;
    let first = morning(&server, "").await;
    let post = [Post::QualityManager];
    for name in ["leaves", "stays"] {
        server.somebody(name, &post, None).await;
    }
    let admin = server.admin().await;
    let id_of = async |name: &str| {
        let users = server.get(&admin, "/api/v1/users").await.json();
        let found = users["items"].as_array().unwrap().iter().find(|one| one["name"] == name).cloned();
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let both = json!([id_of("leaves").await, id_of("stays").await]);
    let wishes = with(told()["wishes"].clone(), json!({ "inspectors": both }));
    let path = made(&server, json!({ "wishes": wishes })).await;
    let left = id_of("leaves").await;
    let alone = with(told()["wishes"].clone(), json!({ "inspectors": [left] }));
    let (others, gone) =
        (made(&server, json!({ "wishes": alone })).await, made(&server, json!({ "name": "卡没了" })).await);
    // A card that was there when the plan was made, and is no longer.
    let id = gone.rsplit('/').next().unwrap().parse().unwrap();
    let plan = server.house.store().sampling_plan(id).await.unwrap().unwrap();
    let wishes = plan.wishes.replace("\"care\"", "\"former\"");
    let mut transaction = server.house.store().begin().await.unwrap();
    assert!(transaction.change_sampling_plan(&SamplingPlan { wishes, ..plan }).await.unwrap());
    transaction.commit().await.unwrap();

    disable(&server, &admin, &left).await;
    wait_until(&server, after(first, 1), 3, 0);
    assert_eq!(run(&server).await, 3);
    let ran = runs(&server, &path).await;
    assert_eq!((&ran[0]["outcome"], &ran[0]["left_out"]), (&json!("drawn"), &json!(["leaves"])));
    let draw = show(&server, &format!("/api/v1/draws/{}", ran[0]["draw"].as_str().unwrap())).await;
    let items = draw["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["seats"][0]["inspector"]["name"] == "stays"), "{draw}");
    let ran = runs(&server, &others).await;
    let draw = show(&server, &format!("/api/v1/draws/{}", ran[0]["draw"].as_str().unwrap())).await;
    let items = draw["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["seats"][0]["inspector"].is_null()), "they wait: {draw}");
    let ran = runs(&server, &gone).await;
    assert_eq!((&ran[0]["outcome"], &ran[0]["reason"]), (&json!("card"), &json!("former")));

    // It draws in the name of whoever changed it last: when they have left, it does not.
    let admin = server.admin().await;
    let draws = server.somebody("draws", &post, None).await;
    let revision = 1;
    let taken = server.marked(&draws, Method::PUT, &others, revision, told()).await;
    assert_eq!(taken.json()["changed_by"]["name"], "draws", "{}", taken.text());
    let stale = server.marked(&draws, Method::PUT, &others, revision, told()).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let id = taken.json()["changed_by"]["id"].as_str().unwrap().to_owned();
    disable(&server, &admin, &id).await;
    wait_until(&server, after(first, 2), 3, 0);
    run(&server).await;
    let ran = runs(&server, &others).await;
    assert_eq!((&ran[0]["outcome"], &ran[0]["reason"]), (&json!("rights"), &json!("draws")));
}

async fn disable(server: &Server, admin: &Client, id: &str) {
    let path = format!("/api/v1/users/{id}");
    let read = server.get(admin, &path).await;
    let revision = read.headers["etag"].to_str().unwrap().trim_matches('"').parse().unwrap();
    let name = read.json()["display_name"].clone();
    let change = json!({ "display_name": name, "posts": ["quality_manager"], "disabled": true });
    let changed = server.marked(admin, Method::PUT, &path, revision, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_is_listed_as_missed() {
    let server = empty_house().await;
    let first = morning(&server, "").await;
    let path = made(&server, json!({ "period": "week" })).await;
    wait_until(&server, after(first, 60), 12, 0);
    let count = run(&server).await;
    let ran = runs(&server, &path).await;
    assert!(ran.len() as u64 == count && (8..=9).contains(&count), "{count}");
    let missed = ran.iter().filter(|run| run["outcome"] == "missed").count();
    assert!((3..=4).contains(&missed), "weeks that ended more than 35 days ago: {missed}");
    assert!(ran[..ran.len() - missed].iter().all(|run| run["outcome"] == "no_calls"), "{ran:?}");
    assert_eq!(draws(&server).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_told() {
    let server = empty_house().await;
    let first = morning(&server, "").await;
    let wishes = |changes: Value| json!({ "wishes": with(told()["wishes"].clone(), changes) });
    let bad = [
        (json!({ "name": " " }), "name"),
        (json!({ "period": "year" }), "period"),
        (json!({ "from": after(first, -1).to_string() }), "from"),
        (json!({ "from": "2026-11-02T00:00" }), "from"),
        (json!({ "until": after(first, -1).to_string() }), "until"),
        (json!({ "due_days": 0 }), "due_days"),
        (wishes(json!({ "count": 0, "minimum": 0 })), "count"),
        (wishes(json!({ "count": null, "share": 1.5 })), "share"),
        (wishes(json!({ "share": 0.5 })), "count"),
        (wishes(json!({ "guidance": 0.9 })), "guidance"),
        (wishes(json!({ "listeners": 21 })), "listeners"),
        (wishes(json!({ "strata": "weather" })), "strata"),
        (wishes(json!({ "inspectors": [uuid::Uuid::nil()] })), "inspectors"),
    ];
    for (changes, field) in bad {
        let answer = make(&server, changes.clone()).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some(field)),
            "{changes}"
        );
    }
    for changes in [wishes(json!({ "card": "none" })), json!({ "project": uuid::Uuid::nil() })] {
        assert_eq!(make(&server, changes).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(show(&server, PLANS).await["items"], json!([]));
    // Three a week of each agent; who is listened to learns nothing of it.
    let weekly = wishes(json!({ "minimum": 3 }));
    let path =
        made(&server, with(weekly, json!({ "period": "week", "from": after(first, 7).to_string() }))).await;
    let shown = show(&server, &path).await;
    assert_eq!((&shown["wishes"]["minimum"], &shown["wishes"]["count"]), (&json!(3), &json!(1)));
    let inspector = server.somebody("inspector", &[Post::Inspector], None).await;
    assert_eq!(server.get(&inspector, &path).await.status, StatusCode::FORBIDDEN);
}
