//! The files of the law that a change adds, edits or removes: settings, pages, presets and the baseline.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use lawbook_core::mistake::Mistake;
use lawbook_core::settings::{Settings, is_folder};
use lawbook_core::source::RelPath;

use crate::baseline::BaselineStore;
use crate::existing;
use crate::files::Snapshot;
use crate::git::{self, Blob, EntryKind, Git, Oid};
use crate::law::Law;
use crate::law_paths::{is_baseline_file, is_config, is_near, is_rule_file};
use crate::law_tree::{LawTree, PathKind};
use crate::read;
use crate::root::CONFIG_NAME;

/// The most bytes of one file that are read.
const MAX_BYTES: u64 = 64 << 20;

impl Law {
    /// The files of the law that differ from a base, sorted: their paths from the root. A law file outside of the root,
    /// such as one that was above it, starts with `../`. Settings of folders below the root count whether or not a checked
    /// file lies there; `found` are those on the disk that a search has found.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn changed_files(
        &self,
        git: &Git,
        base: &Snapshot,
        found: &[RelPath],
    ) -> Result<Vec<String>, Vec<Mistake>> {
        let Snapshot::Commit(commit) = base else { return Ok(Vec::new()) };
        let tree = git.tree(commit)?;
        let mut before: BTreeMap<PathBuf, (EntryKind, Oid)> =
            tree.into_iter().map(|entry| (entry.at, (entry.kind, entry.oid))).collect();
        let mut folders: BTreeSet<PathBuf> = self.places.packs.iter().cloned().collect();
        folders.extend(self.folders_before(git, &before)?);
        let configs = self.configs_now(&before, found);
        folders.extend(configs.iter().flat_map(|config| self.folders_now(config)));
        let mut now: BTreeSet<PathBuf> = self.law_files(&folders)?.into_iter().chain(configs).collect();
        // The target of a symbolic link is law too.
        let targets = now.iter().filter(|at| self.tree.kind(at) == PathKind::Link);
        let targets: Vec<PathBuf> = targets.filter_map(|at| self.tree.resolve(at).ok()).collect();
        now.extend(targets);
        now.retain(|at| at.starts_with(git.top()));
        before.retain(|at, _| now.contains(at) || self.is_of_law(at, &folders));
        let mut changed = BTreeSet::new();
        for at in now.iter().chain(before.keys()) {
            if !self.is_same(at, before.get(at)) {
                changed.insert(at.clone());
            }
        }
        Ok(changed.iter().map(|at| self.path_from_root(at)).collect())
    }

    /// True if one of some changed paths may be a file of the law, or what a link of the law leads to. Each path is given with
    /// true for what is no regular file. That spares listing the whole base.
    pub(crate) fn may_differ(&self, changed: &[(PathBuf, bool)]) -> bool {
        let files = self.law_files(&self.places.packs.iter().cloned().collect()).unwrap_or_default();
        if files.iter().chain(&self.places.packs).any(|at| self.tree.kind(at) == PathKind::Link) {
            return true;
        }
        let is_page = |at: &Path| is_rule_file(at) || at.extension().is_some_and(|extension| extension == "txt");
        changed.iter().any(|(at, is_special)| *is_special || is_config(at) || is_page(at))
    }

    /// The law files on the disk that git's index does not have, so that a check of the index does not read them.
    pub(crate) fn unstaged_files(&self) -> Vec<String> {
        if !self.tree.is_index() {
            return Vec::new();
        }
        let mut found = BTreeSet::new();
        if self.places.is_searched {
            for target in self.targets.iter().chain([&self.cwd]) {
                let folders = target.ancestors().take_while(|folder| folder.starts_with(self.tree.top()));
                let configs = folders.map(|folder| folder.join(CONFIG_NAME));
                found.extend(configs.filter(|config| LawTree::Disk.kind(config) != PathKind::Missing));
            }
        }
        let baseline = BaselineStore::new(&self.paths, self.workers);
        found.extend(baseline.file_paths().unwrap_or_default());
        for folder in self.places.packs.iter().filter(|folder| folder.is_dir()) {
            found.extend(files_below(&LawTree::Disk, folder));
        }
        found.retain(|at| self.tree.oid(at).is_none());
        found.iter().map(|at| self.path_from_root(at)).collect()
    }

    /// The present files of settings near the root.
    fn configs_now(&self, before: &BTreeMap<PathBuf, (EntryKind, Oid)>, found: &[RelPath]) -> BTreeSet<PathBuf> {
        if !self.places.is_searched {
            return BTreeSet::new();
        }
        let found = found.iter().map(|path| self.root().join(path.as_str()));
        let known = before.keys().filter(|at| is_config(at)).cloned().chain(found);
        let mut configs: BTreeSet<PathBuf> = known.chain(self.tree.files_of_git(&is_config)).collect();
        configs.retain(|at| is_near(at, self.root()) && self.tree.kind(at) != PathKind::Missing);
        configs
    }

    /// The folders that present settings extend which are no part of the law of this run.
    fn folders_now(&self, config: &Path) -> Vec<PathBuf> {
        if self.places.configs.iter().any(|read| read == config) {
            return Vec::new();
        }
        // Mistakes of the file are reported by the runs that it holds for.
        let read = self.tree.resolve(config).and_then(|at| self.tree.read(&at, MAX_BYTES));
        read.map(|bytes| extended_folders(config, &bytes)).unwrap_or_default()
    }

    /// The folders that the settings of the base extend, where the present ones differ or are no part of the law of this
    /// run.
    fn folders_before(
        &self,
        git: &Git,
        before: &BTreeMap<PathBuf, (EntryKind, Oid)>,
    ) -> Result<Vec<PathBuf>, Vec<Mistake>> {
        let configs = before.iter().filter(|(at, _)| is_config(at) && is_near(at, self.root()));
        let is_of_run = |at: &PathBuf| self.places.configs.contains(at);
        let configs = configs.filter(|(at, entry)| !is_of_run(at) || !self.is_same(at, Some(entry)));
        let configs: Vec<(&PathBuf, &Oid)> = configs.map(|(at, (_, oid))| (at, oid)).collect();
        let oids: Vec<Oid> = configs.iter().map(|(_, oid)| (*oid).clone()).collect();
        let blobs = git.blobs(&oids, MAX_BYTES)?;
        let mut folders = Vec::new();
        for (at, oid) in configs {
            let Some(Blob::Bytes(bytes)) = blobs.get(oid) else { continue };
            folders.extend(extended_folders(at, bytes));
        }
        Ok(folders)
    }

    fn is_of_law(&self, at: &Path, folders: &BTreeSet<PathBuf>) -> bool {
        if is_config(at) {
            return is_near(at, self.root());
        }
        is_baseline_file(at, self.root()) || is_rule_file(at) && folders.iter().any(|folder| at.starts_with(folder))
    }

    /// The present files of the law.
    fn law_files(&self, folders: &BTreeSet<PathBuf>) -> Result<Vec<PathBuf>, Vec<Mistake>> {
        let mut files = self.places.configs.clone();
        files.extend(self.baseline().file_paths()?);
        files.extend(folders.iter().flat_map(|folder| files_below(&self.tree, folder)));
        Ok(files)
    }

    /// True if a file is what it was before.
    fn is_same(&self, at: &Path, before: Option<&(EntryKind, Oid)>) -> bool {
        if self.tree.is_stored() {
            return self.tree.oid(at) == before.map(|(_, oid)| oid);
        }
        let Some((kind, before)) = before else { return false };
        match self.tree.oid(at) {
            Some(oid) => oid == before,
            None => is_on_disk(at, *kind, before),
        }
    }

    /// The law files that a check of git's index reads, and that are other than there on the disk.
    pub(crate) fn edited_files(&self) -> Vec<String> {
        if !self.tree.is_index() {
            return Vec::new();
        }
        let folders: BTreeSet<PathBuf> = self.places.packs.iter().cloned().collect();
        let files: BTreeSet<PathBuf> = self.law_files(&folders).unwrap_or_default().into_iter().collect();
        // A sparse checkout leaves files out of the disk on purpose.
        let may_be_absent = git::may_have_absent_files(self.tree.top());
        let is_edited = |at: &&PathBuf| {
            let Some(oid) = self.tree.oid(at) else { return false };
            let kind = if self.tree.kind(at) == PathKind::Link { EntryKind::Link } else { EntryKind::File };
            let is_absent = may_be_absent && LawTree::Disk.kind(at) == PathKind::Missing;
            !is_absent && !is_on_disk(at, kind, oid)
        };
        files.iter().filter(is_edited).map(|at| self.path_from_root(at)).collect()
    }

    /// A path as it is called from the root.
    pub(crate) fn path_from_root(&self, at: &Path) -> String {
        if let Some((below, _)) = self.paths.below(at) {
            return below.as_str().to_owned();
        }
        let root: Vec<Component<'_>> = self.root().components().collect();
        let parts: Vec<Component<'_>> = at.components().collect();
        let shared = root.iter().zip(&parts).take_while(|(a, b)| a == b).count();
        let names = parts[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let up = std::iter::repeat_n("..".to_owned(), root.len() - shared);
        up.chain(names).collect::<Vec<_>>().join("/")
    }
}

