//! The house with real processes: kept, killed, worked in by two, signed into.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lingjian_app::store::{Filter, Store, TallyBy};
use lingjian_model::Reach;
use lingjian_rehearsal::{Centre, Plan};

use super::Place;

/// Transcripts of a simulated centre as a file.
fn transcripts(place: &Place, seed: u64, calls: usize) -> String {
    let centre = Centre::new(&Plan { seed, calls, ..Plan::default() }).expect("a centre");
    let lines = centre.calls().map(|call| serde_json::to_string(&call.conversation).expect("JSON") + "\n");
    place.write("transcripts.jsonl", lines.collect::<String>()).display().to_string()
}

fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lingjian"));
    command.args(arguments).current_dir(place.path()).env("LINGJIAN_MODELS", place.path().join("no-models"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Ends with the test, however that ends.
struct Process(Child);

impl Process {
    fn start(place: &Place, arguments: &[&str]) -> Self {
        Self(command(place, arguments).spawn().expect("starts"))
    }

    fn kill(&mut self) {
        self.0.kill().expect("kill -9");
        self.0.wait().expect("ends");
    }

    /// Asked to end, as a service manager does.
    fn terminate(&mut self) -> i32 {
        Command::new("kill").arg(self.0.id().to_string()).status().expect("kill");
        self.0.wait().expect("ends").code().expect("by itself")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// How many conversations there are, how many are judged, how many pieces of work are left.
async fn counts(address: &str) -> (i64, i64, i64) {
    let store = Store::open(address).await.expect("opens");
    let all =
        store.tallies(&Filter::default(), &Reach::All, TallyBy::Nothing).await.expect("counts").remove(0);
    let work = store.workload(0).await.expect("counts");
    let left = work.iter().map(|load| load.waiting + load.running + load.resting).sum();
    store.close().await;
    (all.conversations, all.judged, left)
}

/// Every conversation has one transcript and one judgement, and the audit trail is whole.
async fn nothing_is_lost_or_doubled(address: &str, calls: usize) {
    let store = Store::open(address).await.expect("opens");
    let page = lingjian_app::store::Page { after: None, limit: 100_000 };
    let rows =
        store.conversations(&Filter::default(), &Reach::All, Default::default(), page).await.expect("lists");
    assert_eq!(rows.len(), calls);
    for row in rows {
        let (words, judgements) = (
            store.transcript_versions(row.id).await.expect("lists"),
            store.judgement_versions(row.id).await.expect("lists"),
        );
        assert_eq!((words.len(), judgements.len()), (1, 1), "{}", row.external_id);
    }
    store.verify_audit().await.expect("reads").expect("whole");
    store.close().await;
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a run time").block_on(work)
}

fn wait_until(seconds: u64, what: &str, mut done: impl FnMut() -> bool) {
    #[expect(clippy::disallowed_methods, reason = "a test that waits for a process goes by the clock")]
    let now = Instant::now;
    let start = now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(seconds), "waited {seconds} s for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The next of a row of numbers that look like chance and are the same every time.
fn next(chance: &mut u64) -> u64 {
    *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *chance >> 33
}

/// Fifty times kill -9 at some moment of import and work; then everything is there, once.
#[test]
fn fifty_kills_lose_nothing_and_double_nothing() {
    const CALLS: usize = 1500;
    let place = Place::new();
    let file = transcripts(&place, 91, CALLS);
    let address = format!("sqlite:{}", place.path().join("house/lingjian.db").display());
    let mut chance = 5;
    let import = ["import", "transcripts", "--data", "house", file.as_str()];
    // One small pack: a debug build takes its time over large ones, and the kills should reach the work.
    let work = ["serve", "--role", "worker", "--data", "house", "--rules", "zh/outbound"];
    for kill in 0..50 {
        let arguments: &[&str] = if kill % 2 == 0 { &import } else { &work };
        let mut process = Process::start(&place, arguments);
        // From before the database is there to well within the work.
        std::thread::sleep(Duration::from_millis(next(&mut chance) % 2000));
        process.kill();
    }
    let last = command(&place, &import).output().expect("runs");
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stdout));
    let again = command(&place, &import).output().expect("runs");
    assert_eq!(
        String::from_utf8_lossy(&again.stdout),
        format!("0 new, 0 completed, {CALLS} known, 0 refused\n")
    );
    let mut worker = Process::start(&place, &work);
    // Earlier workers may have done it all: who has only just started does not listen for signals yet.
    line(&mut worker, "Lingjian works");
    wait_until(180, "all to be judged", || block_on(counts(&address)) == (CALLS as i64, CALLS as i64, 0));
    assert_eq!(worker.terminate(), 0, "ends cleanly when told to");
    block_on(nothing_is_lost_or_doubled(&address, CALLS));
    let verified = place.lingjian(["audit", "verify", "--data", "house"]);
    assert_eq!(verified.code, 0, "{}", verified.out);
}

/// Two workers on one PostgreSQL; one is killed half way. The other does the rest, and nothing twice.
#[test]
fn two_workers_share_a_postgres_and_one_may_die() {
    const CALLS: usize = 3000;
    let server = std::env::var("LINGJIAN_TEST_POSTGRES")
        .expect("LINGJIAN_TEST_POSTGRES names a PostgreSQL server: `cargo xtask postgres` starts one");
    let name = format!("workers_{}", std::process::id());
    let create = Command::new("psql").args([&server, "-qc", &format!("CREATE DATABASE {name}")]).status();
    assert!(create.expect("psql").success());
    let address = format!("{}/{name}", server.rsplit_once('/').expect("a name").0);
    let place = Place::new();
    let file = transcripts(&place, 92, CALLS);
    let import = ["import", "transcripts", "--data", "house", "--database", &address, file.as_str()];
    assert!(command(&place, &import).status().expect("runs").success());
    let work =
        ["serve", "--role", "worker", "--data", "house", "--rules", "zh/outbound", "--database", &address];
    let (mut one, mut other) = (Process::start(&place, &work), Process::start(&place, &work));
    line(&mut other, "Lingjian works");
    wait_until(120, "work to begin", || block_on(counts(&address)).1 > 100);
    one.kill();
    wait_until(180, "the other to finish", || block_on(counts(&address)) == (CALLS as i64, CALLS as i64, 0));
    assert_eq!(other.terminate(), 0);
    block_on(nothing_is_lost_or_doubled(&address, CALLS));
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    Command::new("psql").args([&server, "-qc", &drop]).status().expect("psql");
}

/// A line of the program's standard output that begins so.
fn line(process: &mut Process, begins: &str) -> String {
    let out = process.0.stdout.as_mut().expect("piped");
    let mut lines = BufReader::new(out).lines().map_while(Result::ok);
    lines.find(|line| line.starts_with(begins)).expect("the line").split_at(begins.len()).1.to_owned()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("takes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    answer
}

#[test]
fn the_server_starts_answers_and_stops() {
    let place = Place::new();
    let mut server = Process::start(
        &place,
        &["serve", "--data", "house", "--rules", "zh/outbound", "--listen", "127.0.0.1:0"],
    );
    let address = line(&mut server, "Lingjian serves at http://");
    let address = address.trim_end_matches('/');
    assert!(get(address, "/ready").starts_with("HTTP/1.1 200"));
    assert!(get(address, "/api/v1/session").starts_with("HTTP/1.1 401"));
    assert_eq!(server.terminate(), 0);
    let users = place.lingjian(["user", "list", "--data", "house"]);
    assert_eq!(users.out, "admin\t管理员\tadministrator,quality_manager\n");
    let added = place.lingjian(["user", "add", "wang", "--post", "inspector", "--data", "house"]);
    assert!(added.out.starts_with("wang: password "), "{}{}", added.out, added.err);
    let wrong = place.lingjian(["user", "add", "li", "--post", "boss", "--data", "house"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("team_leader"), "{}", wrong.err);
}

#[test]
fn bad_calls_are_told_and_stop_nothing() {
    let place = Place::new();
    place.write("in/good.json", r#"{"turns":[{"role":"agent","start_ms":0,"end_ms":900,"text":"您好"}]}"#);
    place.write("in/bad.json", r#"{"turns":[{"role":"boss","start_ms":0,"end_ms":900,"text":"您好"}]}"#);
    place.write("in/noise.wav", b"RIFF\x04\0\0\0WAVE");
    let ran = place.lingjian(["import", "transcripts", "in", "--data", "house"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("bad.json") && ran.out.contains("noise.wav"), "{}", ran.out);
    assert!(ran.out.ends_with("1 new, 0 completed, 0 known, 2 refused\n"), "{}", ran.out);
    let sound = place.lingjian(["import", "recordings", "in/noise.wav", "--data", "house"]);
    assert_eq!(sound.code, 2, "nothing could be taken");
    let gone = place.lingjian(["import", "transcripts", "nowhere", "--data", "house"]);
    assert!(gone.code == 2 && gone.err.contains("no such file"), "{}", gone.err);
    let unknown = place.lingjian(["db", "migrate", "--database", "mysql://root:secret@db/x"]);
    assert!(
        unknown.code == 2 && unknown.err.contains("no address") && !unknown.err.contains("secret"),
        "{}",
        unknown.err
    );
}

#[test]
fn the_configuration_names_the_nearest_key() {
    let place = Place::new();
    place.write("lingjian.toml", "databse = \"sqlite:x.db\"\n");
    let ran = place.lingjian(["serve", "--config", "lingjian.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean database?"), "{}", ran.err);
    let example = place.lingjian(["serve", "--example-config"]).out;
    place.write("lingjian.toml", example);
    let migrated = place.lingjian(["db", "migrate", "--config", "lingjian.toml", "--data", "house"]);
    assert_eq!(migrated.code, 0, "{}", migrated.err);
    assert!(Path::new(&place.path().join("house/lingjian.db")).is_file());
}

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
    let password = added.trim_start_matches("chen: password ").lines().next().expect("a password").to_owned();
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
