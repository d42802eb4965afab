//! The configuration of a root: its settings and its packs of rules.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::settings::Settings;
use lawbook_core::span::Span;

use crate::packs::{self, LoadedPack, PageBytesLeft};
use crate::paths::RootPaths;
use crate::root::{CONFIG_NAME, Root};

/// The settings and packs that a law is made from.
#[derive(Debug)]
pub(crate) struct LawInputs {
    /// The settings.
    pub(crate) settings: Settings,
    /// The packs: the built-in one, those of the program, those in `extends`, and those named with `--rules`.
    pub(crate) packs: Vec<Pack>,
    /// The origin of the settings, in words.
    pub(crate) origin: String,
    /// The texts that the settings and packs were read from.
    pub(crate) texts: ConfigTexts,
    /// All mistakes in the settings and pages.
    pub(crate) mistakes: Vec<Mistake>,
}

/// The texts of the configuration and of the rule pages, in the order in which they were read. If they are equal, the
/// law is the same, so a reload compares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConfigTexts(Vec<(String, Arc<str>)>);

/// The sources of rules and settings that do not follow from the root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfigSources<'a> {
    /// The working directory, which `rules` are relative to.
    pub(crate) cwd: &'a Path,
    /// Additional folders of rule pages, or single pages.
    pub(crate) rules: &'a [PathBuf],
    /// True to ignore the `lawbook.toml` of the root.
    pub(crate) no_config: bool,
}

/// Reads the settings and packs of a root, and collects all mistakes in them.
pub(crate) fn read(root: &Root, paths: &RootPaths, sources: ConfigSources<'_>, given: &[Pack]) -> LawInputs {
    let mut mistakes = Vec::new();
    let (settings, origin) = if root.configured && !sources.no_config {
        (read_settings(paths, &mut mistakes), paths.shown(CONFIG_NAME))
    } else if sources.rules.is_empty() {
        let mut settings = Settings::default();
        settings.extends = vec![("recommended".to_owned(), Span::default())];
        (settings, format!("{} the preset `recommended`", no_file(sources.no_config)))
    } else {
        (Settings::default(), format!("{} only the rules named with --rules", no_file(sources.no_config)))
    };
    let mut packs = vec![packs::built_in()];
    packs.extend(given.iter().cloned());
    let mut left = PageBytesLeft::new();
    let mut loaded = packs::read_extended(&settings, paths, &mut left, &mut mistakes);
    let mut named = |path| packs::read_named(sources.cwd, path, paths, &mut left, &mut mistakes);
    loaded.extend(sources.rules.iter().filter_map(|path| named(path)));
    let mut texts = ConfigTexts(vec![(settings.path.to_string(), settings.text.clone())]);
    for LoadedPack { pack, texts: pages } in loaded {
        packs.push(pack);
        texts.0.extend(pages);
    }
    LawInputs { settings, packs, origin, texts, mistakes }
}

fn no_file(no_config: bool) -> &'static str {
    if no_config { "--no-config:" } else { "no lawbook.toml:" }
}

/// Reads the `lawbook.toml` of a root that has one. Returns its valid settings and adds its mistakes to `mistakes`.
pub(crate) fn read_settings(paths: &RootPaths, mistakes: &mut Vec<Mistake>) -> Settings {
    let shown = paths.shown(CONFIG_NAME);
    match settings_text(paths, &shown) {
        Ok(text) => {
            let (settings, found) = Settings::read(&shown, text);
            mistakes.extend(found);
            settings
        }
        Err(found) => {
            mistakes.extend(found);
            Settings::default()
        }
    }
}

/// The maximum size of a `lawbook.toml`, in bytes. Its values take up to some two hundred times as much memory.
const MAX_SETTINGS_BYTES: u64 = 4 << 20;

fn settings_text(paths: &RootPaths, shown: &str) -> Result<String, Vec<Mistake>> {
    let refuse = |why: String| vec![Mistake::new(format!("`{shown}` cannot be read: {why}"))];
    let target = paths.root().join(CONFIG_NAME).canonicalize().map_err(|error| refuse(error.to_string()))?;
    if !target.starts_with(paths.root()) {
        let message = format!("`{shown}` is a symbolic link that leads out of the root");
        return Err(vec![Mistake::new(message).with_help("put the file itself there")]);
    }
    let bytes = packs::read_limited(&target, MAX_SETTINGS_BYTES).map_err(|error| refuse(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| vec![packs::not_utf8(shown, &error)])
}
