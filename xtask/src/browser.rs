//! The pages in a browser: our program serving a demonstration, for as long as the tests need it.
//!
//! A shell script, `keeper.sh`, runs the program until its standard input ends. We hold the other end of that pipe, so
//! the program is told to end however we end: a failed test, Ctrl-C, even `kill -9`.

use crate::Stop;
use crate::machine::Machine;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

const KEEPER: &str = include_str!("browser/keeper.sh");
/// Any free port, and few enough calls to be judged within seconds by a program that was built for tests. The keeper
/// adds where they are kept.
const DEMONSTRATION: &[&str] = &["demo", "--listen", "127.0.0.1:0", "--calls", "120"];
/// How long the program may take until it serves.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the keeper prints to say where the program keeps its data.
const DATA: &str = "data in ";
/// What the program prints to say how to sign in, and where it serves.
const SIGN_IN: &str = "first sign-in, told once: name ";
const PASSWORD: &str = ", password ";
const ADDRESS: &str = "Lingjian serves at ";

const FOLDER: &str = "web/e2e";
const CONFIG: &str = "web/e2e/vitest.config.ts";

/// Our program, serving. It is told to end, and waited for, when this is dropped.
pub(crate) struct Demonstration {
    keeper: Child,
    access: Access,
    program: String,
}

/// What it takes to see the pages, and to bring calls in beside the server.
#[derive(Debug, Default, PartialEq, Eq)]
struct Access {
    data: String,
    address: String,
    name: String,
    password: String,
}

impl Demonstration {
    /// Starts the program as it was built for tests, and waits until it serves.
    ///
    /// # Errors
    /// When it does not come to serve.
    pub(crate) fn start(machine: &Machine) -> Result<Self, Stop> {
        println!("$ lingjian {} (until the tests are done)", DEMONSTRATION.join(" "));
        let program = machine.built("lingjian", DEMONSTRATION);
        let path = program.get_program().to_string_lossy().into_owned();
        Self::kept_by(keeper(machine, &program), path, PATIENCE)
    }

    fn kept_by(mut keeper: Command, program: String, patience: Duration) -> Result<Self, Stop> {
        let failed = |what: &str| {
            Stop::Failed(format!(
                "the demonstration does not serve: {what}\nsee for yourself with `cargo run -- demo`"
            ))
        };
        let mut keeper = keeper.spawn().map_err(|error| failed(&error.to_string()))?;
        let out = keeper.stdout.take();
        // Told to end by being dropped, however we leave from here.
        let mut demonstration = Self { keeper, access: Access::default(), program };
        let (tell, told) = channel();
        // Reads to the end, also when nobody listens any more, so that the program is never held up.
        std::thread::spawn(move || {
            for line in out.into_iter().flat_map(|out| BufReader::new(out).lines().map_while(Result::ok)) {
                tell.send(line).ok();
            }
        });
        while !demonstration.access.is_whole() {
            match told.recv_timeout(patience) {
                Ok(line) => demonstration.access.hear(&line),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(failed("it ended; what it said stands above"));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let seconds = patience.as_secs();
                    return Err(failed(&format!(
                        "in {seconds} s it did not say where it serves and how to sign in"
                    )));
                }
            }
        }
        Ok(demonstration)
    }

    /// Where the tests find the pages, how they sign in, and how they bring calls of their own in.
    pub(crate) fn variables(&self) -> [(&'static str, &str); 5] {
        let Access { data, address, name, password } = &self.access;
        [
            ("LINGJIAN_URL", address),
            ("LINGJIAN_USER", name),
            ("LINGJIAN_PASSWORD", password),
            ("LINGJIAN_PROGRAM", &self.program),
            ("LINGJIAN_DATA", data),
        ]
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        match self.keeper.wait() {
            Ok(status) if status.success() => {}
            Ok(status) => eprintln!("the demonstration was still busy and had to be stopped ({status})"),
            Err(error) => eprintln!("failed to see the demonstration end: {error}"),
        }
    }
}

impl Access {
    /// Takes in what a line of output says about it.
    fn hear(&mut self, line: &str) {
        if let Some(data) = line.strip_prefix(DATA) {
            data.clone_into(&mut self.data);
        }
        if let Some(address) = line.strip_prefix(ADDRESS) {
            address.trim_end().trim_end_matches('/').clone_into(&mut self.address);
        }
        if let Some((name, password)) = line.strip_prefix(SIGN_IN).and_then(|rest| rest.split_once(PASSWORD))
        {
            name.clone_into(&mut self.name);
            password.trim_end().clone_into(&mut self.password);
        }
    }

