//! Lists, one conversation, its sound.

use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use lingjian_app::store::{AuditFilter, Incoming};
use lingjian_app::worker::Workshop;
use lingjian_model::{Conversation, Post, Role, Span, Turn};
use serde_json::Value;

use crate::house::{CALLS, empty_house, filled, house, house_with};

fn said(id: &str, text: &str) -> Incoming {
    let turn = |role, start, text: &str| Turn {
        role,
        span: Span::new(start, start + 2000),
        text: text.to_owned(),
        words: Vec::new(),
        role_confidence: None,
    };
    let conversation = Conversation {
        id: id.to_owned(),
        source: None,
        language: Some("zh-CN".to_owned()),
        started_at: None,
        duration: None,
        attributes: [("customer".to_owned(), "13912345678".into())].into(),
        turns: vec![turn(Role::Agent, 0, "您好"), turn(Role::Customer, 2500, text)],
        sound: None,
        provenance: None,
    };
    Incoming { conversation, recording: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_page_and_search() {
    let server = house().await;
    let admin = server.admin().await;
    let first = server.get(&admin, "/api/v1/conversations?limit=30").await.json();
    let count = async |filter: &str| {
        let path = format!("/api/v1/conversations/count{filter}");
        server.get(&admin, &path).await.json()["count"].as_u64().unwrap()
    };
    assert_eq!(count("").await, CALLS as u64);
    assert_eq!(count("?limit=30").await, CALLS as u64, "the filter alone counts");
    let mut ids: Vec<Value> = Vec::new();
    let mut page = first;
    loop {
        ids.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        page = server.get(&admin, &format!("/api/v1/conversations?limit=30&cursor={next}")).await.json();
    }
    assert_eq!(ids.len(), CALLS);
    ids.sort_by_key(ToString::to_string);
    ids.dedup();
    assert_eq!(ids.len(), CALLS, "none twice");

    let risky = server.get(&admin, "/api/v1/conversations?sort=risk&limit=500").await.json();
    let risks: Vec<f64> = risky["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["scores"]["risk"].as_f64().unwrap())
        .collect();
    assert!(risks.is_sorted_by(|one, other| one >= other));

    let found = server.get(&admin, "/api/v1/conversations?q=%E8%AF%B7%E9%97%AE&limit=500").await.json();
    let all = found["items"].as_array().unwrap().len() as u64;
    assert_eq!(count("?q=%E8%AF%B7%E9%97%AE").await, all);
    let rows = found["items"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let hit = &row["hits"][0];
        let text: Vec<char> = hit["text"].as_str().unwrap().chars().collect();
        let mark = &hit["marks"][0];
        let marked: String =
            text[mark[0].as_u64().unwrap() as usize..mark[1].as_u64().unwrap() as usize].iter().collect();
        assert_eq!(marked, "请问");
    }
    for (query, field) in [
        ("sort=best", "sort"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("from=yesterday", "from"),
        ("state=lost", "state"),
        ("project=1", "project"),
        ("min_risk=101", "min_risk"),
        ("colour=red", "query"),
    ] {
        let answer = server.get(&admin, &format!("/api/v1/conversations?{query}")).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some(field)),
            "{query}"
        );
    }
    let table = server.get(&admin, "/api/v1/conversations.csv").await.text();
    assert_eq!(table.lines().count(), CALLS + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_personal_is_masked_unless_somebody_who_may_asks() {
    let server = empty_house().await;
    let text = "我的手机13912345678，邮箱zhang@example.com";
    server.house.take(&[said("c-1", text)], 10).await.unwrap();
    Workshop::new(server.house.clone(), None).run_dry().await.unwrap();
    let admin = server.admin().await;
    let rows = server.get(&admin, "/api/v1/conversations?q=%E6%89%8B%E6%9C%BA").await;
    assert!(!rows.text().contains("13912345678"), "not in the hits");
    let path = format!("/api/v1/conversations/{}", rows.json()["items"][0]["id"].as_str().unwrap());
    let masked = server.get(&admin, &path).await;
    assert!(
        !masked.text().contains("13912345678") && masked.text().contains("139****5678"),
        "{}",
        masked.text()
    );
    let plain = server.get(&admin, &format!("{path}?unmask=true")).await;
    assert!(plain.text().contains("13912345678"));
    let trail = server.get(&admin, "/api/v1/audit?action=conversation.read").await.json();
    let unmasked: Vec<&Value> =
        trail["items"].as_array().unwrap().iter().map(|one| &one["detail"]["unmasked"]).collect();
    assert_eq!(unmasked, [true, false], "each view is noted, newest first");

    let leader = server.somebody("operations", &[Post::Mis], None).await;
    assert_eq!(server.get(&leader, &path).await.code(), "forbidden", "figures only");
    assert!(
        !server.get(&leader, "/api/v1/conversations?q=%E6%89%8B%E6%9C%BA").await.text().contains("我的手机")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_tells_what_the_rules_say() {
    let server = filled(house_with("zh/standard").await).await;
    let admin = server.admin().await;
    let rows = server.get(&admin, "/api/v1/conversations?limit=500").await.json();
    let row =
        rows["items"].as_array().unwrap().iter().find(|row| row["findings"].as_u64() > Some(0)).unwrap();
    let id = row["id"].as_str().unwrap();
    let one = server.get(&admin, &format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(one["judgement"]["scores"], row["scores"]);
    assert_eq!(
        one["judgement"]["findings"].as_array().unwrap().len() as u64,
        one["findings"].as_u64().unwrap()
    );
    for part in ["findings", "derivation", "unjudged"] {
        let named = one["judgement"][part].as_array().unwrap();
        assert!(!named.is_empty() || part == "unjudged", "{part}");
        assert!(
            named.iter().all(|one| one["title"]["zh"].is_string() && one["rule"].is_string()),
            "{named:?}"
        );
    }
    assert!(one["transcript"]["turns"].as_array().unwrap().len() > 3);
    assert_eq!(one["transcripts"][0]["current"], true);
    let version = one["transcript"]["id"].as_str().unwrap();
    let again = server.get(&admin, &format!("/api/v1/conversations/{id}/transcripts/{version}")).await.json();
    assert_eq!(again["turns"], one["transcript"]["turns"]);
    // A version of another conversation is none of this one's.
    let other = server.get(&admin, "/api/v1/conversations?sort=duration&limit=2").await.json();
    let other = other["items"].as_array().unwrap().iter().find(|row| row["id"] != id).unwrap()["id"].clone();
    let crossed = server
        .get(&admin, &format!("/api/v1/conversations/{}/transcripts/{version}", other.as_str().unwrap()))
        .await;
    assert_eq!(crossed.code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_sent_by_ranges_and_drawn() {
    let server = empty_house().await;
    let sample = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../../samples/calls/10-delivery-enquiry.opus");
    let bytes = std::fs::read(&sample).unwrap();
    let imported = server.house.import_recordings(&[sample], Some("pbx"), None, &|_| {}).await.unwrap();
    assert_eq!((imported.new, imported.refused.len()), (1, 0));
    let admin = server.admin().await;
    let row = server.get(&admin, "/api/v1/conversations").await.json()["items"][0].clone();
    assert_eq!(
        (row["external_id"].as_str(), row["state"].as_str()),
        (Some("10-delivery-enquiry"), Some("waiting"))
    );
    let path = format!("/api/v1/conversations/{}", row["id"].as_str().unwrap());
    let whole = server.get(&admin, &format!("{path}/recording")).await;
    assert_eq!(whole.body, bytes);
    assert_eq!(whole.headers["content-type"], "audio/ogg");
    let part = Request::builder()
        .uri(format!("{path}/recording"))
        .header("Range", "bytes=100-199")
        .header("Cookie", format!("lingjian_session={}", admin.cookie.as_ref().unwrap()))
        .body(Body::empty())
        .unwrap();
    let part = server.send(part).await;
    assert_eq!((part.status, part.body.as_slice()), (StatusCode::PARTIAL_CONTENT, &bytes[100..200]));
    assert_eq!(part.headers["content-range"].to_str().unwrap(), format!("bytes 100-199/{}", bytes.len()));
    let peaks = server.get(&admin, &format!("{path}/peaks")).await.json();
    assert_eq!(peaks["channels"].as_array().unwrap().len(), 2);
    let seconds = peaks["duration_ms"].as_f64().unwrap() / 1000.0;
    let count = peaks["channels"][0]["peaks"].as_array().unwrap().len() as f64;
    assert!((count / seconds - 20.0).abs() < 0.5, "{count} peaks for {seconds} s");
    let plays = server.get(&admin, "/api/v1/audit?action=recording.play").await.json();
    assert_eq!(plays["items"].as_array().unwrap().len(), 1, "a playback is noted once, not piece by piece");
    let work = server.get(&admin, "/api/v1/work").await.json();
    assert_eq!(work["kinds"][0]["kind"], "transcribe");
    let behind = work["behind"]["sound_ms"].as_i64().unwrap() as f64 / 1000.0;
    assert!((behind - seconds).abs() < 1.0, "{behind} s wait, the recording has {seconds}");
}

/// Names and words from outside reach the browser as data, never as a page.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_and_words_stay_words() {
    let server = empty_house().await;
    let evil = "<script>alert(1)</script><svg onload=alert(1)>";
    server.house.take(&[said("=cmd|' /C calc'!A0", evil)], 10).await.unwrap();
    let admin = server.admin().await;
    let list = server.get(&admin, "/api/v1/conversations").await;
    assert_eq!(list.headers["content-type"], "application/json");
    assert_eq!(list.headers["x-content-type-options"], "nosniff");
    assert!(list.headers["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    let table = server.get(&admin, "/api/v1/conversations.csv").await.text();
    assert!(table.lines().nth(1).unwrap().starts_with("'=cmd"), "no formula: {table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_look_at_the_same_moment_each_is_noted() {
    let server = empty_house().await;
    server.house.take(&[said("c-1", "您好")], 10).await.unwrap();
    let admin = server.admin().await;
    let rows = server.get(&admin, "/api/v1/conversations").await.json();
    let path = format!("/api/v1/conversations/{}", rows["items"][0]["id"].as_str().unwrap());
    let answers = futures::future::join_all((0..40).map(|_| server.get(&admin, &path))).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    let noted = async || {
        let filter = AuditFilter { action: Some("conversation.read".to_owned()), ..AuditFilter::default() };
        server.house.store().audited(&filter, 1000).await.unwrap().len()
    };
    assert_eq!(noted().await, 40);
    // Who hangs up in the midst of it keeps nobody waiting.
    let hasty = (0..40).map(|at| {
        tokio::time::timeout(std::time::Duration::from_micros(100 * at), server.get(&admin, &path))
    });
    let (hasty, patient) = tokio::join!(
        futures::future::join_all(hasty),
        futures::future::join_all((0..10).map(|_| server.get(&admin, &path)))
    );
    assert!(patient.iter().all(|answer| answer.status == StatusCode::OK));
    let answered = hasty.iter().filter(|answer| answer.is_ok()).count();
    let noted = noted().await;
    assert!((50 + answered..=90).contains(&noted), "{answered} of the hasty were answered, {noted} noted");
    assert!(server.house.store().verify_audit().await.unwrap().is_ok());
}
