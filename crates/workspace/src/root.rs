//! The search for the root: the nearest folder with a `lawbook.toml`, else the top of the git working tree, else the
//! folder where the search started.

use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub const CONFIG_NAME: &str = "lawbook.toml";

/// The root folder, which settings and reports are relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    /// The folder, without symbolic links.
    pub(crate) folder: PathBuf,
    /// True if it has a `lawbook.toml`.
    pub(crate) configured: bool,
}

/// Finds the root of absolute paths. The search starts in the working directory if all paths are in it, else in the
/// innermost folder that contains them all, and goes upwards.
pub(crate) fn find(cwd: &Path, paths: &[PathBuf]) -> Root {
    let start = if paths.iter().all(|path| path.starts_with(cwd)) { cwd.to_owned() } else { common_folder(cwd, paths) };
    if let Some(folder) = start.ancestors().find(|folder| folder.join(CONFIG_NAME).is_file()) {
        return Root { folder: folder.to_owned(), configured: true };
    }
    let top = start.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
    Root { folder: top.unwrap_or(&start).to_owned(), configured: false }
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
}
