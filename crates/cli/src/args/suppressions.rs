//! The arguments of `lawbook suppressions`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lawbook_core::date::Date;

use crate::args::check::parse_date;

/// The arguments of `lawbook suppressions`.
#[derive(Debug, Args)]
pub(crate) struct SuppressionsArgs {
    /// Names the files and folders to look through; without any, the working directory.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    /// Chooses the form of the list.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = SuppressionsFormat::Text)]
    pub(crate) format: SuppressionsFormat,
    /// Takes this day (YYYY-MM-DD) for today: what has ended before it is expired, and ages are counted up to it.
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) today: Option<Date>,
}

/// The forms of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SuppressionsFormat {
    Text,
    Json,
}
