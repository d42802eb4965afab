//! What `lawbook init` proposes, as texts: settings, a workflow, a paragraph for agents.
//!
//! Nothing here reads or writes a file.

mod ci;
mod config;
mod instructions;

pub(crate) use ci::{GITHUB_WORKFLOW, PACKAGE_VARIABLE, github_workflow, other_lines};
pub(crate) use config::{Config, config_text, generated_globs};
pub(crate) use instructions::{imports_agents_file, with_paragraph};
