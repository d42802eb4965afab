//! The arguments of `lawbook inspect`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The arguments of `lawbook inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Names the file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Chooses the form of the tree.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = InspectFormat::Text)]
    pub(crate) format: InspectFormat,
    /// Reads the file in this language (`tsx`, `rust`, …), whatever its extension says.
    #[arg(long, value_name = "L")]
    pub(crate) language: Option<String>,
}

/// The forms of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InspectFormat {
    Text,
    Json,
}
