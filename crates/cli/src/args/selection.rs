//! The arguments that leave something out of a check, and the list of what is left.

use clap::Args;

/// The arguments that leave files and rules out of a check.
#[derive(Clone, Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Leaves out what the glob matches; can be given several times.
    ///
    /// It is a glob as in `[files] exclude`, relative to the working directory: one without a `/` matches at any depth, but
    /// not the working directory itself, one that matches a folder leaves out all that is in it, and one with a `!` at its start takes back. It decides over the
    /// settings and over paths that are named. The run says what it has left out.
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub(crate) exclude: Vec<String>,
    /// Runs without these rules, even if they are on; `a,b` names several.
    ///
    /// The run says which rules it was without. What `unchecked-file`, `internal-error`, `refused-rule` and `weakened-law`
    /// report cannot be ignored.
    #[arg(long = "ignore-rule", value_name = "ID", value_delimiter = ',')]
    pub(crate) ignore_rule: Vec<String>,
    /// Lists the files that would be checked, and checks none.
    ///
    /// A line each; with `--format json` for programs, and in no other format. What is left out or cannot be checked, and
    /// why, is on standard error. A file is not read for it, so that one is listed too which would be left out for its
    /// content, such as generated code.
    #[arg(long, conflicts_with_all = ["fix", "diff", "output_file", "statistics", "stdin_filename", "pre_commit"])]
    pub(crate) list_files: bool,
    /// With --list-files, ends each name with a NUL, for `xargs -0`.
    ///
    /// Names are printed as they are; without it, control characters in them are escapes.
    #[arg(short = '0', long, requires = "list_files")]
    pub(crate) null: bool,
}
