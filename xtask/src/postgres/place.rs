//! Where PostgreSQL's server programs lie, and how they are run by somebody they accept.

use crate::Stop;
use crate::machine::Machine;
use std::path::{Path, PathBuf};

/// The programs that make, start and are a server. They lie in one folder.
const PROGRAMS: &[&str] = &["initdb", "pg_ctl", "postgres"];

/// Debian keeps every version in a folder of its own, none of them in the search path.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Users who are nobody in particular, in the order we prefer them; the first one comes with Debian's package.
const ACCOUNTS: &[&str] = &["postgres", "nobody"];

/// The folder with the server's programs: in the search path, or Debian's newest version.
pub(crate) fn programs(machine: &Machine) -> Option<PathBuf> {
    machine.folder_with(PROGRAMS).or_else(|| {
        let entries = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
        let is_whole =
            |version: &PathBuf| PROGRAMS.iter().all(|name| version.join("bin").join(name).is_file());
        newest(entries.map(|entry| entry.path()).filter(is_whole)).map(|version| version.join("bin"))
    })
}

/// Of folders named after versions (`15`, `9.6`) the newest; others are not looked at.
fn newest(folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    folders.filter_map(|folder| Some((version(&folder)?, folder))).max().map(|(_, folder)| folder)
}

fn version(folder: &Path) -> Option<Vec<u32>> {
    folder.file_name()?.to_str()?.split('.').map(|number| number.parse().ok()).collect()
}

/// A user of this machine.
struct Account {
    name: String,
    uid: String,
    gid: String,
}

/// The words that lead a command line which root may not run itself, for the server refuses root; none otherwise.
///
/// # Errors
/// When we are root and cannot become anybody else.
pub(super) fn leader(machine: &Machine) -> Result<Vec<String>, Stop> {
    if !machine.is_root() {
        return Ok(Vec::new());
    }
    let account = ACCOUNTS.iter().find_map(|name| {
        Some(Account {
            name: (*name).to_owned(),
            uid: machine.answer("id", &["-u", name])?,
            gid: machine.answer("id", &["-g", name])?,
        })
    });
    let account = account.ok_or_else(|| {
        Stop::Failed(format!(
            "PostgreSQL refuses to run as root, and there is no other user for it: make one of {}, or run this \
             as an ordinary user",
            ACCOUNTS.join(", ")
        ))
    })?;
    let tool = ["setpriv", "runuser"].into_iter().find(|tool| machine.which(tool).is_some());
    let tool = tool.ok_or_else(|| {
        Stop::Failed(
            "PostgreSQL refuses to run as root: install util-linux, whose setpriv lets another user run it, or \
             run this as an ordinary user"
                .to_owned(),
        )
    })?;
    Ok(becoming(&account, tool))
}

/// How a tool runs what follows as this user.
fn becoming(account: &Account, tool: &str) -> Vec<String> {
    let Account { name, uid, gid } = account;
    if tool == "setpriv" {
        // By number: a user's group need not have the user's name.
        let words = [tool, "--reuid", uid, "--regid", gid, "--clear-groups"];
        return words.map(str::to_owned).to_vec();
    }
    [tool, "-u", name, "--"].map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_the_greatest_number() {
        let of = |names: &[&str]| newest(names.iter().map(|name| Path::new("/versions").join(name)));
        assert_eq!(of(&["9.6", "15", "8.4"]), Some(PathBuf::from("/versions/15")));
        assert_eq!(of(&["9.4", "9.10", "9.6"]), Some(PathBuf::from("/versions/9.10")));
        assert_eq!(of(&["15", "common", "16beta", ""]), Some(PathBuf::from("/versions/15")));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn root_becomes_somebody_else() {
        let nobody = Account { name: "nobody".to_owned(), uid: "65534".to_owned(), gid: "65533".to_owned() };
        assert_eq!(
            becoming(&nobody, "setpriv").join(" "),
            "setpriv --reuid 65534 --regid 65533 --clear-groups"
        );
        assert_eq!(becoming(&nobody, "runuser").join(" "), "runuser -u nobody --");
    }
}
