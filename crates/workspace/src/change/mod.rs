//! A change in git: the files that it touches, and where their contents before and after it are stored.
//!
//! A file that was checked before the change stays checked, whatever the change does to leave it out: another place, a glob
//! in `exclude`, a mark in its text. What is new and left out is listed, so that a report about the change names it.

mod disk;
mod ignored;
mod origin;
mod watched;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lawbook_core::mistake::Mistake;
use lawbook_core::plan::ScopedGlobs;
use lawbook_core::report::SkipReason;
use lawbook_core::settings::{Settings, SettingsLayer};
use lawbook_core::source::{RelPath, SourceFile};

use crate::content::content_reason;
use crate::discover::{self, Discovery, DiskFile, LeftOutPath};
use crate::files::{Blobs, GitFiles, Snapshot};
use crate::filter::{FileFilter, LeftOut};
use crate::git::{Blob, EntryKind, Git, IndexChange, Oid};
use crate::paths::RootPaths;
use crate::request::ChangeSelection;
use crate::root::CONFIG_NAME;
use crate::workers::Workers;
use origin::{ChangeTexts, GoneFiles};

pub(crate) use origin::CodeOrigin;
pub(crate) use watched::{GITATTRIBUTES_NAME, WatchedFile};

/// The files of a change.
#[derive(Debug)]
pub(crate) struct Change {
    /// The repository.
    pub(crate) git: Arc<Git>,
    /// The contents of the repository.
    pub(crate) blobs: Arc<Blobs>,
    /// The state before the change.
    pub(crate) base: Snapshot,
    /// The files of known languages, sorted by path.
    pub(crate) files: Vec<FileInChange>,
    /// The state after the change, where git has it stored; `None` for a change on the disk.
    pub(crate) stored: Option<Snapshot>,
    /// The absolute paths of all that differs between the base and a stored state, with true for a symbolic link; `None`
    /// for a change on the disk.
    pub(crate) staged: Option<Vec<(PathBuf, bool)>>,
    /// The files that are no code, and that decide whether lawbook runs or what git shows of the code.
    pub(crate) watched: Vec<WatchedFile>,
    /// The paths that are not checked, each with the reason.
    pub(crate) unchecked: Vec<(RelPath, UncheckedInChange)>,
    /// The files and folders that are left out on purpose.
    pub(crate) left_out: Vec<LeftOutPath>,
    /// The files on the disk that cannot be read, and the nested configuration files.
    pub(crate) discovery: Discovery,
    /// The files that are checked because they were before the change, and that are left out without it.
    leaving: Mutex<Vec<(RelPath, LeftOut)>>,
    /// The filter by the settings before the change; `None` if they are the same.
    older: Option<FileFilter>,
    /// The globs by the settings before the change that say what files count as; `None` if the settings are the same.
    older_roles: Option<RoleGlobs>,
    /// Lines for the user: about a base whose name is ambiguous, and about what HEAD has and the disk has not.
    pub(crate) notes: Vec<String>,
    /// The number of changed files of known languages that the change is not limited to.
    pub(crate) outside: usize,
    /// The nested configuration files on the disk that the change is not limited to.
    pub(crate) configs_outside: Vec<RelPath>,
    /// The files that were checked before and are deleted or may be rewritten, once one was asked for.
    gone: OnceLock<GoneFiles>,
    /// The maximum size of a file to read, in bytes.
    max_file_size: u64,
}

/// The globs of `[files]` that say what files count as.
#[derive(Debug)]
pub(crate) struct RoleGlobs {
    pub(crate) tests: ScopedGlobs,
    pub(crate) examples: ScopedGlobs,
}

/// One file of a change.
#[derive(Clone, Debug)]
pub(crate) struct FileInChange {
    /// Its path below the root.
    pub(crate) path: RelPath,
    /// Its content after the change; `None` if the change deletes it.
    pub(crate) now: Option<ContentLocation>,
    /// Its content before the change; `None` if the change creates it.
    pub(crate) before: Option<Oid>,
    /// True if its place did not leave it out before the change.
    pub(crate) was_in_place: bool,
}

