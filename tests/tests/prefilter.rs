//! The pre-filter changes no finding: the blocks of all pages and the code of core are checked with it and without.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "helpers of a test that reads the sources")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lawbook_core::date::Date;
use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::engine::{Concluded, Engine, RunOptions};
use lawbook_core::ir::FileInput;
use lawbook_core::language;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::report::Summary;
use lawbook_core::settings::Settings;
use lawbook_core::source::{RelPath, SourceFile};

fn check(rule: &str, files: &[FileInput], prefilter: bool) -> (Vec<Arc<Diagnostic>>, Summary) {
    let mut pack = lawbook_rulesets::pack();
    pack.natives = lawbook_rules::natives();
    let selection = Selection::of_rules([rule]);
    let plan = Plan::new(&Settings::default(), vec![pack], &selection).unwrap();
    let engine = Engine::new(plan, RunOptions::new(Date::from_unix_seconds(0)).with_prefilter(prefilter));
    let answers: Vec<_> = files.iter().map(|file| engine.check_input(file.clone())).collect();
    let report = engine.merge(&answers, &Concluded::default());
    (report.diagnostics, report.summary)
}

fn add_sources(folder: &Path, files: &mut Vec<FileInput>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.to_str().unwrap().replace('\\', "/");
            files.push(SourceFile::new(RelPath::new(name), fs::read_to_string(&path).unwrap()).unwrap().into());
        }
    }
}

#[test]
fn every_built_in_rule_finds_the_same_without_the_prefilter() {
    let pack = lawbook_rulesets::pack();
    let mut files = Vec::new();
    add_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/core/src"), &mut files);
    for entry in &pack.pages {
        for (at, block) in entry.page().blocks.iter().enumerate() {
            if let Some(dialect) = language::of_tag(&block.tag) {
                let path = RelPath::new(format!("{}-{at}.{}", entry.id, block.tag));
                let source = SourceFile::new(path, block.code.clone()).unwrap();
                files.push(FileInput::of_dialect(source, dialect));
            }
        }
    }
    let mut prefiltered = 0;
    for entry in &pack.pages {
        let (on, summary) = check(&entry.id, &files, true);
        let (off, naive) = check(&entry.id, &files, false);
        assert_eq!(format!("{on:?}"), format!("{off:?}"), "{}", entry.id);
        assert_eq!(naive.prefiltered, 0);
        prefiltered += summary.prefiltered;
    }
    assert!(prefiltered > files.len(), "hardly anything is left out: {prefiltered}");
}
