//! Notes on standard error about the results of fixes.

use std::sync::Arc;

use lawbook_core::report::Report;
use lawbook_workspace::{Fixes, Law, RootPaths};

use crate::output::Output;
use crate::text::counted;

/// Notes which fixes were applied and which were not; `is_shown` if the fixed texts are shown and not written.
pub(super) fn note(fixes: &Fixes, is_shown: bool, paths: &RootPaths, output: &mut Output<'_>) {
    for note in &fixes.notes {
        output.note(format_args!("{note}"));
    }
    let (count, files) = (fixes.applied.len(), fixes.files.len());
    if count > 0 {
        let done = if is_shown { "would fix" } else { "fixed" };
        output.note(format_args!("{done} {} in {}", counted(count, "finding"), counted(files, "file")));
    }
    for fix in &fixes.rolled_back {
        // After a write, the line in the new text is the one that people look up, else the line in the old text.
        let line = if is_shown { fix.line_before } else { fix.line_after };
        let path = paths.shown(fix.path.as_str());
        output.note(format_args!("not fixed: {path}:{line} {}: {}", fix.rule, fix.reason));
    }
    for (path, rules) in &fixes.undoing {
        output.note(format_args!(
            "not applied in {}: the fixes of {} undo each other",
            paths.shown(path.as_str()),
            named(rules)
        ));
    }
    for (path, rules) in &fixes.unfinished {
        output.note(format_args!(
            "the fixes of {} are not finished in {}: {}",
            named(rules),
            paths.shown(path.as_str()),
            "run it again to continue"
        ));
    }
    for (path, why) in &fixes.unwritten {
        output.note(format_args!("not written: {}: {why}", paths.shown(path.as_str())));
    }
}

/// Notes the number of findings without a safe fix, below a diff of safe ones; `is_empty` if that shows nothing.
pub(super) fn note_unsafe(report: &Report, is_empty: bool, output: &mut Output<'_>) {
    let count = report.summary.fixable_unsafe;
    if count == 0 {
        return;
    }
    let what = if count == 1 { "finding has" } else { "findings have" };
    let safe = if is_empty { "no safe fixes; " } else { "" };
    output.note(format_args!("{safe}{count} {what} a fix that is not marked safe; `--unsafe-fixes` shows it too"));
}

/// Notes that an earlier run that wrote fixes was interrupted, in a run that does not complete or undo its changes.
pub(super) fn note_unfinished(law: &Law, output: &mut Output<'_>) {
    if let Some(journal) = law.unfinished_fixes() {
        let shown = law.paths().shown(journal.as_str());
        output.note(format_args!("an earlier --fix was interrupted ({shown}); the next --fix completes or undoes it"));
    }
}

fn named(rules: &[Arc<str>]) -> String {
    let names: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
    names.join(", ")
}
