//! The place that the files of the law are read from: the disk, git's index, or a commit. The index holds what is committed
//! next, so a check of that reads the law there too; a commit holds the law before a change. Texts that an editor holds may
//! lie over any of them.

mod buffers;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lawbook_core::mistake::Mistake;

use crate::git::{self, Blob, EntryKind, Git, Index, Oid};

pub(crate) use buffers::BufferTree;

/// The type of what is at a path. A symbolic link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathKind {
    Missing,
    File,
    Folder,
    Link,
    Other,
}

/// The files of the law in one place.
#[derive(Clone, Debug)]
pub(crate) enum LawTree {
    /// The files on the disk.
    Disk,
    /// The files in git's index. A path that it does not have, and that the user has named, is read from the disk.
    Index(Arc<IndexTree>),
    /// The files on the disk, and those of git's index that a sparse checkout leaves out of it.
    Sparse(Arc<IndexTree>),
    /// The files of a commit.
    Commit(Arc<IndexTree>),
    /// Texts in memory over another of these.
    Buffers(Arc<BufferTree>),
}

/// The files of git's index, a part of them, or those of a commit.
#[derive(Debug)]
pub(crate) struct IndexTree {
    git: Arc<Git>,
    /// The contents that were read.
    read: Mutex<HashMap<Oid, Arc<Blob>>>,
    files: BTreeMap<PathBuf, (EntryKind, Oid)>,
    folders: BTreeSet<PathBuf>,
}

/// The maximum size of one file of the law, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The most symbolic links that are followed for one path.
const MAX_LINKS: usize = 16;

impl IndexTree {
    /// Lists the index of the repository around a folder.
    ///
    /// # Errors
    /// There is no repository, or git fails.
    pub(crate) fn open(cwd: &Path) -> Result<Self, Vec<Mistake>> {
        let git = Git::open(cwd)?;
        let entries = git.index()?.into_iter().map(|entry| (entry.at, entry.kind, entry.oid)).collect();
        Ok(Self::of(git, entries))
    }

    /// Lists what the index has and a sparse checkout leaves out of the disk; `None` if that is nothing.
    fn of_absent(cwd: &Path) -> Option<Self> {
        let top = git::top_above(cwd)?;
        if !git::may_have_absent_files(top) {
            return None;
        }
        let index = Index::of(cwd, top)?;
        let absent = index.into_entries().into_iter().filter(|entry| entry.is_absent);
        let absent = absent.map(|entry| (top.join(git::path_from_git(&entry.path)), entry.kind, entry.oid));
        let absent: Vec<_> = absent.filter(|(at, ..)| at.symlink_metadata().is_err()).collect();
        if absent.is_empty() { None } else { Some(Self::of(Git::open(cwd).ok()?, absent)) }
    }

    fn of(git: Git, entries: Vec<(PathBuf, EntryKind, Oid)>) -> Self {
        // Paths are slow to compare, so the folders of a file are compared with those of the file before it only: git has
        // sorted them.
        let mut folders = Vec::new();
        let mut last: &[u8] = b"";
        for (at, ..) in &entries {
            let folder = at.parent().unwrap_or(at);
            let new = folder.ancestors().take_while(|folder| folder.as_os_str().len() >= git.top().as_os_str().len());
            let new = new.take_while(|folder| !is_above(folder.as_os_str().as_encoded_bytes(), last));
            folders.extend(new.map(Path::to_owned));
            last = folder.as_os_str().as_encoded_bytes();
        }
        let folders = folders.into_iter().collect();
        let files = entries.into_iter().map(|(at, kind, oid)| (at, (kind, oid))).collect();
        Self { git: Arc::new(git), read: Mutex::default(), files, folders }
    }

    fn kind(&self, at: &Path) -> PathKind {
        match self.files.get(at) {
            Some((EntryKind::File, _)) => PathKind::File,
            Some((EntryKind::Link, _)) => PathKind::Link,
            Some((EntryKind::Submodule, _)) => PathKind::Other,
            None if self.folders.contains(at) => PathKind::Folder,
            None => PathKind::Missing,
        }
    }

