//! The files of a run: those to check, the source of their contents, and the answers for files that are not read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::engine::FileAnswer;
use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, Skipped};
use lawbook_core::source::{FileEntry, Files, OverlayFiles, RelPath, SourceFile};

use crate::baseline::BaselinePart;
use crate::change::{Change, Checkout, ContentLocation};
use crate::discover::{self, Discovery, DiscoveryError, DiskFile, LeftOutPath};
use crate::files::{DiskFiles, GitFiles};
use crate::filter::LeftOut;
use crate::law::Law;
use crate::request::{ChangeSelection, Inputs, ReportScope, Request};
use crate::sides::ChangeBatch;
use crate::system_error::system_message;

/// The files of a run.
pub(crate) struct Batch<'w> {
    /// The files to check, the largest first.
    pub(crate) entries: Vec<FileEntry>,
    /// The contents of these files, and of all other files of the same source.
    pub(crate) files: BatchFiles<'w>,
    /// The answers for files that are found and not read.
    pub(crate) answers: Vec<FileAnswer>,
    /// Configuration files in folders below the root; they are not read.
    pub(crate) nested: Vec<RelPath>,
    /// Files in folders below the root that are named like a configuration and are none.
    pub(crate) misnamed: Vec<RelPath>,
    /// Temporary files that interrupted runs have left.
    pub(crate) leftovers: Vec<PathBuf>,
    /// The absolute paths of the folders that a search has listed or found files in, some of them twice; empty without a
    /// search.
    pub(crate) folders: Vec<PathBuf>,
    /// The number of files and folders that a `.gitignore` leaves out.
    pub(crate) ignored: usize,
    /// The files and folders that are left out on purpose for their place.
    pub(crate) left_out: Vec<LeftOutPath>,
    /// The files whose missing findings count as fixed.
    pub(crate) coverage: Coverage,
    /// The change that the files belong to; `None` if the request is not about a change.
    pub(crate) change: Option<ChangeBatch<'w>>,
}

impl Batch<'_> {
    /// Adds to the skipped files of a report what leaves them out, and which of them the run was about, and adds the
    /// files that a change takes out of the runs to come.
    pub(crate) fn describe_skipped(&self, law: &Law, report: &mut Report) {
        let left_out: HashMap<&RelPath, &LeftOutPath> =
            self.left_out.iter().map(|left_out| (&left_out.path, left_out)).collect();
        if let Some((change, _)) = self.change.as_ref().and_then(ChangeBatch::git) {
            report.leaving.extend(change.leaving().into_iter().map(|(path, left_out)| {
                let mut leaving = Skipped::new(path, left_out.reason);
                (leaving.by, leaving.is_requested) = (left_out.by, true);
                leaving
            }));
        }
        for skipped in &mut report.skipped {
            if let Some(known) = left_out.get(&skipped.path) {
                skipped.by.clone_from(&known.left_out.by);
                // A pattern is about the files that it matches, not about each of them.
                skipped.is_requested =
                    known.is_requested && !law.matched.contains(&law.root().join(skipped.path.as_str()));
                continue;
            }
            skipped.is_requested = match (&self.change, &self.coverage) {
                (Some(change), _) => change.brings(&skipped.path, skipped.reason),
                (None, Coverage::Paths(paths)) => {
                    matches!(self.files, BatchFiles::Overlay(_)) && paths.contains(&skipped.path)
                }
                (None, Coverage::Targets(_)) => self.is_named(law, &skipped.path),
            };
        }
    }

    /// True if a file is checked although its content leaves it out: the user has named it, or it was checked before the
    /// change.
    pub(crate) fn keeps(&self, law: &Law, source: &SourceFile) -> bool {
        match &self.change {
            Some(change) => change.keeps(source),
            None => self.is_named(law, source.path()),
        }
    }

    /// True if the user has named this very file or folder on the disk.
    fn is_named(&self, law: &Law, path: &RelPath) -> bool {
        match &self.coverage {
            Coverage::Targets(targets) => {
                let at = law.root().join(path.as_str());
                !law.matched.contains(&at) && targets.contains(&at)
            }
            Coverage::Paths(_) => false,
        }
    }
}

