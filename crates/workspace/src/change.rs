//! A change in git: the files that it touches, and where their contents before and after it are stored.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;

use crate::discover::{self, Discovery, DiscoveryError, DiskFile};
use crate::files::Snapshot;
use crate::filter::FileFilter;
use crate::git::{EntryKind, Git, IndexChange, Oid, TreeEntry};
use crate::paths::RootPaths;
use crate::read;
use crate::request::ChangeSelection;
use crate::workers::Workers;

/// The files of a change.
#[derive(Debug)]
pub(crate) struct Change {
    /// The repository.
    pub(crate) git: Arc<Git>,
    /// The state before the change.
    pub(crate) base: Snapshot,
    /// The files of known languages, sorted by path.
    pub(crate) files: Vec<FileInChange>,
    /// The paths that are not checked, each with the reason.
    pub(crate) skipped: Vec<(RelPath, SkippedInChange)>,
    /// The files on the disk that cannot be read, and the nested configuration files.
    pub(crate) discovery: Discovery,
}

/// One file of a change.
#[derive(Clone, Debug)]
pub(crate) struct FileInChange {
    /// Its path below the root.
    pub(crate) path: RelPath,
    /// Its content after the change; `None` if the change deletes it.
    pub(crate) now: Option<ContentLocation>,
    /// Its content before the change; `None` if the change creates it.
    pub(crate) before: Option<Oid>,
}

/// The storage of a file's content.
#[derive(Clone, Debug)]
pub(crate) enum ContentLocation {
    /// In the object store of the repository.
    Blob(Oid),
    /// On the disk.
    Disk(DiskFile),
}

/// The reason why a path of a change is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SkippedInChange {
    /// Its language is unknown.
    Unsupported,
    /// It is a submodule: a commit of another repository.
    Submodule,
    /// Its name is not Unicode.
    NotUnicodeName,
}

/// The working tree that a change is searched in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkout<'a> {
    /// The root.
    pub(crate) paths: &'a RootPaths,
    /// The filter that decides which of its files are checked.
    pub(crate) filter: &'a FileFilter,
    /// The absolute paths of the files and folders that the change is limited to.
    pub(crate) targets: &'a [PathBuf],
    /// The threads that walk folders and compare contents.
    pub(crate) workers: Workers,
    /// The maximum size of a file to read, in bytes.
    pub(crate) max_file_size: u64,
}

impl Change {
    /// Determines the files of a change with git.
    ///
    /// # Errors
    /// Git fails, the repository is not that of the root, or it does not have the commit to compare with.
    pub(crate) fn find(selection: &ChangeSelection, cwd: &Path, checkout: Checkout<'_>) -> Result<Self, Vec<Mistake>> {
        let git = Git::open(cwd)?;
        let root = checkout.paths.root();
        if !root.starts_with(git.top()) && !git.top().starts_with(root) {
            let (top, root) = (git.top().display(), root.display());
            let message = format!("the working tree of the repository is `{top}`, and the root is `{root}`");
            return Err(vec![Mistake::new(message).with_help("run lawbook in the repository whose change is meant")]);
        }
        let base = match selection {
            ChangeSelection::Staged | ChangeSelection::Changed => git.head().cloned(),
            ChangeSelection::Since(reference) => Some(git.merge_base(reference)?),
        };
        let base = base.map_or(Snapshot::Empty, Snapshot::Commit);
        if *selection == ChangeSelection::Staged {
            let staged = git.staged()?;
            return Ok(Self::of_index(git, base, staged, checkout));
        }
        let tree = match &base {
            Snapshot::Commit(commit) => git.tree(commit)?,
            Snapshot::Empty | Snapshot::Index => Vec::new(),
        };
        Ok(Self::of_disk(git, base, tree, checkout))
    }

    /// The change between HEAD and git's index.
    fn of_index(git: Git, base: Snapshot, staged: Vec<IndexChange>, checkout: Checkout<'_>) -> Self {
        let mut change =
            Self { git: Arc::new(git), base, files: Vec::new(), skipped: Vec::new(), discovery: Discovery::default() };
        for staged in staged {
            let Some((path, is_unicode)) = checkout.admitted(&staged.at) else { continue };
            // Symbolic links are not followed, as in a walk of the disk.
            let file =
                |side: Option<(EntryKind, Oid)>| side.filter(|(kind, _)| *kind == EntryKind::File).map(|(_, oid)| oid);
            let is_submodule = staged.now.as_ref().is_some_and(|(kind, _)| *kind == EntryKind::Submodule);
            let (now, before) = (file(staged.now), file(staged.before));
            let skipped = match (is_submodule, checkout.filter.dialect(&path)) {
                (true, _) => Some(SkippedInChange::Submodule),
                (false, None) if now.is_some() => Some(SkippedInChange::Unsupported),
                (false, Some(_)) if !is_unicode && now.is_some() => Some(SkippedInChange::NotUnicodeName),
                (false, None) => continue,
                (false, Some(_)) => None,
            };
            match skipped {
                Some(skipped) => change.skipped.push((path, skipped)),
                None if now.is_none() && before.is_none() => {}
                None => change.files.push(FileInChange { path, now: now.map(ContentLocation::Blob), before }),
            }
        }
        change.files.sort_by(|a, b| a.path.cmp(&b.path));
        change
    }

