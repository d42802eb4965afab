//! One file replaced at once: whatever happens in between, its old text is there or its new one.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::discover::TEMP_PREFIX;
use crate::read;
use crate::system_error::system_message;

/// A change of one file, ready to be made. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct StagedChange {
    at: PathBuf,
    /// The text that must be there; none where nothing may be.
    old: Option<String>,
    /// The file with the new text, beside its place; none when the old one goes.
    temp: Option<NamedTempFile>,
    /// The folders that were made for it.
    folders: NewFolders,
}

/// Writes the new text into a file beside the old one, with the same owner, mode and attributes.
///
/// # Errors
/// Why the file must not or cannot be written, in words that follow a colon.
pub(super) fn stage(at: &Path, old: &str, new: &str) -> Result<StagedChange, String> {
    let (target, named) = open_own(at)?;
    let temp = write_beside(at, new, tempfile::Builder::new().prefix(TEMP_PREFIX))?;
    keep_marks(&target, &named, temp.as_file())?;
    let folders = NewFolders::default();
    Ok(StagedChange { at: at.to_owned(), old: Some(old.to_owned()), temp: Some(temp), folders })
}

/// Writes the text of a new file beside its place, with owner, mode and attributes of the file `like` if there is one.
/// Missing folders are made.
///
/// # Errors
/// Why the file must not or cannot be created, in words that follow a colon.
pub(super) fn stage_new(at: &Path, new: &str, like: Option<&Path>) -> Result<StagedChange, String> {
    if at.symlink_metadata().is_ok() {
        return Err("something is there already".to_owned());
    }
    let folders = NewFolders::make(at)?;
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix(TEMP_PREFIX);
    // A temporary file is for its owner alone; this one is to become a file like any other.
    #[cfg(unix)]
    let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let temp = write_beside(at, new, builder)?;
    if let Some(like) = like {
        let (target, named) = open_own(like)?;
        keep_marks(&target, &named, temp.as_file())?;
    }
    Ok(StagedChange { at: at.to_owned(), old: None, temp: Some(temp), folders })
}

/// Looks whether a file may be deleted.
///
/// # Errors
/// Why not, in words that follow a colon.
pub(super) fn stage_deletion(at: &Path, old: &str) -> Result<StagedChange, String> {
    open_own(at)?;
    Ok(StagedChange { at: at.to_owned(), old: Some(old.to_owned()), temp: None, folders: NewFolders::default() })
}

/// Opens a file that may be written, replaced or deleted.
fn open_own(at: &Path) -> Result<(File, Metadata), String> {
    let named = at.symlink_metadata().map_err(|error| gone(&error))?;
    if !named.is_file() {
        return Err("something else than a file is there now".to_owned());
    }
    let links = links(&named);
    if links > 1 {
        return Err(format!("the file has {links} names (hard links), and writing it would part them"));
    }
    let is_read_only = || "the file is read-only".to_owned();
    if named.permissions().readonly() {
        return Err(is_read_only());
    }
    // What the mode does not show: other people's files, file systems that take no writes.
    let target = File::options().read(true).write(true).open(at).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => is_read_only(),
        _ => system_message(&error),
    })?;
    Ok((target, named))
}

/// Writes a text into a temporary file in the folder of `at`.
fn write_beside(at: &Path, text: &str, builder: &tempfile::Builder<'_, '_>) -> Result<NamedTempFile, String> {
    let folder = at.parent().ok_or_else(|| "it has no folder".to_owned())?;
    let why = |error: io::Error| format!("the new text cannot be written beside it: {}", system_message(&error));
    let mut temp = builder.tempfile_in(folder).map_err(why)?;
    // A sweep of left-over files passes over it for as long as this run lives.
    let _ = temp.as_file().try_lock();
    temp.write_all(text.as_bytes()).map_err(why)?;
    temp.as_file().sync_all().map_err(why)?;
    Ok(temp)
}

