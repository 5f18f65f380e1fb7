//! Lays out the pages that are built into the program: `web/dist` where it was built, else a page that says how to build it.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let built = Path::new(&here).join("../../web/dist");
    let fallback = Path::new(&here).join("fallback");
    println!("cargo:rerun-if-changed={}", built.display());
    println!("cargo:rerun-if-changed={}", fallback.display());
    let pages = Path::new(&out).join("pages");
    if pages.exists() {
        fs::remove_dir_all(&pages)?;
    }
    copy(if built.join("index.html").is_file() { &built } else { &fallback }, &pages)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
