//! The language server of lawbook: the findings of the command line while code is edited, with their fixes.
//!
//! [`serve_stdio`] is the whole server on standard input and output; [`serve`] answers one connection. A document is
//! checked by the law of its root through [`lawbook_workspace::Workspace`], the same as that of the command line.

// In order of dependency: each module imports only those above it.
mod wire;
mod uri;
mod document;
mod features;
mod preferences;
mod pool;
mod parent;
mod client;
mod roots;
mod diagnostic;
mod law_files;
mod check;
mod open;
mod lens;
mod commands;
mod actions;
mod hover;
mod folder;
mod lifecycle;
mod server;

use lawbook_core::pack::Pack;
use lsp_server::Connection;

use server::Server;

/// Serves the client on standard input and output until it ends the session, and returns the exit code of the process: 0
/// after `shutdown` and `exit`, 1 if the client went away without them. `packs` are added to the built-in one. The process
/// ends soon after the one with the id `parent`, and after the one that the client names.
pub fn serve_stdio(packs: Vec<Pack>, parent: Option<i32>) -> u8 {
    if let Some(parent) = parent {
        parent::end_with(parent);
    }
    let (connection, threads) = wire::connect(std::io::stdin(), std::io::stdout());
    let code = serve(connection, packs);
    threads.finish();
    code
}

/// Serves one connection until it ends, and returns the exit code as [`serve_stdio`] does.
pub fn serve(connection: Connection, packs: Vec<Pack>) -> u8 {
    let Some(introduction) = lifecycle::begin(&connection) else { return 1 };
    Server::new(connection.sender, introduction, packs).run(&connection.receiver)
}
