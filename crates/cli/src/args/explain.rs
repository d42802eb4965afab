//! The arguments of `lawbook explain`.

use std::path::PathBuf;

use clap::Args;

use crate::args::LawArgs;

/// The arguments of `lawbook explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The id of the rule.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Knows also the rules of a folder or of one page.
    #[arg(long = "rules", value_name = "DIR_OR_FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// Reads this file in place of every `lawbook.toml`.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Ignores `lawbook.toml`: the preset `recommended` applies or, if given, only `--rules`.
    #[arg(long)]
    pub(crate) no_config: bool,
}

impl ExplainArgs {
    /// The arguments that change which rules there are. Narrowing a run to some rules means nothing here.
    pub(crate) fn law(&self) -> LawArgs {
        LawArgs {
            rules: self.rules.clone(),
            config: self.config.clone(),
            no_config: self.no_config,
            ..LawArgs::default()
        }
    }
}
