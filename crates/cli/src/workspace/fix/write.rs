//! One file replaced at once: whatever happens in between, its old text is there or its new one.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::workspace::discover::TEMP_PREFIX;
use crate::workspace::mistakes::plain;
use crate::workspace::read;

/// A new text beside its file, ready to take its place. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct StagedText {
    temp: NamedTempFile,
    at: PathBuf,
    old: String,
}

/// Writes the new text into a file beside the old one, with the same owner, mode and attributes.
///
/// # Errors
/// Why the file must not or cannot be written, in words that follow a colon.
pub(super) fn stage(at: &Path, old: &str, new: &str) -> Result<StagedText, String> {
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
    // What the mode does not tell: other people's files, file systems that take no writes.
    let target = File::options().read(true).write(true).open(at).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => is_read_only(),
        _ => plain(&error),
    })?;
    let folder = at.parent().ok_or_else(|| "it has no folder".to_owned())?;
    let why = |error: io::Error| format!("the new text cannot be written beside it: {}", plain(&error));
    let mut temp = tempfile::Builder::new().prefix(TEMP_PREFIX).tempfile_in(folder).map_err(why)?;
    // Whoever sweeps leaves it alone for as long as this run lives.
    let _ = temp.as_file().try_lock();
    temp.write_all(new.as_bytes()).map_err(why)?;
    keep_marks(&target, &named, temp.as_file())?;
    temp.as_file().sync_all().map_err(why)?;
    Ok(StagedText { temp, at: at.to_owned(), old: old.to_owned() })
}

impl StagedText {
    /// Whether the file still has the text that the new one was made from.
    pub(super) fn compare(&self) -> Result<(), String> {
        let size = self.old.len() as u64;
        let now = read::whole(&self.at, size, size).map_err(|error| gone(&error))?;
        if now == self.old.as_bytes() { Ok(()) } else { Err("it was changed meanwhile; run it again".to_owned()) }
    }

    /// Puts the new text in place, unless the file has changed since it was read. That this lasts is for
    /// [`sync_folder`] to see to, once for all files of a folder.
    pub(super) fn commit(self) -> Result<(), String> {
        self.compare()?;
        self.temp.persist(&self.at).map(|_| ()).map_err(|error| plain(&error.error))
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
        _ => format!("it cannot be read again: {}", plain(error)),
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

    let fresh = new.metadata().map_err(|error| plain(&error))?;
    if (fresh.uid(), fresh.gid()) != (metadata.uid(), metadata.gid()) {
        fchown(new, Some(metadata.uid()), Some(metadata.gid()))
            .map_err(|error| format!("its owner cannot be kept: {}", plain(&error)))?;
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
            return Err(format!("its attribute `{name}` cannot be kept: {}", plain(&error)));
        }
    }
    new.set_permissions(metadata.permissions()).map_err(|error| format!("its mode cannot be kept: {}", plain(&error)))
}

#[cfg(not(unix))]
fn keep_marks(_: &File, metadata: &Metadata, new: &File) -> Result<(), String> {
    new.set_permissions(metadata.permissions()).map_err(|error| plain(&error))
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
