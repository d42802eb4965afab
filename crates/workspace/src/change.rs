//! A change: which files it touches, where their texts are now and where those before it are.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;

use crate::discover::{self, Discovery, DiskFile, Trouble};
use crate::files::Snapshot;
use crate::filter::FileFilter;
use crate::git::{EntryKind, Git, IndexChange, Oid, TreeEntry};
use crate::paths::RootPaths;
use crate::read;
use crate::request::Extent;
use crate::workers::Workers;

/// The files of a change.
#[derive(Debug)]
pub(crate) struct Change {
    /// The repository.
    pub(crate) git: Arc<Git>,
    /// What it is compared with.
    pub(crate) base: Snapshot,
    /// The files of known languages, by path.
    pub(crate) files: Vec<Changed>,
    /// What is left out, by path.
    pub(crate) aside: Vec<(RelPath, Aside)>,
    /// What the disk does not give.
    pub(crate) troubles: Discovery,
}

/// One file of a change.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    /// Below the root.
    pub(crate) path: RelPath,
    /// Its content now; none when it is gone.
    pub(crate) now: Option<Content>,
    /// Its content before; none when it is new.
    pub(crate) before: Option<Oid>,
}

/// Where a content is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// In the repository.
    Blob(Oid),
    /// On the disk.
    Disk(DiskFile),
}

/// Why a part of a change is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aside {
    /// No language is known for it.
    Unsupported,
    /// It is a commit of another repository.
    Submodule,
    /// Its name is not Unicode.
    NotUnicodeName,
}

/// The working tree in which a change is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkout<'a> {
    /// The root.
    pub(crate) paths: &'a RootPaths,
    /// Which of its files are checked.
    pub(crate) filter: &'a FileFilter,
    /// The files and folders that are meant.
    pub(crate) targets: &'a [PathBuf],
    /// The threads that walk and compare.
    pub(crate) workers: Workers,
    /// Larger files are not read, in bytes.
    pub(crate) max_file_size: u64,
}

impl Change {
    /// Asks git what the change is.
    ///
    /// # Errors
    /// Git or the repository cannot say.
    pub(crate) fn find(extent: &Extent, cwd: &Path, checkout: Checkout<'_>) -> Result<Self, Vec<Mistake>> {
        let git = Git::open(cwd)?;
        let root = checkout.paths.root();
        if !root.starts_with(git.top()) && !git.top().starts_with(root) {
            let (top, root) = (git.top().display(), root.display());
            let message = format!("the working tree of the repository is `{top}`, and the root is `{root}`");
            return Err(vec![Mistake::new(message).with_help("run lawbook in the repository whose change is meant")]);
        }
        let base = match extent {
            Extent::Staged | Extent::Changed => git.head().cloned(),
            Extent::Since(reference) => Some(git.merge_base(reference)?),
        };
        let base = base.map_or(Snapshot::Empty, Snapshot::Commit);
        if *extent == Extent::Staged {
            let staged = git.staged()?;
            return Ok(Self::of_index(git, base, staged, checkout));
        }
        let tree = match &base {
            Snapshot::Commit(commit) => git.tree(commit)?,
            Snapshot::Empty | Snapshot::Index => Vec::new(),
        };
        Ok(Self::of_disk(git, base, tree, checkout))
    }

    fn of_index(git: Git, base: Snapshot, staged: Vec<IndexChange>, checkout: Checkout<'_>) -> Self {
        let mut change =
            Self { git: Arc::new(git), base, files: Vec::new(), aside: Vec::new(), troubles: Discovery::default() };
        for staged in staged {
            let Some((path, is_unicode)) = checkout.admitted(&staged.at) else { continue };
            // Links are not followed, as in a walk.
            let file =
                |side: Option<(EntryKind, Oid)>| side.filter(|(kind, _)| *kind == EntryKind::File).map(|(_, oid)| oid);
            let is_submodule = staged.now.as_ref().is_some_and(|(kind, _)| *kind == EntryKind::Submodule);
            let (now, before) = (file(staged.now), file(staged.before));
            let aside = match (is_submodule, checkout.filter.dialect(&path)) {
                (true, _) => Some(Aside::Submodule),
                (false, None) if now.is_some() => Some(Aside::Unsupported),
                (false, Some(_)) if !is_unicode && now.is_some() => Some(Aside::NotUnicodeName),
                (false, None) => continue,
                (false, Some(_)) => None,
            };
            match aside {
                Some(aside) => change.aside.push((path, aside)),
                None if now.is_none() && before.is_none() => {}
                None => change.files.push(Changed { path, now: now.map(Content::Blob), before }),
            }
        }
        change.files.sort_by(|a, b| a.path.cmp(&b.path));
        change
    }

