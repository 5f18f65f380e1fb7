//! What the tests share.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use lingjian_intake::transcripts::{self, Item, Options, Register};

/// Reads a transcript file of that name and content.
pub(crate) fn read(name: &str, content: impl AsRef<[u8]>) -> Vec<Item> {
    let content = content.as_ref().to_vec();
    let mut register = Register::new();
    transcripts::read(Path::new(name), Cursor::new(content), Options::default())
        .map(|item| register.admit(item))
        .collect()
}

/// The folder of real data beside the repository, where there is one.
pub(crate) fn real_data(folder: &str) -> Option<PathBuf> {
    let path =
        Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../../shared/data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no ../shared/data/{folder} here");
    None
}
