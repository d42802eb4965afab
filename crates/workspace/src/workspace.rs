//! A root that is open for any number of runs, one after the other or on several threads.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::source::RelPath;

use crate::clock;
use crate::config::{self, ConfigSources, LawInputs};
use crate::law::Law;
use crate::opening::Opening;
use crate::paths::{self, RootPaths};
use crate::request::{Reload, Request};
use crate::root;
use crate::run::Run;
use crate::system_error::system_message;

/// An open root: its law, and the files and folders to check.
///
/// It is `Send` and `Sync`. Settings and rules stay as they were read until a request asks for
/// [`Reload::IfChanged`]; files are read anew by each run.
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
    /// All mistakes in paths, settings and rules that keep it from running.
    pub fn open(cwd: &Path, opening: Opening) -> Result<Self, MistakeList> {
        let cwd = paths::working_directory(cwd)?;
        let mut targets = Vec::new();
        let mut mistakes = Vec::new();
        for typed in &opening.paths {
            match paths::locate(&cwd, typed) {
                Ok(path) => targets.push(path),
                Err(error) => {
                    let message = format!("`{}` cannot be checked: {}", typed.display(), system_message(&error));
                    mistakes.push(Mistake::new(message));
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

    /// Opens the root of the file `typed`, which need not exist, and returns it with the path of the file below it.
    /// `opening.paths` are not used.
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

    fn open_at(cwd: PathBuf, targets: Vec<PathBuf>, opening: Opening) -> Result<Self, Vec<Mistake>> {
        let (paths, inputs) = read(&cwd, &targets, &opening);
        let law = Law::new(&cwd, paths, targets.clone(), inputs, &opening)?;
        Ok(Self { cwd, targets, opening, law: RwLock::new(Arc::new(law)) })
    }

    /// The law as it is now. It stays as it is: a reload makes another one.
    pub fn law(&self) -> Arc<Law> {
        self.law.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does what a request asks: finds files, checks them, applies fixes, compares with the baseline, and reports.
    ///
    /// # Errors
    /// All mistakes that keep it from being answered: a combination that means nothing, a path that is not there, a
    /// baseline that cannot be read or written, a repository that cannot say what a change is, another run that writes
    /// below the same root, a configuration that was reloaded and is wrong, or that it was cancelled. What is wrong
    /// with a file to check is never one; it is in the report.
    pub fn run(&self, request: &Request) -> Result<Run, MistakeList> {
        let is_reloaded = match request.reload {
            Reload::Never => false,
            Reload::IfChanged => self.reload()?,
        };
        Ok(Run { is_reloaded, ..self.law().answer(request)? })
    }

    /// Reads the configuration again and makes a new law if it is another one; the baseline is read again in any case.
    /// Returns whether settings, rules or the day are others.
    fn reload(&self) -> Result<bool, Vec<Mistake>> {
        let law = self.law();
        let (paths, inputs) = read(&self.cwd, &self.targets, &self.opening);
        let today = self.opening.today.unwrap_or_else(clock::today);
        if paths == law.paths
            && inputs.texts == *law.config_texts()
            && inputs.mistakes.is_empty()
            && today == law.today()
        {
            law.forget_baseline();
            return Ok(false);
        }
        let law = Law::new(&self.cwd, paths, self.targets.clone(), inputs, &self.opening)?;
        *self.law.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(law);
        Ok(true)
    }
}

/// Reads the configuration of the root of some located paths.
fn read(cwd: &Path, targets: &[PathBuf], opening: &Opening) -> (RootPaths, LawInputs) {
    let root = root::find(cwd, targets);
    let paths = RootPaths::new(root.folder.clone(), cwd);
    let sources = ConfigSources { cwd, rules: &opening.rules, no_config: opening.no_config };
    let inputs = config::read(&root, &paths, sources, &opening.packs);
    (paths, inputs)
}
