//! Packs of rule pages read from folders. Ensures that files of the project never make lawbook read a page outside of
//! the root.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, Mistakes, unknown_name_help};
use lawbook_core::pack::Pack;
use lawbook_core::settings::{SettingsLayer, is_folder, leaves_root};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;

use crate::law_tree::{LawTree, PathKind};
use crate::paths::{RootPaths, near_path};

/// The built-in pack with its native rules.
pub(crate) fn built_in() -> Pack {
    let mut pack = lawbook_rulesets::pack();
    pack.natives.extend(lawbook_rules::natives());
    pack
}

/// A pack that was read, with the texts of its files.
#[derive(Debug)]
pub(crate) struct LoadedPack {
    /// The pack.
    pub(crate) pack: Pack,
    /// The folder or page, without symbolic links.
    pub(crate) at: PathBuf,
    /// The files that it was read from: the path relative to the working directory, and the text.
    pub(crate) texts: Vec<(String, Arc<str>)>,
}

/// Reads the packs of a run, each file once.
#[derive(Debug)]
pub(crate) struct PackReader<'a> {
    tree: &'a LawTree,
    paths: &'a RootPaths,
    /// The bytes that the pages of a run may still take together; none when they were more.
    left: Option<u64>,
    /// The files that were read, without symbolic links.
    files: BTreeSet<PathBuf>,
    /// The packs so far.
    pub(crate) loaded: Vec<LoadedPack>,
    /// The mistakes that are not of single rules.
    pub(crate) mistakes: Vec<Mistake>,
    /// Files that were not read though they look like pages, in words.
    pub(crate) notes: Vec<String>,
}

