//! The arguments of `lawbook explain`.

use clap::Args;

use crate::args::LawArgs;

/// The arguments of `lawbook explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The id of the rule.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) law: LawArgs,
}
