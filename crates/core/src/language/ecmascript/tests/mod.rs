//! What is expected of TypeScript and JavaScript.

mod code;
mod definitions;
mod limits;
mod modules;
mod syntax;
