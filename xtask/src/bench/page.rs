//! Measured tables in the pages of `docs`: each between two marks, so that the words around them stay.

use crate::Stop;
use crate::machine::{Machine, shown};
use std::process::Command;

/// Puts `text` between `<!-- NAME -->` and `<!-- /NAME -->` of a page, in place of what stood there.
///
/// # Errors
/// When the page cannot be read or written, or has no such marks.
pub(crate) fn write(machine: &Machine, page: &str, name: &str, text: &str) -> Result<(), Stop> {
    let path = machine.root.join(page);
    let old = std::fs::read_to_string(&path)
        .map_err(|error| Stop::Failed(format!("failed to read {page}: {error}")))?;
    let new = put(&old, name, text).ok_or_else(|| {
        Stop::Failed(format!("{page} has no place for it: <!-- {name} --> and <!-- /{name} -->"))
    })?;
    std::fs::write(&path, new).map_err(|error| Stop::Failed(format!("failed to write {page}: {error}")))?;
    println!("written to {page}: {name}");
    Ok(())
}

fn put(page: &str, name: &str, text: &str) -> Option<String> {
    let (open, close) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let start = page.find(&open)? + open.len();
    let end = start + page.get(start..)?.find(&close)?;
    Some(format!("{}\n\n{}\n\n{}", page.get(..start)?, text.trim(), page.get(end..)?))
}

/// When and on what it was measured, as a line of a page.
pub(crate) fn circumstances(machine: &Machine) -> Result<String, Stop> {
    let date = said(machine.program("date", &["-u", "+%Y-%m-%d"]))?;
    let about = said(machine.program("lscpu", &[]))?;
    let field = |name: &str| {
        about
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map_or("unknown", |value| value.trim_start_matches(':').trim())
    };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    Ok(format!(
        "*{}, {}, {} cores, other load of the machine {load}; build {}.*",
        date.trim(),
        field("Model name"),
        field("CPU(s)"),
        said(machine.program("git", &["rev-parse", "--short", "HEAD"]))?.trim(),
    ))
}

/// Runs a program and takes what it prints; its errors go to the terminal.
///
/// # Errors
/// When it cannot be started or does not end well.
pub(crate) fn said(mut command: Command) -> Result<String, Stop> {
    let line = shown(&command);
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| Stop::Failed(format!("failed to start `{line}`: {error}")))?;
    if !output.status.success() {
        return Err(Stop::Failed(format!("`{line}` failed ({}); what it said stands above", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let page = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n";
        let new = put(page, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n");
        assert_eq!(put(&new, "x", "new"), Some(new.clone()));
        assert_eq!(put(page, "z", "new"), None);
    }
}
