//! The search for the files to check: it walks folders and takes named files, and reports every file that it cannot
//! use and what it leaves out.

mod single;
mod tracked;
mod walk;

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::source::{FileEntry, RelPath};

use crate::baseline;
use crate::filter::{FileFilter, LeftOut};
use crate::git::Index;
use crate::gitignore::IgnoreReader;
use crate::paths::RootPaths;
use crate::root::{self, CONFIG_NAME};
use crate::stamp::FileStamp;
use crate::system_error::system_message;
use crate::workers::Workers;

pub(crate) use single::{discover_single, would_find};

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
    /// Its state by its metadata.
    pub(crate) stamp: FileStamp,
}

impl DiskFile {
    /// A file with these metadata.
    pub(crate) fn new(path: RelPath, at: PathBuf, metadata: &Metadata) -> Self {
        Self { path, at, size: metadata.len(), mode: mode(metadata), stamp: FileStamp::of(metadata) }
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

/// A file or folder that is left out on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOutPath {
    /// Its path below the root.
    pub(crate) path: RelPath,
    /// True for a folder: all that is in it is left out with it.
    pub(crate) is_folder: bool,
    /// The reason.
    pub(crate) left_out: LeftOut,
    /// True if the run was about it: the user has named it, or a change brings it.
    pub(crate) is_requested: bool,
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
    /// Files in folders below the root that are named like a configuration and are none.
    pub(crate) misnamed: Vec<RelPath>,
    /// Temporary files that interrupted runs have left. They are no part of the project.
    pub(crate) leftovers: Vec<PathBuf>,
    /// The number of files and folders that a `.gitignore` leaves out, of those that a walk has met.
    pub(crate) ignored: usize,
    /// Those of them that git does not track, in bytes from the top of the repository; that of a folder has a `/` at its
    /// end.
    pub(crate) ignored_paths: Vec<Vec<u8>>,
    /// The files of known languages and the folders that are left out on purpose.
    pub(crate) left_out: Vec<LeftOutPath>,
    /// The absolute paths of the folders that were listed.
    pub(crate) folders: Vec<PathBuf>,
    /// The index of the repository, if the search had to read it.
    pub(crate) index: Option<Arc<Index>>,
    /// The entries that only the index of the repository decides about.
    undecided: Vec<walk::Undecided>,
}

impl Discovery {
    /// The number of files in all.
    pub(crate) fn count(&self) -> usize {
        self.files.len() + self.unsupported.len() + self.errors.len() + self.left_out.len()
    }

    fn append(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.unsupported.append(&mut other.unsupported);
        self.errors.append(&mut other.errors);
        self.nested.append(&mut other.nested);
        self.misnamed.append(&mut other.misnamed);
        self.leftovers.append(&mut other.leftovers);
        self.ignored += other.ignored;
        self.ignored_paths.append(&mut other.ignored_paths);
        self.left_out.append(&mut other.left_out);
        self.folders.append(&mut other.folders);
        self.undecided.append(&mut other.undecided);
        self.index = self.index.take().or(other.index);
    }

    /// Adds a file or folder that is left out on purpose.
    fn add_left_out(&mut self, path: RelPath, is_folder: bool, left_out: LeftOut) {
        self.left_out.push(LeftOutPath { path, is_folder, left_out, is_requested: false });
    }

    /// Adds a path that cannot be read, so that the run reports it and does not pass it as clean.
    fn add_unreadable(&mut self, path: RelPath, why: String) {
        self.errors.push((path_or_dot(path), DiscoveryError::Unreadable, why));
    }

