//! lawbook's core: one tree for many languages, rules over it, and the engine that runs them.
//!
//! Ideas only: nothing here reads a file, an environment variable or a clock, prints, or starts a thread. A client
//! makes [`source::SourceFile`]s, from wherever they come, and gets diagnostics as plain data.

// The order is that of reading.
pub mod data;
pub mod data;
pub mod diagnostic;
pub mod diagnostic;
pub mod fix;
pub mod fix;
pub mod ir;
pub mod ir;
pub mod language;
pub mod language;
pub mod mistake;
pub mod mistake;
pub mod pack;
pub mod report;
pub mod rule;
pub mod rule;
pub mod settings;
pub mod source;
pub mod source;
pub mod span;