impl StagedChange {
    /// Whether the file is still as it was when the change was made up.
    pub(super) fn compare(&self) -> Result<(), String> {
        let Some(old) = &self.old else {
            let is_free = self.at.symlink_metadata().is_err();
            return if is_free { Ok(()) } else { Err("something is there already".to_owned()) };
        };
        let size = old.len() as u64;
        let now = read::whole(&self.at, size, size).map_err(|error| gone(&error))?;
        if now == old.as_bytes() { Ok(()) } else { Err("it was changed meanwhile; run it again".to_owned()) }
    }

    /// Makes the change, unless the file has changed since it was read. [`sync_folder`] makes it last, once for all files
    /// of a folder.
    pub(super) fn commit(mut self) -> Result<(), String> {
        self.compare()?;
        match self.temp.take() {
            Some(temp) if self.old.is_some() => temp.persist(&self.at).map_err(|error| error.error).map(|_| ()),
            Some(temp) => temp.persist_noclobber(&self.at).map_err(|error| error.error).map(|_| ()),
            None => fs::remove_file(&self.at),
        }
        .map_err(|error| system_message(&error))?;
        self.folders.keep();
        Ok(())
    }
}

/// Folders that were made for a new file, from the outside in; they go again unless they are kept.
#[derive(Debug, Default)]
struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    fn make(at: &Path) -> Result<Self, String> {
        let missing = at.ancestors().skip(1).take_while(|folder| folder.symlink_metadata().is_err());
        let mut missing: Vec<&Path> = missing.collect();
        let mut made = Self::default();
        while let Some(folder) = missing.pop() {
            fs::create_dir(folder)
                .map_err(|error| format!("its folder cannot be created: {}", system_message(&error)))?;
            made.0.push(folder.to_owned());
        }
        Ok(made)
    }

    fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for NewFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // A folder in which something stands by now stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Makes the names in a folder last.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Deletes what runs that were cut short have left; how many that were.
pub(super) fn sweep<'f>(folders: impl Iterator<Item = &'f Path>, known: &[PathBuf]) -> usize {
    let listed = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> = listed.filter(|at| is_temp(at)).chain(known.iter().cloned()).collect();
    all.sort();
    all.dedup();
    all.iter().filter(|at| sweep_one(at)).count()
}

fn is_temp(at: &Path) -> bool {
    at.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMP_PREFIX))
}

/// Deletes a left-over file, unless it is none of ours or a run that lives holds it.
fn sweep_one(at: &Path) -> bool {
    let is_ours = at.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    is_ours && File::open(at).is_ok_and(|file| file.try_lock().is_ok()) && fs::remove_file(at).is_ok()
}

fn gone(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it was deleted meanwhile".to_owned(),
        _ => format!("it cannot be read again: {}", system_message(error)),
    }
}

#[cfg(unix)]
fn links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}

/// Gives the new file the owner, the attributes and the mode of the old one.
#[cfg(unix)]
fn keep_marks(old: &File, metadata: &Metadata, new: &File) -> Result<(), String> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    use xattr::FileExt as _;

    let fresh = new.metadata().map_err(|error| system_message(&error))?;
    if (fresh.uid(), fresh.gid()) != (metadata.uid(), metadata.gid()) {
        fchown(new, Some(metadata.uid()), Some(metadata.gid()))
            .map_err(|error| format!("its owner cannot be kept: {}", system_message(&error)))?;
    }
    for name in old.list_xattr().into_iter().flatten() {
        let value = old.get_xattr(&name).ok().flatten();
        let Some(value) = value else { continue };
        // Labels that the system manages are the system's to give.
        let is_managed = ["security.", "trusted."].iter().any(|space| name.to_string_lossy().starts_with(space));
        if let Err(error) = new.set_xattr(&name, &value)
            && !is_managed
        {
            let name = name.to_string_lossy();
            return Err(format!("its attribute `{name}` cannot be kept: {}", system_message(&error)));
        }
    }
    new.set_permissions(metadata.permissions())
        .map_err(|error| format!("its mode cannot be kept: {}", system_message(&error)))
}

