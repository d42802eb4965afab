//! lawbook's core: one tree for many languages, rules over it, and the engine that runs them.
//!
//! Ideas only: nothing here reads a file, an environment variable or a clock, prints, or starts a thread. A client
//! makes [`source::SourceFile`]s, from wherever they come, and gets diagnostics as plain data.

// The order is that of reading.
pub mod span;
pub mod budget;
pub mod source;
pub mod language;
pub mod ir;
pub mod pattern;
pub mod mistake;
pub mod glob;
pub mod date;
pub mod data;
pub mod rule;
pub mod pack;
pub mod settings;
pub mod facts;
pub mod plan;
pub mod engine;
pub mod suppression;
pub mod diagnostic;
pub mod fix;
pub mod fingerprint;
pub mod report;
pub mod policy;
pub mod testing;
