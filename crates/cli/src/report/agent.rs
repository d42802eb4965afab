//! The report for coding agents: plain lines, the worst findings first, of limited size, and a last line with the
//! command that checks again.

use std::collections::BTreeSet;

use lawbook_core::diagnostic::{Diagnostic, Edit, FileChange, Fix, Safety};
use lawbook_core::source::RelPath;

use crate::report::{
    ReportView, comment_of, exceptions_in_words, extras_in_words, lessened_in_words, outcome_in_words,
    skipped_in_words, unsaid_measure, without_rules_in_words,
};
use crate::text::Text;

/// The maximum size of a report in bytes: about 2,000 tokens, so that it leaves room for the rest of the agent's
/// context. Only a first finding that is longer, or the names of files that the run was about, exceed it.
const MAX_REPORT_BYTES: usize = 8 << 10;

/// The maximum size in bytes of the lines about files that are left out or checked less.
const MAX_NAMED_BYTES: usize = 4 << 10;

/// The length in bytes above which a message is clipped; it may contain a long capture.
const MAX_MESSAGE_BYTES: usize = 600;

/// The number of bytes of replaced and new text above which a fix is not shown.
const MAX_REPLACEMENT_BYTES: usize = 2 << 10;

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    let mut order: Vec<&Diagnostic> = view.report.diagnostics.iter().map(AsRef::as_ref).collect();
    // The sort is stable: within a severity, findings stay sorted by position.
    order.sort_by_key(|found| std::cmp::Reverse(found.severity));
    let mut end = Text::new(false);
    render_end(view, &mut end);
    let most = MAX_REPORT_BYTES.saturating_sub(end.as_str().len() + MAX_LEFT_OUT_BYTES);
    let mut rules_shown = BTreeSet::new();
    let mut exceptions_shown = BTreeSet::new();
    let mut shown = 0;
    for found in &order {
        let mut entry = Text::new(false);
        let is_first_of_rule = rules_shown.insert(&found.rule);
        render_finding(view, found, is_first_of_rule, &mut entry);
        if exceptions_shown.insert((&found.rule, comment_of(view, found))) {
            render_exceptions(view, found, is_first_of_rule, &mut entry);
        }
        if shown > 0 && text.as_str().len() + entry.as_str().len() > most {
            break;
        }
        text.add_lines(entry.as_str());
        shown += 1;
    }
    let left = order.len() - shown;
    if left > 0 {
        let what = if left == 1 { "finding" } else { "findings" };
        text.line(format_args!("… {left} more {what} left out; they show when these are fixed, or with --format json"));
    }
    text.add_lines(end.as_str());
}

/// The most bytes of the line that counts the findings which are left out.
const MAX_LEFT_OUT_BYTES: usize = 128;

/// Adds the lines behind the findings.
fn render_end(view: ReportView<'_>, text: &mut Text) {
    let skipped = view.report.skipped.iter().filter(|skipped| skipped.is_requested);
    let named = skipped.map(|skipped| skipped_in_words(view, skipped)).chain(lessened_in_words(view));
    render_bounded(named, text);
    if let Some(without_rules) = without_rules_in_words(view) {
        text.line(format_args!("{without_rules}"));
    }
    text.line(format_args!(
        "lawbook: {}{}; verify: {}",
        outcome_in_words(view),
        extras_in_words(view),
        view.verify.for_run()
    ));
}

/// Adds lines up to a bound, and the number of the others.
fn render_bounded(lines: impl Iterator<Item = String>, text: &mut Text) {
    let (mut left, mut more) = (MAX_NAMED_BYTES, 0);
    for line in lines {
        match left.checked_sub(line.len()) {
            Some(rest) if more == 0 => {
                left = rest;
                text.line(format_args!("{line}"));
            }
            _ => more += 1,
        }
    }
    if more > 0 {
        text.line(format_args!("… {more} more lines about files that are checked less, with --format json"));
    }
}

