//! The other commands.

use super::Place;
use super::inspect::wav;

const RECORDS: &str =
    "编号,工号,开始\nc-1,王芳,2026-11-02 09:00:00\nc-2,,昨天\nc-1,王芳,2026-11-02 09:00:00\n";
const MAPPING: &str = "zone: Asia/Shanghai\ntime: \"%Y-%m-%d %H:%M:%S\"\nfields:\n  id: 编号\n  agent: 工号\n  started_at: 开始\n";

#[test]
fn a_mapping_can_be_tried_out() {
    let place = Place::new();
    place.write("records.csv", RECORDS);
    place.write("mapping.yaml", MAPPING);
    let ran = place.lingjian([
        "import",
        "calls",
        "records.csv",
        "--mapping",
        "mapping.yaml",
        "--dry-run",
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let preview = &ran.lines()[0];
    assert_eq!(
        (&preview["taken"], &preview["refused"], &preview["repeated"]),
        (&1.into(), &1.into(), &1.into())
    );
    let text = place.lingjian(["import", "calls", "records.csv", "--mapping", "mapping.yaml", "--dry-run"]);
    assert!(text.out.contains("records.csv:3") && text.out.contains("王芳"), "{}", text.out);
}

#[test]
fn call_records_are_taken_in_once() {
    let place = Place::new();
    place.write("records.csv", "id,start,agent,project\n1,2026-11-02 09:00:00,1001,退换货\n2,2026-11-02 09:05:00,1002,退换货\n,2026-11-02 09:06:00,1002,退换货\n");
    let mapping = "fields:\n  id: id\n  started_at: start\n  agent: agent\n  project: project\nzone: Asia/Shanghai\ntime: '%Y-%m-%d %H:%M:%S'\n";
    place.write("mapping.yaml", mapping);
    let import = ["import", "calls", "records.csv", "--mapping", "mapping.yaml", "--data", "house"];
    let ran = place.lingjian(import);
    assert!(ran.out.ends_with("2 new, 0 completed, 0 known, 1 refused\n"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("records.csv"), "the row that was refused is named: {}", ran.out);
    assert!(place.lingjian(import).out.ends_with("0 new, 0 completed, 2 known, 1 refused\n"));
}

#[test]
fn a_rehearsed_centre_can_be_inspected() {
    let place = Place::new();
    let ran = place.lingjian(["rehearse", "--calls", "40", "--seed", "7", "--out", "centre", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.lines()[0]["answered"], 40);
    let again = place.lingjian(["rehearse", "--calls", "40", "--seed", "7", "--out", "again"]);
    assert_eq!(again.code, 0);
    for file in ["transcripts.jsonl", "records.csv", "truth.jsonl"] {
        assert!(place.read(&format!("centre/{file}")) == place.read(&format!("again/{file}")), "{file}");
    }
    place.write("pack.yaml", super::PACK);
    let ran =
        place.lingjian(["inspect", "centre/transcripts.jsonl", "--rules", "pack.yaml", "--format", "jsonl"]);
    assert_eq!(ran.lines().len(), 40, "{}", ran.err);
}

#[test]
fn a_rehearsed_centre_can_be_smaller() {
    let place = Place::new();
    let rehearse = ["rehearse", "--calls", "500", "--out", "centre", "--json"];
    let ran = place.lingjian(rehearse.into_iter().chain([
        "--projects",
        "en,lead",
        "--volume",
        "0.01",
        "--staffing",
        "0.5",
        "--days",
        "3",
    ]));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answered = ran.lines()[0]["answered"].as_u64().expect("a number");
    assert!((1..100).contains(&answered), "three thin days: {answered}");
    let records = place.read("centre/records.csv");
    assert!(records.contains("Harborlane Home") && !records.contains("云栈商城客服"));
    let unknown = place.lingjian(rehearse.into_iter().chain(["--projects", "tax"]));
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("one of shop, bank"), "{}", unknown.err);
}

#[test]
fn the_sample_calls_of_a_demonstration_are_one_project() {
    let place = Place::new();
    let records = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/records.csv");
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/src/commands/demo/samples.yaml");
    let ran = place.lingjian(["import", "calls", records, "--mapping", mapping, "--dry-run", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let preview = &ran.lines()[0];
    assert_eq!((&preview["taken"], &preview["refused"]), (&10.into(), &0.into()));
    let first = &preview["first"][0];
    assert_eq!(
        (&first["project"], &first["agent"]),
        (&"示例录音".into(), &"samples-1026".into()),
        "{preview}"
    );
}

#[test]
fn transcribing_without_a_model_says_what_to_do() {
    let place = Place::new();
    place.write("a.wav", wav(800));
    let ran = place.lingjian(["transcribe", "a.wav"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("lingjian model pull"), "{}", ran.err);
}

#[test]
fn models_are_listed_without_a_network() {
    let place = Place::new();
    let ran = place.lingjian(["model", "list", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.lines()[0][0]["state"], "missing");
    let import = place.lingjian(["model", "import", "nowhere"]);
    assert_eq!(import.code, 2);
    assert!(import.err.contains("nowhere"), "{}", import.err);
    let unknown = place.lingjian(["model", "pull", "whisper-enormous"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("whisper-base"), "{}", unknown.err);
}

#[test]
fn the_doctor_finds_the_missing_model() {
    let place = Place::new();
    let ran = place.lingjian(["doctor", "--json"]);
    assert_eq!(ran.code, 1);
    let findings = &ran.lines()[0];
    let speech = findings
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["what"] == "speech model")
        .expect("looked at");
    assert!(speech["detail"].as_str().expect("words").contains("lingjian model pull"));
}

#[test]
fn help_names_every_command() {
    let place = Place::new();
    let ran = place.lingjian(["--help"]);
    assert_eq!(ran.code, 0);
    for command in ["inspect", "transcribe", "rules", "model", "import", "rehearse", "mask", "doctor"] {
        assert!(ran.out.contains(command), "{command}");
    }
    assert_eq!(place.lingjian(["inspcet"]).code, 2);
}
