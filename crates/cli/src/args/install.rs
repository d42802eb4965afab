//! The arguments of `lawbook install` and `lawbook uninstall`.

use clap::{Args, ValueEnum};

/// The arguments of `lawbook install`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
pub(crate) struct InstallArgs {
    /// The coding agents, or `git`, that run lawbook from then on.
    #[arg(required = true, value_enum, value_name = "WHAT")]
    pub(crate) what: Vec<InstallTarget>,
    /// Writes without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Writes the settings of the user, for all projects, and not those of this project.
    #[arg(long)]
    pub(crate) user: bool,
    /// Writes the path of this program, for agents and git that do not find `lawbook` on their `PATH`.
    #[arg(long)]
    pub(crate) absolute: bool,
    /// Has the hooks of agents block what they cannot judge, such as with a mistake in `lawbook.toml`.
    #[arg(long)]
    pub(crate) fail_closed: bool,
}

/// The arguments of `lawbook uninstall`.
#[derive(Debug, Args)]
pub(crate) struct UninstallArgs {
    /// The coding agents, or `git`, that run lawbook no longer.
    #[arg(required = true, value_enum, value_name = "WHAT")]
    pub(crate) what: Vec<InstallTarget>,
    /// Writes without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Takes it out of the settings of the user, and not of those of this project.
    #[arg(long)]
    pub(crate) user: bool,
}

/// The programs that run lawbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InstallTarget {
    /// Claude Code: .claude/settings.json.
    #[value(alias = "claude")]
    ClaudeCode,
    /// Codex: .codex/hooks.json, or .codex/config.toml where that has hooks.
    Codex,
    /// GitHub Copilot: .github/hooks/lawbook.json.
    #[value(alias = "github-copilot")]
    Copilot,
    /// Cursor: .cursor/hooks.json.
    Cursor,
    /// Factory Droid: .factory/hooks.json, or .factory/settings.json where that has hooks.
    #[value(alias = "factory")]
    Droid,
    /// Gemini CLI: .gemini/settings.json.
    #[value(alias = "gemini-cli")]
    Gemini,
    /// Its plugin.
    #[value(help = "OpenCode: .opencode/plugins/lawbook.js")]
    Opencode,
    /// The pre-commit hook of git.
    Git,
}
