//! Which room may use which, and what the pure rooms may not touch.

use crate::house::{Need, Package, none_of, packages};

/// A room of the plan.
struct Room {
    name: &'static str,
    /// Knows no database, network, clock, chance or file system: those come in as arguments.
    pure: bool,
    /// The rooms it may use.
    may_use: &'static [&'static str],
}

const ANY: &[&str] = &["*"];

const ROOMS: &[Room] = &[
    Room { name: "model", pure: true, may_use: &[] },
    Room { name: "language", pure: true, may_use: &["model"] },
    Room { name: "acoustics", pure: true, may_use: &["model"] },
    Room { name: "inspection", pure: true, may_use: &["model", "language"] },
    Room { name: "scorecards", pure: true, may_use: &["model", "language"] },
    Room { name: "statistics", pure: true, may_use: &["model"] },
    Room { name: "workforce", pure: true, may_use: &["model"] },
    Room { name: "speech", pure: false, may_use: &["model", "language", "acoustics"] },
    Room { name: "intake", pure: false, may_use: &["model", "acoustics"] },
    Room {
        name: "store",
        pure: false,
        may_use: &["model", "language", "acoustics", "inspection", "scorecards", "statistics", "workforce"],
    },
    Room {
        name: "app",
        pure: false,
        may_use: &[
            "model",
            "language",
            "acoustics",
            "inspection",
            "scorecards",
            "statistics",
            "workforce",
            "speech",
            "intake",
            "store",
        ],
    },
    // Translates, decides nothing: what it needs of the other rooms comes through `app`.
    Room { name: "http", pure: false, may_use: &["model", "app"] },
    Room { name: "rehearsal", pure: false, may_use: &["model", "language"] },
    Room { name: "cli", pure: false, may_use: ANY },
    Room { name: "xtask", pure: false, may_use: &["rehearsal"] },
];

/// The simulated centre may feed any room's tests: it makes input, it judges nothing.
const ONLY_FOR_TESTS: &[&str] = &["rehearsal"];

/// What no pure room depends on, and why.
const KEPT_OUT: &[(&str, &[&str])] = &[
    (
        "a pure room waits for nothing: no asynchronous run time",
        &["tokio", "async-std", "smol", "futures", "async-trait"],
    ),
    (
        "a pure room knows no network",
        &["reqwest", "ureq", "hyper", "axum", "tonic", "async-nats", "tungstenite", "curl"],
    ),
    (
        "a pure room knows no database",
        &["sea-orm", "sea-query", "sqlx", "rusqlite", "diesel", "redb", "object_store"],
    ),
    ("a pure room knows no chance: seeds and ids come in", &["rand", "fastrand", "oorandom", "getrandom"]),
    (
        "a pure room reads no folders: content comes in",
        &["walkdir", "ignore", "notify", "tempfile", "dirs", "memmap2"],
    ),
    ("instants and zones are jiff's, and come in", &["chrono", "time"]),
    ("a pure room talks to nobody", &["clap", "indicatif", "tracing-subscriber", "env_logger", "anyhow"]),
];

fn plan(room: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|known| known.name == room)
}

/// What is wrong with one dependency of a room, if anything.
fn wrong_arrow(from: &Room, need: &Need) -> Option<String> {
    let from_name = from.name;
    let Some(to) = need.room.as_deref() else {
        let kept_out = KEPT_OUT.iter().find(|(_, names)| names.contains(&need.name.as_str()));
        let (reason, _) = kept_out.filter(|_| from.pure && !need.for_tests)?;
        return Some(format!("{from_name} → {}: {reason}", need.name));
    };
    let allowed = from.may_use == ANY
        || from.may_use.contains(&to)
        || (need.for_tests && ONLY_FOR_TESTS.contains(&to) && from_name != to);
    let may_use = if from.may_use.is_empty() { "no room".to_owned() } else { from.may_use.join(", ") };
    (!allowed).then(|| format!("{from_name} → {to}: {from_name} may use {may_use}"))
}

fn findings(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        match plan(&package.room) {
            Some(room) => findings.extend(package.needs.iter().filter_map(|need| wrong_arrow(room, need))),
            None => findings
                .push(format!("{} is no room of the plan: say in ROOMS what it may use", package.room)),
        }
    }
    findings
}

#[test]
fn arrows_run_the_right_way() {
    let packages = packages();
    assert!(packages.iter().any(|package| package.room == "model"), "the workspace has rooms");
    none_of("dependencies that run the wrong way (ARCHITECTURE.md has the plan)", &findings(&packages));
}

/// The plan itself has an order: no room may use one that may use it, however far round.
#[test]
fn the_plan_has_no_circle() {
    let mut settled: Vec<&str> = Vec::new();
    while settled.len() < ROOMS.len() {
        let ready = |room: &&Room| {
            !settled.contains(&room.name)
                && ROOMS
                    .iter()
                    .filter(|other| {
                        room.may_use == ANY && other.name != room.name || room.may_use.contains(&other.name)
                    })
                    .all(|other| settled.contains(&other.name) || other.name == "xtask")
        };
        let next: Vec<&str> = ROOMS.iter().filter(ready).map(|room| room.name).collect();
        assert!(!next.is_empty(), "a circle among those left after {settled:?}");
        settled.extend(next);
    }
}

#[test]
fn wrong_arrows_are_seen() {
    let need = |name: &str, ours: bool, for_tests: bool| Need {
        name: name.to_owned(),
        room: ours.then(|| name.to_owned()),
        for_tests,
    };
    let wrong = |from: &str, need: &Need| wrong_arrow(plan(from).expect("a room"), need);
    let upward = wrong("model", &need("inspection", true, false)).expect("model uses nobody");
    assert!(upward.starts_with("model → inspection"), "{upward}");
    assert!(wrong("model", &need("inspection", true, true)).is_some(), "not for its tests either");
    assert!(wrong("inspection", &need("rehearsal", true, false)).is_some());
    assert_eq!(wrong("inspection", &need("rehearsal", true, true)), None, "simulated input for tests");
    assert_eq!(wrong("cli", &need("speech", true, false)), None);
    let chance = wrong("inspection", &need("rand", false, false)).expect("no chance in pure rooms");
    assert!(chance.contains("rand") && chance.contains("seeds"), "{chance}");
    assert_eq!(wrong("inspection", &need("rand", false, true)), None, "tests may roll dice");
    assert_eq!(wrong("speech", &need("ureq", false, false)), None, "not a pure room");
}

#[test]
fn a_room_outside_the_plan_is_seen() {
    let stranger = Package {
        room: "attic".to_owned(),
        manifest: "Cargo.toml".into(),
        roots: Vec::new(),
        needs: Vec::new(),
    };
    assert_eq!(findings(&[stranger]).len(), 1);
}
