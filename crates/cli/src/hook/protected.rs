//! The decision about paths that an agent is about to write: the settings name some, and the law and what runs it are
//! protected without a setting.

use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::glob::{GlobSyntax, PathGlobs};
use lawbook_core::policy::protected::{DefaultProtection, Protection, Protections};
use lawbook_core::settings::{ProtectedAction, SettingsLayer};
use lawbook_core::source::RelPath;
use lawbook_workspace::{BASELINE_FOLDER, CONFIG_NAME, Law, Repository};

use crate::hook::installed::{self, Installed};
use crate::hook::session::plain;
use crate::hook::shell::{Extent, Written};

/// The most bytes of a file that is read to see if it names lawbook.
const MAX_BYTES: u64 = 1 << 20;

/// The most files and folders that are looked at to see what a command line writes.
const MAX_ENTRIES: usize = 20_000;

/// The signs of wildcards in a path of a command line.
const WILDCARDS: [char; 3] = ['*', '?', '['];

/// The protected paths of a root.
pub(crate) struct Guard<'a> {
    protections: Protections,
    /// True if settings protect files.
    has_settings: bool,
    root: PathBuf,
    /// The top of the repository, or the root.
    top: PathBuf,
    repository: Option<&'a Repository>,
    /// The name of the agent that runs the hook.
    agent: &'a str,
    ignores_case: bool,
    /// The files and folders of the law, from the root, as far as they are known.
    of_law: Vec<String>,
}

/// The protection of a file of a law; `git_dir` is the variable `GIT_DIR`.
pub(crate) fn protection_of(law: &Law, path: &RelPath, git_dir: Option<&Path>) -> Option<Protection> {
    let repository = Repository::around(law.root(), git_dir);
    let guard = Guard::new(law, repository.as_ref(), "", false);
    guard.find(&law.root().join(path.as_str())).map(|found| found.protection)
}

/// A protected path that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProtectedPath {
    /// The path from the root, or the absolute one if it lies elsewhere.
    pub(crate) path: String,
    pub(crate) protection: Protection,
}

impl<'a> Guard<'a> {
    /// The protected paths of a law. `ignores_case` is true for a file system that ignores the case of letters.
    pub(crate) fn new(law: &Law, repository: Option<&'a Repository>, agent: &'a str, ignores_case: bool) -> Self {
        let below = |folder: &Path| folder.strip_prefix(law.root()).map(slashed).ok().filter(|below| !below.is_empty());
        let pages = law.page_places().iter().filter_map(|folder| below(folder)).collect();
        Self::of(law.layers(), law.root(), pages, repository, agent, ignores_case)
    }

    /// The paths below a folder that are protected without a setting, for where the settings cannot be read.
    pub(crate) fn without_law(
        folder: &Path,
        repository: Option<&'a Repository>,
        agent: &'a str,
        ignores_case: bool,
    ) -> Self {
        let root = repository.map_or(folder, Repository::top);
        Self::of(&[], root, Vec::new(), repository, agent, ignores_case)
    }

    /// The protected paths of a root with these settings and folders of pages.
    fn of(
        layers: &[SettingsLayer],
        root: &Path,
        pages: Vec<String>,
        repository: Option<&'a Repository>,
        agent: &'a str,
        ignores_case: bool,
    ) -> Self {
        let default = |path: &str, is_at_any_depth: bool, reason: &str| DefaultProtection {
            path: path.to_owned(),
            is_at_any_depth,
            reason: reason.to_owned(),
        };
        let mut defaults = vec![
            default(CONFIG_NAME, true, "it says which rules hold here"),
            default(".lawbook", true, "it holds the accepted findings"),
        ];
        let mut of_law = vec![CONFIG_NAME.to_owned(), ".lawbook".to_owned(), BASELINE_FOLDER.to_owned()];
        for folder in pages {
            defaults.push(default(&folder, false, "its pages are the rules that hold here"));
            of_law.push(folder);
        }
        let nested = layers.iter().filter(|layer| !layer.folder.is_root());
        of_law.extend(nested.map(|layer| format!("{}/{CONFIG_NAME}", layer.folder)));
        Self {
            protections: Protections::new(layers, defaults, ignores_case),
            has_settings: layers.iter().any(|layer| !layer.settings.protected.is_empty()),
            root: root.to_owned(),
            top: repository.map_or(root, Repository::top).to_owned(),
            repository,
            agent,
            ignores_case,
            of_law,
        }
    }

    /// The protection of a file that is to be edited, by the path that names it and by what that leads to.
    pub(crate) fn find(&self, at: &Path) -> Option<ProtectedPath> {
        let named = plain(at);
        let real = real(&named);
        let candidates = [Some(&named), Some(&real).filter(|real| **real != named)];
        let found = candidates.into_iter().flatten().filter_map(|at| self.find_one(at));
        // The stricter of both.
        found.max_by_key(|refusal| refusal.protection.action)
    }

