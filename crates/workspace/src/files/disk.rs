//! The files on the disk below a root. Symbolic links are not followed, except those that the user has named.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use lawbook_core::source::{FileEntry, FileType, Files, ReadError, RelPath};

use crate::discover::{self, DiskFile};
use crate::filter::FileFilter;
use crate::paths::RootPaths;
use crate::read;
use crate::system_error::system_message;

/// The files on the disk below a root: those that a search has found, and any other on request.
#[derive(Debug)]
pub(crate) struct DiskFiles<'w> {
    paths: &'w RootPaths,
    filter: &'w FileFilter,
    threads: usize,
    found: HashMap<RelPath, DiskFile>,
    /// All files of the root, listed at the first request.
    listing: OnceLock<Vec<FileEntry>>,
}

impl<'w> DiskFiles<'w> {
    /// The files on the disk; `found` are those that a search has found.
    pub(crate) fn new(
        paths: &'w RootPaths,
        filter: &'w FileFilter,
        threads: usize,
        found: impl IntoIterator<Item = DiskFile>,
    ) -> Self {
        let found = found.into_iter().map(|file| (file.path.clone(), file)).collect();
        Self { paths, filter, threads, found, listing: OnceLock::new() }
    }

    /// The file that a search has found at a path.
    pub(crate) fn found(&self, path: &RelPath) -> Option<&DiskFile> {
        self.found.get(path)
    }

    fn list(&self) -> Vec<FileEntry> {
        let root = [self.paths.root().to_owned()];
        let found = discover::discover(self.paths, self.filter, &root, self.threads);
        let unsupported = found.unsupported.iter().filter_map(|path| self.stat(path));
        let supported = found.files.iter().map(DiskFile::entry);
        let mut entries: Vec<FileEntry> = supported.chain(unsupported).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries
    }

    fn stat(&self, path: &RelPath) -> Option<FileEntry> {
        let metadata = self.paths.metadata(path)?;
        let file_type = match metadata.file_type() {
            found if found.is_file() => FileType::Regular,
            found if found.is_symlink() => FileType::Symlink,
            found if found.is_dir() => return None,
            _ => FileType::Other,
        };
        Some(FileEntry { path: path.clone(), size: metadata.len(), mode: discover::mode(&metadata), file_type })
    }

    /// The absolute path of a file and its size in bytes.
    fn path_and_size(&self, path: &RelPath) -> Result<(PathBuf, u64), ReadError> {
        let entry = self.stat(path).ok_or(ReadError::NotFound)?;
        match entry.file_type {
            FileType::Regular => Ok((self.paths.root().join(path.as_str()), entry.size)),
            FileType::Symlink | FileType::Submodule | FileType::Other => Err(ReadError::NotRegular),
        }
    }
}

impl Files for DiskFiles<'_> {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        Box::new(self.listing.get_or_init(|| self.list()).iter().cloned())
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        match self.found.get(path) {
            Some(found) => Some(found.entry()),
            None => self.stat(path),
        }
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        let place;
        let (at, size) = if let Some(found) = self.found.get(path) {
            (&found.at, found.size)
        } else {
            place = self.path_and_size(path)?;
            (&place.0, place.1)
        };
        let read = read::with_bytes(at, size, max_bytes, |bytes| {
            let fits = bytes.len() as u64 <= max_bytes;
            if fits {
                reader(bytes);
            }
            fits
        });
        match read {
            Ok(true) => Ok(()),
            Ok(false) => Err(ReadError::TooLarge),
            Err(error) => Err(ReadError::Unreadable(system_message(&error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// A root with a file of three bytes, one of an unknown language, and an ignored one.
    fn root() -> (tempfile::TempDir, RootPaths) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join("src")).unwrap();
        for (path, text) in [("src/a.ts", "let"), ("b.json", "{}"), (".gitignore", "*.log\n"), ("c.log", "")] {
            fs::write(root.join(path), text).unwrap();
        }
        let paths = RootPaths::new(root.clone(), &root);
        (folder, paths)
    }

    fn read(files: &DiskFiles<'_>, path: &str, max_bytes: u64) -> Result<Vec<u8>, ReadError> {
        (files as &dyn Files).read_with(&RelPath::new(path), max_bytes, <[u8]>::to_vec)
    }

    #[test]
    fn files_are_listed_in_path_order_and_read_within_a_bound() {
        let (_folder, paths) = root();
        let filter = FileFilter::default();
        let files = DiskFiles::new(&paths, &filter, 1, []);
        let listed: Vec<(String, u64)> =
            files.entries().map(|entry| (entry.path.as_str().to_owned(), entry.size)).collect();
        assert_eq!(listed, [(".gitignore".to_owned(), 6), ("b.json".to_owned(), 2), ("src/a.ts".to_owned(), 3)]);
        assert_eq!(read(&files, "src/a.ts", 3), Ok(b"let".to_vec()));
        assert_eq!(read(&files, "src/a.ts", 2), Err(ReadError::TooLarge));
        assert_eq!(read(&files, "src/b.ts", 2), Err(ReadError::NotFound));
        assert_eq!(read(&files, "src", 2), Err(ReadError::NotFound));
        assert_eq!(files.entry(&RelPath::new("b.json")).map(|entry| entry.size), Some(2));
    }

    #[test]
    fn a_file_that_was_found_is_read_where_it_was_found() {
        let (_folder, paths) = root();
        let filter = FileFilter::default();
        let at = paths.root().join("src/a.ts");
        let found = DiskFile::new(RelPath::new("named.ts"), at.clone(), &at.metadata().unwrap());
        let files = DiskFiles::new(&paths, &filter, 1, [found]);
        assert_eq!(read(&files, "named.ts", 9), Ok(b"let".to_vec()));
        fs::remove_file(at).unwrap();
        assert!(matches!(read(&files, "named.ts", 9), Err(ReadError::Unreadable(_))));
    }

    #[test]
    #[cfg(unix)]
    fn no_link_leads_anywhere() {
        let (_folder, paths) = root();
        let filter = FileFilter::default();
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(Path::new(to), paths.root().join(name)).unwrap();
        link("src", "link");
        link("src/a.ts", "l.ts");
        let files = DiskFiles::new(&paths, &filter, 1, []);
        assert_eq!(read(&files, "link/a.ts", 9), Err(ReadError::NotFound));
        assert_eq!(read(&files, "l.ts", 9), Err(ReadError::NotRegular));
        assert_eq!(files.entry(&RelPath::new("l.ts")).map(|entry| entry.file_type), Some(FileType::Symlink));
        assert_eq!(files.entries().count(), 3);
    }
}
