//! A root with its settings and rules, opened for programs and for every command: what meets the disk and git, and
//! nothing of a command line.
//!
//! [`Workspace::run`] is the one door: a [`Request`] says as data what is checked, what becomes of fixes and which
//! findings are reported; a [`Run`] is the answer.

// The order is that of reading.
pub(crate) mod mistakes;
pub(crate) mod clock;
pub(crate) mod workers;
mod request;
pub(crate) mod paths;
pub(crate) mod root;
pub(crate) mod packs;
pub(crate) mod config;
pub(crate) mod globs;
pub(crate) mod filter;
pub(crate) mod read;
pub(crate) mod presence;
pub(crate) mod baseline;
pub(crate) mod discover;
pub(crate) mod git;
pub(crate) mod files;
pub(crate) mod change;
pub(crate) mod checker;
pub(crate) mod fix;
mod open;
mod inputs;
mod before;
mod known;
mod run;

pub use fix::Fixes;
pub use open::{Opening, Workspace};
pub use request::{BaselineMode, Extent, FixMode, Inputs, Progress, ReportScope, Request};
pub use run::Run;

pub(crate) use open::root_of;
