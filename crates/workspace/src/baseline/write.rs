//! Changes of the baseline on the disk. A first baseline appears as a whole. Every other change is prepared beside the
//! files, put in place file by file, and only then are files deleted, in an order in which no entry that stays is ever
//! missing: whatever interrupts it leaves entries twice at the worst, and the next change takes those out.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use lawbook_core::mistake::Mistake;
use lawbook_core::policy::baseline;
use lawbook_core::report::BaselineEntry;

use super::{BASELINE_FOLDER, BaselineStore, partition};
use crate::lock::{self, Lock};
use crate::system_error::system_message;
use crate::temp::{self, ClosedTempFile, TempFile, TempMode};

/// The name of the file that a first baseline has in each of its folders.
pub(super) const FIRST_FILE_NAME: &str = "baseline.txt";

/// The folder that holds that of the baseline.
const OUTER_FOLDER: &str = ".lawbook";

/// A file of the baseline and its new text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NewBaselineFile {
    /// Its path below the folder of the baseline.
    path: String,
    text: String,
}

impl NewBaselineFile {
    /// The files of a first or tidy baseline: one for each source folder, sorted.
    pub(crate) fn first(entries: Vec<BaselineEntry>) -> Vec<Self> {
        by_folder(entries, |_| FIRST_FILE_NAME.to_owned())
    }

    /// Its path below the folder of the baseline.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Files for additional entries, one for each source folder, with unique names, so that two branches never write to
    /// the same file.
    pub(crate) fn unique(entries: Vec<BaselineEntry>) -> Vec<Self> {
        by_folder(entries, unique_name)
    }
}

fn by_folder(mut entries: Vec<BaselineEntry>, name: impl Fn(&str) -> String) -> Vec<NewBaselineFile> {
    // Sorted by path alone, the files of one folder would not be adjacent: its subfolders sort between them.
    entries.sort_by(|a, b| (a.folder(), a).cmp(&(b.folder(), b)));
    let file = |entries: &[BaselineEntry]| {
        let text = baseline::print(entries);
        let folder = entries[0].folder();
        let path = if folder.is_empty() { name(&text) } else { format!("{folder}/{}", name(&text)) };
        NewBaselineFile { path, text }
    };
    entries.chunk_by(|a, b| a.folder() == b.folder()).map(file).collect()
}

