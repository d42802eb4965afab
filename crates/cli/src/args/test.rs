//! The arguments of `lawbook test`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `lawbook test`.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The pages and folders of pages to test; without any, the folders in `extends`.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}
