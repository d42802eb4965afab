//! The roots of open documents: each is opened once, answers for all documents below it, and reads its law again when
//! that may have changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;
use lawbook_core::source::RelPath;
use lawbook_workspace::{CONFIG_NAME, Opening, Workspace, top_above};

use crate::uri;

/// The time after which the law is read again before a run, where the client reports changed files: files that it cannot
/// see may have changed, and the day may be another one.
const RELOAD_IF_WATCHED: Duration = Duration::from_mins(1);

/// The same where the client reports nothing.
const RELOAD_IF_UNWATCHED: Duration = Duration::from_secs(2);

/// The roots of the open documents.
#[derive(Debug)]
pub(crate) struct Roots {
    packs: Vec<Pack>,
    folders: RwLock<Vec<OpenFolder>>,
    /// By folder of documents, the root that holds for them.
    opened: Mutex<HashMap<PathBuf, KnownRoot>>,
    is_watched: AtomicBool,
}

/// The root that holds for the documents of a folder.
#[derive(Clone, Debug)]
struct KnownRoot {
    root: Arc<OpenRoot>,
    /// True once another root may hold. This one does until that opens.
    is_outdated: bool,
}

/// A folder that the client has open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenFolder {
    /// Its path without symbolic links.
    pub(crate) real: PathBuf,
    /// Its path as the client has named it.
    pub(crate) named: PathBuf,
}

impl OpenFolder {
    pub(crate) fn new(named: PathBuf) -> Self {
        Self { real: named.canonicalize().unwrap_or_else(|_| named.clone()), named }
    }
}

/// An open root.
#[derive(Debug)]
pub(crate) struct OpenRoot {
    /// The workspace that checks its files.
    pub(crate) workspace: Workspace,
    /// The folder from which its law was searched.
    searched_from: PathBuf,
    /// Held while its law is read, so that no run goes on with the law from before.
    reading: Mutex<()>,
    state: Mutex<RootState>,
}

#[derive(Debug)]
struct RootState {
    /// True if its law may have changed since it was read.
    is_stale: bool,
    read_at: Instant,
    /// The mistakes for which its law could not be read again; the law before them holds meanwhile.
    mistakes: Option<MistakeList>,
    /// The number of times that the law was read.
    readings: u64,
    /// By path, whether a search finds a file there, by the law as it was read last.
    is_found: HashMap<RelPath, bool>,
}

/// A file below an open root.
#[derive(Clone, Debug)]
pub(crate) struct PlacedFile {
    /// The root.
    pub(crate) root: Arc<OpenRoot>,
    /// The path of the file below it.
    pub(crate) path: RelPath,
}

impl Roots {
    pub(crate) fn new(packs: Vec<Pack>) -> Self {
        Self { packs, folders: RwLock::default(), opened: Mutex::default(), is_watched: AtomicBool::new(false) }
    }

