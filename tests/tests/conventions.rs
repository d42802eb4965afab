//! Conventions of the whole project that no page in `law/` can say.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::diagnostic::{Diagnostic, Finding};
use lawbook_core::ir::view::ViewKey;
use lawbook_core::ir::{Kind, Node};
use lawbook_core::rule::page::Body;
use lawbook_core::source::SourceFile;
use lawbook_core::span::Span;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn ids_of_built_in_rules_are_unique_old_ones_too() {
    let pack = lawbook_rulesets::pack();
    let mut seen = BTreeSet::new();
    for entry in &pack.pages {
        for id in entry.formerly.iter().chain([&entry.id]) {
            assert!(seen.insert(id.clone()), "{id} stands for two rules");
        }
    }
}

#[test]
fn every_native_page_has_its_code_and_every_code_its_page() {
    let pack = lawbook_rulesets::pack();
    let pages: BTreeSet<&str> =
        pack.pages.iter().filter(|entry| matches!(entry.page().body, Body::Native)).map(|entry| &*entry.id).collect();
    let natives = lawbook_rules::natives();
    let code: BTreeSet<&str> = natives.iter().map(|native| &**native.id()).collect();
    assert_eq!(pages, code);
}

#[test]
fn messages_are_clauses_and_summaries_are_sentences() {
    for entry in &lawbook_rulesets::pack().pages {
        let page = entry.page();
        assert!(page.summary.ends_with('.'), "{}: a summary is a sentence", page.id);
        assert!(!page.help.is_empty(), "{}: a page says what to do", page.id);
        assert!(!page.why.is_empty(), "{}: a page says why", page.id);
        assert!(page.message == page.summary || !page.message.ends_with('.'), "{}: a message is a clause", page.id);
    }
}

#[test]
fn core_and_rules_touch_nothing_of_the_world() {
    for folder in ["crates/core", "crates/rules", "rulesets"] {
        let lints = fs::read_to_string(root().join(folder).join("clippy.toml")).unwrap();
        for method in ["std::fs::read", "std::env::var", "std::process::Command::new", "std::thread::spawn"] {
            assert!(lints.contains(&format!("\"{method}\"")), "{folder} may call {method}");
        }
    }
}

#[test]
fn hot_types_stay_small() {
    assert_eq!(size_of::<Span>(), 8);
    assert!(size_of::<Node<'_>>() <= 24);
    assert!(size_of::<SourceFile>() <= 64);
    assert!(size_of::<Finding>() <= 192);
    assert!(size_of::<Diagnostic>() <= 320);
}

#[test]
fn the_documents_name_only_rules_and_files_that_exist() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (name, text) in [("README.md", &readme), ("ARCHITECTURE.md", &architecture)] {
        for path in quoted(text).filter(|word| word.starts_with("crates/") && !word.contains('<')) {
            assert!(root().join(path).exists(), "{name} names {path}");
        }
    }
    let pack = lawbook_rulesets::pack();
    for rule in pack.presets.iter().flat_map(|preset| &preset.rules) {
        assert!(readme.contains(&format!("`{}`", rule.name)), "README.md does not list {}", rule.name);
    }
}

#[test]
fn the_documents_list_every_kind_and_every_key_of_where() {
    for path in ["docs/design/rule-page.md", "docs/design/tree.md"] {
        let document = fs::read_to_string(root().join(path)).unwrap();
        let words: BTreeSet<&str> = quoted(&document).collect();
        let lacking: Vec<&str> = Kind::names().chain(ViewKey::names()).filter(|name| !words.contains(name)).collect();
        assert_eq!(lacking, [""; 0], "{path}");
    }
}

/// The words between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
