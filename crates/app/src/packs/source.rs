//! A pack's files as the house keeps them, and as the rule language reads them.

use std::path::Path;

use lingjian_inspection::{PackSource, SourceFile};
use lingjian_store::PackFile;

use super::is_rules;
use crate::AppError;

/// Files of a pack at most.
const FILES: usize = 60;
/// Bytes of a pack at most: a request holds a megabyte.
const BYTES: usize = 900_000;
/// Characters of a file's name at most.
const NAME: usize = 80;

/// A pack of the house as the rule language reads it.
pub(crate) fn source_of(pack: &str, files: &[PackFile]) -> PackSource {
    let file =
        |file: &PackFile| SourceFile { path: format!("{pack}/{}", file.name), text: file.text.clone() };
    PackSource { name: pack.to_owned(), files: files.iter().map(file).collect() }
}

/// The files of a pack without the folder they lie in.
pub(crate) fn files_of(source: &PackSource) -> Vec<PackFile> {
    let folder = source.files.first().and_then(|file| Path::new(&file.path).parent());
    let within = |folder: &Path| source.files.iter().all(|file| Path::new(&file.path).starts_with(folder));
    let folder = folder.and_then(|folder| folder.ancestors().find(|folder| within(folder)));
    let file = |file: &SourceFile| {
        let path = Path::new(&file.path);
        let name = folder.and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path);
        PackFile { name: name.to_string_lossy().replace(['/', '\\'], "-"), text: file.text.clone() }
    };
    source.files.iter().map(file).collect()
}

/// The name of a file as people know it.
pub(crate) fn name_in<'p>(pack: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(pack)?.strip_prefix('/')
}

/// What stands in the name of a file wherever it is unpacked.
fn may_name(c: char) -> bool {
    !c.is_control() && !c.is_whitespace() && !"/\\:*?\"<>|".contains(c)
}

/// Whether these can be the files of a pack.
pub(super) fn check(files: &[PackFile]) -> Result<(), AppError> {
    let bad = |reason: String| Err(AppError::BadRequest { field: "files", reason });
    if files.is_empty() || files.len() > FILES {
        return bad(format!("a pack has 1 to {FILES} files"));
    }
    if files.iter().map(|file| file.text.len()).sum::<usize>() > BYTES {
        return bad(format!("a pack has at most {BYTES} bytes"));
    }
    for (at, file) in files.iter().enumerate() {
        let name = &file.name;
        let is_name = name.chars().count() <= NAME && name.chars().all(may_name) && !name.starts_with('.');
        if !is_name || !is_rules(Path::new(name)) {
            let reason = "a file's name ends in .yaml, begins with no dot, and has no spaces and none of / \\ : * ? \" < > |";
            return bad(reason.to_owned());
        }
        if files[..at].iter().any(|other| other.name == *name) {
            return bad("two files have the same name".to_owned());
        }
    }
    Ok(())
}

/// Whether this can be the id of a pack or a scorecard.
pub(crate) fn is_id(id: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=80).contains(&id.len()) && id.bytes().all(allowed) && !id.starts_with('-')
}

/// Whether this can be the id of a pack.
pub(super) fn check_id(pack: &str) -> Result<(), AppError> {
    if is_id(pack) {
        return Ok(());
    }
    let reason = "a pack's id is lower case letters, digits and hyphens".to_owned();
    Err(AppError::BadRequest { field: "pack", reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(paths: &[&str]) -> PackSource {
        let file = |path: &&str| SourceFile { path: (*path).to_owned(), text: String::new() };
        PackSource { name: "p".to_owned(), files: paths.iter().map(file).collect() }
    }

    fn names(paths: &[&str]) -> Vec<String> {
        files_of(&source(paths)).into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn files_are_named_within_their_folder() {
        assert_eq!(names(&["rules/zh/a/x.yaml", "rules/zh/a/y.yaml"]), ["x.yaml", "y.yaml"]);
        assert_eq!(names(&["/etc/r/x.yaml", "/etc/r/more/y.yaml"]), ["x.yaml", "more-y.yaml"]);
        assert_eq!(names(&["one.yaml"]), ["one.yaml"]);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let file = |name: &str| PackFile { name: name.to_owned(), text: String::new() };
        assert!(check(&[file("规则.yaml"), file("b.yml")]).is_ok());
        for name in ["../a.yaml", "a/b.yaml", ".yaml", "a.txt", "", "a\0.yaml", "a b.yaml", "c:a.yaml"] {
            assert!(check(&[file(name)]).is_err(), "{name}");
        }
        assert!(check(&[]).is_err() && check(&[file("a.yaml"), file("a.yaml")]).is_err());
    }
}