    /// The path with all symbolic links resolved.
    fn resolve(&self, at: &Path) -> io::Result<PathBuf> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "it is not in git's index");
        let mut links = 0;
        let mut done = PathBuf::new();
        let mut rest: Vec<PathBuf> = at.components().rev().map(|part| PathBuf::from(part.as_os_str())).collect();
        while let Some(part) = rest.pop() {
            match part.components().next() {
                Some(Component::ParentDir) => drop(done.pop()),
                Some(Component::CurDir) => {}
                _ => done.push(&part),
            }
            if self.kind(&done) == PathKind::Link {
                links += 1;
                if links > MAX_LINKS {
                    return Err(io::Error::other("it is a chain of symbolic links"));
                }
                let target = String::from_utf8(self.bytes(&done)?).map_err(io::Error::other)?;
                done.pop();
                rest.extend(Path::new(&target).components().rev().map(|part| PathBuf::from(part.as_os_str())));
            }
        }
        // A link may lead out of the repository: the caller refuses that by its path.
        if done.starts_with(self.git.top()) && self.kind(&done) == PathKind::Missing {
            Err(missing())
        } else {
            Ok(done)
        }
    }

    fn bytes(&self, at: &Path) -> io::Result<Vec<u8>> {
        let Some((_, oid)) = self.files.get(at) else { return Err(io::ErrorKind::NotFound.into()) };
        self.read_ahead([at])?;
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(oid).cloned();
        match read.as_deref().unwrap_or(&Blob::Missing) {
            Blob::Bytes(bytes) => Ok(bytes.clone()),
            Blob::TooLarge(_) => Err(io::Error::other("it is too large")),
            Blob::Missing => Err(io::Error::other("this clone does not have its content")),
        }
    }

    /// Reads many files in one run of git.
    fn read_ahead<'p>(&self, paths: impl IntoIterator<Item = &'p Path>) -> io::Result<()> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let oids = paths.into_iter().filter_map(|at| self.files.get(at)).map(|(_, oid)| oid);
        let mut oids: Vec<Oid> = oids.filter(|oid| !read.contains_key(*oid)).cloned().collect();
        oids.dedup();
        let fail =
            |mistakes: Vec<Mistake>| io::Error::other(mistakes.iter().map(ToString::to_string).collect::<String>());
        let found = self.git.blobs(&oids, MAX_FILE_BYTES).map_err(fail)?;
        read.extend(found.into_iter().map(|(oid, blob)| (oid, Arc::new(blob))));
        Ok(())
    }

    fn children(&self, folder: &Path) -> Vec<PathBuf> {
        let files = self.files.range(folder.to_owned()..).map(|(at, _)| at);
        let files = files.take_while(|at| at.starts_with(folder)).filter(|at| at.parent() == Some(folder));
        let folders = self.folders.range(folder.to_owned()..).take_while(|at| at.starts_with(folder));
        let folders = folders.filter(|at| at.parent() == Some(folder));
        let mut children: Vec<PathBuf> = files.chain(folders).cloned().collect();
        children.sort();
        children
    }
}

/// True if a folder is another one or above it, both without symbolic links and in the same form.
fn is_above(folder: &[u8], other: &[u8]) -> bool {
    let rest = other.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || folder.ends_with(b"/") || rest.starts_with(b"/"))
}

impl LawTree {
    /// The working tree around a folder.
    pub(crate) fn of_disk(cwd: &Path) -> Self {
        IndexTree::of_absent(cwd).map_or(Self::Disk, |absent| Self::Sparse(Arc::new(absent)))
    }

    /// The files of a commit of the repository around a folder.
    ///
    /// # Errors
    /// Git fails, or it does not have the commit.
    pub(crate) fn of_commit(cwd: &Path, commit: &Oid) -> Result<Self, Vec<Mistake>> {
        Self::of_commit_in(Git::open(cwd)?, commit)
    }

    /// The same for a commit by a name that git knows.
    ///
    /// # Errors
    /// Git fails, or the name is that of no commit.
    pub(crate) fn of_commit_named(cwd: &Path, name: &str) -> Result<Self, Vec<Mistake>> {
        let git = Git::open(cwd)?;
        let commit = git.commit(name)?;
        Self::of_commit_in(git, &commit)
    }

    fn of_commit_in(git: Git, commit: &Oid) -> Result<Self, Vec<Mistake>> {
        let entries = git.tree(commit)?.into_iter().map(|entry| (entry.at, entry.kind, entry.oid)).collect();
        Ok(Self::Commit(Arc::new(IndexTree::of(git, entries))))
    }

    /// The tree to read a path from that the user has named: the index where it has the path.
    pub(crate) fn of_named(&self, at: &Path) -> Self {
        match self {
            Self::Index(index) | Self::Commit(index) if index.kind(at) == PathKind::Missing => Self::Disk,
            Self::Buffers(buffers) if !buffers.has(at) => buffers.below.of_named(at),
            tree => tree.clone(),
        }
    }

    /// The repository of git's index or of a commit; `None` for the disk.
    pub(crate) fn git(&self) -> Option<Arc<Git>> {
        match self {
            Self::Index(index) | Self::Commit(index) => Some(index.git.clone()),
            Self::Disk | Self::Sparse(_) => None,
            Self::Buffers(buffers) => buffers.below.git(),
        }
    }

    /// True if the disk is not read: for git's index, and for a commit.
    pub(crate) fn is_stored(&self) -> bool {
        match self {
            Self::Index(_) | Self::Commit(_) => true,
            Self::Disk | Self::Sparse(_) => false,
            Self::Buffers(buffers) => buffers.below.is_stored(),
        }
    }

    /// True if this is git's index.
    pub(crate) fn is_index(&self) -> bool {
        match self {
            Self::Buffers(buffers) => buffers.below.is_index(),
            tree => matches!(tree, Self::Index(_)),
        }
    }

