//! A PostgreSQL server of one's own, for as long as the tests need it.
//!
//! A shell script, `keeper.sh`, makes the server and holds it until its standard input ends. We hold the other end of
//! that pipe, so the server stops and its folder goes however we end: a failed test, Ctrl-C, even `kill -9`.

pub(crate) mod place;

use crate::machine::Machine;
use crate::{Stop, debian};
use std::io::{BufRead, BufReader, Read, sink};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Tests find the server by this variable.
pub(crate) const VARIABLE: &str = "LINGJIAN_TEST_POSTGRES";

const KEEPER: &str = include_str!("postgres/keeper.sh");

/// Somebody else may take the port between our finding it free and the server's taking it.
const PORT_TRIES: u32 = 5;
const TAKEN: &str = "Address already in use";

/// A running server with an empty database. It stops, and its folder is removed, when this is dropped.
pub(crate) struct Cluster {
    port: u16,
    folder: String,
    keeper: Child,
    /// What the keeper says from now on; nothing, when all goes well.
    says: BufReader<ChildStdout>,
}

impl Cluster {
    /// Makes and starts a server of this machine's PostgreSQL.
    ///
    /// # Errors
    /// When PostgreSQL is not there, or does not start; the text has the server's last words.
    pub(crate) fn start(machine: &Machine) -> Result<Self, Stop> {
        let programs = place::programs(machine).ok_or_else(|| {
            Stop::Failed("PostgreSQL is not on this machine: `cargo xtask setup` installs it".to_owned())
        })?;
        Self::start_from(machine, &programs)
    }

    fn start_from(machine: &Machine, programs: &Path) -> Result<Self, Stop> {
        let leader = place::leader(machine)?;
        let mut last = String::new();
        for _ in 0..PORT_TRIES {
            let keeper = |port| keeper(machine, line(&leader, programs, &std::env::temp_dir(), port));
            match free_port().and_then(|port| Self::kept_by(keeper(port), port)) {
                Ok(cluster) => return Ok(cluster),
                Err(text) => last = text,
            }
            if !last.contains(TAKEN) {
                break;
            }
        }
        let last: String = last.lines().map(|line| format!("    {line}\n")).collect();
        let shown = programs.display();
        Err(Stop::Failed(format!(
            "failed to start a PostgreSQL server for the tests with the programs in {shown}; it said last:\n\
             {last}mend that, and try it alone with `cargo xtask postgres`"
        )))
    }

    /// Starts the keeper and waits until it has the server ready. Otherwise what it said.
    fn kept_by(mut keeper: Command, port: u16) -> Result<Self, String> {
        let program = keeper.get_program().to_string_lossy().into_owned();
        let mut keeper = keeper.spawn().map_err(|error| format!("{program}: {error}"))?;
        let mut says = BufReader::new(keeper.stdout.take().ok_or("the keeper has no output")?);
        let mut said = String::new();
        says.read_line(&mut said).map_err(|error| error.to_string())?;
        if let Some(folder) = said.strip_prefix("ready ") {
            return Ok(Self { port, folder: folder.trim_end().to_owned(), keeper, says });
        }
        says.read_to_string(&mut said).map_err(|error| error.to_string())?;
        keeper.wait().map_err(|error| error.to_string())?;
        Err(if said.is_empty() { format!("{program}: no more than what stands above") } else { said })
    }

