//! Tests rule pages against their own code blocks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::{Native, Pack, PageEntry};
use lawbook_core::rule::page::{BlockRole, Page};
use lawbook_core::source::LineIndex;
use lawbook_core::span::Span;
use lawbook_core::testing;

use crate::clock;
use crate::config::{self, ConfigSources, LawInputs};
use crate::discover;
use crate::filter::FileFilter;
use crate::law_paths::is_rule_file;
use crate::law_tree::LawTree;
use crate::packs;
use crate::paths;

/// The results of testing pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageTests {
    /// The number of pages that were tested.
    pub pages: usize,
    /// The code blocks whose findings or fixes are not as the page says, in the order of the pages.
    pub failures: Vec<PageFailure>,
    /// The ids of built-in pages whose tested source differs from the text that this program was built with.
    pub outdated: Vec<Arc<str>>,
    /// The rules of ast-grep for languages that this program does not read, which were not tested, each with the reason.
    pub skipped: Vec<(Arc<str>, String)>,
}

/// A code block whose findings or fixes are not as the page says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageFailure {
    /// The path of the page from the working directory.
    pub path: Arc<str>,
    /// The line in the page, 1-based.
    pub line: u32,
    /// The text of that line in the page, without the space around it.
    pub span: Span,
    /// The expected and the actual result, in one or more lines.
    pub message: String,
}

/// Tests the pages in `typed`, files or folders relative to `cwd`. If `typed` is empty, tests the pages of the folders
/// that `extends` names in the `lawbook.toml` of the root around `cwd`. `given` are packs whose native rules the pages
/// may use, in addition to the built-in ones.
///
/// # Errors
/// There is no page to test, or a page cannot be read or planned.
pub fn test_pages(cwd: &Path, typed: &[PathBuf], given: &[Pack]) -> Result<PageTests, MistakeList> {
    let cwd = paths::working_directory(cwd)?;
    let tested = read_pages(&cwd, typed)?;
    if tested.iter().all(|pack| pack.pages.is_empty()) {
        return Err(nothing_to_test().into());
    }
    let built_in = packs::built_in();
    let today = clock::today();
    let mut tests = PageTests::default();
    for pack in tested {
        let others = given.iter().chain([&built_in]).flat_map(|pack| &pack.natives);
        let natives: Vec<Native> = pack.natives.iter().chain(others).cloned().collect();
        for entry in &pack.pages {
            let page = entry.page();
            let failures = match testing::run_page(page, &natives, today) {
                // A collection of ast-grep is written for many languages.
                Err(mistakes) if page.ast_grep && page.claims.dialects().next().is_none() => {
                    let reasons: Vec<String> = mistakes.iter().map(Mistake::in_words).collect();
                    tests.skipped.push((page.id.clone(), reasons.join("; ")));
                    continue;
                }
                run => run?,
            };
            tests.pages += 1;
            if is_outdated(&built_in, page) {
                tests.outdated.push(page.id.clone());
            }
            tests.failures.extend(page_failures(page, failures));
        }
    }
    if tests.pages == 0 {
        let skipped =
            tests.skipped.iter().map(|(id, reason)| Mistake::new(format!("the rule `{id}` is not tested: {reason}")));
        return Err(skipped.chain(nothing_to_test()).collect::<Vec<_>>().into());
    }
    Ok(tests)
}

/// The result of testing one page whose text may be unsaved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestedPage {
    /// The ids of its rules: one, or several of a file of rules of ast-grep; none if all of them have mistakes.
    pub rules: Vec<Arc<str>>,
    /// Its code blocks with an expectation, in order; none if the page has mistakes.
    pub blocks: Vec<TestedBlock>,
    /// The failures of all blocks, and those of the page as a whole.
    pub failures: Vec<PageFailure>,
    /// The mistakes for which it cannot be tested.
    pub mistakes: Vec<Mistake>,
}

/// A code block of a page with its expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestedBlock {
    /// The expectation.
    pub role: BlockRole,
    /// The tag of its language, as written.
    pub tag: String,
    /// The heading of the project that it is a file of.
    pub project: Option<String>,
    /// The line that opens it, 1-based.
    pub line: u32,
    /// The line that closes it, 1-based.
    pub last_line: u32,
    /// The place of its code in the page.
    pub span: Span,
}

impl TestedPage {
    /// The failures that lie in a block.
    pub fn failures_in(&self, block: &TestedBlock) -> impl Iterator<Item = &PageFailure> {
        let lines = block.line..=block.last_line;
        self.failures.iter().filter(move |failure| lines.contains(&failure.line))
    }
}

/// Reads and tests one page from its text. `path`, relative to `cwd`, gives the id of its rule and is not read. `given` are
/// packs whose native rules the page may use, in addition to the built-in ones. A file that is no page by its name has no
/// rule, no block and no mistake.
pub fn test_page(cwd: &Path, path: &Path, text: Arc<str>, given: &[Pack]) -> TestedPage {
    let at = cwd.join(path);
    let Some(name) = at.file_name().and_then(|name| name.to_str()).filter(|_| is_rule_file(&at)) else {
        return TestedPage::default();
    };
    let shown = at.strip_prefix(cwd).unwrap_or(&at).to_string_lossy().replace('\\', "/");
    let folder = Pack::from_folder("local", vec![(name.to_owned(), shown, text)]);
    let refused = folder.pack.refused.iter().flat_map(|rule| rule.mistakes.clone());
    let mut tested =
        TestedPage { mistakes: folder.mistakes.into_iter().chain(refused).collect(), ..TestedPage::default() };
    let natives: Vec<Native> =
        given.iter().flat_map(|pack| &pack.natives).cloned().chain(lawbook_rules::natives()).collect();
    for entry in &folder.pack.pages {
        let page = entry.page();
        tested.rules.push(page.id.clone());
        match testing::run_page(page, &natives, clock::today()) {
            Ok(failures) => tested.failures.extend(page_failures(page, failures)),
            Err(mistakes) => tested.mistakes.extend(mistakes),
        }
        let lines = LineIndex::new(&page.text);
        tested.blocks.extend(page.blocks.iter().map(|block| TestedBlock {
            role: block.role,
            tag: block.tag.clone(),
            project: block.project.clone(),
            line: lines.line(block.span.start).saturating_sub(1),
            last_line: lines.line(block.span.end),
            span: block.span,
        }));
    }
    tested
}