    /// The folders that the client has open.
    pub(crate) fn folders(&self) -> Vec<OpenFolder> {
        self.folders.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the folders that the client has open.
    pub(crate) fn set_folders(&self, folders: Vec<OpenFolder>) {
        *self.folders.write().unwrap_or_else(PoisonError::into_inner) = folders;
        self.close_all();
    }

    /// Says that the client reports changed files from now on.
    pub(crate) fn set_watched(&self) {
        self.is_watched.store(true, Ordering::Relaxed);
    }

    /// True if the client reports changed files.
    pub(crate) fn is_watched(&self) -> bool {
        self.is_watched.load(Ordering::Relaxed)
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<PathBuf, KnownRoot>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder from which the law of a file is searched: the innermost open folder that holds it, else its own.
    pub(crate) fn search_folder(&self, file: &Path) -> PathBuf {
        let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        innermost(&folders, file).map_or_else(|| existing_folder(file).to_owned(), |folder| folder.real.clone())
    }

    /// The address of a path without symbolic links: with the name that the client has for the folder around it.
    pub(crate) fn uri_of(&self, path: &Path) -> Option<String> {
        let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        let named = innermost(&folders, path)
            .filter(|folder| folder.named != folder.real)
            .and_then(|folder| Some(folder.named.join(path.strip_prefix(&folder.real).ok()?)));
        uri::of_path(named.as_deref().unwrap_or(path))
    }

    /// True if documents in this folder or below it have been placed below a root.
    pub(crate) fn has_documents_below(&self, folder: &Path) -> bool {
        self.opened().keys().any(|known| known.starts_with(folder))
    }

    /// Opens the root of a file, or finds it among the open ones. One that was open before settings came or went holds until
    /// another can be opened.
    ///
    /// # Errors
    /// All mistakes in its law.
    pub(crate) fn place(&self, file: &Path) -> Result<PlacedFile, MistakeList> {
        let folder = file.parent().unwrap_or(file).to_owned();
        let known = self.opened().get(&folder).cloned();
        let known = known.and_then(|KnownRoot { root, is_outdated }| {
            let path = root.below(file)?;
            Some((PlacedFile { root, path }, is_outdated))
        });
        if let Some((placed, false)) = known {
            return Ok(placed);
        }
        let from = self.search_folder(file);
        let (workspace, path) = match (Workspace::open_for_file(&from, file, self.opening()), known) {
            (Ok(opened), _) => opened,
            (Err(mistakes), Some((placed, _))) => {
                placed.root.state().mistakes = Some(mistakes);
                return Ok(placed);
            }
            (Err(mistakes), None) => return Err(mistakes),
        };
        let root_folder = workspace.law().root().to_owned();
        let mut opened = self.opened();
        let is_same = |known: &&KnownRoot| {
            !known.is_outdated && known.root.folder() == root_folder && known.root.searched_from == from
        };
        let same = opened.values().find(is_same).map(|known| known.root.clone());
        let root = same.unwrap_or_else(|| Arc::new(OpenRoot::new(workspace, from)));
        opened.insert(folder, KnownRoot { root: root.clone(), is_outdated: false });
        Ok(PlacedFile { root, path })
    }

    /// The options with which a root is opened.
    pub(crate) fn opening(&self) -> Opening {
        Opening::default().with_packs(self.packs.clone())
    }

    /// The packs of the program.
    pub(crate) fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Has every law read again before the next run.
    pub(crate) fn mark_stale(&self) {
        self.opened().values().for_each(|known| known.root.state().is_stale = true);
    }

    /// Has all roots searched anew: files of settings have come or gone, so documents may belong to other ones.
    pub(crate) fn search_anew(&self) {
        self.opened().values_mut().for_each(|known| known.is_outdated = true);
    }

    /// Closes all roots.
    fn close_all(&self) {
        self.opened().clear();
    }

    /// Closes the roots that no document needs.
    pub(crate) fn keep(&self, is_needed: impl Fn(&Path) -> bool) {
        self.opened().retain(|folder, _| is_needed(folder));
    }

    /// The open roots, each once.
    pub(crate) fn all(&self) -> Vec<Arc<OpenRoot>> {
        let mut all: Vec<Arc<OpenRoot>> = Vec::new();
        for KnownRoot { root, .. } in self.opened().values() {
            if !all.iter().any(|known| Arc::ptr_eq(known, root)) {
                all.push(root.clone());
            }
        }
        all
    }

    /// Reads the law of a root again if it may have changed, or waits while another thread does. If it cannot be read, the
    /// one before holds. Returns true if the law or the mistakes in it differ from those before, and nobody has said that
    /// they may.
    pub(crate) fn refresh(&self, root: &OpenRoot) -> bool {
        let _reading = root.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = if self.is_watched() { RELOAD_IF_WATCHED } else { RELOAD_IF_UNWATCHED };
        let was_stale = {
            let mut state = root.state();
            if !state.is_stale && state.read_at.elapsed() < wait {
                return false;
            }
            state.read_at = Instant::now();
            std::mem::take(&mut state.is_stale)
        };
        let reloaded = root.workspace.reload();
        let mut state = root.state();
        state.readings += 1;
        state.is_found.clear();
        let is_reloaded = *reloaded.as_ref().unwrap_or(&false);
        let mistakes = reloaded.err();
        let is_changed = is_reloaded || state.mistakes != mistakes;
        state.mistakes = mistakes;
        is_changed && !was_stale
    }
}

impl OpenRoot {
    fn new(workspace: Workspace, searched_from: PathBuf) -> Self {
        let state = RootState {
            is_stale: false,
            read_at: Instant::now(),
            mistakes: None,
            readings: 0,
            is_found: HashMap::new(),
        };
        Self { workspace, searched_from, reading: Mutex::default(), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, RootState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The absolute path of the root.
    pub(crate) fn folder(&self) -> PathBuf {
        self.workspace.law().root().to_owned()
    }

    /// The path of a file below the root.
    fn below(&self, file: &Path) -> Option<RelPath> {
        let law = self.workspace.law();
        let below = file.strip_prefix(law.root()).ok()?.to_str()?;
        let plain = below.replace(std::path::MAIN_SEPARATOR, "/");
        plain.split('/').all(|part| !matches!(part, "" | "." | "..")).then(|| RelPath::new(plain))
    }

    /// The mistakes for which the law could not be read again.
    pub(crate) fn mistakes(&self) -> Option<MistakeList> {
        self.state().mistakes.clone()
    }

    /// True if a search of the root finds the file at this path.
    pub(crate) fn would_find(&self, path: &RelPath) -> bool {
        let readings = {
            let state = self.state();
            if let Some(known) = state.is_found.get(path) {
                return *known;
            }
            state.readings
        };
        let is_found = self.workspace.law().would_find(path);
        let mut state = self.state();
        // The answer of a law that was replaced meanwhile is none of the new one.
        if state.readings == readings {
            state.is_found.insert(path.clone(), is_found);
        }
        is_found
    }
}

/// The innermost folder that holds a path.
fn innermost<'f>(folders: &'f [OpenFolder], path: &Path) -> Option<&'f OpenFolder> {
    let holding = folders.iter().filter(|folder| path.starts_with(&folder.real));
    holding.max_by_key(|folder| folder.real.as_os_str().len())
}

/// The innermost folder above a file that there is.
fn existing_folder(file: &Path) -> &Path {
    file.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(file)
}

/// True if a `lawbook.toml` holds for a file: there is one in a folder above it, up to the top of its git working tree.
pub(crate) fn is_configured(file: &Path) -> bool {
    let folder = existing_folder(file);
    let top = top_above(folder);
    for folder in folder.ancestors() {
        if folder.join(CONFIG_NAME).symlink_metadata().is_ok() {
            return true;
        }
        if top == Some(folder) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use super::*;

    #[test]
    fn no_run_goes_on_with_a_law_that_is_being_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().canonicalize().unwrap();
        let law = at.join(CONFIG_NAME);
        let write = |is_excluded: bool| {
            let exclude = if is_excluded { "a.ts" } else { "b.ts" };
            fs::write(&law, format!("extends = [\"./law\"]\n[files]\nexclude = [\"{exclude}\"]\n")).unwrap();
        };
        write(false);
        let page =
            "---\nsummary: No eval.\nlanguages: [typescript]\nseverity: error\nrule:\n  pattern: eval($X)\n---\nWhy.\n";
        fs::create_dir(at.join("law")).unwrap();
        fs::write(at.join("law/no-eval.md"), page).unwrap();
        fs::write(at.join("a.ts"), "").unwrap();
        let roots = Roots::new(Vec::new());
        let placed = roots.place(&at.join("a.ts")).unwrap();
        for round in 0..40 {
            let is_excluded = round % 2 == 0;
            write(is_excluded);
            roots.mark_stale();
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        roots.refresh(&placed.root);
                        assert_eq!(placed.root.would_find(&placed.path), !is_excluded, "round {round}");
                    });
                }
            });
        }
    }
}
