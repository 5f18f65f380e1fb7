//! The machine we run on: where things lie, and how programs are started there.

use crate::Stop;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders and search path that every started program gets.
pub(crate) struct Machine {
    /// The clone.
    pub(crate) root: PathBuf,
    /// Where cargo tools are put that the machine does not have; outside the clone, so that the next clone finds them.
    pub(crate) tools: PathBuf,
    /// Build folder for cargo, when one outside the clone is to be used.
    target: Option<PathBuf>,
    path: OsString,
}

impl Machine {
    /// Looks the machine over.
    ///
    /// # Errors
    /// When neither `XDG_CACHE_HOME` nor `HOME` says where caches belong.
    pub(crate) fn find() -> Result<Self, Stop> {
        // Asked now: a build folder that clones share may hold this program as another clone built it.
        let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&here).parent().map(Path::to_path_buf);
        let root =
            root.ok_or_else(|| Stop::Failed("failed to find the folder of the workspace".to_owned()))?;
        let cache = folder_of("XDG_CACHE_HOME")
            .or_else(|| folder_of("HOME").map(|home| home.join(".cache")))
            .ok_or_else(|| {
                Stop::Failed("set HOME: tools and builds are kept in ~/.cache/lingjian".to_owned())
            })?
            .join("lingjian");
        let tools = cache.join("tools");
        let shared_target = cache.join("target");
        let target =
            (env::var_os("CARGO_TARGET_DIR").is_none() && shared_target.is_dir()).then_some(shared_target);
        // The machine's own tools come first: what a person installed counts.
        let mut folders: Vec<PathBuf> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
        folders.push(tools.join("bin"));
        let path = env::join_paths(folders)
            .map_err(|_| Stop::Failed(format!("{} cannot stand in PATH", tools.display())))?;
        Ok(Self { root, tools, target, path })
    }

    /// A program, to be run in the clone.
    pub(crate) fn program(&self, name: &str, words: &[&str]) -> Command {
        let mut command = Command::new(name);
        command
            .args(words)
            .current_dir(&self.root)
            .env("PATH", &self.path)
            .stdin(std::process::Stdio::null());
        if let Some(target) = &self.target {
            command.env("CARGO_TARGET_DIR", target);
        }
        command
    }

    /// The cargo that runs us.
    pub(crate) fn cargo(&self, words: &[&str]) -> Command {
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = self.program(&cargo, words);
        // What cargo told us about ourselves is not for the cargo that we run: build scripts that look at it (ring's) would
        // run again for every clone and every caller, and with them half of all dependencies.
        for (name, _) in env::vars_os().filter(|(name, _)| is_about_us(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        command
    }

    /// A program of ours as cargo builds it for tests: in the folder of this very program, unless builds go elsewhere.
    pub(crate) fn built(&self, name: &str, words: &[&str]) -> Command {
        let here = env::current_exe().ok().and_then(|program| program.parent().map(Path::to_path_buf));
        let folder = self.target.as_ref().map(|target| target.join("debug")).or(here).unwrap_or_default();
        self.program(&folder.join(name).to_string_lossy(), words)
    }

    /// Where the search path has this program.
    pub(crate) fn which(&self, name: &str) -> Option<PathBuf> {
        self.folder_with(&[name]).map(|folder| folder.join(name))
    }

    /// The first folder of the search path that has all these programs.
    pub(crate) fn folder_with(&self, names: &[&str]) -> Option<PathBuf> {
        env::split_paths(&self.path).find(|folder| names.iter().all(|name| folder.join(name).is_file()))
    }

    /// Whether we may do everything here.
    pub(crate) fn is_root(&self) -> bool {
        self.answer("id", &["-u"]).is_some_and(|id| id == "0")
    }

    /// What a program that ends well has to say.
    pub(crate) fn answer(&self, name: &str, words: &[&str]) -> Option<String> {
        let output = self.program(name, words).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs a program whose output is of no interest; whether it ended well.
    pub(crate) fn answers(&self, mut command: Command) -> bool {
        command.output().is_ok_and(|output| output.status.success())
    }
}

/// Runs a command with its output on the terminal.
///
/// # Errors
/// When it cannot be started or does not end well; the text names the command.
pub(crate) fn run(mut command: Command) -> Result<(), Stop> {
    let line = shown(&command);
    eprintln!("$ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop::Failed(format!("`{line}` failed ({status}); what it said stands above"))),
        Err(error) => Err(Stop::Failed(format!("failed to start `{line}`: {error}"))),
    }
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut line = program.to_string_lossy().into_owned();
    for word in command.get_args() {
        line.push(' ');
        line.push_str(&word.to_string_lossy());
    }
    line
}

fn folder_of(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Whether cargo sets a variable for the program that it runs, to tell which package that is of.
fn is_about_us(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}
