//! The sources of a law: it is read from the disk, from git's index or from a commit, with the settings of more folders as
//! the files of a run need them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::Mistake;
use lawbook_core::plan::Selection;

use crate::config::{self, ConfigSources, LawInputs};
use crate::law::Law;
use crate::law_tree::{IndexTree, LawTree, PathKind};
use crate::opening::{Opening, StoredLaw};
use crate::paths::RootPaths;
use crate::request::Request;
use crate::root::{CONFIG_NAME, Root};
use crate::run::{Answer, Run};

/// Everything that a law is made from, apart from the files.
#[derive(Clone, Copy)]
pub(crate) struct LawSource<'a> {
    pub(crate) cwd: &'a Path,
    /// Absolute paths.
    pub(crate) targets: &'a [PathBuf],
    pub(crate) opening: &'a Opening,
    /// The root, if the settings do not decide it.
    pub(crate) root: Option<&'a Path>,
}

impl LawSource<'_> {
    /// The working tree, or a place in git.
    pub(crate) fn tree(&self, stored: Option<StoredLaw<'_>>) -> Result<LawTree, Vec<Mistake>> {
        match stored {
            None => Ok(LawTree::of_disk(self.cwd)),
            Some(StoredLaw::Index) => Ok(LawTree::Index(Arc::new(IndexTree::open(self.cwd)?))),
            Some(StoredLaw::Commit(name)) => LawTree::of_commit_named(self.cwd, name),
        }
    }

    /// Finds the root and reads its configuration, with the files of `nested` and those above the targets.
    pub(crate) fn inputs(&self, tree: &LawTree, nested: &BTreeSet<PathBuf>) -> (RootPaths, LawInputs) {
        let Opening { rules, config, no_config, packs, .. } = self.opening;
        let sources = ConfigSources { cwd: self.cwd, rules, config: config.as_deref(), no_config: *no_config };
        let (mut root, mut paths) = config::find_root(tree, sources, self.targets);
        let own_root = root.folder.clone();
        if let Some(forced) = self.root.filter(|forced| *forced != root.folder) {
            let configured = tree.kind(&forced.join(CONFIG_NAME)) != PathKind::Missing;
            root = Root { folder: forced.to_owned(), configured, misnamed: Vec::new() };
            paths = RootPaths::new(forced.to_owned(), self.cwd);
        }
        let targets = self.targets.iter().map(PathBuf::as_path).chain([self.cwd]);
        let mut nested = nested.clone();
        nested.extend(config::above(tree, paths.root(), targets));
        if own_root != root.folder {
            nested.insert(own_root.join(CONFIG_NAME));
        }
        let mut inputs = config::read(&root, &paths, tree, sources, packs, &nested);
        if let Some((own, _)) = paths.below(&own_root).filter(|(own, _)| !own.is_root()) {
            // Nothing held for its folder from above.
            for layer in inputs.layers.iter_mut().filter(|layer| layer.folder == own) {
                layer.is_topmost = true;
            }
        }
        (paths, inputs)
    }

    pub(crate) fn read(&self, tree: &LawTree, nested: &BTreeSet<PathBuf>) -> Result<Law, Vec<Mistake>> {
        let (paths, inputs) = self.inputs(tree, nested);
        Law::new(self.cwd, paths, tree.clone(), self.targets.to_vec(), inputs, self.opening)
    }

    /// The law before any file was found.
    pub(crate) fn read_first(&self, tree: &LawTree) -> Result<Law, Vec<Mistake>> {
        match self.read(tree, &BTreeSet::new()) {
            // A rule or pack that is selected may be one of a folder below, whose settings are read when its files are
            // found.
            Err(mistakes) if !self.opening.selection.is_all() => {
                let found = self.nested(tree).map_err(|_| mistakes.clone())?;
                if found.is_empty() { Err(mistakes) } else { self.read(tree, &found) }
            }
            read => read,
        }
    }

    /// The answer to a request by the law of another tree.
    ///
    /// # Errors
    /// Those of a run.
    pub(crate) fn answer_in(self, tree: &LawTree, request: &Request) -> Result<Run, Vec<Mistake>> {
        self.answer(Arc::new(self.read(tree, &BTreeSet::new())?), request, &|_| {})
    }

    /// The answer to a request by a law, with the settings of the folders that its files lie in; `replace` gets each law
    /// that has more of them.
    ///
    /// # Errors
    /// Those of a run.
    pub(crate) fn answer(
        self,
        mut law: Arc<Law>,
        request: &Request,
        replace: &dyn Fn(&Arc<Law>),
    ) -> Result<Run, Vec<Mistake>> {
        loop {
            match law.answer(request)? {
                Answer::Run(run) => return Ok(*run),
                Answer::Unread(mut nested) => {
                    nested.extend(law.places.nested.iter().cloned());
                    law = Arc::new(self.read(&law.tree, &nested)?);
                    replace(&law);
                }
            }
        }
    }

    /// The `lawbook.toml` files in all folders below the root.
    pub(crate) fn nested(&self, tree: &LawTree) -> Result<BTreeSet<PathBuf>, Vec<Mistake>> {
        let opening = Opening { selection: Selection::default(), ..self.opening.clone() };
        let law = LawSource { opening: &opening, ..*self }.read(tree, &BTreeSet::new())?;
        if !law.places.is_searched {
            return Ok(BTreeSet::new());
        }
        let found = law.discover(&[law.root().to_owned()]);
        let configs = found.nested.iter().map(|path| law.root().join(path.as_str()));
        Ok(configs.filter(|config| tree.kind(config) != PathKind::Missing).collect())
    }
}
