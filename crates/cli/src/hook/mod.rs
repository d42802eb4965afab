//! The hooks of coding agents: an event on standard input, and an answer in the dialect of the agent.

mod event;
