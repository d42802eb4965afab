//! Imports run one way, between the rooms of core and between the crates. There are no exceptions.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::path::Path;

use xtask::imports::{Imports, of_crates, of_rooms};

#[track_caller]
fn check(imports: impl Fn(&Path) -> Result<Imports, String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let Imports { overview, faults } = imports(root).unwrap();
    assert!(faults.is_empty(), "{}\n{overview}", faults.join("\n"));
}

#[test]
fn rooms_of_core_import_one_way() {
    check(of_rooms);
}

#[test]
fn crates_depend_one_way() {
    check(of_crates);
}
