//! The edit of one text file that a user has asked for: shown as a diff, then written in one step.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::fix::diff;
use crate::fix::write::{self, StagedChange};
use crate::read;
use crate::system_error::system_message;

/// The maximum size of a file to edit, in bytes.
const MAX_EDITED_BYTES: u64 = 4 << 20;

/// The edit of one text file. Nothing is written before [`FileEdit::write`].
#[derive(Clone, Debug)]
pub struct FileEdit {
    at: PathBuf,
    /// The path as reports show it.
    shown: String,
    /// The text before the edit; `None` if there is no file.
    old: Option<String>,
    /// The text after the edit; `None` if the file is to be deleted.
    new: Option<String>,
    is_executable: bool,
    /// The folder below which empty folders go with a deleted file.
    emptied_below: Option<PathBuf>,
}

impl FileEdit {
    /// Reads the file at a path for an edit. The new text is the old one until [`FileEdit::set`].
    ///
    /// # Errors
    /// There is no regular file of its own at the path, or it is too large or not UTF-8. The reason is a
    /// clause about the file.
    pub fn open(at: &Path, shown: impl Into<String>) -> Result<Self, String> {
        let old = read_text(at)?;
        let new = old.clone();
        Ok(Self { at: at.to_owned(), shown: shown.into(), old, new, is_executable: false, emptied_below: None })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.at
    }

    /// The path as reports show it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The text before the edit; `None` if there is no file.
    pub fn old(&self) -> Option<&str> {
        self.old.as_deref()
    }

    /// Sets the text after the edit; `None` deletes the file.
    pub fn set(&mut self, new: Option<String>) {
        self.new = new;
    }

    /// Makes the file executable if the edit creates it.
    #[must_use]
    pub fn executable(mut self) -> Self {
        self.is_executable = true;
        self
    }

    /// Deletes the folders that a deletion leaves empty, up to `folder`, which stays.
    #[must_use]
    pub fn with_empty_folders_below(mut self, folder: &Path) -> Self {
        self.emptied_below = Some(folder.to_owned());
        self
    }

    /// True if the edit changes something.
    pub fn is_change(&self) -> bool {
        self.old != self.new
    }

    /// The edit as a unified diff.
    pub fn diff(&self) -> String {
        let mut diff = String::new();
        let old = self.old.as_deref().map(|text| (self.shown.as_str(), text));
        let new = self.new.as_deref().map(|text| (self.shown.as_str(), text));
        diff::render(old, new, &mut diff);
        if Path::new(&self.shown).is_absolute() {
            // An absolute path is below no `a/` and no `b/`.
            for (sign, side) in [("--- ", "a/"), ("+++ ", "b/")] {
                let header = format!("{sign}{side}{}", self.shown);
                diff = diff.replacen(&header, &format!("{sign}{}", self.shown), 1);
            }
        }
        diff
    }

    /// Prepares the edit and drops what was prepared, to find out whether it can be made.
    ///
    /// # Errors
    /// The file cannot be written. The reason is a clause about the file.
    pub fn check(&self) -> Result<(), String> {
        self.stage().map(drop)
    }

    /// Makes the edit, in one step.
    ///
    /// # Errors
    /// The file was changed meanwhile, or cannot be written. The reason is a clause about the file.
    pub fn write(&self) -> Result<(), String> {
        match self.stage()? {
            Some(staged) => self.commit(staged),
            None => Ok(()),
        }
    }

    fn stage(&self) -> Result<Option<StagedChange>, String> {
        let staged = match (&self.old, &self.new) {
            (None, None) => return Ok(None),
            (None, Some(new)) => write::stage_new(&self.at, new, None)?,
            (Some(old), Some(new)) => write::stage(&self.at, old, new)?,
            (Some(old), None) => write::stage_deletion(&self.at, old)?,
        };
        Ok(Some(staged))
    }

    fn commit(&self, staged: StagedChange) -> Result<(), String> {
        if self.is_executable && self.old.is_none() {
            staged.make_executable()?;
        }
        staged.commit()?;
        if let Some(folder) = self.at.parent() {
            // The file is written; a folder that cannot be synced makes that no mistake.
            let _ = write::sync_folder(folder);
        }
        if let (None, Some(end)) = (&self.new, &self.emptied_below) {
            let folders = self.at.ancestors().skip(1).take_while(|folder| folder.starts_with(end) && *folder != end);
            for folder in folders {
                // The first that is not empty ends it.
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Reads the text of a file; `None` if there is none.
fn read_text(at: &Path) -> Result<Option<String>, String> {
    let metadata = match at.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err("a folder on its path is a file".to_owned());
        }
        Err(error) => return Err(format!("it cannot be read: {}", system_message(&error))),
    };
    if metadata.is_symlink() {
        let leads = fs::read_link(at).map(|target| format!(" to `{}`", target.display())).unwrap_or_default();
        return Err(format!("it is a symbolic link{leads}"));
    }
    if metadata.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is no regular file".to_owned());
    }
    if metadata.len() > MAX_EDITED_BYTES {
        return Err(format!("it has {} bytes, and {MAX_EDITED_BYTES} is the most that is edited", metadata.len()));
    }
    let bytes = read::whole(at, metadata.len(), MAX_EDITED_BYTES)
        .map_err(|error| format!("it cannot be read: {}", system_message(&error)))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("it is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_changed_and_deleted_with_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("a/b/c.json");
        let edit = |new: Option<&str>| {
            let mut edit = FileEdit::open(&at, "a/b/c.json").unwrap().with_empty_folders_below(folder.path());
            edit.set(new.map(str::to_owned));
            assert!(edit.is_change());
            let diff = edit.diff();
            edit.write().unwrap();
            diff
        };
        assert_eq!(edit(Some("1\n")), "--- /dev/null\n+++ b/a/b/c.json\n@@ -0,0 +1 @@\n+1\n");
        assert_eq!(edit(Some("2\n")), "--- a/a/b/c.json\n+++ b/a/b/c.json\n@@ -1 +1 @@\n-1\n+2\n");
        assert_eq!(edit(None), "--- a/a/b/c.json\n+++ /dev/null\n@@ -1 +0,0 @@\n-2\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut edit = FileEdit::open(&at, at.display().to_string()).unwrap();
        edit.set(Some("1\n".to_owned()));
        assert!(edit.diff().starts_with(&format!("--- /dev/null\n+++ {}\n", at.display())), "{}", edit.diff());
    }

    #[test]
    #[cfg(unix)]
    fn a_new_file_may_be_executable() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("pre-commit");
        let mut edit = FileEdit::open(&at, "pre-commit").unwrap().executable();
        edit.set(Some("#!/bin/sh\n".to_owned()));
        edit.write().unwrap();
        assert_eq!(at.metadata().unwrap().permissions().mode() & 0o100, 0o100);
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_file_of_its_own_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let check = |name: &str, expected: &str| {
            let refused = FileEdit::open(&folder.path().join(name), name).unwrap_err();
            assert!(refused.contains(expected), "{name}: {refused}");
        };
        fs::create_dir(folder.path().join("folder")).unwrap();
        fs::write(folder.path().join("file"), b"a\xff").unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
        check("folder", "it is a folder");
        check("file", "it is not UTF-8 from byte 1 on");
        check("link", "it is a symbolic link to `nowhere`");
        check("file/below", "a folder on its path is a file");
    }
}
