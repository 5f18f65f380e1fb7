//! What one process publishes, another judges by.

use lingjian_app::store::{Filter, Store};
use lingjian_model::Reach;
use lingjian_rehearsal::{Centre, Plan};

use super::Place;
use super::service::{
    Process, ask, block_on, command, counts, line, nothing_is_lost_or_doubled, parts, sign_in, transcripts,
    wait_until,
};

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

    let signed_in = sign_in(address, "chen", &password);
    let asked = |method: &str, path: &str, tag: &str, body: &str| {
        let answer = ask(address, method, path, &format!("{signed_in}If-Match: {tag}\r\n"), body);
        let (head, body) = parts(&answer);
        (head.to_owned(), serde_json::from_str::<serde_json::Value>(body).expect(body))
    };
    let pack = "/api/v1/rules/packs/zh-outbound";
    let (_, draft) = asked("GET", &format!("{pack}/draft"), "-", "");
    let files = draft["files"].to_string().replacen("points: ", "off: true\\n    points: ", 1);
    let written = format!("{{\"files\":{files}}}");
    let (head, _) = asked("PUT", &format!("{pack}/draft"), "\"0\"", &written);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let said = r#"{"note":"试用期间不扣分"}"#;
    let (head, version) = asked("POST", &format!("{pack}/draft/publish"), "\"1\"", said);
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
