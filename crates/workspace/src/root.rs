//! The search for the root: the folder of the topmost `lawbook.toml` up to the top of the git working tree, else that
//! top, else the folder where the search started.

use std::path::{Path, PathBuf};

use lawbook_core::settings::Settings;

use crate::git;
use crate::law_tree::{LawTree, PathKind};

/// The name of the configuration file.
pub const CONFIG_NAME: &str = "lawbook.toml";

/// The maximum size of a `lawbook.toml`, in bytes. Its values take up to some two hundred times as much memory.
pub(crate) const MAX_SETTINGS_BYTES: u64 = 4 << 20;

/// Names that people give to a configuration file, which are not read.
pub(crate) const OTHER_NAMES: [&str; 6] =
    [".lawbook.toml", "lawbook.json", "lawbook.yml", "lawbook.yaml", "Lawbook.toml", "LAWBOOK.toml"];

/// The root folder, which settings and reports are relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    /// The folder, without symbolic links.
    pub(crate) folder: PathBuf,
    /// True if it has a `lawbook.toml`.
    pub(crate) configured: bool,
    /// The files that are named like a configuration and are none.
    pub(crate) misnamed: Vec<PathBuf>,
}

/// Finds the root of absolute paths. The search starts in the working directory if all paths are in it, else in the
/// innermost folder that contains them all, and goes upwards. It never leaves the repository. A file with `root = true`
/// ends it.
pub(crate) fn find(tree: &LawTree, cwd: &Path, paths: &[PathBuf]) -> Root {
    let start = start(cwd, paths);
    let (mut found, mut misnamed) = (None, Vec::new());
    let top = git::top_above(&start);
    for folder in start.ancestors() {
        let config = folder.join(CONFIG_NAME);
        let is_there = tree.kind(&config) != PathKind::Missing;
        misnamed.extend(misnamed_in(tree, folder, is_there));
        if is_there {
            found = Some(folder.to_owned());
            if ends_search(tree, &config) {
                break;
            }
        }
        if top == Some(folder) {
            break;
        }
    }
    let configured = found.is_some();
    let folder = found.unwrap_or_else(|| top.unwrap_or(&start).to_owned());
    Root { folder, configured, misnamed }
}

/// The root for a configuration that the user has named: the top of the working tree around the working directory, or
/// that directory.
pub(crate) fn without_search(cwd: &Path) -> Root {
    Root { folder: git::top_above(cwd).unwrap_or(cwd).to_owned(), configured: false, misnamed: Vec::new() }
}

/// The folder where the search starts.
fn start(cwd: &Path, paths: &[PathBuf]) -> PathBuf {
    if paths.iter().all(|path| path.starts_with(cwd)) { cwd.to_owned() } else { common_folder(cwd, paths) }
}

/// True if the file at this path says `root = true`.
fn ends_search(tree: &LawTree, config: &Path) -> bool {
    let bytes = tree.resolve(config).and_then(|config| tree.read(&config, MAX_SETTINGS_BYTES));
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    // The mistakes of the file are reported when its settings are read.
    text.is_some_and(|text| Settings::read(CONFIG_NAME, text).0.root)
}

/// The files in a folder whose names are taken for that of the configuration.
pub(crate) fn misnamed_in(tree: &LawTree, folder: &Path, has_config: bool) -> Vec<PathBuf> {
    let names = OTHER_NAMES.iter().map(|name| folder.join(name));
    // On a disk that compares names without case, all spellings name the one file.
    names.filter(|at| !(has_config && is_other_case(at)) && tree.kind(at) != PathKind::Missing).collect()
}

fn is_other_case(at: &Path) -> bool {
    at.file_name().is_some_and(|name| name.eq_ignore_ascii_case(CONFIG_NAME))
}

/// The innermost folder that contains all paths.
fn common_folder(cwd: &Path, paths: &[PathBuf]) -> PathBuf {
    let mut folders = paths.iter().map(|path| match path.parent() {
        Some(parent) if !path.is_dir() => parent,
        _ => path.as_path(),
    });
    let Some(first) = folders.next() else { return cwd.to_owned() };
    let common = folders.fold(first, |common, folder| {
        common.ancestors().find(|ancestor| folder.starts_with(ancestor)).unwrap_or(common)
    });
    common.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_folder_of_paths_elsewhere() {
        let cwd = Path::new("/nowhere/cwd");
        let paths = [PathBuf::from("/nowhere/a/b/c.ts"), PathBuf::from("/nowhere/a/d.ts")];
        assert_eq!(common_folder(cwd, &paths), Path::new("/nowhere/a"));
        assert_eq!(common_folder(cwd, &paths[..1]), Path::new("/nowhere/a/b"));
    }

    #[test]
    fn the_topmost_file_up_to_the_repository_is_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(top.join(path).parent().unwrap()).unwrap();
            std::fs::write(top.join(path), text).unwrap();
        };
        write("lawbook.toml", "");
        write("repo/.git/x", "");
        write("repo/a/lawbook.toml", "");
        write("repo/a/b/lawbook.toml", "");
        write("repo/a/b/c/x.ts", "");
        let check = |start: &str, expected: &str, configured: bool| {
            let root = find(&LawTree::Disk, &top.join(start), &[]);
            assert_eq!((root.folder, root.configured), (top.join(expected), configured), "{start}");
        };
        check("repo/a/b/c", "repo/a", true);
        check("repo/a", "repo/a", true);
        check("repo", "repo", false);
        write("repo/a/b/lawbook.toml", "root = true\n");
        check("repo/a/b/c", "repo/a/b", true);
        check("repo/a", "repo/a", true);
        std::fs::remove_dir_all(top.join("repo/.git")).unwrap();
        check("repo/a", ".", true);
    }
}
