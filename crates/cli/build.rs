//! Looks at the packs that ship again when one comes or goes: `include_dir!` alone sees changed files only.

fn main() {
    println!("cargo::rerun-if-changed=../../rules");
}
