//! What is said of fixes on standard error.

use std::sync::Arc;

use crate::discover::JOURNAL_NAME;
use crate::fix::{Fixes, Mode};
use crate::output::Output;
use crate::paths::Paths;

/// Says what was mended and what was not.
pub(crate) fn tell(fixes: &Fixes, mode: Mode, paths: &Paths, output: &mut Output) {
    for note in &fixes.notes {
        output.note(format_args!("{note}"));
    }
    let (count, files) = (fixes.applied.len(), fixes.files.len());
    if count > 0 {
        let done = if mode == Mode::Write { "fixed" } else { "would fix" };
        let findings = if count == 1 { "finding" } else { "findings" };
        let in_files = if files == 1 { "file" } else { "files" };
        output.note(format_args!("{done} {count} {findings} in {files} {in_files}"));
    }
    for fix in &fixes.rolled_back {
        // What is written is what people look at next; what is only shown leaves the old lines.
        let line = if mode == Mode::Write { fix.line_after } else { fix.line_before };
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

/// Says that a run that wrote was cut short, where nothing may be written about it.
pub(crate) fn tell_unfinished(paths: &Paths, output: &mut Output) {
    if paths.root().join(JOURNAL_NAME).symlink_metadata().is_ok() {
        let shown = paths.shown(JOURNAL_NAME);
        output.note(format_args!("an earlier --fix was cut short ({shown}); the next --fix finishes or undoes it"));
    }
}

fn named(rules: &[Arc<str>]) -> String {
    let names: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
    names.join(", ")
}