impl FileInChange {
    /// True if the change creates it.
    pub(crate) fn is_new(&self) -> bool {
        self.now.is_some() && self.before.is_none()
    }
}

/// The storage of a file's content.
#[derive(Clone, Debug)]
pub(crate) enum ContentLocation {
    /// In the object store of the repository.
    Blob(Oid),
    /// On the disk.
    Disk(DiskFile),
}

/// The reason why a path of a change is not checked, other than that it is left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UncheckedInChange {
    /// Its language is unknown.
    Unsupported,
    /// Its name is not Unicode.
    NotUnicodeName,
}

/// A new file of a change that is not checked, unless it is a file that was checked before under another name.
#[derive(Debug)]
struct NewFile {
    path: RelPath,
    now: ContentLocation,
    /// The reason why it is left out; `None` if its language is unknown.
    left_out: Option<LeftOut>,
    /// True if it is listed when it is no other file.
    is_listed: bool,
}

/// The working tree that a change is searched in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkout<'a> {
    /// The repository, if it is open already.
    pub(crate) git: Option<&'a Arc<Git>>,
    /// The root.
    pub(crate) paths: &'a RootPaths,
    /// The filter that decides which of its files are checked.
    pub(crate) filter: &'a FileFilter,
    /// The settings of the root and of folders below it.
    pub(crate) layers: &'a [SettingsLayer],
    /// True if the root has settings, and they are used.
    pub(crate) is_configured: bool,
    /// The absolute paths of the files and folders that the change is limited to.
    pub(crate) targets: &'a [PathBuf],
    /// The threads that walk folders and compare contents.
    pub(crate) workers: Workers,
    /// The maximum size of a file to read, in bytes.
    pub(crate) max_file_size: u64,
}

/// A file of settings that the change adds, edits or removes: its folder, and its text before, if there was one.
type ChangedSettings = (RelPath, Option<Oid>);

