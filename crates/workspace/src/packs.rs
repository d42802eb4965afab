//! Packs of rule pages read from folders. Ensures that files of the project never make lawbook read a page outside of
//! the root.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, Mistakes};
use lawbook_core::pack::Pack;
use lawbook_core::settings::{Settings, is_folder};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;

use crate::paths::RootPaths;

/// The built-in pack with its native rules.
pub(crate) fn built_in() -> Pack {
    let mut pack = lawbook_rulesets::pack();
    pack.natives.extend(lawbook_rules::natives());
    pack
}

/// A pack that was read from the disk, with the texts of its files.
#[derive(Debug)]
pub(crate) struct LoadedPack {
    /// The pack. All of its rules are on.
    pub(crate) pack: Pack,
    /// The files that it was read from: the path relative to the working directory, and the text.
    pub(crate) texts: Vec<(String, Arc<str>)>,
}

/// The bytes that the pages of a run may still take together.
#[derive(Debug)]
pub(crate) struct PageBytesLeft(Option<u64>);

impl PageBytesLeft {
    pub(crate) fn new() -> Self {
        Self(Some(MAX_PAGE_BYTES))
    }

    /// Takes the bytes of one page; false if they are more than are left, and nothing is left then.
    fn take(&mut self, bytes: usize) -> bool {
        self.0 = self.0.and_then(|left| left.checked_sub(bytes as u64));
        self.0.is_some()
    }

    fn is_spent(&self) -> bool {
        self.0.is_none()
    }
}

/// Reads the folders in `extends` as packs whose rules are on.
pub(crate) fn read_extended(
    settings: &Settings,
    paths: &RootPaths,
    left: &mut PageBytesLeft,
    mistakes: &mut Vec<Mistake>,
) -> Vec<LoadedPack> {
    let mut packs = Vec::new();
    for (name, span) in settings.extends.iter().filter(|(name, _)| is_folder(name)) {
        let mut found = Mistakes::new(settings.path.clone(), settings.text.clone());
        match paths.root().join(name).canonicalize() {
            Err(error) => found.add(*span, format!("`{name}` cannot be opened: {error}")),
            Ok(folder) if !folder.starts_with(paths.root()) => {
                found.add_with_help(*span, format!("`{name}` leads out of the root"), OUTSIDE_HELP);
            }
            Ok(folder) => packs.push(read(&folder, paths.root(), paths, left, mistakes)),
        }
        mistakes.extend(found.into_vec());
    }
    packs
}

/// Reads a folder or page that the user has named, relative to `cwd`, as a pack whose rules are on. It may be anywhere,
/// but symbolic links in it may not lead out of it.
pub(crate) fn read_named(
    cwd: &Path,
    typed: &Path,
    paths: &RootPaths,
    left: &mut PageBytesLeft,
    mistakes: &mut Vec<Mistake>,
) -> Option<LoadedPack> {
    let at = match cwd.join(typed).canonicalize() {
        Ok(at) => at,
        Err(error) => {
            let message = format!("`{}` cannot be opened: {error}", typed.display());
            mistakes.push(Mistake::new(message).with_help("it was named as a folder or page of rules"));
            return None;
        }
    };
    let boundary = if at.is_dir() { at.clone() } else { at.parent().unwrap_or(&at).to_owned() };
    Some(read(&at, &boundary, paths, left, mistakes))
}

const OUTSIDE_HELP: &str = "files of the project can only name files in the project; name other folders with --rules";

/// Reads a pack from a folder, or from one page. No file outside of the folder `boundary` is read. Both paths are
/// absolute and without symbolic links.
fn read(
    at: &Path,
    boundary: &Path,
    paths: &RootPaths,
    left: &mut PageBytesLeft,
    mistakes: &mut Vec<Mistake>,
) -> LoadedPack {
    let (files, places) = (Vec::new(), HashMap::new());
    let mut reader = PackReader { boundary, paths, left, files, places, mistakes: Vec::new() };
    let name = if at.is_dir() {
        reader.read_folder(at, at);
        at.file_name().map_or_else(|| "local".to_owned(), |name| name.to_string_lossy().into_owned())
    } else {
        reader.read_file(at.parent().unwrap_or(at), at);
        "local".to_owned()
    };
    mistakes.extend(reader.mistakes);
    let texts = reader.files.iter().map(|(_, shown, text)| (shown.clone(), text.clone())).collect();
    let (mut pack, found) = Pack::from_files(&name, reader.files);
    mistakes.extend(found);
    pack.extended = true;
    let pages = pack.pages.iter().filter_map(|entry| reader.places.get(&entry.page().path));
    pack.paths = pages.flatten().cloned().collect();
    LoadedPack { pack, texts }
}

