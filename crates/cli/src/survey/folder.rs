//! The files of a folder that git says nothing about.

use std::fs;
use std::path::Path;

/// The most files and folders that are looked at.
const MAX_ENTRIES: usize = 50_000;

/// The most bytes of a file that is read.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Folders that hold no file of the project.
const FOREIGN: [&str; 6] = [".git", ".hg", "node_modules", "target", "dist", ".venv"];

/// The paths of the files below a folder, sorted. No link is followed.
pub(super) fn paths(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    let mut open = vec![String::new()];
    let mut left = MAX_ENTRIES;
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(folder.join(&below)).into_iter().flatten().flatten() {
            let Some(rest) = left.checked_sub(1) else { break };
            left = rest;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !FOREIGN.contains(&&*name) => open.push(path),
                Ok(kind) if kind.is_file() => paths.push(path),
                _ => {}
            }
        }
    }
    paths.sort_unstable();
    paths
}

/// The text of a regular file of moderate size.
pub(super) fn text(at: &Path) -> Option<String> {
    let is_moderate = at.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() <= MAX_TEXT_BYTES);
    is_moderate.then(|| fs::read_to_string(at).ok())?
}
