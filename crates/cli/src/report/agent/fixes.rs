//! Fixes in the report for coding agents: the exact text to write and its place.

use lawbook_core::diagnostic::{Diagnostic, Edit, FileChange, Fix, Safety};
use lawbook_core::source::RelPath;

use crate::report::ReportView;
use crate::text::Text;

/// The number of bytes of replaced and new text above which a fix is not shown.
const MAX_REPLACEMENT_BYTES: usize = 2 << 10;

/// Adds a fix with the exact text to write, unless it is manual or too long.
pub(super) fn render(view: ReportView<'_>, found: &Diagnostic, fix: &Fix, text: &mut Text) {
    let size: usize = fix.edits().iter().map(|edit| edit.text.len() + edit.span.len() as usize).sum();
    let created = fix.files().iter().map(|change| match change {
        FileChange::Create { text, .. } => text.len(),
        FileChange::Rename { .. } | FileChange::Delete { .. } => 0,
    });
    if fix.safety() == Safety::Manual || size + created.sum::<usize>() > MAX_REPLACEMENT_BYTES {
        return;
    }
    for edit in fix.edits() {
        render_edit(view, found, fix, edit, text);
    }
    for change in fix.files() {
        render_file_change(view, fix, change, text);
    }
}

fn render_file_change(view: ReportView<'_>, fix: &Fix, change: &FileChange, text: &mut Text) {
    let safety = fix.safety().name();
    let shown = |path: &RelPath| view.paths.shown(path.as_str());
    match change {
        FileChange::Create { path, text: new } => {
            text.line(format_args!("    fix ({safety}): create `{}` with:", shown(path)));
            for line in new.lines() {
                text.add("      ").add_lines(line).end_line();
            }
        }
        FileChange::Rename { from, to } => {
            text.line(format_args!("    fix ({safety}): rename `{}` to `{}`", shown(from), shown(to)));
        }
        FileChange::Delete { path } => {
            text.line(format_args!("    fix ({safety}): delete the file `{}`", shown(path)));
        }
    }
}

fn render_edit(view: ReportView<'_>, found: &Diagnostic, fix: &Fix, edit: &Edit, text: &mut Text) {
    let path = edit.path.as_ref().unwrap_or(&found.path);
    let (start, end) = view.report.positions(path, edit.span);
    let old = view.slice(path, edit.span);
    let elsewhere = if *path == found.path { String::new() } else { format!("{}:", view.paths.shown(path.as_str())) };
    let safety = fix.safety().name();
    let place = format!("{elsewhere}{}:{}-{}:{}", start.line, start.column, end.line, end.column);
    if old.contains(['\n', '\r']) || edit.text.contains(['\n', '\r', '`']) || old.contains('`') {
        if edit.text.is_empty() {
            text.line(format_args!("    fix ({safety}): delete {place}"));
            return;
        }
        text.line(format_args!("    fix ({safety}): replace {place} with:"));
        for line in edit.text.lines() {
            text.add("      ").add_lines(line).end_line();
        }
    } else if edit.text.is_empty() {
        text.line(format_args!("    fix ({safety}): delete `{old}` at {place}"));
    } else if old.is_empty() {
        text.line(format_args!(
            "    fix ({safety}): insert `{}` at {elsewhere}{}:{}",
            edit.text, start.line, start.column
        ));
    } else {
        text.line(format_args!("    fix ({safety}): replace `{old}` at {place} with `{}`", edit.text));
    }
}