#[cfg(not(unix))]
fn keep_marks(_: &File, metadata: &Metadata, new: &File) -> Result<(), String> {
    new.set_permissions(metadata.permissions()).map_err(|error| system_message(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with one file of the text `old`.
    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().canonicalize().unwrap().join("a.ts");
        fs::write(&at, "old").unwrap();
        (folder, at)
    }

    #[track_caller]
    fn check_left(folder: &tempfile::TempDir, expected: &[(&str, &str)]) {
        let mut found: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
            .collect();
        found.sort();
        let found: Vec<_> = found.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_new_text_takes_the_place_of_the_old() {
        let (folder, at) = folder();
        stage(&at, "old", "new").unwrap().commit().unwrap();
        check_left(&folder, &[("a.ts", "new")]);
    }

    #[test]
    fn a_new_file_comes_with_its_folders_or_leaves_none() {
        let (folder, at) = folder();
        let new = folder.path().join("d/e/b.ts");
        drop(stage_new(&new, "b", None).unwrap());
        check_left(&folder, &[("a.ts", "old")]);
        stage_new(&new, "b", None).unwrap().commit().unwrap();
        assert_eq!(fs::read_to_string(&new).unwrap(), "b");
        assert_eq!(stage_new(&at, "b", None).unwrap_err(), "something is there already");
        let late = stage_new(&folder.path().join("c.ts"), "c", None).unwrap();
        fs::write(folder.path().join("c.ts"), "other").unwrap();
        assert_eq!(late.commit().unwrap_err(), "something is there already");
    }

    #[test]
    #[cfg(unix)]
    fn a_new_file_takes_the_mode_of_the_one_it_stands_for() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, at) = folder();
        fs::set_permissions(&at, fs::Permissions::from_mode(0o755)).unwrap();
        let new = folder.path().join("b.ts");
        stage_new(&new, "b", Some(&at)).unwrap().commit().unwrap();
        assert_eq!(new.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    }

    #[test]
    fn a_file_is_deleted_only_as_it_was_read() {
        let (folder, at) = folder();
        let staged = stage_deletion(&at, "older").unwrap();
        assert_eq!(staged.commit().unwrap_err(), "it was changed meanwhile; run it again");
        check_left(&folder, &[("a.ts", "old")]);
        stage_deletion(&at, "old").unwrap().commit().unwrap();
        check_left(&folder, &[]);
    }

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        for (meanwhile, expected) in [("odd", "changed meanwhile"), ("older", "changed meanwhile"), ("ol", "changed")] {
            let (folder, at) = folder();
            let staged = stage(&at, "old", "new").unwrap();
            fs::write(&at, meanwhile).unwrap();
            let refused = staged.commit().unwrap_err();
            assert!(refused.contains(expected), "{refused}");
            check_left(&folder, &[("a.ts", meanwhile)]);
        }
    }

    #[test]
    fn what_was_deleted_meanwhile_stays_deleted() {
        let (folder, at) = folder();
        let staged = stage(&at, "old", "new").unwrap();
        fs::remove_file(&at).unwrap();
        assert_eq!(staged.commit().unwrap_err(), "it was deleted meanwhile");
        assert_eq!(stage(&at, "old", "new").unwrap_err(), "it was deleted meanwhile");
        check_left(&folder, &[]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_put_in_its_place_meanwhile_is_not_followed() {
        let (folder, at) = folder();
        let other = folder.path().join("b.ts");
        let staged = stage(&at, "old", "new").unwrap();
        fs::rename(&at, &other).unwrap();
        std::os::unix::fs::symlink(&other, &at).unwrap();
        assert!(staged.commit().is_err());
        assert!(stage(&at, "old", "new").unwrap_err().contains("something else"));
        check_left(&folder, &[("a.ts", "old"), ("b.ts", "old")]);
    }

    #[test]
    fn what_a_living_run_holds_is_not_swept() {
        let (folder, at) = folder();
        let staged = stage(&at, "old", "new").unwrap();
        fs::write(folder.path().join(".lawbook-tmp-left"), "new").unwrap();
        assert_eq!(sweep([folder.path()].into_iter(), &[]), 1);
        staged.commit().unwrap();
        check_left(&folder, &[("a.ts", "new")]);
    }
}
