//! Scorecards are written, checked and published; what was published stays as it was.

use axum::http::{Method, StatusCode};
use lingjian_app::store::AuditFilter;
use lingjian_model::Post;
use serde_json::{Value, json};

use crate::house::{Client, Server, empty_house};

const CARDS: &str = "/api/v1/scorecards";
const CARE: &str = "/api/v1/scorecards/care";

const OURS: &str = "
id: ours
title: { zh: 自有计分卡, en: Our own }
sections:
  - id: all
    title: { zh: 全部, en: All }
    weight: 100
    items:
      - id: greeting
        title: { zh: 问候, en: Greeting }
        points: 4
        options:
          - { id: done, title: { zh: 做到, en: Done }, share: 1 }
          - { id: not, title: { zh: 没做到, en: Not done }, share: 0, comment: true }
";

impl Server {
    async fn file_of(&self, client: &Client, card: &str) -> String {
        let draft = self.get(client, &format!("{CARDS}/{card}/draft")).await;
        assert_eq!(draft.status, StatusCode::OK, "{}", draft.text());
        draft.json()["file"].as_str().unwrap().to_owned()
    }

    async fn keep_card(
        &self,
        client: &Client,
        card: &str,
        revision: i64,
        body: Value,
    ) -> crate::house::Answer {
        self.marked(client, Method::PUT, &format!("{CARDS}/{card}/draft"), revision, body).await
    }

    async fn publish_card(&self, client: &Client, card: &str, revision: i64) -> crate::house::Answer {
        let said = json!({ "note": "问候单列" });
        self.marked(client, Method::POST, &format!("{CARDS}/{card}/publish"), revision, said).await
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_counts_and_what_was_stays() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let cards = server.get(&admin, CARDS).await.json();
    assert_eq!(ids(&cards), ["care", "listening-checklist", "market", "mining"]);
    let care = &cards["items"][0];
    assert_eq!((&care["version"]["number"], &care["version"]["counts"]), (&json!(0), &json!(true)));
    assert_eq!((&care["draft"], &care["title"]["en"]), (&Value::Null, &json!("Customer care")));
    assert!(care["items"].as_u64().unwrap() > 10);
    let shipped = server.get(&admin, &format!("{CARE}/versions/0")).await.json();

    // What ships is what a draft begins with.
    let draft = server.get(&admin, &format!("{CARE}/draft")).await;
    assert_eq!(draft.headers["etag"].to_str().unwrap(), "\"0\"");
    let file = draft.json()["file"].as_str().unwrap().to_owned();
    assert_eq!(file, shipped["file"]);
    let changed = file.replacen("points: 4", "points: 5", 1);
    assert_ne!(file, changed);
    let kept = server.keep_card(&admin, "care", 0, json!({ "file": changed })).await;
    assert_eq!(
        (kept.status, kept.headers["etag"].to_str().unwrap()),
        (StatusCode::OK, "\"1\""),
        "{}",
        kept.text()
    );
    assert_eq!(server.get(&admin, CARDS).await.json()["items"][0]["draft"]["revision"], 1);
    let published = server.publish_card(&admin, "care", 1).await;
    assert_eq!(published.status, StatusCode::OK, "{}", published.text());
    let published = published.json();
    assert_eq!((&published["number"], &published["written_by"]), (&json!(1), &json!("管理员")));
    assert_ne!(published["digest"], shipped["digest"]);
    assert_eq!(server.get(&admin, CARDS).await.json()["items"][0]["version"]["number"], 1);

    // Back: another number, the same form; nothing is overwritten.
    let again = format!("{CARE}/versions/0/publish");
    let back = server.post(&admin, &again, json!({ "note": "还是按原来的" })).await;
    assert_eq!((back.status, &back.json()["number"]), (StatusCode::OK, &json!(2)), "{}", back.text());
    assert_eq!(back.json()["digest"], shipped["digest"]);
    let twice = server.post(&admin, &format!("{CARE}/versions/2/publish"), json!({ "note": "x" })).await;
    assert_eq!((twice.status, twice.code().as_str()), (StatusCode::CONFLICT, "conflict"));
    let versions = server.get(&admin, &format!("{CARE}/versions")).await.json();
    let numbers: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|one| one["number"].clone()).collect();
    assert_eq!(
        (numbers, &versions["items"][0]["counts"]),
        (vec![json!(2), json!(1), json!(0)], &json!(true))
    );
    let first = server.get(&admin, &format!("{CARE}/versions/1")).await.json();
    assert_eq!((&first["file"], &first["counts"]), (&json!(changed), &json!(false)));
    assert_eq!(first["card"]["sections"][0]["items"][0]["points"], 5.0);
    assert_eq!(server.get(&admin, &format!("{CARE}/versions/0")).await.json()["card"], shipped["card"]);
    for missing in ["care/versions/9", "care/versions/x", "none/versions", "none/versions/0", "None/draft"] {
        assert_eq!(server.get(&admin, &format!("{CARDS}/{missing}")).await.code(), "not_found", "{missing}");
    }

