//! The configuration of a root: the settings of its `lawbook.toml` and of those in folders below, and its packs of rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, Mistakes};
use lawbook_core::pack::Pack;
use lawbook_core::settings::{Settings, SettingsLayer, is_folder};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;

use crate::baseline::BASELINE_FOLDER;
use crate::existing;
use crate::law_tree::{LawTree, PathKind};
use crate::packs::{self, LoadedPack, PackReader};
use crate::paths::RootPaths;
use crate::root::{self, CONFIG_NAME, MAX_SETTINGS_BYTES, Root};

/// The settings and packs that a law is made from.
#[derive(Debug)]
pub(crate) struct LawInputs {
    /// The settings: those of the root first, those of folders below sorted by these folders.
    pub(crate) layers: Vec<SettingsLayer>,
    /// The packs: the built-in one, those of the program, those in `extends`, and those named with `--rules`.
    pub(crate) packs: Vec<Pack>,
    /// The origin of the settings, in words.
    pub(crate) origin: String,
    /// The texts that the settings and packs were read from.
    pub(crate) texts: ConfigTexts,
    /// All mistakes in the settings, and those of packs that are not of single rules.
    pub(crate) mistakes: Vec<Mistake>,
    /// Notes for the user about files that are not read, a line each.
    pub(crate) notes: Vec<String>,
    /// The files and folders of the law.
    pub(crate) places: LawPlaces,
}

/// The absolute paths of the law.
#[derive(Clone, Debug, Default)]
pub(crate) struct LawPlaces {
    /// The `lawbook.toml` files that were looked for in folders below the root.
    pub(crate) nested: BTreeSet<PathBuf>,
    /// The `lawbook.toml` files that were read.
    pub(crate) configs: Vec<PathBuf>,
    /// The folders of pages, and single pages.
    pub(crate) packs: Vec<PathBuf>,
    /// The folders in `extends`, also those that could not be read.
    pub(crate) extended: Vec<PathBuf>,
    /// False if the configuration was named, so that files in other folders do not count.
    pub(crate) is_searched: bool,
    /// False if the command line has put other settings or pages in the place of those of the project.
    pub(crate) is_of_project: bool,
}

/// The texts of the configuration and of the rule pages, in the order in which they were read. If they are equal, the
/// law is the same, so a reload compares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConfigTexts(Vec<(String, Arc<str>)>);

/// The sources of rules and settings that do not follow from the root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfigSources<'a> {
    /// The working directory, which `rules` and `config` are relative to.
    pub(crate) cwd: &'a Path,
    /// Additional folders of rule pages, or single pages.
    pub(crate) rules: &'a [PathBuf],
    /// The configuration file to read in place of those that a search finds.
    pub(crate) config: Option<&'a Path>,
    /// True to read no configuration file.
    pub(crate) no_config: bool,
}

impl ConfigSources<'_> {
    /// True if `lawbook.toml` files are searched.
    fn is_searched(&self) -> bool {
        self.config.is_none() && !self.no_config
    }
}

/// The line about a file that is named like a configuration and is none.
pub(crate) fn note_on_misnamed(shown: &str) -> String {
    format!("`{shown}` is not read: the configuration is `{CONFIG_NAME}`")
}

/// The line about a baseline in a folder below the root, which holds only where that folder is the root.
fn note_on_baseline(shown: &str, paths: &RootPaths) -> String {
    let top = paths.shown(BASELINE_FOLDER);
    format!(
        "`{shown}` is not read: the baseline is `{top}`; `lawbook baseline create` writes it, then delete the other"
    )
}

/// The settings without a file.
fn without_file(sources: ConfigSources<'_>) -> (Settings, String) {
    let no_file = if sources.no_config { "--no-config:" } else { "no lawbook.toml:" };
    let mut settings = Settings::default();
    if sources.rules.is_empty() {
        settings.extends = default_extends();
        return (settings, format!("{no_file} the preset `recommended`"));
    }
    (settings, format!("{no_file} only the rules named with --rules"))
}

