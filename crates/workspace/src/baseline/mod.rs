//! The baseline on the disk: text files below `.lawbook/baseline/`, whose folders mirror the folders of the sources. A
//! run reads the files for its own source folders, and others only to find entries of moved files. No symbolic link is
//! followed.

mod write;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::baseline::{self, Baseline, BaselineRenames, Comparison, PresentTexts, TextIndex};
use lawbook_core::source::RelPath;

use crate::law_tree::{LawTree, PathKind};
use crate::packs;
use crate::paths::RootPaths;
use crate::read;
use crate::system_error::system_message;
use crate::workers::Workers;

pub(crate) use write::NewBaselineFile;

/// The folder of the baseline below the root. Files in it are never checked.
pub const BASELINE_FOLDER: &str = ".lawbook/baseline";

/// The maximum size of one file of the baseline, in bytes.
const MAX_BASELINE_FILE_BYTES: u64 = 64 << 20;

/// The maximum size of all files of the baseline that a run reads, in bytes. A file that is read twice counts twice.
const MAX_BASELINE_BYTES: u64 = 256 << 20;

/// The baseline of a root and the parts of it that were read.
#[derive(Debug)]
pub(crate) struct BaselineStore {
    paths: RootPaths,
    /// The place that it is read from.
    tree: LawTree,
    workers: Workers,
    baseline: Baseline,
    /// The path of each file that was read, by its number in `baseline`.
    places: Vec<PathBuf>,
    read_places: HashSet<PathBuf>,
    /// The source folders whose entries were read.
    read_folders: HashSet<String>,
    is_whole: bool,
    index: Option<Arc<BaselineIndex>>,
    /// The number of bytes that were read.
    bytes: AtomicU64,
}

/// An index over all files of the baseline that finds entries by fingerprint without parsing every entry.
#[derive(Debug)]
struct BaselineIndex {
    texts: TextIndex,
    /// The path of each text, by its number in `texts`.
    places: Vec<PathBuf>,
}

/// The part of the baseline that a run compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BaselinePart {
    /// The whole baseline.
    Whole,
    /// The entries of source files in these folders, and with `true` also in all folders below.
    Folders(BTreeSet<(String, bool)>),
}

impl BaselinePart {
    /// The part with the entries of these source files.
    pub(crate) fn of_paths<'p>(paths: impl IntoIterator<Item = &'p RelPath>) -> Self {
        let folder = |path: &RelPath| path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        Self::Folders(paths.into_iter().map(|path| (folder(path), false)).collect())
    }
}

impl BaselineStore {
    /// The baseline of a root; nothing is read yet.
    pub(crate) fn new(paths: &RootPaths, workers: Workers) -> Self {
        Self {
            paths: paths.clone(),
            tree: LawTree::Disk,
            workers,
            baseline: Baseline::default(),
            places: Vec::new(),
            read_places: HashSet::new(),
            read_folders: HashSet::new(),
            is_whole: false,
            index: None,
            bytes: AtomicU64::new(0),
        }
    }

    /// The same, read from another tree. It is written to the disk only.
    pub(crate) fn in_tree(self, tree: LawTree) -> Self {
        Self { tree, ..self }
    }

    /// The files of the baseline.
    ///
    /// # Errors
    /// A folder of it cannot be read.
    pub(crate) fn file_paths(&self) -> Result<Vec<PathBuf>, Vec<Mistake>> {
        if self.exists()? { self.list(BASELINE_FOLDER, true) } else { Ok(Vec::new()) }
    }

    /// The entries that were read so far.
    pub(crate) fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// Reads a part of the baseline, unless it was read before. It is no error if there is no baseline.
    ///
    /// # Errors
    /// All mistakes in the files of the part.
    pub(crate) fn read(&mut self, part: &BaselinePart) -> Result<(), Vec<Mistake>> {
        if self.is_whole || !self.exists()? {
            return Ok(());
        }
        let mut files = Vec::new();
        match part {
            BaselinePart::Whole => files = self.list(BASELINE_FOLDER, true)?,
            BaselinePart::Folders(folders) => {
                let unread = folders
                    .iter()
                    .filter(|(folder, is_recursive)| *is_recursive || !self.read_folders.contains(folder));
                for (folder, is_recursive) in unread {
                    let folder = format!("{BASELINE_FOLDER}/{folder}");
                    files.extend(self.list(folder.trim_end_matches('/'), *is_recursive)?);
                }
            }
        }
        self.read_files(files)?;
        match part {
            BaselinePart::Whole => self.is_whole = true,
            BaselinePart::Folders(folders) => {
                self.read_folders
                    .extend(folders.iter().filter(|(_, is_recursive)| !is_recursive).map(|(folder, _)| folder.clone()));
            }
        }
        Ok(())
    }