impl<'a> PackReader<'a> {
    /// A reader of packs in a tree.
    pub(crate) fn new(tree: &'a LawTree, paths: &'a RootPaths) -> Self {
        Self {
            tree,
            paths,
            left: Some(MAX_PAGE_BYTES),
            files: BTreeSet::new(),
            loaded: Vec::new(),
            mistakes: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Reads the folders in `extends` of a layer, relative to `base`, as packs whose rules are on in its folder.
    pub(crate) fn read_extended(&mut self, layer: &SettingsLayer, base: &Path, boundary: &Path) {
        let settings = &layer.settings;
        for (name, span) in settings.extends.iter().filter(|(name, _)| is_folder(name)) {
            let mut found = Mistakes::new(settings.path.clone(), settings.text.clone());
            let depth = base.strip_prefix(boundary).map_or(0, |below| below.components().count());
            if leaves_root(name, depth) {
                let help = "name a preset, or a folder of the root or below it, such as `./law`";
                found.add_with_help(*span, format!("`{name}` leaves the root"), help);
                self.mistakes.extend(found.into_vec());
                continue;
            }
            match self.tree.resolve(&base.join(name)) {
                Err(error) => {
                    let folder = layer.folder.as_str();
                    let from = if folder.is_empty() { String::new() } else { format!(" (from the folder `{folder}`)") };
                    let make = || format!("make that folder{from} and put a page into it, or take it out of `extends`");
                    let page = format!("{}.md", name.trim_end_matches('/'));
                    let is_page = self.tree.resolve(&base.join(&page)).is_ok();
                    let help = if is_page {
                        format!("`{page}` is a page; `extends` names its folder, and so all pages in it")
                    } else {
                        self.near_folder(base, name).unwrap_or_else(make)
                    };
                    found.add_with_help(*span, format!("`{name}` cannot be opened: {error}"), help);
                }
                Ok(folder) if !folder.starts_with(boundary) => {
                    found.add_with_help(*span, format!("`{name}` leads out of the root"), OUTSIDE_HELP);
                }
                Ok(folder) if self.tree.kind(&folder) != PathKind::Folder => {
                    let help = "`extends` names presets and folders of pages; --rules names single pages";
                    found.add_with_help(*span, format!("`{name}` is not a folder"), help);
                }
                Ok(folder) => {
                    if let Some(loaded) = self.loaded.iter_mut().find(|loaded| loaded.at == folder) {
                        loaded.pack.extended_in.push(layer.folder.clone());
                    } else if !self.read(&folder, boundary, self.tree, |pack| {
                        pack.extended_in.push(layer.folder.clone());
                    }) {
                        let help = "put a page into it, or take it out of `extends`";
                        found.add_with_help(*span, format!("`{name}` holds no rule"), help);
                    }
                }
            }
            self.mistakes.extend(found.into_vec());
        }
    }

    /// The folder whose name is most like that of a folder that is not there.
    fn near_folder(&self, base: &Path, name: &str) -> Option<String> {
        let (above, _) = name.trim_end_matches('/').rsplit_once('/')?;
        let children = self.tree.children(&base.join(above)).ok()?;
        let folders = children.iter().filter(|at| self.tree.kind(at) == PathKind::Folder);
        let names: Vec<String> =
            folders.filter_map(|at| Some(format!("{above}/{}", at.file_name()?.to_str()?))).collect();
        let help = unknown_name_help(name.trim_end_matches('/'), names.iter().map(String::as_str));
        help.starts_with("did you mean").then_some(help)
    }

    /// Reads folders or pages that the user has named, relative to `cwd`, as packs whose rules are on. They may be
    /// anywhere, but symbolic links in them may not lead out of them.
    pub(crate) fn read_named(&mut self, cwd: &Path, typed: &[PathBuf]) {
        let mut named = Vec::new();
        for typed in typed {
            let tree = self.tree.of_named(&cwd.join(typed));
            match tree.resolve(&cwd.join(typed)) {
                Ok(at) => named.push((typed, tree.kind(&at) == PathKind::Folder, at, tree)),
                Err(error) => {
                    let message = format!("`{}` cannot be opened: {error}", typed.display());
                    let is_id = typed.to_str().is_some_and(|name| !name.contains(['/', '\\', '.']));
                    let help = if is_id {
                        format!(
                            "it was named as a folder or page of rules; the page of a rule is `FOLDER/{}.md`",
                            typed.display()
                        )
                    } else {
                        "it was named as a folder or page of rules".to_owned()
                    };
                    let is_list = typed.to_str().is_some_and(|name| name.contains(','));
                    let help = if is_list { "give the option once for each".to_owned() } else { help };
                    let help = near_path(cwd, typed).unwrap_or(help);
                    self.mistakes.push(Mistake::new(message).with_help(help));
                }
            }
        }
        // Folders first: a page of a folder that is named too is not read again.
        named.sort_by_key(|(_, is_folder, ..)| !is_folder);
        for (typed, is_folder, at, tree) in named {
            if let Some(loaded) = self.loaded.iter_mut().find(|loaded| loaded.at == at) {
                loaded.pack.extended = true;
                continue;
            }
            let shown = typed.display();
            if !is_folder && !is_page(&at) {
                let message = format!("`{shown}` is no page of a rule");
                self.mistakes.push(Mistake::new(message).with_help("pages end in `.md`, rules of ast-grep in `.yml`"));
                continue;
            }
            let boundary = if is_folder { at.clone() } else { at.parent().unwrap_or(&at).to_owned() };
            if !self.read(&at, &boundary, &tree, |pack| pack.extended = true) {
                let message = format!("`{shown}` holds no rule");
                self.mistakes.push(Mistake::new(message).with_help("name a page, or a folder of pages"));
            }
        }
    }

    /// Reads a pack from a folder, or from one page. No file outside of the folder `boundary` is read. Both paths are
    /// absolute and without symbolic links. Returns false if it has no rule.
    fn read(&mut self, at: &Path, boundary: &Path, tree: &LawTree, extend: impl Fn(&mut Pack)) -> bool {
        let (known, mistakes) = (self.files.len(), self.mistakes.len());
        let (files, places) = (Vec::new(), HashMap::new());
        let mut reader = FolderReader { boundary, tree, files, places, has_known_files: false, reader: self };
        let name = if tree.kind(at) == PathKind::Folder {
            reader.read_folder(at);
            at.file_name().map_or_else(|| "local".to_owned(), |name| name.to_string_lossy().into_owned())
        } else {
            reader.read_file(at.parent().unwrap_or(at), at);
            "local".to_owned()
        };
        let FolderReader { files, places, has_known_files, .. } = reader;
        let texts = files.iter().map(|(_, shown, text)| (shown.clone(), text.clone())).collect();
        let folder = Pack::from_folder(&name, files);
        let is_refused = self.files.len() == known && self.mistakes.len() > mistakes;
        self.mistakes.extend(folder.mistakes);
        let mut pack = folder.pack;
        extend(&mut pack);
        let pages = pack.pages.iter().filter_map(|entry| places.get(&entry.page().path));
        pack.paths = pages.flatten().cloned().collect();
        pack.places = places.iter().filter_map(|(shown, at)| Some((shown.clone(), at.first()?.clone()))).collect();
        self.loaded.push(LoadedPack { pack, at: at.to_owned(), texts });
        folder.has_files || has_known_files || is_refused
    }

    /// Gives packs of one name the paths of their folders as names, from the root; `others` are names that are taken. A
    /// pack that a folder below extends has such a name in any case, because whether another has its name depends on
    /// which folders a run covers.
    pub(crate) fn tell_apart(&mut self, others: &[Arc<str>]) {
        let mut count: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for name in others.iter().cloned().chain(self.loaded.iter().map(|loaded| loaded.pack.name.clone())) {
            *count.entry(name).or_default() += 1;
        }
        let is_nested =
            |pack: &Pack| !pack.is_named && !pack.extended && !pack.extended_in.iter().any(RelPath::is_root);
        let is_shared = |pack: &Pack| count.get(&pack.name).is_some_and(|count| *count > 1);
        for loaded in self.loaded.iter_mut().filter(|loaded| is_shared(&loaded.pack) || is_nested(&loaded.pack)) {
            let shown = match self.paths.below(&loaded.at) {
                Some((below, _)) => below.as_str().to_owned(),
                None => loaded.at.to_string_lossy().replace('\\', "/").trim_start_matches('/').to_owned(),
            };
            if !shown.is_empty() {
                loaded.pack.name = shown.trim_end_matches(".md").into();
            }
        }
    }

    fn shown(&self, path: &Path) -> String {
        match self.paths.below(path) {
            Some((below, _)) => self.paths.shown(below.as_str()),
            None => path.to_string_lossy().replace('\\', "/"),
        }
    }

    /// Takes the bytes of one page; false if they are more than are left, and nothing is left then.
    fn take(&mut self, bytes: usize) -> bool {
        self.left = self.left.and_then(|left| left.checked_sub(bytes as u64));
        self.left.is_some()
    }
}

const OUTSIDE_HELP: &str = "files of the project can only name files in the project; name other folders with --rules";

/// Collects the files of one pack.
struct FolderReader<'r, 'a> {
    /// The folder that symbolic links may not lead out of.
    boundary: &'r Path,
    tree: &'r LawTree,
    /// The path below the folder of the pack, the path to show, and the text of each file.
    files: Vec<(String, String, Arc<str>)>,
    /// The paths of each file below the root, by the path that is shown of it: its own path, and the path of its target
    /// if it is a symbolic link.
    places: HashMap<Arc<str>, BTreeSet<RelPath>>,
    /// True if another pack has one of its files.
    has_known_files: bool,
    reader: &'r mut PackReader<'a>,
}

impl FolderReader<'_, '_> {
    fn read_folder(&mut self, pack: &Path) {
        let mut open = vec![pack.to_owned()];
        let mut pages = Vec::new();
        let mut visited = HashSet::new();
        while let Some(folder) = open.pop().filter(|folder| visited.insert(folder.clone())) {
            let children = match self.tree.children(&folder) {
                Ok(children) => children,
                Err(error) => {
                    let message = format!("`{}` cannot be read: {error}", self.reader.shown(&folder));
                    self.reader.mistakes.push(Mistake::new(message));
                    continue;
                }
            };
            for child in children {
                if child.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
                    continue;
                }
                let kind = self.tree.kind(&child);
                let is_linked_folder = kind == PathKind::Link
                    && self.tree.resolve(&child).is_ok_and(|target| self.tree.kind(&target) == PathKind::Folder);
                if kind == PathKind::Folder {
                    open.push(child);
                } else if is_page(&child) || is_linked_folder {
                    pages.push(child);
                } else if let Some(right) = meant_extension(&child) {
                    let shown = self.reader.shown(&child);
                    self.reader.notes.push(format!("`{shown}` is not read: the name of a rule ends in `{right}`"));
                }
            }
        }
        self.tree.read_ahead(&pages);
        for page in pages {
            self.read_file(pack, &page);
        }
        self.files.sort();
    }

    fn read_file(&mut self, pack: &Path, file: &Path) {
        // The run is refused then.
        if self.reader.left.is_none() {
            return;
        }
        let shown = self.reader.shown(file);
        let refuse = |why: String| Mistake::new(format!("`{shown}` cannot be read: {why}"));
        let outcome = self.tree.resolve(file).map_err(|error| refuse(error.to_string())).and_then(|target| {
            if !target.starts_with(self.boundary) {
                let boundary = self.reader.shown(self.boundary);
                let message = format!("`{shown}` is a symbolic link that leads out of `{boundary}`");
                return Err(Mistake::new(message).with_help(OUTSIDE_HELP));
            }
            if self.tree.kind(&target) != PathKind::File {
                return Err(refuse("it is not a regular file".to_owned()));
            }
            if self.reader.files.contains(&target) {
                return Ok(None);
            }
            let bytes = self.tree.read(&target, MAX_PAGE_FILE_BYTES).map_err(|error| refuse(error.to_string()))?;
            let text = String::from_utf8(bytes).map_err(|error| not_utf8(&shown, &error))?;
            Ok(Some((target, text)))
        });
        match outcome {
            Ok(None) => self.has_known_files = true,
            Ok(Some((_, text))) if !self.reader.take(text.len()) => {
                let most = MAX_PAGE_BYTES >> 20;
                let message = format!("with `{shown}`, the pages of all rules have more than {most} MiB");
                self.reader.mistakes.push(Mistake::new(message));
            }
            Ok(Some((target, text))) => {
                let places = [file, &target].into_iter().filter_map(|at| Some(self.reader.paths.below(at)?.0));
                self.places.insert(shown.as_str().into(), places.collect());
                let below = file.strip_prefix(pack).unwrap_or(file);
                let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                self.files.push((parts.join("/"), shown, text.into()));
                self.reader.files.insert(target);
            }
            Err(mistake) => self.reader.mistakes.push(mistake),
        }
    }
}

/// The maximum size of one page, in bytes.
const MAX_PAGE_FILE_BYTES: u64 = 16 << 20;

/// The maximum size of all pages of a run together, in bytes. All of them are held as long as the run takes.
const MAX_PAGE_BYTES: u64 = 64 << 20;

/// The mistake for a file that is not UTF-8, with the first invalid byte as its place.
pub(crate) fn not_utf8(shown: &str, error: &std::string::FromUtf8Error) -> Mistake {
    let text = String::from_utf8_lossy(error.as_bytes());
    let at = error.utf8_error().valid_up_to() as u32;
    Mistake::new("this file is not UTF-8").with_help("save it as UTF-8").with_place(shown, text, Span::new(at, at + 3))
}

/// True for a file of rules by its name.
pub(crate) fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| PAGE_EXTENSIONS.iter().any(|known| extension == *known))
}

/// The extensions of the files of a pack: pages, rules of ast-grep, presets and its name.
pub(crate) const PAGE_EXTENSIONS: [&str; 4] = ["md", "yml", "yaml", "toml"];

/// The extension that a file was meant to have which is no page only by the spelling of its own.
fn meant_extension(path: &Path) -> Option<&'static str> {
    let is_readme = path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("README"));
    let extension = path.extension()?.to_str()?.to_lowercase();
    match &*extension {
        "md" | "markdown" | "mdown" | "mkd" | "mdx" if !is_readme => Some(".md"),
        "yml" | "yaml" => Some(".yml"),
        _ => None,
    }
}