    /// The change between a commit, whose files are `tree`, and the disk.
    fn of_disk(git: Git, base: Snapshot, tree: Vec<TreeEntry>, checkout: Checkout<'_>) -> Self {
        let mut found =
            discover::discover(checkout.paths, checkout.filter, checkout.targets, checkout.workers.threads());
        let mut before: HashMap<RelPath, (PathBuf, EntryKind, Oid)> = HashMap::new();
        for entry in tree {
            let admitted = checkout.admitted(&entry.at);
            if let Some((path, _)) = admitted.filter(|(path, _)| checkout.filter.dialect(path).is_some()) {
                before.insert(path, (entry.at, entry.kind, entry.oid));
            }
        }
        // A committed file is part of the change even if `.gitignore` names it.
        let mut on_disk: Vec<DiskFile> = std::mem::take(&mut found.files);
        let known: HashSet<RelPath> = on_disk.iter().map(|file| file.path.clone()).collect();
        for (path, (at, ..)) in before.iter().filter(|(path, _)| !known.contains(path)) {
            let metadata = checkout.paths.metadata_unless_link(path).filter(std::fs::Metadata::is_file);
            on_disk.extend(metadata.map(|metadata| DiskFile::new(path.clone(), at.clone(), &metadata)));
        }
        found.errors.retain(|(path, error, _)| *error == DiscoveryError::Unreadable || !before.contains_key(path));
        found.unsupported.clear();
        let pairs: Vec<(DiskFile, Option<Oid>)> = on_disk
            .into_iter()
            .map(|file| {
                let old = before.remove(&file.path).filter(|(_, kind, _)| *kind == EntryKind::File);
                (file, old.map(|(_, _, oid)| oid))
            })
            .collect();
        let are_same = checkout.workers.each_in_order(&pairs, |(file, old)| {
            old.as_ref().is_some_and(|old| is_same(file, old, checkout.max_file_size))
        });
        let changed = pairs.into_iter().zip(are_same).filter(|(_, is_same)| !is_same);
        let changed = changed.map(|((file, before), _)| FileInChange {
            path: file.path.clone(),
            now: Some(ContentLocation::Disk(file)),
            before,
        });
        let mut files: Vec<FileInChange> = changed.collect();
        let gone = before.into_iter().filter(|(_, (_, kind, _))| *kind == EntryKind::File);
        let unread: HashSet<&RelPath> = found.errors.iter().map(|(path, ..)| path).collect();
        let gone =
            gone.filter(|(path, _)| !unread.contains(path) && checkout.paths.metadata_unless_link(path).is_none());
        files.extend(gone.map(|(path, (_, _, oid))| FileInChange { path, now: None, before: Some(oid) }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { git: Arc::new(git), base, files, skipped: Vec::new(), discovery: found }
    }
}

impl Checkout<'_> {
    /// The path below the root of a path that git gives, and true if its name is Unicode; `None` if it is outside
    /// of the targets or excluded.
    fn admitted(&self, at: &Path) -> Option<(RelPath, bool)> {
        let (path, is_unicode) = self.paths.below(at)?;
        let is_in_targets = self.targets.iter().any(|target| at.starts_with(target));
        let is_in_baseline = discover::is_in_baseline(path.as_str());
        (is_in_targets && !is_in_baseline && self.filter.excluding(path.as_str()).is_none())
            .then_some((path, is_unicode))
    }
}

/// True if a file has the committed content. CRLF counts as LF, since git may convert line ends on checkout.
fn is_same(file: &DiskFile, old: &Oid, max_bytes: u64) -> bool {
    // A file that cannot be read stays in the change, so that the run reports it.
    let Ok(bytes) = read::whole(&file.at, file.size, max_bytes) else { return false };
    if old.names_content(&bytes) {
        return true;
    }
    bytes.windows(2).any(|pair| pair == b"\r\n") && old.names_content(&read::with_plain_line_ends(&bytes))
}
