//! Bad days: processes killed at the worst moment, disks that are full. Nothing is lost, nothing doubled, and it goes on.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};

use super::Place;
use super::inspect::wav;
use super::service::{
    Process, ask, block_on, command, counts, line, nothing_is_lost_or_doubled, on_postgres, psql, sign_in,
    transcripts, wait_until,
};

/// Kill -9, so often, at some moment of import and work; then everything is there, once.
fn kills_lose_nothing(place: &Place, address: &str, kills: u64, calls: usize) {
    let file = transcripts(place, 91, calls);
    let mut chance = 5;
    let import = ["import", "transcripts", "--data", "house", "--database", address, file.as_str()];
    // One small pack: a debug build takes its time over large ones, and the kills should reach the work.
    let work =
        ["serve", "--role", "worker", "--data", "house", "--rules", "zh/outbound", "--database", address];
    for kill in 0..kills {
        let arguments: &[&str] = if kill % 2 == 0 { &import } else { &work };
        let mut process = Process::start(place, arguments);
        // From before the database is there to well within the work.
        std::thread::sleep(std::time::Duration::from_millis(next(&mut chance) % 2000));
        process.kill();
    }
    let last = command(place, &import).output().expect("runs");
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stdout));
    let again = command(place, &import).output().expect("runs");
    assert_eq!(
        String::from_utf8_lossy(&again.stdout),
        format!("0 new, 0 completed, {calls} known, 0 refused\n")
    );
    let mut worker = Process::start(place, &work);
    // Earlier workers may have done it all: who has only just started does not listen for signals yet.
    line(&mut worker, "Lingjian works");
    wait_until(180, "all to be judged", || block_on(counts(address)) == (calls as i64, calls as i64, 0));
    assert_eq!(worker.terminate(), 0, "ends cleanly when told to");
    block_on(nothing_is_lost_or_doubled(address, calls));
    let verified = place.lingjian(["db", "verify", "--data", "house", "--database", address]);
    assert_eq!((verified.code, verified.out.as_str()), (0, "what is kept is whole\n"));
}

/// The next of a row of numbers that look like chance and are the same every time.
fn next(chance: &mut u64) -> u64 {
    *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *chance >> 33
}

#[test]
fn fifty_kills_lose_nothing_and_double_nothing() {
    let place = Place::new();
    let address = format!("sqlite:{}", place.path().join("house/lingjian.db").display());
    kills_lose_nothing(&place, &address, 50, 1500);
}

#[test]
fn kills_lose_nothing_on_postgres_either() {
    on_postgres("kills", |address| kills_lose_nothing(&Place::new(), address, 8, 600));
}

/// The program under a limit on the size of files. Where it is heard, the kernel kills who writes beyond; where not, the write
/// fails as on a full disk.
fn limited(place: &Place, blocks: u32, heard: bool, arguments: &[&str]) -> std::process::Output {
    let trap = if heard { "" } else { "trap '' XFSZ; " };
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{trap}ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    shell.arg(env!("CARGO_BIN_EXE_lingjian")).args(arguments).current_dir(place.path());
    shell.env("LINGJIAN_MODELS", place.path().join("no-models"));
    shell.output().expect("runs")
}

/// Killed by the kernel at one write after the other, from the first to the last of the migration.
#[test]
fn a_migration_that_is_killed_is_done_by_the_next_start() {
    let (mut killed, mut blocks) = (0, 0);
    loop {
        let place = Place::new();
        let migrate = ["db", "migrate", "--data", "house"];
        let ran = limited(&place, blocks, true, &migrate);
        if ran.status.success() {
            break;
        }
        assert_eq!(ran.status.signal(), Some(25), "SIGXFSZ at {blocks} blocks: {ran:?}");
        killed += 1;
        let next = place.lingjian(migrate);
        assert_eq!(next.code, 0, "after a kill at {blocks} blocks: {}", next.err);
        assert_eq!(place.lingjian(["db", "verify", "--data", "house"]).code, 0);
        blocks += 64;
    }
    assert!(killed > 3, "it was killed {killed} times");
}

