//! The address and the version of the project are those of `Cargo.toml` wherever users read them.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// The address of the repository.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The version of every crate.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where users read of addresses and versions; folders with all that is in them.
const READ_BY_USERS: [&str; 9] = [
    ".github",
    "README.md",
    "action.yml",
    "docs",
    "editors/vscode/README.md",
    "editors/vscode/package.json",
    "packaging",
    "pyproject.toml",
    "crates/cli/Cargo.toml",
];

/// What stands before a version of lawbook.
const BEFORE_VERSIONS: [&str; 7] = [
    "lawbook==",
    "lawbook@",
    "lawbook@v",
    "LAWBOOK_VERSION: \"",
    "inputs.version || '",
    "rev: v",
    "lawbook --version ",
];

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    let mut paths: Vec<PathBuf> = READ_BY_USERS.iter().map(|path| root.join(path)).collect();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(path);
        }
    }
    files
}

/// The addresses in a text that end in the name of the project, or in that of a repository beside it.
fn addresses(text: &str) -> Vec<&str> {
    let starts = text.match_indices("https://").map(|(start, _)| &text[start..]);
    let ends = |c: char| !(c.is_ascii_alphanumeric() || "-._~:/".contains(c));
    let addresses = starts.map(|rest| rest.split(ends).next().unwrap_or(rest).trim_end_matches(['.', ':']));
    addresses.filter(|address| address.split('/').nth(4).is_some_and(|name| name.starts_with("lawbook"))).collect()
}

/// The repositories of actions in a text that bear the name of the project.
fn actions(text: &str) -> Vec<&str> {
    let uses = text.split("uses: ").skip(1).filter_map(|rest| rest.split(['@', '\n', ' ']).next());
    uses.filter(|name| name.ends_with("/lawbook")).collect()
}

/// The versions of lawbook that a text names: what starts with a digit after one of the usual words.
fn versions(text: &str) -> Vec<&str> {
    let named = BEFORE_VERSIONS.iter().flat_map(|before| text.split(before).skip(1));
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-');
    let named = named.map(|rest| rest.split(ends).next().unwrap_or(rest).trim_end_matches('.'));
    named.filter(|version| version.starts_with(|c: char| c.is_ascii_digit())).collect()
}

#[test]
fn every_address_is_that_of_the_workspace() {
    let (_, own) = REPOSITORY.split_once("://").unwrap().1.split_once('/').unwrap();
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        for address in addresses(&text) {
            assert!(address.starts_with(REPOSITORY), "{}: {address} in place of {REPOSITORY}", file.display());
        }
        for name in actions(&text) {
            assert_eq!(name, own, "{}", file.display());
        }
    }
}

#[test]
fn every_version_is_that_of_the_workspace() {
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        for version in versions(&text) {
            assert_eq!(version, VERSION, "{}", file.display());
        }
    }
}

#[test]
fn addresses_and_versions_are_found() {
    let text = "- uses: a/lawbook@v1.2.3\n- uses: actions/checkout@abc # v7.0.1\npip install lawbook==1.2.4. See \
                [it](https://forge.example/a/lawbook/raw/x.yml), https://forge.example/a/lawbook-pre-commit.\nnpx \
                lawbook@next, rev: v1.2.5, https://forge.example/a/other";
    assert_eq!(actions(text), ["a/lawbook"]);
    assert_eq!(
        addresses(text),
        ["https://forge.example/a/lawbook/raw/x.yml", "https://forge.example/a/lawbook-pre-commit"]
    );
    assert_eq!(versions(text), ["1.2.4", "1.2.3", "1.2.5"]);
}
