//! Writes the files of a skeleton.

use std::fs;
use std::path::{Path, PathBuf};

/// Writes files, given by their paths below the root with their texts, and returns the paths.
///
/// # Errors
/// The first file that cannot be written, and why.
pub fn write(root: &Path, files: Vec<(PathBuf, String)>) -> Result<Vec<PathBuf>, String> {
    for (path, text) in &files {
        let path = root.join(path);
        let failed = |error| format!("{}: {error}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, text).map_err(failed)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