/// Stopped in the middle by somebody who holds a name that the second step wants, then killed.
#[test]
fn a_migration_of_postgres_that_is_killed_is_done_by_the_next_start() {
    on_postgres("migration", |address| {
        let place = Place::new();
        let mut holder = Holder::of(address, "CREATE TABLE person (id INTEGER)");
        let migrate = ["db", "migrate", "--data", "house", "--database", address];
        let mut process = Process::start(&place, &migrate);
        let waits = "SELECT COUNT(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
                     WHERE NOT l.granted AND a.datname = current_database()";
        wait_until(60, "the migration to stand still", || psql(address, waits).trim() == "1");
        process.kill();
        holder.0.kill().expect("kill -9");
        holder.0.wait().expect("ends");
        let next = place.lingjian(migrate);
        assert_eq!(next.code, 0, "{}", next.err);
        let verified = place.lingjian(["db", "verify", "--data", "house", "--database", address]);
        assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    });
}

/// A session in which something is done and not committed.
struct Holder(Child);

impl Holder {
    fn of(address: &str, sql: &str) -> Self {
        let mut psql = Command::new("psql");
        psql.args([address, "-At"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut psql = psql.spawn().expect("psql");
        writeln!(psql.stdin.as_mut().expect("piped"), "BEGIN; {sql}; SELECT 'held';").expect("takes");
        let lines = BufReader::new(psql.stdout.as_mut().expect("piped")).lines();
        lines.map_while(Result::ok).find(|line| line == "held").expect("is held");
        Self(psql)
    }
}

#[test]
fn an_import_onto_a_full_disk_says_so_and_is_repeated() {
    let place = Place::new();
    let file = transcripts(&place, 93, 900);
    let import = ["import", "transcripts", "--data", "house", file.as_str()];
    let full = limited(&place, 4000, false, &import);
    let told = String::from_utf8_lossy(&full.stderr).into_owned();
    assert_eq!(full.status.code(), Some(3), "{told}");
    assert!(told.contains("make room"), "{told}");
    assert_eq!(place.lingjian(["db", "verify", "--data", "house"]).code, 0, "what was kept is whole");
    let again = place.lingjian(import);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(place.lingjian(import).out.contains("0 new, 0 completed, 900 known"));

    for name in ["a", "b", "c"] {
        place.write(&format!("in/{name}.wav"), wav(400_000));
    }
    let import = ["import", "recordings", "--data", "house", "in"];
    let full = limited(&place, 1000, false, &import);
    let told = String::from_utf8_lossy(&full.stderr).into_owned();
    assert!(full.status.code() == Some(3) && told.contains("make room"), "{told}");
    let again = place.lingjian(import);
    assert!(again.out.ends_with("3 new, 0 completed, 0 known, 0 refused\n"), "{}{}", again.out, again.err);
    assert_eq!(place.lingjian(["db", "verify", "--data", "house"]).out, "what is kept is whole\n");
}

/// How large files of this process may become, from now on.
fn allow(process: &Process, bytes: &str) {
    let limit = format!("--fsize={bytes}:");
    let set = Command::new("prlimit").args(["--pid", &process.id().to_string(), &limit]).status();
    assert!(set.expect("prlimit").success());
}

#[test]
fn a_server_on_a_full_disk_reads_says_so_and_goes_on() {
    let place = Place::new();
    let serve =
        ["serve", "--role", "web", "--data", "house", "--rules", "zh/outbound", "--listen", "127.0.0.1:0"];
    // The shell makes it deaf to the signal, then becomes it.
    let deaf = ["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_lingjian")];
    let mut server = Process::of(Command::new("sh").args(deaf).args(serve), &place);
    let password = line(&mut server, "first sign-in, told once: name admin, password ");
    let address = line(&mut server, "Lingjian serves at http://");
    let address = address.trim_end_matches('/');
    let signed_in = sign_in(address, "admin", &password);
    let token = r#"{"name":"x","permissions":["sessions.own"]}"#;

    allow(&server, "0");
    let refused = ask(address, "POST", "/api/v1/tokens", &signed_in, token);
    assert!(refused.starts_with("HTTP/1.1 507") && refused.contains("\"cannot_write\""), "{refused}");
    for path in ["/api/v1/overview", "/api/v1/conversations", "/api/v1/work", "/api/v1/tokens", "/ready"] {
        let read = ask(address, "GET", path, &signed_in, "");
        assert!(read.starts_with("HTTP/1.1 200"), "{path}: {read}");
    }
    allow(&server, "unlimited");
    let made = ask(address, "POST", "/api/v1/tokens", &signed_in, token);
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    assert_eq!(server.terminate(), 0);
    assert_eq!(place.lingjian(["db", "verify", "--data", "house"]).out, "what is kept is whole\n");
}
