//! `lingjian sample`.

use serde_json::Value;

use super::{Place, Ran};

fn run(arguments: &[&str]) -> Ran {
    Place::new().lingjian(["sample"].into_iter().chain(arguments.iter().copied()))
}

fn size(arguments: &[&str]) -> Value {
    let ran = run(&[&["size", "--json"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.lines().remove(0)
}

/// Calls of ten agents, thirty each.
fn calls() -> String {
    let mut csv = "id,agent,risk,score\n".to_owned();
    for id in 0..300 {
        csv += &format!("c-{id},{},{},{}\n", id / 30, id % 7, 70 + id % (id / 30 + 2));
    }
    csv
}

fn sample(command: &str, more: &[&str]) -> Ran {
    let place = Place::new();
    place.write("calls.csv", calls());
    place.lingjian(["sample", command, "calls.csv"].into_iter().chain(more.iter().copied()))
}

#[test]
fn a_thousand_calls_within_five_points_take_278() {
    let found = size(&["--population", "1000", "--margin", "0.05", "--confidence", "0.95"]);
    assert_eq!(found["n"], 278);
    assert_eq!(size(&["--population", "1000", "--margin", "5%", "--confidence", "95%"])["n"], 278);
    assert_eq!(size(&["--margin", "5%"])["n"], 385);
    assert!(size(&["--calls", "300"])["margin_reached"].as_f64().is_some_and(|margin| margin < 0.06));
    assert!(
        size(&["--margin", "2", "--deviation", "12"])["n"].as_u64().is_some_and(|n| (138..145).contains(&n))
    );
}

#[test]
fn six_calls_miss_a_fault_in_one_of_eight_in_45_of_100() {
    let found = size(&["--fault-share", "1/8", "--calls", "6"]);
    let missed = found["detection"]["missed"].as_f64().expect("a number");
    assert!((missed - 0.875_f64.powi(6)).abs() < 1e-12, "{missed}");
    assert_eq!(found["detection"]["calls_needed"], 23);
    assert_eq!(size(&["--fault-share", "12.5%"])["n"], 23);
    let told = run(&["size", "--fault-share", "1/8", "--calls", "6", "--lang", "en"]);
    assert!(told.out.contains("missed 44.9 % of the time"), "{}", told.out);
    assert!(run(&["size", "--population", "1000", "--margin", "5%"]).out.contains("278"));
}

#[test]
fn wrong_wishes_are_refused() {
    for wrong in [
        &["size"][..],
        &["size", "--margin", "5"],
        &["size", "--margin", "0"],
        &["size", "--margin", "5%", "--confidence", "100%"],
        &["size", "--population", "0", "--margin", "5%"],
        &["size", "--calls", "9", "--population", "8"],
        &["size", "--margin", "-2", "--deviation", "3"],
        &["plan", "nowhere.csv", "--count", "3"],
    ] {
        let ran = run(wrong);
        assert_eq!(ran.code, 2, "{wrong:?}: {}", ran.out);
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn a_plan_is_held_against_its_bounds() {
    let plan = [
        "--count",
        "20",
        "--strata",
        "agent",
        "--minimum",
        "3",
        "--category",
        "retention",
        "--direction",
        "inbound",
    ];
    let ran = sample("plan", &[&plan[..], &["--json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = &ran.lines()[0];
    assert_eq!(
        (&found["drawn"], &found["wanted"], &found["population"]),
        (&30.into(), &20.into(), &300.into())
    );
    assert_eq!(found["strata"][9]["drawn"], 3);
    let more =
        [&plan[..4], &["--minimum", "4", "--category", "retention", "--direction", "inbound"]].concat();
    let broken = sample("plan", &more);
    assert_eq!(broken.code, 1);
    assert!(
        broken.err.contains("40 of 300") && broken.err.contains("at most 10 %, which is 30"),
        "{}",
        broken.err
    );
    assert!(broken.out.contains("要抽 20 通"), "the clash shows: {}", broken.out);
    let refused = sample("draw", &[&more[..], &["--seed", "1"]].concat());
    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "nothing is drawn");
    let excepted = sample("plan", &[&more[..], &["--reason", "新员工", "--json"]].concat());
    assert_eq!(excepted.code, 0, "{}", excepted.err);
    let exception = &excepted.lines()[0]["bounds"]["exception"];
    assert_eq!((&exception["reason"], &exception["needs"][0]), (&"新员工".into(), &"qa".into()));
}

#[test]
fn a_draw_repeats_and_tells_why() {
    let plan =
        ["--share", "10%", "--strata", "agent", "--minimum", "3", "--risk", "risk", "--seed", "20261122"];
    let slots = ["--from", "2026-11-02", "--to", "2026-11-06", "--hours", "09:00-12:00", "--json"];
    let place = Place::new();
    place.write("calls.csv", calls());
    let mut lines: Vec<String> = calls().lines().map(str::to_owned).collect();
    lines[1..].reverse();
    place.write("turned.csv", lines.join("\n"));
    let draw = |file| place.lingjian(["sample", "draw", file].into_iter().chain(plan).chain(slots));
    let (one, other) = (draw("calls.csv"), draw("turned.csv"));
    assert_eq!(one.code, 0, "{}", one.err);
    assert_eq!(one.out, other.out, "the order of the file plays no part");
    let found = &one.lines()[0];
    let drawn = found["drawn"].as_array().expect("a list");
    assert_eq!((drawn.len(), &found["seed"]), (30, &20_261_122.into()));
    for one in drawn {
        let (inclusion, weight) = (one["inclusion"].as_f64(), one["weight"].as_f64());
        assert!(
            inclusion.zip(weight).is_some_and(|(inclusion, weight)| (inclusion * weight - 1.0).abs() < 1e-9)
        );
        let slot = one["slot"].as_str().expect("a time");
        assert!(slot.starts_with("2026-11-0") && slot.ends_with("+08:00"), "{slot}");
        assert!(matches!(&slot[11..13], "09" | "10" | "11"), "{slot}");
        assert_eq!(one["why"], "risk");
    }
}

#[test]
fn anyone_can_check_a_draw() {
    use sha2::{Digest, Sha256};
    let ran = sample("draw", &["--count", "5", "--seed", "42", "--csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let drawn: Vec<&str> = ran.out.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let mut ids: Vec<String> = (0..300).map(|id| format!("c-{id}")).collect();
    ids.sort_by_key(|id| Sha256::digest(format!("42/draw/{id}")).to_vec());
    let mut lowest = ids[..5].to_vec();
    lowest.sort();
    assert_eq!(drawn, lowest);
    assert!(ran.out.starts_with("id,stratum,inclusion,weight,why,slot\n"));
}

#[test]
fn populations_that_cannot_be_drawn_from_are_refused() {
    let place = Place::new();
    place.write("calls.csv", "id,agent,risk\nc-1,a,1\nc-1,b,2\n");
    place.write("risk.csv", "id,agent,risk\nc-1,a,1\nc-2,b,high\n");
    for (arguments, told) in [
        (&["calls.csv", "--count", "1"][..], "\"c-1\" stands in the population twice"),
        (&["risk.csv", "--count", "3"], "3 calls are wanted of a population of 2"),
        (&["risk.csv", "--count", "1", "--risk", "risk"], "risk.csv:3: risk: is no number of 0 or more"),
        (&["risk.csv", "--count", "1", "--strata", "agnet"], "was `agent` meant?"),
        (&["risk.csv", "--count", "1", "--category", "nonsense"], "nothing is settled for it"),
        (&["risk.csv"], "say how many"),
    ] {
        let ran = place.lingjian(["sample", "plan"].into_iter().chain(arguments.iter().copied()));
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains(told), "{arguments:?}: {}", ran.err);
    }
}