fn render_finding(view: ReportView<'_>, found: &Diagnostic, is_first_of_rule: bool, text: &mut Text) {
    let at = view.report.positions(&found.path, found.span).0;
    text.line(format_args!(
        "{}:{}:{} {} {}: {}",
        view.paths.shown(found.path.as_str()),
        at.line,
        at.column,
        found.severity,
        found.rule,
        clipped(&found.message)
    ));
    if let Some(measure) = unsaid_measure(found) {
        text.line(format_args!("  {measure}"));
    }
    let page = view.report.rules.get(&found.rule).map(|rule| &rule.page);
    let help = page.map_or("", |page| page.help.as_str());
    let fixed = found.fixes.iter().any(|fix| render_fix(view, found, fix, text));
    if !fixed && is_first_of_rule && !help.is_empty() {
        render_block("help", help, text);
    }
    if let Some(page) = page.filter(|page| is_first_of_rule && !page.why.is_empty()) {
        render_block("why", &page.why, text);
    }
    for related in &found.related {
        let path = related.path.as_ref().unwrap_or(&found.path);
        let at = view.report.positions(path, related.span).0;
        let shown = view.paths.shown(path.as_str());
        text.line(format_args!("  see {shown}:{}:{}: {}", at.line, at.column, related.message));
    }
}

/// Adds when it is right to suppress the finding, and the comment to write.
fn render_exceptions(view: ReportView<'_>, found: &Diagnostic, is_first_of_rule: bool, text: &mut Text) {
    if let Some(exceptions) = exceptions_in_words(view, found, is_first_of_rule) {
        render_block("not if", &exceptions, text);
    }
}

/// Adds a fix with the exact text to write. Returns false, without adding anything, if the fix is manual or too long.
fn render_fix(view: ReportView<'_>, found: &Diagnostic, fix: &Fix, text: &mut Text) -> bool {
    let size: usize = fix.edits().iter().map(|edit| edit.text.len() + edit.span.len() as usize).sum();
    let created = fix.files().iter().map(|change| match change {
        FileChange::Create { text, .. } => text.len(),
        FileChange::Rename { .. } | FileChange::Delete { .. } => 0,
    });
    if fix.safety() == Safety::Manual || size + created.sum::<usize>() > MAX_REPLACEMENT_BYTES {
        return false;
    }
    for edit in fix.edits() {
        render_edit(view, found, fix, edit, text);
    }
    for change in fix.files() {
        render_file_change(view, fix, change, text);
    }
    true
}

fn render_file_change(view: ReportView<'_>, fix: &Fix, change: &FileChange, text: &mut Text) {
    let safety = fix.safety().name();
    let shown = |path: &RelPath| view.paths.shown(path.as_str());
    match change {
        FileChange::Create { path, text: new } => {
            text.line(format_args!("  fix ({safety}): create `{}` with:", shown(path)));
            for line in new.lines() {
                text.add("    ").add_lines(line).end_line();
            }
        }
        FileChange::Rename { from, to } => {
            text.line(format_args!("  fix ({safety}): rename `{}` to `{}`", shown(from), shown(to)));
        }
        FileChange::Delete { path } => {
            text.line(format_args!("  fix ({safety}): delete the file `{}`", shown(path)));
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
            text.line(format_args!("  fix ({safety}): delete {place}"));
            return;
        }
        text.line(format_args!("  fix ({safety}): replace {place} with:"));
        for line in edit.text.lines() {
            text.add("    ").add_lines(line).end_line();
        }
    } else if edit.text.is_empty() {
        text.line(format_args!("  fix ({safety}): delete `{old}` at {place}"));
    } else if old.is_empty() {
        text.line(format_args!(
            "  fix ({safety}): insert `{}` at {elsewhere}{}:{}",
            edit.text, start.line, start.column
        ));
    } else {
        text.line(format_args!("  fix ({safety}): replace `{old}` at {place} with `{}`", edit.text));
    }
}

fn clipped(message: &str) -> String {
    if message.len() <= MAX_MESSAGE_BYTES {
        return message.to_owned();
    }
    format!("{}…", &message[..message.floor_char_boundary(MAX_MESSAGE_BYTES)])
}

fn render_block(name: &str, block: &str, text: &mut Text) {
    for (number, line) in block.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        if number == 0 {
            text.add("  ").add(name).add(": ");
        } else {
            text.add("    ");
        }
        text.add_lines(line).end_line();
    }
}
