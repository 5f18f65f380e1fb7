//! The benches of the house, wherever a crate keeps some.

use crate::Stop;
use crate::machine::{Machine, run};
use std::path::Path;

/// Runs `cargo bench` for each crate with a `benches` folder, or for the named ones of them.
///
/// # Errors
/// When a named crate has no benches, or a bench fails.
pub(crate) fn run_all(machine: &Machine, names: &[String]) -> Result<(), Stop> {
    let rooms = with_benches(&machine.root.join("crates"));
    if let Some(unknown) = names.iter().find(|name| !rooms.contains(name)) {
        return Err(Stop::Usage(format!("{unknown:?} has no benches; these have: {}", rooms.join(" "))));
    }
    if rooms.is_empty() {
        println!("no crate has benches");
    }
    for room in rooms.iter().filter(|room| names.is_empty() || names.contains(room)) {
        run(machine.cargo(&["bench", "--package", &format!("lingjian-{room}"), "--benches"]))?;
    }
    Ok(())
}

/// The crates, by folder name, that keep benches; in order of name.
fn with_benches(crates: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(crates).into_iter().flatten().flatten();
    let rooms = entries.filter(|entry| entry.path().join("benches").is_dir());
    let mut rooms: Vec<String> =
        rooms.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    rooms.sort();
    rooms
}
