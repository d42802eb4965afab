//! Temporary files that take the place of others, with names that prove that this program made them where they are.
//!
//! The name holds a mark: a digest of the number that the file system has given to the file and of the time at which it
//! was made. A file that came in another way, by a checkout or a copy, has another number and another time, so a name
//! that was chosen for it does not fit. That is how a run knows which files of interrupted runs it may delete.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};

/// The prefix of the names of temporary files and folders.
pub(crate) const TEMP_PREFIX: &str = ".lawbook-tmp-";

/// The mode of a temporary file, in Unix permission bits without those that the process withholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TempMode {
    /// Only its owner may read it, until it gets the mode of the file that it replaces.
    Private,
    /// That of any new file.
    Usual,
}

/// A temporary file. On Linux it has no name until it is complete, so nothing is left of one that was not. It is deleted
/// when the value is dropped.
#[derive(Debug)]
pub(crate) struct TempFile {
    file: File,
    folder: PathBuf,
    /// Its path once it has a name.
    at: Option<PathBuf>,
}

impl TempFile {
    /// Makes an empty temporary file in a folder.
    pub(crate) fn create(folder: &Path, mode: TempMode) -> io::Result<Self> {
        if let Some(file) = create_unnamed(folder, mode) {
            return Ok(Self { file, folder: folder.to_owned(), at: None });
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        set_mode(&mut options, mode);
        let first = folder.join(format!("{TEMP_PREFIX}{}", unique()));
        let file = options.open(&first)?;
        let mut temp = Self { file, folder: folder.to_owned(), at: Some(first.clone()) };
        let marked = temp.marked_path()?;
        fs::rename(&first, &marked)?;
        temp.at = Some(marked);
        // The lock keeps other runs from deleting the file as a leftover while this run uses it.
        let _ = temp.file.try_lock();
        Ok(temp)
    }

    /// The file, to be written.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// The mark of the file, which its name will hold.
    pub(crate) fn mark(&self) -> io::Result<String> {
        Ok(mark(&self.file.metadata()?))
    }

    fn marked_path(&self) -> io::Result<PathBuf> {
        Ok(self.folder.join(format!("{TEMP_PREFIX}{}", self.mark()?)))
    }

    /// Gives the file its name, unless it has one.
    fn name(&mut self) -> io::Result<PathBuf> {
        if let Some(at) = &self.at {
            return Ok(at.clone());
        }
        let _ = self.file.try_lock();
        let at = self.marked_path()?;
        link_unnamed(&self.file, &at)?;
        self.at = Some(at.clone());
        Ok(at)
    }

    /// Replaces the file at this path, or puts this one where there is none, in one step.
    pub(crate) fn replace(mut self, at: &Path) -> io::Result<()> {
        fs::rename(self.name()?, at)?;
        self.at = None;
        Ok(())
    }

    /// Puts the file at a path where there must be none.
    pub(crate) fn place(self, at: &Path) -> io::Result<()> {
        match &self.at {
            None => link_unnamed(&self.file, at),
            // The temporary name is deleted on drop.
            Some(temp) => fs::hard_link(temp, at),
        }
    }

    /// Names the file and closes it, for a caller that has many of them.
    pub(crate) fn close(mut self) -> io::Result<ClosedTempFile> {
        let at = self.name()?;
        self.at = None;
        Ok(ClosedTempFile(Some(at)))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        if let Some(at) = &self.at {
            let _ = fs::remove_file(at);
        }
    }
}

/// A complete temporary file that is not open. It is deleted when the value is dropped.
#[derive(Debug)]
pub(crate) struct ClosedTempFile(Option<PathBuf>);

impl ClosedTempFile {
    /// Replaces the file at this path, or puts this one where there is none, in one step.
    pub(crate) fn replace(mut self, at: &Path) -> io::Result<()> {
        if let Some(temp) = &self.0 {
            fs::rename(temp, at)?;
        }
        self.0 = None;
        Ok(())
    }
}

impl Drop for ClosedTempFile {
    fn drop(&mut self) {
        if let Some(at) = &self.0 {
            let _ = fs::remove_file(at);
        }
    }
}

/// The digest of some bytes, in hexadecimal digits: a name for them that is short and fits into any folder.
pub fn digest(bytes: &[u8]) -> String {
    in_hexadecimal(&Sha256::digest(bytes))
}

/// The first 16 bytes of a digest, in hexadecimal digits.
fn in_hexadecimal(digest: &[u8]) -> String {
    let digits = digest.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Writes a file in one step: if that fails, the file that is there stays as it is. Where that cannot be, since the path
/// leads to something other than a plain file of its own, its content is overwritten.
///
/// # Errors
/// The file cannot be written.
pub fn write_file(at: &Path, bytes: &[u8]) -> io::Result<()> {
    match prepare(at) {
        Some((temp, real)) => {
            (&temp.file).write_all(bytes)?;
            temp.replace(&real)
        }
        None => fs::write(at, bytes),
    }
}

/// A temporary file that may take the place of the file at a path, and that place without symbolic links; `None` if the
/// path is a device or a pipe, or the file has other names or another owner, or the folder cannot be written.
fn prepare(at: &Path) -> Option<(TempFile, PathBuf)> {
    let (real, old) = match at.canonicalize() {
        Ok(real) => {
            let old = real.metadata().ok()?;
            (real, Some(old))
        }
        Err(_) if at.symlink_metadata().is_ok() => return None,
        Err(_) => (at.parent()?.canonicalize().ok()?.join(at.file_name()?), None),
    };
    let temp = TempFile::create(real.parent()?, TempMode::Usual).ok()?;
    if let Some(old) = old {
        if !old.is_file() || !is_same_owner(&old, &temp.file.metadata().ok()?) || old.permissions().readonly() {
            return None;
        }
        temp.file.set_permissions(old.permissions()).ok()?;
    }
    Some((temp, real))
}

/// True if both files have the same owner and group, and the first has no other name.
#[cfg(unix)]
fn is_same_owner(old: &Metadata, new: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    old.nlink() == 1 && (old.uid(), old.gid()) == (new.uid(), new.gid())
}

/// True if both files have the same owner; unknown.
#[cfg(not(unix))]
fn is_same_owner(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Makes an empty folder with a marked name in another one.
pub(crate) fn create_folder(parent: &Path) -> io::Result<PathBuf> {
    let first = parent.join(format!("{TEMP_PREFIX}{}", unique()));
    fs::create_dir(&first)?;
    let marked = parent.join(format!("{TEMP_PREFIX}{}", mark(&first.symlink_metadata()?)));
    fs::rename(&first, &marked)?;
    Ok(marked)
}

/// True if a name has the prefix of temporary files.
pub(crate) fn has_temp_name(name: &str) -> bool {
    name.starts_with(TEMP_PREFIX)
}

/// True if this program has made the file or folder at a path as a temporary one.
pub(crate) fn is_own(at: &Path) -> bool {
    let name = at.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(TEMP_PREFIX));
    let Some(found) = name else { return false };
    at.symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink() && mark(&metadata) == found)
}

/// Deletes a temporary file that an interrupted run has left; returns whether it did. One that a running process has
/// locked stays, and so does one that this program has not made.
pub(crate) fn sweep(at: &Path) -> bool {
    let is_regular = at.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    is_regular && is_own(at) && File::open(at).is_ok_and(|file| file.try_lock().is_ok()) && fs::remove_file(at).is_ok()
}

/// Deletes a temporary folder that an interrupted run has left; returns whether it did. An empty one goes in any case:
/// it may have been made and not yet have its mark.
pub(crate) fn sweep_folder(at: &Path) -> bool {
    let is_folder = at.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    is_folder && (fs::remove_dir(at).is_ok() || (is_own(at) && fs::remove_dir_all(at).is_ok()))
}

/// The mark of a file or folder: a digest of its number in the file system and the time at which it was made.
pub(crate) fn mark(metadata: &Metadata) -> String {
    let made = metadata.created().ok().and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    let made = made.map_or_else(|| device(metadata), |made| made.as_nanos());
    let digest = Sha256::digest(format!("{} {made}", number(metadata)));
    in_hexadecimal(&digest)
}

/// The number of a file in its file system.
#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

/// The number of a file in its file system; unknown.
#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

/// The number of the device, for file systems that do not keep the time at which a file was made.
#[cfg(unix)]
fn device(metadata: &Metadata) -> u128 {
    std::os::unix::fs::MetadataExt::dev(metadata).into()
}

/// The number of the device; unknown.
#[cfg(not(unix))]
fn device(_: &Metadata) -> u128 {
    0
}

/// A part of a name that no other run chooses at the same time.
fn unique() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let digest = Sha256::digest(format!("{now} {} {:?}", std::process::id(), std::thread::current().id()));
    digest.iter().take(8).map(|byte| char::from(b'a' + byte % 26)).collect()
}