/// True if the disk has what git has stored for a path.
fn is_on_disk(at: &Path, kind: EntryKind, stored: &Oid) -> bool {
    let Ok(metadata) = at.symlink_metadata() else { return false };
    if metadata.is_symlink() {
        let target = std::fs::read_link(at).unwrap_or_default();
        return kind == EntryKind::Link && stored.names_content(target.as_os_str().as_encoded_bytes());
    }
    let Ok(bytes) = read::whole(at, metadata.len(), MAX_BYTES) else { return false };
    kind == EntryKind::File
        && (stored.names_content(&bytes) || stored.names_content(&read::with_plain_line_ends(&bytes)))
}

/// The folders of pages that the text of a file of settings extends.
fn extended_folders(config: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let folder = config.parent().unwrap_or(config);
    let extends = Settings::read(CONFIG_NAME, String::from_utf8_lossy(bytes).into_owned()).0.extends;
    extends.iter().filter(|(name, _)| is_folder(name)).map(|(name, _)| existing::plain(&folder.join(name))).collect()
}

/// The files of rules in a folder, or the one page.
fn files_below(tree: &LawTree, at: &Path) -> Vec<PathBuf> {
    let (mut files, mut open) = (Vec::new(), vec![at.to_owned()]);
    while let Some(at) = open.pop() {
        let is_hidden = at.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        match tree.kind(&at) {
            PathKind::Folder if !is_hidden => open.extend(tree.children(&at).unwrap_or_default()),
            PathKind::File | PathKind::Link if !is_hidden && is_rule_file(&at) => files.push(at),
            _ => {}
        }
    }
    files
}
