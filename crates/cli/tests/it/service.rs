//! The house with real processes: kept, killed, worked in by two, signed into.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lingjian_app::store::{Filter, Store};
use lingjian_model::Reach;
use lingjian_rehearsal::{Centre, Plan};

use super::Place;

/// Transcripts of a simulated centre as a file.
pub(super) fn transcripts(place: &Place, seed: u64, calls: usize) -> String {
    let centre = Centre::new(&Plan { seed, calls, ..Plan::default() }).expect("a centre");
    let lines = centre.calls().map(|call| serde_json::to_string(&call.conversation).expect("JSON") + "\n");
    place.write("transcripts.jsonl", lines.collect::<String>()).display().to_string()
}

pub(super) fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lingjian"));
    command.args(arguments).current_dir(place.path()).env("LINGJIAN_MODELS", place.path().join("no-models"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Ends with the test, however that ends.
pub(super) struct Process(pub(super) Child);

impl Process {
    pub(super) fn start(place: &Place, arguments: &[&str]) -> Self {
        Self(command(place, arguments).spawn().expect("starts"))
    }

    /// Another program that becomes ours.
    pub(super) fn of(command: &mut Command, place: &Place) -> Self {
        command.current_dir(place.path()).env("LINGJIAN_MODELS", place.path().join("no-models"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        Self(command.spawn().expect("starts"))
    }

    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(super) fn kill(&mut self) {
        self.0.kill().expect("kill -9");
        self.0.wait().expect("ends");
    }

    /// Asked to end, as a service manager does.
    pub(super) fn terminate(&mut self) -> i32 {
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
pub(super) async fn counts(address: &str) -> (i64, i64, i64) {
    let store = Store::open(address).await.expect("opens");
    let all = store.tally(&Filter::default(), &Reach::All).await.expect("counts");
    let work = store.workload(0).await.expect("counts");
    let left = work.iter().map(|load| load.waiting + load.running + load.resting).sum();
    store.close().await;
    (all.conversations, all.judged, left)
}

/// Every conversation has one transcript and one judgement, and the audit trail is whole.
pub(super) async fn nothing_is_lost_or_doubled(address: &str, calls: usize) {
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

pub(super) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a run time").block_on(work)
}

pub(super) fn wait_until(seconds: u64, what: &str, mut done: impl FnMut() -> bool) {
    #[expect(clippy::disallowed_methods, reason = "a test that waits for a process goes by the clock")]
    let now = Instant::now;
    let start = now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(seconds), "waited {seconds} s for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Two workers on one PostgreSQL; one is killed half way. The other does the rest, and nothing twice.
#[test]
fn two_workers_share_a_postgres_and_one_may_die() {
    const CALLS: usize = 3000;
    on_postgres("workers", |address| share(address, CALLS));
}

fn share(address: &str, calls: usize) {
    let place = Place::new();
    let file = transcripts(&place, 92, calls);
    let import = ["import", "transcripts", "--data", "house", "--database", address, file.as_str()];
    assert!(command(&place, &import).status().expect("runs").success());
    let work =
        ["serve", "--role", "worker", "--data", "house", "--rules", "zh/outbound", "--database", address];
    let (mut one, mut other) = (Process::start(&place, &work), Process::start(&place, &work));
    line(&mut other, "Lingjian works");
    wait_until(120, "work to begin", || block_on(counts(address)).1 > 100);
    one.kill();
    wait_until(180, "the other to finish", || block_on(counts(address)) == (calls as i64, calls as i64, 0));
    assert_eq!(other.terminate(), 0);
    block_on(nothing_is_lost_or_doubled(address, calls));
}

/// The rest of the line of the program's standard output that begins so. Reads no further, for whoever wants the next.
pub(super) fn line(process: &mut Process, begins: &str) -> String {
    let out = process.0.stdout.as_mut().expect("piped");
    loop {
        let (mut line, mut byte) = (Vec::new(), [0]);
        while byte[0] != b'\n' {
            out.read_exact(&mut byte).expect("the line");
            line.push(byte[0]);
        }
        let line = String::from_utf8(line).expect("UTF-8");
        if let Some(rest) = line.trim_end().strip_prefix(begins) {
            return rest.to_owned();
        }
    }
}

fn get(address: &str, path: &str) -> String {
    ask(address, "GET", path, "", "")
}

/// Asks with these headers, each with its line end, and this body, which is JSON where the headers do not say otherwise.
pub(super) fn ask(address: &str, method: &str, path: &str, headers: &str, body: impl AsRef<[u8]>) -> String {
    let (mut stream, body) = (TcpStream::connect(address).expect("listens"), body.as_ref());
    let kind = if headers.contains("Content-Type:") { "" } else { "Content-Type: application/json\r\n" };
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{kind}Content-Length: {length}\r\n{headers}\r\n"
    )
    .expect("takes");
    stream.write_all(body).expect("takes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    answer
}

/// The head of an answer, and its body.
pub(super) fn parts(answer: &str) -> (&str, &str) {
    answer.split_once("\r\n\r\n").expect("a head")
}

/// The headers of somebody who has signed in.
pub(super) fn sign_in(address: &str, name: &str, password: &str) -> String {
    let body = serde_json::json!({ "name": name, "password": password }).to_string();
    let answer = ask(address, "POST", "/api/v1/session", "", &body);
    let between = |from: &str, to: &str| {
        let (_, rest) = answer.split_once(from).unwrap_or_else(|| panic!("{answer}"));
        rest.split_once(to).expect("an end").0.to_owned()
    };
    let (cookie, csrf) = (between("lingjian_session=", ";"), between("\"csrf\":\"", "\""));
    format!("Cookie: lingjian_session={cookie}\r\nX-CSRF-Token: {csrf}\r\n")
}

/// What PostgreSQL answers.
pub(super) fn psql(address: &str, sql: &str) -> String {
    let output = Command::new("psql").args([address, "-Atqc", sql]).output().expect("psql");
    assert!(output.status.success(), "{sql}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// With the address of a database of PostgreSQL of its own.
pub(super) fn on_postgres(name: &str, test: impl FnOnce(&str)) {
    let server = std::env::var("LINGJIAN_TEST_POSTGRES")
        .expect("LINGJIAN_TEST_POSTGRES names a PostgreSQL server: `cargo xtask postgres` starts one");
    let name = format!("{name}_{}", std::process::id());
    psql(&server, &format!("CREATE DATABASE {name}"));
    test(&format!("{}/{name}", server.rsplit_once('/').expect("a name").0));
    psql(&server, &format!("DROP DATABASE {name} WITH (FORCE)"));
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
    // It waits for nothing but its rules.
    let mut ready = get(address, "/ready");
    while ready.ends_with("the rules are being read\n") {
        ready = get(address, "/ready");
    }
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
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