    fn find_one(&self, at: &Path) -> Option<ProtectedPath> {
        let below = |folder: &Path| at.strip_prefix(folder).ok().map(slashed).filter(|below| !below.is_empty());
        let shown = below(&self.root).or_else(|| below(&self.top)).unwrap_or_else(|| slashed(at));
        let refusal = |protection: Protection| ProtectedPath { path: shown.clone(), protection };
        let of_settings = below(&self.root).and_then(|path| self.protections.find(&RelPath::new(path)));
        if let Some(found) = of_settings.filter(|found| found.place.is_some()) {
            return Some(refusal(found.clone()));
        }
        let of_top = || self.protections.find(&RelPath::new(below(&self.top)?)).filter(|found| found.place.is_none());
        if let Some(found) = of_settings.or_else(of_top) {
            return Some(refusal(found.clone()));
        }
        let reason = self.reason_of_hooks(at)?;
        Some(refusal(Protection { action: ProtectedAction::Deny, reason: Some(reason.to_owned()), place: None }))
    }

    /// The reason for which a file of a hook is protected.
    fn reason_of_hooks(&self, at: &Path) -> Option<&'static str> {
        let folded = |text: String| if self.ignores_case { text.to_lowercase() } else { text };
        if let Some(repository) = self.repository {
            let text = folded(slashed(at) + "/");
            let is_in = |folder: &Path, name: &str| text.starts_with(&folded(format!("{}/{name}/", slashed(folder))));
            let (common, folder) = (repository.common(), repository.folder());
            let of_git = ["hooks", "config"].iter().any(|name| is_in(common, name));
            if of_git || ["config.worktree", "lawbook"].iter().any(|name| is_in(folder, name)) {
                return Some("git's hooks run lawbook");
            }
        }
        let below_top = at.strip_prefix(&self.top).ok().map(slashed);
        let is_below_top = below_top.is_some();
        let path = folded(format!("/{}/", below_top.unwrap_or_else(|| slashed(at))));
        let named = installed::all().find(|installed| {
            // The user's own settings of an agent have its hooks too.
            (is_below_top || installed.agent.is_some()) && path.contains(&folded(format!("/{}/", installed.path)))
        })?;
        let is_of_agent = named.agent.is_some();
        let reason = if is_of_agent { "it has the hooks that run lawbook" } else { "git's hooks run lawbook" };
        self.counts(&named, at).then_some(reason)
    }

    /// True if a file of a hook is protected here: it is of git or of this agent, or it names lawbook.
    fn counts(&self, named: &Installed, at: &Path) -> bool {
        let is_own = named.agent.is_none_or(|agent| agent == self.agent);
        (is_own && !named.is_shared) || {
            let is_small = at.metadata().is_ok_and(|found| found.is_file() && found.len() <= MAX_BYTES);
            is_small && fs::read(at).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(installed::PROGRAM))
        }
    }

    /// The protection of what a command line writes. `cwd` is the folder that it runs in.
    pub(crate) fn find_written(&self, written: &Written, cwd: &Path) -> Option<ProtectedPath> {
        let folder = resolved(&written.folder)?;
        let path = resolved(&written.path)?;
        let at = plain(&cwd.join(&folder).join(&path));
        if let Some(wildcard) = path.find(WILDCARDS) {
            let folder = path[..wildcard].rsplit_once('/').map_or("", |(folder, _)| folder);
            let above = plain(&cwd.join(&resolved(&written.folder)?).join(folder));
            // The wildcards may be in a folder that is protected as a whole.
            let of_folder = Some(above).filter(|_| !folder.is_empty()).and_then(|above| self.find(&above));
            return of_folder.or_else(|| self.find_by_wildcards(&at)).or_else(|| {
                let folder = plain(&cwd.join(&resolved(&written.folder)?).join(folder));
                let pattern = globs_of(slashed(at.strip_prefix(&self.top).ok()?), self.ignores_case)?;
                // What is below a folder that the wildcards name is written too.
                let is_named = |file: &Path| {
                    let names = |above: &Path| {
                        above.strip_prefix(&self.top).is_ok_and(|above| pattern.first_match(&slashed(above)).is_some())
                    };
                    file.ancestors().take_while(|above| above.starts_with(&self.top)).any(names)
                };
                self.find_below(&folder, &is_named)
            });
        }
        if written.extent == Extent::InFolder && !at.parent().is_some_and(Path::is_dir) {
            return None;
        }
        self.find(&at).or_else(|| {
            let is_tree = written.extent == Extent::Tree && at.is_dir();
            let of_law = || self.existing().filter(|below| below.starts_with(&at)).find_map(|below| self.find(&below));
            is_tree.then(|| of_law().or_else(|| self.find_below(&at, &|_| true))).flatten()
        })
    }

    /// The strictest protection by the settings of the files in a folder that `is_named` is true for.
    fn find_below(&self, folder: &Path, is_named: &dyn Fn(&Path) -> bool) -> Option<ProtectedPath> {
        if !self.has_settings || !folder.starts_with(&self.top) {
            return None;
        }
        let (mut open, mut left) = (vec![folder.to_owned()], MAX_ENTRIES);
        let mut found: Option<ProtectedPath> = None;
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                left -= 1;
                if left == 0 {
                    return found;
                }
                let at = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    if entry.file_name() != ".git" {
                        open.push(at);
                    }
                } else if is_named(&at)
                    && let Some(refusal) = self.find_one(&at)
                {
                    let is_stricter = |known: &ProtectedPath| known.protection.action < refusal.protection.action;
                    if found.as_ref().is_none_or(is_stricter) {
                        found = Some(refusal);
                    }
                }
            }
        }
        found
    }

    /// The files and folders of the law and of the hooks that there are.
    fn existing(&self) -> impl Iterator<Item = PathBuf> {
        let of_law = self.of_law.iter().map(|path| self.root.join(path));
        let of_hooks = installed::all().map(|installed| self.top.join(installed.path));
        of_law.chain(of_hooks).filter(|at| at.symlink_metadata().is_ok())
    }

    fn find_by_wildcards(&self, at: &Path) -> Option<ProtectedPath> {
        let pattern = slashed(at.strip_prefix(&self.top).ok()?);
        let globs = globs_of(pattern.clone(), self.ignores_case)?;
        let matches = |existing: &PathBuf| {
            let below = existing.strip_prefix(&self.top).map(slashed).unwrap_or_default();
            let is_hidden = below.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
            let names_hidden = pattern.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
            (!is_hidden || names_hidden) && globs.first_match(&below).is_some()
        };
        self.existing().filter(matches).find_map(|existing| self.find(&existing))
    }
}

