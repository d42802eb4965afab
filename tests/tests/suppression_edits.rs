//! The comment that an editor inserts to suppress a finding, for the findings of all rules in all bad blocks of pages.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use lawbook_core::date::Date;
use lawbook_core::engine::{Concluded, Engine, RunOptions};
use lawbook_core::ir::FileInput;
use lawbook_core::language;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::report::Report;
use lawbook_core::rule::page::{Block, BlockRole};
use lawbook_core::settings::Settings;
use lawbook_core::source::{RelPath, SourceFile};

const REASON: &str = "a reason that somebody has written down";

fn pack() -> Pack {
    let mut pack = lawbook_rulesets::pack();
    pack.natives.extend(lawbook_rules::natives());
    pack
}

/// An engine with all rules on.
fn engine(pack: Pack) -> Engine {
    let mut text = "[rules]\n".to_owned();
    for entry in &pack.pages {
        if entry.page().severity.is_none() {
            let _ = writeln!(text, "{} = \"warning\"", entry.id);
        }
    }
    let settings = Settings::parse("lawbook.toml", text).unwrap();
    let plan = Plan::new(&settings, vec![pack.with_all_on()], &Selection::default()).unwrap();
    Engine::new(plan, RunOptions::new(Date::parse("2026-01-01").unwrap()))
}

fn input(block: &Block, code: &str) -> Option<FileInput> {
    let dialect = language::of_tag(&block.tag)?;
    let path = block.info.get("title").cloned().unwrap_or_else(|| format!("block.{}", block.tag));
    Some(FileInput::of_dialect(SourceFile::new(RelPath::new(path), code).unwrap(), dialect))
}

fn report(engine: &Engine, input: FileInput) -> Report {
    engine.merge(&[engine.check_input(input)], &Concluded::default())
}

fn counts(report: &Report) -> BTreeMap<Arc<str>, usize> {
    let mut counts = BTreeMap::new();
    for found in &report.diagnostics {
        *counts.entry(found.rule.clone()).or_default() += 1;
    }
    counts
}

/// Suppresses each finding of a text, and returns the number of edits and what is wrong with them.
fn check(engine: &Engine, block: &Block, code: &str, wrong: &mut Vec<String>) -> usize {
    let Some(file) = input(block, code) else { return 0 };
    let lowered = language::lower(file.clone());
    let before = report(engine, file.clone());
    let mut edits = 0;
    for found in &before.diagnostics {
        let page = &before.rules[&found.rule].page;
        let Some(edit) = engine.suppression_edit(&lowered, found) else {
            if page.suppressible {
                wrong.push(format!("no comment for {} in `{code}`", found.rule));
            }
            continue;
        };
        edits += 1;
        assert_eq!(&edit.text[edit.reason.range()], "REASON");
        let edited = edit.applied(code, REASON);
        let after = report(engine, input(block, &edited).unwrap());
        let (old, new) = (counts(&before), counts(&after));
        let is_gone = new.get(&found.rule).copied().unwrap_or_default() < old[&found.rule];
        let is_new = new.iter().any(|(rule, count)| old.get(rule).is_none_or(|old| count > old));
        let line_ends = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
        let mixes = line_ends(code).0 > 0 && line_ends(&edited).0 != line_ends(&edited).1;
        if !is_gone || is_new || mixes {
            wrong.push(format!("{}: {old:?} {new:?} in `{edited}`", found.rule));
        }
    }
    edits
}

/// Checks all bad blocks in a form of their code.
#[track_caller]
fn check_blocks(form: impl Fn(&str) -> String) {
    let pack = pack();
    let engine = engine(pack.clone());
    let (mut wrong, mut edits) = (Vec::new(), 0);
    for entry in &pack.pages {
        for block in entry.page().blocks.iter().filter(|block| block.role == BlockRole::Bad) {
            edits += check(&engine, block, &form(&block.code), &mut wrong);
        }
    }
    assert!(edits > 100, "{edits}");
    assert!(wrong.is_empty(), "{} of {edits}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_finding_has_a_comment_that_suppresses_it_and_brings_no_other() {
    check_blocks(str::to_owned);
}

#[test]
fn line_ends_and_indentation_are_those_of_the_file() {
    check_blocks(|code| code.replace('\n', "\r\n"));
}
