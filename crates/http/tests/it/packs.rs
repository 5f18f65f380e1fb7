//! Packs are written, tried and published; what was judged before stays.

use axum::http::{Method, StatusCode};
use lingjian_app::store::{AuditFilter, Blobs, Incoming, Store};
use lingjian_app::worker::Workshop;
use lingjian_app::{Edge, House, Rules, packs};
use lingjian_model::Post;
use lingjian_rehearsal::{Centre, Plan};
use serde_json::{Value, json};

use crate::house::{Answer, CALLS, Client, Server, empty_house, house};

const PACK: &str = "/api/v1/rules/packs/zh-outbound";

impl Server {
    /// Keeps this as the draft and publishes it.
    async fn publish(&self, client: &Client, files: &Value, again: bool) -> Answer {
        let kept =
            self.marked(client, Method::PUT, &format!("{PACK}/draft"), 0, json!({ "files": files })).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        let said = json!({ "note": "扣分太重", "again": again });
        self.marked(client, Method::POST, &format!("{PACK}/draft/publish"), 1, said).await
    }

    /// The digests that judgements stand under, each with how many: those that count, and all.
    async fn digests(&self) -> (Vec<(String, usize)>, usize) {
        let page = lingjian_app::store::Page { after: None, limit: 1000 };
        let store = self.house.store();
        let all = Default::default();
        let all =
            store.conversations(&all, &lingjian_model::Reach::All, Default::default(), page).await.unwrap();
        let (mut count, mut digests) = (0, std::collections::BTreeMap::new());
        for row in all {
            let versions = store.judgement_versions(row.id).await.unwrap();
            count += versions.len();
            let current =
                versions.into_iter().find(|one| one.current_from.is_some() && one.current_to.is_none());
            *digests.entry(current.unwrap().rules).or_insert(0) += 1;
        }
        (digests.into_iter().collect(), count)
    }

    async fn take_one(&self, seed: u64) {
        let centre = Centre::new(&Plan { seed, calls: 1, ..Plan::default() }).unwrap();
        let calls = centre.calls().map(|call| {
            let mut conversation = call.conversation;
            conversation.id = format!("late-{seed}");
            Incoming { conversation, recording: None }
        });
        self.house.take(&calls.collect::<Vec<_>>(), 10).await.unwrap();
    }
}

/// The files of the pack, each phrase of the second in the place of the first.
fn changed(files: &Value, from: &str, to: &str) -> Value {
    let text = files.to_string();
    let (from, to) = (json!(from).to_string(), json!(to).to_string());
    let (from, to) = (from.trim_matches('"'), to.trim_matches('"'));
    assert!(text.contains(from), "{from} stands in no file");
    serde_json::from_str(&text.replacen(from, to, 1)).unwrap()
}

