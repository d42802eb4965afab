//! The interface to the files of a project, with an implementation in memory and one for open editor buffers.

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Peekable;
use std::sync::Arc;

use crate::path::RelPath;

/// The files of a project: on disk, in git's index, in a commit or in memory. Core does no I/O of its own and reads files
/// only through this trait.
pub trait Files: fmt::Debug + Send + Sync {
    /// All files, ordered by the bytes of their paths.
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_>;

    /// The file at a path, if there is one.
    fn entry(&self, path: &RelPath) -> Option<FileEntry>;

    /// Calls `reader` with the bytes of a regular file, at most once. The bytes are only lent, so that an implementation
    /// can reuse its buffer for the next file.
    ///
    /// # Errors
    /// There is no such file, it is not a regular file, it has more than `max_bytes` bytes, or it cannot be read.
    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError>;

    /// Announces that some files will be read, of which not all have to be there. An implementation for which it is much
    /// faster to get files together calls `paths` and gets them; the default does neither.
    fn read_ahead(&self, paths: &dyn Fn() -> Vec<RelPath>) {
        let _ = paths;
    }
}

impl dyn Files + '_ {
    /// Calls `reader` with the bytes of a file and returns its result.
    ///
    /// # Errors
    /// The errors of [`Files::read`].
    pub fn read_with<R>(
        &self,
        path: &RelPath,
        max_bytes: u64,
        reader: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, ReadError> {
        let (mut reader, mut result) = (Some(reader), None);
        self.read(path, max_bytes, &mut |bytes| result = reader.take().map(|reader| reader(bytes)))?;
        result.ok_or_else(|| ReadError::Unreadable("nothing was read".to_owned()))
    }
}

impl<F: Files + ?Sized> Files for &F {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        (**self).entries()
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        (**self).entry(path)
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        (**self).read(path, max_bytes, reader)
    }

    fn read_ahead(&self, paths: &dyn Fn() -> Vec<RelPath>) {
        (**self).read_ahead(paths);
    }
}

impl<F: Files + ?Sized> Files for Arc<F> {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        (**self).entries()
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        (**self).entry(path)
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        (**self).read(path, max_bytes, reader)
    }

    fn read_ahead(&self, paths: &dyn Fn() -> Vec<RelPath>) {
        (**self).read_ahead(paths);
    }
}

/// A file as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its path relative to the root.
    pub path: RelPath,
    /// Its size in bytes when it was listed.
    pub size: u64,
    /// Its Unix permission bits.
    pub mode: u32,
    /// Its type.
    pub file_type: FileType,
}

impl FileEntry {
    /// The permission bits of a file if none are known.
    pub const DEFAULT_MODE: u32 = 0o644;

    /// A regular file with the default permission bits.
    pub fn regular(path: RelPath, size: u64) -> Self {
        Self { path, size, mode: Self::DEFAULT_MODE, file_type: FileType::Regular }
    }
}

/// The type of a file in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A regular file.
    Regular,
    /// A symbolic link, which is not followed.
    Symlink,
    /// A git submodule: a reference to a commit of another repository.
    Submodule,
    /// A pipe, a device and the like.
    Other,
}

/// The reason why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    NotFound,
    /// It is not a regular file.
    NotRegular,
    /// It has more bytes than the caller allows.
    TooLarge,
    /// Reading failed for this reason.
    Unreadable(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such file"),
            Self::NotRegular => f.write_str("it is no regular file"),
            Self::TooLarge => f.write_str("it has more bytes than are taken"),
            Self::Unreadable(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ReadError {}

/// Files in memory, for tests and for programs that have no disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<RelPath, Arc<[u8]>>,
}

impl MemoryFiles {
    /// Adds a file or replaces its bytes.
    pub fn insert(&mut self, path: RelPath, bytes: impl Into<Arc<[u8]>>) {
        self.files.insert(path, bytes.into());
    }

    /// Removes a file; returns true if there was one.
    pub fn remove(&mut self, path: &RelPath) -> bool {
        self.files.remove(path).is_some()
    }
}

impl<B: Into<Arc<[u8]>>> FromIterator<(RelPath, B)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (RelPath, B)>>(files: I) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path, bytes.into())).collect() }
    }
}

impl Files for MemoryFiles {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        Box::new(self.files.iter().map(|(path, bytes)| FileEntry::regular(path.clone(), bytes.len() as u64)))
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        self.files.get(path).map(|bytes| FileEntry::regular(path.clone(), bytes.len() as u64))
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        let bytes = self.files.get(path).ok_or(ReadError::NotFound)?;
        if bytes.len() as u64 > max_bytes {
            return Err(ReadError::TooLarge);
        }
        reader(bytes);
        Ok(())
    }
}

/// Other files with editor buffers on top: a buffer hides the file at the same path.
#[derive(Clone, Debug)]
pub struct OverlayFiles<F> {
    base: F,
    buffers: MemoryFiles,
}

impl<F: Files> OverlayFiles<F> {
    /// The files of `base` without a buffer.
    pub fn new(base: F) -> Self {
        Self { base, buffers: MemoryFiles::default() }
    }

    /// Opens a buffer or replaces its bytes. There need not be a file at its path.
    pub fn open(&mut self, path: RelPath, bytes: impl Into<Arc<[u8]>>) {
        self.buffers.insert(path, bytes);
    }

