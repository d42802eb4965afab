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
use lawbook_core::suppression::SuppressionEdit;

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
            // A comment against one about a comment would be unused itself.
            let is_about_comments = page.topic == "engine" && page.id.ends_with("-suppression");
            if page.suppressible && !is_about_comments {
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

/// An engine with a rule against all calls of `x`, called `no-x`.
fn no_x() -> Engine {
    let page =
        "---\nsummary: No x.\nlanguages: all\nseverity: error\nrule: {node: call, where: {callee: x}}\n---\nWhy.\n";
    let (pack, mistakes) = Pack::from_pages("ours", [("no-x", page)]);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let plan = Plan::new(&Settings::default(), vec![pack.with_all_on()], &Selection::default()).unwrap();
    Engine::new(plan, RunOptions::new(Date::parse("2026-01-01").unwrap()))
}

/// The edits that are offered against all calls of `x` in a text, in their order.
fn edits(tag: &str, code: &str) -> Vec<Option<SuppressionEdit>> {
    let engine = no_x();
    let source = SourceFile::new(RelPath::new(format!("a.{tag}")), code).unwrap();
    let file = FileInput::of_dialect(source, language::of_tag(tag).unwrap());
    let lowered = language::lower(file.clone());
    let found = report(&engine, file).diagnostics;
    let own = found.iter().filter(|found| &*found.rule == "no-x");
    own.map(|found| engine.suppression_edit(&lowered, found)).collect()
}

/// Checks the lines with the comments, in which the directive is a dot.
#[track_caller]
fn check_comments(tag: &str, code: &str, expected: &[&str]) {
    let line = |edit: &Option<SuppressionEdit>| {
        let edited = edit.as_ref().map(|edit| edit.applied(code, REASON));
        let line = edited.as_ref().and_then(|edited| edited.lines().find(|line| line.contains(REASON)));
        line.map_or_else(|| "none".to_owned(), |line| line.replace(&format!("lawbook-ignore no-x: {REASON}"), "."))
    };
    assert_eq!(edits(tag, code).iter().map(line).collect::<Vec<_>>(), expected, "{code}");
}

#[test]
fn a_comment_stands_where_it_is_one() {
    check_comments("tsx", "const a = <p>\n  {x()}\n</p>;\n", &["  {/* . */}"]);
    check_comments("ts", "const s = `a\n  ${y} ${x()}`;\n", &["  ${y} ${x()}`; /* . */"]);
    check_comments("ts", "const s = `a\n  ${x()}\n`;\n", &["none"]);
    check_comments("ts", "/* a\n */ x();\n", &[" */ x(); // ."]);
    check_comments("ts", "\u{FEFF}x();\n", &["\u{FEFF}// ."]);
    check_comments("py", "if a:\n\tx()\n", &["\t# ."]);
    check_comments("py", "q = a + \\\n  x()\n", &["  x() # ."]);
    check_comments("py", "q = a + \\\n  x() + \\\n  b\n", &["none"]);
}

#[test]
fn a_comment_does_not_come_between_another_one_and_its_line() {
    for above in ["// eslint-disable-next-line no-y -- it is right", "// @ts-expect-error: the types lie here"] {
        let code = format!("y();\n{above}\nx();\n");
        assert_eq!(edits("ts", &code)[0].as_ref().unwrap().at as usize, "y();\n".len(), "{code}");
    }
}

#[test]
fn the_first_line_of_a_script_stays_the_first() {
    let code = "#!/usr/bin/env node\nx();\n";
    check_comments("js", code, &["// ."]);
    assert_eq!(edits("js", code)[0].as_ref().unwrap().at as usize, "#!/usr/bin/env node\n".len());
}
