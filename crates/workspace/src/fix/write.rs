//! Atomic replacement of one file: whatever interrupts it, the file has its complete old or its complete new text.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::read;
use crate::system_error::system_message;
use crate::temp::{self, TempFile, TempMode};

/// A change of one file that is prepared and not yet made. If it is dropped, its temporary files are deleted.
#[derive(Debug)]
pub(crate) struct StagedChange {
    at: PathBuf,
    /// The text that the file must still have; `None` if no file may exist.
    old: Option<String>,
    /// The temporary file with the new text in the same folder; `None` for a deletion.
    temp: Option<TempFile>,
    /// The folders that were created for it.
    folders: NewFolders,
}

/// Prepares the replacement of a file: writes the new text to a temporary file with the same owner, mode and
/// attributes.
///
/// # Errors
/// The reason why the file must not or cannot be written, in words.
pub(crate) fn stage(at: &Path, old: &str, new: &str) -> Result<StagedChange, String> {
    let (file, metadata) = open_replaceable(at)?;
    let temp = write_beside(at, new, TempMode::Private)?;
    copy_attributes(&file, &metadata, temp.file())?;
    let folders = NewFolders::default();
    Ok(StagedChange { at: at.to_owned(), old: Some(old.to_owned()), temp: Some(temp), folders })
}

/// Prepares the creation of a file, with the owner, mode and attributes of the file `like` if one is given. Missing
/// folders are created.
///
/// # Errors
/// The reason why the file must not or cannot be created, in words.
pub(crate) fn stage_new(at: &Path, new: &str, like: Option<&Path>) -> Result<StagedChange, String> {
    if at.symlink_metadata().is_ok() {
        return Err("a file of this name exists already".to_owned());
    }
    let folders = NewFolders::make(at)?;
    let temp = write_beside(at, new, TempMode::Usual)?;
    if let Some(like) = like {
        let (file, metadata) = open_replaceable(like)?;
        copy_attributes(&file, &metadata, temp.file())?;
    }
    Ok(StagedChange { at: at.to_owned(), old: None, temp: Some(temp), folders })
}

/// Prepares the deletion of a file.
///
/// # Errors
/// The reason why the file must not or cannot be deleted, in words.
pub(crate) fn stage_deletion(at: &Path, old: &str) -> Result<StagedChange, String> {
    open_replaceable(at)?;
    Ok(StagedChange { at: at.to_owned(), old: Some(old.to_owned()), temp: None, folders: NewFolders::default() })
}

/// Opens a file that is to be replaced or deleted, and checks that this is allowed.
fn open_replaceable(at: &Path) -> Result<(File, Metadata), String> {
    let metadata = at.symlink_metadata().map_err(|error| read_error(&error))?;
    if !metadata.is_file() {
        return Err("it is no longer a regular file".to_owned());
    }
    let links = links(&metadata);
    if links > 1 {
        return Err(format!("the file has {links} hard links, and writing it would separate them"));
    }
    let is_read_only = || "the file is read-only".to_owned();
    if metadata.permissions().readonly() {
        return Err(is_read_only());
    }
    // The mode does not show everything: the file may belong to another user, or the file system be read-only.
    let file = File::options().read(true).write(true).open(at).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => is_read_only(),
        _ => system_message(&error),
    })?;
    Ok((file, metadata))
}

/// Writes a text to a temporary file in the folder of `at`.
fn write_beside(at: &Path, text: &str, mode: TempMode) -> Result<TempFile, String> {
    let folder = at.parent().ok_or_else(|| "it has no folder".to_owned())?;
    let write_error =
        |error: io::Error| format!("the new text cannot be written beside it: {}", system_message(&error));
    let temp = TempFile::create(folder, mode).map_err(write_error)?;
    temp.file().write_all(text.as_bytes()).map_err(write_error)?;
    temp.file().sync_all().map_err(write_error)?;
    Ok(temp)
}

impl StagedChange {
    /// Compares the file with the text that the change was made from.
    ///
    /// # Errors
    /// The file was changed, created or deleted since.
    pub(super) fn compare(&self) -> Result<(), String> {
        let Some(old) = &self.old else {
            let is_free = self.at.symlink_metadata().is_err();
            return if is_free { Ok(()) } else { Err("a file of this name exists already".to_owned()) };
        };
        let size = old.len() as u64;
        let now = read::whole(&self.at, size, size).map_err(|error| read_error(&error))?;
        if now == old.as_bytes() { Ok(()) } else { Err("it was changed meanwhile; run it again".to_owned()) }
    }

