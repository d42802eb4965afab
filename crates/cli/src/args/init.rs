//! The arguments of `lawbook init`: none.

use clap::Args;

/// The arguments of `lawbook init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {}