    /// Removes duplicates and sorts, so that the result does not depend on the order of threads. Large files come
    /// first, so that no thread starts with one when the others are done.
    fn sort_and_dedup(&mut self) {
        self.files.sort_unstable_by(|a, b| b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path)));
        self.files.dedup_by(|a, b| a.path == b.path);
        self.unsupported.sort_unstable();
        self.unsupported.dedup();
        self.errors.sort_unstable_by(|a, b| (&a.0, &a.2).cmp(&(&b.0, &b.2)));
        self.errors.dedup();
        self.nested.sort_unstable();
        self.nested.dedup();
        // A folder that begins with a dot is of another tool, which runs or calls lawbook by such a file.
        let is_below = |path: &&RelPath| {
            let folder = path.as_str().rsplit_once('/').map(|(folder, _)| folder);
            folder.is_some_and(|folder| !folder.split('/').any(|part| part.starts_with('.')))
        };
        let is_misnamed = |path: &&RelPath| root::OTHER_NAMES.contains(&path.file_name());
        self.misnamed.extend(self.unsupported.iter().filter(is_below).filter(is_misnamed).cloned());
        self.misnamed.sort_unstable();
        self.misnamed.dedup();
        // Of equal paths, one that the user has named comes first.
        self.left_out.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| b.is_requested.cmp(&a.is_requested)));
        self.left_out.dedup_by(|a, b| a.path == b.path);
    }

    /// Adds a regular file.
    fn add_file(
        &mut self,
        filter: &FileFilter,
        (path, is_unicode): (RelPath, bool),
        at: &Path,
        metadata: impl FnOnce() -> std::io::Result<Metadata>,
    ) {
        if filter.dialect(&path).is_none() {
            self.unsupported.push(path);
        } else if !is_unicode {
            self.errors.push((path, DiscoveryError::NotUnicodeName, "its name is not Unicode".to_owned()));
        } else {
            match metadata() {
                Ok(metadata) => self.files.push(DiskFile::new(path, at.to_owned(), &metadata)),
                Err(error) => self.add_unreadable(path, system_message(&error)),
            }
        }
    }
}

/// Finds all files under `targets`, absolute paths below the root. Folders are walked by `threads` threads.
///
/// Paths that a `.gitignore` names, folders of builds and folders with a repository of their own are left out, except for
/// files in them that git tracks. Git is asked only if a walk meets one of these.
pub(crate) fn discover(paths: &RootPaths, filter: &FileFilter, targets: &[PathBuf], threads: usize) -> Discovery {
    let mut discovery = Discovery::default();
    let mut ignores = IgnoreReader::new(paths.root());
    let mut folders = Vec::new();
    for target in targets {
        add_nested_configs(paths, target, &mut discovery);
        let Some((path, is_unicode)) = paths.below(target) else { continue };
        let is_folder = target.is_dir();
        let is_of_baseline = is_in_baseline(path.as_str()) && !is_folder && filter.dialect(&path).is_none();
        if is_of_baseline || path.as_str().split('/').any(|part| part == ".git") {
            continue;
        }
        // A path that the user names is checked wherever it is, unless the settings exclude it.
        let verdict = filter.path(path.as_str(), path.as_str(), is_folder);
        if let Some(left_out) = filter.left_out(verdict)
            && !(is_folder && filter.may_take_back_below(verdict, path.as_str()))
        {
            discovery.left_out.push(LeftOutPath { path, is_folder, left_out, is_requested: true });
        } else if !is_folder {
            add_named(paths, filter, target, (path, is_unicode), &mut discovery);
        } else {
            match ignores.above(target) {
                Ok(above) => {
                    let base = ignores.base(target);
                    let at = target.clone();
                    folders.push(walk::Folder { at, path, is_unicode, base, ignores: above, verdict, is_start: true });
                }
                Err(problem) => {
                    let folder = paths.below(&problem.folder).map_or_else(RelPath::root, |(folder, _)| folder);
                    discovery.add_unreadable(folder, unsearched(&problem.reason));
                }
            }
        }
    }
    let walked = walk::Walked { filter, is_in_repository: ignores.repository().is_some() };
    let workers = Workers::new(Some(threads), None);
    discovery.append(walk::walk(walked, folders, workers));
    if let Some(top) = ignores.repository().filter(|_| !discovery.undecided.is_empty()) {
        tracked::decide(paths, top, walked, workers, &mut discovery);
    }
    discovery.sort_and_dedup();
    discovery
}

fn path_or_dot(path: RelPath) -> RelPath {
    if path.as_str().is_empty() { RelPath::new(".") } else { path }
}

/// The message for a folder whose `.gitignore` cannot be read, so that nobody knows which of its files count.
fn unsearched(reason: &str) -> String {
    format!("it is not searched, because {reason}")
}

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
        if let Some((path, _)) = paths.below(&config).filter(|_| config.symlink_metadata().is_ok()) {
            discovery.nested.push(path);
        }
        let other = root::OTHER_NAMES.iter().map(|name| folder.join(name));
        let other = other.filter(|at| at.symlink_metadata().is_ok() && !config.exists());
        discovery.misnamed.extend(other.filter_map(|at| Some(paths.below(&at)?.0)));
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
        Err(error) => return discovery.add_unreadable(path, system_message(&error)),
    };
    if !real.starts_with(paths.root()) {
        return discovery.add_unreadable(path, "it is a symbolic link that leads out of the root".to_owned());
    }
    match real.metadata() {
        Err(error) => discovery.add_unreadable(path, system_message(&error)),
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

#[cfg(test)]
mod tests;
