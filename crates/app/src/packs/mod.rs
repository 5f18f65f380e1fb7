//! Rule packs: those that ship, in the binary, and those that the house has made its own.

mod drafts;
mod source;
mod trial;
mod versions;

use std::path::Path;

use include_dir::{Dir, include_dir};
use lingjian_inspection::{PackSource, SourceFile};

pub use drafts::{Checked, Draft};
pub use lingjian_inspection::{Difference, Edit};
pub(crate) use source::{is_id, source_of};
pub use trial::{LARGEST_SAMPLE, Sample, SampledRule, Tried, TriedFinding};
pub(crate) use versions::overtaken;
pub use versions::{KnownPack, Publication, ShownVersion, Version};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../rules");

/// All packs that ship, in the order of their names: `en/standard`, `zh/outbound`, …
#[must_use]
pub fn shipped() -> Vec<PackSource> {
    let mut packs = Vec::new();
    gather(&SHIPPED, &mut packs);
    packs.sort_by(|one, other| one.name.cmp(&other.name));
    packs
}

/// A folder that holds rule files is a pack.
fn gather(folder: &Dir<'_>, packs: &mut Vec<PackSource>) {
    let mut files: Vec<SourceFile> = folder
        .files()
        .filter(|file| is_rules(file.path()))
        .filter_map(|file| {
            let path = format!("rules/{}", file.path().display());
            Some(SourceFile { path, text: file.contents_utf8()?.to_owned() })
        })
        .collect();
    if !files.is_empty() {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        packs.push(PackSource { name: folder.path().display().to_string(), files });
    }
    folder.dirs().for_each(|folder| gather(folder, packs));
}

/// Whether a file is one of rules.
#[must_use]
pub fn is_rules(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}
