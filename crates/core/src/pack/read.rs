//! Builds a pack from the files of one folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data::reader;
use crate::mistake::{Mistake, SourceLocation};
use crate::pack::{Pack, PageEntry, RefusedRule};
use crate::rule::page::{Page, ast_grep};
use crate::settings::{Preset, read};
use crate::span::Span;

/// The name of a pack that consists of ast-grep rules and has no `pack.toml`.
const AST_GREP_PACK_NAME: &str = "local";

impl Pack {
    /// Builds the pack of a folder: `files` are (path in the folder, path for messages, text), and `name_hint` is the
    /// name of the folder. Returns a pack of all files without mistakes, and all mistakes.
    pub fn from_files(name_hint: &str, files: Vec<(String, String, Arc<str>)>) -> (Self, Vec<Mistake>) {
        Self::from_folder(name_hint, files).strict()
    }

    /// As [`Pack::from_files`], but the mistakes of single rules are in [`Pack::refused`], so that the other rules can
    /// run. Returns the mistakes of the pack itself: its name, its presets, and ids that several rules have.
    pub fn from_folder(name_hint: &str, mut files: Vec<(String, String, Arc<str>)>) -> LoadedFolder {
        files.sort();
        let mut folder = PackFiles::default();
        for (path, shown, text) in files {
            folder.file(&path, &shown, &text);
            folder.order.push(shown);
        }
        folder.into_pack(name_hint)
    }

    /// The pack of pages, each given as `id` or `topic/id` and its text. The pages without mistakes are in the pack even
    /// when others have some: the caller must show the mistakes (`lawbook::render_mistakes`), because a later plan does
    /// not repeat them.
    ///
    /// ```
    /// use lawbook_core::pack::Pack;
    ///
    /// let page = "---\nsummary: No eval.\nlanguages: all\nseverity: error\nrule: {node: call, where: {callee: eval}}\n---\n";
    /// let (pack, mistakes) = Pack::from_pages("ours", [("security/no-eval", page)]);
    /// assert!(mistakes.is_empty());
    /// assert_eq!(&*pack.pages[0].id, "no-eval");
    /// ```
    pub fn from_pages<P: AsRef<str>, T: Into<Arc<str>>>(
        name: &str,
        pages: impl IntoIterator<Item = (P, T)>,
    ) -> (Self, Vec<Mistake>) {
        let mut folder = PackFiles::default();
        for (path, text) in pages {
            let path = path.as_ref();
            let (below, id) = path.rsplit_once('/').unwrap_or(("", path));
            let shown = format!("{path}.md");
            folder.page(&shown, id, topic_of(below), &text.into());
            folder.order.push(shown);
        }
        folder.into_pack(name).strict()
    }
}

/// A pack that was read, and the mistakes for which it cannot be used at all.
#[derive(Debug)]
#[non_exhaustive]
pub struct LoadedFolder {
    /// The pack, with the rules that are refused.
    pub pack: Pack,
    /// The mistakes that are not of single rules.
    pub mistakes: Vec<Mistake>,
    /// True if the folder has a file of rules or presets, with or without mistakes.
    pub has_files: bool,
    /// The paths of its files, in the order in which they were read.
    order: Vec<String>,
}

impl LoadedFolder {
    /// The pack and all mistakes, also those of single rules.
    fn strict(self) -> (Pack, Vec<Mistake>) {
        let Self { mut pack, mut mistakes, order, .. } = self;
        let refused = std::mem::take(&mut pack.refused);
        pack.unread.extend(refused.iter().map(|rule| rule.id.clone()));
        let of_rules: Vec<Mistake> = refused.into_iter().flat_map(|rule| rule.mistakes).collect();
        mistakes.splice(0..0, of_rules);
        mistakes.sort_by_key(|mistake| {
            let path = mistake.place.as_ref().map(|place| &place.path);
            path.and_then(|path| order.iter().position(|known| **known == **path)).unwrap_or(usize::MAX)
        });
        (pack, mistakes)
    }
}