    /// Reads those of the files that were not read before, and returns their number.
    fn read_files(&mut self, mut files: Vec<PathBuf>) -> Result<usize, Vec<Mistake>> {
        files.retain(|at| !self.read_places.contains(at));
        files.sort();
        files.dedup();
        self.tree.read_ahead(&files);
        let read = |at: &PathBuf| self.read_text(at).and_then(|text| baseline::read(&self.shown(at), text));
        let (parsed, mistakes) = partition(self.workers.each_in_order(&files, read));
        self.check_bytes()?;
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let count = files.len();
        for (file, at) in parsed.into_iter().zip(files) {
            self.baseline.add(file);
            self.read_places.insert(at.clone());
            self.places.push(at);
        }
        Ok(count)
    }

    /// Compares findings with the baseline; `before` has for each finding of a change the one that it was before, and is
    /// empty without a change. A finding is known if an entry has its path and fingerprint, if an entry has its
    /// fingerprint and the file of the entry is gone, that is, the file was renamed, or if an entry that is left over in
    /// its file has its fingerprint but for the names of what encloses it.
    ///
    /// The entries for the folders of the findings must have been read. Entries of other files are read only if one has
    /// the fingerprint of a finding that is not known yet and its file is gone.
    ///
    /// # Errors
    /// All mistakes in the files that are read for it.
    pub(crate) fn compare(
        &mut self,
        found: &[Arc<Diagnostic>],
        before: &[Option<Arc<Diagnostic>>],
        is_gone: &dyn Fn(&RelPath) -> bool,
        texts: &mut dyn PresentTexts,
    ) -> Result<Comparison, Vec<Mistake>> {
        if !self.exists()? {
            return Ok(Comparison::of_nothing(found.len()));
        }
        let mut comparison = self.compare_exactly(found, before, is_gone, texts)?;
        comparison.follow_names(&self.baseline, found, texts);
        Ok(comparison)
    }

    /// Compares findings with the entries of the same fingerprint.
    fn compare_exactly(
        &mut self,
        found: &[Arc<Diagnostic>],
        before: &[Option<Arc<Diagnostic>>],
        is_gone: &dyn Fn(&RelPath) -> bool,
        texts: &mut dyn PresentTexts,
    ) -> Result<Comparison, Vec<Mistake>> {
        let mut comparison = Comparison::in_place(&self.baseline, found, before, texts);
        let mut renames = BaselineRenames::of(&comparison, found);
        if renames.is_done() {
            return Ok(comparison);
        }
        if self.is_whole {
            for path in self.baseline.paths_with(renames.fingerprints()) {
                if !renames.is_done() && is_gone(path) {
                    renames.follow(&mut comparison, &self.baseline, path);
                }
            }
            return Ok(comparison);
        }
        let index = self.index()?;
        let elsewhere = index.texts.paths_with(renames.fingerprints());
        // An entry counts even if it is in the baseline file of another folder than that of its path.
        let paths_of_findings: HashSet<&RelPath> = found.iter().map(|found| &found.path).collect();
        let misplaced =
            elsewhere.iter().filter(|(path, _)| paths_of_findings.contains(path)).map(|(_, text)| &index.places[*text]);
        if self.read_files(misplaced.cloned().collect())? > 0 {
            comparison = Comparison::in_place(&self.baseline, found, before, texts);
            renames = BaselineRenames::of(&comparison, found);
        }
        for places in elsewhere.chunk_by(|(a, _), (b, _)| a == b) {
            let path = places[0].0;
            if !renames.is_done() && is_gone(path) {
                self.read_files(places.iter().map(|(_, text)| index.places[*text].clone()).collect())?;
                renames.follow(&mut comparison, &self.baseline, path);
            }
        }
        Ok(comparison)
    }

