//! `lingjian inspect`: what comes in, what comes out, what is refused.

use super::{PACK, Place, call};

fn centre(calls: usize) -> Place {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    let agents = ["张伟", "李娜", "王芳"];
    let lines: Vec<String> = (0..calls).map(|n| call(&format!("c-{n}"), agents[n % 3])).collect();
    place.write("calls/day.jsonl", lines.join("\n"));
    place
}

#[test]
fn same_input_same_bytes_whatever_the_threads() {
    let place = centre(700);
    place.write("calls/broken.json", "{");
    for format in ["jsonl", "json", "html", "table"] {
        let run = |jobs| {
            place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", format, "--jobs", jobs])
        };
        let (one, again, many) = (run("1"), run("1"), run("4"));
        assert_eq!(one.code, 0, "{}", one.err);
        assert!(one.out == again.out, "{format}: two runs differ");
        assert!(one.out == many.out, "{format}: the number of workers shows");
        assert!(!one.out.contains(&*place.path().to_string_lossy()), "{format}: an absolute path");
    }
}

#[test]
fn calls_come_in_the_order_of_the_input() {
    let place = centre(700);
    let ran = place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "jsonl"]);
    let ids: Vec<String> =
        ran.lines().iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(ids, (0..700).map(|n| format!("c-{n}")).collect::<Vec<_>>());
}

#[test]
fn one_bad_file_never_stops_the_others() {
    let place = centre(2);
    place.write("calls/empty.json", "");
    place.write("calls/cut.json", r#"{"turns":[{"role":"agent","#);
    place.write("calls/roles.json", r#"{"turns":[{"role":"robot","start_ms":0,"end_ms":1,"text":"x"}]}"#);
    place.write("calls/noise.wav", "RIFF....not sound");
    place.write("calls/notes.docx", [0xD0, 0xCF, 0x11, 0xE0, 1, 2]);
    place.write(
        "calls/latin.json",
        b"{\"turns\":[{\"role\":\"agent\",\"start_ms\":0,\"end_ms\":1,\"text\":\"caf\xE9\"}]}",
    );
    let ran = place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran.lines();
    let refused: Vec<&str> = lines.iter().filter_map(|one| one["refused"]["file"].as_str()).collect();
    let judged = lines.iter().filter(|one| one["scores"].is_object()).count();
    assert_eq!(judged, 2);
    for name in ["empty.json", "cut.json", "roles.json", "noise.wav", "notes.docx", "latin.json"] {
        assert!(refused.iter().any(|file| file.ends_with(name)), "{name} is not in {refused:?}");
    }
    assert!(
        lines.iter().filter_map(|one| one["refused"]["reason"].as_str()).all(|reason| !reason.is_empty())
    );
    assert!(ran.err.contains("refused"), "{}", ran.err);
}

#[test]
fn recordings_without_a_model_are_refused_with_what_to_do() {
    let place = centre(1);
    place.write("calls/a.wav", wav(8000));
    let ran = place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "jsonl"]);
    assert_eq!(ran.code, 0);
    let refused =
        ran.lines().into_iter().find(|one| one["refused"]["stage"] == "transcribe").expect("refused");
    assert!(refused["refused"]["reason"].as_str().expect("a reason").contains("lingjian model pull"));
    let silent =
        place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "jsonl", "--no-speech"]);
    assert!(silent.out.contains("--no-speech was given"));
}

#[test]
fn a_transcript_beside_its_recording_is_that_call() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write("calls/c-1.json", call("c-1", "张伟"));
    place.write("calls/c-1.wav", wav(8000));
    place.write(
        "project.yaml",
        "name: 一号\ncategory: customer-service\ndirection: inbound\nrecording:\n  channels: 2\n",
    );
    let ran = place.lingjian([
        "inspect",
        "calls",
        "--rules",
        "pack.yaml",
        "--format",
        "jsonl",
        "--project",
        "project.yaml",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran.lines();
    assert_eq!(lines.len(), 1, "{}", ran.out);
    assert_eq!(lines[0]["recording"], "calls/c-1.wav");
    assert_eq!(lines[0]["breaches"][0]["item"], "channels");
    assert_eq!(lines[0]["attributes"]["category"], "customer-service");
    assert_eq!(lines[0]["attributes"]["project"], "手机售后", "what the call says itself stays");
}

#[test]
fn beside_a_transcript_the_recording_tells_silence_and_overlap() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    let samples = std::path::Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../../samples");
    for (from, to) in
        [("calls/08-broadband-fault.opus", "a.opus"), ("truth/08-broadband-fault.json", "a.json")]
    {
        place.write(&format!("calls/{to}"), std::fs::read(samples.join(from)).expect("a sample"));
    }
    // Nobody speaks, whatever the transcript says.
    place.write("calls/b.json", call("b", "张伟"));
    place.write("calls/b.wav", silence(2, 80_000));
    place.write("calls/c.json", call("c", "张伟"));
    place.write("calls/c.wav", &silence(2, 80_000)[..30]);
    let ran =
        place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "jsonl", "--no-speech"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran.lines();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["metrics"]["timing"].as_str(), line["notes"][0].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(told[0].0, Some("voice_activity"));
    assert_eq!((told[1].0, told[2].0), (Some("turns"), Some("turns")));
    assert!(told[1].1.contains("nobody speaks") && told[2].1.contains("header"), "{told:?}");
}