/// The parsed files of a folder.
#[derive(Default)]
struct PackFiles {
    name: Option<Arc<str>>,
    /// Each page with the place of its id.
    pages: Vec<(Page, Span)>,
    presets: Vec<Preset>,
    /// True if there is a Markdown page, with or without mistakes.
    has_markdown: bool,
    /// The names of presets with mistakes.
    unread: Vec<Arc<str>>,
    refused: Vec<RefusedRule>,
    mistakes: Vec<Mistake>,
    /// The paths for messages of the files, in the order in which they were read.
    order: Vec<String>,
}

impl PackFiles {
    fn into_pack(mut self, name_hint: &str) -> LoadedFolder {
        self.check_ids();
        let has_files =
            !(self.pages.is_empty() && self.presets.is_empty() && self.refused.is_empty() && self.unread.is_empty());
        let Self { name, mut pages, presets, has_markdown, unread, refused, mistakes, order } = self;
        let only_ast_grep = !has_markdown && pages.iter().any(|(page, _)| page.ast_grep);
        let fallback = if only_ast_grep { AST_GREP_PACK_NAME } else { name_hint };
        pages.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let pack = Pack {
            is_named: name.is_some(),
            name: name.unwrap_or_else(|| Arc::from(fallback)),
            pages: pages.into_iter().map(|(page, _)| PageEntry::ready(page)).collect(),
            presets,
            unread,
            refused,
            ..Pack::default()
        };
        LoadedFolder { pack, mistakes, has_files, order }
    }

    fn file(&mut self, path: &str, shown: &str, text: &Arc<str>) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let topic = topic_of(folder);
        match name.rsplit_once('.') {
            Some(("pack", "toml")) if folder.is_empty() => match name_of(shown, text) {
                Ok(name) => self.name = name,
                Err(mistakes) => self.mistakes.extend(mistakes),
            },
            Some((stem, "toml")) if folder == "presets" => match Preset::parse(shown, stem, text.clone()) {
                Ok(preset) => self.presets.push(preset),
                Err(mistakes) => self.add_unread(stem, mistakes),
            },
            Some(("README", "md")) => {}
            Some((stem, "md")) => self.page(shown, stem, topic, text),
            Some((_, "yml" | "yaml")) => {
                let (pages, mistakes) = ast_grep::read(shown, topic, text);
                self.pages.extend(pages);
                if !mistakes.is_empty() {
                    let id = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                    self.refused.push(RefusedRule::new(id, mistakes, true));
                }
            }
            _ => {}
        }
    }

    fn page(&mut self, shown: &str, id: &str, topic: &str, text: &Arc<str>) {
        self.has_markdown = true;
        match Page::parse(shown, id, topic, text.clone()) {
            Ok(page) => self.pages.push((page, Span::empty(0))),
            Err(mistakes) => self.refused.push(RefusedRule::new(id, mistakes, false)),
        }
    }

    /// Records a preset that has mistakes.
    fn add_unread(&mut self, name: &str, mistakes: Vec<Mistake>) {
        self.unread.push(Arc::from(name));
        self.mistakes.extend(mistakes);
    }

    /// Adds a mistake for every id, earlier ids included, that several pages have.
    fn check_ids(&mut self) {
        let mut pages_by_id: BTreeMap<&str, Vec<(&Page, Span)>> = BTreeMap::new();
        for (page, span) in &self.pages {
            for id in [&page.id].into_iter().chain(&page.formerly) {
                pages_by_id.entry(id).or_default().push((page, *span));
            }
        }
        for (id, pages) in pages_by_id.iter().filter(|(_, pages)| pages.len() > 1) {
            for (page, span) in pages {
                let other = pages.iter().find(|(other, at)| !std::ptr::eq(*other, *page) || at != span);
                let help = other.map(|(other, _)| format!("the other one is in {}", other.path));
                let verb = if *page.id == **id { "is" } else { "was" };
                let message = format!("two rules of one pack cannot both be `{id}`, as this one {verb}");
                let place = SourceLocation { path: page.path.clone(), text: page.text.clone(), span: *span };
                self.mistakes.push(Mistake { place: Some(place), ..Mistake::new(message) }.with_optional_help(help));
            }
        }
    }
}

/// The topic of pages in a folder below the pack: its first part.
fn topic_of(folder: &str) -> &str {
    folder.split('/').next().unwrap_or_default()
}

