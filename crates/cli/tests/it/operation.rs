//! What those who run the house do: back up, restore, look whether all is well, install.

use std::path::Path;
use std::process::Command;

use super::Place;
use super::inspect::wav;
use super::service::{Process, line, transcripts};

#[test]
fn a_running_house_is_backed_up_checked_and_restored() {
    let place = Place::new();
    let file = transcripts(&place, 94, 40);
    place.write("in/rec-1.wav", wav(8000));
    assert_eq!(place.lingjian(["import", "transcripts", "--data", "house", file.as_str()]).code, 0);
    assert_eq!(place.lingjian(["import", "recordings", "--data", "house", "in"]).code, 0);
    let serve = ["serve", "--data", "house", "--rules", "zh/outbound", "--listen", "127.0.0.1:0"];
    let mut server = Process::start(&place, &serve);
    let address = line(&mut server, "Lingjian serves at http://");
    let address = address.trim_end_matches('/');

    let made = place.lingjian(["db", "backup", "kept/monday", "--data", "house", "--json"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    assert_eq!(made.lines()[0]["recordings"], 1);
    let again = place.lingjian(["db", "backup", "kept/monday", "--data", "house"]);
    assert!(again.code == 2 && again.err.contains("new folder"), "{}", again.err);
    let whole = place.lingjian(["db", "verify", "kept/monday"]);
    assert!(
        whole.code == 0 && whole.out.ends_with("and 1 recordings is whole\n"),
        "{}{}",
        whole.out,
        whole.err
    );
    let over = place.lingjian(["db", "restore", "kept/monday", "--data", "house"]);
    assert!(over.code == 2 && over.err.contains("empty"), "{}", over.err);

    let ready = place.lingjian(["doctor", "--ready", "--config", &config(&place, address)]);
    assert_eq!(ready.code, 0, "{}{}", ready.out, ready.err);
    assert_eq!(server.terminate(), 0);
    let ready = place.lingjian(["doctor", "--ready", "--config", &config(&place, address)]);
    assert_eq!(ready.code, 1, "{}", ready.out);

    let back = place.lingjian(["db", "restore", "kept/monday", "--data", "other"]);
    assert!(back.code == 0 && back.out.contains("1 recordings"), "{}{}", back.out, back.err);
    assert_eq!(place.lingjian(["db", "verify", "--data", "other"]).out, "what is kept is whole\n");
    let known = place.lingjian(["import", "transcripts", "--data", "other", file.as_str()]);
    assert!(known.out.contains("0 new, 0 completed, 40 known"), "{}", known.out);

    let damaged = place.path().join("kept/monday/tables/transcript.jsonl.gz");
    let mut bytes = std::fs::read(&damaged).expect("a file");
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&damaged, bytes).expect("a file");
    let told = place.lingjian(["db", "verify", "kept/monday", "--json"]);
    assert_eq!((told.code, &told.lines()[0]["whole"]), (1, &false.into()));
    assert!(told.out.contains("tables/transcript.jsonl.gz"), "{}", told.out);
    let refused = place.lingjian(["db", "restore", "kept/monday", "--data", "third"]);
    assert!(refused.code == 2 && refused.err.contains("transcript.jsonl.gz"), "{}", refused.err);
}

fn config(place: &Place, address: &str) -> String {
    place.write("lingjian.toml", format!("listen = \"{address}\"\n")).display().to_string()
}

#[test]
fn the_doctor_knows_the_service() {
    let place = Place::new();
    let config = config(&place, "127.0.0.1:0");
    let look =
        || place.lingjian(["doctor", "--json", "--data", "house", "--config", &config]).lines().remove(0);
    let told = |findings: &serde_json::Value, what: &str| {
        let one = findings.as_array().expect("a list").iter().find(|one| one["what"] == what);
        let one = one.unwrap_or_else(|| panic!("{what} is looked at"));
        assert_eq!(one["ok"], true, "{one}");
        one["detail"].as_str().unwrap_or_default().to_owned()
    };
    assert!(told(&look(), "database").contains("first start"));
    assert!(!place.path().join("house").exists(), "it makes nothing");

    assert_eq!(place.lingjian(["user", "add", "wang", "--post", "inspector", "--data", "house"]).code, 0);
    let findings = look();
    assert!(told(&findings, "database").contains("answers, at the step 0"));
    assert!(told(&findings, "audit trail").contains("entries, head "));
    assert!(told(&findings, "data folder").contains("left"));
    assert!(told(&findings, "address").contains("free"));
    assert!(!told(&findings, "clock").is_empty());
}

#[test]
fn recordings_that_are_none_are_kept_in_mind() {
    let place = Place::new();
    place.write("in/0312/good.wav", wav(8000));
    place.write("in/0312/bad.wav", b"RIFF\x04\0\0\0WAVE");
    let import = ["import", "recordings", "--source", "pbx", "--data", "house", "in"];
    assert!(place.lingjian(import).out.ends_with("1 new, 0 completed, 0 known, 1 refused\n"));
    assert!(place.lingjian(import).out.ends_with("0 new, 0 completed, 1 known, 1 refused\n"));
    let address = format!("sqlite:{}", place.path().join("house/lingjian.db").display());
    let refused = super::service::block_on(async {
        let store = lingjian_app::store::Store::open(&address).await.expect("opens");
        store.refusals(None, None, 10).await.expect("lists")
    });
    assert_eq!(refused.len(), 1, "once, however often it comes");
    let one = &refused[0];
    assert_eq!((one.what.file.as_str(), one.source.as_deref(), one.times), ("0312/bad.wav", Some("pbx"), 2));
    assert!(!one.what.reason.is_empty() && one.actor_name == "(operator)");
}

fn packaged(name: &str) -> String {
    let file = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../../packaging")
        .join(name);
    std::fs::read_to_string(file).expect(name)
}

/// The commands that the unit and the image run are the program's, with their options; so are the variables they set.
#[test]
fn what_is_packaged_names_commands_that_there_are() {
    let place = Place::new();
    let (unit, image) = (packaged("lingjian.service"), packaged("Dockerfile"));
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a start");
    let health =
        image.lines().find_map(|line| line.split_once(" CMD [").map(|(_, rest)| rest)).expect("a check");
    let health = health.trim_end_matches(']').replace(['"', ','], "");
    let serve =
        image.lines().last().expect("a command").replace("CMD [", "lingjian ").replace(['"', ']', ','], "");
    for command in [start, &health, &serve] {
        let mut words = command.split_whitespace();
        assert!(words.next().expect("a program").ends_with("lingjian"), "{command}");
        let verb = words.next().expect("a command");
        let help = place.lingjian([verb, "--help"]);
        assert_eq!(help.code, 0, "{command}: {}", help.err);
        for option in words.filter(|word| word.starts_with("--")) {
            assert!(help.out.contains(option), "{command}: there is no {option}");
        }
    }
    let known = place.lingjian(["serve", "--example-config"]).out;
    for text in [&unit, &image] {
        let names = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        for name in names.filter(|name| name.starts_with("LINGJIAN_")) {
            assert!(known.contains(name), "{name} is no setting");
        }
    }
    assert!(
        image.lines().any(|line| line == "USER lingjian") && unit.contains("\nUser=lingjian\n"),
        "not root"
    );
}

/// What systemd itself says of the unit, where there is one to ask.
#[test]
fn systemd_takes_the_unit() {
    let file = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../../packaging/lingjian.service");
    let Ok(asked) = Command::new("systemd-analyze").arg("verify").arg(&file).output() else { return };
    let said = String::from_utf8_lossy(&asked.stderr);
    // That nothing is installed here is no fault of the unit, and other units are not ours.
    let ours = |line: &&str| line.contains("lingjian.service") && !line.contains("is not executable");
    let faults: Vec<&str> = said.lines().filter(ours).collect();
    assert_eq!(faults, Vec::<&str>::new());
}