    /// The index over all files; read at the first call.
    fn index(&mut self) -> Result<Arc<BaselineIndex>, Vec<Mistake>> {
        if let Some(index) = &self.index {
            return Ok(index.clone());
        }
        let places = self.list(BASELINE_FOLDER, true)?;
        self.tree.read_ahead(&places);
        let parts = self.workers.each_in_order(&places, |at| self.read_bytes(at, TextIndex::of));
        let (parts, mistakes) = partition(parts);
        self.check_bytes()?;
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let index = Arc::new(BaselineIndex { texts: TextIndex::merge(parts), places });
        self.index = Some(index.clone());
        Ok(index)
    }

    /// Returns whether the folder of the baseline exists.
    ///
    /// # Errors
    /// There is something other than a folder at its path.
    fn exists(&self) -> Result<bool, Vec<Mistake>> {
        let mut at = self.paths.root().to_owned();
        for part in BASELINE_FOLDER.split('/') {
            at.push(part);
            if !matches!(self.tree, LawTree::Disk) {
                match self.tree.kind(&at) {
                    PathKind::Folder => continue,
                    PathKind::Missing => return Ok(false),
                    PathKind::File | PathKind::Link | PathKind::Other => {
                        let message = format!("`{}` is not a folder of the project itself", self.shown(&at));
                        let help = "the baseline is kept in plain folders; remove it";
                        return Err(vec![Mistake::new(message).with_help(help)]);
                    }
                }
            }
            match at.symlink_metadata() {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => {
                    let message = format!("`{}` is not a folder of the project itself", self.shown(&at));
                    return Err(vec![
                        Mistake::new(message).with_help("the baseline is kept in plain folders; remove it"),
                    ]);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                Err(error) => {
                    return Err(vec![Mistake::new(format!(
                        "`{}` cannot be read: {}",
                        self.shown(&at),
                        system_message(&error)
                    ))]);
                }
            }
        }
        Ok(true)
    }

    /// The sorted paths of the text files in a folder of the baseline; with `is_recursive`, also in all folders below.
    fn list(&self, folder: &str, is_recursive: bool) -> Result<Vec<PathBuf>, Vec<Mistake>> {
        let start = self.paths.root().join(folder);
        // Symbolic links are not followed. Most source folders have no folder in the baseline.
        let parts = start.ancestors().take_while(|part| *part != self.paths.root());
        if !parts.into_iter().all(|part| self.tree.kind(part) == PathKind::Folder) {
            return Ok(Vec::new());
        }
        let (mut texts, mut mistakes) = (Vec::new(), Vec::new());
        let mut open = vec![start];
        while !open.is_empty() {
            let listed = self.workers.each(&open, |folder| {
                let refuse = |error| {
                    Mistake::new(format!("`{}` cannot be read: {}", self.shown(folder), system_message(&error)))
                };
                list_folder(&self.tree, folder).map_err(|error| vec![refuse(error)])
            });
            let (listed, new_mistakes) = partition(listed);
            mistakes.extend(new_mistakes);
            open.clear();
            for (folders, files) in listed {
                texts.extend(files);
                open.extend(folders.into_iter().filter(|_| is_recursive));
            }
        }
        texts.sort();
        if mistakes.is_empty() { Ok(texts) } else { Err(mistakes) }
    }

    fn read_text(&self, at: &Path) -> Result<String, Vec<Mistake>> {
        let bytes = self.read_bytes(at, <[u8]>::to_vec)?;
        String::from_utf8(bytes).map_err(|error| vec![packs::not_utf8(&self.shown(at), &error)])
    }

    /// Checks the bytes that were read so far. Which file is one too many depends on the threads, so none is named.
    fn check_bytes(&self) -> Result<(), Vec<Mistake>> {
        if self.bytes.load(Ordering::Relaxed) <= MAX_BASELINE_BYTES {
            return Ok(());
        }
        let most = MAX_BASELINE_BYTES >> 20;
        Err(vec![Mistake::new(format!("the files of the baseline have more than {most} MiB together"))])
    }

    /// Calls `use_bytes` with the bytes of a file of the baseline.
    fn read_bytes<R>(&self, at: &Path, use_bytes: impl FnOnce(&[u8]) -> R) -> Result<R, Vec<Mistake>> {
        self.check_bytes()?;
        let shown = || self.shown(at);
        let fits = |bytes: &[u8]| {
            self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            (bytes.len() as u64 <= MAX_BASELINE_FILE_BYTES).then(|| use_bytes(bytes))
        };
        if self.tree.is_stored() || self.tree.oid(at).is_some() {
            let bytes = self.tree.read(at, MAX_BASELINE_FILE_BYTES);
            let bytes = bytes.map_err(|error| vec![Mistake::new(format!("`{}` cannot be read: {error}", shown()))])?;
            let too_large = || vec![Mistake::new(format!("`{}` is too large for a baseline", shown()))];
            return fits(&bytes).ok_or_else(too_large);
        }
        match read::with_bytes(at, 0, MAX_BASELINE_FILE_BYTES, fits) {
            Ok(Some(made)) => Ok(made),
            Ok(None) => Err(vec![Mistake::new(format!("`{}` is too large for a baseline", shown()))]),
            Err(_) if at.symlink_metadata().is_ok_and(|metadata| !metadata.is_file()) => {
                let help = "files of a baseline are plain files; remove it";
                Err(vec![Mistake::new(format!("`{}` is not a regular file", shown())).with_help(help)])
            }
            Err(error) => Err(vec![Mistake::new(format!("`{}` cannot be read: {}", shown(), system_message(&error)))]),
        }
    }

    /// Creates a folder below the root with the folders above it. None of them may be a symbolic link.
    fn make_folder(&self, below: &str) -> Result<PathBuf, Vec<Mistake>> {
        let mut at = self.paths.root().to_owned();
        for part in below.split('/') {
            at.push(part);
            match fs::create_dir(&at) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(vec![Mistake::new(format!(
                        "`{}` cannot be made: {}",
                        self.shown(&at),
                        system_message(&error)
                    ))]);
                }
                _ => {}
            }
            if !at.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
                return Err(vec![Mistake::new(format!("`{}` is not a folder of the project itself", self.shown(&at)))]);
            }
        }
        Ok(at)
    }

    fn shown(&self, at: &Path) -> String {
        self.paths.below(at).map_or_else(|| at.display().to_string(), |(path, _)| self.paths.shown(path.as_str()))
    }
}

