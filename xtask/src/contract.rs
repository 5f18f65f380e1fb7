//! The contract of the API, asked of the program: `docs/openapi.json` on one side, our program serving a demonstration
//! on the other, schemathesis between them.

use crate::Stop;
use crate::machine::{Machine, run};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Versions of all that is installed.
const REQUIREMENTS: &str = "xtask/src/contract/requirements.txt";
/// Signs in and asks.
const ASK: &str = "xtask/src/contract/ask.py";
/// A copy of the versions, written after an installation: while it is the same, there is nothing to install.
const STAMP: &str = "installed.txt";

/// Has every operation asked, where the variables of a demonstration say. What asks is installed where it is missing.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn ask(machine: &Machine) -> Result<Command, Stop> {
    let folder = machine.tools.join("schemathesis");
    install(machine, &folder)?;
    let mut command = machine.program("python3", &[ASK]);
    command.env("PYTHONPATH", &folder).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

/// Into a folder of its own, which needs no right to change the machine's Python, nor a part of it that Debian splits off.
fn install(machine: &Machine, folder: &Path) -> Result<(), Stop> {
    let failed = |what: &str, error: std::io::Error| Stop::Failed(format!("failed to {what}: {error}"));
    let wanted = fs::read(machine.root.join(REQUIREMENTS))
        .map_err(|error| failed(&format!("read {REQUIREMENTS}"), error))?;
    if fs::read(folder.join(STAMP)).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| failed("clear what was installed before", error))?;
    }
    let mut pip =
        machine.program("python3", &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args([
        "--root-user-action=ignore",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--requirement",
        REQUIREMENTS,
    ]);
    pip.arg("--target").arg(folder);
    run(pip)?;
    fs::write(folder.join(STAMP), wanted).map_err(|error| failed("note what was installed", error))
}