/// Works until nothing more comes of it, as the worker of a process of its own.
async fn work(house: &House) {
    let (stop, told) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(Workshop::new(house.clone(), None).run(told));
    let rules = house.rules().await.unwrap();
    loop {
        let mut transaction = house.store().begin().await.unwrap();
        let edge = house.edge();
        let mut fresh = || edge.fresh();
        let missing = transaction.need_what_is_missing(&rules.enough, 50, 1, edge.now(), &mut fresh);
        let missing = missing.await.unwrap();
        transaction.abandon().await.unwrap();
        // Asked behind what is missing: what was missing a moment ago is work by now, or done.
        let left =
            house.workload().await.unwrap().iter().map(|load| load.waiting + load.running).sum::<i64>();
        if left == 0 && missing == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stop.send(true).unwrap();
    worker.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_judges_what_comes_and_leaves_what_was_judged() {
    let server = house().await;
    let admin = server.admin().await;
    let before = server.house.rules().await.unwrap().digest.clone();
    assert_eq!(server.digests().await, (vec![(before.clone(), CALLS)], CALLS));

    let draft = server.get(&admin, &format!("{PACK}/draft")).await;
    assert_eq!((draft.status, draft.headers["etag"].to_str().unwrap()), (StatusCode::OK, "\"0\""));
    let files = draft.json()["files"].clone();
    let points = files.to_string().split("points: ").nth(1).unwrap().split("\\n").next().unwrap().to_owned();
    let files = changed(&files, &format!("points: {points}"), "points: -1.5");
    let published = server.publish(&admin, &files, false).await;
    assert_eq!(published.status, StatusCode::OK, "{}", published.text());
    assert_eq!((&published.json()["number"], &published.json()["written_by"]), (&json!(1), &json!("管理员")));

    // From now on: nothing is judged again, what comes in is judged by the new version.
    work(&server.house).await;
    assert_eq!(server.digests().await, (vec![(before.clone(), CALLS)], CALLS));
    server.take_one(901).await;
    work(&server.house).await;
    let after = server.house.rules().await.unwrap().digest.clone();
    let (digests, judgements) = server.digests().await;
    assert!(
        digests.contains(&(after.clone(), 1)) && digests.contains(&(before.clone(), CALLS)),
        "{digests:?}"
    );
    assert_eq!(judgements, CALLS + 1);

    // Back to what ships, and everything is judged again: the old judgements count again, and the new ones stay beside them.
    let said = json!({ "note": "还是按原来的", "again": true });
    let back = server.post(&admin, &format!("{PACK}/versions/0/publish"), said).await;
    assert_eq!((back.status, &back.json()["number"]), (StatusCode::OK, &json!(2)), "{}", back.text());
    assert_eq!(server.house.rules().await.unwrap().digest, before, "the same rules have the same digest");
    work(&server.house).await;
    assert_eq!(server.digests().await, (vec![(before.clone(), CALLS + 1)], CALLS + 2));

    // The versions and what differs between them can be read.
    let versions = server.get(&admin, &format!("{PACK}/versions")).await.json();
    let numbers: Vec<i64> =
        versions["items"].as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect();
    assert_eq!((numbers, &versions["items"][0]["counts"]), (vec![2, 1, 0], &json!(true)));
    let first = server.get(&admin, &format!("{PACK}/versions/1")).await.json();
    assert!(first["files"].to_string().contains("points: -1.5"));
    let found = server.get(&admin, &format!("{PACK}/difference?from=0&to=1&lang=en")).await.json();
    let fields = found["changed"][0]["fields"].as_array().unwrap();
    assert_eq!((fields.len(), &fields[0]["field"], &fields[0]["to"]), (1, &json!("points"), &json!(-1.5)));
    assert_eq!((&found["added"], &found["removed"]), (&json!([]), &json!([])));
    assert_eq!(server.get(&admin, &format!("{PACK}/versions/9")).await.code(), "not_found");

    let filter = AuditFilter { action: Some("rules.publish".to_owned()), ..AuditFilter::default() };
    let trail = server.house.store().audited(&filter, 10).await.unwrap();
    assert_eq!(trail.len(), 2);
    assert!(trail[1].detail.contains(&after) && trail[1].subject == "zh-outbound", "{:?}", trail[1]);
}

/// A second process on the same store, whose worker knows nothing but what stands there.
#[tokio::test(flavor = "multi_thread")]
async fn another_process_judges_by_what_this_one_published() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let other = {
        let store = Store::open(&server.address()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let packs: Vec<_> = packs::shipped().into_iter().filter(|pack| pack.name == "zh/outbound").collect();
        House::new(store, blobs, Edge::of_the_machine(), move || Rules::load(&packs))
    };
    let (stop, told) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(Workshop::new(other.clone(), None).run(told));
    let before = other.rules().await.unwrap().digest.clone();
    let files = server.get(&admin, &format!("{PACK}/draft")).await.json()["files"].clone();
    let files = changed(&files, "points: ", "off: true\n    points: ");
    assert_eq!(server.publish(&admin, &files, false).await.status, StatusCode::OK);
    let after = server.house.rules().await.unwrap().digest.clone();
    assert_ne!(before, after);
    assert_eq!(other.rules().await.unwrap().digest, after, "noticed without a word between them");
    server.take_one(902).await;
    while other.workload().await.unwrap().iter().any(|load| load.waiting + load.running > 0) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(server.digests().await.0, [(after, 1)]);
    stop.send(true).unwrap();
    worker.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_is_told_with_its_place_and_not_published() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let files = server.get(&admin, &format!("{PACK}/draft")).await.json()["files"].clone();
    let broken = changed(&files, "severity: ", "severty: ");
    let checked =
        server.post(&admin, &format!("{PACK}/check"), json!({ "files": broken, "lang": "en" })).await.json();
    let first = &checked["diagnostics"][0];
    assert!(
        first["file"].as_str().unwrap().ends_with(".yaml") && !first["file"].as_str().unwrap().contains('/')
    );
    assert!(first["line"].as_i64().unwrap() > 1 && first["column"].as_i64().unwrap() > 1, "{first}");
    assert!(checked["diagnostics"].to_string().contains("did you mean `severity`?"), "{checked}");
    assert!(checked["outline"]["rules"].as_array().unwrap().len() > 3);
    let refused = server.publish(&admin, &broken, false).await;
    assert_eq!((refused.status, refused.json()["field"].as_str()), (StatusCode::BAD_REQUEST, Some("files")));

    // A test of its own that fails keeps it back, too; and a pack cannot take another's name.
    let unproved = changed(&files, "hits: true", "hits: false");
    let checked = server.post(&admin, &format!("{PACK}/check"), json!({ "files": unproved })).await.json();
    let failed =
        checked["tests"].as_array().unwrap().iter().filter(|test| test["failure"].is_string()).count();
    assert_eq!((failed, checked["diagnostics"].as_array().unwrap().len()), (1, 0), "{checked}");
    let path = format!("{PACK}/draft");
    assert_eq!(
        server.marked(&admin, Method::PUT, &path, 1, json!({ "files": unproved })).await.status,
        StatusCode::OK
    );
    let said = json!({ "note": "x" });
    let refused = server.marked(&admin, Method::POST, &format!("{PACK}/draft/publish"), 2, said).await;
    assert!(refused.text().contains("tests fail"), "{}", refused.text());
    let renamed = changed(&files, "id: zh-outbound", "id: mine");
    let checked = server.post(&admin, &format!("{PACK}/check"), json!({ "files": renamed })).await.json();
    assert!(checked["diagnostics"].to_string().contains("自称 `mine`"), "{checked}");
    let versions = server.get(&admin, &format!("{PACK}/versions")).await.json();
    assert_eq!(versions["items"].as_array().unwrap().len(), 1, "nothing was published");
    for name in ["../a.yaml", "a.txt"] {
        let files = json!([{ "name": name, "text": "" }]);
        let refused = server.marked(&admin, Method::PUT, &path, 2, json!({ "files": files })).await;
        assert_eq!(refused.code(), "bad_request", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_write_the_second_is_told() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let other = server.somebody("manager", &[Post::QualityManager], None).await;
    let path = format!("{PACK}/draft");
    let files = server.get(&admin, &path).await.json()["files"].clone();
    let (mine, theirs) =
        (changed(&files, "points: ", "points: -1 #"), changed(&files, "points: ", "points: -2 #"));
    assert_eq!(
        server.marked(&other, Method::PUT, &path, 0, json!({ "files": theirs })).await.status,
        StatusCode::OK
    );
    let second = server.marked(&admin, Method::PUT, &path, 0, json!({ "files": mine })).await;
    assert_eq!(
        (second.status, second.code().as_str()),
        (StatusCode::PRECONDITION_FAILED, "changed_meanwhile")
    );
    let there = server.get(&admin, &path).await.json();
    assert_eq!((&there["written_by"], &there["revision"]), (&json!("manager"), &json!(1)));
    assert!(there["files"].to_string().contains("points: -2 #"));

    // One who publishes what another wrote: both names stand there.
    let said = json!({ "note": "同意", "again": false });
    let stale = server.marked(&admin, Method::POST, &format!("{path}/publish"), 9, said.clone()).await;
    assert_eq!(stale.code(), "changed_meanwhile");
    let published = server.marked(&admin, Method::POST, &format!("{path}/publish"), 1, said.clone()).await;
    assert_eq!(published.status, StatusCode::OK, "{}", published.text());
    assert_eq!(published.json()["written_by"], "manager");
    assert_eq!(published.json()["published_by"], "管理员");

    // A draft that began before the last publication says so.
    server.marked(&other, Method::PUT, &path, 0, json!({ "files": theirs })).await;
    let back = server.post(&admin, &format!("{PACK}/versions/0/publish"), said.clone()).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
    let late = server.marked(&other, Method::POST, &format!("{path}/publish"), 1, said.clone()).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::CONFLICT, "conflict"));
    let seen = json!({ "files": theirs, "based_on": 2 });
    assert_eq!(server.marked(&other, Method::PUT, &path, 1, seen).await.status, StatusCode::OK);
    let now = server.marked(&other, Method::POST, &format!("{path}/publish"), 2, said).await;
    assert_eq!((now.status, &now.json()["number"]), (StatusCode::OK, &json!(3)), "{}", now.text());

    // Who only reads sees no draft.
    let reader = server.somebody("wang", &[Post::OperationsManager], None).await;
    server.marked(&other, Method::PUT, &path, 0, json!({ "files": theirs })).await;
    let packs = server.get(&reader, "/api/v1/rules/packs").await.json();
    assert_eq!(
        (&packs["items"][0]["draft"], &packs["items"][0]["version"]["number"]),
        (&json!(null), &json!(3))
    );
    assert_eq!(server.get(&admin, "/api/v1/rules/packs").await.json()["items"][0]["draft"]["revision"], 1);
    let gone = server.marked(&other, Method::DELETE, &path, 1, json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_tried_before_it_counts() {
    let server = house().await;
    let admin = server.admin().await;
    let sample = |files: &Value| json!({ "files": files, "calls": CALLS });
    let files = server.get(&admin, &format!("{PACK}/draft")).await.json()["files"].clone();
    let same = server.post(&admin, &format!("{PACK}/sample"), sample(&files)).await.json();
    assert_eq!((&same["calls"], &same["all"]), (&json!(CALLS), &json!(CALLS)), "{same}");
    assert_eq!(same["before"], same["after"]);
    assert!(same["rules"].as_array().unwrap().iter().all(|rule| rule["new"] == 0 && rule["gone"] == 0));

    // The pack for the calls of this house too: they come in.
    let mut wider = files.clone();
    let head = wider.as_array_mut().unwrap().iter_mut().find(|file| file["name"] == "pack.yaml").unwrap();
    let text =
        head["text"].as_str().unwrap().replace("directions: [outbound]", "directions: [inbound, outbound]");
    head["text"] = json!(text);
    let wide = server.post(&admin, &format!("{PACK}/sample"), sample(&wider)).await.json();

    // A rule more, which finds what is in every call.
    let text = "rules:\n  - id: greeted\n    severity: minor\n    dimension: risk\n    points: 5\n    when: { pattern: '^.', role: agent }\n";
    let mut more = wider.clone();
    more.as_array_mut().unwrap().push(json!({ "name": "more.yaml", "text": text }));
    let found = server.post(&admin, &format!("{PACK}/sample"), sample(&more)).await.json();
    let of_rule = |sample: &Value| {
        let rules = sample["rules"].as_array().unwrap();
        rules.iter().find(|one| one["rule"] == "greeted").cloned()
    };
    let greeted = of_rule(&found).unwrap_or_else(|| panic!("{found}"));
    assert!(greeted["new"].as_i64().unwrap() > 0 && greeted["same"] == 0, "{greeted}");
    assert!(found["after"]["risk"].as_f64() > wide["after"]["risk"].as_f64(), "{found}");
    let example = greeted["new_in"][0]["id"].as_str().unwrap();

    // Switched off by its place in the text, it finds nothing again.
    let off = json!({ "files": more, "change": { "off": { "rule": "greeted", "off": true } } });
    let edited = server.post(&admin, &format!("{PACK}/edit"), off).await.json();
    assert_eq!(edited["text"], text.replace("greeted\n", "greeted\n    off: true\n"));
    let mut without = wider.clone();
    without.as_array_mut().unwrap().push(edited);
    let without = server.post(&admin, &format!("{PACK}/sample"), sample(&without)).await.json();
    assert_eq!((of_rule(&without), &without["after"]), (None, &wide["after"]));

    let tried = server
        .post(&admin, &format!("{PACK}/try"), json!({ "files": more, "conversation": example, "lang": "en" }))
        .await
        .json();
    let finding = tried["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "greeted").unwrap();
    assert_eq!((&finding["before"], &finding["after"]), (&json!(false), &json!(true)));
    assert!(tried["why"]["greeted"].as_str().unwrap().contains("pack"), "{}", tried["why"]);
    assert!(!tried["turns"].as_array().unwrap().is_empty());
    let filter = AuditFilter { action: Some("conversation.read".to_owned()), ..AuditFilter::default() };
    let trail = server.house.store().audited(&filter, 1).await.unwrap();
    assert_eq!((trail[0].subject.as_str(), trail[0].detail.contains("zh-outbound")), (example, true));
    let gone = json!({ "files": more, "conversation": uuid::Uuid::nil() });
    assert_eq!(server.post(&admin, &format!("{PACK}/try"), gone).await.code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_of_the_house_stands_beside_those_that_ship() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let text = "pack: { id: our-own, title: { zh: 自有, en: Our own } }\nrules:\n  - id: ours\n    severity: minor\n    dimension: risk\n    points: 5\n    when: { phrase: [退款] }\n";
    let files = json!({ "files": [{ "name": "pack.yaml", "text": text }] });
    let path = "/api/v1/rules/packs/our-own/draft";
    assert_eq!(server.get(&admin, path).await.code(), "not_found");
    assert_eq!(server.marked(&admin, Method::PUT, path, 0, files.clone()).await.status, StatusCode::OK);
    let wrong = "/api/v1/rules/packs/Our%20Own/draft";
    assert_eq!(server.marked(&admin, Method::PUT, wrong, 0, files).await.code(), "bad_request");
    let said = json!({ "note": "第一版", "again": true });
    let published = server.marked(&admin, Method::POST, &format!("{path}/publish"), 1, said).await;
    assert_eq!(published.status, StatusCode::OK, "{}", published.text());
    let rules = server.get(&admin, "/api/v1/rules").await.json();
    let ids: Vec<&str> =
        rules["packs"].as_array().unwrap().iter().map(|pack| pack["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["zh-outbound", "our-own"]);
    let why = server.get(&admin, "/api/v1/rules/ours/explanation").await;
    assert_eq!(why.status, StatusCode::OK);
}
