//! What a project is made of, seen from its files: languages, frameworks, linters, agents, tools that run hooks, and CI.
//!
//! `lawbook init` proposes by it and `lawbook doctor` judges by it. Nothing here runs a program of the project.

mod ci;
mod folder;
mod languages;
mod runners;
mod tools;

use std::path::{Path, PathBuf};

use lawbook_workspace::{Repository, top_above};

pub(crate) use ci::{CiFile, CiSystem};
pub(crate) use languages::LanguageFiles;
pub(crate) use tools::ProjectTool;

use crate::install::{AGENTS, Agent};

/// A project as its files show it.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The folder that was looked at.
    folder: PathBuf,
    /// The repository around it.
    repository: Option<Repository>,
    /// The paths of its files from the folder, sorted.
    paths: Vec<String>,
}

impl Survey {
    /// Looks at a folder: at what git tracks or would add in it or, without git, at the files that are there.
    pub(crate) fn of(folder: &Path, git_dir: Option<&Path>) -> Self {
        let repository = Repository::around(folder, git_dir).filter(|_| top_above(folder).is_some());
        let paths = repository.as_ref().and_then(|repository| {
            let below = folder.strip_prefix(repository.top()).ok()?.to_str()?.replace('\\', "/");
            let paths = repository.paths()?;
            if below.is_empty() {
                return Some(paths);
            }
            let start = format!("{below}/");
            Some(paths.iter().filter_map(|path| path.strip_prefix(&start).map(str::to_owned)).collect())
        });
        let paths = paths.unwrap_or_else(|| folder::paths(folder));
        Self { folder: folder.to_owned(), repository, paths }
    }

    /// The folder that was looked at.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The repository around the folder.
    pub(crate) fn repository(&self) -> Option<&Repository> {
        self.repository.as_ref()
    }

    /// True if the folder is the top of its repository, or in none.
    pub(crate) fn is_at_top(&self) -> bool {
        self.repository.as_ref().is_none_or(|repository| repository.top() == self.folder)
    }

    /// The paths of the files from the folder, sorted.
    pub(crate) fn paths(&self) -> &[String] {
        &self.paths
    }

    /// True if there is a file or a folder at a path, tracked or not.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.folder.join(path).symlink_metadata().is_ok()
    }

    /// The text of a file of moderate size; `None` if it is none, or no regular one.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        folder::text(&self.folder.join(path))
    }

    /// True if a path is of a language that lawbook reads.
    pub(crate) fn is_read(path: &str) -> bool {
        languages::read_language(path).is_some()
    }

    /// True if the repository is on GitHub, as far as its own files and settings say.
    pub(crate) fn is_on_github(&self) -> bool {
        let config = self.repository.as_ref().and_then(|repository| folder::text(&repository.common().join("config")));
        self.has(".github") || config.is_some_and(|config| config.contains("github.com"))
    }

    /// The branch that the repository's `origin` has as its own, as far as it is known here.
    pub(crate) fn remote_branch(&self) -> Option<String> {
        let text = folder::text(&self.repository.as_ref()?.common().join("refs/remotes/origin/HEAD"))?;
        Some(text.trim().strip_prefix("ref: refs/remotes/origin/")?.to_owned())
    }

    /// The branch that changes go to: that of `origin`, else the one that is checked out.
    pub(crate) fn default_branch(&self) -> String {
        let current = || {
            let text = folder::text(&self.repository.as_ref()?.folder().join("HEAD"))?;
            let name = text.trim().strip_prefix("ref: refs/heads/")?.to_owned();
            // Where refs are in no files, the name in this one is none.
            Some(name).filter(|name| !name.starts_with('.'))
        };
        self.remote_branch().or_else(current).unwrap_or_else(|| "main".to_owned())
    }

    /// The files with this name, in any folder.
    pub(crate) fn named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.paths.iter().map(String::as_str).filter(move |path| path.rsplit('/').next() == Some(name))
    }

    /// The agents that somebody works with here.
    pub(crate) fn agents(&self) -> impl Iterator<Item = &'static Agent> {
        AGENTS.iter().copied().filter(|agent| agent.marks.iter().any(|mark| self.has(mark)))
    }

    /// True if somebody works with an agent here, whichever it is.
    pub(crate) fn has_agents(&self) -> bool {
        self.has("AGENTS.md") || self.has(".agents") || self.agents().next().is_some()
    }

    /// The languages of the files, the most files first.
    pub(crate) fn languages(&self) -> Vec<LanguageFiles> {
        languages::count(&self.paths)
    }

    /// The frameworks, linters and test runners that are set up here.
    pub(crate) fn tools(&self) -> Vec<&'static ProjectTool> {
        tools::of(self)
    }

    /// The files of CI systems.
    pub(crate) fn ci_files(&self) -> Vec<CiFile> {
        ci::files(self)
    }

    /// Globs of tests that the project's own settings name and the usual globs do not match.
    pub(crate) fn other_tests(&self) -> Vec<String> {
        runners::globs(self)
    }
}