/// The source of the contents of a run.
#[derive(Debug)]
pub(crate) enum BatchFiles<'w> {
    /// On the disk.
    Disk(DiskFiles<'w>),
    /// In memory, and for all other paths on the disk.
    Overlay(OverlayFiles<DiskFiles<'w>>),
    /// In git: in its index, or in a commit.
    Index(GitFiles<'w>),
}

impl BatchFiles<'_> {
    /// The contents as the interface that core reads.
    pub(crate) fn files(&self) -> &dyn Files {
        match self {
            Self::Disk(files) => files,
            Self::Overlay(files) => files,
            Self::Index(files) => files,
        }
    }

    /// The file on the disk behind a path; `None` if the file may not be edited there.
    pub(crate) fn disk_file(&self, path: &RelPath) -> Option<&DiskFile> {
        match self {
            Self::Disk(files) => files.found(path),
            Self::Overlay(_) | Self::Index(_) => None,
        }
    }
}

/// The files that a run covers: a finding that the run does not report in them is gone.
#[derive(Clone, Debug)]
pub(crate) enum Coverage {
    /// These files, and all files in these folders, by absolute path.
    Targets(Vec<PathBuf>),
    /// These files.
    Paths(BTreeSet<RelPath>),
}

impl Law {
    /// Finds the files of a request.
    ///
    /// # Errors
    /// A path does not exist, or the files of the change cannot be determined.
    pub(crate) fn find(&self, request: &Request) -> Result<Batch<'_>, Vec<Mistake>> {
        match &request.inputs {
            Inputs::Opened => Ok(self.find_under(self.targets.clone())),
            Inputs::Paths(paths) => Ok(self.find_under(self.targets_of(paths)?)),
            Inputs::Files(paths) => Ok(self.find_files(paths)),
            Inputs::Texts(texts) => Ok(self.find_texts(texts)),
            Inputs::Change(selection) => self.find_change(selection, request),
            Inputs::Edits(edits) => Ok(self.find_edits(edits)),
        }
    }

    /// The absolute paths of files and folders below the root.
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
        // Files that were named lie in folders that were not listed.
        let of_files: HashSet<&OsStr> =
            found.files.iter().filter_map(|file| file.at.parent()).map(Path::as_os_str).collect();
        let folders = found.folders.iter().cloned().chain(of_files.into_iter().map(PathBuf::from)).collect();
        let batch = Batch {
            folders,
            entries: found.files.iter().map(DiskFile::entry).collect(),
            answers: self.checker.unread_answers(&found),
            left_out: found.left_out,
            files: BatchFiles::Disk(self.disk(found.files)),
            nested: found.nested,
            misnamed: found.misnamed,
            leftovers: found.leftovers,
            ignored: found.ignored,
            coverage: Coverage::Targets(targets),
            change: None,
        };
        debug_assert_eq!(batch.entries.len() + batch.answers.len(), count, "every file that was found has an answer");
        batch
    }

    /// Finds all files under some files and folders, given by absolute path.
    pub(crate) fn discover(&self, targets: &[PathBuf]) -> Discovery {
        discover::discover(&self.paths, self.checker.filter(), targets, self.workers.threads())
    }

    /// The files on the disk, with those that a search has found.
    pub(crate) fn disk(&self, found: impl IntoIterator<Item = DiskFile>) -> DiskFiles<'_> {
        DiskFiles::new(&self.paths, self.checker.filter(), self.workers.threads(), found)
    }

    /// True if a search of the root finds a file at this path, whether or not there is one yet: the settings, a `.gitignore`
    /// and the place do not leave it out. What its content leaves out is not known here.
    pub fn would_find(&self, path: &RelPath) -> bool {
        discover::would_find(&self.paths, self.checker.filter(), path)
    }

    /// Finds files as a search of the root would.
    fn find_files(&self, paths: &[RelPath]) -> Batch<'_> {
        let filter = self.checker.filter();
        let mut found = discover::discover_single(&self.paths, filter, paths);
        // The path below the root of a name that is not Unicode is that of no file.
        let is_no_name = |path: &&RelPath| path.as_str().contains(char::REPLACEMENT_CHARACTER);
        let is_code =
            |path: &&RelPath| filter.dialect(path).is_some() && filter.path("", path.as_str(), false).reason.is_none();
        let unnamed = paths.iter().filter(is_no_name).filter(is_code);
        found.errors.extend(
            unnamed
                .filter(|path| self.paths.metadata(path).is_none())
                .map(|path| (path.clone(), DiscoveryError::NotUnicodeName, "its name is not Unicode".to_owned())),
        );
        self.found(found, Coverage::Paths(paths.iter().cloned().collect()), None)
    }

    /// The files that a search has found on the disk.
    pub(crate) fn found<'a>(
        &'a self,
        found: Discovery,
        coverage: Coverage,
        change: Option<ChangeBatch<'a>>,
    ) -> Batch<'a> {
        Batch {
            folders: Vec::new(),
            entries: found.files.iter().map(DiskFile::entry).collect(),
            answers: self.checker.unread_answers(&found),
            files: BatchFiles::Disk(self.disk(found.files)),
            nested: found.nested,
            misnamed: found.misnamed,
            leftovers: found.leftovers,
            ignored: found.ignored,
            left_out: found.left_out,
            coverage,
            change,
        }
    }

    fn find_texts(&self, texts: &[(RelPath, Arc<[u8]>)]) -> Batch<'_> {
        let mut files = OverlayFiles::new(self.disk([]));
        let filter = self.checker.filter();
        let left_out = |path: &RelPath| filter.left_out(filter.path(path.as_str(), path.as_str(), false));
        let mut wanted: BTreeMap<&RelPath, &Arc<[u8]>> = BTreeMap::new();
        let mut excluded: BTreeMap<&RelPath, LeftOut> = BTreeMap::new();
        for (path, bytes) in texts {
            match left_out(path) {
                Some(left_out) => drop(excluded.insert(path, left_out)),
                None => drop(wanted.insert(path, bytes)),
            }
        }
        let excluded: Vec<LeftOutPath> = excluded
            .into_iter()
            .map(|(path, left_out)| LeftOutPath { path: path.clone(), is_folder: false, left_out, is_requested: true })
            .collect();
        for (path, bytes) in &wanted {
            files.open((*path).clone(), (*bytes).clone());
        }
        let entry = |(path, bytes): (&RelPath, &Arc<[u8]>)| FileEntry::regular(path.clone(), bytes.len() as u64);
        Batch {
            folders: Vec::new(),
            entries: wanted.into_iter().map(entry).collect(),
            files: BatchFiles::Overlay(files),
            answers: self.checker.left_out_answers(&excluded).collect(),
            left_out: excluded,
            nested: Vec::new(),
            misnamed: Vec::new(),
            leftovers: Vec::new(),
            ignored: 0,
            coverage: Coverage::Paths(texts.iter().map(|(path, _)| path.clone()).collect()),
            change: None,
        }
    }

    fn find_change(&self, selection: &ChangeSelection, request: &Request) -> Result<Batch<'_>, Vec<Mistake>> {
        let max_file_size = self.checker.max_file_size();
        let git = self.tree.git();
        let checkout = Checkout {
            git: git.as_ref(),
            paths: &self.paths,
            filter: self.checker.filter(),
            layers: self.layers(),
            is_configured: !self.settings().path.is_empty(),
            targets: &self.change_targets,
            workers: self.workers,
            max_file_size,
        };
        let mut change = Change::find(selection, &self.cwd, checkout)?;
        if let Some(files) = &request.limit {
            change.limit_to(files);
        }
        let blobs = change.blobs.clone();
        let before: Vec<(RelPath, _)> =
            change.files.iter().filter_map(|file| Some((file.path.clone(), file.before.clone()?))).collect();
        let (mut staged, mut found) = (Vec::new(), Vec::new());
        for file in &change.files {
            match &file.now {
                Some(ContentLocation::Blob(oid)) => staged.push((file.path.clone(), oid.clone())),
                Some(ContentLocation::Disk(place)) => found.push(place.clone()),
                None => {}
            }
        }
        let mut oids: Vec<_> = staged.iter().map(|(_, oid)| oid.clone()).collect();
        if !oids.is_empty() && request.scope != ReportScope::All {
            // One call of git that reads some blobs in vain is faster than two calls.
            oids.extend(before.iter().map(|(_, oid)| oid.clone()));
        }
        blobs.read_all(oids)?;
        let mut answers = self.checker.unread_answers(&change.discovery);
        let unchecked = std::mem::take(&mut change.unchecked).into_iter();
        answers.extend(unchecked.map(|(path, unchecked)| self.checker.unchecked_answer(path, unchecked)));
        let left_out = std::mem::take(&mut change.left_out);
        answers.extend(self.checker.left_out_answers(&left_out));
        let nested = std::mem::take(&mut change.discovery.nested);
        let misnamed = std::mem::take(&mut change.discovery.misnamed);
        let (entries, files) = if let Some(stored) = change.stored.clone() {
            let files = GitFiles::new(&self.paths, stored, blobs.clone(), staged.iter().cloned());
            let entry = |path: &RelPath| files.entry(path).unwrap_or_else(|| FileEntry::regular(path.clone(), 0));
            let entries = staged.iter().map(|(path, _)| entry(path)).collect();
            (entries, BatchFiles::Index(files))
        } else {
            let entries = found.iter().map(DiskFile::entry).collect();
            (entries, BatchFiles::Disk(self.disk(found)))
        };
        let before = GitFiles::new(&self.paths, change.base.clone(), blobs, before);
        Ok(Batch {
            folders: Vec::new(),
            entries,
            files,
            answers,
            nested,
            misnamed,
            leftovers: Vec::new(),
            ignored: change.discovery.ignored,
            left_out,
            coverage: Coverage::Paths(change.files.iter().map(|file| file.path.clone()).collect()),
            change: Some(ChangeBatch::in_git(change, before, self.checker.filter())),
        })
    }
}

impl Coverage {
    /// True if these are all files of the root. With globs that leave files out of the run, they are not.
    pub(crate) fn is_whole(&self, law: &Law) -> bool {
        match self {
            Self::Targets(targets) => {
                targets.iter().any(|target| target == law.root()) && !law.checker.filter().is_limited()
            }
            Self::Paths(_) => false,
        }
    }

    /// The part of the baseline that holds the entries of these files.
    pub(crate) fn baseline_part(&self, law: &Law) -> BaselinePart {
        let targets = match self {
            Self::Paths(paths) => return BaselinePart::of_paths(paths),
            Self::Targets(_) if self.is_whole(law) => return BaselinePart::Whole,
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
