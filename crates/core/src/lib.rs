//! lawbook's core: one tree for many languages, rules over it, and the engine that runs them.
//!
//! Ideas only: nothing here reads a file, an environment variable or a clock, prints, or starts a thread. A client
//! makes [`source::SourceFile`]s, from wherever they come, and gets diagnostics as plain data.
//!
//! [`Lawbook`] is the front door: [`Lawbook::builder`] takes pages, rules written in Rust, packs and settings, and what it
//! builds checks, fixes and explains. [`prelude`] has the names that this takes. Each language is a cargo feature (`rust`,
//! `ecmascript`, `python`, or `all-languages`), none is on by default, and [`language::register`] adds others.

#![cfg_attr(
    not(feature = "all-languages"),
    allow(dead_code, unused_imports, reason = "some shared parts serve one language only")
)]

// The order is that of reading. A module uses those above it: of the floors between the blank lines, and of its own
// floor as long as no circle comes of it. `cargo xtask imports` shows it.
pub mod span;
mod lines;
mod path;
pub mod budget;
pub mod date;
pub mod glob;
pub mod mistake;
pub mod data;

pub mod source;

pub mod changed_lines;

pub mod ir;

pub mod diagnostic;

pub mod facts;

pub mod language;

pub mod names;

pub(crate) mod literals;
pub mod pattern;

pub mod rule;

pub mod settings;
pub mod pack;

pub mod plan;

pub mod suppression;

pub mod fingerprint;
pub mod report;

pub mod engine;

pub mod fix;

pub mod policy;
pub mod project;

pub mod testing;

pub mod lawbook;

pub mod prelude;

pub use lawbook::Lawbook;
