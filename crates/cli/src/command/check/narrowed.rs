//! What the command line leaves out of a check, in words: rules and files. Standard error and the reports for services say it,
//! so that a narrow run does not look like a whole one.

use lawbook_core::report::{Report, SkipReason, Skipped};
use lawbook_workspace::Law;

use crate::args::CheckArgs;

/// The most files and folders left out by the command line that are named.
const MAX_EXCLUDED: usize = 12;

/// The option that leaves files out, as it stands before its glob where a file is left out by it.
const EXCLUDE: &str = "--exclude";

/// A line for each option that leaves something out.
pub(super) fn lines(law: &Law, report: &Report, args: &CheckArgs) -> Vec<String> {
    let mut lines = Vec::new();
    if !args.law.rule.is_empty() {
        lines.push(format!("only these rules ran: {} (--rule)", args.law.rule.join(", ")));
    }
    if !args.law.pack.is_empty() {
        lines.push(format!("only the rules of these packs ran: {} (--pack)", args.law.pack.join(", ")));
    }
    if !report.ignored_rules.is_empty() {
        lines.push(format!("without {} (--ignore-rule)", report.ignored_rules.join(", ")));
    }
    for (option, leaves_out) in OPTIONS {
        let skipped: Vec<&Skipped> = report.skipped.iter().filter(|skipped| leaves_out(skipped, args)).collect();
        if !skipped.is_empty() {
            lines.push(format!("left out by {option}: {}", shown_paths(law, &skipped)));
        }
    }
    lines
}

/// The options that leave files and folders out, each with whether it leaves one out.
const OPTIONS: [(&str, LeavesOut); 2] = [(EXCLUDE, is_excluded), ("--max-file-size", is_too_large)];

/// True if an option leaves a file or folder out.
type LeavesOut = fn(&Skipped, &CheckArgs) -> bool;

/// The option that leaves files out of this run; none if none does.
pub(super) fn option_that_leaves_out(report: &Report, args: &CheckArgs) -> Option<&'static str> {
    let leaves_out = |of: LeavesOut| report.skipped.iter().any(|skipped| of(skipped, args));
    OPTIONS.into_iter().find(|(_, of)| leaves_out(*of)).map(|(option, _)| option)
}

/// The globs of `--exclude` that leave nothing out.
pub(super) fn unused_globs<'a>(report: &Report, args: &'a CheckArgs) -> Vec<&'a str> {
    let is_used = |glob: &str| report.skipped.iter().filter_map(excluding_glob).any(|used| used == glob);
    let globs = args.selection.exclude.iter().map(String::as_str);
    globs.filter(|glob| !glob.starts_with('!') && !is_used(glob)).collect()
}

/// The glob of the command line that leaves a file or folder out.
fn excluding_glob(skipped: &Skipped) -> Option<&str> {
    skipped.by.as_ref()?.strip_prefix(EXCLUDE)?.strip_prefix(' ')
}

/// True if `--exclude` leaves a file or folder out.
fn is_excluded(skipped: &Skipped, args: &CheckArgs) -> bool {
    excluding_glob(skipped).is_some_and(|glob| args.selection.exclude.iter().any(|typed| typed == glob))
}

/// True if a file is left out by a `--max-file-size` below the size that is checked without it.
fn is_too_large(skipped: &Skipped, args: &CheckArgs) -> bool {
    skipped.reason == SkipReason::TooLarge && args.max_file_size < CheckArgs::DEFAULT_MAX_FILE_SIZE
}

/// The paths of files and folders that are left out, the first of them by name.
fn shown_paths(law: &Law, skipped: &[&Skipped]) -> String {
    let named = skipped.iter().take(MAX_EXCLUDED).map(|skipped| law.paths().shown(skipped.path.as_str()));
    let more = skipped.len().checked_sub(MAX_EXCLUDED).filter(|more| *more > 0);
    let more = more.map_or_else(String::new, |more| format!(" and {more} more"));
    format!("{}{more}", named.collect::<Vec<_>>().join(", "))
}