/// Splits results into values and mistakes.
fn partition<T>(results: Vec<Result<T, Vec<Mistake>>>) -> (Vec<T>, Vec<Mistake>) {
    let (mut made, mut mistakes) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) => made.push(one),
            Err(new_mistakes) => mistakes.extend(new_mistakes),
        }
    }
    (made, mistakes)
}

/// The folders and the text files in a folder, without symbolic links.
fn list_folder(tree: &LawTree, folder: &Path) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut folders, mut texts) = (Vec::new(), Vec::new());
    for at in tree.children(folder)? {
        if tree.kind(&at) == PathKind::Folder {
            folders.push(at);
        } else if at.extension().is_some_and(|extension| extension == "txt") {
            texts.push(at);
        }
    }
    Ok((folders, texts))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use lawbook_core::diagnostic::Severity;
    use lawbook_core::report::{BaselineEntry, LineText};
    use lawbook_core::span::Span;

    use super::write::FIRST_FILE_NAME;
    use super::*;

    /// No texts: what is left over is not compared.
    struct NoTexts;

    impl PresentTexts for NoTexts {
        fn line_under(&mut self, _: &str, _: &Diagnostic) -> Option<LineText> {
            None
        }

        fn is_defined(&mut self, _: &RelPath, _: &str) -> bool {
            true
        }
    }

    /// Findings, each written as `path fingerprint-number`.
    fn findings(written: &[&str]) -> Vec<Arc<Diagnostic>> {
        let finding = |written: &&str| {
            let (path, number) = written.split_once(' ').unwrap();
            let mut found = Diagnostic::new("no-x", Severity::Error, RelPath::new(path), Span::default(), "");
            found.fingerprint = format!("1:{number:0>32}");
            Arc::new(found)
        };
        written.iter().map(finding).collect()
    }

    /// A root whose baseline has an entry for each of the findings.
    fn root(written: &[&str]) -> (tempfile::TempDir, BaselineStore) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let store = BaselineStore::new(&RootPaths::new(root.clone(), &root), Workers::new(Some(2), None));
        let entries = findings(written).iter().map(|found| BaselineEntry::of(found, None, None)).collect();
        store.write_first(&NewBaselineFile::first(entries)).unwrap();
        (folder, store)
    }

    /// Compares findings with a baseline, where the files `gone` do not exist. Asserts how many are known, which files
    /// of the baseline were read, and for how many paths their existence was asked.
    #[track_caller]
    fn check(
        baseline: &[&str],
        found: &[&str],
        gone: &[&str],
        expected_known: usize,
        expected_read: &[&str],
        expected_asked: usize,
    ) {
        let (_folder, mut store) = root(baseline);
        let found = findings(found);
        store.read(&BaselinePart::of_paths(found.iter().map(|found| &found.path))).unwrap();
        let asked = Cell::new(0);
        let is_gone = |path: &RelPath| {
            asked.set(asked.get() + 1);
            gone.contains(&path.as_str())
        };
        let comparison = store.compare(&found, &[], &is_gone, &mut NoTexts).unwrap();
        let read: Vec<String> =
            store.places.iter().map(|at| store.shown(at).replace(".lawbook/baseline/", "")).collect();
        assert_eq!(comparison.known.iter().flatten().count(), expected_known);
        assert_eq!(
            (read.iter().map(String::as_str).collect::<Vec<_>>(), asked.get()),
            (expected_read.to_vec(), expected_asked)
        );
        let (_folder, mut whole) = root(baseline);
        whole.read(&BaselinePart::Whole).unwrap();
        let known = |comparison: &Comparison| comparison.known.iter().map(Option::is_some).collect::<Vec<_>>();
        assert_eq!(
            known(&whole.compare(&found, &[], &is_gone, &mut NoTexts).unwrap()),
            known(&comparison),
            "as with the whole baseline"
        );
    }

    #[test]
    fn a_run_reads_the_files_of_its_folders_only() {
        let baseline = ["a/x.ts 2", "b/x.ts 3", "c/d/x.ts 4", "e.ts 5"];
        check(&baseline, &["a/x.ts 2"], &[], 1, &["a/baseline.txt"], 0);
        check(&baseline, &["e.ts 5", "c/d/x.ts 4"], &[], 2, &["baseline.txt", "c/d/baseline.txt"], 0);
        check(&baseline, &["n/x.ts 9"], &[], 0, &[], 0);
    }

    #[test]
    fn only_files_with_an_equal_entry_are_asked_about_and_only_those_that_are_gone_are_read() {
        let baseline = ["a/x.ts 2", "b/x.ts 2", "c/x.ts 2", "d/x.ts 3"];
        check(&baseline, &["n/x.ts 2"], &[], 0, &[], 3);
        check(&baseline, &["n/x.ts 2"], &["b/x.ts", "c/x.ts"], 1, &["b/baseline.txt"], 2);
        check(&baseline, &["a/x.ts 2", "n/x.ts 3"], &["d/x.ts"], 2, &["a/baseline.txt", "d/baseline.txt"], 1);
    }

    #[test]
    fn entries_in_the_file_of_another_folder_count_all_the_same() {
        let (_folder, store) = root(&["a/x.ts 2", "b/x.ts 3"]);
        let at = |name: &str| store.paths.root().join(BASELINE_FOLDER).join(name).join(FIRST_FILE_NAME);
        fs::rename(at("a"), at("b").with_file_name("of-a.txt")).unwrap();
        let mut store = BaselineStore::new(&store.paths, store.workers);
        let found = findings(&["a/x.ts 2"]);
        store.read(&BaselinePart::of_paths([&found[0].path])).unwrap();
        let comparison = store.compare(&found, &[], &|_| false, &mut NoTexts).unwrap();
        assert_eq!((comparison.known.iter().flatten().count(), store.places.len()), (1, 1));
    }

    #[test]
    fn what_was_read_is_not_read_again() {
        let (_folder, mut store) = root(&["a/x.ts 2", "a/b/x.ts 3", "c/x.ts 4"]);
        for (part, count) in [
            (BaselinePart::of_paths([&RelPath::new("a/x.ts")]), 1),
            (BaselinePart::Folders(BTreeSet::from([("a".to_owned(), true)])), 2),
            (BaselinePart::of_paths([&RelPath::new("a/b/y.ts")]), 2),
            (BaselinePart::Whole, 3),
        ] {
            store.read(&part).unwrap();
            assert_eq!((store.places.len(), store.baseline.len()), (count, count), "{part:?}");
        }
    }
}