impl Change {
    /// Determines the files of a change with git.
    ///
    /// # Errors
    /// Git fails, the repository is not that of the root, or it does not have the commit to compare with.
    pub(crate) fn find(selection: &ChangeSelection, cwd: &Path, checkout: Checkout<'_>) -> Result<Self, Vec<Mistake>> {
        let git = match checkout.git {
            Some(git) => git.clone(),
            None => Arc::new(Git::open(cwd)?),
        };
        let root = checkout.paths.root();
        if !root.starts_with(git.top()) && !git.top().starts_with(root) {
            let (top, root) = (git.top().display(), root.display());
            let message = format!("the working tree of the repository is `{top}`, and the root is `{root}`");
            return Err(vec![Mistake::new(message).with_help("run lawbook in the repository whose change is meant")]);
        }
        let mut is_merge = false;
        let (base, note_on_base) = match selection {
            ChangeSelection::Staged | ChangeSelection::Changed => match git.merge_in_progress() {
                Some((merged, tree)) => {
                    is_merge = true;
                    let note = format!("a merge is in progress: what {} brings is not new", merged.short());
                    (Some(tree), Some(note))
                }
                None => (git.head().cloned(), None),
            },
            ChangeSelection::Since(reference) => {
                (Some(git.merge_base(reference, None)?), git.note_on_ambiguity(reference)?)
            }
            ChangeSelection::Commits { from, to } => {
                let note = git.note_on_ambiguity(from)?.or(git.note_on_ambiguity(to)?);
                (Some(git.merge_base(from, Some(to))?), note)
            }
            ChangeSelection::From(commit) => (commit.as_deref().map(|commit| git.commit(commit)).transpose()?, None),
        };
        let base = base.map_or(Snapshot::Empty, Snapshot::Commit);
        let stored = match selection {
            ChangeSelection::Staged => Some(Snapshot::Index),
            ChangeSelection::Commits { to, .. } => Some(Snapshot::Commit(git.commit(to)?)),
            ChangeSelection::Changed | ChangeSelection::Since(_) | ChangeSelection::From(_) => None,
        };
        let blobs = Arc::new(Blobs::new(git.clone(), checkout.max_file_size).with_merge(is_merge));
        let mut change = Self {
            git,
            blobs,
            base,
            files: Vec::new(),
            stored: stored.clone(),
            staged: None,
            watched: Vec::new(),
            unchecked: Vec::new(),
            left_out: Vec::new(),
            discovery: Discovery::default(),
            leaving: Mutex::default(),
            older: None,
            older_roles: None,
            notes: note_on_base.into_iter().collect(),
            outside: 0,
            configs_outside: Vec::new(),
            gone: OnceLock::new(),
            max_file_size: checkout.max_file_size,
        };
        if let Some(stored) = stored {
            let base = match &change.base {
                Snapshot::Commit(commit) => Some(commit),
                Snapshot::Empty | Snapshot::Index => None,
            };
            let staged = match (&stored, base) {
                (Snapshot::Commit(end), Some(base)) => change.git.between(base, end)?,
                (_, base) => change.git.staged(base)?,
            };
            let is_link = |entry: &IndexChange| {
                let sides = [&entry.before, &entry.now].into_iter().flatten();
                sides.into_iter().any(|(kind, _)| *kind != EntryKind::File)
            };
            change.staged = Some(staged.iter().map(|entry| (entry.at.clone(), is_link(entry))).collect());
            change.watch_index(&staged);
            change.add_index(staged, checkout)?;
        } else {
            let tree = match &change.base {
                Snapshot::Commit(commit) => change.git.tree(commit)?,
                Snapshot::Empty | Snapshot::Index => Vec::new(),
            };
            change.add_disk(&tree, checkout)?;
            change.watch_disk(&tree, checkout);
        }
        change.files.sort_by(|a, b| a.path.cmp(&b.path));
        change.left_out.sort_by(|a, b| a.path.cmp(&b.path));
        change.left_out.dedup_by(|a, b| a.path == b.path);
        Ok(change)
    }

    /// Adds a change whose later state git has stored.
    fn add_index(&mut self, staged: Vec<IndexChange>, checkout: Checkout<'_>) -> Result<(), Vec<Mistake>> {
        let changed = staged.iter().filter_map(|entry| {
            let folder = checkout.folder_of_settings(&entry.at)?;
            let before = entry.before.as_ref().filter(|(kind, _)| *kind == EntryKind::File);
            Some((folder, before.map(|(_, oid)| oid.clone())))
        });
        self.read_older(&changed.collect::<Vec<_>>(), checkout)?;
        let mut new_files = Vec::new();
        for staged in staged {
            let Some((path, is_unicode)) = checkout.admitted(&staged.at) else {
                self.outside += usize::from(checkout.is_code_outside(&staged.at, self.git.top()));
                continue;
            };
            let kind = staged.now.as_ref().map(|(kind, _)| *kind);
            if kind == Some(EntryKind::Submodule) {
                self.add_left_out(path, SkipReason::Submodule.into(), true);
                continue;
            }
            let is_known = checkout.filter.dialect(&path).is_some();
            // Symbolic links are not followed, as in a walk of the disk.
            let file =
                |side: Option<(EntryKind, Oid)>| side.filter(|(kind, _)| *kind == EntryKind::File).map(|(_, oid)| oid);
            let (now, before) = (file(staged.now), file(staged.before));
            let was_in_place = before.is_some() && self.was_in_place(checkout, &staged.at, &path);
            if is_known && kind == Some(EntryKind::Link) {
                self.add_left_out(path.clone(), SkipReason::SymbolicLink.into(), true);
            }
            match now {
                None if is_known && was_in_place => {
                    self.files.push(FileInChange { path, now: None, before, was_in_place });
                }
                None => {}
                Some(oid) if !is_known && before.is_none() => {
                    let now = ContentLocation::Blob(oid);
                    new_files.push(NewFile { path, now, left_out: None, is_listed: true });
                }
                Some(_) if !is_known => self.unchecked.push((path, UncheckedInChange::Unsupported)),
                Some(_) if !is_unicode => self.unchecked.push((path, UncheckedInChange::NotUnicodeName)),
                Some(oid) => match checkout.left_out(&staged.at, &path) {
                    Some(left_out) if before.is_none() => {
                        let now = ContentLocation::Blob(oid);
                        new_files.push(NewFile { path, now, left_out: Some(left_out), is_listed: true });
                    }
                    Some(left_out) if !was_in_place => self.add_left_out(path, left_out, false),
                    left_out => {
                        self.add_leaving(&path, left_out);
                        let now = Some(ContentLocation::Blob(oid));
                        self.files.push(FileInChange { path, now, before, was_in_place });
                    }
                },
            }
        }
        self.add_new_files(new_files)
    }

