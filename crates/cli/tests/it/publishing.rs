//! What one process publishes, another judges by.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use lingjian_app::store::{Filter, Store};
use lingjian_model::Reach;
use lingjian_rehearsal::{Centre, Plan};

use super::Place;
use super::service::{
    Process, block_on, command, counts, line, nothing_is_lost_or_doubled, transcripts, wait_until,
};

/// What a browser asks: the answer's head and its JSON.
fn ask(
    address: &str,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> (String, serde_json::Value) {
    let mut stream = TcpStream::connect(address).expect("listens");
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    )
    .expect("takes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_owned(), serde_json::from_str(body).expect(body))
}

/// One process serves, another works. What is published in the one judges the calls that come to the other.
#[test]
fn a_version_that_one_process_publishes_judges_in_another() {
    let place = Place::new();
    let file = transcripts(&place, 93, 40);
    let store = format!("sqlite:{}", place.path().join("house/lingjian.db").display());
    let common = ["--data", "house", "--rules", "zh/outbound"];
    let added = place.lingjian(["user", "add", "chen", "--post", "quality_manager", "--data", "house"]).out;
    let password =
        added.trim_start_matches("chen: password ").split(',').next().expect("a password").to_owned();
    let import = |file: &str| {
        let import = ["import", "transcripts", "--data", "house", file];
        assert!(command(&place, &import).status().expect("runs").success());
    };
    import(&file);
    let mut worker = Process::start(&place, &[&["serve", "--role", "worker"], &common[..]].concat());
    let web = ["serve", "--role", "web", "--listen", "127.0.0.1:0"];
    let mut web = Process::start(&place, &[&web, &common[..]].concat());
    // A first sign-in is told before it where there is no account yet.
    let address = line(&mut web, "Lingjian serves at http://");
    let address = address.trim_end_matches('/');
    wait_until(120, "the first calls to be judged", || block_on(counts(&store)) == (40, 40, 0));

    let credentials = serde_json::json!({ "name": "chen", "password": password }).to_string();
    let (head, session) = ask(address, ("POST", "/api/v1/session"), &[], &credentials);
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    let cookie = cookie.split(';').next().expect("its value");
    let csrf = session["csrf"].as_str().expect("a token");
    let signed = |tag: &'static str| [("Cookie", cookie), ("X-CSRF-Token", csrf), ("If-Match", tag)];
    let pack = "/api/v1/rules/packs/zh-outbound";
    let (_, draft) = ask(address, ("GET", &format!("{pack}/draft")), &signed("-"), "");
    let files = draft["files"].to_string().replacen("points: ", "off: true\\n    points: ", 1);
    let written = format!("{{\"files\":{files}}}");
    let (head, _) = ask(address, ("PUT", &format!("{pack}/draft")), &signed("\"0\""), &written);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let said = r#"{"note":"试用期间不扣分"}"#;
    let (head, version) = ask(address, ("POST", &format!("{pack}/draft/publish")), &signed("\"1\""), said);
    assert!(head.starts_with("HTTP/1.1 200"), "{head} {version}");

    let centre = Centre::new(&Plan { seed: 94, calls: 5, ..Plan::default() }).expect("a centre");
    let late = centre.calls().map(|mut call| {
        call.conversation.id.insert_str(0, "late-");
        serde_json::to_string(&call.conversation).expect("JSON") + "\n"
    });
    import(&place.write("late.jsonl", late.collect::<String>()).display().to_string());
    wait_until(120, "the late calls to be judged", || block_on(counts(&store)) == (45, 45, 0));
    block_on(nothing_is_lost_or_doubled(&store, 45));
    let judged_by = block_on(async {
        let store = Store::open(&store).await.expect("opens");
        let page = lingjian_app::store::Page { after: None, limit: 100 };
        let rows = store.conversations(&Filter::default(), &Reach::All, Default::default(), page).await;
        let mut judged_by = std::collections::BTreeMap::new();
        for row in rows.expect("lists") {
            let digest = store.judgement_versions(row.id).await.expect("lists").remove(0).rules;
            *judged_by.entry((row.external_id.starts_with("late-"), digest)).or_insert(0) += 1;
        }
        store.close().await;
        judged_by.into_iter().collect::<Vec<_>>()
    });
    let [((false, old), 40), ((true, new), 5)] = judged_by.as_slice() else { panic!("{judged_by:?}") };
    assert_ne!(old, new, "what was judged stays, what comes is judged by the new version");
    assert_eq!((worker.terminate(), web.terminate()), (0, 0));
}
