//! Finds the files to check: walks folders, takes named files, and forgets none silently.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};
use lawbook_core::source::{FileEntry, RelPath};

use crate::baseline;
use crate::filter::FileFilter;
use crate::paths::RootPaths;
use crate::root::CONFIG_NAME;
use crate::system_error::system_message;

/// How the names of files begin that a fix writes before they take the place of others.
pub(crate) const TEMP_PREFIX: &str = ".lawbook-tmp-";

/// The name of the file that says which files are being replaced together.
pub(crate) const JOURNAL_NAME: &str = ".lawbook-journal";

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DiskFile {
    /// Below the root.
    pub(crate) path: RelPath,
    /// On the disk.
    pub(crate) at: PathBuf,
    /// Its length when it was found.
    pub(crate) size: u64,
    /// Its permission bits as Unix has them.
    pub(crate) mode: u32,
}

impl DiskFile {
    /// A file with what the system says of it.
    pub(crate) fn new(path: RelPath, at: PathBuf, metadata: &Metadata) -> Self {
        Self { path, at, size: metadata.len(), mode: mode(metadata) }
    }

    /// The file as a listing shows it.
    pub(crate) fn entry(&self) -> FileEntry {
        FileEntry { mode: self.mode, ..FileEntry::regular(self.path.clone(), self.size) }
    }
}

/// The permission bits of a file.
#[cfg(unix)]
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777
}

/// The permission bits of a file.
#[cfg(not(unix))]
pub(crate) fn mode(_: &Metadata) -> u32 {
    FileEntry::DEFAULT_MODE
}

/// Why a file or folder cannot even be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The system says no.
    Unreadable,
    /// It is nothing that has a text.
    NotRegular,
    /// Its name is not Unicode.
    NotUnicodeName,
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// Files of a known language, the biggest first.
    pub(crate) files: Vec<DiskFile>,
    /// Files of no known language.
    pub(crate) unsupported: Vec<RelPath>,
    /// What cannot be read, why, and what the system says.
    pub(crate) troubles: Vec<(RelPath, Trouble, String)>,
    /// Configuration files below the root, which nobody reads.
    pub(crate) nested: Vec<RelPath>,
    /// What runs that were cut short have left. It is no part of the project.
    pub(crate) leftovers: Vec<PathBuf>,
}

impl Discovery {
    /// How many files there are in all.
    pub(crate) fn count(&self) -> usize {
        self.files.len() + self.unsupported.len() + self.troubles.len()
    }

    fn append(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.unsupported.append(&mut other.unsupported);
        self.troubles.append(&mut other.troubles);
        self.nested.append(&mut other.nested);
        self.leftovers.append(&mut other.leftovers);
    }

    /// Takes a part of the project that cannot be listed: it must not look clean.
    fn take_error(&mut self, paths: &RootPaths, error: &ignore::Error) {
        let below = paths.below(place_of(error).unwrap_or(paths.root())).map(|(path, _)| path);
        let path = below.map_or_else(|| RelPath::new("."), named_or_root);
        self.troubles.push((
            path,
            Trouble::Unreadable,
            error.io_error().map_or_else(|| error.to_string(), system_message),
        ));
    }

    /// Each path once, and an order that no thread decides: big files first, so that none is left for the end.
    fn settle(&mut self) {
        self.files.sort_unstable_by(|a, b| b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path)));
        self.files.dedup_by(|a, b| a.path == b.path);
        self.unsupported.sort_unstable();
        self.unsupported.dedup();
        self.troubles.sort_unstable_by(|a, b| (&a.0, &a.2).cmp(&(&b.0, &b.2)));
        self.nested.sort_unstable();
        self.nested.dedup();
    }

    /// Takes a file whose metadata says that it is a regular one.
    fn take_file(
        &mut self,
        filter: &FileFilter,
        (path, is_unicode): (RelPath, bool),
        at: &Path,
        metadata: impl FnOnce() -> Result<Metadata, String>,
    ) {
        if filter.dialect(&path).is_none() {
            self.unsupported.push(path);
        } else if !is_unicode {
            self.troubles.push((path, Trouble::NotUnicodeName, "its name is not Unicode".to_owned()));
        } else {
            match metadata() {
                Ok(metadata) => self.files.push(DiskFile::new(path, at.to_owned(), &metadata)),
                Err(error) => self.troubles.push((path, Trouble::Unreadable, error)),
            }
        }
    }
}

/// Finds everything under `targets`, which lie below the root; folders are walked on `threads` threads.
pub(crate) fn discover(paths: &RootPaths, filter: &FileFilter, targets: &[PathBuf], threads: usize) -> Discovery {
    let mut discovery = Discovery::default();
    let mut folders = Vec::new();
    for target in targets {
        note_nested(paths, target, &mut discovery);
        let Some((path, is_unicode)) = paths.below(target) else { continue };
        if is_ours(path.as_str())
            || path.as_str().split('/').any(|part| part == ".git")
            || filter.excluding(path.as_str()).is_some()
        {
            continue;
        }
        if target.is_dir() {
            if let Some(why) = unreadable_list(target) {
                discovery.troubles.push((named_or_root(path), Trouble::Unreadable, why));
            } else if !filter.excludes_folder(path.as_str()) {
                folders.push(target);
            }
        } else {
            take_named(paths, filter, target, (path, is_unicode), &mut discovery);
        }
    }
    if let Some((first, others)) = folders.split_first() {
        discovery.append(walk(paths, filter, first, others, threads));
    }
    discovery.settle();
    discovery
}

fn named_or_root(path: RelPath) -> RelPath {
    if path.as_str().is_empty() { RelPath::new(".") } else { path }
}