    fn is_whole(&self) -> bool {
        [&self.data, &self.address, &self.name, &self.password].iter().all(|part| !part.is_empty())
    }
}

/// The keeper of a program, out of reach of the terminal's signals.
fn keeper(machine: &Machine, program: &Command) -> Command {
    let mut command = machine.program("sh", &["-c", KEEPER, "keeper"]);
    command.arg(program.get_program()).args(program.get_args());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Whether there are tests of the pages in a browser.
///
/// # Errors
/// When there are none, which is no success.
pub(crate) fn specs(root: &Path) -> Result<(), Stop> {
    let missing = |what: &str| Err(Stop::Failed(format!("the pages are not tested in a browser: {what}")));
    if !root.join(CONFIG).is_file() {
        return missing(&format!("there is no {CONFIG}"));
    }
    if !holds_tests(&root.join(FOLDER)) {
        return missing(&format!("{FOLDER} holds no test, no file named *.test.ts or *.spec.ts"));
    }
    Ok(())
}

fn holds_tests(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if path.is_dir() {
            holds_tests(&path)
        } else {
            name.ends_with(".test.ts") || name.ends_with(".spec.ts")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that says what ours says, and notes in a file that it was told to end, and where its data and its
    /// temporary files were.
    const LIKE_OURS: &str = "trap 'echo \"$1 $2 in $TMPDIR\" >\"$0\"; exit 0' TERM
        echo 'first sign-in, told once: name admin, password a, b'
        echo 'Lingjian serves at http://127.0.0.1:4711/'
        while :; do sleep 0.1; done";

    fn shell(script: &str, word: &str) -> Command {
        let machine = Machine::find().expect("a machine with a home");
        keeper(&machine, &machine.program("sh", &["-c", script, word]))
    }

    #[test]
    fn a_demonstration_comes_and_is_told_to_end() {
        let note = std::env::current_exe().expect("this program").with_file_name("demonstration-told");
        std::fs::remove_file(&note).ok();
        let keeper = shell(LIKE_OURS, &note.to_string_lossy());
        let demonstration = Demonstration::kept_by(keeper, "ours".to_owned(), PATIENCE).expect("it serves");
        let data = demonstration.access.data.clone();
        let expected = [
            ("LINGJIAN_URL", "http://127.0.0.1:4711"),
            ("LINGJIAN_USER", "admin"),
            ("LINGJIAN_PASSWORD", "a, b"),
            ("LINGJIAN_PROGRAM", "ours"),
            ("LINGJIAN_DATA", &data),
        ];
        assert_eq!(demonstration.variables(), expected);
        assert!(!note.exists());
        drop(demonstration);
        let noted = std::fs::read_to_string(&note).expect("it was told to end, and waited for");
        let (words, folder) = noted.trim_end().split_once(" in ").expect("what it noted");
        assert_eq!(words, format!("--data {data}"));
        assert!(folder.contains("lingjian-browser") && data.starts_with(folder), "{noted}");
        assert!(!Path::new(folder).exists(), "{folder} is still there");
    }

    #[test]
    fn one_that_ends_or_stays_silent_is_reported() {
        let ended =
            Demonstration::kept_by(shell("echo nothing of use; exit 3", "x"), String::new(), PATIENCE).err();
        assert!(format!("{ended:?}").contains("it ended"), "{ended:?}");
        let silent = shell("trap 'exit 0' TERM; while :; do sleep 0.1; done", "x");
        let silent = Demonstration::kept_by(silent, String::new(), Duration::from_millis(200)).err();
        assert!(format!("{silent:?}").contains("did not say"), "{silent:?}");
    }

    #[test]
    fn the_words_are_those_of_the_program() {
        let commands = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
            .join("../crates/cli/src/commands/serve.rs");
        let text = std::fs::read_to_string(commands).expect("the program's text");
        for words in [SIGN_IN, PASSWORD, ADDRESS] {
            assert!(text.contains(words), "{words:?}");
        }
    }

    #[test]
    fn no_tests_are_no_success() {
        let root = std::env::current_exe().expect("this program").with_file_name("specs-tests");
        std::fs::remove_dir_all(&root).ok();
        let said = || format!("{:?}", specs(&root));
        assert!(said().contains("there is no web/e2e/vitest.config.ts"), "{}", said());
        std::fs::create_dir_all(root.join(FOLDER).join("deep")).expect("folders");
        std::fs::write(root.join(CONFIG), "").expect("a file");
        assert!(said().contains("holds no test"), "{}", said());
        std::fs::write(root.join(FOLDER).join("deep/sign-in.test.ts"), "").expect("a file");
        assert_eq!(said(), "Ok(())");
    }
}