impl BaselineStore {
    /// Takes the lock of the root, and deletes what interrupted runs have left.
    ///
    /// # Errors
    /// Another run is writing.
    pub(crate) fn lock(&self) -> Result<Lock, Vec<Mistake>> {
        let lock = lock::lock(self.paths.root());
        if matches!(lock, Lock::Taken) {
            return Err(vec![lock::taken(&self.paths.shown_root())]);
        }
        let outer = self.paths.root().join(OUTER_FOLDER);
        if outer.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            sweep(outer);
        }
        Ok(lock)
    }

    /// Writes the first baseline, whole or not at all: its folder is made beside its place and renamed.
    ///
    /// The entries in memory do not change.
    ///
    /// # Errors
    /// A file cannot be written; then there is no baseline.
    pub(crate) fn write_first(&self, files: &[NewBaselineFile]) -> Result<(), Vec<Mistake>> {
        if files.is_empty() {
            return Ok(());
        }
        let outer = self.make_folder(OUTER_FOLDER)?;
        let written = self.write_first_into(&outer, files);
        if written.is_err() {
            // Only if it is empty.
            let _ = fs::remove_dir(&outer);
        }
        if written? { Ok(()) } else { self.change(files, &[]) }
    }

    /// Returns false if the folder of the baseline exists and is not empty, so that none can take its place.
    fn write_first_into(&self, outer: &Path, files: &[NewBaselineFile]) -> Result<bool, Vec<Mistake>> {
        let place = self.paths.root().join(BASELINE_FOLDER);
        let refuse = |error: &io::Error| vec![self.unwritable(&place, error)];
        let staging = StagingFolder(temp::create_folder(outer).map_err(|error| refuse(&error))?);
        let mut folders = BTreeSet::from([staging.0.clone()]);
        for file in files {
            let folder = staging.0.join(&file.path).parent().map(Path::to_owned).unwrap_or_default();
            fs::create_dir_all(&folder).map_err(|error| refuse(&error))?;
            folders.extend(folder.ancestors().take_while(|above| *above != outer).map(Path::to_owned));
        }
        let (_, mistakes) = partition(self.workers.each(files, |file| {
            let made = File::create_new(staging.0.join(&file.path));
            let written = made.and_then(|mut made| made.write_all(file.text.as_bytes()).and_then(|()| made.sync_all()));
            written.map_err(|error| vec![self.unwritable(&place.join(&file.path), &error)])
        }));
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        self.sync(&folders);
        match fs::rename(&staging.0, &place) {
            Ok(()) => {
                self.sync(&BTreeSet::from([outer.to_owned()]));
                Ok(true)
            }
            Err(_) if place.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) => Ok(false),
            Err(error) => Err(refuse(&error)),
        }
    }

    /// Writes files in this order, and then deletes files, given by number. All texts are on the disk before the first is
    /// put in its place, so a full disk or a folder that cannot be written changes nothing.
    ///
    /// The entries in memory do not change.
    ///
    /// # Errors
    /// A file cannot be written or deleted.
    pub(crate) fn change(&self, files: &[NewBaselineFile], gone: &[usize]) -> Result<(), Vec<Mistake>> {
        let base = self.paths.root().join(BASELINE_FOLDER);
        let (staged, mistakes) = partition(self.workers.each_in_order(files, |file| self.stage(file)));
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let mut folders = BTreeSet::new();
        for (file, staged) in files.iter().zip(staged) {
            let at = base.join(&file.path);
            staged.replace(&at).map_err(|error| vec![self.unwritable(&at, &error)])?;
            folders.extend(at.parent().map(Path::to_owned));
        }
        self.sync(&folders);
        for at in gone.iter().map(|file| &self.places[*file]) {
            fs::remove_file(at).map_err(|error| vec![self.unwritable(at, &error)])?;
        }
        Ok(())
    }

    /// Writes a text to a temporary file in the folder of its place.
    fn stage(&self, file: &NewBaselineFile) -> Result<ClosedTempFile, Vec<Mistake>> {
        let below = format!("{BASELINE_FOLDER}/{}", file.path);
        let folder = self.make_folder(below.rsplit_once('/').map_or("", |(folder, _)| folder))?;
        let staged = TempFile::create(&folder, TempMode::Usual).and_then(|temp| {
            temp.file().write_all(file.text.as_bytes())?;
            temp.file().sync_all()?;
            temp.close()
        });
        staged.map_err(|error| vec![self.unwritable(&self.paths.root().join(&below), &error)])
    }

    /// The file with this number, with another text.
    pub(crate) fn with_text(&self, file: usize, text: String) -> NewBaselineFile {
        let below = self.places[file].strip_prefix(self.paths.root().join(BASELINE_FOLDER));
        let path = below.unwrap_or(&self.places[file]).to_string_lossy().replace('\\', "/");
        NewBaselineFile { path, text }
    }

    /// The numbers of the files that were read, by path below the folder of the baseline.
    pub(crate) fn numbers(&self) -> HashMap<String, usize> {
        (0..self.places.len()).map(|number| (self.with_text(number, String::new()).path, number)).collect()
    }

    /// True if an entry stands in the file of its folder that a tidy baseline has.
    pub(crate) fn is_in_own_folder(&self, file: usize, entry: &BaselineEntry) -> bool {
        let own = self.paths.root().join(BASELINE_FOLDER).join(entry.folder()).join(FIRST_FILE_NAME);
        self.places[file] == own
    }

    /// Deletes files that were written before.
    ///
    /// # Errors
    /// A file cannot be deleted.
    pub(crate) fn delete(&self, files: &[NewBaselineFile]) -> Result<(), Vec<Mistake>> {
        for file in files {
            let at = self.paths.root().join(BASELINE_FOLDER).join(&file.path);
            fs::remove_file(&at).map_err(|error| vec![self.unwritable(&at, &error)])?;
        }
        Ok(())
    }

    /// Makes the names in folders durable. If that fails and the system crashes, the old names are there.
    fn sync(&self, folders: &BTreeSet<PathBuf>) {
        if cfg!(unix) {
            let folders: Vec<&PathBuf> = folders.iter().collect();
            self.workers.each(&folders, |folder| File::open(folder).and_then(|folder| folder.sync_all()));
        }
    }

    fn unwritable(&self, at: &Path, error: &io::Error) -> Mistake {
        Mistake::new(format!("`{}` cannot be written: {}", self.shown(at), system_message(error)))
    }
}

