//! Type names: one name means one thing in the whole workspace.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders with source, from the root of the workspace.
const SOURCES: [&str; 4] = ["crates", "rulesets", "tests", "benches"];

/// The words before the name of a type.
const KEYWORDS: [&str; 5] = ["struct ", "enum ", "trait ", "type ", "union "];

/// Every Rust file of a folder.
fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                source_files(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The type that a line defines, if it does. Definitions within others, such as associated types, are indented.
fn defined_type(line: &str) -> Option<&str> {
    if line.starts_with([' ', '/']) {
        return None;
    }
    let line = line.strip_prefix("pub(in ").and_then(|line| line.split_once(')')).map_or(line, |(_, rest)| rest.trim());
    let line = ["pub(crate) ", "pub(super) ", "pub "].iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line);
    let name = KEYWORDS.iter().find_map(|keyword| line.strip_prefix(keyword))?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    Some(&name[..end])
}

#[test]
fn a_type_name_is_defined_once() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for source in SOURCES {
        source_files(&root.join(source), &mut files);
    }
    files.sort();
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &files {
        let shown = file.strip_prefix(root).unwrap().display().to_string();
        let text = fs::read_to_string(file).unwrap();
        // Lines of raw strings in tests look like definitions; their names have one letter.
        for name in text.lines().filter_map(defined_type).filter(|name| name.len() > 1) {
            places.entry(name.to_owned()).or_default().push(shown.clone());
        }
    }
    assert!(places.len() > 300, "only {} types were found", places.len());
    let doubled: Vec<String> = places
        .into_iter()
        .filter(|(_, places)| places.len() > 1)
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect();
    assert!(doubled.is_empty(), "give each a name of its own:\n{}", doubled.join("\n"));
}

#[test]
fn definitions_are_read_from_lines() {
    for (line, expected) in [
        ("pub struct Place {", Some("Place")),
        ("pub(crate) enum A2<'a> {", Some("A2")),
        ("type B = u32;", Some("B")),
        ("pub(in crate::x) trait C: D {", Some("C")),
        ("    type Item = u32;", None),
        ("pub fn f() {}", None),
        ("// struct X", None),
    ] {
        assert_eq!(defined_type(line), expected, "{line}");
    }
}
