//! Packs for the tests.

use lingjian_inspection::{Loaded, PackSource, SourceFile, load};

pub(crate) fn pack(text: &str) -> Loaded {
    let file = SourceFile { path: "test.yaml".to_owned(), text: text.to_owned() };
    load(&[PackSource { name: "test".to_owned(), files: vec![file] }])
}

/// A pack of one rule whose condition is given, and which must load.
pub(crate) fn rule(when: &str) -> Loaded {
    let loaded = pack(&format!(
        "pack: {{ id: test }}\nrules:\n  - id: one\n    severity: minor\n    dimension: experience\n    points: -1\n    per: hit\n    when: {when}\n"
    ));
    assert!(loaded.diagnostics.is_empty(), "{when}: {:?}", loaded.diagnostics);
    loaded
}
