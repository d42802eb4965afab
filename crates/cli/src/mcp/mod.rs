//! The Model Context Protocol on standard streams: tools as data, their arguments, the pages of their answers, and the
//! server. What the tools do is in `command/mcp`.
//!
//! The protocol is that of `rmcp`, which answers both kinds of clients: those that begin with `initialize`, and those of the
//! revision without a handshake, whose requests say by themselves which revision they speak.

mod arguments;
mod folder;
mod page;
mod server;
mod tool;
mod transport;

pub(crate) use arguments::{Argument, ArgumentKind};
pub(crate) use folder::ServedFolder;
pub(crate) use page::PageRequest;
pub(crate) use server::serve;
pub(crate) use tool::{Call, McpTool, ToolAnswer};
