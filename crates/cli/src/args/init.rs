//! The arguments of `lawbook init`: none so far.

use clap::Args;

/// The arguments of `lawbook init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {}
