//! What is expected of Rust.

mod code;
mod definitions;
mod limits;
mod modules;
mod syntax;