/// The entries of `extends` where a file has none.
fn default_extends() -> Vec<(String, Span)> {
    vec![("recommended".to_owned(), Span::default())]
}

/// Reads the settings and packs of a root, and collects all mistakes in them. `nested` are the `lawbook.toml` files in
/// folders below that count where they exist.
pub(crate) fn read(
    root: &Root,
    paths: &RootPaths,
    tree: &LawTree,
    sources: ConfigSources<'_>,
    given: &[Pack],
    nested: &BTreeSet<PathBuf>,
) -> LawInputs {
    let mut reader =
        LayerReader { tree, paths, mistakes: Vec::new(), layers: Vec::new(), folders: Vec::new(), configs: Vec::new() };
    let mut notes = Vec::new();
    let origin = match sources.config {
        Some(file) if !sources.no_config => reader.read_named(&sources.cwd.join(file)),
        _ if root.configured && !sources.no_config => {
            reader.read_topmost();
            paths.shown(CONFIG_NAME)
        }
        _ => {
            let (settings, origin) = without_file(sources);
            reader.add(SettingsLayer::topmost(settings), paths.root());
            origin
        }
    };
    let is_searched = sources.is_searched();
    let is_of_project = is_searched && (root.configured || sources.rules.is_empty());
    let mut places = LawPlaces { is_searched, is_of_project, ..LawPlaces::default() };
    if places.is_searched {
        places.nested.clone_from(nested);
        reader.read_nested(root, nested);
        let shown =
            |at: &PathBuf| paths.below(at).map_or_else(|| at.display().to_string(), |(at, _)| paths.shown(at.as_str()));
        notes.extend(root.misnamed.iter().map(|at| note_on_misnamed(&shown(at))));
    }
    let below = reader.folders.iter().filter(|folder| *folder != paths.root());
    let baselines = below.map(|folder| folder.join(BASELINE_FOLDER)).filter(|at| tree.kind(at) == PathKind::Folder);
    notes.extend(baselines.filter_map(|at| Some(note_on_baseline(&paths.shown(paths.below(&at)?.0.as_str()), paths))));
    let LayerReader { layers, folders, mistakes, configs, .. } = reader;
    places.configs = configs;
    let mut packs = vec![packs::built_in()];
    packs.extend(given.iter().cloned());
    let mut reader = PackReader::new(tree, paths);
    reader.mistakes = mistakes;
    for (layer, folder) in layers.iter().zip(&folders) {
        // A configuration that was named may lie outside of the root, with its own pages beside it.
        let boundary = if folder.starts_with(paths.root()) { paths.root() } else { folder.as_path() };
        reader.read_extended(layer, folder, boundary);
        let named = layer.settings.extends.iter().filter(|(name, _)| is_folder(name));
        let named = named.map(|(name, _)| existing::resolve(&folder.join(name)));
        // A folder elsewhere is not read, so that a client has no reason to watch it.
        places.extended.extend(named.filter(|at| at.starts_with(boundary)));
    }
    reader.read_named(sources.cwd, sources.rules);
    reader.tell_apart(&packs.iter().map(|pack| pack.name.clone()).collect::<Vec<_>>());
    let mut texts: Vec<(String, Arc<str>)> =
        layers.iter().map(|layer| (layer.settings.path.to_string(), layer.settings.text.clone())).collect();
    let PackReader { loaded, mistakes, notes: of_pages, .. } = reader;
    notes.extend(of_pages);
    for LoadedPack { pack, texts: pages, at } in loaded {
        packs.push(pack);
        texts.extend(pages);
        places.packs.push(at);
    }
    LawInputs { layers, packs, origin, texts: ConfigTexts(texts), mistakes, notes, places }
}

