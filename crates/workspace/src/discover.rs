//! The search for the files to check: it walks folders and takes named files, and reports every file that it cannot
//! use.

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

/// The prefix of the temporary files that a fix writes before they replace the originals.
pub(crate) const TEMP_PREFIX: &str = ".lawbook-tmp-";

/// The name of the journal: the file that lists the files that are being replaced together.
pub(crate) const JOURNAL_NAME: &str = ".lawbook-journal";

/// A file on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DiskFile {
    /// Its path below the root.
    pub(crate) path: RelPath,
    /// Its absolute path.
    pub(crate) at: PathBuf,
    /// Its size in bytes when it was found.
    pub(crate) size: u64,
    /// Its Unix permission bits.
    pub(crate) mode: u32,
}

impl DiskFile {
    /// A file with these metadata.
    pub(crate) fn new(path: RelPath, at: PathBuf, metadata: &Metadata) -> Self {
        Self { path, at, size: metadata.len(), mode: mode(metadata) }
    }

    /// The file as core sees it.
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

/// The reason why a file or folder cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiscoveryError {
    /// The system refuses to read it.
    Unreadable,
    /// It is not a regular file.
    NotRegular,
    /// Its name is not Unicode.
    NotUnicodeName,
}

/// The results of a search.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// Files of known languages, the largest first.
    pub(crate) files: Vec<DiskFile>,
    /// Files of unknown languages.
    pub(crate) unsupported: Vec<RelPath>,
    /// Paths that cannot be read, each with the kind of error and a message.
    pub(crate) errors: Vec<(RelPath, DiscoveryError, String)>,
    /// Configuration files in folders below the root; they are not read.
    pub(crate) nested: Vec<RelPath>,
    /// Temporary files that interrupted runs have left. They are no part of the project.
    pub(crate) leftovers: Vec<PathBuf>,
}

impl Discovery {
    /// The number of files in all.
    pub(crate) fn count(&self) -> usize {
        self.files.len() + self.unsupported.len() + self.errors.len()
    }

    fn append(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.unsupported.append(&mut other.unsupported);
        self.errors.append(&mut other.errors);
        self.nested.append(&mut other.nested);
        self.leftovers.append(&mut other.leftovers);
    }

    /// Adds a folder that cannot be listed, so that the run reports it and does not pass it as clean.
    fn add_error(&mut self, paths: &RootPaths, error: &ignore::Error) {
        let below = paths.below(path_of_error(error).unwrap_or(paths.root())).map(|(path, _)| path);
        let path = below.map_or_else(|| RelPath::new("."), path_or_dot);
        self.errors.push((
            path,
            DiscoveryError::Unreadable,
            error.io_error().map_or_else(|| error.to_string(), system_message),
        ));
    }

    /// Removes duplicates and sorts, so that the result does not depend on the order of threads. Large files come
    /// first, so that no thread starts with one when the others are done.
    fn sort_and_dedup(&mut self) {
        self.files.sort_unstable_by(|a, b| b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path)));
        self.files.dedup_by(|a, b| a.path == b.path);
        self.unsupported.sort_unstable();
        self.unsupported.dedup();
        self.errors.sort_unstable_by(|a, b| (&a.0, &a.2).cmp(&(&b.0, &b.2)));
        self.nested.sort_unstable();
        self.nested.dedup();
    }

    /// Adds a regular file.
    fn add_file(
        &mut self,
        filter: &FileFilter,
        (path, is_unicode): (RelPath, bool),
        at: &Path,
        metadata: impl FnOnce() -> Result<Metadata, String>,
    ) {
        if filter.dialect(&path).is_none() {
            self.unsupported.push(path);
        } else if !is_unicode {
            self.errors.push((path, DiscoveryError::NotUnicodeName, "its name is not Unicode".to_owned()));
        } else {
            match metadata() {
                Ok(metadata) => self.files.push(DiskFile::new(path, at.to_owned(), &metadata)),
                Err(error) => self.errors.push((path, DiscoveryError::Unreadable, error)),
            }
        }
    }
}

/// Finds all files under `targets`, absolute paths below the root. Folders are walked by `threads` threads.
pub(crate) fn discover(paths: &RootPaths, filter: &FileFilter, targets: &[PathBuf], threads: usize) -> Discovery {
    let mut discovery = Discovery::default();
    let mut folders = Vec::new();
    for target in targets {
        add_nested_configs(paths, target, &mut discovery);
        let Some((path, is_unicode)) = paths.below(target) else { continue };
        if is_in_baseline(path.as_str())
            || path.as_str().split('/').any(|part| part == ".git")
            || filter.excluding(path.as_str()).is_some()
        {
            continue;
        }
        if target.is_dir() {
            if let Some(why) = gitignore_problem(target) {
                discovery.errors.push((path_or_dot(path), DiscoveryError::Unreadable, why));
            } else if !filter.excludes_folder(path.as_str()) {
                folders.push(target);
            }
        } else {
            add_named(paths, filter, target, (path, is_unicode), &mut discovery);
        }
    }
    if let Some((first, others)) = folders.split_first() {
        discovery.append(walk(paths, filter, first, others, threads));
    }
    discovery.sort_and_dedup();
    discovery
}

fn path_or_dot(path: RelPath) -> RelPath {
    if path.as_str().is_empty() { RelPath::new(".") } else { path }
}

/// The reason why the `.gitignore` of a folder must not be read, if there is one: a pipe or an endless file would block the walk.
fn gitignore_problem(folder: &Path) -> Option<String> {
    let list = folder.join(".gitignore").symlink_metadata().ok()?;
    let is_plain = list.is_file() && list.len() <= MAX_GITIGNORE_BYTES;
    (!is_plain)
        .then(|| "it is not searched, because its `.gitignore` is not a regular file of at most 1 MiB".to_owned())
}

