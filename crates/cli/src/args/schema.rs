//! The arguments of `lawbook schema`.

use clap::{Args, ValueEnum};

/// The arguments of `lawbook schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// What the schema describes.
    #[arg(value_enum, value_name = "WHAT")]
    pub(crate) what: SchemaSubject,
}

/// The documents that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaSubject {
    /// A `lawbook.toml`.
    Config,
    /// The head of a rule page.
    Page,
    /// The report of `check --format json`.
    Report,
    /// What `--format json` prints when a command cannot run.
    Mistakes,
    /// The list of `suppressions --format json`.
    Suppressions,
    /// The answer of `doctor --format json`.
    Doctor,
}