#[test]
fn a_call_in_which_nothing_is_said_is_not_judged_and_listed() {
    let place = centre(1);
    place.write("calls/mute.json", r#"{"turns":[{"role":"agent","start_ms":0,"end_ms":9,"text":" "}]}"#);
    let ran = place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["coverage"]["judged"], 1);
    assert_eq!(report["coverage"]["refused"], 1);
    assert!(ran.out.contains("nobody speaks, so there is nothing to judge"), "{}", ran.out);
}

#[test]
fn call_records_tell_who_served() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write(
        "calls/c-1.json",
        r#"{"id":"c-1","turns":[{"role":"agent","start_ms":0,"end_ms":900,"text":"您好"}]}"#,
    );
    place.write("records.csv", "编号,工号,队列\nc-1,王芳,售后\nc-2,李娜,售后\n");
    place.write("mapping.yaml", "fields:\n  id: 编号\n  agent: 工号\n  queue: 队列\n");
    let ran = place.lingjian([
        "inspect",
        "calls",
        "--rules",
        "pack.yaml",
        "--format",
        "json",
        "--calls",
        "records.csv",
        "--mapping",
        "mapping.yaml",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["calls"][0]["attributes"]["agent"], "王芳");
    assert_eq!(report["coverage"]["records_alone"], 1);
}

#[test]
fn the_same_call_twice_counts_once_and_two_calls_of_one_id_do_not_pass() {
    let place = centre(1);
    place.write("calls/again.json", call("c-0", "张伟"));
    place.write("calls/other.json", call("c-0", "李娜"));
    let ran = place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["coverage"]["judged"], 1);
    assert_eq!(report["coverage"]["repeated"], 1);
    assert_eq!(report["coverage"]["refused"], 1);
}

#[test]
fn wrong_use_and_nothing_to_judge_end_with_two() {
    let place = centre(1);
    place.write("bad/one.json", "{");
    place.write("empty/.keep", "");
    place.write("broken.yaml", "rules: 7");
    let cases: [(&[&str], &str); 11] = [
        (&["inspect"], "PATH"),
        (&["inspect", "nowhere"], "no such file"),
        (&["inspect", "bad", "--rules", "pack.yaml"], "no call could be judged"),
        (&["inspect", "empty", "--rules", "pack.yaml"], "no call could be judged"),
        (&["inspect", "calls", "--rules", "nowhere"], "no pack of that name"),
        (&["inspect", "calls", "--rules", "broken.yaml"], "no rule is left"),
        (&["inspect", "calls", "--channels", "agnet=left"], "no role"),
        (&["inspect", "calls", "--rules", "pack.yaml", "--zone", "Mars/Olympus"], "time zone"),
        (&["inspect", "calls", "--rules", "pack.yaml", "--calls", "x.csv"], "--mapping"),
        (&["inspect", "calls", "--rules", "pack.yaml", "--format", "json,html"], "--out"),
        (&["inspect", "calls", "--rules", "pack.yaml", "--name-pattern", "{id"], "--name-pattern"),
    ];
    for (arguments, said) in cases {
        let ran = place.lingjian(arguments.iter().copied());
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn results_go_to_files_and_folders() {
    let place = centre(3);
    let base = ["inspect", "calls", "--rules", "pack.yaml", "--out"];
    let run = |out: &str, more: &[&str]| {
        let ran = place.lingjian(base.into_iter().chain([out]).chain(more.iter().copied()));
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    };
    run("a/b.jsonl", &[]);
    assert_eq!(place.read("a/b.jsonl").lines().count(), 3);
    run("reports", &[]);
    assert!(place.read("reports/report.html").starts_with("<!doctype html>"));
    assert_eq!(place.read("reports/calls.jsonl"), place.read("a/b.jsonl"));
    run("reports", &["--format", "table,json"]);
    assert!(place.read("reports/report.txt").contains("服务忌语"));
    let left: Vec<_> = std::fs::read_dir(place.path().join("reports")).expect("there").collect();
    assert_eq!(left.len(), 4, "nothing unfinished is left behind");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_and_is_no_mistake_of_the_user() {
    let place = centre(40);
    let ran = place.lingjian([
        "inspect",
        "calls",
        "--rules",
        "pack.yaml",
        "--format",
        "jsonl",
        "--out",
        "/dev/full",
    ]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("/dev/full") && ran.err.contains("make room"), "{}", ran.err);
}

#[test]
fn a_call_in_a_language_without_rules_is_counted() {
    let place = Place::new();
    place.write("pack.yaml", PACK.replace("id: test-pack", "id: test-pack\n  language: zh"));
    place.write("calls/en.json", r#"{"turns":[{"role":"agent","start_ms":0,"end_ms":900,"text":"Good morning, how can I help you?"}]}"#);
    let ran = place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&report["coverage"]["judged"], &report["coverage"]["without_rules"]), (&0.into(), &1.into()));
}

/// Silence at 8 kHz, one channel.
pub(crate) fn wav(samples: u32) -> Vec<u8> {
    silence(1, samples)
}

/// Silence at 8 kHz in 16-bit samples.
fn silence(channels: u16, frames: u32) -> Vec<u8> {
    let frame = channels * 2;
    let bytes = frames * u32::from(frame);
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + bytes).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    wav.extend(channels.to_le_bytes());
    wav.extend(8000u32.to_le_bytes());
    wav.extend((8000 * u32::from(frame)).to_le_bytes());
    wav.extend(frame.to_le_bytes());
    wav.extend(b"\x10\0data");
    wav.extend(bytes.to_le_bytes());
    wav.resize(44 + bytes as usize, 0);
    wav
}