    /// Drops all files but some.
    pub(crate) fn limit_to(&mut self, files: &BTreeSet<RelPath>) {
        self.files.retain(|file| files.contains(&file.path));
        self.unchecked.retain(|(path, _)| files.contains(path));
        self.left_out.retain(|left_out| files.contains(&left_out.path));
        self.discovery.errors.retain(|(path, ..)| files.contains(path));
        self.discovery.unsupported.retain(|path| files.contains(path));
        self.discovery.left_out.retain(|left_out| files.contains(&left_out.path));
    }

    /// Reads the settings before the change.
    fn read_older(&mut self, changed: &[ChangedSettings], checkout: Checkout<'_>) -> Result<(), Vec<Mistake>> {
        if !checkout.is_configured || changed.is_empty() {
            return Ok(());
        }
        self.blobs.read_all(changed.iter().filter_map(|(_, oid)| oid.clone()))?;
        let is_changed = |layer: &&SettingsLayer| changed.iter().any(|(folder, _)| *folder == layer.folder);
        let mut layers: Vec<SettingsLayer> =
            checkout.layers.iter().filter(|layer| !is_changed(layer)).cloned().collect();
        for (folder, oid) in changed {
            let settings = match oid {
                Some(oid) => self.settings_before(oid)?,
                None if folder.is_root() => Some(Settings::default()),
                None => None,
            };
            let Some(settings) = settings else { continue };
            layers.push(if folder.is_root() {
                SettingsLayer::topmost(settings)
            } else {
                SettingsLayer::nested(folder.clone(), settings)
            });
        }
        layers.sort_by(|a, b| a.folder.cmp(&b.folder));
        self.older = Some(checkout.filter.of_older(&layers));
        self.older_roles = Some(RoleGlobs {
            tests: ScopedGlobs::of_settings(&layers, "tests", |files| &files.tests),
            examples: ScopedGlobs::of_settings(&layers, "examples", |files| &files.examples),
        });
        Ok(())
    }

    /// Settings before the change; none if this clone does not have them.
    fn settings_before(&self, oid: &Oid) -> Result<Option<Settings>, Vec<Mistake>> {
        let blob = self.blobs.get(oid).map_err(|error| vec![Mistake::new(error.to_string())])?;
        Ok(match &*blob {
            Blob::Bytes(bytes) => Some(Settings::read(CONFIG_NAME, String::from_utf8_lossy(bytes).into_owned()).0),
            Blob::TooLarge(_) | Blob::Missing => None,
        })
    }

    /// True if the place of a file did not leave it out before the change.
    fn was_in_place(&self, checkout: Checkout<'_>, at: &Path, path: &RelPath) -> bool {
        let filter = self.older.as_ref().unwrap_or(checkout.filter);
        filter.tracked_file(&checkout.start_of(at), path.as_str()).reason.is_none()
    }