/// The name that `pack.toml` gives to the pack.
fn name_of(path: &str, text: &Arc<str>) -> Result<Option<Arc<str>>, Vec<Mistake>> {
    read::without_mistakes(read::read(path, text, &["name"], |table, mistakes| {
        let entry = table.required("name", mistakes)?;
        let name = reader::string("name", &entry.value, mistakes)?;
        if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            mistakes.add_with_help(
                entry.value.span,
                format!("`{name}` cannot be a pack's name: expected letters, digits, `-`, `_`"),
                "write one word, such as `my-law`",
            );
        }
        Some(Arc::from(name))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\nsummary: S.\nlanguages: [rust]\nseverity: error\nrule: {node: call}\n---\nWhy.\n";
    const RULE: &str = "id: a\nlanguage: rust\nrule: {kind: x}\n";

    fn check(files: &[(&str, &str)], name: &str, ids: &[&str], mistakes: &[&str]) -> Pack {
        let files =
            files.iter().map(|(path, text)| ((*path).to_owned(), format!("law/{path}"), Arc::from(*text))).collect();
        let (pack, found) = Pack::from_files("law", files);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), mistakes);
        let shown: Vec<String> =
            pack.pages.iter().map(|entry| format!("{}/{}", entry.page().topic, entry.id)).collect();
        assert_eq!((&*pack.name, shown), (name, ids.iter().map(|id| (*id).to_owned()).collect()));
        pack
    }

    #[test]
    fn a_folder_of_topics_is_a_pack() {
        let pack = check(
            &[
                ("size/b.md", PAGE),
                ("size/README.md", "Hello"),
                ("README.md", "Hello"),
                ("a/deep/c.md", PAGE),
                ("presets/strict.toml", "[rules]\nb = \"error\"\n"),
                ("pack.toml", "name = \"team\"\n"),
                ("notes.txt", "x"),
            ],
            "team",
            &["size/b", "a/c"],
            &[],
        );
        assert_eq!(&*pack.presets[0].name, "strict");
        assert!(!pack.built_in && !pack.extended);
    }

    #[test]
    fn a_plain_folder_is_a_pack() {
        check(&[("b.md", PAGE)], "law", &["/b"], &[]);
        check(&[("r.yml", RULE), ("s.yaml", "id: b\nlanguage: rust\nrule: {kind: x}")], "local", &["/a", "/b"], &[]);
        check(&[("r.yml", RULE), ("b.md", PAGE)], "law", &["/a", "/b"], &[]);
        check(&[("r.yml", RULE), ("pack.toml", "name = 'x'")], "x", &["/a"], &[]);
        check(&[], "law", &[], &[]);
    }

    #[test]
    fn mistakes_are_all_shown() {
        check(
            &[
                ("notes.md", "Hello"),
                ("pack.toml", "nam = 'x y'"),
                ("presets/p.toml", "[rules]\na = 1"),
                ("r.yml", "a"),
            ],
            "law",
            &[],
            &[
                "law/notes.md:1:1: expected a rule page, which starts with a head between two lines `---` (only \
                 README.md may be another kind of page here)",
                "law/pack.toml:1:1: unknown key `nam` (did you mean `name`?)",
                "law/presets/p.toml:2:5: a: expected a level or a table, found a whole number (for example \
                 `a = \"error\"` or `a = { level = \"error\" }`)",
                "law/r.yml:1:1: an ast-grep rule: expected a mapping, found a string",
            ],
        );
    }

    #[test]
    fn ids_are_unique_in_a_pack() {
        let earlier = PAGE.replace("severity", "formerly: [a]\nseverity");
        check(
            &[("a.md", PAGE), ("b.md", &earlier), ("r.yml", RULE)],
            "law",
            &["/a", "/a", "/b"],
            &[
                "law/a.md:1:1: two rules of one pack cannot both be `a`, as this one is (the other one is in law/b.md)",
                "law/b.md:1:1: two rules of one pack cannot both be `a`, as this one was (the other one is in law/a.md)",
                "law/r.yml:1:5: two rules of one pack cannot both be `a`, as this one is (the other one is in law/a.md)",
            ],
        );
    }
}