/// The settings that hold for one path of a root, without rules: for what is decided by `[files]` alone.
///
/// # Errors
/// All mistakes in the settings.
pub(crate) fn read_settings(
    root: &Root,
    paths: &RootPaths,
    nested: &BTreeSet<PathBuf>,
) -> Result<Vec<SettingsLayer>, Vec<Mistake>> {
    let tree = LawTree::Disk;
    let mut reader = LayerReader {
        tree: &tree,
        paths,
        mistakes: Vec::new(),
        layers: Vec::new(),
        folders: Vec::new(),
        configs: Vec::new(),
    };
    if root.configured {
        reader.read_topmost();
    } else {
        reader.add(SettingsLayer::topmost(Settings::default()), paths.root());
    }
    reader.read_nested(root, nested);
    if reader.mistakes.is_empty() { Ok(reader.layers) } else { Err(reader.mistakes) }
}

/// The `lawbook.toml` files that there are in the folders between the root and some paths.
pub(crate) fn above<'p>(tree: &LawTree, root: &Path, targets: impl IntoIterator<Item = &'p Path>) -> BTreeSet<PathBuf> {
    let mut asked: BTreeSet<&Path> = BTreeSet::new();
    let mut found = BTreeSet::new();
    for target in targets {
        for folder in target.ancestors().take_while(|folder| *folder != root && folder.starts_with(root)) {
            if !asked.insert(folder) {
                break;
            }
            let config = folder.join(CONFIG_NAME);
            if tree.kind(&config) != PathKind::Missing {
                found.insert(config);
            }
        }
    }
    found
}

/// Reads the settings of a root.
struct LayerReader<'a> {
    tree: &'a LawTree,
    paths: &'a RootPaths,
    mistakes: Vec<Mistake>,
    layers: Vec<SettingsLayer>,
    /// By layer, the absolute path of the folder that it is relative to.
    folders: Vec<PathBuf>,
    configs: Vec<PathBuf>,
}

impl LayerReader<'_> {
    fn add(&mut self, layer: SettingsLayer, folder: &Path) {
        self.layers.push(layer);
        self.folders.push(folder.to_owned());
    }

    /// Reads the file of the root.
    fn read_topmost(&mut self) {
        let root = self.paths.root();
        let mut settings = self.read(&root.join(CONFIG_NAME), root);
        if settings.extends_at.is_none() {
            settings.extends = default_extends();
        }
        self.add(SettingsLayer::topmost(settings), root);
    }

    /// Reads a file that the user has named, and returns its path in words.
    fn read_named(&mut self, file: &Path) -> String {
        let tree = self.tree.of_named(file);
        let root = self.paths.root();
        let (mut settings, folder) = match tree.resolve(file) {
            Ok(at) => {
                let folder = at.parent().unwrap_or(root).to_owned();
                let mut reader = LayerReader {
                    tree: &tree,
                    layers: Vec::new(),
                    folders: Vec::new(),
                    mistakes: Vec::new(),
                    configs: Vec::new(),
                    ..*self
                };
                let settings = reader.read(&at, &folder);
                self.mistakes.extend(reader.mistakes);
                self.configs.push(at);
                (settings, folder)
            }
            Err(error) => {
                let message = format!("`{}` cannot be opened: {error}", self.shown(file));
                let near = crate::paths::near_path(Path::new(""), Path::new(&self.shown(file)));
                let help = near.unwrap_or_else(|| "it was named with --config".to_owned());
                self.mistakes.push(Mistake::new(message).with_help(help));
                (Settings::default(), root.to_owned())
            }
        };
        if settings.extends_at.is_none() {
            settings.extends = default_extends();
        }
        let base = self.paths.below(&folder).map_or_else(RelPath::root, |(base, _)| base);
        let origin = settings.path.to_string();
        self.add(SettingsLayer::topmost(settings).with_base(base), &folder);
        origin
    }

    /// Reads the files in folders below the root.
    fn read_nested(&mut self, root: &Root, nested: &BTreeSet<PathBuf>) {
        let mut found: Vec<(RelPath, &PathBuf)> = Vec::new();
        for config in nested.iter().filter(|config| self.tree.kind(config) != PathKind::Missing) {
            let folder = config.parent().and_then(|folder| self.paths.below(folder));
            found.extend(folder.filter(|(folder, _)| !folder.is_root()).map(|(folder, _)| (folder, config)));
        }
        found.sort();
        for (folder, config) in found {
            let known = self.mistakes.len();
            let settings = self.read(config, self.paths.root());
            let is_below_another = root.configured || {
                let is_above = |layer: &SettingsLayer| layer.folder.holds(folder.as_str());
                self.layers.iter().skip(1).any(is_above)
            };
            let mut layer = SettingsLayer::nested(folder, settings);
            // A repository in the repository has its own law.
            let is_repository = config.parent().is_some_and(|at| self.tree.kind(&at.join(".git")) != PathKind::Missing);
            layer.is_topmost |= !is_below_another || is_repository;
            match layer.settings.extends_at {
                None if layer.is_topmost => layer.settings.extends = default_extends(),
                Some(span)
                    if !layer.is_topmost && layer.settings.extends.is_empty() && self.mistakes.len() == known =>
                {
                    let mut mistakes = Mistakes::new(layer.settings.path.clone(), layer.settings.text.clone());
                    let message = "an empty `extends` takes nothing away: what the files above extend holds here too";
                    mistakes.add_with_help(span, message, "delete it; `root = true` ends what holds from above");
                    self.mistakes.extend(mistakes.into_vec());
                }
                _ => {}
            }
            self.add(layer, config.parent().unwrap_or(self.paths.root()));
        }
    }

    /// Reads one file, whose symbolic links may not lead out of `boundary`.
    fn read(&mut self, config: &Path, boundary: &Path) -> Settings {
        let shown = self.shown(config);
        self.configs.push(config.to_owned());
        match settings_text(self.tree, config, boundary, &shown) {
            Ok(text) => {
                let (settings, found) = Settings::read(&shown, text);
                self.mistakes.extend(found);
                settings
            }
            Err(mistake) => {
                self.mistakes.push(mistake);
                Settings::default()
            }
        }
    }

    fn shown(&self, at: &Path) -> String {
        self.paths.below(at).map_or_else(|| at.display().to_string(), |(at, _)| self.paths.shown(at.as_str()))
    }
}

