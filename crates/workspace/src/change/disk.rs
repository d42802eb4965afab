//! A change between a commit and the disk.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::Mistake;
use lawbook_core::report::SkipReason;
use lawbook_core::source::RelPath;

use super::{Change, ChangedSettings, Checkout, ContentLocation, FileInChange, NewFile};
use crate::discover::{self, Discovery, DiscoveryError, DiskFile, LeftOutPath};
use crate::files::Snapshot;
use crate::filter::LeftOut;
use crate::git::{self, EntryKind, Git, Index, IndexChange, Oid, TrackedPath, TreeEntry};
use crate::gitignore;
use crate::read;
use crate::root::CONFIG_NAME;
use crate::stamp::FileStamp;

/// The number of entries that are listed in folders that are left out, to find files that were moved there.
const MAX_LISTED_ENTRIES: usize = 100_000;

/// The number of files in places that are left out above which they are not read to see if they were edited.
const MAX_READ_OF_LEFT_OUT: usize = 1000;

/// The number of files beside the root above which only what is staged or committed of them is compared.
const MAX_READ_BESIDE_ROOT: usize = 5000;

/// The files of a commit with known languages, by path, as indices into its tree.
type FilesBefore = HashMap<RelPath, usize>;

/// The index of a repository, read at the first call.
pub(super) struct LazyIndex<'g>(&'g Git, Option<Arc<Index>>);

impl LazyIndex<'_> {
    pub(super) fn get(&mut self) -> Result<Arc<Index>, Vec<Mistake>> {
        let read = match self.1.take() {
            Some(read) => read,
            None => Arc::new(self.0.tracked()?),
        };
        Ok(self.1.insert(read).clone())
    }
}

impl Change {
    /// Adds the change between a commit, whose files are `tree`, and the disk.
    pub(super) fn add_disk(&mut self, tree: &[TreeEntry], checkout: Checkout<'_>) -> Result<(), Vec<Mistake>> {
        self.read_older(&changed_settings(tree, checkout), checkout)?;
        let mut found =
            discover::discover(checkout.paths, checkout.filter, checkout.targets, checkout.workers.threads());
        let git = self.git.clone();
        let mut index = LazyIndex(&git, found.index.take());
        let mut before = FilesBefore::new();
        for (number, entry) in tree.iter().enumerate() {
            let admitted = checkout.admitted(&entry.at);
            if let Some((path, _)) = admitted.filter(|(path, _)| checkout.filter.dialect(path).is_some()) {
                before.insert(path, number);
            }
        }
        drop_other_repositories(&mut found, &before, &self.git, checkout);
        let on_disk = self.files_on_disk(&mut found, tree, &before, checkout);
        let unsupported = std::mem::take(&mut found.unsupported);
        let left_out = std::mem::take(&mut found.left_out);
        found.errors.retain(|(path, error, _)| *error == DiscoveryError::Unreadable || !before.contains_key(path));
        let gone = self.gone(tree, &before, &on_disk, &found, &mut index, checkout)?;
        let mut new_files = self.new_left_out(&left_out, &before, !gone.is_empty(), &mut index, checkout)?;
        new_files.extend(unsupported_files(unsupported, tree, checkout));
        self.add_edits_of_left_out(tree, &before, &mut index, checkout)?;
        self.add_submodules(tree, &left_out, &mut index, checkout)?;
        self.look_outside(tree, &mut index, checkout)?;
        self.add_absent(tree, &mut index, checkout)?;
        self.note_unseen(checkout)?;
        self.add_newly_ignored(&mut found, tree, &mut index, checkout)?;
        self.add_pairs(on_disk, before, tree, checkout);
        self.files.extend(gone);
        self.discovery = found;
        self.add_new_files(new_files)
    }