/// The failures of a page with their places in its text.
fn page_failures(page: &Page, failures: Vec<testing::Failure>) -> Vec<PageFailure> {
    let lines = LineIndex::new(&page.text);
    let placed = failures.into_iter().map(|failure| {
        let line = lines.span(&page.text, failure.line);
        let text = &page.text[line.range()];
        let start = line.start + (text.len() - text.trim_start().len()) as u32;
        let span = Span::new(start, start + text.trim().len() as u32);
        PageFailure { path: page.path.clone(), line: failure.line, span, message: failure.message }
    });
    placed.collect()
}

fn read_pages(cwd: &Path, typed: &[PathBuf]) -> Result<Vec<Pack>, Vec<Mistake>> {
    let sources = ConfigSources { cwd, rules: typed, config: None, no_config: !typed.is_empty() };
    let tree = LawTree::Disk;
    let (root, paths) = config::find_root(&tree, sources, &[]);
    let mut nested = config::above(&tree, paths.root(), [cwd]);
    if typed.is_empty() {
        let found = discover::discover(&paths, &FileFilter::default(), &[cwd.to_owned()], 1);
        nested.extend(found.nested.iter().map(|path| paths.root().join(path.as_str())));
        if !root.configured && nested.is_empty() {
            return Err(nothing_to_test());
        }
    }
    let LawInputs { packs, mut mistakes, .. } = config::read(&root, &paths, &tree, sources, &[], &nested);
    let packs: Vec<Pack> = packs.into_iter().filter(|pack| !pack.built_in).collect();
    mistakes.extend(packs.iter().flat_map(|pack| &pack.refused).flat_map(|rule| rule.mistakes.clone()));
    if mistakes.is_empty() { Ok(packs) } else { Err(mistakes) }
}

/// True if `page` is the source of a built-in page and its text differs from the one built into this program.
fn is_outdated(built_in: &Pack, page: &Page) -> bool {
    let same = built_in.pages.iter().find(|entry| entry.id == page.id).map(PageEntry::page);
    same.is_some_and(|built_in| page.path.ends_with(&*built_in.path) && page.text != built_in.text)
}

fn nothing_to_test() -> Vec<Mistake> {
    let help = "name a page or a folder of pages, or put a folder into `extends` of lawbook.toml";
    vec![Mistake::new("there are no pages to test").with_help(help)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "---\nsummary: No x.\nlanguages: [rust]\nseverity: error\nrule: {pattern: x()}\n---\nWhy.\n";

    #[track_caller]
    fn check(path: &str, text: &str, blocks: &[(BlockRole, u32, u32, usize)], failures: &[(u32, &str, &str)]) {
        let tested = test_page(Path::new("/nowhere"), Path::new(path), text.into(), &[]);
        assert_eq!(tested.mistakes, []);
        let shown = |block: &TestedBlock| (block.role, block.line, block.last_line, tested.failures_in(block).count());
        assert_eq!(tested.blocks.iter().map(shown).collect::<Vec<_>>(), blocks);
        let shown =
            |failure: &PageFailure| (failure.line, text[failure.span.range()].to_owned(), failure.message.clone());
        let found: Vec<_> = tested.failures.iter().map(shown).collect();
        let found: Vec<(u32, &str, &str)> =
            found.iter().map(|(line, text, message)| (*line, &**text, &**message)).collect();
        assert_eq!(found, failures);
    }

    #[test]
    fn blocks_of_a_text_are_tested_at_their_lines() {
        let bad = "\n## Bad\n\n```rust\nfn f() {\n    x(); // error\n}\n```\n";
        let good = "\n## Good\n\n```rust\nfn f() {\n    y();\n}\n```\n";
        let blocks = [(BlockRole::Bad, 11, 15, 0), (BlockRole::Good, 19, 23, 0)];
        check("law/no-x.md", &format!("{HEAD}{bad}{good}"), &blocks, &[]);
        let wrong = bad.replace("x(); // error", "y(); // error");
        let blocks = [(BlockRole::Bad, 11, 15, 1), (BlockRole::Good, 19, 23, 0)];
        let failure = (13, "y(); // error", "expected a finding here, found none");
        check("law/no-x.md", &format!("{HEAD}{wrong}{good}"), &blocks, &[failure]);
    }

    #[test]
    fn a_text_with_mistakes_or_of_no_page_is_not_tested() {
        let test = |path: &str, text: &str| test_page(Path::new("/nowhere"), Path::new(path), text.into(), &[]);
        let broken = test("law/no-x.md", &HEAD.replace("severity", "sevrity"));
        assert_eq!((broken.mistakes.len(), broken.blocks.len(), broken.rules.len()), (1, 0, 0));
        assert_eq!(&*broken.mistakes[0].place.as_ref().unwrap().path, "law/no-x.md");
        assert_eq!(test("README.md", "# Hello"), TestedPage::default());
        assert_eq!(test("a.ts", "x"), TestedPage::default());
        assert_eq!(test("r.yml", "id: r\nlanguage: rust\nrule: {pattern: x()}\n").rules, ["r".into()]);
    }
}
