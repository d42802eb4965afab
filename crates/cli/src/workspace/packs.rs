//! Packs read from folders, where their pages stand in the project, and the promise that a project's files lead nowhere
//! outside its root.

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

use crate::workspace::mistakes::{mistake, mistake_with_help};
use crate::workspace::paths::Paths;

/// The built-in pack with its native rules.
pub(crate) fn built_in() -> Pack {
    let mut pack = lawbook_rulesets::pack();
    pack.natives.extend(lawbook_rules::natives());
    pack
}

/// The folders in `extends`, as packs whose pages are on.
pub(crate) fn of_extends(settings: &Settings, paths: &Paths, mistakes: &mut Vec<Mistake>) -> Vec<Pack> {
    let mut packs = Vec::new();
    for (name, span) in settings.extends.iter().filter(|(name, _)| is_folder(name)) {
        let mut place = Mistakes::new(settings.path.clone(), settings.text.clone());
        match paths.root().join(name).canonicalize() {
            Err(error) => place.add(*span, format!("`{name}` cannot be opened: {error}")),
            Ok(folder) if !folder.starts_with(paths.root()) => {
                place.add_with_help(*span, format!("`{name}` leads out of the root"), OUTSIDE_HELP);
            }
            Ok(folder) => packs.push(read(&folder, paths.root(), paths, mistakes)),
        }
        mistakes.extend(place.into_vec());
    }
    packs
}

/// A folder or page that the user named, as a pack whose pages are on. It may lie anywhere; its links may not lead out of it.
pub(crate) fn of_path(cwd: &Path, typed: &Path, paths: &Paths, mistakes: &mut Vec<Mistake>) -> Option<Pack> {
    let at = match cwd.join(typed).canonicalize() {
        Ok(at) => at,
        Err(error) => {
            let message = format!("`{}` cannot be opened: {error}", typed.display());
            mistakes.push(mistake_with_help(message, "it was named as a folder or page of rules"));
            return None;
        }
    };
    let boundary = if at.is_dir() { at.clone() } else { at.parent().unwrap_or(&at).to_owned() };
    Some(read(&at, &boundary, paths, mistakes))
}

const OUTSIDE_HELP: &str = "what a file of the project names must lie in the project; name other folders with --rules";

/// Reads a pack from a folder, or from one page. Both paths are without symbolic links.
fn read(at: &Path, boundary: &Path, paths: &Paths, mistakes: &mut Vec<Mistake>) -> Pack {
    let mut reading = Reading { boundary, paths, files: Vec::new(), places: HashMap::new(), mistakes: Vec::new() };
    let name = if at.is_dir() {
        reading.folder(at, at);
        at.file_name().map_or_else(|| "local".to_owned(), |name| name.to_string_lossy().into_owned())
    } else {
        reading.file(at.parent().unwrap_or(at), at);
        "local".to_owned()
    };
    mistakes.extend(reading.mistakes);
    let (mut pack, found) = Pack::from_files(&name, reading.files);
    mistakes.extend(found);
    pack.extended = true;
    let pages = pack.pages.iter().filter_map(|entry| reading.places.get(&entry.page().path));
    pack.paths = pages.flatten().cloned().collect();
    pack
}

/// The files of a pack being collected.
#[derive(Debug)]
struct Reading<'a> {
    boundary: &'a Path,
    paths: &'a Paths,
    files: Vec<(String, String, Arc<str>)>,
    /// Where each file stands below the root, if there, by the path that is shown of it: under its own name, and under
    /// the one that a link leads to.
    places: HashMap<Arc<str>, BTreeSet<RelPath>>,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn folder(&mut self, pack: &Path, start: &Path) {
        let mut open = vec![start.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
                Ok(entries) => entries,
                Err(error) => {
                    self.mistakes.push(mistake(format!("`{}` cannot be read: {error}", self.shown(&folder))));
                    continue;
                }
            };
            let mut children: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
            children.sort();
            for child in children {
                let hidden = child.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
                let is_link = child.is_symlink();
                if hidden {
                    continue;
                }
                if child.is_dir() && !is_link {
                    open.push(child);
                } else if is_page(&child) || (is_link && child.is_dir()) {
                    self.file(pack, &child);
                }
            }
        }
        self.files.sort();
    }

    fn file(&mut self, pack: &Path, file: &Path) {
        let shown = self.shown(file);
        let refuse = |why: String| mistake(format!("`{shown}` cannot be read: {why}"));
        let outcome = file.canonicalize().map_err(|error| refuse(error.to_string())).and_then(|target| {
            if !target.starts_with(self.boundary) {
                let message = format!("`{shown}` is a symbolic link that leads out of `{}`", self.shown(self.boundary));
                return Err(mistake_with_help(message, OUTSIDE_HELP));
            }
            if !target.is_file() {
                return Err(refuse("it is not a regular file".to_owned()));
            }
            let bytes = read_all(&target).map_err(|error| refuse(error.to_string()))?;
            let text = String::from_utf8(bytes).map_err(|error| not_utf8(&shown, &error))?;
            Ok((target, text))
        });
        match outcome {
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

/// More than any page or settings need, in bytes.
const MAX_FILE_SIZE: u64 = 16 << 20;

/// Reads a file of settings or rules, which must be one of a sane size.
pub(crate) fn read_all(at: &Path) -> io::Result<Vec<u8>> {
    let metadata = at.metadata()?;
    if !metadata.is_file() || metadata.len() > MAX_FILE_SIZE {
        return Err(io::Error::other("it is no regular file of at most 16 MiB"));
    }
    fs::read(at)
}

/// The mistake of a file that is not UTF-8, at the first byte that is not.
pub(crate) fn not_utf8(shown: &str, error: &std::string::FromUtf8Error) -> Mistake {
    let text = String::from_utf8_lossy(error.as_bytes());
    let at = error.utf8_error().valid_up_to() as u32;
    Mistake::new("this file is not UTF-8").with_place(shown, text, Span::new(at, at + 3))
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["md", "yml", "yaml", "toml"].iter().any(|known| extension == *known))
}
