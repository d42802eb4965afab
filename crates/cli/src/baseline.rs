//! The baseline on the disk: files below `.lawbook/baseline/`, read and written without following a link.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use lawbook_core::mistake::Mistake;
use lawbook_core::policy::baseline::{self, Baseline};
use lawbook_core::report::BaselineEntry;
use lawbook_core::source::RelPath;

use crate::discover::plain;
use crate::mistakes::{mistake, mistake_with_help};
use crate::packs;
use crate::paths::Paths;

/// Where the files are, below the root. Nothing in there is code to check.
pub(crate) const FOLDER: &str = ".lawbook/baseline";

/// The file of a source folder that `create` writes.
const FIRST: &str = "baseline.txt";

/// More than any baseline needs, in bytes a file.
const LARGEST: u64 = 64 << 20;

/// A baseline as it was read.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// What it says.
    pub(crate) baseline: Baseline,
    /// Where each of its files is.
    places: Vec<PathBuf>,
}

impl Stored {
    /// The fingerprints that it knows in each file, each as often as it may stand there.
    pub(crate) fn known(&self) -> HashMap<&RelPath, Vec<&str>> {
        let mut known: HashMap<&RelPath, Vec<&str>> = HashMap::new();
        for (_, entry) in self.baseline.distinct() {
            known.entry(&entry.path).or_default().push(&entry.fingerprint);
        }
        known
    }
}

/// The baseline's place on the disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Store<'p> {
    paths: &'p Paths,
}

impl<'p> Store<'p> {
    /// The place below a root.
    pub(crate) fn new(paths: &'p Paths) -> Self {
        Self { paths }
    }

    /// Reads all of it; an empty one where there is none.
    ///
    /// # Errors
    /// Everything that is wrong with its files.
    pub(crate) fn read(self) -> Result<Stored, Vec<Mistake>> {
        let mut found = Vec::new();
        let mut mistakes = Vec::new();
        if self.exists()? {
            let mut open = vec![self.paths.root().join(FOLDER)];
            while let Some(folder) = open.pop() {
                if let Err(error) = list(&folder, &mut open, &mut found) {
                    mistakes.push(mistake(format!("`{}` cannot be read: {}", self.shown(&folder), plain(&error))));
                }
            }
        }
        found.sort();
        let mut files = Vec::new();
        for at in &found {
            match self.read_file(at) {
                Ok(file) => files.push(file),
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        if mistakes.is_empty() { Ok(Stored { baseline: Baseline { files }, places: found }) } else { Err(mistakes) }
    }

    /// Whether there is a folder for it.
    ///
    /// # Errors
    /// Something else than a folder stands in its place.
    pub(crate) fn exists(self) -> Result<bool, Vec<Mistake>> {
        let mut at = self.paths.root().to_owned();
        for part in FOLDER.split('/') {
            at.push(part);
            match at.symlink_metadata() {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => {
                    let message = format!("`{}` is not a folder of the project itself", self.shown(&at));
                    return Err(vec![mistake_with_help(message, "the baseline is kept in plain folders; remove it")]);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                Err(error) => {
                    return Err(vec![mistake(format!("`{}` cannot be read: {}", self.shown(&at), plain(&error)))]);
                }
            }
        }
        Ok(true)
    }

    fn read_file(self, at: &Path) -> Result<baseline::BaselineFile, Vec<Mistake>> {
        let shown = self.shown(at);
        let refuse = |error: &io::Error| vec![mistake(format!("`{shown}` cannot be read: {}", plain(error)))];
        let is_file = at.symlink_metadata().map_err(|error| refuse(&error))?.is_file();
        if !is_file {
            let help = "files of a baseline are plain files; remove it";
            return Err(vec![mistake_with_help(format!("`{shown}` is not a regular file"), help)]);
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(at).map_err(|error| refuse(&error))?;
        file.take(LARGEST).read_to_end(&mut bytes).map_err(|error| refuse(&error))?;
        if bytes.len() as u64 == LARGEST {
            return Err(vec![mistake(format!("`{shown}` is too large for a baseline"))]);
        }
        let text = String::from_utf8(bytes).map_err(|error| vec![packs::not_utf8(&shown, &error)])?;
        baseline::read(&shown, text)
    }

    /// Writes new entries, one file a source folder. The file is `baseline.txt` for a first baseline; later ones get a
    /// name of their own each, so that no two branches ever write to the same place.
    pub(crate) fn add(self, mut entries: Vec<BaselineEntry>, is_first: bool) -> Result<Vec<PathBuf>, Vec<Mistake>> {
        let mut written = Vec::new();
        // By path, the files of a folder stand on both sides of those in its own folders.
        entries.sort_by(|a, b| (a.folder(), a).cmp(&(b.folder(), b)));
        for entries in entries.chunk_by(|a, b| a.folder() == b.folder()) {
            let text = baseline::print(entries);
            let name = if is_first { FIRST.to_owned() } else { name_of(&text) };
            let mut folder = format!("{FOLDER}/{}", entries[0].folder());
            folder.truncate(folder.trim_end_matches('/').len());
            let at = self.folder(&folder)?.join(name);
            let made = OpenOptions::new().write(true).create_new(true).open(&at);
            match made.and_then(|mut file| file.write_all(text.as_bytes())) {
                Ok(()) => written.push(at),
                Err(error) => {
                    return Err(vec![mistake(format!("`{}` cannot be written: {}", self.shown(&at), plain(&error)))]);
                }
            }
        }
        Ok(written)
    }

    /// Gives a file that was read, by number, another text; without one, removes it.
    pub(crate) fn replace(self, stored: &Stored, file: usize, text: Option<&str>) -> Result<(), Vec<Mistake>> {
        let at = &stored.places[file];
        let refuse =
            |error: io::Error| vec![mistake(format!("`{}` cannot be written: {}", self.shown(at), plain(&error)))];
        let Some(text) = text else { return fs::remove_file(at).map_err(refuse) };
        // Whatever stands there now is replaced and not written into; half a file is never seen.
        let beside = at.with_extension("txt.new");
        // One that a run left behind when it was killed.
        let _ = fs::remove_file(&beside);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&beside).map_err(refuse)?;
        file.write_all(text.as_bytes()).and_then(|()| fs::rename(&beside, at)).map_err(refuse)
    }

    /// Makes the folder, link by no link.
    fn folder(self, below: &str) -> Result<PathBuf, Vec<Mistake>> {
        let mut at = self.paths.root().to_owned();
        for part in below.split('/') {
            at.push(part);
            match fs::create_dir(&at) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(vec![mistake(format!("`{}` cannot be made: {}", self.shown(&at), plain(&error)))]);
                }
                _ => {}
            }
            if !at.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
                return Err(vec![mistake(format!("`{}` is not a folder of the project itself", self.shown(&at)))]);
            }
        }
        Ok(at)
    }

    fn shown(self, at: &Path) -> String {
        self.paths.below(at).map_or_else(|| at.display().to_string(), |(path, _)| self.paths.shown(path.as_str()))
    }
}

/// A name that no other branch comes upon: git cannot merge two new files of one name.
fn name_of(text: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let salt = format!("{now} {}", std::process::id());
    let print = lawbook_core::fingerprint::of("baseline", &salt, text);
    format!("{}.txt", &print[2..14])
}

/// Adds the folders and texts of a folder; links are neither.
fn list(folder: &Path, folders: &mut Vec<PathBuf>, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let at = entry.path();
        if entry.file_type()?.is_dir() {
            folders.push(at);
        } else if at.extension().is_some_and(|extension| extension == "txt") {
            files.push(at);
        }
    }
    Ok(())
}