    /// True if a file of the change stays checked although its text leaves it out: before the change it was checked, under
    /// the same or another name.
    pub(crate) fn keeps(&self, filter: &FileFilter, source: &SourceFile) -> bool {
        let older = self.older.as_ref().unwrap_or(filter);
        let was_checked = |text: Option<SourceFile>| {
            text.is_some_and(|text| content_reason(older.skip(text.path().as_str()), &text).is_none())
        };
        let Ok(at) = self.files.binary_search_by(|file| file.path.cmp(source.path())) else { return false };
        let file = &self.files[at];
        let is_kept = match &file.before {
            Some(oid) => file.was_in_place && was_checked(origin::text(&self.blobs, &file.path, oid)),
            None => was_checked(self.origin_of(source)),
        };
        if is_kept {
            self.add_leaving(
                source.path(),
                content_reason(filter.skip(source.path().as_str()), source).map(LeftOut::from),
            );
        }
        is_kept
    }

    fn add_leaving(&self, path: &RelPath, left_out: Option<LeftOut>) {
        let leaving = left_out.map(|left_out| (path.clone(), left_out));
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner).extend(leaving);
    }

    /// The files that are checked because they were before the change, and that a run over all files leaves out from now
    /// on, sorted by path.
    pub(crate) fn leaving(&self) -> Vec<(RelPath, LeftOut)> {
        let mut leaving = self.leaving.lock().unwrap_or_else(PoisonError::into_inner).clone();
        leaving.sort_by(|a, b| a.0.cmp(&b.0));
        leaving.dedup_by(|a, b| a.0 == b.0);
        leaving
    }

    /// The globs before the change that say what files count as; none if they are those of now.
    pub(crate) fn older_roles(&self) -> Option<&RoleGlobs> {
        self.older_roles.as_ref()
    }

    /// The files that new files of the change were before it, or that they are copies of, of the pairs of a new and an old
    /// path that `is_wanted`. The new paths of such pairs are among those that `may_be_wanted`, which is asked first. Files
    /// that the change leaves alone count where they have the same name, apart from the extension.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn origins(
        &self,
        before: &GitFiles<'_>,
        text: &dyn Fn(&RelPath) -> Option<SourceFile>,
        may_be_wanted: &dyn Fn(&RelPath) -> bool,
        is_wanted: &dyn Fn(&RelPath, &RelPath) -> bool,
    ) -> Result<HashMap<&RelPath, CodeOrigin>, Vec<Mistake>> {
        let new = self.files.iter().filter(|file| file.is_new()).map(|file| &file.path);
        let mut new: Vec<&RelPath> = new.filter(|path| may_be_wanted(path)).collect();
        if new.is_empty() {
            return Ok(HashMap::new());
        }
        let mut gone = self.gone_files();
        let stems: HashSet<&str> = new.iter().map(|path| origin::stem(path)).collect();
        let mut unchanged = before.find(&|path| stems.contains(origin::stem(path)))?;
        unchanged
            .retain(|(old, _)| new.iter().any(|path| origin::stem(path) == origin::stem(old) && is_wanted(path, old)));
        gone.add_unchanged(unchanged);
        let count = new.len();
        new.retain(|path| gone.candidate_paths(path, count).any(|old| is_wanted(path, old)));
        if !new.is_empty() {
            self.blobs.read_all(gone.oids())?;
        }
        let origin = |path: &RelPath| gone.origin_or_model(&text(path)?, count, &|old| is_wanted(path, old));
        Ok(new.into_iter().filter_map(|path| Some((path, origin(path)?))).collect())
    }

    fn gone_files(&self) -> GoneFiles {
        GoneFiles::new(self.files.iter(), self.texts())
    }

    fn texts(&self) -> ChangeTexts {
        ChangeTexts { blobs: self.blobs.clone(), max_file_size: self.max_file_size }
    }

    /// The text that a new file had before under another name.
    fn origin_of(&self, source: &SourceFile) -> Option<SourceFile> {
        let new_files = self.files.iter().filter(|file| file.before.is_none()).count();
        let gone = || {
            let gone = self.gone_files();
            // A failure of git fails the reading of one of them too.
            let _ = self.blobs.read_all(gone.oids());
            gone
        };
        self.gone.get_or_init(gone).origin(source, new_files)
    }

    /// Adds new files that are not checked. One that was checked before under another name stays checked, and is listed if
    /// its language is unknown now.
    fn add_new_files(&mut self, new_files: Vec<NewFile>) -> Result<(), Vec<Mistake>> {
        let gone = self.gone_files();
        let count = new_files.len();
        let candidates: Vec<&NewFile> =
            new_files.iter().filter(|file| gone.may_have_origin(&file.path, count)).collect();
        let stored = candidates.iter().filter_map(|file| match &file.now {
            ContentLocation::Blob(oid) => Some(oid.clone()),
            ContentLocation::Disk(_) => None,
        });
        if !candidates.is_empty() {
            self.blobs.read_all(stored.chain(gone.oids()))?;
        }
        let texts = self.texts();
        let has_origin: Vec<bool> = new_files
            .iter()
            .map(|file| {
                let text = || texts.of(&file.path, &file.now);
                gone.may_have_origin(&file.path, count)
                    && text().is_some_and(|text| gone.origin(&text, count).is_some())
            })
            .collect();
        for (file, has_origin) in new_files.into_iter().zip(has_origin) {
            match file.left_out {
                None if has_origin => self.add_left_out(file.path, SkipReason::UnknownLanguage.into(), true),
                None if file.is_listed => self.unchecked.push((file.path, UncheckedInChange::Unsupported)),
                Some(left_out) if has_origin => {
                    self.add_leaving(&file.path, Some(left_out));
                    let (path, now) = (file.path, Some(file.now));
                    self.files.push(FileInChange { path, now, before: None, was_in_place: false });
                }
                Some(left_out) if file.is_listed => self.add_left_out(file.path, left_out, true),
                None | Some(_) => {}
            }
        }
        Ok(())
    }

    fn add_left_out(&mut self, path: RelPath, left_out: LeftOut, is_requested: bool) {
        self.left_out.push(LeftOutPath { path, is_folder: false, left_out, is_requested });
    }
}

