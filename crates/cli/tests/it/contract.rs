//! The shapes that scripts rely on.

use super::{PACK, Place, call};

#[test]
fn a_line_of_jsonl() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write("c-1.json", call("c-1", "张伟"));
    let ran = place.lingjian(["inspect", "c-1.json", "--rules", "pack.yaml", "--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let line = ran.out.trim_end();
    assert!(!line.contains('\n'));
    // A digest changes with the meaning of the rule language; its form is what counts here.
    let mut value: serde_json::Value = serde_json::from_str(line).expect("JSON");
    for finding in value["findings"].as_array_mut().expect("findings") {
        let version = finding["version"].as_str().expect("a version");
        assert!(version.len() == 71 && version.starts_with("sha256:"), "{version}");
        finding["version"] = "sha256:…".into();
    }
    insta::assert_json_snapshot!(value);
    // Scores are numbers with a point, and come in the contract's order.
    assert!(line.starts_with(r#"{"id":"c-1","scores":{"compliance":"#), "{line}");
}

#[test]
fn what_was_refused_is_a_line_too() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write("calls.jsonl", format!("{}\n{{\"id\":\"c-2\",\"turns\":[{{\"role\":\"agent\",\"start_ms\":9,\"end_ms\":1,\"text\":\"x\"}}]}}\n", call("c-1", "张伟")));
    let ran = place.lingjian(["inspect", "calls.jsonl", "--rules", "pack.yaml", "--format", "jsonl"]);
    let lines = ran.lines();
    insta::assert_json_snapshot!(lines[0]);
    assert_eq!(lines[1]["id"], "c-1");
}

#[test]
fn a_table_reads_well() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write("c-1.json", call("c-1", "张伟"));
    place.write("c-2.json", call("c-2", "Li \u{1b}[31mNa"));
    let zh = place.lingjian(["inspect", "c-1.json", "c-2.json", "--rules", "pack.yaml"]);
    insta::assert_snapshot!(zh.out.replace(env!("CARGO_PKG_VERSION"), "…"));
    let en = place.lingjian(["inspect", "c-1.json", "c-2.json", "--rules", "pack.yaml", "--lang", "en"]);
    assert!(en.out.contains("Forbidden words") && !en.out.contains('\u{1b}'), "{}", en.out);
}