    /// Gives a new file the right to be run, to all who may read it.
    ///
    /// # Errors
    /// The mode cannot be set.
    #[cfg(unix)]
    pub(crate) fn make_executable(&self) -> Result<(), String> {
        use std::os::unix::fs::PermissionsExt as _;

        let Some(temp) = &self.temp else { return Ok(()) };
        let set = || {
            let mode = temp.file().metadata()?.permissions().mode();
            temp.file().set_permissions(fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))
        };
        set().map_err(|error: io::Error| format!("it cannot be made executable: {}", system_message(&error)))
    }

    /// Gives a new file the right to be run; nothing to do here.
    #[cfg(not(unix))]
    pub(crate) fn make_executable(&self) -> Result<(), String> {
        Ok(())
    }

    /// Makes the change, unless the file was changed since it was read. [`sync_folder`] then makes it durable, for all
    /// files of a folder at once.
    pub(crate) fn commit(mut self) -> Result<(), String> {
        self.compare()?;
        match self.temp.take() {
            Some(temp) if self.old.is_some() => temp.replace(&self.at),
            Some(temp) => temp.place(&self.at),
            None => fs::remove_file(&self.at),
        }
        .map_err(|error| system_message(&error))?;
        self.folders.keep();
        Ok(())
    }
}

/// The folders that were created for a new file, from the outermost inwards. They are deleted on drop unless the file
/// was created.
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
            // A folder that is no longer empty stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Syncs a folder, so that the names of its files are durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Deletes the temporary files that interrupted runs have made, those in `folders` and those that were `found`, and
/// returns their number.
pub(super) fn sweep<'f>(folders: impl Iterator<Item = &'f Path>, found: &[PathBuf]) -> usize {
    let listed = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> = listed.chain(found.iter().cloned()).collect();
    all.retain(|at| at.file_name().is_some_and(|name| temp::has_temp_name(&name.to_string_lossy())));
    all.sort();
    all.dedup();
    all.iter().filter(|at| temp::sweep(at)).count()
}

/// The message for a file that cannot be read again.
fn read_error(error: &io::Error) -> String {
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

/// Copies the owner, the extended attributes and the mode of the old file to the new one.
#[cfg(unix)]
fn copy_attributes(old: &File, metadata: &Metadata, new: &File) -> Result<(), String> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    use xattr::FileExt as _;

    let new_metadata = new.metadata().map_err(|error| system_message(&error))?;
    if (new_metadata.uid(), new_metadata.gid()) != (metadata.uid(), metadata.gid()) {
        fchown(new, Some(metadata.uid()), Some(metadata.gid()))
            .map_err(|error| format!("its owner cannot be kept: {}", system_message(&error)))?;
    }
    for name in old.list_xattr().into_iter().flatten() {
        let value = old.get_xattr(&name).ok().flatten();
        let Some(value) = value else { continue };
        // Attributes in these namespaces are managed by the system; it is no error if they cannot be copied.
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
fn copy_attributes(_: &File, metadata: &Metadata, new: &File) -> Result<(), String> {
    new.set_permissions(metadata.permissions()).map_err(|error| system_message(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with one file `a.ts` with the text `old`.
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
        assert_eq!(stage_new(&at, "b", None).unwrap_err(), "a file of this name exists already");
        let late = stage_new(&folder.path().join("c.ts"), "c", None).unwrap();
        fs::write(folder.path().join("c.ts"), "other").unwrap();
        assert_eq!(late.commit().unwrap_err(), "a file of this name exists already");
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
    fn a_file_that_was_changed_meanwhile_is_not_written() {
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
    fn a_file_that_was_deleted_meanwhile_is_not_written() {
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
        assert!(stage(&at, "old", "new").unwrap_err().contains("no longer a regular file"));
        check_left(&folder, &[("a.ts", "old"), ("b.ts", "old")]);
    }

    #[test]
    fn only_temporary_files_of_interrupted_runs_are_swept() {
        let (folder, at) = folder();
        let staged = stage(&at, "old", "new").unwrap();
        fs::write(folder.path().join(".lawbook-tmp-x.ts"), "committed").unwrap();
        let left = TempFile::create(folder.path(), TempMode::Private).unwrap().close().unwrap();
        std::mem::forget(left);
        // A program that another test starts has a copy of the lock for a moment.
        let sweep_once = || {
            std::thread::sleep(std::time::Duration::from_millis(5));
            sweep([folder.path()].into_iter(), &[])
        };
        assert_eq!((0..200).map(|_| sweep_once()).find(|swept| *swept > 0), Some(1));
        staged.commit().unwrap();
        check_left(&folder, &[(".lawbook-tmp-x.ts", "committed"), ("a.ts", "new")]);
    }
}
