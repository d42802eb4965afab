//! The notes of a check: what was left out, why it fails, and what is stale.

use std::time::Duration;

use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, SkipReason, Skipped};
use lawbook_workspace::{Law, Run};

use super::narrowed;
use crate::args::CheckArgs;
use crate::command::Context;
use crate::report;

/// Notes the changed files that the run was not about.
pub(super) fn note_outside(run: &Run, args: &CheckArgs, context: &mut Context<'_>) {
    let (count, lie) = match run.report.summary.outside {
        0 => return,
        1 => ("1 more changed file".to_owned(), "lies"),
        more => (format!("{more} more changed files"), "lie"),
    };
    let place = if args.paths.is_empty() {
        format!("the root `{}`", run.law.paths().shown_root())
    } else {
        "the paths that were given".to_owned()
    };
    context.output.note(format_args!("not checked: {count} {lie} outside of {place}"));
}

/// Says what the command line leaves out of the run: rules, and files and folders.
pub(super) fn note_narrowed(law: &Law, report: &Report, args: &CheckArgs, context: &mut Context<'_>) {
    for line in narrowed::lines(law, report, args) {
        context.output.warn(format_args!("{line}"));
    }
    // Of a change, most globs match nothing.
    if args.change.selection().is_some() {
        return;
    }
    for glob in narrowed::unused_globs(report, args) {
        context.output.note(format_args!("`--exclude {glob}` leaves nothing out here"));
    }
}

/// Fails if no file was checked: a run without findings would say that the code has no faults. A change may have no files,
/// and a run over all files may leave all of them out by its settings, which its report says.
pub(super) fn expect_checked(law: &Law, report: &Report, args: &CheckArgs) -> Result<(), Vec<Mistake>> {
    let summary = &report.summary;
    let given: Vec<String> =
        args.paths.iter().chain(&args.stdin_filename).map(|path| format!("`{}`", path.display())).collect();
    let option = narrowed::option_that_leaves_out(report, args);
    let leaves_out = given.is_empty() && option.is_none() && summary.skipped + summary.ignored > 0;
    if summary.checked + summary.prefiltered > 0 || leaves_out {
        return Ok(());
    }
    let requested = report.skipped.iter().filter(|skipped| skipped.is_requested);
    let named: Vec<Mistake> = requested
        .take(MAX_UNCHECKED)
        .map(|skipped| {
            let shown = law.paths().shown(skipped.path.as_str());
            let by = skipped.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            let message = format!("nothing was checked: `{shown}` is left out, {}{by}", skipped.reason.in_words());
            Mistake::new(message).with_help(help_for(skipped))
        })
        .collect();
    if !named.is_empty() {
        return Err(named);
    }
    let place = match given.as_slice() {
        [] => "the working directory".to_owned(),
        [first, .., last] if given.len() > 4 => format!("{first} … {last}"),
        given => given.join(", "),
    };
    let help = match option {
        Some(option) => format!("`{option}` leaves files out here; leave out the option, or narrow it"),
        None => format!("lawbook reads files with these extensions: {}", known_extensions().join(", ")),
    };
    let rest = report::rest_in_words(summary);
    let rest = if rest.is_empty() { "there is no file of a known language".to_owned() } else { rest };
    Err(vec![Mistake::new(format!("nothing was checked in {place}: {rest}")).with_help(help)])
}

/// Notes that no file was checked, of files that a program has named.
pub(super) fn note_nothing_checked(report: &Report, context: &mut Context<'_>) {
    if report.summary.checked + report.summary.prefiltered == 0 {
        let rest = report::rest_in_words(&report.summary);
        let rest = if rest.is_empty() { "no file of a known language was named".to_owned() } else { rest };
        context.output.warn(format_args!("nothing was checked: {rest}"));
    }
}

/// The extensions of the files that are read, sorted.
fn known_extensions() -> Vec<&'static str> {
    let mut extensions: Vec<&str> = language::dialects().flat_map(|dialect| dialect.extensions).copied().collect();
    extensions.sort_unstable();
    extensions.dedup();
    extensions
}

/// The number of files that are named if nothing was checked.
const MAX_UNCHECKED: usize = 10;

/// The next step for a file that the user has named and that is left out.
fn help_for(skipped: &Skipped) -> &'static str {
    match skipped.reason {
        SkipReason::Excluded if skipped.by.as_ref().is_some_and(|by| by.starts_with("--")) => {
            "leave out the option, or take the file back with `!` and its path in another one behind it"
        }
        SkipReason::Excluded => "`[files] exclude` leaves it out; `!` and its path at the end of the list take it back",
        SkipReason::TooLarge => "--max-file-size allows larger files",
        SkipReason::Generated | SkipReason::Minified | SkipReason::Vendored => {
            "`[files] skip` lists the kinds of files to leave out"
        }
        _ => "name other files, or the folder that they are in",
    }
}

/// The most stale entries that are listed.
const MAX_STALE: usize = 10;

/// Notes the number of stale entries of the baseline, and lists them if they fail the run or in continuous integration.
pub(super) fn note_stale(law: &Law, report: &Report, args: &CheckArgs, context: &mut Context<'_>) {
    if let Some(off) = off_in_words(report.summary.off) {
        context.output.note(format_args!("{off}"));
    }
    if report.stale.is_empty() {
        return;
    }
    if args.fail_stale || context.environment.is_ci {
        for entry in report.stale.iter().take(MAX_STALE) {
            let shown = law.paths().shown(entry.path.as_str());
            context.output.note(format_args!("stale in the baseline: {shown}: {}: {}", entry.rule, entry.excerpt));
        }
        if let Some(more) = report.stale.len().checked_sub(MAX_STALE).filter(|more| *more > 0) {
            context.output.note(format_args!("stale in the baseline: {more} more (--format json names them)"));
        }
    }
    let count = report.stale.len();
    let what = if count == 1 { "entry of the baseline matches" } else { "entries of the baseline match" };
    context.output.note(format_args!("{count} {what} no finding any more; `lawbook baseline prune` removes them"));
}

/// The entries of rules that are off, in words; none if there are none.
pub(crate) fn off_in_words(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 entry of the baseline is of a rule that is off; it stays".to_owned()),
        count => Some(format!("{count} entries of the baseline are of rules that are off; they stay")),
    }
}

pub(super) fn note_timings(laps: &[(&str, Duration)], context: &mut Context<'_>) {
    let words: Vec<String> =
        laps.iter().map(|(name, time)| format!("{name} {:.1} ms", time.as_secs_f64() * 1000.0)).collect();
    context.output.note(format_args!("{}", words.join(", ")));
}
