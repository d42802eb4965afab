//! The folder that becomes the repository of the hook for pre-commit and prek agrees with the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::Path;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join("packaging/pre-commit").join(name)).unwrap()
}

#[test]
fn it_installs_the_version_of_the_workspace() {
    assert!(read("pyproject.toml").contains(&format!("dependencies = [\"lawbook=={VERSION}\"]")));
    let page = read("README.md");
    for expected in [format!("    rev: v{VERSION}\n"), format!("`lawbook=={VERSION}`")] {
        assert!(page.contains(&expected), "{expected}");
    }
}

#[test]
fn its_address_is_that_of_the_workspace_with_an_ending() {
    let repository = env!("CARGO_PKG_REPOSITORY");
    assert!(read("README.md").contains(&format!("  - repo: {repository}-pre-commit\n")), "{repository}");
}
