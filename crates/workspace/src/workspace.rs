//! The workspace: an open root that answers any number of requests, also from several threads at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::source::RelPath;

use crate::both_laws;
use crate::clock;
use crate::law::Law;
use crate::law_mistakes::{self, LawMistakes};
use crate::law_source::LawSource;
use crate::opening::Opening;
use crate::paths;
use crate::request::{Inputs, Reload, Request};
use crate::run::Run;
use crate::system_error::system_message;
use crate::turn_off::{ConfigEdit, OffReach};

/// An open root: its law, and the files and folders to check.
///
/// It is `Send` and `Sync`. Settings and rules are those that were read when it was opened, until a request asks for
/// [`Reload::IfChanged`]. The files to check are read again by each run.
#[derive(Debug)]
pub struct Workspace {
    /// The working directory, without symbolic links.
    cwd: PathBuf,
    targets: Vec<PathBuf>,
    opening: Opening,
    law: RwLock<Arc<Law>>,
}

impl Workspace {
    /// Finds the root of the paths of `opening`, which are relative to `cwd`, and reads its settings and rules.
    ///
    /// # Errors
    /// All mistakes in the paths, the settings and the rules. A workspace opens only if there are none.
    pub fn open(cwd: &Path, opening: Opening) -> Result<Self, MistakeList> {
        let cwd = paths::working_directory(cwd)?;
        let mut targets = Vec::new();
        let mut mistakes = Vec::new();
        for typed in &opening.paths {
            match paths::locate(&cwd, typed) {
                Ok(path) => targets.push(path),
                Err(error) => {
                    let message = format!("`{}` cannot be checked: {}", typed.display(), system_message(&error));
                    let mistake = Mistake::new(message);
                    mistakes.push(match paths::missing_path_help(&cwd, typed) {
                        Some(help) => mistake.with_help(help),
                        None => mistake,
                    });
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes.into());
        }
        if opening.paths.is_empty() {
            targets.push(cwd.clone());
        }
        Ok(Self::open_at(cwd, targets, opening)?)
    }

    /// Opens the root of the file `typed`, a path relative to `cwd`, and returns it with the path of the file below the
    /// root. The file need not exist. `opening.paths` are not used.
    ///
    /// # Errors
    /// Those of [`Workspace::open`], and a name that no file below the root can have.
    pub fn open_for_file(cwd: &Path, typed: &Path, opening: Opening) -> Result<(Self, RelPath), MistakeList> {
        let cwd = paths::working_directory(cwd)?;
        let target = paths::locate_virtual(&cwd, typed);
        let workspace = Self::open_at(cwd, vec![target.clone()], opening)?;
        match workspace.law().paths.below(&target) {
            Some((path, true)) if !path.as_str().is_empty() => Ok((workspace, path)),
            _ => Err(Mistake::new(format!("`{}` cannot be the name of a file here", typed.display())).into()),
        }
    }

    /// Opens the root of some files, by paths relative to `cwd`, and returns it with their paths below the root; `None` for
    /// one that lies outside. The files need not exist, and no other file is a target of the workspace; without any, it is
    /// that of the working directory. `opening.paths` are not used.
    ///
    /// # Errors
    /// Those of [`Workspace::open`].
    pub fn open_for_files(
        cwd: &Path,
        typed: &[PathBuf],
        opening: Opening,
    ) -> Result<(Self, Vec<Option<RelPath>>), MistakeList> {
        let cwd = paths::working_directory(cwd)?;
        let mut targets: Vec<PathBuf> = typed.iter().map(|typed| paths::locate_virtual(&cwd, typed)).collect();
        let located = targets.clone();
        if targets.is_empty() {
            targets.push(cwd.clone());
        }
        let workspace = Self::open_at(cwd, targets, opening)?;
        let paths = workspace.law().paths.clone();
        let below = |at: &PathBuf| Some(paths.below(at)?.0).filter(|path| !path.is_root());
        let below = located.iter().map(below).collect();
        Ok((workspace, below))
    }

    /// Reads the law again with texts that are not saved yet, and returns all mistakes in it. Settings of folders below the
    /// root that a run has found are read too. See [`law_mistakes`](crate::law_mistakes).
    pub fn law_mistakes(&self, buffers: impl IntoIterator<Item = (PathBuf, Arc<str>)>) -> LawMistakes {
        let target = self.targets.first().unwrap_or(&self.cwd);
        law_mistakes::read(&self.cwd, target, buffers, &self.opening, &self.law().places.nested)
    }

    /// The edit of a `lawbook.toml` that turns a rule off for a file, for its folder, or for the root, and changes no other rule
    /// there. It is an edit of the nearest settings, or of a new file where there are none. `buffers` are files of the law with
    /// texts that are not saved, by absolute path. None if the rule is off there, or if no edit can turn it off, as that of a
    /// rule whose level cannot be set.
    pub fn turn_off(
        &self,
        path: &RelPath,
        rule: &str,
        reach: OffReach,
        buffers: &[(PathBuf, Arc<str>)],
    ) -> Option<ConfigEdit> {
        self.source().turn_off(&self.law(), (path, rule), reach, buffers)
    }

    fn open_at(cwd: PathBuf, targets: Vec<PathBuf>, opening: Opening) -> Result<Self, Vec<Mistake>> {
        let source = LawSource { cwd: &cwd, targets: &targets, opening: &opening, root: None };
        let tree = source.tree(opening.stored_law())?;
        let law = source.read_first(&tree)?;
        Ok(Self { cwd, targets, opening, law: RwLock::new(Arc::new(law)) })
    }

    /// The current law. The returned value never changes: a reload replaces the law of the workspace by another one, and
    /// so does a run that finds a `lawbook.toml` in a folder below.
    pub fn law(&self) -> Arc<Law> {
        self.law.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The law with the settings of all folders below the root, which a run reads only when it finds files there.
    ///
    /// # Errors
    /// All mistakes in these settings and their pages.
    pub fn whole_law(&self) -> Result<Arc<Law>, MistakeList> {
        let law = self.law();
        let mut nested = self.source().nested(&law.tree)?;
        nested.extend(law.places.nested.iter().cloned());
        if nested != law.places.nested {
            self.replace(self.source().read(&law.tree, &nested)?);
        }
        Ok(self.law())
    }

    /// Answers a request: finds files, checks them, applies fixes, compares with the baseline, and makes the report.
    ///
    /// A `lawbook.toml` in a folder below the root holds for the files there. The law of the workspace is replaced by
    /// one that has it when a run finds one that was not read. A staged change is checked by the law in git's index, and
    /// a change that ends with a commit by the law of that commit.
    ///
    /// # Errors
    /// All mistakes for which the request has no answer:
    /// - its parts contradict each other;
    /// - a path does not exist;
    /// - no rule is on;
    /// - the settings of a folder that it covers have mistakes;
    /// - the baseline cannot be read or written;
    /// - git fails, or the repository does not have the commit to compare with;
    /// - another run is writing below the same root;
    /// - the configuration was reloaded and has mistakes;
    /// - the run was cancelled.
    ///
    /// A file that cannot be read or parsed is no error; it is a diagnostic of the report. So is a rule that cannot run.
    pub fn run(&self, request: &Request) -> Result<Run, MistakeList> {
        let is_reloaded = match request.reload {
            Reload::Never => false,
            Reload::IfChanged => self.reload_law(false)?,
        };
        let stored = match &request.inputs {
            Inputs::Change(selection) => selection.stored_law(),
            _ => None,
        };
        let mut law = self.law();
        let is_own = stored.is_none() || stored == self.opening.stored_law();
        if !is_own {
            let source = self.source();
            law = Arc::new(source.read(&source.tree(stored)?, &BTreeSet::new())?);
        }
        let run = self.source().answer(law, request, &|law| {
            if is_own {
                *self.law.write().unwrap_or_else(PoisonError::into_inner) = law.clone();
            }
        })?;
        Ok(both_laws::judge(self.source(), request, Run { is_reloaded, ..run })?)
    }

    /// Reads the configuration again, and replaces the law if the configuration or the day has changed. The baseline is
    /// read again by the next run in any case. Returns true if the law was replaced.
    ///
    /// # Errors
    /// All mistakes in the configuration; the law is then the one before.
    pub fn reload(&self) -> Result<bool, MistakeList> {
        Ok(self.reload_law(true)?)
    }

    /// The same. Without `keeps_nested`, settings of folders below are read anew by the runs that find files there, so that
    /// settings in a folder which is left out by now do not hold any more.
    fn reload_law(&self, keeps_nested: bool) -> Result<bool, Vec<Mistake>> {
        let law = self.law();
        let source = self.source();
        let tree = source.tree(self.opening.stored_law())?;
        let (paths, inputs) = source.inputs(&tree, &law.places.nested);
        let today = self.opening.today.unwrap_or_else(clock::today);
        if paths == law.paths
            && inputs.texts == *law.config_texts()
            && inputs.mistakes.is_empty()
            && today == law.today()
        {
            law.forget_baseline();
            return Ok(false);
        }
        let law = if keeps_nested {
            Law::new(&self.cwd, paths, tree, self.targets.clone(), inputs, &self.opening)?
        } else {
            source.read_first(&tree)?
        };
        // Of a law whose every rule has a mistake, each run would say so.
        if !law.plan().refused().is_empty() {
            law.check_any_rule()?;
        }
        self.replace(law);
        Ok(true)
    }

    fn replace(&self, law: Law) {
        *self.law.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(law);
    }

    fn source(&self) -> LawSource<'_> {
        LawSource { cwd: &self.cwd, targets: &self.targets, opening: &self.opening, root: None }
    }
}
