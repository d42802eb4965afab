//! Tests rule pages against their own code blocks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::{Native, Pack, PageEntry};
use lawbook_core::rule::page::Page;
use lawbook_core::testing;

use crate::clock;
use crate::config::{self, ConfigSources, LawInputs};
use crate::discover;
use crate::filter::FileFilter;
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
            for failure in failures {
                let path = page.path.clone();
                tests.failures.push(PageFailure { path, line: failure.line, message: failure.message });
            }
        }
    }
    if tests.pages == 0 {
        let skipped =
            tests.skipped.iter().map(|(id, reason)| Mistake::new(format!("the rule `{id}` is not tested: {reason}")));
        return Err(skipped.chain(nothing_to_test()).collect::<Vec<_>>().into());
    }
    Ok(tests)
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