#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, mode: TempMode) {
    let bits = if mode == TempMode::Private { 0o600 } else { 0o666 };
    std::os::unix::fs::OpenOptionsExt::mode(options, bits);
}

#[cfg(not(unix))]
fn set_mode(_: &mut OpenOptions, _: TempMode) {}

/// Makes a file without a name; `None` if the system or the file system cannot.
#[cfg(target_os = "linux")]
fn create_unnamed(folder: &Path, mode: TempMode) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // Without /proc it could not get a name later.
    if !Path::new("/proc/self/fd").exists() {
        return None;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(libc::O_TMPFILE);
    set_mode(&mut options, mode);
    options.open(folder).ok()
}

#[cfg(not(target_os = "linux"))]
fn create_unnamed(_: &Path, _: TempMode) -> Option<File> {
    None
}

/// Gives a file without a name one that is free.
#[cfg(target_os = "linux")]
fn link_unnamed(file: &File, at: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{AtFlags, CWD, linkat};
    linkat(CWD, format!("/proc/self/fd/{}", file.as_raw_fd()), CWD, at, AtFlags::SYMLINK_FOLLOW)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn link_unnamed(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_temporary_file_takes_the_place_of_another_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("a.ts");
        for text in ["one", "two"] {
            let temp = TempFile::create(folder.path(), TempMode::Usual).unwrap();
            temp.file().write_all(text.as_bytes()).unwrap();
            temp.replace(&at).unwrap();
            assert_eq!(fs::read_to_string(&at).unwrap(), text);
        }
        assert!(TempFile::create(folder.path(), TempMode::Usual).unwrap().place(&at).is_err());
        TempFile::create(folder.path(), TempMode::Usual).unwrap().place(&folder.path().join("b.ts")).unwrap();
        drop(TempFile::create(folder.path(), TempMode::Private).unwrap().close().unwrap());
        assert_eq!(names(folder.path()), ["a.ts", "b.ts"]);
    }

    #[test]
    fn a_file_is_written_in_one_step_or_where_it_leads() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("report.json");
        write_file(&at, b"one").unwrap();
        write_file(&at, b"two").unwrap();
        assert_eq!(fs::read_to_string(&at).unwrap(), "two");
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&at, &link).unwrap();
            write_file(&link, b"three").unwrap();
            fs::hard_link(&at, folder.path().join("twin")).unwrap();
            write_file(&at, b"four").unwrap();
            assert_eq!(fs::read_to_string(folder.path().join("twin")).unwrap(), "four");
            assert!(link.is_symlink());
            write_file(Path::new("/dev/null"), b"five").unwrap();
        }
        assert!(write_file(&folder.path().join("none/report.json"), b"").is_err());
    }

    #[test]
    fn only_files_with_their_own_mark_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        let mut temp = TempFile::create(folder.path(), TempMode::Usual).unwrap();
        let own = temp.name().unwrap();
        assert!(is_own(&own));
        assert!(!sweep(&own), "a running process has it open");
        // What an interrupted run leaves.
        temp.at = None;
        drop(temp);
        let foreign = folder.path().join(".lawbook-tmp-x.ts");
        fs::write(&foreign, "").unwrap();
        let copied = folder.path().join("copied").join(own.file_name().unwrap());
        fs::create_dir(copied.parent().unwrap()).unwrap();
        fs::copy(&own, &copied).unwrap();
        // A program that another test starts has a copy of the lock for a moment.
        let is_swept = (0..200).any(|_| {
            let is_swept = sweep(&own);
            if !is_swept {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            is_swept
        });
        assert!(is_swept);
        assert_eq!([&foreign, &copied].map(|at| sweep(at)), [false, false]);
        assert_eq!(names(folder.path()), [".lawbook-tmp-x.ts", "copied"]);
    }

    #[test]
    fn a_temporary_folder_is_swept_with_what_is_in_it_if_it_has_its_own_mark() {
        let folder = tempfile::tempdir().unwrap();
        let own = create_folder(folder.path()).unwrap();
        let foreign = folder.path().join(".lawbook-tmp-x");
        for at in [&own, &foreign] {
            fs::create_dir_all(at.join("a")).unwrap();
            fs::write(at.join("a/b.txt"), "").unwrap();
        }
        assert_eq!([&own, &foreign].map(|at| sweep_folder(at)), [true, false]);
        assert_eq!(names(folder.path()), [".lawbook-tmp-x"]);
    }
}