    /// The top of the working tree that an index or a commit is of; the root of the file system for the disk.
    pub(crate) fn top(&self) -> &Path {
        match self {
            Self::Disk | Self::Sparse(_) => Path::new("/"),
            Self::Index(index) | Self::Commit(index) => index.git.top(),
            Self::Buffers(buffers) => buffers.below.top(),
        }
    }

    /// The type of what is at a path.
    pub(crate) fn kind(&self, at: &Path) -> PathKind {
        match self {
            Self::Disk => match at.symlink_metadata() {
                Ok(found) if found.is_file() => PathKind::File,
                Ok(found) if found.is_dir() => PathKind::Folder,
                Ok(found) if found.is_symlink() => PathKind::Link,
                Ok(_) => PathKind::Other,
                Err(_) => PathKind::Missing,
            },
            Self::Index(index) | Self::Commit(index) => index.kind(at),
            Self::Sparse(absent) => match Self::Disk.kind(at) {
                PathKind::Missing => absent.kind(at),
                kind => kind,
            },
            Self::Buffers(buffers) => buffers.kind(at),
        }
    }

    /// The path with all symbolic links resolved.
    ///
    /// # Errors
    /// There is nothing at the path.
    pub(crate) fn resolve(&self, at: &Path) -> io::Result<PathBuf> {
        match self {
            Self::Disk => at.canonicalize(),
            Self::Index(index) | Self::Commit(index) => index.resolve(at),
            Self::Sparse(absent) => at.canonicalize().or_else(|_| absent.resolve(at)),
            Self::Buffers(buffers) => buffers.resolve(at),
        }
    }

    /// The sorted paths of what is in a folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(crate) fn children(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        match self {
            Self::Disk => {
                let entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
                let mut children: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
                children.sort();
                Ok(children)
            }
            Self::Index(index) | Self::Commit(index) => Ok(index.children(folder)),
            Self::Sparse(absent) => with_present(absent.children(folder), Self::Disk.children(folder)),
            Self::Buffers(buffers) => buffers.children(folder),
        }
    }

    /// The bytes of a file whose path has no symbolic links.
    ///
    /// # Errors
    /// It is not a regular file, has more than `max_bytes`, or cannot be read.
    pub(crate) fn read(&self, at: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
        match self {
            Self::Disk => read_limited(at, max_bytes),
            Self::Sparse(absent) if !absent.files.contains_key(at) => read_limited(at, max_bytes),
            Self::Index(index) | Self::Sparse(index) | Self::Commit(index) => {
                let bytes = index.bytes(at)?;
                let fits = bytes.len() as u64 <= max_bytes && index.kind(at) == PathKind::File;
                fits.then_some(bytes).ok_or_else(|| not_regular(max_bytes))
            }
            Self::Buffers(buffers) => buffers.read(at, max_bytes),
        }
    }

    /// Reads many files at once where that is faster than one by one. A file that cannot be read is an error when it is
    /// read itself.
    pub(crate) fn read_ahead(&self, paths: &[PathBuf]) {
        match self {
            Self::Disk => {}
            Self::Index(index) | Self::Sparse(index) | Self::Commit(index) => {
                let _ = index.read_ahead(paths.iter().map(PathBuf::as_path));
            }
            Self::Buffers(buffers) => buffers.below.read_ahead(paths),
        }
    }

    /// The files of git's index, or of the texts in memory, that this tree holds and whose paths `is_wanted` names.
    pub(crate) fn files_of_git(&self, is_wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        match self {
            Self::Disk => Vec::new(),
            Self::Index(index) | Self::Sparse(index) | Self::Commit(index) => {
                index.files.keys().filter(|at| is_wanted(at)).cloned().collect()
            }
            Self::Buffers(buffers) => {
                let mut files = buffers.below.files_of_git(is_wanted);
                files.extend(buffers.paths().filter(|at| is_wanted(at)).cloned());
                files
            }
        }
    }

    /// The id of a file's content in the index, if the file is read there.
    pub(crate) fn oid(&self, at: &Path) -> Option<&Oid> {
        match self {
            Self::Disk => None,
            Self::Index(index) | Self::Sparse(index) | Self::Commit(index) => index.files.get(at).map(|(_, oid)| oid),
            Self::Buffers(buffers) if buffers.has(at) => None,
            Self::Buffers(buffers) => buffers.below.oid(at),
        }
    }
}

/// Reads a file of the disk.
fn read_limited(at: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let metadata = at.metadata()?;
    if !metadata.is_file() || metadata.len() > max_bytes {
        return Err(not_regular(max_bytes));
    }
    std::fs::read(at)
}

/// The children of a folder that one tree has, with those that the tree below it has, sorted. What the first has is there
/// although the folder is missing below.
fn with_present(mut children: Vec<PathBuf>, present: io::Result<Vec<PathBuf>>) -> io::Result<Vec<PathBuf>> {
    match present {
        Ok(present) => children.extend(present),
        Err(error) if children.is_empty() => return Err(error),
        Err(_) => {}
    }
    children.sort();
    children.dedup();
    Ok(children)
}

fn not_regular(max_bytes: u64) -> io::Error {
    io::Error::other(format!("it is not a regular file of at most {} MiB", max_bytes >> 20))
}