    fn of_disk(git: Git, base: Snapshot, tree: Vec<TreeEntry>, checkout: Checkout<'_>) -> Self {
        let mut found =
            discover::discover(checkout.paths, checkout.filter, checkout.targets, checkout.workers.threads());
        let mut before: HashMap<RelPath, (PathBuf, EntryKind, Oid)> = HashMap::new();
        for entry in tree {
            let admitted = checkout.admitted(&entry.at);
            if let Some((path, _)) = admitted.filter(|(path, _)| checkout.filter.dialect(path).is_some()) {
                before.insert(path, (entry.at, entry.kind, entry.oid));
            }
        }
        // What was committed is part of the change even where `.gitignore` names it.
        let mut here: Vec<DiskFile> = std::mem::take(&mut found.files);
        let known: HashSet<RelPath> = here.iter().map(|file| file.path.clone()).collect();
        for (path, (at, ..)) in before.iter().filter(|(path, _)| !known.contains(path)) {
            let metadata = checkout.paths.stands(path).filter(std::fs::Metadata::is_file);
            here.extend(metadata.map(|metadata| DiskFile::new(path.clone(), at.clone(), &metadata)));
        }
        found.troubles.retain(|(path, trouble, _)| *trouble == Trouble::Unreadable || !before.contains_key(path));
        found.unsupported.clear();
        let pairs: Vec<(DiskFile, Option<Oid>)> = here
            .into_iter()
            .map(|file| {
                let old = before.remove(&file.path).filter(|(_, kind, _)| *kind == EntryKind::File);
                (file, old.map(|(_, _, oid)| oid))
            })
            .collect();
        let are_same = checkout.workers.each_in_order(&pairs, |(file, old)| {
            old.as_ref().is_some_and(|old| is_same(file, old, checkout.max_file_size))
        });
        let changed = pairs.into_iter().zip(are_same).filter(|(_, is_same)| !is_same);
        let changed = changed.map(|((file, before), _)| Changed {
            path: file.path.clone(),
            now: Some(Content::Disk(file)),
            before,
        });
        let mut files: Vec<Changed> = changed.collect();
        let gone = before.into_iter().filter(|(_, (_, kind, _))| *kind == EntryKind::File);
        let unread: HashSet<&RelPath> = found.troubles.iter().map(|(path, ..)| path).collect();
        let gone = gone.filter(|(path, _)| !unread.contains(path) && checkout.paths.stands(path).is_none());
        files.extend(gone.map(|(path, (_, _, oid))| Changed { path, now: None, before: Some(oid) }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { git: Arc::new(git), base, files, aside: Vec::new(), troubles: found }
    }
}

impl Checkout<'_> {
    /// The path of what git names, if it is meant and not left out, and whether its name is Unicode.
    fn admitted(&self, at: &Path) -> Option<(RelPath, bool)> {
        let (path, is_unicode) = self.paths.below(at)?;
        let is_meant = self.targets.iter().any(|target| at.starts_with(target));
        let is_ours = discover::is_ours(path.as_str());
        (is_meant && !is_ours && self.filter.excluding(path.as_str()).is_none()).then_some((path, is_unicode))
    }
}

/// Whether a file has the content that was committed, with whatever line ends it was checked out.
fn is_same(file: &DiskFile, old: &Oid, most: u64) -> bool {
    // What cannot be read is part of the change, and reported.
    let Ok(bytes) = read::whole(&file.at, file.size, most) else { return false };
    if old.is_of(&bytes) {
        return true;
    }
    if !bytes.windows(2).any(|pair| pair == b"\r\n") {
        return false;
    }
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    old.is_of(&plain)
}
