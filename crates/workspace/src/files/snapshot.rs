//! The files of a repository: those of its index, and those of a commit.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use lawbook_core::mistake::Mistake;
use lawbook_core::source::{FileEntry, FileType, Files, ReadError, RelPath};

use crate::git::{Blob, EntryKind, Git, MARKS_OF_MERGE, Oid, TreeEntry};
use crate::paths::RootPaths;

/// The contents of a repository's blobs, read on demand and kept.
#[derive(Debug)]
pub(crate) struct Blobs {
    git: Arc<Git>,
    /// The maximum size of a blob to read, in bytes.
    max_size: u64,
    /// True if a merge that git has made in memory is among them.
    is_of_merge: bool,
    read: RwLock<HashMap<Oid, Arc<Blob>>>,
}

impl Blobs {
    /// Blobs of which none is read yet.
    pub(crate) fn new(git: Arc<Git>, max_size: u64) -> Self {
        Self { git, max_size, is_of_merge: false, read: RwLock::default() }
    }

    /// The same; with true, the marks of conflicts in a merge that git has made in memory are empty lines: both sides of
    /// the conflict are read as code.
    pub(crate) fn with_merge(self, is_of_merge: bool) -> Self {
        Self { is_of_merge, ..self }
    }

    /// Reads many blobs in one run of git, which is much faster than one run for each.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn read_all(&self, oids: impl IntoIterator<Item = Oid>) -> Result<(), Vec<Mistake>> {
        let unread: Vec<Oid> = {
            let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
            oids.into_iter().filter(|oid| !read.contains_key(oid)).collect()
        };
        let fresh = self.git.blobs(&unread, self.max_size)?;
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        let with_marks = |blob| if self.is_of_merge { without_marks_of_merge(blob) } else { blob };
        read.extend(fresh.into_iter().map(|(oid, blob)| (oid, Arc::new(with_marks(blob)))));
        Ok(())
    }

    /// The content of a blob; read now if it was not read before.
    pub(crate) fn get(&self, oid: &Oid) -> Result<Arc<Blob>, ReadError> {
        let cached = |read: &HashMap<Oid, Arc<Blob>>| read.get(oid).cloned();
        if let Some(blob) = cached(&self.read.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(blob);
        }
        self.read_all([oid.clone()]).map_err(|mistakes| refusal(&mistakes))?;
        cached(&self.read.read().unwrap_or_else(PoisonError::into_inner)).ok_or(ReadError::NotFound)
    }
}

/// A blob with empty lines in place of the marks that [`Git::merge_in_progress`] names its sides by.
fn without_marks_of_merge(blob: Blob) -> Blob {
    let Blob::Bytes(bytes) = blob else { return blob };
    let [ours, theirs] = MARKS_OF_MERGE.map(str::as_bytes);
    let is_line = |line: &[u8], mark: &[u8]| line.strip_suffix(b"\r").unwrap_or(line) == mark;
    let lines = || bytes.split(|byte| *byte == b'\n');
    if !lines().any(|line| is_line(line, theirs)) {
        return Blob::Bytes(bytes);
    }
    let kept = |line| if [ours, b"=======", theirs].iter().any(|mark| is_line(line, mark)) { &b""[..] } else { line };
    let lines: Vec<&[u8]> = lines().map(kept).collect();
    Blob::Bytes(lines.join(&b'\n'))
}

/// A state of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Snapshot {
    /// The index: the content of the next commit.
    Index,
    /// A commit.
    Commit(Oid),
    /// The state before the first commit: no files.
    Empty,
}

/// The files of a snapshot below a root. The ids of some are given; the snapshot is listed when another one is needed.
#[derive(Debug)]
pub(crate) struct GitFiles<'w> {
    paths: &'w RootPaths,
    snapshot: Snapshot,
    blobs: Arc<Blobs>,
    /// The given ids.
    given: HashMap<RelPath, Oid>,
    /// All entries of the snapshot by path, or the error of git.
    listing: OnceLock<Result<BTreeMap<RelPath, TreeEntry>, ReadError>>,
    entries: OnceLock<Vec<FileEntry>>,
}

