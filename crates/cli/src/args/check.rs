//! The arguments of `lawbook check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lawbook_core::date::Date;
use lawbook_core::diagnostic::Severity;

use crate::args::{ChangeArgs, FixArgs, LawArgs};
use crate::report::Format;

/// The arguments of `lawbook check`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct CheckArgs {
    /// Names the files and folders to check; without any, the working directory is checked.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) law: LawArgs,
    #[command(flatten)]
    pub(crate) fix: FixArgs,
    /// Chooses the form of the report; without it, `agent` when the environment tells of a coding agent, else `pretty`.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Writes the report to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Parses every file, also those in which no enabled rule can find anything.
    #[arg(long)]
    pub(crate) parse_all: bool,
    /// Parses also the files whose text alone says that no rule can find anything there; the findings are the same.
    #[arg(long)]
    pub(crate) no_prefilter: bool,
    /// Sets how many threads work; without it, one a core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Gives each thread a stack of so many bytes, and lets none but those threads check files; for tests. The C library
    /// may hand out the stack of a thread that has ended instead, of 2 MiB, for any from 512 KiB on: ask for less to be
    /// sure of a small one.
    #[arg(long, value_name = "BYTES", value_parser = parse_size, hide = true)]
    pub(crate) stack_size: Option<u64>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    /// Reports also the findings that the baseline knows.
    #[arg(long)]
    pub(crate) no_baseline: bool,
    /// Makes the exit code 1 when the baseline has entries that match nothing any more, and lists them.
    #[arg(long, conflicts_with = "no_baseline")]
    pub(crate) fail_stale: bool,
    /// Checks the text on standard input as if it stood in this file.
    #[arg(long, value_name = "PATH", conflicts_with = "paths", conflicts_with = "extent")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Leaves out larger files; a number of bytes, with `K`, `M` or `G` for the powers of 1024.
    #[arg(long, value_name = "BYTES", value_parser = parse_size, default_value = "16M")]
    pub(crate) max_file_size: u64,
    /// Sets the lowest level that makes the exit code 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailLevel::Error)]
    pub(crate) fail_level: FailLevel,
    /// Makes the exit code 1 when there are more warnings than this.
    #[arg(long, value_name = "N")]
    pub(crate) max_warnings: Option<usize>,
    /// Says on standard error how long each phase took.
    #[arg(long)]
    pub(crate) timings: bool,
    /// Takes this day (YYYY-MM-DD) for today when suppressions expire.
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) today: Option<Date>,
}

/// The lowest level that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailLevel {
    Error,
    Warning,
    Info,
}

impl FailLevel {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

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
