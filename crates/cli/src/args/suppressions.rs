//! The arguments of `lawbook suppressions`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lawbook_core::date::Date;

use crate::args::check::parse_date;

/// The arguments of `lawbook suppressions`.
#[derive(Debug, Args)]
pub(crate) struct SuppressionsArgs {
    /// The files and folders to search; without any, the working directory.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    /// The output format.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = SuppressionsFormat::Text)]
    pub(crate) format: SuppressionsFormat,
    /// The day (YYYY-MM-DD) that expiry and age are measured against; without it, today.
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) today: Option<Date>,
}

/// The output formats of `lawbook suppressions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SuppressionsFormat {
    Text,
    Json,
}
