//! The arguments of `lawbook lsp`.

use clap::Args;

/// The arguments of `lawbook lsp`. Editors give some to every server.
#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    /// Talks over standard input and output, which it does anyway.
    #[arg(long)]
    pub(crate) stdio: bool,
    /// Ends when the process with this id has ended.
    #[arg(long = "clientProcessId", value_name = "ID")]
    pub(crate) client_process_id: Option<i32>,
}