/// The maximum size of a `.gitignore`, in bytes.
const MAX_GITIGNORE_BYTES: u64 = 1 << 20;

/// True if a path is the folder of the baseline or in it. Its files are written by lawbook and not checked.
pub(crate) fn is_in_baseline(path: &str) -> bool {
    path.strip_prefix(baseline::BASELINE_FOLDER).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Adds the configuration files in the folders between the root and a target.
fn add_nested_configs(paths: &RootPaths, target: &Path, discovery: &mut Discovery) {
    let above =
        target.ancestors().skip(1).take_while(|folder| folder.starts_with(paths.root()) && *folder != paths.root());
    for folder in above {
        let config = folder.join(CONFIG_NAME);
        if let Some((path, _)) = paths.below(&config).filter(|_| config.is_file()) {
            discovery.nested.push(path);
        }
    }
}

/// Adds a file that the user has named. It may be of any type; only a regular file is opened later.
fn add_named(
    paths: &RootPaths,
    filter: &FileFilter,
    target: &Path,
    (path, is_unicode): (RelPath, bool),
    discovery: &mut Discovery,
) {
    // A symbolic link that the user has named is followed, but not out of the root.
    let real = match target.canonicalize() {
        Ok(real) => real,
        Err(error) => return discovery.errors.push((path, DiscoveryError::Unreadable, system_message(&error))),
    };
    if !real.starts_with(paths.root()) {
        let why = "it is a symbolic link that leads out of the root".to_owned();
        return discovery.errors.push((path, DiscoveryError::Unreadable, why));
    }
    match real.metadata() {
        Err(error) => discovery.errors.push((path, DiscoveryError::Unreadable, system_message(&error))),
        Ok(metadata) if metadata.is_file() => {
            if path.file_name() == CONFIG_NAME && path.as_str() != CONFIG_NAME {
                discovery.nested.push(path.clone());
            }
            discovery.add_file(filter, (path, is_unicode), &real, || Ok(metadata));
        }
        Ok(metadata) => {
            let why = format!("it is {}, not a file", kind_of(&metadata));
            discovery.errors.push((path, DiscoveryError::NotRegular, why));
        }
    }
}

/// The name of the type of something that is not a regular file.
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

/// Walks folders and finds the files in them.
fn walk(paths: &RootPaths, filter: &FileFilter, first: &Path, others: &[&PathBuf], threads: usize) -> Discovery {
    let mut builder = WalkBuilder::new(first);
    for other in others {
        builder.add(other);
    }
    // Only the `.gitignore` files of the project count, so that the result is the same on every machine.
    builder.hidden(false).ignore(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
    builder.threads(threads);
    let (entry_paths, entry_filter) = (paths.clone(), filter.clone());
    // The errors of folders that are not entered.
    let skipped = Arc::new(Mutex::new(Discovery::default()));
    let skipped_by_filter = skipped.clone();
    builder.filter_entry(move |entry| {
        if !is_visited(entry, &entry_paths, &entry_filter) {
            return false;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let Some(why) = is_folder.then(|| gitignore_problem(entry.path())).flatten() else { return true };
        if let Some((path, _)) = entry_paths.below(entry.path()) {
            let mut skipped = skipped_by_filter.lock().unwrap_or_else(PoisonError::into_inner);
            skipped.errors.push((path, DiscoveryError::Unreadable, why));
        }
        false
    });
    let all = Mutex::new(Discovery::default());
    builder.build_parallel().run(|| {
        let mut thread_results = ThreadDiscovery { found: Discovery::default(), all: &all };
        Box::new(move |entry| {
            visit(paths, filter, entry, &mut thread_results.found);
            WalkState::Continue
        })
    });
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.append(std::mem::take(&mut *skipped.lock().unwrap_or_else(PoisonError::into_inner)));
    all
}

/// The results of one thread of the walk, appended to the common ones when the thread ends.
struct ThreadDiscovery<'a> {
    found: Discovery,
    all: &'a Mutex<Discovery>,
}

impl Drop for ThreadDiscovery<'_> {
    fn drop(&mut self) {
        let found = std::mem::take(&mut self.found);
        self.all.lock().unwrap_or_else(PoisonError::into_inner).append(found);
    }
}

/// True if the walk visits a file or enters a folder.
fn is_visited(entry: &DirEntry, paths: &RootPaths, filter: &FileFilter) -> bool {
    if entry.file_name() == ".git" {
        return false;
    }
    if filter.excludes_nothing() && entry.file_name() != "baseline" {
        return true;
    }
    let Some((path, _)) = paths.below(entry.path()) else { return true };
    if is_in_baseline(path.as_str()) {
        return false;
    }
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if is_folder { !filter.excludes_folder(path.as_str()) } else { filter.excluding(path.as_str()).is_none() }
}

/// Adds an entry of the walk, unless it is a folder, a link or no regular file.
fn visit(paths: &RootPaths, filter: &FileFilter, entry: Result<DirEntry, ignore::Error>, found: &mut Discovery) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return found.add_error(paths, &error),
    };
    // Links, pipes, sockets and devices are skipped unless the user has named them.
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
    found.add_file(filter, (path, is_unicode), entry.path(), || {
        entry.metadata().map_err(|error| error.io_error().map_or_else(|| error.to_string(), system_message))
    });
}

fn path_of_error(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of_error(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of_error),
        _ => None,
    }
}
