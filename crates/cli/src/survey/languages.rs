//! The languages of the files: those that lawbook reads, and others by their extensions.

use std::collections::BTreeMap;

use lawbook_core::language;
use lawbook_core::source::RelPath;

/// The files of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LanguageFiles {
    /// The name of the language.
    pub(crate) name: &'static str,
    /// The number of its files.
    pub(crate) files: usize,
    /// True if lawbook reads it.
    pub(crate) is_read: bool,
}

/// Languages of programs that are not read, by extension.
const OTHERS: &[(&str, &str)] = &[
    ("bash", "sh bash"),
    ("c", "c h"),
    ("clojure", "clj cljs cljc"),
    ("cpp", "cc cpp cxx hh hpp hxx"),
    ("csharp", "cs"),
    ("css", "css scss sass less"),
    ("dart", "dart"),
    ("elixir", "ex exs"),
    ("erlang", "erl hrl"),
    ("go", "go"),
    ("haskell", "hs"),
    ("java", "java"),
    ("kotlin", "kt kts"),
    ("lua", "lua"),
    ("nix", "nix"),
    ("ocaml", "ml mli"),
    ("php", "php"),
    ("ruby", "rb"),
    ("scala", "scala"),
    ("sql", "sql"),
    ("svelte", "svelte"),
    ("swift", "swift"),
    ("vue", "vue"),
    ("zig", "zig"),
];

/// The name of the language of a path that is read.
pub(super) fn read_language(path: &str) -> Option<&'static str> {
    language::of_path(&RelPath::new(path)).map(|dialect| dialect.language.name())
}

/// Counts the files of each language, the most first.
pub(super) fn count(paths: &[String]) -> Vec<LanguageFiles> {
    let mut counts: BTreeMap<(&'static str, bool), usize> = BTreeMap::new();
    for path in paths {
        let is_foreign = path.split('/').any(|part| matches!(part, "node_modules" | "vendor" | "third_party"));
        let read = read_language(path).map(|name| (name, true));
        let found = read.or_else(|| {
            let extension = path.rsplit('/').next()?.rsplit_once('.')?.1.to_ascii_lowercase();
            let known = OTHERS.iter().find(|(_, all)| all.split(' ').any(|one| one == extension))?;
            Some((known.0, false))
        });
        if let Some(found) = found.filter(|_| !is_foreign) {
            *counts.entry(found).or_default() += 1;
        }
    }
    let counted = counts.into_iter().map(|((name, is_read), files)| LanguageFiles { name, files, is_read });
    let mut counted: Vec<LanguageFiles> = counted.collect();
    counted.sort_by_key(|language| (std::cmp::Reverse(language.files), language.name));
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_counted_by_their_files() {
        let paths = ["a.ts", "b/c.TSX", "d.rs", "e.go", "f.go", "vendor/x.go", "README.md", "Makefile"];
        let counted = count(&paths.map(str::to_owned));
        let shown: Vec<_> = counted.iter().map(|one| (one.name, one.files, one.is_read)).collect();
        assert_eq!(shown, [("go", 2, false), ("typescript", 2, true), ("rust", 1, true)]);
    }
}