    /// Counts the changed files that the change is not limited to, and finds the settings there.
    fn look_outside(
        &mut self,
        tree: &[TreeEntry],
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<(), Vec<Mistake>> {
        let root = checkout.paths.root();
        if !self.git.top().starts_with(root) {
            self.outside = self.changed_beside_root(tree, index, checkout)?;
        }
        if checkout.targets.iter().any(|target| root.starts_with(target)) {
            return Ok(());
        }
        let found = discover::discover(checkout.paths, checkout.filter, &[root.to_owned()], checkout.workers.threads());
        let is_outside = |at: &Path| checkout.is_code_outside(at, self.git.top());
        let is_wanted = |entry: &&TreeEntry| entry.kind == EntryKind::File && entry.at.starts_with(root);
        let before: HashMap<&Path, &Oid> = tree
            .iter()
            .filter(is_wanted)
            .filter(|entry| is_outside(&entry.at))
            .map(|entry| (&*entry.at, &entry.oid))
            .collect();
        let files: Vec<DiskFile> = found.files.into_iter().filter(|file| is_outside(&file.at)).collect();
        let are_same = checkout.workers.each_in_order(&files, |file| {
            before.get(&*file.at).is_some_and(|old| is_same(file, old, checkout.max_file_size))
        });
        let mut outside = are_same.into_iter().filter(|is_same| !is_same).count();
        for at in before.keys().filter(|at| at.symlink_metadata().is_err()) {
            let Some(path) = path_from_top(&self.git, at) else { continue };
            // A file that a sparse checkout leaves out is not gone.
            let is_absent = index.get()?.get(&path).is_some_and(|tracked| tracked.is_absent);
            outside += usize::from(!is_absent);
        }
        self.outside += outside;
        self.configs_outside = found.nested;
        Ok(())
    }

    /// Lists the files of known languages that the index has otherwise than the base and a sparse checkout leaves out.
    fn add_absent(
        &mut self,
        tree: &[TreeEntry],
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<(), Vec<Mistake>> {
        if !git::may_have_absent_files(self.git.top()) {
            return Ok(());
        }
        let index = index.get()?;
        let before: HashMap<&Path, &Oid> = tree.iter().map(|entry| (&*entry.at, &entry.oid)).collect();
        for entry in index.entries().iter().filter(|entry| entry.is_absent && entry.kind == EntryKind::File) {
            let at = self.git.top().join(git::path_from_git(&entry.path));
            let Some((path, true)) = checkout.admitted(&at) else { continue };
            let is_changed = before.get(&*at) != Some(&&entry.oid) && at.symlink_metadata().is_err();
            if is_changed && checkout.filter.dialect(&path).is_some() {
                self.add_left_out(path, SkipReason::SparseCheckout.into(), true);
            }
        }
        Ok(())
    }

    /// Notes the files of known languages that HEAD has otherwise than the base, while the disk has them as the base does:
    /// what is committed is not what is checked.
    fn note_unseen(&mut self, checkout: Checkout<'_>) -> Result<(), Vec<Mistake>> {
        let Snapshot::Commit(base) = &self.base else { return Ok(()) };
        let left_out: HashSet<&RelPath> = self.left_out.iter().map(|left_out| &left_out.path).collect();
        let committed = self.git.committed_since(base)?.into_iter().filter_map(|change| {
            let path = checkout.admitted(&change.at).map(|(path, _)| path)?;
            let is_file = change.now.as_ref().is_some_and(|(kind, _)| *kind == EntryKind::File);
            (is_file && checkout.filter.dialect(&path).is_some() && !left_out.contains(&path)).then_some((path, change))
        });
        let committed: Vec<(RelPath, IndexChange)> = committed.collect();
        let are_unseen = checkout.workers.each_in_order(&committed, |(path, change)| {
            match (&change.before, change.at.symlink_metadata()) {
                (Some((_, before)), Ok(metadata)) => {
                    let file = DiskFile::new(path.clone(), change.at.clone(), &metadata);
                    is_same(&file, before, checkout.max_file_size)
                }
                (None, Err(_)) => true,
                _ => false,
            }
        });
        let unseen = committed.iter().zip(are_unseen).filter(|(_, is_unseen)| *is_unseen);
        let unseen: Vec<String> = unseen.map(|((path, _), _)| checkout.paths.shown(path.as_str())).collect();
        if let Some((first, more)) = unseen.split_first() {
            let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            self.notes.push(format!(
                "not checked as committed: {first}{more}, which HEAD has changed and the disk has as before the change"
            ));
        }
        Ok(())
    }

    /// Counts the changed files of known languages in the repository that lie outside of the root.
    fn changed_beside_root(
        &self,
        tree: &[TreeEntry],
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<usize, Vec<Mistake>> {
        let root = checkout.paths.root();
        let is_beside = |at: &Path| !at.starts_with(root) && checkout.is_code_outside(at, self.git.top());
        let before: HashMap<&Path, &TreeEntry> = tree
            .iter()
            .filter(|entry| entry.kind == EntryKind::File && is_beside(&entry.at))
            .map(|entry| (&*entry.at, entry))
            .collect();
        let index = index.get()?;
        let tracked = index.entries().iter().map(|entry| (self.git.top().join(git::path_from_git(&entry.path)), entry));
        let tracked: HashMap<PathBuf, &TrackedPath> = tracked.filter(|(at, _)| is_beside(at)).collect();
        let untracked = self.git.untracked()?;
        let new = tracked.keys().chain(&untracked).filter(|at| is_beside(at) && !before.contains_key(&***at));
        let new = new.filter(|at| at.symlink_metadata().is_ok_and(|metadata| metadata.is_file()));
        let are_read = before.len() <= MAX_READ_BESIDE_ROOT;
        let old: Vec<&TreeEntry> = before.values().copied().collect();
        let are_changed = checkout.workers.each_in_order(&old, |entry| {
            let tracked = tracked.get(&entry.at);
            match entry.at.symlink_metadata() {
                Ok(metadata) if are_read => {
                    let file = DiskFile::new(RelPath::root(), entry.at.clone(), &metadata);
                    !is_same(&file, &entry.oid, checkout.max_file_size)
                }
                Ok(_) => tracked.is_none_or(|tracked| tracked.oid != entry.oid),
                // A file that a sparse checkout leaves out is not gone.
                Err(_) => !tracked.is_some_and(|tracked| tracked.is_absent),
            }
        });
        Ok(new.collect::<HashSet<_>>().len() + are_changed.into_iter().filter(|is_changed| *is_changed).count())
    }

    /// The files on the disk that are checked, with those that were checked before the change and are left out now.
    fn files_on_disk(
        &mut self,
        found: &mut Discovery,
        tree: &[TreeEntry],
        before: &FilesBefore,
        checkout: Checkout<'_>,
    ) -> Vec<DiskFile> {
        let mut on_disk: Vec<DiskFile> = std::mem::take(&mut found.files);
        let known: HashSet<RelPath> = on_disk.iter().map(|file| file.path.clone()).collect();
        for (path, number) in before.iter().filter(|(path, _)| !known.contains(*path)) {
            let (entry, Some(metadata)) = (&tree[*number], checkout.paths.metadata(path)) else { continue };
            let is_checked = || checkout.left_out(&entry.at, path).is_none();
            if metadata.is_file() && (is_checked() || self.was_in_place(checkout, &entry.at, path)) {
                on_disk.push(DiskFile::new(path.clone(), entry.at.clone(), &metadata));
            } else if metadata.is_symlink() && entry.kind == EntryKind::File {
                self.add_left_out(path.clone(), SkipReason::SymbolicLink.into(), true);
            }
        }
        on_disk
    }

    /// Lists the files that the change edits and that are left out for their place on both sides of it.
    fn add_edits_of_left_out(
        &mut self,
        tree: &[TreeEntry],
        before: &FilesBefore,
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<(), Vec<Mistake>> {
        let of_place = before.iter().filter_map(|(path, number)| {
            let entry = &tree[*number];
            let left_out = checkout.left_out(&entry.at, path)?;
            let is_out = entry.kind == EntryKind::File && !self.was_in_place(checkout, &entry.at, path);
            is_out.then_some((path, entry, left_out))
        });
        let of_place: Vec<(&RelPath, &TreeEntry, LeftOut)> = of_place.collect();
        if of_place.is_empty() {
            return Ok(());
        }
        // A repository may hold the code of others by the thousand: then only what is staged or committed is compared.
        let are_read = of_place.len() <= MAX_READ_OF_LEFT_OUT;
        let index = index.get()?;
        let are_edited = checkout.workers.each_in_order(&of_place, |(path, entry, _)| {
            let tracked = || path_from_top(&self.git, &entry.at).and_then(|path| index.get(&path));
            match checkout.paths.metadata_unless_link(path) {
                Some(metadata) if are_read => {
                    let file = DiskFile::new((*path).clone(), entry.at.clone(), &metadata);
                    !is_same(&file, &entry.oid, checkout.max_file_size)
                }
                Some(_) => tracked().is_some_and(|tracked| tracked.oid != entry.oid),
                None => false,
            }
        });
        for ((path, _, left_out), _) in of_place.into_iter().zip(are_edited).filter(|(_, is_edited)| *is_edited) {
            self.add_left_out(path.clone(), left_out, false);
        }
        Ok(())
    }

    /// The files that were checked before the change and that it deletes.
    fn gone(
        &self,
        tree: &[TreeEntry],
        before: &FilesBefore,
        on_disk: &[DiskFile],
        found: &Discovery,
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<Vec<FileInChange>, Vec<Mistake>> {
        let known: HashSet<&RelPath> = on_disk.iter().map(|file| &file.path).collect();
        let unread: HashSet<&RelPath> = found.errors.iter().map(|(path, ..)| path).collect();
        let missing = before.iter().filter(|(path, number)| {
            tree[**number].kind == EntryKind::File
                && !known.contains(path)
                && !unread.contains(path)
                && checkout.paths.metadata_unless_link(path).is_none()
        });
        let mut gone = Vec::new();
        for (path, number) in missing {
            let entry = &tree[*number];
            // A file that a sparse checkout leaves out is not gone.
            if let Some(path) = path_from_top(&self.git, &entry.at)
                && index.get()?.get(&path).is_some_and(|tracked| tracked.is_absent)
            {
                continue;
            }
            if self.was_in_place(checkout, &entry.at, path) {
                let before = Some(entry.oid.clone());
                gone.push(FileInChange { path: path.clone(), now: None, before, was_in_place: true });
            }
        }
        Ok(gone)
    }

    /// Adds the files on the disk that differ from what they were before the change.
    fn add_pairs(
        &mut self,
        on_disk: Vec<DiskFile>,
        mut before: FilesBefore,
        tree: &[TreeEntry],
        checkout: Checkout<'_>,
    ) {
        let pairs: Vec<(DiskFile, Option<&TreeEntry>)> = on_disk
            .into_iter()
            .map(|file| {
                let old = before.remove(&file.path).map(|number| &tree[number]);
                (file, old.filter(|entry| entry.kind == EntryKind::File))
            })
            .collect();
        let are_same = checkout.workers.each_in_order(&pairs, |(file, old)| {
            old.is_some_and(|old| is_same(file, &old.oid, checkout.max_file_size))
        });
        for ((file, old), _) in pairs.into_iter().zip(are_same).filter(|(_, is_same)| !is_same) {
            let path = file.path.clone();
            let was_in_place = old.is_some_and(|old| self.was_in_place(checkout, &old.at, &path));
            self.add_leaving(&path, checkout.left_out(&file.at, &path).filter(|_| was_in_place));
            let before = old.map(|old| old.oid.clone());
            self.files.push(FileInChange { path, now: Some(ContentLocation::Disk(file)), before, was_in_place });
        }
    }

    /// The new files among what a walk has left out. Folders in which nothing is tracked are listed as a whole, and their
    /// files are new ones only if they were moved there.
    fn new_left_out(
        &mut self,
        left_out: &[LeftOutPath],
        before: &FilesBefore,
        has_gone: bool,
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<Vec<NewFile>, Vec<Mistake>> {
        let mut new_files = Vec::new();
        let mut entries_left = MAX_LISTED_ENTRIES;
        let new_file = |path: RelPath, at: &Path, entry: &LeftOutPath, is_listed: bool| {
            let metadata = at.symlink_metadata().ok().filter(fs::Metadata::is_file)?;
            let now = ContentLocation::Disk(DiskFile::new(path.clone(), at.to_owned(), &metadata));
            Some(NewFile { path, now, left_out: Some(entry.left_out.clone()), is_listed })
        };
        for entry in left_out {
            let at = checkout.paths.root().join(entry.path.as_str());
            if !entry.is_folder {
                if before.contains_key(&entry.path) && !entry.is_requested {
                    continue;
                }
                if entry.left_out.reason == SkipReason::SymbolicLink || entry.is_requested {
                    self.left_out.push(LeftOutPath { is_requested: true, ..entry.clone() });
                } else {
                    new_files.extend(new_file(entry.path.clone(), &at, entry, true));
                }
                continue;
            }
            let is_other = entry.left_out.reason == SkipReason::OtherRepository;
            let Some(mut folder) = path_from_top(&self.git, &at) else { continue };
            let read = index.get()?;
            let is_submodule = read.get(&folder).is_some();
            folder.push(b'/');
            let tracked = read.below(&folder);
            for tracked in tracked.iter().filter(|tracked| tracked.kind == EntryKind::File) {
                let at = self.git.top().join(git::path_from_git(&tracked.path));
                let Some((path, true)) = checkout.admitted(&at) else { continue };
                if !is_other && checkout.filter.dialect(&path).is_some() && !before.contains_key(&path) {
                    new_files.extend(new_file(path, &at, entry, true));
                }
            }
            let is_before = |path: &RelPath| entry.path.holds(path.as_str());
            if entry.is_requested || (tracked.is_empty() && !is_submodule && !before.keys().any(is_before)) {
                let is_requested = entry.is_requested || !is_other;
                self.left_out.push(LeftOutPath { is_requested, ..entry.clone() });
            }
            if has_gone && !is_other {
                for (path, at) in files_in(&at, &entry.path, &mut entries_left) {
                    let is_new = !before.contains_key(&path) && checkout.filter.dialect(&path).is_some();
                    let is_tracked = || {
                        let bytes = path_from_top(&self.git, &at);
                        bytes.is_some_and(|bytes| read.get(&bytes).is_some())
                    };
                    if is_new && !is_tracked() {
                        new_files.extend(new_file(path, &at, entry, false));
                    }
                }
            }
        }
        Ok(new_files)
    }

    /// Lists the submodules whose commit is not the one that they had before the change: the one that is checked out, or
    /// else that in the index.
    fn add_submodules(
        &mut self,
        tree: &[TreeEntry],
        left_out: &[LeftOutPath],
        index: &mut LazyIndex<'_>,
        checkout: Checkout<'_>,
    ) -> Result<(), Vec<Mistake>> {
        let is_module = |entry: &&TreeEntry| entry.kind == EntryKind::Submodule;
        let before: HashMap<&Path, &Oid> =
            tree.iter().filter(is_module).map(|entry| (&*entry.at, &entry.oid)).collect();
        // The folder of a submodule that is not checked out is empty.
        let may_be_new = left_out.iter().any(|entry| entry.left_out.reason == SkipReason::OtherRepository)
            || self.git.top().join(".gitmodules").symlink_metadata().is_ok();
        if before.is_empty() && !may_be_new {
            return Ok(());
        }
        let index = index.get()?;
        for module in index.entries().iter().filter(|entry| entry.kind == EntryKind::Submodule) {
            let at = self.git.top().join(git::path_from_git(&module.path));
            let Some((path, _)) = checkout.admitted(&at) else { continue };
            let checked_out = || {
                let inner = Git::open(&at).ok().filter(|inner| inner.top() == at && inner.head() != self.git.head())?;
                inner.head().cloned()
            };
            let is_same = before.get(&*at) == Some(&&module.oid) && checked_out().is_none_or(|oid| oid == module.oid);
            if !is_same {
                self.add_left_out(path, SkipReason::Submodule.into(), true);
            }
        }
        Ok(())
    }
}

/// Drops files in other repositories that the user has named: they are no part of a change of this one.
fn drop_other_repositories(found: &mut Discovery, before: &FilesBefore, git: &Git, checkout: Checkout<'_>) {
    let is_other = |target: &&PathBuf| {
        let between = target.ancestors().take_while(|folder| folder.starts_with(git.top()) && *folder != git.top());
        between.into_iter().any(|folder| folder.join(".git").symlink_metadata().is_ok())
    };
    let others: Vec<&PathBuf> = checkout.targets.iter().filter(is_other).collect();
    if !others.is_empty() {
        let is_in_other = |file: &DiskFile| others.iter().any(|other| file.at.starts_with(other));
        found.files.retain(|file| before.contains_key(&file.path) || !is_in_other(file));
    }
}

/// The files of settings that differ from those of the base.
fn changed_settings(tree: &[TreeEntry], checkout: Checkout<'_>) -> Vec<ChangedSettings> {
    let mut changed: Vec<ChangedSettings> = Vec::new();
    let mut seen: HashSet<RelPath> = HashSet::new();
    for entry in tree.iter().filter(|entry| entry.kind == EntryKind::File) {
        let Some(folder) = checkout.folder_of_settings(&entry.at) else { continue };
        let size = entry.at.metadata().map_or(0, |metadata| metadata.len());
        let file = DiskFile {
            path: RelPath::new(CONFIG_NAME),
            at: entry.at.clone(),
            size,
            mode: 0,
            stamp: FileStamp::default(),
        };
        if !is_same(&file, &entry.oid, checkout.max_file_size) {
            changed.push((folder.clone(), Some(entry.oid.clone())));
        }
        seen.insert(folder);
    }
    let layers = checkout.layers.iter().map(|layer| &layer.folder);
    changed.extend(layers.filter(|folder| !seen.contains(*folder)).map(|folder| (folder.clone(), None)));
    changed
}

/// The new files of unknown languages. One may be a file that was checked under another name.
fn unsupported_files(unsupported: Vec<RelPath>, tree: &[TreeEntry], checkout: Checkout<'_>) -> Vec<NewFile> {
    let known: HashSet<&Path> = tree.iter().map(|entry| &*entry.at).collect();
    let new_file = |path: RelPath| {
        let at = checkout.paths.root().join(path.as_str());
        let metadata = at.symlink_metadata().ok().filter(|metadata| metadata.is_file() && !known.contains(&*at))?;
        let now = ContentLocation::Disk(DiskFile::new(path.clone(), at, &metadata));
        Some(NewFile { path, now, left_out: None, is_listed: true })
    };
    unsupported.into_iter().filter_map(new_file).collect()
}

/// The files in a folder and in those below it, with their paths below the root.
pub(super) fn files_in(at: &Path, path: &RelPath, entries_left: &mut usize) -> Vec<(RelPath, PathBuf)> {
    let (mut files, mut open) = (Vec::new(), vec![(path.clone(), at.to_owned())]);
    while let Some((folder, at)) = open.pop() {
        for entry in fs::read_dir(at).into_iter().flatten().flatten().take(*entries_left) {
            *entries_left = entries_left.saturating_sub(1);
            let name = entry.file_name();
            let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
            let path = RelPath::new(format!("{}/{name}", folder.as_str()));
            if kind.is_dir() && name != ".git" {
                open.push((path, entry.path()));
            } else if kind.is_file() {
                files.push((path, entry.path()));
            }
        }
    }
    files
}

/// The bytes of a path from the top of the working tree; `None` outside of it.
pub(super) fn path_from_top(git: &Git, at: &Path) -> Option<Vec<u8>> {
    let below = at.strip_prefix(git.top()).ok()?;
    let parts: Vec<_> = below.components().map(|part| gitignore::bytes(part.as_os_str())).collect();
    Some(parts.join(&b'/'))
}

/// True if a file has the committed content. CRLF counts as LF, since git may convert line ends on checkout.
pub(super) fn is_same(file: &DiskFile, old: &Oid, max_bytes: u64) -> bool {
    // A file that cannot be read stays in the change, so that the run reports it.
    let Ok(bytes) = read::whole(&file.at, file.size, max_bytes) else { return false };
    if old.names_content(&bytes) {
        return true;
    }
    bytes.windows(2).any(|pair| pair == b"\r\n") && old.names_content(&read::with_plain_line_ends(&bytes))
}
