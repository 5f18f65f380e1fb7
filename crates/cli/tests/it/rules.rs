//! `lingjian rules check|test|explain`.

use super::{PACK, Place};

#[test]
fn a_good_pack_passes() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    let check = place.lingjian(["rules", "check", "pack.yaml"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    let test = place.lingjian(["rules", "test", "pack.yaml"]);
    assert_eq!(test.code, 0, "{}", test.out);
    assert!(test.out.contains("2 passed, 0 failed"), "{}", test.out);
    let explain = place.lingjian(["rules", "explain", "pack.yaml", "forbidden-words"]);
    assert_eq!(explain.code, 0);
    assert!(explain.out.contains("服务忌语"), "{}", explain.out);
    let json = place.lingjian(["rules", "explain", "pack.yaml", "forbidden-words", "--lang", "en", "--json"]);
    assert!(json.lines()[0]["version"].as_str().expect("a version").starts_with("sha256:"));
}

#[test]
fn a_mistake_is_pointed_at() {
    let place = Place::new();
    place.write("pack.yaml", PACK.replace("severity: minor", "severety: minor"));
    let check = place.lingjian(["rules", "check", "pack.yaml"]);
    assert_eq!(check.code, 1, "{}", check.out);
    let line = PACK.lines().position(|line| line.contains("severity: minor")).expect("there") + 1;
    assert!(check.out.contains(&format!("pack.yaml:{line}:5")), "{}", check.out);
    assert!(check.out.contains("^^^^^^^^") && check.out.contains("`severity`"), "{}", check.out);
    let json = &place.lingjian(["rules", "check", "pack.yaml", "--json"]).lines()[0];
    assert!(json["errors"].as_u64().expect("a number") >= 1);
    assert!(json["diagnostics"].as_array().expect("a list").iter().any(|one| one["line"] == line), "{json}");
}

#[test]
fn a_failed_test_ends_with_one() {
    let place = Place::new();
    place.write("pack.yaml", PACK.replacen("hits: false", "hits: true", 1));
    let test = place.lingjian(["rules", "test", "pack.yaml"]);
    assert_eq!(test.code, 1);
    assert!(
        test.out.contains("FAILED") && test.out.contains("does not") && test.out.contains("1 failed"),
        "{}",
        test.out
    );
    assert_eq!(place.lingjian(["rules", "test", "pack.yaml", "--json"]).lines()[0]["failed"], 1);
}

#[test]
fn an_unknown_rule_names_those_there_are() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    let ran = place.lingjian(["rules", "explain", "pack.yaml", "forbiden"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("forbidden-words"), "{}", ran.err);
}

#[test]
fn what_ships_is_sound() {
    let place = Place::new();
    let check = place.lingjian(["rules", "check"]);
    assert_eq!(check.code, 0, "{}", check.out);
    let test = place.lingjian(["rules", "test"]);
    assert_eq!(test.code, 0, "{}", test.out);
}
