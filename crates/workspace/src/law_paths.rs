//! The paths of a law: which files are part of it, and which of them a client watches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::baseline::BASELINE_FOLDER;
use crate::config::LawPlaces;
use crate::existing;
use crate::gitignore::GITIGNORE_NAME;
use crate::packs;
use crate::root::{CONFIG_NAME, OTHER_NAMES};

/// The places of a law: its settings, its pages and its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LawPaths {
    /// The absolute path of the root, without symbolic links.
    pub root: PathBuf,
    /// The absolute paths of the settings that were read.
    pub configs: Vec<PathBuf>,
    /// The absolute paths of the folders of pages, and of single pages, also of those that do not exist.
    pub pages: BTreeSet<PathBuf>,
    /// False if one file of settings was named, so that no other `lawbook.toml` counts.
    is_searched: bool,
}

/// Files that a client watches: a glob relative to a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct WatchedFiles {
    /// The absolute path of the folder.
    pub folder: PathBuf,
    /// A glob of `*`, `**` and `{a,b}`, with `/`.
    pub glob: String,
}

impl LawPaths {
    /// The paths of a law that was read.
    pub(crate) fn new(root: &Path, places: &LawPlaces) -> Self {
        Self {
            root: root.to_owned(),
            configs: places.configs.clone(),
            pages: places.packs.iter().chain(&places.extended).cloned().collect(),
            is_searched: places.is_searched,
        }
    }

    /// True if an absolute path is that of a file of the law: a `lawbook.toml` in the root, above it or below it, a page or a
    /// rule of ast-grep in a place of pages, or a file of the baseline. The file need not exist.
    pub fn holds(&self, at: &Path) -> bool {
        self.holds_resolved(at) || self.holds_resolved(&existing::resolve(at))
    }

    fn holds_resolved(&self, at: &Path) -> bool {
        self.configs.iter().any(|config| config == at)
            || (self.is_searched && is_config(at) && is_near(at, &self.root))
            || is_baseline_file(at, &self.root)
            || self.holds_page(at)
    }

    /// True if an absolute path without symbolic links is that of a page, a rule of ast-grep or a preset of the law.
    pub fn holds_page(&self, at: &Path) -> bool {
        is_rule_file(at) && self.pages.iter().any(|place| at.starts_with(place))
    }

    /// The files whose changes may change the law or the files that it holds for, sorted.
    pub fn watched(&self) -> Vec<WatchedFiles> {
        let mut watched = BTreeSet::new();
        let mut watch = |folder: &Path, glob: String| {
            watched.insert(WatchedFiles { folder: folder.to_owned(), glob });
        };
        if self.is_searched {
            let names: Vec<&str> = [CONFIG_NAME].into_iter().chain(OTHER_NAMES).collect();
            watch(&self.root, format!("**/{{{}}}", names.join(",")));
        }
        for config in self.configs.iter().filter(|at| !self.is_searched || !at.starts_with(&self.root)) {
            if let (Some(folder), Some(name)) = (config.parent(), config.file_name().and_then(|name| name.to_str())) {
                watch(folder, name.to_owned());
            }
        }
        watch(&self.root, format!("{BASELINE_FOLDER}/**"));
        watch(&self.root, format!("**/{GITIGNORE_NAME}"));
        for place in &self.pages {
            match (place.parent(), place.file_name().and_then(|name| name.to_str())) {
                (Some(folder), Some(name)) if packs::is_page(place) => watch(folder, name.to_owned()),
                _ => watch(place, format!("**/*.{{{}}}", packs::PAGE_EXTENSIONS.join(","))),
            }
        }
        watched.into_iter().collect()
    }
}

/// True for a file with the name of settings.
pub(crate) fn is_config(at: &Path) -> bool {
    at.file_name().is_some_and(|name| name == CONFIG_NAME)
}

/// True for a file in the folder of the root, above it, or below it.
pub(crate) fn is_near(at: &Path, root: &Path) -> bool {
    let folder = at.parent().unwrap_or(at);
    folder.starts_with(root) || root.starts_with(folder)
}

/// True for a file of the baseline of a root.
pub(crate) fn is_baseline_file(at: &Path, root: &Path) -> bool {
    at.starts_with(root.join(BASELINE_FOLDER)) && at.extension().is_some_and(|extension| extension == "txt")
}

/// True for a page, a rule of ast-grep, a preset and the name of a pack.
pub(crate) fn is_rule_file(at: &Path) -> bool {
    packs::is_page(at) && at.file_name().is_some_and(|name| name != "README.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_law_are_known_by_their_paths() {
        let places = LawPlaces {
            configs: vec![PathBuf::from("/r/lawbook.toml"), PathBuf::from("/r/a/lawbook.toml")],
            packs: vec![PathBuf::from("/r/law")],
            extended: vec![PathBuf::from("/r/law"), PathBuf::from("/r/a/missing")],
            is_searched: true,
            ..LawPlaces::default()
        };
        let paths = LawPaths::new(Path::new("/r"), &places);
        let own = [
            "/r/lawbook.toml",
            "/lawbook.toml",
            "/r/b/c/lawbook.toml",
            "/r/law/no-x.md",
            "/r/law/../law/deep/no-x.yml",
            "/r/law/presets/strict.toml",
            "/r/a/missing/no-y.md",
            "/r/.lawbook/baseline/src.txt",
        ];
        let others =
            ["/s/lawbook.toml", "/r/README.md", "/r/law/README.md", "/r/law/x.ts", "/r/lawx/a.md", "/r/lawbook.tom"];
        for (path, expected) in own.map(|path| (path, true)).into_iter().chain(others.map(|path| (path, false))) {
            assert_eq!(paths.holds(Path::new(path)), expected, "{path}");
        }
        let watched: Vec<String> =
            paths.watched().iter().map(|files| format!("{} {}", files.folder.display(), files.glob)).collect();
        let names = "lawbook.toml,.lawbook.toml,lawbook.json,lawbook.yml,lawbook.yaml,Lawbook.toml,LAWBOOK.toml";
        let expected = [
            "/r **/.gitignore".to_owned(),
            format!("/r **/{{{names}}}"),
            "/r .lawbook/baseline/**".to_owned(),
            "/r/a/missing **/*.{md,yml,yaml,toml}".to_owned(),
            "/r/law **/*.{md,yml,yaml,toml}".to_owned(),
        ];
        assert_eq!(watched, expected);
    }

    #[test]
    fn of_a_named_configuration_no_other_file_counts() {
        let places = LawPlaces { configs: vec![PathBuf::from("/etc/law.toml")], ..LawPlaces::default() };
        let paths = LawPaths::new(Path::new("/r"), &places);
        assert!(paths.holds(Path::new("/etc/law.toml")) && !paths.holds(Path::new("/r/lawbook.toml")));
        assert_eq!(paths.watched()[0], WatchedFiles { folder: "/etc".into(), glob: "law.toml".to_owned() });
    }
}
