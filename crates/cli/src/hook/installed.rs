//! The files that make agents and git run lawbook: the settings of agents with their hooks, and the hooks of git.
//!
//! Who could edit them could end every check, so agents may not.

/// A file or folder that makes an agent or git run lawbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Installed {
    /// Its path, from the folder in which the agent runs or from the top of the repository.
    pub(crate) path: &'static str,
    /// The agent that reads it; none for git and for tools that run its hooks.
    pub(crate) agent: Option<&'static str>,
    /// True if it counts only when it names lawbook: most projects have it for something else.
    pub(crate) is_shared: bool,
}

/// All of these files and folders.
pub(crate) const ALL: &[Installed] = &[
    of_agent(".claude/settings.json", "claude-code"),
    of_agent(".claude/settings.local.json", "claude-code"),
    of_agent(".codex/hooks.json", "codex"),
    of_agent(".codex/config.toml", "codex"),
    of_agent(".cursor/hooks.json", "cursor"),
    of_agent(".gemini/settings.json", "gemini"),
    of_agent(".github/hooks", "copilot"),
    of_agent(".factory/hooks.json", "droid"),
    of_agent(".factory/settings.json", "droid"),
    of_agent(".factory/settings.local.json", "droid"),
    of_agent(".opencode/plugins/lawbook.js", "opencode"),
    of_agent(".opencode/plugins/lawbook.ts", "opencode"),
    of_agent(".opencode/plugin/lawbook.js", "opencode"),
    of_agent(".opencode/plugin/lawbook.ts", "opencode"),
    of_agent("opencode/plugins/lawbook.js", "opencode"),
    of_agent(".copilot/hooks", "copilot"),
    of_git(".git/hooks"),
    of_git(".git/config"),
    shared(".pre-commit-config.yaml"),
    shared(".pre-commit-config.yml"),
    shared("lefthook.yml"),
    shared("lefthook.yaml"),
    shared(".lefthook.yml"),
    shared(".lefthook.yaml"),
    shared(".config/lefthook.yml"),
    shared("lefthook.toml"),
    shared("lefthook.json"),
    shared("lefthook-local.yml"),
    shared("prek.toml"),
    shared("hk.pkl"),
    shared(".simple-git-hooks.json"),
    shared("simple-git-hooks.json"),
    shared(".husky/pre-commit"),
    shared(".husky/pre-push"),
    shared(".githooks/pre-commit"),
    shared(".githooks/pre-push"),
];

/// The name by which such a file makes something run lawbook.
pub(crate) const PROGRAM: &str = "lawbook";

const fn of_agent(path: &'static str, agent: &'static str) -> Installed {
    Installed { path, agent: Some(agent), is_shared: false }
}

const fn of_git(path: &'static str) -> Installed {
    Installed { path, agent: None, is_shared: false }
}

const fn shared(path: &'static str) -> Installed {
    Installed { path, agent: None, is_shared: true }
}