/// Why the `.gitignore` of a folder cannot be read, if so: one that never ends would never let the walk go on.
fn unreadable_list(folder: &Path) -> Option<String> {
    let list = folder.join(".gitignore").symlink_metadata().ok()?;
    let is_plain = list.is_file() && list.len() <= MAX_GITIGNORE_SIZE;
    (!is_plain).then(|| "not looked into, because its `.gitignore` is no plain file of at most 1 MiB".to_owned())
}

/// The most bytes of a `.gitignore`.
const MAX_GITIGNORE_SIZE: u64 = 1 << 20;

/// Whether a path is that of the baseline or in it: what lawbook writes itself is nothing to check.
pub(crate) fn is_ours(path: &str) -> bool {
    path.strip_prefix(baseline::BASELINE_FOLDER).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Configuration files between the root and a target.
fn note_nested(paths: &RootPaths, target: &Path, discovery: &mut Discovery) {
    let above =
        target.ancestors().skip(1).take_while(|folder| folder.starts_with(paths.root()) && *folder != paths.root());
    for folder in above {
        let config = folder.join(CONFIG_NAME);
        if let Some((path, _)) = paths.below(&config).filter(|_| config.is_file()) {
            discovery.nested.push(path);
        }
    }
}

/// Takes a file that was named. It may be anything; only a regular file is ever opened.
fn take_named(
    paths: &RootPaths,
    filter: &FileFilter,
    target: &Path,
    (path, is_unicode): (RelPath, bool),
    discovery: &mut Discovery,
) {
    // A link is followed because the user named it, yet never out of the root.
    let real = match target.canonicalize() {
        Ok(real) => real,
        Err(error) => return discovery.troubles.push((path, Trouble::Unreadable, system_message(&error))),
    };
    if !real.starts_with(paths.root()) {
        let why = "it is a symbolic link that leads out of the root".to_owned();
        return discovery.troubles.push((path, Trouble::Unreadable, why));
    }
    match real.metadata() {
        Err(error) => discovery.troubles.push((path, Trouble::Unreadable, system_message(&error))),
        Ok(metadata) if metadata.is_file() => {
            if path.file_name() == CONFIG_NAME && path.as_str() != CONFIG_NAME {
                discovery.nested.push(path.clone());
            }
            discovery.take_file(filter, (path, is_unicode), &real, || Ok(metadata));
        }
        Ok(metadata) => {
            let why = format!("it is {}, not a file", kind_of(&metadata));
            discovery.troubles.push((path, Trouble::NotRegular, why));
        }
    }
}

/// What a thing without text is called.
fn kind_of(metadata: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return "a named pipe";
        } else if kind.is_socket() {
            return "a socket";
        } else if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    if metadata.is_dir() { "a folder" } else { "something special" }
}

fn walk(paths: &RootPaths, filter: &FileFilter, first: &Path, others: &[&PathBuf], threads: usize) -> Discovery {
    let mut builder = WalkBuilder::new(first);
    for other in others {
        builder.add(other);
    }
    // The answer depends on the project's own `.gitignore` files alone, not on the machine or on whether git is set up.
    builder.hidden(false).ignore(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
    builder.threads(threads);
    let (known_paths, known_filter) = (paths.clone(), filter.clone());
    let closed = Arc::new(Mutex::new(Discovery::default()));
    let seen = closed.clone();
    builder.filter_entry(move |entry| {
        if !is_wanted(entry, &known_paths, &known_filter) {
            return false;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let Some(why) = is_folder.then(|| unreadable_list(entry.path())).flatten() else { return true };
        if let Some((path, _)) = known_paths.below(entry.path()) {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.troubles.push((path, Trouble::Unreadable, why));
        }
        false
    });
    let all = Mutex::new(Discovery::default());
    builder.build_parallel().run(|| {
        let mut share = Share { found: Discovery::default(), all: &all };
        Box::new(move |entry| {
            visit(paths, filter, entry, &mut share.found);
            WalkState::Continue
        })
    });
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.append(std::mem::take(&mut *closed.lock().unwrap_or_else(PoisonError::into_inner)));
    all
}

/// One thread's finds, handed over when the thread is done.
struct Share<'a> {
    found: Discovery,
    all: &'a Mutex<Discovery>,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let found = std::mem::take(&mut self.found);
        self.all.lock().unwrap_or_else(PoisonError::into_inner).append(found);
    }
}

fn is_wanted(entry: &DirEntry, paths: &RootPaths, filter: &FileFilter) -> bool {
    if entry.file_name() == ".git" {
        return false;
    }
    if filter.excludes_nothing() && entry.file_name() != "baseline" {
        return true;
    }
    let Some((path, _)) = paths.below(entry.path()) else { return true };
    if is_ours(path.as_str()) {
        return false;
    }
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if is_folder { !filter.excludes_folder(path.as_str()) } else { filter.excluding(path.as_str()).is_none() }
}

fn visit(paths: &RootPaths, filter: &FileFilter, entry: Result<DirEntry, ignore::Error>, found: &mut Discovery) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return found.take_error(paths, &error),
    };
    // Links, pipes, sockets and devices that nobody named are left out.
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return;
    }
    let Some((path, is_unicode)) = paths.below(entry.path()) else { return };
    if path.file_name().starts_with(TEMP_PREFIX) {
        return found.leftovers.push(entry.into_path());
    }
    if path.as_str() == JOURNAL_NAME {
        return;
    }
    if path.file_name() == CONFIG_NAME && path.as_str() != CONFIG_NAME {
        found.nested.push(path.clone());
    }
    found.take_file(filter, (path, is_unicode), entry.path(), || {
        entry.metadata().map_err(|error| error.io_error().map_or_else(|| error.to_string(), system_message))
    });
}

fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(place_of),
        _ => None,
    }
}