/// Collects the files of a pack.
#[derive(Debug)]
struct PackReader<'a> {
    /// The folder that symbolic links may not lead out of.
    boundary: &'a Path,
    paths: &'a RootPaths,
    left: &'a mut PageBytesLeft,
    /// The path below the folder of the pack, the path to show, and the text of each file.
    files: Vec<(String, String, Arc<str>)>,
    /// The paths of each file below the root, by the path that is shown of it: its own path, and the path of its target
    /// if it is a symbolic link.
    places: HashMap<Arc<str>, BTreeSet<RelPath>>,
    mistakes: Vec<Mistake>,
}

impl PackReader<'_> {
    fn read_folder(&mut self, pack: &Path, start: &Path) {
        let mut open = vec![start.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
                Ok(entries) => entries,
                Err(error) => {
                    self.mistakes.push(Mistake::new(format!("`{}` cannot be read: {error}", self.shown(&folder))));
                    continue;
                }
            };
            let mut children: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
            children.sort();
            for child in children {
                let is_hidden = child.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
                let is_link = child.is_symlink();
                if is_hidden {
                    continue;
                }
                if child.is_dir() && !is_link {
                    open.push(child);
                } else if is_page(&child) || (is_link && child.is_dir()) {
                    self.read_file(pack, &child);
                }
            }
        }
        self.files.sort();
    }

    fn read_file(&mut self, pack: &Path, file: &Path) {
        // The run is refused then.
        if self.left.is_spent() {
            return;
        }
        let shown = self.shown(file);
        let refuse = |why: String| Mistake::new(format!("`{shown}` cannot be read: {why}"));
        let outcome = file.canonicalize().map_err(|error| refuse(error.to_string())).and_then(|target| {
            if !target.starts_with(self.boundary) {
                let message = format!("`{shown}` is a symbolic link that leads out of `{}`", self.shown(self.boundary));
                return Err(Mistake::new(message).with_help(OUTSIDE_HELP));
            }
            if !target.is_file() {
                return Err(refuse("it is not a regular file".to_owned()));
            }
            let bytes = read_limited(&target, MAX_PAGE_FILE_BYTES).map_err(|error| refuse(error.to_string()))?;
            let text = String::from_utf8(bytes).map_err(|error| not_utf8(&shown, &error))?;
            Ok((target, text))
        });
        match outcome {
            Ok((_, text)) if !self.left.take(text.len()) => {
                let most = MAX_PAGE_BYTES >> 20;
                self.mistakes
                    .push(Mistake::new(format!("with `{shown}`, the pages of all rules have more than {most} MiB")));
            }
            Ok((target, text)) => {
                let places = [file, &target].into_iter().filter_map(|at| Some(self.paths.below(at)?.0));
                self.places.insert(shown.as_str().into(), places.collect());
                let below = file.strip_prefix(pack).unwrap_or(file);
                let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                self.files.push((parts.join("/"), shown, text.into()));
            }
            Err(mistake) => self.mistakes.push(mistake),
        }
    }

    fn shown(&self, path: &Path) -> String {
        match self.paths.below(path) {
            Some((below, _)) => self.paths.shown(below.as_str()),
            None => path.to_string_lossy().replace('\\', "/"),
        }
    }
}

/// The maximum size of one page, in bytes.
const MAX_PAGE_FILE_BYTES: u64 = 16 << 20;

/// The maximum size of all pages of a run together, in bytes. All of them are held as long as the run takes.
const MAX_PAGE_BYTES: u64 = 64 << 20;

/// Reads a file of settings or rules.
///
/// # Errors
/// It is not a regular file, has more than `max_bytes`, or cannot be read.
pub(crate) fn read_limited(at: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let metadata = at.metadata()?;
    if !metadata.is_file() || metadata.len() > max_bytes {
        return Err(io::Error::other(format!("it is not a regular file of at most {} MiB", max_bytes >> 20)));
    }
    fs::read(at)
}

/// The mistake for a file that is not UTF-8, with the first invalid byte as its place.
pub(crate) fn not_utf8(shown: &str, error: &std::string::FromUtf8Error) -> Mistake {
    let text = String::from_utf8_lossy(error.as_bytes());
    let at = error.utf8_error().valid_up_to() as u32;
    Mistake::new("this file is not UTF-8").with_place(shown, text, Span::new(at, at + 3))
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["md", "yml", "yaml", "toml"].iter().any(|known| extension == *known))
}
