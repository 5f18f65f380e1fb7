//! The HTML report: whole, self-contained, and deaf to hostile text.

use super::{PACK, Place, call};

/// What a caller, a file name or a rule must not be able to do.
const HOSTILE: &str =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u{2028}{{data}}{{script}}";

fn report(place: &Place) -> String {
    let ran = place.lingjian(["inspect", "calls", "--rules", "pack.yaml", "--format", "html"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

fn hostile() -> Place {
    let place = Place::new();
    let line = HOSTILE.replace('\'', "''").replace('\u{2028}', "");
    place.write("pack.yaml", PACK.replace("zh: 服务忌语", &format!("zh: '{line}'")));
    let mut one: serde_json::Value = serde_json::from_str(&call("c-1", HOSTILE)).expect("JSON");
    one["id"] = HOSTILE.into();
    one["attributes"][HOSTILE] = HOSTILE.into();
    one["turns"][2]["text"] = format!("不知道{HOSTILE}").into();
    place.write("calls/a.json", one.to_string());
    place.write("calls/<script>alert(3)<x>.json", "{");
    place
}

/// The content of a script element by its id.
fn block<'h>(html: &'h str, id: &str) -> &'h str {
    let (_, rest) = html.split_once(&format!("id=\"{id}\">")).expect(id);
    rest.split_once("</script>").expect("closed").0
}

#[test]
fn hostile_text_stays_text() {
    let html = report(&hostile());
    // Three blocks of data and the one script; whatever is hostile stands inside the data, escaped.
    assert_eq!(html.matches("<script").count(), 4);
    assert_eq!(html.matches("</script>").count(), 4);
    assert!(!html.contains("<img"));
    assert!(!html.contains('\u{2028}'));
    let data: serde_json::Value = serde_json::from_str(block(&html, "data")).expect("JSON");
    let calls: serde_json::Value = serde_json::from_str(block(&html, "calls")).expect("JSON");
    let detail: serde_json::Value = serde_json::from_str(block(&html, "details").trim()).expect("JSON");
    assert_eq!(calls[0][0], HOSTILE);
    assert_eq!(data["names"]["agent"][0], HOSTILE);
    assert!(data["refused"][0]["file"].as_str().expect("a file").contains("<script>"));
    assert_eq!(detail["turns"][2][3], format!("不知道{HOSTILE}"));
}

#[test]
fn only_the_one_script_may_run() {
    let html = report(&hostile());
    let (_, rest) = html.split_once("script-src 'sha256-").expect("a policy");
    let promised = rest.split_once('\'').expect("closed").0;
    let script = html.rsplit_once("<script>").expect("a script").1.split_once("</script>").expect("closed").0;
    let digest = <sha2::Sha256 as sha2::Digest>::digest(script.as_bytes());
    assert_eq!(digest.len(), 32);
    assert_eq!(promised, base64(&digest));
    assert!(html.contains("default-src 'none'") && !html.contains("unsafe-"));
    // Text becomes part of the page in one way only.
    for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
        assert!(!script.contains(way), "{way}");
    }
}

#[test]
fn nothing_comes_from_elsewhere() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write("calls/c-1.json", call("c-1", "张伟"));
    let html = report(&place);
    let urls: Vec<&str> = html
        .match_indices("://")
        .map(|(at, _)| &html[at.saturating_sub(5)..(at + 22).min(html.len())])
        .collect();
    assert!(urls.iter().all(|url| url.contains("://www.w3.org/2000/svg")), "{urls:?}");
    for tag in ["<link", "@import", "url(", "fetch(", "XMLHttpRequest"] {
        assert!(!html.contains(tag), "{tag}");
    }
}

#[test]
fn a_recording_is_linked_by_a_relative_path_only_when_asked() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write("calls/一 #1.json", call("c-1", "张伟"));
    place.write("calls/一 #1.wav", super::inspect::wav(800));
    let arguments = ["inspect", "calls", "--rules", "pack.yaml", "--out", "out/report.html"];
    assert_eq!(place.lingjian(arguments).code, 0);
    assert!(!block(&place.read("out/report.html"), "details").contains("\"audio\""));
    let ran = place.lingjian(arguments.into_iter().chain(["--link-audio"]));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        block(&place.read("out/report.html"), "details")
            .contains("\"audio\":\"../calls/%E4%B8%80%20%231.wav\"")
    );
}

#[test]
fn of_many_calls_only_so_many_words_are_taken_in() {
    let place = Place::new();
    place.write("pack.yaml", PACK);
    place.write("calls/a.jsonl", (0..5).map(|n| call(&format!("c-{n}"), "张伟") + "\n").collect::<String>());
    let ran = place.lingjian([
        "inspect",
        "calls",
        "--rules",
        "pack.yaml",
        "--format",
        "html",
        "--most-transcripts",
        "2",
    ]);
    assert_eq!(block(&ran.out, "details").matches("我要投诉你们").count(), 2);
    assert_eq!(block(&ran.out, "details").trim().lines().count(), 5);
}

fn base64(data: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = data.iter().map(|byte| format!("{byte:08b}")).collect();
    let sixes = bits.as_bytes().chunks(6).map(|six| {
        let six = format!("{:0<6}", std::str::from_utf8(six).expect("ASCII"));
        char::from(LETTERS[usize::from_str_radix(&six, 2).expect("bits")])
    });
    let text: String = sixes.collect();
    format!("{text}{}", "=".repeat((3 - data.len() % 3) % 3))
}
