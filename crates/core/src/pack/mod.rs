//! A pack: rule pages, presets, and the code of native rules.

mod read;

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::rule::Rule;
use crate::rule::page::{Options, Page};
use crate::settings::Preset;
use crate::source::RelPath;

/// Rules under one name.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// Its name: from `pack.toml`, else the folder's.
    pub name: Arc<str>,
    /// Its pages, sorted by id.
    pub pages: Vec<PageEntry>,
    /// Its presets, sorted by name.
    pub presets: Vec<Preset>,
    /// The code of its pages with `native: true`.
    pub natives: Vec<Native>,
    /// True if it is part of the binary. Its pages have no mistakes, so they are not compiled before they are needed.
    pub built_in: bool,
    /// The names of pages and presets with mistakes, so that a setting that names one is not reported as unknown too.
    pub unread: Vec<Arc<str>>,
    /// True if all its pages run at their own level, because `extends` or `--rules` names the folder.
    pub extended: bool,
    /// The paths of its pages, if these are in the project. Code in pages violates rules on purpose, so it is not
    /// checked.
    pub paths: Vec<RelPath>,
}

/// A page that is loaded when it is first needed.
#[derive(Clone)]
pub struct PageEntry {
    /// Its id.
    pub id: Arc<str>,
    /// Its earlier ids.
    pub formerly: Vec<Arc<str>>,
    page: OnceLock<Arc<Page>>,
    load: Arc<dyn Fn() -> Page + Send + Sync>,
}

impl PageEntry {
    /// An entry of a loaded page.
    pub fn ready(page: Page) -> Self {
        let (id, formerly, page) = (page.id.clone(), page.formerly.clone(), Arc::new(page));
        let again = page.clone();
        Self { id, formerly, page: OnceLock::from(page), load: Arc::new(move || (*again).clone()) }
    }

    /// An entry of a page that `load` makes when it is first needed.
    pub fn deferred(
        id: impl Into<Arc<str>>,
        formerly: Vec<Arc<str>>,
        load: impl Fn() -> Page + Send + Sync + 'static,
    ) -> Self {
        Self { id: id.into(), formerly, page: OnceLock::new(), load: Arc::new(load) }
    }

    /// The page.
    pub fn page(&self) -> &Arc<Page> {
        self.page.get_or_init(|| Arc::new((self.load)()))
    }
}

impl fmt::Debug for PageEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageEntry").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The code of a page with `native: true`.
#[derive(Clone, Copy)]
pub struct Native {
    /// The id of its page.
    pub id: &'static str,
    /// Makes the rule from its options; the error says which option is wrong and why.
    pub build: fn(&Options) -> Result<Box<dyn Rule>, String>,
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("id", &self.id).finish_non_exhaustive()
    }
}
