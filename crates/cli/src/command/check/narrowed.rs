//! What the command line leaves out of a check, in words: rules and files. Standard error and the reports for services say it,
//! so that a narrow run does not look like a whole one.

use lawbook_core::report::{Report, SkipReason, Skipped};

use crate::args::CheckArgs;
use crate::text::counted;

/// The most files and folders left out by the command line that are named.
const MAX_EXCLUDED: usize = 12;

/// The lines for standard error.
pub(super) fn lines(report: &Report, args: &CheckArgs) -> Vec<String> {
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
    let excluded = excluded(report, args);
    if !excluded.is_empty() {
        let more = excluded.len().saturating_sub(MAX_EXCLUDED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let names: Vec<&str> = excluded.iter().take(MAX_EXCLUDED).map(|skipped| skipped.path.as_str()).collect();
        lines.push(format!("left out by --exclude: {}{more}", names.join(", ")));
    }
    lines
}

/// The lines for the reports, which also count the files above a limit that the command line lowers.
pub(super) fn lines_of_report(report: &Report, args: &CheckArgs) -> Vec<String> {
    let mut lines = lines(report, args);
    let too_large = report.skipped.iter().filter(|skipped| skipped.reason == SkipReason::TooLarge).count();
    if too_large > 0 && args.max_file_size < CheckArgs::DEFAULT_MAX_FILE_SIZE {
        let files = counted(too_large, "file");
        lines.push(format!("left out by --max-file-size {}: {files}", args.max_file_size));
    }
    lines
}

/// The setting that a glob of the command line is named by in a report.
pub(super) fn by_exclude(glob: &str) -> String {
    format!("--exclude {glob}")
}

/// What a glob of the command line leaves out.
pub(super) fn excluded<'r>(report: &'r Report, args: &CheckArgs) -> Vec<&'r Skipped> {
    let of_caller: Vec<String> = args.selection.exclude.iter().map(|glob| by_exclude(glob)).collect();
    let is_of_caller = |skipped: &&Skipped| {
        skipped.by.as_ref().is_some_and(|by| of_caller.iter().any(|of_caller| **of_caller == **by))
    };
    report.skipped.iter().filter(is_of_caller).collect()
}
