//! The checks of the house, stage by stage.

use crate::Stop;
use crate::browser::{Demonstration, specs};
use crate::machine::{Machine, run, shown};
use crate::postgres::{Cluster, VARIABLE};
use crate::setup::{PULL_SPEECH_MODEL, for_checks};
use crate::tally::Tally;
use crate::{contract, pages};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A check: a name, and the commands that must all end well. What they cannot do without happens as they are asked for.
struct Stage {
    name: &'static str,
    commands: fn(&Machine) -> Result<Vec<Command>, Stop>,
}

/// In the order of what is cheap to know first.
const STAGES: &[Stage] = &[
    Stage { name: "format", commands: |m| Ok(vec![m.cargo(&["fmt", "--all", "--check"])]) },
    Stage {
        name: "dependencies",
        commands: |m| {
            let words =
                ["deny", "--workspace", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
            Ok(vec![m.cargo(&words)])
        },
    },
    // Before anything is compiled: the program holds the pages that are built by then.
    Stage {
        name: "pages",
        commands: |m| {
            pages::build(m)?;
            Ok(vec![pages::npm(m, &["run", "check"]), pages::npm(m, &["run", "test"])])
        },
    },
    Stage {
        name: "clippy",
        commands: |m| {
            Ok(vec![m.cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])])
        },
    },
    Stage { name: "build", commands: |m| Ok(vec![build(m)]) },
    Stage { name: "model", commands: |m| Ok(vec![build(m), m.built("lingjian", PULL_SPEECH_MODEL)]) },
    Stage {
        name: "tests",
        commands: |m| Ok(vec![m.cargo(&["nextest", "run", "--workspace", "--no-fail-fast"])]),
    },
    Stage {
        name: "browser",
        commands: |m| {
            specs(&m.root)?;
            pages::build(m)?;
            run(build(m))?;
            let mut tests = pages::npm(m, &["run", "e2e"]);
            tests.envs(m.which("chromium").map(|path| ("CHROMIUM", path)));
            Ok(vec![tests])
        },
    },
    Stage {
        name: "contract",
        commands: |m| {
            run(build(m))?;
            Ok(vec![contract::ask(m)?])
        },
    },
    Stage {
        name: "doc-tests",
        commands: |m| Ok(vec![m.cargo(&["test", "--workspace", "--doc", "--no-fail-fast"])]),
    },
    Stage {
        name: "rules",
        commands: |m| {
            let packs = packs(&m.root);
            let rules = |verb: &str| {
                let mut command = m.built("lingjian", &["rules", verb]);
                command.args(&packs);
                command
            };
            Ok(vec![build(m), rules("check"), rules("test")])
        },
    },
];

/// The stages whose commands find a PostgreSQL server, started for them alone, by [`VARIABLE`].
const WITH_DATABASE: &[&str] = &["tests"];

/// The stages whose commands find our program serving a demonstration, and how to sign in there.
const WITH_DEMONSTRATION: &[&str] = &["browser", "contract"];

/// Programs and tests in one go: built apart, libraries with differing features would be compiled twice.
fn build(machine: &Machine) -> Command {
    machine.cargo(&["build", "--workspace", "--bins", "--tests"])
}

/// The rule packs of the clone, `rules/LANGUAGE/NAME`: as they stand, not as they were built into the program.
fn packs(root: &Path) -> Vec<PathBuf> {
    let folders_in = |folder: PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_dir())
    };
    let mut packs: Vec<PathBuf> = folders_in(root.join("rules"))
        .flat_map(folders_in)
        .filter_map(|pack| pack.strip_prefix(root).ok().map(Path::to_path_buf))
        .collect();
    packs.sort();
    packs
}

/// How a stage went.
struct Outcome {
    name: &'static str,
    took: Duration,
    ok: bool,
    tests: Tally,
}

/// Runs all stages, or the named ones; goes on after a failure, so that one run shows all there is.
///
/// The last line is `N passed, N failed`: the tests of every runner, where a failed stage that counted no failed
/// test counts as one itself.
///
/// # Errors
/// When a stage failed, or a name is no stage.
pub(crate) fn run_all(machine: &Machine, names: &[String]) -> Result<(), Stop> {
    if let Some(unknown) = names.iter().find(|name| STAGES.iter().all(|stage| stage.name != **name)) {
        let known: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        return Err(Stop::Usage(format!("no such stage: {unknown:?}; there are: {}", known.join(" "))));
    }
    let (prepared, took) = timed(|| for_checks(machine));
    let mut outcomes = vec![Outcome { name: "setup", took, ok: prepared.is_ok(), tests: Tally::default() }];
    match prepared {
        Ok(()) => {
            let chosen =
                STAGES.iter().filter(|stage| names.is_empty() || names.iter().any(|name| name == stage.name));
            outcomes.extend(chosen.map(|stage| stage.run(machine)));
        }
        // Nothing would build: what to do about it is all there is to say.
        Err(Stop::Failed(text) | Stop::Usage(text)) => eprintln!("\n{text}"),
    }
    close(&outcomes)
}

impl Stage {
    fn run(&self, machine: &Machine) -> Outcome {
        println!("\n── {} ──", self.name);
        let (ended, took) = timed(|| self.count_all(machine));
        let (ok, tests) = match ended {
            Ok(counted) => counted,
            Err(Stop::Failed(text) | Stop::Usage(text)) => {
                eprintln!("{text}");
                (false, Tally::default())
            }
        };
        Outcome { name: self.name, took, ok, tests }
    }

