//! One `--fix` at a time under a root.

use std::fs::{File, TryLockError};
use std::path::Path;

/// What was asked of the lock.
#[derive(Debug)]
pub(super) enum Lock {
    /// It is ours until this is dropped.
    Held { _file: File },
    /// Another run has it.
    Taken,
    /// This file system has none; the text of each file is still compared before it is replaced.
    None,
}

/// Takes the lock of a root. It is one on the folder itself, so it leaves nothing behind and ends with the process.
pub(super) fn lock(root: &Path) -> Lock {
    let Ok(file) = File::open(root) else { return Lock::None };
    match file.try_lock() {
        Ok(()) => Lock::Held { _file: file },
        Err(TryLockError::WouldBlock) => Lock::Taken,
        Err(TryLockError::Error(_)) => Lock::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_root_is_locked_once() {
        let folder = tempfile::tempdir().unwrap();
        let held = lock(folder.path());
        assert!(matches!(held, Lock::Held { .. }));
        assert!(matches!(lock(folder.path()), Lock::Taken));
        drop(held);
        assert!(matches!(lock(folder.path()), Lock::Held { .. }));
    }
}