    /// Closes a buffer; returns true if it was open.
    pub fn close(&mut self, path: &RelPath) -> bool {
        self.buffers.remove(path)
    }
}

/// The entry of a buffer, with the permission bits of the file that it hides.
fn buffer_over(buffer: FileEntry, below: Option<&FileEntry>) -> FileEntry {
    let below = below.filter(|below| below.file_type == FileType::Regular);
    FileEntry { mode: below.map_or(buffer.mode, |below| below.mode), ..buffer }
}

impl<F: Files> Files for OverlayFiles<F> {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        Box::new(OverlayEntries { base: self.base.entries().peekable(), buffers: self.buffers.entries().peekable() })
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        match self.buffers.entry(path) {
            Some(buffer) => Some(buffer_over(buffer, self.base.entry(path).as_ref())),
            None => self.base.entry(path),
        }
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        match self.buffers.read(path, max_bytes, reader) {
            Err(ReadError::NotFound) => self.base.read(path, max_bytes, reader),
            result => result,
        }
    }

    fn read_ahead(&self, paths: &dyn Fn() -> Vec<RelPath>) {
        self.base.read_ahead(paths);
    }
}

/// The merge of two listings that are ordered by path.
struct OverlayEntries<'o> {
    base: Peekable<Box<dyn Iterator<Item = FileEntry> + 'o>>,
    buffers: Peekable<Box<dyn Iterator<Item = FileEntry> + 'o>>,
}

impl Iterator for OverlayEntries<'_> {
    type Item = FileEntry;

    fn next(&mut self) -> Option<FileEntry> {
        let Some(buffer) = self.buffers.peek() else { return self.base.next() };
        if let Some(below) = self.base.next_if(|below| below.path < buffer.path) {
            return Some(below);
        }
        let below = self.base.next_if(|below| below.path == buffer.path);
        self.buffers.next().map(|buffer| buffer_over(buffer, below.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(files: &[(&str, &str)]) -> MemoryFiles {
        files.iter().map(|(path, text)| (RelPath::new(*path), text.as_bytes())).collect()
    }

    /// The text of a file of at most 4 bytes.
    fn read(files: &dyn Files, path: &str) -> Result<String, ReadError> {
        files.read_with(&RelPath::new(path), 4, |bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn paths(files: &dyn Files) -> Vec<String> {
        files.entries().map(|entry| format!("{} {}", entry.path, entry.size)).collect()
    }

    #[test]
    fn files_in_memory_are_listed_in_path_order_and_read_up_to_a_limit() {
        let files = memory(&[("b", "bb"), ("a/x", "12345"), ("a-x", "")]);
        assert_eq!(paths(&files), ["a-x 0", "a/x 5", "b 2"]);
        assert_eq!(read(&files, "b"), Ok("bb".to_owned()));
        assert_eq!(read(&files, "a-x"), Ok(String::new()));
        assert_eq!(read(&files, "a/x"), Err(ReadError::TooLarge));
        assert_eq!(read(&files, "c"), Err(ReadError::NotFound));
    }

    #[test]
    fn open_buffers_hide_files_and_are_listed_with_them() {
        let base = memory(&[("b", "bb"), ("d", "dd")]);
        let mut files = OverlayFiles::new(&base);
        assert_eq!(paths(&files), paths(&base));
        for (path, text) in [("a", "1"), ("b", "22"), ("c", "333"), ("e", "12345")] {
            files.open(RelPath::new(path), text.as_bytes());
        }
        assert_eq!(paths(&files), ["a 1", "b 2", "c 3", "d 2", "e 5"]);
        assert_eq!(read(&files, "b"), Ok("22".to_owned()));
        assert_eq!(read(&files, "d"), Ok("dd".to_owned()));
        assert_eq!(read(&files, "e"), Err(ReadError::TooLarge));
        assert!(files.close(&RelPath::new("b")) && !files.close(&RelPath::new("d")));
        assert_eq!(read(&files, "b"), Ok("bb".to_owned()));
    }

    /// One executable file.
    #[derive(Debug)]
    struct OneProgram;

    impl Files for OneProgram {
        fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
            Box::new(self.entry(&RelPath::new("run")).into_iter())
        }

        fn entry(&self, path: &RelPath) -> Option<FileEntry> {
            let entry = FileEntry { mode: 0o755, ..FileEntry::regular(path.clone(), 9) };
            (path.as_str() == "run").then_some(entry)
        }

        fn read(&self, _: &RelPath, _: u64, _: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
            Err(ReadError::Unreadable("permission denied".to_owned()))
        }
    }

    #[test]
    fn a_buffer_keeps_the_mode_of_the_file_below_it() {
        let mut files = OverlayFiles::new(Arc::new(OneProgram));
        assert_eq!(read(&files, "run"), Err(ReadError::Unreadable("permission denied".to_owned())));
        let run = RelPath::new("run");
        files.open(run.clone(), *b"new");
        let expected = FileEntry { mode: 0o755, ..FileEntry::regular(run.clone(), 3) };
        assert_eq!(files.entry(&run), Some(expected.clone()));
        assert_eq!(files.entries().collect::<Vec<_>>(), [expected]);
        assert_eq!(read(&files, "run"), Ok("new".to_owned()));
    }
}
