//! Checks the files of a folder with lawbook: everything that uses the disk, git and threads, without a command line.
//!
//! [`Workspace::open`] finds the root of some paths and reads its settings and rules. [`Workspace::run`] then answers
//! any number of requests: a [`Request`] says what is checked, whether fixes are applied, how the baseline is used, and
//! which findings are reported; a [`Run`] is the answer, with the report. The library prints nothing, and resolves
//! relative paths only against the working directory that the caller passes.
//!
//! The built-in rules are there without being asked for. [`core`] is `lawbook_core`, whose types are in the answers.
//!
//! ```no_run
//! use lawbook_workspace::core::diagnostic::Safety;
//! use lawbook_workspace::core::fix::Choice;
//! use lawbook_workspace::core::mistake::MistakeList;
//! use lawbook_workspace::core::source::RelPath;
//! use lawbook_workspace::{ChangeSelection, FixMode, Opening, Request, Workspace};
//!
//! # fn main() -> Result<(), MistakeList> {
//! let workspace = Workspace::open("project".as_ref(), Opening::default())?;
//!
//! // An open buffer, with lines and columns.
//! let run = workspace.run(&Request::text(RelPath::new("src/a.ts"), *b"debugger;"))?;
//! for found in run.report.located() {
//!     println!("{found}"); // src/a.ts:1:1: error: … [no-debugger-statement]
//! }
//!
//! // What safe fixes would write.
//! let run = workspace.run(&Request::opened().with_fixes(FixMode::Show(Choice::AtLeast(Safety::Safe))))?;
//! if let Some(fixes) = &run.fixes {
//!     println!("{}", fixes.diff(workspace.law().paths()));
//! }
//!
//! // What the working tree brings since the last commit, with a `lawbook.toml` that may have changed meanwhile.
//! let run = workspace.run(&Request::change(ChangeSelection::Changed).with_reload())?;
//! println!("{} new", run.report.diagnostics.len());
//! # Ok(())
//! # }
//! ```

// In order of dependency: each module imports only those above it.
mod system_error;
mod clock;
mod workers;
mod stamp;
mod kept;
mod opening;
mod request;
mod git;
mod existing;
mod law_tree;
mod root;
mod paths;
mod given_globs;
mod packs;
mod config;
mod filter;
mod content;
mod read;
mod temp;
mod lock;
mod gitignore;
mod presence;
mod baseline;
mod discover;
mod files;
mod change;
mod checker;
mod fix;
mod file_edit;
mod law_paths;
mod law;
mod sides;
mod inputs;
mod edits;
mod text_edits;
mod before;
mod known;
mod relaxed;
mod lost_tests;
mod accept;
mod law_change;
mod changed_law;
mod again;
mod run;
mod watched;
mod law_source;
mod law_mistakes;
mod turn_off;
mod both_laws;
mod workspace;
mod staged;
mod markers;
mod page_tests;
mod trees;
pub mod report;

pub use accept::{BaselineChange, MovedEntry, baseline_entries};
pub use baseline::BASELINE_FOLDER;
pub use clock::Stopwatch;
pub use file_edit::FileEdit;
pub use fix::Fixes;
pub use git::Repository;
pub use git::blame::Origin;
pub use git::hooks::{GitHooks, HooksPath};
pub use git::top_above;
pub use kept::KeptAnswers;
pub use law::Law;
pub use law_mistakes::{LawMistakes, PlacedMistake, law_mistakes};
pub use law_paths::{LawPaths, WatchedFiles};
pub use lawbook_core as core;
pub use markers::{ListedMarker, MarkerList};
pub use opening::Opening;
pub use page_tests::{PageFailure, PageTests, TestedBlock, TestedPage, test_page, test_pages};
pub use paths::RootPaths;
pub use request::{
    BaselineMode, ChangeSelection, FileBefore, FixMode, Inputs, Progress, Reload, ReportScope, Request, RunTask,
};
pub use root::CONFIG_NAME;
pub use run::Run;
pub use staged::Staged;
pub use temp::{digest, write_file};
pub use text_edits::{TextEdit, text_edits};
pub use trees::lower_file;
pub use turn_off::{ConfigEdit, OffReach};
pub use watched::WatchedPlaces;
pub use workers::Workers;
pub use workspace::Workspace;
