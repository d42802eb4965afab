//! The hooks of coding agents: an event on standard input, and an answer in the dialect of the agent.

// In order of dependency: each module imports only those above it.
mod event;
pub(crate) mod installed;
mod undo;
mod shell;
mod state;
mod session;
mod report;
mod laws;
mod protected;
mod before;
mod after;
mod stop;
mod handle;
