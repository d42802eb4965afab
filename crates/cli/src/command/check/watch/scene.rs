//! The places of the last run, which decide whether a change of a path can matter to the next one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::engine::FileOutcome;
use lawbook_core::source::RelPath;
use lawbook_workspace::{CONFIG_NAME, Run, WatchedPlaces};

/// The name of the lists of files that git ignores.
const GITIGNORE_NAME: &str = ".gitignore";

/// The places of a run, by absolute path.
#[derive(Debug, Default)]
pub(super) struct Scene {
    /// The folders that were searched.
    folders: BTreeSet<PathBuf>,
    /// The files and folders of the law, whether they exist or not.
    law: BTreeSet<PathBuf>,
    /// The files that are checked, with their paths below the root.
    files: HashMap<PathBuf, RelPath>,
    /// The files that were found and whose contents do not matter.
    others: HashSet<PathBuf>,
}

/// The state of a path on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathState {
    Missing,
    File,
    Folder,
    /// A link, or something special.
    Other,
}

impl PathState {
    /// The present state of a path.
    pub(super) fn of(path: &Path) -> Self {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => Self::File,
            Ok(metadata) if metadata.is_dir() => Self::Folder,
            Ok(_) => Self::Other,
            Err(_) => Self::Missing,
        }
    }
}

impl Scene {
    /// The places of a run.
    pub(super) fn of(run: &Run, places: WatchedPlaces) -> Self {
        let root = run.law.root();
        let files = run.files.iter().map(|file| (root.join(file.path.as_str()), file.path.clone()));
        let others = run.answers.iter().filter(|answer| matches!(answer.outcome(), FileOutcome::Unsupported));
        let others = others.map(|answer| root.join(answer.path().as_str()));
        Self { folders: places.folders, law: places.law, files: files.collect(), others: others.collect() }
    }

    /// True if a change of a path can change the answer of the next run.
    pub(super) fn matters(&self, path: &Path, state: PathState) -> bool {
        let is_of_law = |place: &PathBuf| path.starts_with(place) || place.starts_with(path);
        let is_list = path.file_name().is_some_and(|name| name == CONFIG_NAME || name == GITIGNORE_NAME);
        if self.law.iter().any(is_of_law) || self.folders.contains(path) {
            return true;
        }
        if !path.parent().is_some_and(|folder| self.folders.contains(folder)) {
            return false;
        }
        match state {
            // A file that came and went between two runs is no part of any.
            PathState::Missing => self.files.contains_key(path) || self.others.contains(path) || is_list,
            PathState::File => is_list || !self.others.contains(path),
            PathState::Folder | PathState::Other => true,
        }
    }

    /// The path below the root of a file that is checked.
    pub(super) fn file(&self, path: &Path) -> Option<&RelPath> {
        self.files.get(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
        Scene {
            folders: paths(&["/p/src", "/p/src/a", "/p/src/.git-like"]).into_iter().collect(),
            law: paths(&["/p/lawbook.toml", "/p/.gitignore", "/p/law", "/p/.lawbook/baseline"]).into_iter().collect(),
            files: [(PathBuf::from("/p/src/a/x.ts"), RelPath::new("src/a/x.ts"))].into(),
            others: paths(&["/p/src/notes.txt"]).into_iter().collect(),
        }
    }

    #[track_caller]
    fn check(path: &str, expected: [bool; 3]) {
        let states = [PathState::Missing, PathState::File, PathState::Folder];
        let found = states.map(|state| scene().matters(Path::new(path), state));
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn files_in_searched_folders_matter() {
        check("/p/src/a/x.ts", [true, true, true]);
        // A new one, and one that is gone before anybody has seen it.
        check("/p/src/a/new.ts", [false, true, true]);
        // Of one that is not checked, that it is there.
        check("/p/src/notes.txt", [true, false, true]);
        check("/p/src/a", [true, true, true]);
        check("/p/src/.gitignore", [true, true, true]);
        check("/p/src/a/lawbook.toml", [true, true, true]);
    }

    #[test]
    fn files_elsewhere_matter_only_to_the_law() {
        check("/p/README.md", [false, false, false]);
        check("/p/node_modules/x.ts", [false, false, false]);
        check("/p/target/debug/a.rs", [false, false, false]);
        check("/p/law/no-var.md", [true, true, true]);
        check("/p/lawbook.toml", [true, true, true]);
        check("/p/.lawbook", [true, true, true]);
        check("/p/.lawbook/baseline/src/a.json", [true, true, true]);
        check("/p/lawyer", [false, false, false]);
    }
}