impl<'w> GitFiles<'w> {
    /// The files of a snapshot; `given` are the ids of some of them.
    pub(crate) fn new(
        paths: &'w RootPaths,
        snapshot: Snapshot,
        blobs: Arc<Blobs>,
        given: impl IntoIterator<Item = (RelPath, Oid)>,
    ) -> Self {
        let given = given.into_iter().collect();
        Self { paths, snapshot, blobs, given, listing: OnceLock::new(), entries: OnceLock::new() }
    }

    fn listing(&self) -> Result<&BTreeMap<RelPath, TreeEntry>, ReadError> {
        let list = || {
            let listed = match &self.snapshot {
                Snapshot::Index => self.blobs.git.index(),
                Snapshot::Commit(commit) => self.blobs.git.tree(commit),
                Snapshot::Empty => Ok(Vec::new()),
            };
            let listed = listed.map_err(|mistakes| refusal(&mistakes))?;
            let below = listed.into_iter().filter_map(|entry| {
                let (path, is_unicode) = self.paths.below(&entry.at)?;
                is_unicode.then_some((path, entry))
            });
            Ok(below.collect())
        };
        self.listing.get_or_init(list).as_ref().map_err(ReadError::clone)
    }

    /// The files whose path is wanted, with the ids of their contents.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn find(&self, is_wanted: &dyn Fn(&RelPath) -> bool) -> Result<Vec<(RelPath, Oid)>, Vec<Mistake>> {
        let listing = self.listing().map_err(|error| vec![Mistake::new(error.to_string())])?;
        let files = listing.iter().filter(|(path, entry)| entry.kind == EntryKind::File && is_wanted(path));
        Ok(files.map(|(path, entry)| (path.clone(), entry.oid.clone())).collect())
    }

    fn list(&self) -> Vec<FileEntry> {
        let Ok(listing) = self.listing() else { return Vec::new() };
        let oids: Vec<Oid> =
            listing.values().filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.oid.clone()).collect();
        let sizes = self.blobs.git.sizes(&oids).unwrap_or_default();
        let size = |entry: &TreeEntry| sizes.get(&entry.oid).copied().unwrap_or_default();
        listing.iter().map(|(path, entry)| file_entry(path, entry, size(entry))).collect()
    }

    fn oid(&self, path: &RelPath) -> Result<Oid, ReadError> {
        if let Some(oid) = self.given.get(path) {
            return Ok(oid.clone());
        }
        match self.listing()?.get(path) {
            Some(entry) if entry.kind == EntryKind::File => Ok(entry.oid.clone()),
            Some(_) => Err(ReadError::NotRegular),
            None => Err(ReadError::NotFound),
        }
    }
}

impl Files for GitFiles<'_> {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        Box::new(self.entries.get_or_init(|| self.list()).iter().cloned())
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        if let Some(oid) = self.given.get(path)
            && let Ok(blob) = self.blobs.get(oid)
        {
            return Some(FileEntry::regular(path.clone(), blob.size()));
        }
        let entry = self.listing().ok()?.get(path)?;
        let file = (entry.kind == EntryKind::File).then(|| entry.oid.clone());
        let sizes = self.blobs.git.sizes(file.as_slice()).unwrap_or_default();
        Some(file_entry(path, entry, sizes.get(&entry.oid).copied().unwrap_or_default()))
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        match &*self.blobs.get(&self.oid(path)?)? {
            Blob::Bytes(bytes) if bytes.len() as u64 > max_bytes => Err(ReadError::TooLarge),
            Blob::Bytes(bytes) => {
                reader(bytes);
                Ok(())
            }
            Blob::TooLarge(_) => Err(ReadError::TooLarge),
            Blob::Missing => Err(ReadError::Unreadable("this clone does not have its content".to_owned())),
        }
    }

    fn read_ahead(&self, paths: &dyn Fn() -> Vec<RelPath>) {
        let paths = paths();
        if !paths.is_empty() {
            // A content that is not read now is read, or refused, when it is needed.
            let _ = self.blobs.read_all(paths.iter().filter_map(|path| self.oid(path).ok()));
        }
    }
}

fn file_entry(path: &RelPath, entry: &TreeEntry, size: u64) -> FileEntry {
    let file_type = match entry.kind {
        EntryKind::File => FileType::Regular,
        EntryKind::Link => FileType::Symlink,
        EntryKind::Submodule => FileType::Submodule,
    };
    let mode = if entry.is_executable { 0o755 } else { FileEntry::DEFAULT_MODE };
    FileEntry { path: path.clone(), size, mode, file_type }
}

