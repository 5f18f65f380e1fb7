//! Builds, checks, demonstrates.
fn main() {}