    /// Runs all commands, with what they need around them.
    fn count_all(&self, machine: &Machine) -> Result<(bool, Tally), Stop> {
        let commands = (self.commands)(machine)?;
        // Both stop when they go out of sight, however the commands end.
        let cluster = WITH_DATABASE.contains(&self.name).then(|| Cluster::start(machine)).transpose()?;
        let demonstration =
            WITH_DEMONSTRATION.contains(&self.name).then(|| Demonstration::start(machine)).transpose()?;
        let mut tests = Tally::default();
        let mut ok = true;
        for mut command in commands {
            if let Some(cluster) = &cluster {
                command.env(VARIABLE, cluster.address());
            }
            if let Some(demonstration) = &demonstration {
                command.envs(demonstration.variables());
            }
            let (ended_well, counted) = count(command);
            ok &= ended_well;
            tests.add(counted);
        }
        if demonstration.is_some() && tests == Tally::default() {
            eprintln!("no test ran, or none was counted: that is no success");
            ok = false;
        }
        Ok((ok, tests))
    }
}

/// Prints the times, for people and for programs, then the closing line.
fn close(outcomes: &[Outcome]) -> Result<(), Stop> {
    println!("\nstage              seconds");
    for Outcome { name, took, ok, .. } in outcomes {
        println!("{name:16} {:9.1}  {}", took.as_secs_f64(), if *ok { "ok" } else { "FAILED" });
    }
    let rows: Vec<String> = outcomes
        .iter()
        .map(|Outcome { name, took, ok, tests: Tally { passed, failed } }| {
            let seconds = took.as_secs_f64();
            format!(
                r#"{{"stage":"{name}","seconds":{seconds:.1},"ok":{ok},"passed":{passed},"failed":{failed}}}"#
            )
        })
        .collect();
    println!("stages: [{}]", rows.join(","));
    let total = total(outcomes);
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 { Ok(()) } else { Err(Stop::Failed(String::new())) }
}

fn total(outcomes: &[Outcome]) -> Tally {
    let mut total = Tally::default();
    for outcome in outcomes {
        total.add(outcome.tests);
        if !outcome.ok && outcome.tests.failed == 0 {
            total.failed += 1;
        }
    }
    total
}

/// Runs a command, passing on what it prints and counting the tests in it.
fn count(mut command: Command) -> (bool, Tally) {
    println!("$ {}", shown(&command));
    if std::io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = match command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("failed to start `{}`: {error}", shown(&command));
            return (false, Tally::default());
        }
    };
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let tests = std::thread::scope(|scope| {
        let from_err = scope.spawn(|| err.map(|pipe| pass_on(pipe, std::io::stderr())).unwrap_or_default());
        let mut tests = out.map(|pipe| pass_on(pipe, std::io::stdout())).unwrap_or_default();
        tests.add(from_err.join().unwrap_or_default());
        tests
    });
    (child.wait().is_ok_and(|status| status.success()), tests)
}

/// Copies line by line, reading the tallies as they come past.
fn pass_on(from: impl Read, mut to: impl Write) -> Tally {
    let mut tests = Tally::default();
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        tests.add(Tally::of_line(&String::from_utf8_lossy(&line)));
        // Nobody reading is no reason to stop testing.
        to.write_all(&line).and_then(|()| to.flush()).ok();
        line.clear();
    }
    tests
}

/// Does the work and says how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "the time of a stage is what a person waits, not a fact of the product"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(ok: bool, passed: u64, failed: u64) -> Outcome {
        Outcome { name: "any", took: Duration::ZERO, ok, tests: Tally { passed, failed } }
    }

    #[test]
    fn the_packs_of_the_clone_are_found() {
        let packs =
            packs(&Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join(".."));
        assert!(packs.iter().any(|pack| pack == Path::new("rules/zh/standard")), "{packs:?}");
    }

    #[test]
    fn a_database_and_a_demonstration_are_promised_to_stages_that_exist() {
        let mut promised = WITH_DATABASE.iter().chain(WITH_DEMONSTRATION);
        assert!(promised.all(|name| STAGES.iter().any(|stage| stage.name == *name)));
    }

    #[test]
    fn pages_are_built_before_the_program_that_holds_them() {
        let place = |name: &str| STAGES.iter().position(|stage| stage.name == name);
        assert!(place("pages").is_some());
        assert!(place("pages") < place("clippy") && place("clippy") < place("build"));
        assert!(place("tests") < place("browser"));
    }

    #[test]
    fn a_failed_stage_counts_unless_its_tests_do() {
        let all = [outcome(true, 7, 0), outcome(false, 0, 0), outcome(false, 3, 2)];
        assert_eq!(total(&all), Tally { passed: 10, failed: 3 });
        assert!(close(&all).is_err());
        assert!(close(&all[..1]).is_ok());
    }

    #[test]
    fn output_is_passed_on_as_it_was_and_counted() {
        let text =
            "one\nSummary [ 0.1s] 3 tests run: 2 passed, 1 failed, 0 skipped\nlast \u{fffd} without end";
        let mut copy = Vec::new();
        assert_eq!(pass_on(text.as_bytes(), &mut copy), Tally { passed: 2, failed: 1 });
        assert_eq!(copy, text.as_bytes());
    }
}
