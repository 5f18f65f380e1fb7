//! The centre at a glance, and that each of its numbers opens.

use serde_json::Value;

use crate::house::{CALLS, filled, house, house_with};

#[tokio::test(flavor = "multi_thread")]
async fn days_hold_as_many_as_they_count_in_whatever_zone() {
    let server = house().await;
    let admin = server.admin().await;
    let mut seen = Vec::new();
    for (asked, zone) in [
        ("", "Asia/Shanghai"),
        ("zone=America/New_York", "America/New_York"),
        ("zone=Asia/Kolkata", "Asia/Kolkata"),
    ] {
        let overview = server.get(&admin, &format!("/api/v1/overview?{asked}")).await.json();
        assert_eq!(overview["zone"], zone);
        let days = overview["days"].as_array().unwrap();
        assert_eq!(days.iter().filter_map(|day| day["conversations"].as_u64()).sum::<u64>(), CALLS as u64);
        for day in days {
            let begins: jiff::civil::Date = day["day"].as_str().unwrap().parse().unwrap();
            let ends = begins.tomorrow().unwrap();
            let behind = format!("/api/v1/conversations/count?from={begins}&to={ends}&{asked}");
            assert_eq!(
                server.get(&admin, &behind).await.json()["count"],
                day["conversations"],
                "{zone}: {day}"
            );
        }
        seen.push(days.clone());
    }
    assert_ne!(seen[0], seen[1], "a zone moves calls from one day to another");

    let wrong = server.get(&admin, "/api/v1/overview?zone=Mars/Base").await;
    assert_eq!(wrong.code(), "bad_request");
    assert_eq!(wrong.json()["field"], "zone");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_tell_praise_from_faults() {
    let server = filled(house_with("zh/standard").await).await;
    let admin = server.admin().await;
    let overview = server.get(&admin, "/api/v1/overview").await.json();
    let rules = server.get(&admin, "/api/v1/rules").await.json();
    let all: Vec<&Value> = rules["packs"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|pack| pack["rules"].as_array().unwrap())
        .collect();
    let hit = overview["rules"].as_array().unwrap();
    assert!(!hit.is_empty());
    for tally in hit {
        let rule = all.iter().find(|rule| rule["id"] == tally["rule"]).unwrap();
        assert_eq!(tally["points"], rule["points"], "{tally}");
    }
}
