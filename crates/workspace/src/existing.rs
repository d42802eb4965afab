//! The resolution of paths whose files need not exist.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// The path without `.` and `..`.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// An absolute path whose symbolic links are resolved as far as it exists.
pub(crate) fn resolve(path: &Path) -> PathBuf {
    let plain = plain(path);
    let mut missing: Vec<OsString> = Vec::new();
    let mut existing = plain.clone();
    loop {
        if let Ok(mut found) = existing.canonicalize() {
            found.extend(missing.iter().rev());
            return found;
        }
        match existing.file_name() {
            Some(name) => missing.push(name.to_owned()),
            None => return plain,
        }
        existing.pop();
    }
}