    let trail = async |action: &str| {
        let filter = AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() };
        server.house.store().audited(&filter, 10).await.unwrap()
    };
    let trail_of_publishing = trail("scorecard.publish").await;
    assert_eq!(trail_of_publishing.len(), 2);
    let digest = published["digest"].as_str().unwrap();
    assert!(trail_of_publishing[1].detail.contains(digest) && trail_of_publishing[1].subject == "care");
    assert_eq!(trail("scorecard.draft").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_its_place_and_not_published() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let file = server.file_of(&admin, "care").await;
    let check = async |file: &str, lang: &str| {
        let checked =
            server.post(&admin, &format!("{CARE}/check"), json!({ "file": file, "lang": lang })).await;
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.text());
        checked.json()
    };
    let same = check(&file, "zh").await;
    let nothing = json!({ "added": [], "removed": [], "changed": [] });
    assert_eq!(same["difference"], json!({ "card": [], "sections": nothing, "items": nothing }));
    assert_eq!(same["card"]["id"], "care");
    // The rules of other packs are not loaded here, so most of what is prefilled is unknown: no error.
    let diagnostics = same["diagnostics"].as_array().unwrap();
    assert!(
        diagnostics.iter().all(|one| one["grade"] == "warning" && one["kind"] == "unknown_rule"),
        "{same}"
    );

    let broken = file.replacen("points: 4", "ponts: 4", 1);
    let line = file.lines().position(|line| line.contains("points: 4")).unwrap() + 1;
    let found = check(&broken, "en").await;
    let first = &found["diagnostics"][0];
    assert_eq!(
        (&first["line"], &first["grade"], &first["kind"]),
        (&json!(line), &json!("error"), &json!("unknown_key"))
    );
    assert!(first["help"].as_str().unwrap().contains("`points`"), "{first}");
    assert_eq!((&found["card"], &found["difference"]), (&Value::Null, &Value::Null));
    assert!(check(&broken, "zh").await["diagnostics"][0]["help"].as_str().unwrap().contains("是不是"));

    // What it changes.
    let changed = file.replacen("points: 4", "points: 5", 1);
    let found = check(&changed, "en").await;
    let expected = json!([{ "id": "opening", "fields": [{ "field": "points", "from": 4.0, "to": 5.0 }] }]);
    assert_eq!(found["difference"]["items"]["changed"], expected, "{found}");

    // A card cannot take another's name.
    let renamed = file.replacen("id: care", "id: market", 1);
    let found = check(&renamed, "en").await;
    assert_eq!(
        (&found["diagnostics"][0]["kind"], &found["diagnostics"][0]["field"]),
        (&json!("other_id"), &json!("id"))
    );
    for (revision, wrong) in [(0, broken.as_str()), (1, &renamed), (2, "["), (3, "")] {
        let kept = server.keep_card(&admin, "care", revision, json!({ "file": wrong })).await;
        assert_eq!(kept.status, StatusCode::OK, "a draft need not be sound: {}", kept.text());
        let refused = server.publish_card(&admin, "care", revision + 1).await;
        assert_eq!(
            (refused.status, refused.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some("file")),
            "{wrong}"
        );
    }
    let versions = server.get(&admin, &format!("{CARE}/versions")).await.json();
    assert_eq!(versions["items"].as_array().unwrap().len(), 1, "nothing was published");

    // What makes no sense at all.
    for body in
        [json!({}), json!({ "file": 5 }), json!({ "file": "a\0b" }), json!({ "file": "#".repeat(60_001) })]
    {
        let kept = server.keep_card(&admin, "care", 4, body.clone()).await;
        assert_eq!(kept.code(), "bad_request", "{body}");
        assert_eq!(server.post(&admin, &format!("{CARE}/check"), body).await.code(), "bad_request");
    }
    let spoken = json!({ "file": file, "lang": "fr" });
    assert_eq!(server.post(&admin, &format!("{CARE}/check"), spoken).await.json()["field"], "lang");
    for note in ["", "  ", "a\0b", &"长".repeat(501)] {
        let path = format!("{CARE}/publish");
        let refused = server.marked(&admin, Method::POST, &path, 4, json!({ "note": note })).await;
        assert_eq!(refused.json()["field"], "note", "{note}");
    }
    let wrong = server.keep_card(&admin, "Our%20Own", 0, json!({ "file": OURS })).await;
    assert_eq!((wrong.code().as_str(), &wrong.json()["field"]), ("bad_request", &json!("card")));
    let unmarked = server.post(&admin, &format!("{CARE}/publish"), json!({ "note": "x" })).await;
    assert_eq!(unmarked.json()["field"], "If-Match");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_write_a_card_the_second_is_told() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let other = server.somebody("manager", &[Post::QualityManager], None).await;
    let file = server.file_of(&admin, "care").await;
    let mine = json!({ "file": file.replacen("points: 4", "points: 5", 1) });
    let theirs = json!({ "file": file.replacen("points: 4", "points: 6", 1) });
    assert_eq!(server.keep_card(&other, "care", 0, theirs.clone()).await.status, StatusCode::OK);
    let second = server.keep_card(&admin, "care", 0, mine.clone()).await;
    assert_eq!(
        (second.status, second.code().as_str()),
        (StatusCode::PRECONDITION_FAILED, "changed_meanwhile")
    );
    let there = server.get(&admin, &format!("{CARE}/draft")).await.json();
    assert_eq!((&there["written_by"], &there["file"]), (&json!("manager"), &theirs["file"]));

    // One publishes what the other wrote: both names stand there.
    assert_eq!(server.publish_card(&admin, "care", 9).await.code(), "changed_meanwhile");
    let published = server.publish_card(&admin, "care", 1).await.json();
    assert_eq!((&published["written_by"], &published["published_by"]), (&json!("manager"), &json!("管理员")));
    assert_eq!(server.publish_card(&admin, "care", 1).await.code(), "not_found", "the draft is gone");

    // A draft that began before the last publication says so, and is published once its writer has seen that.
    server.keep_card(&other, "care", 0, mine.clone()).await;
    let back = server.post(&admin, &format!("{CARE}/versions/0/publish"), json!({ "note": "x" })).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
    let late = server.publish_card(&other, "care", 1).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::CONFLICT, "conflict"));
    let draft = server.get(&other, &format!("{CARE}/draft")).await.json();
    assert_eq!((&draft["based_on"], &draft["newest"]), (&json!(1), &json!(2)));
    let unseen = json!({ "file": mine["file"], "based_on": 1 });
    assert_eq!(server.keep_card(&other, "care", 1, unseen).await.code(), "changed_meanwhile");
    let seen = json!({ "file": mine["file"], "based_on": 2 });
    assert_eq!(server.keep_card(&other, "care", 1, seen).await.status, StatusCode::OK);
    let now = server.publish_card(&other, "care", 2).await;
    assert_eq!((now.status, &now.json()["number"]), (StatusCode::OK, &json!(3)), "{}", now.text());

    // Who only reads sees no draft.
    server.keep_card(&other, "care", 0, theirs).await;
    let reader = server.somebody("wang", &[Post::OperationsManager], None).await;
    let cards = server.get(&reader, CARDS).await.json();
    assert_eq!(
        (&cards["items"][0]["draft"], &cards["items"][0]["version"]["number"]),
        (&Value::Null, &json!(3))
    );
    assert_eq!(server.get(&reader, &format!("{CARE}/draft")).await.code(), "forbidden");
    let path = format!("{CARE}/draft");
    assert_eq!(server.marked(&other, Method::DELETE, &path, 7, json!({})).await.code(), "changed_meanwhile");
    assert_eq!(
        server.marked(&other, Method::DELETE, &path, 1, json!({})).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(server.marked(&other, Method::DELETE, &path, 1, json!({})).await.code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_the_house_stands_beside_those_that_ship() {
    let server = empty_house().await;
    let admin = server.admin().await;
    assert_eq!(server.get(&admin, &format!("{CARDS}/ours/draft")).await.code(), "not_found");
    let kept = server.keep_card(&admin, "ours", 0, json!({ "file": OURS })).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
    // Only written: listed for who may write, and no card to judge on.
    let cards = server.get(&admin, CARDS).await.json();
    let ours = cards["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&ours["id"], &ours["version"], &ours["title"]["zh"]),
        (&json!("ours"), &Value::Null, &json!("自有计分卡"))
    );
    let reader = server.somebody("wang", &[Post::OperationsManager], None).await;
    assert!(!ids(&server.get(&reader, CARDS).await.json()).contains(&"ours"));
    assert_eq!(server.get(&reader, &format!("{CARDS}/ours/versions")).await.code(), "not_found");

    let published = server.publish_card(&admin, "ours", 1).await;
    assert_eq!(
        (published.status, &published.json()["number"]),
        (StatusCode::OK, &json!(1)),
        "{}",
        published.text()
    );
    assert!(ids(&server.get(&reader, CARDS).await.json()).contains(&"ours"));
    let shown = server.get(&reader, &format!("{CARDS}/ours/versions/1")).await.json();
    assert_eq!((&shown["file"], &shown["card"]["title"]["en"]), (&json!(OURS), &json!("Our own")));
    assert_eq!(server.get(&reader, &format!("{CARDS}/ours/versions/0")).await.code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_filled_in_before_it_counts() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let more = "
      - id: why
        title: { zh: 原因, en: Why }
        not_applicable: true
        asked_when: { item: greeting, is: [not] }
        options: [{ id: haste, title: { zh: 匆忙, en: Haste } }]
";
    let file = format!("{}{}", OURS.trim_end(), more);
    let fill = async |answers: Value| {
        let asked = json!({ "file": file, "answers": answers });
        let tried = server.post(&admin, &format!("{CARDS}/ours/try"), asked).await;
        assert_eq!(tried.status, StatusCode::OK, "{}", tried.text());
        tried.json()
    };
    let empty = fill(json!({})).await;
    assert_eq!((&empty["scored"]["total"], &empty["asked"]), (&Value::Null, &json!(["greeting"])));
    assert_eq!(empty["missing"], json!([{ "item": "greeting", "lack": "answer" }]));
    let good = fill(json!({ "greeting": "done" })).await;
    assert_eq!((&good["scored"]["total"], &good["missing"]), (&json!(100.0), &json!([])));
    assert!(!good["scored"]["steps"].as_array().unwrap().is_empty());
    let bad = fill(json!({ "greeting": "not", "why": null, "gone": "x" })).await;
    assert_eq!((&bad["scored"]["total"], &bad["asked"]), (&json!(0.0), &json!(["greeting", "why"])));
    let lacks =
        json!([{ "item": "greeting", "lack": "comment" }, { "item": "gone", "lack": "unknown_item" }]);
    assert_eq!(bad["missing"], lacks);
    let broken = json!({ "file": "[", "answers": {} });
    assert_eq!(server.post(&admin, &format!("{CARDS}/ours/try"), broken).await.json()["field"], "file");
}