/// A folder that is deleted with its content, unless it was renamed.
struct StagingFolder(PathBuf);

impl Drop for StagingFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Deletes the temporary files and folders that interrupted runs have made in a folder and all folders below.
fn sweep(folder: PathBuf) {
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let is_temp = temp::has_temp_name(&entry.file_name().to_string_lossy());
            if is_temp {
                let _ = if is_folder { temp::sweep_folder(&entry.path()) } else { temp::sweep(&entry.path()) };
            } else if is_folder {
                open.push(entry.path());
            }
        }
    }
}

/// A file name that no other branch will choose: git cannot merge two new files of the same name.
fn unique_name(text: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let salt = format!("{now} {}", std::process::id());
    let print = lawbook_core::fingerprint::of("baseline", &salt, text);
    format!("{}.txt", &print[2..14])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::RootPaths;
    use crate::workers::Workers;

    fn file(path: &str, text: &str) -> NewBaselineFile {
        NewBaselineFile { path: path.to_owned(), text: text.to_owned() }
    }

    /// An empty root.
    fn root() -> (tempfile::TempDir, BaselineStore) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let store = BaselineStore::new(&RootPaths::new(root.clone(), &root), Workers::new(Some(2), None));
        (folder, store)
    }

    /// Asserts which files there are below `.lawbook`, with their texts.
    #[track_caller]
    fn check_files(store: &BaselineStore, expected: &[(&str, &str)]) {
        let outer = store.paths.root().join(OUTER_FOLDER);
        let (mut open, mut found) = (vec![outer.clone()], Vec::new());
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let at = entry.path();
                match fs::read_to_string(&at) {
                    Ok(text) => found.push((at.strip_prefix(&outer).unwrap().to_str().unwrap().to_owned(), text)),
                    Err(_) => open.push(at),
                }
            }
        }
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn one_file_that_cannot_be_written_leaves_all_as_they_were() {
        let (_folder, store) = root();
        store.write_first(&[file("a/x.txt", "a"), file("b.txt", "b")]).unwrap();
        let old = [("baseline/a/x.txt", "a"), ("baseline/b.txt", "b")];
        check_files(&store, &old);
        // `b.txt` is no folder.
        assert!(store.change(&[file("a/x.txt", "new"), file("c.txt", "c"), file("b.txt/x.txt", "x")], &[]).is_err());
        check_files(&store, &old);
        let (_folder, store) = root();
        assert!(store.write_first(&[file("b.txt", "b"), file("b.txt/x.txt", "x")]).is_err());
        check_files(&store, &[]);
        assert_eq!(fs::read_dir(store.paths.root()).unwrap().count(), 0);
    }

    #[test]
    fn what_interrupted_runs_have_left_is_deleted() {
        let (_folder, store) = root();
        store.write_first(&[file("a/x.txt", "a")]).unwrap();
        let outer = store.paths.root().join(OUTER_FOLDER);
        let left = temp::create_folder(&outer).unwrap();
        fs::write(left.join("x.txt"), "").unwrap();
        std::mem::forget(store.stage(&file("a/y.txt", "y")).unwrap());
        let foreign = outer.join("baseline/.lawbook-tmp-x");
        fs::write(&foreign, "").unwrap();
        drop(store.lock().unwrap());
        check_files(&store, &[("baseline/.lawbook-tmp-x", ""), ("baseline/a/x.txt", "a")]);
    }
}
