//! The files of a run: what is to be checked, where its contents are, and what is accounted for without being read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::engine::FileAnswer;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::{FileEntry, Files, OverlayFiles, RelPath};

use crate::baseline::BaselinePart;
use crate::change::{Change, Checkout, Content};
use crate::discover::{self, Discovery, DiskFile};
use crate::files::{Blobs, DiskFiles, GitFiles, Snapshot};
use crate::law::Law;
use crate::request::{Extent, Inputs, ReportScope, Request};
use crate::system_error::system_message;

/// The files of a run.
pub(crate) struct Batch<'w> {
    /// The files to check, the biggest first.
    pub(crate) entries: Vec<FileEntry>,
    /// Where their contents are, and those of all others.
    pub(crate) files: Source<'w>,
    /// What is not read, with the answer that accounts for it.
    pub(crate) answers: Vec<FileAnswer>,
    /// Configuration files below the root, which nobody reads.
    pub(crate) nested: Vec<RelPath>,
    /// What runs that were cut short have left.
    pub(crate) leftovers: Vec<PathBuf>,
    /// Which of the baseline's entries the run can judge.
    pub(crate) coverage: Coverage,
    /// What the files are a change of.
    pub(crate) change: Option<ChangeBatch<'w>>,
}

/// A change with the contents of its base.
pub(crate) struct ChangeBatch<'w> {
    pub(crate) change: Change,
    pub(crate) blobs: Arc<Blobs>,
    pub(crate) before: GitFiles<'w>,
}