fn settings_text(tree: &LawTree, config: &Path, boundary: &Path, shown: &str) -> Result<String, Mistake> {
    let refuse = |why: String| Mistake::new(format!("`{shown}` cannot be read: {why}"));
    let target = tree.resolve(config).map_err(|error| {
        if tree.kind(config) == PathKind::Link && error.kind() == std::io::ErrorKind::NotFound {
            let message = format!("`{shown}` is a symbolic link that leads nowhere");
            return Mistake::new(message).with_help("put the file itself there, or delete the link");
        }
        refuse(error.to_string())
    })?;
    if !target.starts_with(boundary) {
        let message = format!("`{shown}` is a symbolic link that leads out of the root");
        return Err(Mistake::new(message).with_help("put the file itself there"));
    }
    match tree.kind(&target) {
        PathKind::Folder => {
            let help = format!("a folder of rules is named in `extends` of a file `{CONFIG_NAME}`");
            return Err(Mistake::new(format!("`{shown}` is a folder, not a file")).with_help(help));
        }
        PathKind::File => {}
        _ => return Err(refuse("it is not a regular file".to_owned())),
    }
    let bytes = tree.read(&target, MAX_SETTINGS_BYTES).map_err(|error| refuse(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| packs::not_utf8(shown, &error))
}

/// The root for these sources, and the paths of `targets` in it.
pub(crate) fn find_root(tree: &LawTree, sources: ConfigSources<'_>, targets: &[PathBuf]) -> (Root, RootPaths) {
    let root = match sources.config {
        Some(_) if !sources.no_config => root::without_search(sources.cwd),
        _ => root::find(tree, sources.cwd, targets),
    };
    let paths = RootPaths::new(root.folder.clone(), sources.cwd);
    (root, paths)
}
