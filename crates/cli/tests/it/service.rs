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

/// Asks over the network; the answer's head and body.
fn ask(address: &str, head: &str, body: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("listens");
    write!(stream, "{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len())
        .expect("takes");
    stream.write_all(body).expect("takes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    (head.to_owned(), body.to_owned())
}

/// What a header of an answer says.
fn header<'h>(head: &'h str, name: &str) -> &'h str {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).expect("the header").1
}

/// Kill -9 in the middle of an upload: what was confirmed is there, it goes on behind it, and what was sent is taken in.
#[test]
fn an_upload_goes_on_after_the_server_died() {
    const LENGTH: usize = 24 << 20;
    let mut wav = b"RIFF".to_vec();
    wav.extend((LENGTH as u32 - 8).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    wav.extend((LENGTH as u32 - 44).to_le_bytes());
    wav.resize(LENGTH, 0);
    let place = Place::new();
    let serve =
        ["serve", "--role", "web", "--data", "house", "--rules", "zh/outbound", "--listen", "127.0.0.1:0"];
    let mut server = Process::start(&place, &serve);
    let out = server.0.stdout.take().expect("piped");
    let mut lines = BufReader::new(out).lines().map_while(Result::ok);
    let password = lines.find_map(|line| line.rsplit_once("password ").map(|(_, word)| word.to_owned()));
    let address = lines.find_map(|line| line.strip_prefix("Lingjian serves at http://").map(str::to_owned));
    let address = address.expect("serves").trim_end_matches('/').to_owned();
    let credentials = format!(r#"{{"name":"admin","password":"{}"}}"#, password.expect("told once"));
    let sign_in = "POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json";
    let (head, body) = ask(&address, sign_in, credentials.as_bytes());
    let cookie = header(&head, "set-cookie").split(';').next().expect("a cookie").to_owned();
    let session: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let signed = format!("Cookie: {cookie}\r\nX-CSRF-Token: {}", session["csrf"].as_str().expect("a token"));
    let tus = format!("{signed}\r\nTus-Resumable: 1.0.0");
    let begin = format!("POST /api/v1/uploads HTTP/1.1\r\n{tus}\r\nUpload-Length: {LENGTH}");
    let (head, _) = ask(&address, &begin, b"");
    let upload = header(&head, "location").to_owned();
    let bytes = |offset: usize| {
        format!(
            "PATCH {upload} HTTP/1.1\r\n{tus}\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}"
        )
    };
    let mut stream = TcpStream::connect(&address).expect("listens");
    write!(stream, "{}\r\nHost: x\r\nContent-Length: {LENGTH}\r\n\r\n", bytes(0)).expect("takes");
    stream.write_all(&wav[..LENGTH - 1000]).expect("takes");
    // Confirmed piece by piece, while the request still goes on.
    let standing = format!("GET {upload} HTTP/1.1\r\n{signed}");
    let received = |address: &str| {
        let shown: serde_json::Value = serde_json::from_str(&ask(address, &standing, b"").1).expect("JSON");
        (
            shown["received"].as_u64().expect("a number") as usize,
            shown["state"].as_str().expect("a state").to_owned(),
        )
    };
    wait_until(60, "bytes to be confirmed", || received(&address).0 >= 8 << 20);
    server.kill();
    let mut server = Process::start(&place, &serve);
    let address = line(&mut server, "Lingjian serves at http://");
    let address = address.trim_end_matches('/');
    let (head, _) = ask(address, &format!("HEAD {upload} HTTP/1.1\r\n{tus}"), b"");
    let offset: usize = header(&head, "upload-offset").parse().expect("a number");
    assert!((8 << 20..LENGTH).contains(&offset), "{offset}");
    let (head, _) = ask(address, &bytes(offset), &wav[offset..]);
    assert!(head.starts_with("HTTP/1.1 204"), "{head}");
    wait_until(60, "the file to be taken in", || received(address).1 == "taken");
    assert_eq!(server.terminate(), 0);
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
