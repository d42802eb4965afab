//! The files that make agents and git run lawbook: the settings of agents with their hooks, and the hooks of git.
//!
//! An edit of one of them can end every check, so agents may not make it.

use crate::install::{AGENTS, git};

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

/// All of these files and folders: those that `lawbook install` writes, those that it leaves to the managers of hooks, and
/// others from which an agent or git takes hooks too.
pub(crate) fn all() -> impl Iterator<Item = Installed> {
    let of_agents = AGENTS.iter().flat_map(|agent| agent.files.iter().map(|file| of_agent(file.project, agent.name)));
    of_agents.chain(git::manager_files().map(shared)).chain(OTHERS.iter().copied())
}

const OTHERS: &[Installed] = &[
    of_agent(".claude/settings.local.json", "claude-code"),
    of_agent(".github/hooks", "copilot"),
    of_agent(".copilot/hooks", "copilot"),
    of_agent(".factory/settings.local.json", "droid"),
    of_agent(".opencode/plugins/lawbook.ts", "opencode"),
    of_agent(".opencode/plugin/lawbook.js", "opencode"),
    of_agent(".opencode/plugin/lawbook.ts", "opencode"),
    of_agent("opencode/plugins/lawbook.js", "opencode"),
    of_git(".git/hooks"),
    of_git(".git/config"),
    shared("lefthook-local.yml"),
    shared(".husky/pre-commit"),
    shared(".husky/pre-push"),
    shared(".githooks/pre-commit"),
    shared(".githooks/pre-push"),
];

/// The name by which such a file runs lawbook.
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

#[cfg(test)]
mod tests {
    use lawbook_core::policy::weakened::may_run_lawbook;

    use super::*;

    #[test]
    fn lines_that_leave_these_files_weaken_the_law() {
        let of_agents = AGENTS.iter().flat_map(|agent| agent.files.iter().map(|file| file.project));
        for path in of_agents.chain(git::manager_files()) {
            // Some are folders.
            assert!(may_run_lawbook(path) || may_run_lawbook(&format!("{path}/x")), "{path}");
        }
    }
}