/// Where contents are.
#[derive(Debug)]
pub(crate) enum Source<'w> {
    /// On the disk.
    Disk(DiskFiles<'w>),
    /// In memory, over the disk.
    Overlay(OverlayFiles<DiskFiles<'w>>),
    /// In git's index.
    Index(GitFiles<'w>),
}

impl Source<'_> {
    /// The same behind the one interface.
    pub(crate) fn files(&self) -> &dyn Files {
        match self {
            Self::Disk(files) => files,
            Self::Overlay(files) => files,
            Self::Index(files) => files,
        }
    }

    /// Where a file is on the disk, if it may be edited there.
    pub(crate) fn place(&self, path: &RelPath) -> Option<&DiskFile> {
        match self {
            Self::Disk(files) => files.found(path),
            Self::Overlay(_) | Self::Index(_) => None,
        }
    }
}

/// Which files a run can judge: that a finding is not in them means that it is no more.
#[derive(Clone, Debug)]
pub(crate) enum Coverage {
    /// All that stand under these files and folders.
    Targets(Vec<PathBuf>),
    /// These alone.
    Paths(BTreeSet<RelPath>),
}

impl Law {
    /// Finds the files of a request.
    ///
    /// # Errors
    /// A path that is not there, or git or the repository cannot say what the change is.
    pub(crate) fn find(&self, request: &Request) -> Result<Batch<'_>, Vec<Mistake>> {
        match &request.inputs {
            Inputs::Opened => Ok(self.find_under(self.targets.clone())),
            Inputs::Paths(paths) => Ok(self.find_under(self.targets_of(paths)?)),
            Inputs::Texts(texts) => Ok(self.take_texts(texts)),
            Inputs::Change(extent) => self.find_change(extent, request.scope),
        }
    }

    /// The files and folders of paths below the root.
    fn targets_of(&self, paths: &[RelPath]) -> Result<Vec<PathBuf>, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut targets = Vec::new();
        for path in paths {
            let is_root = path.as_str().is_empty();
            if !is_root && path.as_str().split('/').any(|part| matches!(part, "" | "." | "..")) {
                mistakes.push(Mistake::new(format!("`{}` is no path below the root", path.as_str())));
                continue;
            }
            let at = if is_root { self.root().to_owned() } else { self.root().join(path.as_str()) };
            match at.symlink_metadata() {
                Ok(_) => targets.push(at),
                Err(error) => {
                    let shown = self.paths.shown(path.as_str());
                    mistakes.push(Mistake::new(format!("`{shown}` cannot be checked: {}", system_message(&error))));
                }
            }
        }
        if mistakes.is_empty() { Ok(targets) } else { Err(mistakes) }
    }

    fn find_under(&self, targets: Vec<PathBuf>) -> Batch<'_> {
        let found = self.discover(&targets);
        let count = found.count();
        let batch = Batch {
            entries: found.files.iter().map(DiskFile::entry).collect(),
            answers: self.checker.account(&found),
            files: Source::Disk(self.disk(found.files)),
            nested: found.nested,
            leftovers: found.leftovers,
            coverage: Coverage::Targets(targets),
            change: None,
        };
        debug_assert_eq!(batch.entries.len() + batch.answers.len(), count, "every file that was met is accounted for");
        batch
    }

    /// Everything under some files and folders.
    pub(crate) fn discover(&self, targets: &[PathBuf]) -> Discovery {
        discover::discover(&self.paths, self.checker.filter(), targets, self.workers.threads())
    }

    /// The disk, with what a search has found.
    pub(crate) fn disk(&self, found: impl IntoIterator<Item = DiskFile>) -> DiskFiles<'_> {
        DiskFiles::new(&self.paths, self.checker.filter(), self.workers.threads(), found)
    }

    fn take_texts(&self, texts: &[(RelPath, Arc<[u8]>)]) -> Batch<'_> {
        let mut files = OverlayFiles::new(self.disk([]));
        let is_wanted = |path: &RelPath| self.checker.filter().excluding(path.as_str()).is_none();
        let wanted: BTreeMap<&RelPath, &Arc<[u8]>> =
            texts.iter().filter(|(path, _)| is_wanted(path)).map(|(path, bytes)| (path, bytes)).collect();
        for (path, bytes) in &wanted {
            files.open((*path).clone(), (*bytes).clone());
        }
        let entry = |(path, bytes): (&RelPath, &Arc<[u8]>)| FileEntry::regular(path.clone(), bytes.len() as u64);
        Batch {
            entries: wanted.into_iter().map(entry).collect(),
            files: Source::Overlay(files),
            answers: Vec::new(),
            nested: Vec::new(),
            leftovers: Vec::new(),
            coverage: Coverage::Paths(texts.iter().map(|(path, _)| path.clone()).collect()),
            change: None,
        }
    }

    fn find_change(&self, extent: &Extent, scope: ReportScope) -> Result<Batch<'_>, Vec<Mistake>> {
        let max_file_size = self.checker.max_file_size();
        let checkout = Checkout {
            paths: &self.paths,
            filter: self.checker.filter(),
            targets: &self.targets,
            workers: self.workers,
            max_file_size,
        };
        let mut change = Change::find(extent, &self.cwd, checkout)?;
        let blobs = Arc::new(Blobs::new(change.git.clone(), max_file_size));
        let before: Vec<(RelPath, _)> =
            change.files.iter().filter_map(|file| Some((file.path.clone(), file.before.clone()?))).collect();
        let (mut staged, mut found) = (Vec::new(), Vec::new());
        for file in &change.files {
            match &file.now {
                Some(Content::Blob(oid)) => staged.push((file.path.clone(), oid.clone())),
                Some(Content::Disk(place)) => found.push(place.clone()),
                None => {}
            }
        }
        let mut oids: Vec<_> = staged.iter().map(|(_, oid)| oid.clone()).collect();
        if !oids.is_empty() && scope != ReportScope::All {
            // Asking git twice takes longer than reading a little too much.
            oids.extend(before.iter().map(|(_, oid)| oid.clone()));
        }
        blobs.read_all(oids)?;
        let mut answers = self.checker.account(&change.troubles);
        answers.extend(change.aside.iter().map(|(path, aside)| self.checker.leave_aside(path.clone(), *aside)));
        let nested = std::mem::take(&mut change.troubles.nested);
        let (entries, files) = if *extent == Extent::Staged {
            let files = GitFiles::new(&self.paths, Snapshot::Index, blobs.clone(), staged.iter().cloned());
            let entry = |path: &RelPath| files.entry(path).unwrap_or_else(|| FileEntry::regular(path.clone(), 0));
            let entries = staged.iter().map(|(path, _)| entry(path)).collect();
            (entries, Source::Index(files))
        } else {
            let entries = found.iter().map(DiskFile::entry).collect();
            (entries, Source::Disk(self.disk(found)))
        };
        let before = GitFiles::new(&self.paths, change.base.clone(), blobs.clone(), before);
        Ok(Batch {
            entries,
            files,
            answers,
            nested,
            leftovers: Vec::new(),
            coverage: Coverage::Paths(change.files.iter().map(|file| file.path.clone()).collect()),
            change: Some(ChangeBatch { change, blobs, before }),
        })
    }
}

impl Coverage {
    /// Whether these are all files of the root.
    pub(crate) fn is_whole(&self, root: &Path) -> bool {
        match self {
            Self::Targets(targets) => targets.iter().any(|target| target == root),
            Self::Paths(_) => false,
        }
    }

    /// The part of a baseline that has something to say of these files.
    pub(crate) fn part(&self, law: &Law) -> BaselinePart {
        let targets = match self {
            Self::Paths(paths) => return BaselinePart::of_paths(paths),
            Self::Targets(_) if self.is_whole(law.root()) => return BaselinePart::Whole,
            Self::Targets(targets) => targets,
        };
        let below = targets.iter().filter_map(|target| Some((target, law.paths.below(target)?.0)));
        let folder = |(target, path): (&PathBuf, RelPath)| {
            if target.is_dir() {
                return (path.as_str().to_owned(), true);
            }
            (path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder).to_owned(), false)
        };
        BaselinePart::Folders(below.map(folder).collect())
    }
}