    /// How tests reach the server, as its super user.
    pub(crate) fn address(&self) -> String {
        format!("postgres://lingjian@{}:{}/postgres", Ipv4Addr::LOCALHOST, self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let mut said = String::new();
        let heard = self.says.read_to_string(&mut said);
        let ended = self.keeper.wait();
        if let Err(error) = heard.and(ended) {
            eprintln!("failed to see PostgreSQL stop ({error}): look whether {} is gone", self.folder);
        }
        if !said.is_empty() {
            eprintln!("\nPostgreSQL did not run to the end, or would not stop; its last words:\n{said}");
        }
    }
}

/// The command line of the keeper.
fn line(leader: &[String], programs: &Path, temporary: &Path, port: u16) -> Vec<String> {
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let mut line = leader.to_vec();
    line.extend(["sh", "-c", KEEPER, "keeper"].map(str::to_owned));
    line.extend([shown(programs), shown(temporary), port.to_string()]);
    line
}

/// The keeper, out of reach of the terminal's signals and of the settings of whoever uses PostgreSQL here.
fn keeper(machine: &Machine, line: Vec<String>) -> Command {
    let words: Vec<&str> = line.iter().skip(1).map(String::as_str).collect();
    let mut command = machine.program(line.first().map_or("sh", String::as_str), &words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).env("LC_ALL", "C");
    // Whoever runs it need not be allowed to see the clone.
    command.current_dir("/");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

fn free_port() -> Result<u16, String> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    address
        .map(|address| address.port())
        .map_err(|error| format!("no free port on {}: {error}", Ipv4Addr::LOCALHOST))
}

/// A server for tests that are run by hand: says how to reach it, and waits until standard input ends.
///
/// # Errors
/// When PostgreSQL is neither there nor to be installed, or does not start.
pub(crate) fn hold(machine: &Machine) -> Result<(), Stop> {
    debian::install_missing(machine, &[debian::DATABASE])?;
    let cluster = Cluster::start(machine)?;
    println!("export {VARIABLE}={}", cluster.address());
    eprintln!("the server runs, in {}, until Ctrl-C or Ctrl-D; then all in it is gone", cluster.folder);
    std::io::copy(&mut std::io::stdin(), &mut sink())
        .map(drop)
        .map_err(|error| Stop::Failed(format!("failed to wait on standard input: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::TcpStream;

    #[test]
    fn root_runs_the_keeper_through_somebody_else() {
        let (programs, temporary) = (Path::new("/pg/bin"), Path::new("/temporary files"));
        let plain = line(&[], programs, temporary, 5555);
        assert_eq!(plain, ["sh", "-c", KEEPER, "keeper", "/pg/bin", "/temporary files", "5555"]);
        let leader = ["runuser", "-u", "nobody", "--"].map(str::to_owned);
        let led = line(&leader, programs, temporary, 5555);
        assert_eq!(led[..4], leader);
        assert_eq!(led[4..], plain);
    }

    /// Opens a session and gives all the server says until it is ready for a query, or its refusal.
    fn greeting(port: u16) -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        let words = b"user\0lingjian\0database\0postgres\0\0";
        let length = u32::try_from(words.len() + 8).expect("short");
        stream.write_all(&[&length.to_be_bytes(), &0x0003_0000_u32.to_be_bytes(), &words[..]].concat())?;
        let mut said = Vec::new();
        loop {
            // One letter for the kind of message, four bytes for the length of all but that letter.
            let mut head = [0; 5];
            stream.read_exact(&mut head)?;
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let mut body = vec![0; length as usize - 4];
            stream.read_exact(&mut body)?;
            said.extend(body);
            if head[0] == b'Z' || head[0] == b'E' {
                return Ok(String::from_utf8_lossy(&said).into_owned());
            }
        }
    }

    /// The machine, where it has PostgreSQL. `cargo xtask test` sees to that before it runs this.
    fn equipped() -> Option<Machine> {
        let machine = Machine::find().expect("a machine with a home");
        let is_equipped = place::programs(&machine).is_some();
        if !is_equipped {
            eprintln!("not tested: PostgreSQL is not on this machine (cargo xtask setup installs it)");
        }
        is_equipped.then_some(machine)
    }

    #[test]
    fn a_server_comes_and_goes() {
        let Some(machine) = equipped() else { return };
        let cluster = Cluster::start(&machine).expect("a server");
        let (port, folder) = (cluster.port, cluster.folder.clone());
        assert_eq!(cluster.address(), format!("postgres://lingjian@127.0.0.1:{port}/postgres"));
        assert!(Path::new(&folder).is_dir(), "{folder}");
        let said = greeting(port).expect("a session");
        for fact in ["is_superuser\0on\0", "server_encoding\0UTF8\0", "TimeZone\0UTC\0"] {
            assert!(said.contains(fact), "{fact:?} in {said:?}");
        }
        drop(cluster);
        assert!(!Path::new(&folder).exists(), "{folder} is still there");
        assert!(greeting(port).is_err(), "the server still answers");
    }

    #[test]
    fn a_taken_port_is_told_from_other_trouble() {
        let Some(machine) = equipped() else { return };
        let programs = place::programs(&machine).expect("equipped");
        let leader = place::leader(&machine).expect("somebody to run it");
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = taken.local_addr().expect("its number").port();
        let keeper = keeper(&machine, line(&leader, &programs, &std::env::temp_dir(), port));
        let said = Cluster::kept_by(keeper, port).err().expect("the port is ours");
        assert!(said.contains(TAKEN), "{said}");
    }

    #[test]
    fn a_server_that_does_not_start_says_why() {
        let machine = Machine::find().expect("a machine with a home");
        let stop = Cluster::start_from(&machine, Path::new("/nowhere at all")).err();
        let text = format!("{:?}", stop.expect("there are no programs there"));
        assert!(text.contains("/nowhere at all/initdb"), "{text}");
    }
}
