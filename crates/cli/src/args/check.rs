//! The arguments of `lawbook check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lawbook_core::date::Date;
use lawbook_core::diagnostic::Severity;

use crate::args::format::{FormatChoice, FormatChoiceParser};
use crate::args::{ChangeArgs, FixArgs, LawArgs, OutcomeArgs, SelectionArgs};

/// The arguments of `lawbook check`.
#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct CheckArgs {
    /// The files and folders to check; without any, the working directory.
    ///
    /// A path that does not exist and has signs of globs is one: `'src/**/*.ts'`, as in a shell, with `**` for any number of
    /// folders. `-` is the text on standard input, with --stdin-filename.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) law: LawArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) outcome: OutcomeArgs,
    #[command(flatten)]
    pub(crate) fix: FixArgs,
    /// The format of the report, with `=PATH` in that file; can be given several times, once without a file [default:
    /// `agent` where a coding agent runs it, else `github` or `azure` where these do, else `pretty`]
    #[arg(long, value_parser = FormatChoiceParser, value_name = "FORMAT[=PATH]")]
    pub(crate) format: Vec<FormatChoice>,
    /// Writes the report to a file instead of standard output: that of the format without a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// The size of the report for agents in tokens of 4 bytes [default: 2000]
    #[arg(long, value_name = "TOKENS")]
    pub(crate) budget: Option<usize>,
    /// Prints a table of the findings by rule; with `--format json` to standard error.
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Parses every file, also where no rule can have findings.
    #[arg(long)]
    pub(crate) parse_all: bool,
    /// Turns off the prefilter.
    ///
    /// It skips files whose text rules out every finding. The findings are the same.
    #[arg(long)]
    pub(crate) no_prefilter: bool,
    /// The number of threads; without it, one per core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Sets the stack size of the threads and lets no other threads check files; for tests. The C library may reuse the
    /// stack of an ended thread, which has 2 MiB, for a size of 512 KiB or more: use a smaller size to get exactly it.
    #[arg(long, value_name = "BYTES", value_parser = parse_size, hide = true)]
    pub(crate) stack_size: Option<u64>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    /// True if PATHS are files that a program names: what a search of the root leaves out stays left out.
    #[arg(skip)]
    pub(crate) as_found: bool,
    /// Checks once, and again what changes, until Ctrl-C ends it.
    ///
    /// After each change it shows the findings of the files that were checked again, what is new elsewhere, and the counts of
    /// all files. A change of `lawbook.toml`, of a page, of a `.gitignore` or of the baseline counts at once; a mistake in them
    /// is shown, and the next change is waited for. On a terminal the screen is cleared before. With `--format json` each run
    /// is a line with the whole report, and reports in files are written anew. With --fix, fixes are written as you save.
    #[arg(
        long,
        conflicts_with_all = ["list_files", "diff", "stdin_filename", "staged", "pre_commit", "until"]
    )]
    pub(crate) watch: bool,
    /// Reports also the findings that are in the baseline.
    #[arg(long)]
    pub(crate) no_baseline: bool,
    /// Exits with 1 if the baseline has stale entries, and lists them.
    ///
    /// A stale entry is one that matches no finding any more.
    #[arg(long, conflicts_with = "no_baseline")]
    pub(crate) fail_stale: bool,
    /// Checks the text on standard input as this file.
    ///
    /// The file need not exist; its path decides on the language, the settings and the rules.
    #[arg(long, value_name = "PATH", conflicts_with = "change")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Leaves out files larger than this.
    ///
    /// In bytes, or with `K`, `M` or `G` in powers of 1024.
    #[arg(long, value_name = "BYTES", value_parser = parse_size, default_value = "16M")]
    pub(crate) max_file_size: u64,
    /// The lowest level of a finding that makes the exit code 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailLevel::Error)]
    pub(crate) fail_level: FailLevel,
    /// Exits with 1 if there are more warnings than this.
    #[arg(long, value_name = "N")]
    pub(crate) max_warnings: Option<usize>,
    /// Prints the duration of each phase to standard error.
    #[arg(long)]
    pub(crate) timings: bool,
    /// The day (YYYY-MM-DD) by which suppressions expire; without it, today.
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) today: Option<Date>,
}

impl CheckArgs {
    /// The maximum size of a file without `--max-file-size`.
    pub(crate) const DEFAULT_MAX_FILE_SIZE: u64 = 16 << 20;
}

/// The lowest level of a finding that makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailLevel {
    Error,
    Warning,
    Info,
}

impl FailLevel {
    /// The severity of this level.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

/// Parses a number of bytes with an optional unit.
fn parse_size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
        Some((at, _)) => text.split_at(at),
        None => (text, ""),
    };
    let factor: u64 = match unit.to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        _ => return Err("expected a number of bytes such as 4096, 512K or 16M".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "expected a number of bytes such as 4096, 512K or 16M".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is more bytes than any file has".to_owned())
}

/// Parses a day written `YYYY-MM-DD`.
pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "expected a day such as 2026-01-31".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_units() {
        assert_eq!(parse_size("12"), Ok(12));
        assert_eq!(parse_size("2k"), Ok(2048));
        assert_eq!(parse_size("16M"), Ok(16 << 20));
        assert!(parse_size("M").is_err());
        assert!(parse_size("1x").is_err());
        assert!(parse_size("99999999999999G").is_err());
    }
}
