//! The lock of a root: only one run at a time writes fixes or the baseline below it.

use std::fs::{File, TryLockError};
use std::path::Path;

use lawbook_core::mistake::Mistake;

/// The result of an attempt to take the lock.
#[derive(Debug)]
pub(crate) enum Lock {
    /// This run holds it until the value is dropped.
    Held { _file: File },
    /// Another run holds it.
    Taken,
    /// The file system has no locks. The text of each file is still compared before the file is replaced.
    None,
}

/// Tries to take the lock of a root. The folder itself is locked, so that no lock file is left, and the lock ends with
/// the process.
pub(crate) fn lock(root: &Path) -> Lock {
    let Ok(file) = File::open(root) else { return Lock::None };
    match file.try_lock() {
        Ok(()) => Lock::Held { _file: file },
        Err(TryLockError::WouldBlock) => Lock::Taken,
        Err(TryLockError::Error(_)) => Lock::None,
    }
}

/// The mistake of a run that writes while another one does.
pub(crate) fn taken(shown_root: &str) -> Mistake {
    Mistake::new(format!("another run is writing fixes or the baseline in `{shown_root}`, so nothing was done"))
        .with_help("run it again when the other one has finished")
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
