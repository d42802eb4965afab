//! The search for single files as a walk over the root would find them: what a walk leaves out for its place is left out
//! here too, and no other folder is listed.

use std::path::Path;
use std::sync::Arc;

use lawbook_core::report::SkipReason;
use lawbook_core::source::RelPath;

use super::{Discovery, add_nested_configs, is_in_baseline, unsearched};
use crate::filter::{FileFilter, LeftOut};
use crate::git::Index;
use crate::gitignore::{self, IgnoreProblem, IgnoreReader};
use crate::paths::RootPaths;

/// Finds files below the root. What does not exist, or is neither a file nor a link, is not found. Git is asked only about
/// files that it may track in a place that is left out.
pub(crate) fn discover_single(paths: &RootPaths, filter: &FileFilter, files: &[RelPath]) -> Discovery {
    let mut search =
        SingleSearch { paths, filter, ignores: IgnoreReader::new(paths.root()), found: Discovery::default() };
    for path in files {
        search.add(path);
    }
    search.found.sort_and_dedup();
    search.found
}

/// True if a walk over the root finds a file at this path, whether or not there is one yet.
pub(crate) fn would_find(paths: &RootPaths, filter: &FileFilter, path: &RelPath) -> bool {
    let mut search =
        SingleSearch { paths, filter, ignores: IgnoreReader::new(paths.root()), found: Discovery::default() };
    let at = paths.root().join(path.as_str());
    let is_of_git = path.as_str().split('/').any(|part| part == ".git");
    !is_of_git && filter.dialect(path).is_some() && matches!(search.place(path, &at), Ok(SearchVerdict::Found))
}

/// The verdict of a search on a file.
enum SearchVerdict {
    Found,
    /// A `.gitignore` names it or a folder above it.
    Ignored,
    LeftOut(LeftOut),
}

struct SingleSearch<'a> {
    paths: &'a RootPaths,
    filter: &'a FileFilter,
    ignores: IgnoreReader,
    found: Discovery,
}

impl SingleSearch<'_> {
    fn add(&mut self, path: &RelPath) {
        let at = self.paths.root().join(path.as_str());
        add_nested_configs(self.paths, &at, &mut self.found);
        let is_known = self.filter.dialect(path).is_some();
        let is_of_git = path.as_str().split('/').any(|part| part == ".git");
        if is_of_git || (is_in_baseline(path.as_str()) && !is_known) {
            return;
        }
        let Some(metadata) = self.paths.metadata(path) else { return };
        if metadata.is_symlink() && is_known {
            self.found.add_left_out(path.clone(), false, SkipReason::SymbolicLink.into());
        }
        if !metadata.is_file() {
            return;
        }
        if !is_known {
            self.found.unsupported.push(path.clone());
            return;
        }
        match self.place(path, &at) {
            Ok(SearchVerdict::Found) => self.found.add_file(self.filter, (path.clone(), true), &at, || Ok(metadata)),
            Ok(SearchVerdict::Ignored) => self.found.ignored += 1,
            Ok(SearchVerdict::LeftOut(left_out)) => self.found.add_left_out(path.clone(), false, left_out),
            Err(problem) => {
                let folder = self.paths.below(&problem.folder).map_or_else(RelPath::root, |(folder, _)| folder);
                self.found.add_unreadable(folder, unsearched(&problem.reason));
            }
        }
    }

    /// The verdict on a file of a known language, whether or not it exists.
    fn place(&mut self, path: &RelPath, at: &Path) -> Result<SearchVerdict, IgnoreProblem> {
        let is_ignored = self.is_ignored(path, at)?;
        let is_in_other = self.is_in_other_repository(at);
        let mut verdict = self.filter.path("", path.as_str(), false);
        let is_undecided = is_ignored || is_in_other || verdict.reason == Some(SkipReason::BuildOutput);
        if is_undecided && self.is_tracked(at) {
            verdict = self.filter.tracked_file("", path.as_str());
        } else if is_ignored {
            return Ok(SearchVerdict::Ignored);
        } else if is_in_other {
            return Ok(SearchVerdict::LeftOut(SkipReason::OtherRepository.into()));
        }
        let left_out = self.filter.left_out(verdict).filter(|_| !is_in_baseline(path.as_str()));
        Ok(left_out.map_or(SearchVerdict::Found, SearchVerdict::LeftOut))
    }

    /// True if a `.gitignore` names the file or a folder above it.
    fn is_ignored(&mut self, path: &RelPath, at: &Path) -> Result<bool, IgnoreProblem> {
        let ends: Vec<usize> = path.as_str().match_indices('/').map(|(end, _)| end).collect();
        let folders = ends.iter().map(|end| (self.paths.root().join(&path.as_str()[..*end]), true));
        for (entry, is_folder) in folders.chain([(at.to_owned(), false)]) {
            let lists = self.ignores.above(&entry)?;
            let mut base = self.ignores.base(&entry);
            // The path of a folder ends with a slash.
            base.pop();
            if gitignore::are_ignoring(&lists, &base, is_folder) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// True if a folder between the root and the file has a repository of its own.
    fn is_in_other_repository(&self, at: &Path) -> bool {
        let folders = at.ancestors().skip(1).take_while(|folder| *folder != self.paths.root());
        self.ignores.repository().is_some()
            && folders.into_iter().any(|folder| folder.join(".git").symlink_metadata().is_ok())
    }

    /// True if git tracks the file.
    fn is_tracked(&mut self, at: &Path) -> bool {
        let Some(top) = self.ignores.repository() else { return false };
        let index = self
            .found
            .index
            .get_or_insert_with(|| Arc::new(Index::of(self.paths.folder_of_git(top), top).unwrap_or_default()));
        let mut base = self.ignores.base(at);
        base.pop();
        index.get(&base).is_some()
    }
}