/// The glob of a path with wildcards.
fn globs_of(pattern: String, ignores_case: bool) -> Option<PathGlobs> {
    // A glob without a slash would hold at any depth.
    let pattern = if pattern.contains('/') { pattern } else { format!("./{pattern}") };
    PathGlobs::new([(&*pattern, ignores_case)], GlobSyntax::Lawbook).ok()
}

/// A path of a command line without what stands for the working directory; none if a variable may be anything. One below the
/// home of the user lies in the folder `/~`, since what it holds is protected wherever that is.
fn resolved(path: &str) -> Option<String> {
    if let Some(below) = ["~/", "$HOME/", "${HOME}/"].iter().find_map(|start| path.strip_prefix(start)) {
        return Some(format!("/~/{below}"));
    }
    let plain = ["$PWD/", "${PWD}/", "$()/"].iter().find_map(|start| path.strip_prefix(start)).unwrap_or(path);
    let is_unknown = plain.contains('$') || plain.starts_with('~');
    (!is_unknown).then(|| plain.to_owned())
}

/// A path with `/`.
fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// The path without symbolic links, as far as it exists.
fn real(at: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut existing = at.to_owned();
    loop {
        if let Ok(mut found) = existing.canonicalize() {
            found.extend(missing.iter().rev());
            return found;
        }
        // A link that leads nowhere is written where it leads to.
        if let Ok(target) = fs::read_link(&existing) {
            let folder = existing.parent().map(Path::to_owned).unwrap_or_default();
            let mut found = plain(&folder.join(target));
            found.extend(missing.iter().rev());
            return found;
        }
        match existing.file_name() {
            Some(name) => missing.push(name.to_owned()),
            None => return at.to_owned(),
        }
        existing.pop();
    }
}

/// The message for an agent about a protected path.
pub(crate) fn in_words(refusal: &ProtectedPath) -> String {
    let ProtectedPath { path, protection } = refusal;
    let reason = protection.reason.as_deref().unwrap_or("the settings of this repository protect it");
    let by = protection.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    match protection.action {
        ProtectedAction::Deny => format!(
            "lawbook: `{path}` is protected{by}: {reason}. It stays as it is, and no other way of writing it is right \
             either. If it has to change, say what and why, and leave that to a person."
        ),
        ProtectedAction::Ask => {
            format!(
                "lawbook: `{path}` is protected{by}: {reason}. A person decides about this edit: say what you would change and \
                 why, and go on with the rest."
            )
        }
        ProtectedAction::Remind => format!("lawbook: about `{path}`{by}: {reason}"),
    }
}