fn refusal(mistakes: &[Mistake]) -> ReadError {
    ReadError::Unreadable(mistakes.first().map_or_else(String::new, |mistake| mistake.message.clone()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    /// A repository whose commit, index and disk all differ.
    fn repository() -> (tempfile::TempDir, RootPaths) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let git = |args: &[&str]| {
            let names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
            let mut command = Command::new("git");
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
            let ran = command.args(names).args(args).current_dir(&root).output().unwrap();
            assert!(ran.status.success(), "git {args:?}: {ran:?}");
        };
        fs::create_dir(root.join("src")).unwrap();
        for (path, text) in [("src/a.ts", "one"), ("b.json", "{}"), ("gone.ts", "g")] {
            fs::write(root.join(path), text).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("b.json", root.join("link.ts")).unwrap();
        git(&["init", "--quiet"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "-m", "first"]);
        fs::write(root.join("src/a.ts"), "staged").unwrap();
        git(&["rm", "--quiet", "gone.ts"]);
        git(&["add", "--all"]);
        fs::write(root.join("src/a.ts"), "on the disk").unwrap();
        let paths = RootPaths::new(root.clone(), &root);
        (folder, paths)
    }

    /// Reads a path of a snapshot, at most 6 bytes.
    fn read(files: &GitFiles<'_>, path: &str) -> Result<Vec<u8>, ReadError> {
        (files as &dyn Files).read_with(&RelPath::new(path), 6, <[u8]>::to_vec)
    }

    fn listed(files: &GitFiles<'_>) -> Vec<(String, u64)> {
        files.entries().map(|entry| (entry.path.as_str().to_owned(), entry.size)).collect()
    }

    fn owned(entries: &[(&str, u64)]) -> Vec<(String, u64)> {
        entries.iter().map(|(path, size)| ((*path).to_owned(), *size)).collect()
    }

    #[test]
    #[cfg(unix)]
    fn each_snapshot_has_its_own_files_whatever_is_on_the_disk() {
        let (_folder, paths) = repository();
        let git = Arc::new(Git::open(paths.root()).unwrap());
        let head = git.head().cloned().unwrap();
        let files = |snapshot| GitFiles::new(&paths, snapshot, Arc::new(Blobs::new(git.clone(), 6)), []);
        let index = files(Snapshot::Index);
        assert_eq!(listed(&index), owned(&[("b.json", 2), ("link.ts", 0), ("src/a.ts", 6)]));
        assert_eq!(read(&index, "src/a.ts"), Ok(b"staged".to_vec()));
        assert_eq!(read(&index, "gone.ts"), Err(ReadError::NotFound));
        let commit = files(Snapshot::Commit(head));
        assert_eq!(listed(&commit), owned(&[("b.json", 2), ("gone.ts", 1), ("link.ts", 0), ("src/a.ts", 3)]));
        assert_eq!(read(&commit, "src/a.ts"), Ok(b"one".to_vec()));
        assert_eq!(read(&commit, "link.ts"), Err(ReadError::NotRegular));
        assert_eq!(commit.entry(&RelPath::new("link.ts")).map(|entry| entry.file_type), Some(FileType::Symlink));
        assert_eq!(commit.entry(&RelPath::new("gone.ts")).map(|entry| entry.size), Some(1));
        assert_eq!(listed(&files(Snapshot::Empty)), []);
    }

    #[test]
    #[cfg(unix)]
    fn what_is_too_large_is_listed_with_its_size_and_not_read() {
        let (_folder, paths) = repository();
        let git = Arc::new(Git::open(paths.root()).unwrap());
        let index = GitFiles::new(&paths, Snapshot::Index, Arc::new(Blobs::new(git, 2)), []);
        assert_eq!(read(&index, "src/a.ts"), Err(ReadError::TooLarge));
        assert_eq!(index.entry(&RelPath::new("src/a.ts")).map(|entry| entry.size), Some(6));
        assert_eq!(read(&index, "b.json"), Ok(b"{}".to_vec()));
    }
}
