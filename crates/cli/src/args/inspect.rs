//! The arguments of `lawbook inspect`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The arguments of `lawbook inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The output format.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = InspectFormat::Text)]
    pub(crate) format: InspectFormat,
    /// The language of the file (`tsx`, `rust`, …), if not that of its extension.
    #[arg(long, value_name = "L")]
    pub(crate) language: Option<String>,
}

/// The output formats of `lawbook inspect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InspectFormat {
    Text,
    Json,
}
