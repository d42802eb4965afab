//! A pack: rule pages, presets, and the code of native rules.

mod read;
mod refused;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

use crate::rule::Rule;
use crate::rule::options::{OptionError, OptionReader};
use crate::rule::page::{Options, Page};
use crate::settings::Preset;
use crate::source::RelPath;

pub use read::LoadedFolder;
pub use refused::RefusedRule;

/// Rules under one name.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Pack {
    /// Its name: from `pack.toml`, else the folder's.
    pub name: Arc<str>,
    /// True if `pack.toml` gives it the name.
    pub is_named: bool,
    /// Its pages, sorted by id.
    pub pages: Vec<PageEntry>,
    /// Its presets, sorted by name.
    pub presets: Vec<Preset>,
    /// The code of its pages with `native: true`.
    pub natives: Vec<Native>,
    /// True if it is part of the binary. Its pages have no mistakes, so they are not compiled before they are needed.
    pub built_in: bool,
    /// The names of presets with mistakes, so that a setting that names one is not reported as unknown too.
    pub unread: Vec<Arc<str>>,
    /// The rules that cannot run because of mistakes in their pages.
    pub refused: Vec<RefusedRule>,
    /// True if all its pages run at their own level on all files, because `--rules` or the program names the pack.
    pub extended: bool,
    /// The folders of the settings whose `extends` names the pack: its pages run at their own level on the files there.
    pub extended_in: Vec<RelPath>,
    /// The paths of its pages, if these are in the project. Code in pages violates rules on purpose, so it is not
    /// checked.
    pub paths: Vec<RelPath>,
    /// The paths of its pages below the root, by their paths for messages; without those outside of the project.
    pub places: HashMap<Arc<str>, RelPath>,
}

impl Pack {
    /// A pack without rules.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same pack with the code behind more of its pages.
    #[must_use]
    pub fn with_natives(mut self, natives: impl IntoIterator<Item = Native>) -> Self {
        self.natives.extend(natives);
        self
    }

    /// The same pack with the code behind one of its `native: true` pages; see [`Native::new`].
    #[must_use]
    pub fn with_native<R: Rule + 'static>(
        mut self,
        id: impl Into<Arc<str>>,
        build: impl Fn(&OptionReader) -> Result<R, OptionError> + Send + Sync + 'static,
    ) -> Self {
        self.natives.push(Native::new(id, build));
        self
    }

    /// The same pack with all its pages on at their own level, as those of a folder in `extends`.
    #[must_use]
    pub fn with_all_on(self) -> Self {
        Self { extended: true, ..self }
    }
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
        let copy = page.clone();
        Self { id, formerly, page: OnceLock::from(page), load: Arc::new(move || (*copy).clone()) }
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

/// The code of a page with `native: true`. A clone shares it.
#[derive(Clone)]
pub struct Native {
    id: Arc<str>,
    build: Arc<BuildNative>,
}

/// Makes a rule from its options.
type BuildNative = dyn Fn(&OptionReader) -> Result<Box<dyn Rule>, OptionError> + Send + Sync;

impl Native {
    /// The code behind the page of this id. `build` makes the rule from its options, once for each set of options that
    /// the settings give it, and may capture what the rules share.
    pub fn new<R: Rule + 'static>(
        id: impl Into<Arc<str>>,
        build: impl Fn(&OptionReader) -> Result<R, OptionError> + Send + Sync + 'static,
    ) -> Self {
        Self { id: id.into(), build: Arc::new(move |options| Ok(Box::new(build(options)?))) }
    }

    /// The code behind the page of this id: a rule that is the struct of its options.
    pub fn of_options<R: Rule + DeserializeOwned + 'static>(id: impl Into<Arc<str>>) -> Self {
        Self::new(id, OptionReader::read::<R>)
    }

    /// The id of its page.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Makes the rule from all options that its page declares.
    ///
    /// # Errors
    /// A value that does not fit, or a page and code that do not agree on which options there are.
    pub fn build(&self, options: &Options) -> Result<Box<dyn Rule>, OptionError> {
        let reader = OptionReader::new(options.clone());
        let rule = (self.build)(&reader)?;
        reader.check_read()?;
        Ok(rule)
    }
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("id", &self.id).finish_non_exhaustive()
    }
}