impl Checkout<'_> {
    /// The folder of a file of settings below the root; none for any other file.
    fn folder_of_settings(&self, at: &Path) -> Option<RelPath> {
        if at.file_name()? != CONFIG_NAME {
            return None;
        }
        self.paths.below(at.parent()?).map(|(folder, _)| folder)
    }

    /// The path below the root of a path that git gives, and true if its name is Unicode; `None` if it is outside
    /// of the targets.
    fn admitted(&self, at: &Path) -> Option<(RelPath, bool)> {
        let (path, is_unicode) = self.paths.below(at)?;
        let is_in_targets = self.targets.iter().any(|target| at.starts_with(target));
        let is_of_baseline = discover::is_in_baseline(path.as_str()) && self.filter.dialect(&path).is_none();
        (is_in_targets && !is_of_baseline).then_some((path, is_unicode))
    }

    /// True for a file of a known language outside of the targets or of the root.
    fn is_code_outside(&self, at: &Path, top: &Path) -> bool {
        let path = match self.paths.below(at) {
            Some((path, _)) => path,
            None => RelPath::new(at.strip_prefix(top).unwrap_or(at).to_string_lossy()),
        };
        !self.targets.iter().any(|target| at.starts_with(target)) && self.filter.dialect(&path).is_some()
    }

    /// The path below the root of the innermost target that holds a path: folders above it do not leave it out.
    fn start_of(&self, at: &Path) -> String {
        let targets = self.targets.iter().filter(|target| at.starts_with(target));
        let innermost = targets.max_by_key(|target| target.as_os_str().len());
        let start = innermost.and_then(|target| self.paths.below(target));
        start.map_or_else(String::new, |(path, _)| path.as_str().to_owned())
    }

    /// The reason why a file that git tracks is left out for its place.
    fn left_out(&self, at: &Path, path: &RelPath) -> Option<LeftOut> {
        self.filter.left_out(self.filter.tracked_file(&self.start_of(at), path.as_str()))
    }
}
