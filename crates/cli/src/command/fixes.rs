//! Remarks on standard error about what became of fixes.

use std::sync::Arc;

use lawbook_core::diagnostic::{Diagnostic, Fix, Safety};
use lawbook_core::report::Report;
use lawbook_workspace::{Fixes, Law, RootPaths};

use crate::output::Output;

/// Notes what was fixed and what was not; `is_shown` when the fixed texts are shown and take no place.
pub(super) fn note(fixes: &Fixes, is_shown: bool, paths: &RootPaths, output: &mut Output<'_>) {
    for note in &fixes.notes {
        output.note(format_args!("{note}"));
    }
    let (count, files) = (fixes.applied.len(), fixes.files.len());
    if count > 0 {
        let done = if is_shown { "would fix" } else { "fixed" };
        let findings = if count == 1 { "finding" } else { "findings" };
        let in_files = if files == 1 { "file" } else { "files" };
        output.note(format_args!("{done} {count} {findings} in {files} {in_files}"));
    }
    for fix in &fixes.rolled_back {
        // What is written is what people look at next; what is only shown leaves the old lines.
        let line = if is_shown { fix.line_before } else { fix.line_after };
        let path = paths.shown(fix.path.as_str());
        output.note(format_args!("not fixed: {path}:{line} {}: {}", fix.rule, fix.reason));
    }
    for (path, rules) in &fixes.undoing {
        output.note(format_args!("left alone in {}: {} undo each other", paths.shown(path.as_str()), named(rules)));
    }
    for (path, rules) in &fixes.unfinished {
        output.note(format_args!(
            "fixes of {} do not come to an end in {}: {}",
            named(rules),
            paths.shown(path.as_str()),
            "run it again to go on"
        ));
    }
    for (path, why) in &fixes.unwritten {
        output.note(format_args!("not written: {}: {why}", paths.shown(path.as_str())));
    }
}

/// Notes how many findings are left that have an unsafe fix and no safe one, in a run that takes safe fixes alone.
pub(super) fn note_unsafe(report: &Report, output: &mut Output<'_>) {
    let has = |found: &Diagnostic, safety| found.fixes.iter().map(Fix::safety).any(|of| of == safety);
    let is_unsafe = |found: &&Arc<Diagnostic>| has(found, Safety::Unsafe) && !has(found, Safety::Safe);
    let count = report.diagnostics.iter().filter(is_unsafe).count();
    if count > 0 {
        let what = if count == 1 { "finding has" } else { "findings have" };
        output.note(format_args!("{count} {what} a fix that is not marked safe; `--unsafe-fixes` takes it in"));
    }
}

/// Notes that a run that wrote was cut short, in a run that may not end what that one began.
pub(super) fn note_unfinished(law: &Law, output: &mut Output<'_>) {
    if let Some(journal) = law.unfinished_fixes() {
        let shown = law.paths().shown(journal.as_str());
        output.note(format_args!("an earlier --fix was cut short ({shown}); the next --fix finishes or undoes it"));
    }
}

fn named(rules: &[Arc<str>]) -> String {
    let names: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
    names.join(", ")
}
