//! Which settings and packs hold for the paths that were named.

use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::settings::Settings;
use lawbook_core::span::Span;

use crate::workspace::mistakes::{mistake, mistake_with_help};
use crate::workspace::packs;
use crate::workspace::paths::Paths;
use crate::workspace::root::{CONFIG_NAME, Root};

/// The law of a root before it is planned.
#[derive(Debug)]
pub(crate) struct Law {
    /// What is set.
    pub(crate) settings: Settings,
    /// The packs: built in, given by the binary, extended, named with `--rules`.
    pub(crate) packs: Vec<Pack>,
    /// What to say when asked where the settings come from.
    pub(crate) origin: String,
    /// What is wrong in all of them.
    pub(crate) mistakes: Vec<Mistake>,
}

/// Where rules and settings come from beside the root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfigSources<'a> {
    /// The working directory, which `rules` are relative to.
    pub(crate) cwd: &'a Path,
    /// More folders or pages of rules.
    pub(crate) rules: &'a [PathBuf],
    /// Whether a `lawbook.toml` is left unread.
    pub(crate) no_config: bool,
}

/// Reads the settings and packs of a root, and everything that is wrong with them.
pub(crate) fn read(root: &Root, paths: &Paths, sources: ConfigSources<'_>, given: Vec<Pack>) -> Law {
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
    packs.extend(given);
    packs.extend(packs::of_extends(&settings, paths, &mut mistakes));
    for path in sources.rules {
        packs.extend(packs::of_path(sources.cwd, path, paths, &mut mistakes));
    }
    Law { settings, packs, origin, mistakes }
}

fn no_file(no_config: bool) -> &'static str {
    if no_config { "--no-config:" } else { "no lawbook.toml:" }
}

/// Reads the `lawbook.toml` of a root that has one: what is right in it, and everything that is wrong.
pub(crate) fn read_settings(paths: &Paths, mistakes: &mut Vec<Mistake>) -> Settings {
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

fn settings_text(paths: &Paths, shown: &str) -> Result<String, Vec<Mistake>> {
    let refuse = |why: String| vec![mistake(format!("`{shown}` cannot be read: {why}"))];
    let target = paths.root().join(CONFIG_NAME).canonicalize().map_err(|error| refuse(error.to_string()))?;
    if !target.starts_with(paths.root()) {
        let message = format!("`{shown}` is a symbolic link that leads out of the root");
        return Err(vec![mistake_with_help(message, "put the file itself there")]);
    }
    let bytes = packs::read_all(&target).map_err(|error| refuse(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| vec![packs::not_utf8(shown, &error)])
}
