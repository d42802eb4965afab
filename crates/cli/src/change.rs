//! A change: which files it touches, where their texts are now and where those before it are.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;

use crate::discover::{self, Discovery, Found, Trouble};
use crate::git::{Git, Oid, Sort, Staged, TreeEntry};
use crate::globs::FileGlobs;
use crate::mistakes::mistake_with_help;
use crate::paths::Paths;
use crate::read;

/// Which change is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What the next commit will hold, against the last one.
    Staged,
    /// The working tree against the last commit.
    Changed,
    /// The working tree against the commit where it left this one's history.
    Since(String),
}

/// What of the findings is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Those that were not there before the change.
    New,
    /// Those that stand on lines of the change.
    Lines,
    /// All of its files.
    All,
}

/// A change to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Which.
    pub(crate) extent: Extent,
    /// What is told.
    pub(crate) told: Told,
}

/// The files of a change.
#[derive(Debug)]
pub(crate) struct Change {
    /// Where contents of the repository come from.
    pub(crate) git: Git,
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
    Disk(Found),
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

/// Where to look for changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The root.
    pub(crate) paths: &'a Paths,
    /// What is left out of it.
    pub(crate) globs: &'a FileGlobs,
    /// The files and folders that are meant.
    pub(crate) targets: &'a [PathBuf],
    /// How many threads walk.
    pub(crate) threads: usize,
    /// Larger files are not read, in bytes.
    pub(crate) max_file_size: u64,
}

impl Change {
    /// Asks git what the change is.
    ///
    /// # Errors
    /// Git or the repository cannot say.
    pub(crate) fn find(extent: &Extent, cwd: &Path, place: Place<'_>) -> Result<Self, Vec<Mistake>> {
        let git = Git::open(cwd)?;
        let root = place.paths.root();
        if !root.starts_with(git.top()) && !git.top().starts_with(root) {
            let (top, root) = (git.top().display(), root.display());
            let message = format!("the working tree of the repository is `{top}`, and the root is `{root}`");
            return Err(vec![mistake_with_help(message, "run lawbook in the repository whose change is meant")]);
        }
        let base = match extent {
            Extent::Staged => {
                let staged = git.staged()?;
                return Ok(Self::of_index(git, staged, place));
            }
            Extent::Changed => git.head().cloned(),
            Extent::Since(reference) => Some(git.merge_base(reference)?),
        };
        let tree = match base {
            Some(commit) => git.tree(&commit)?,
            None => Vec::new(),
        };
        Ok(Self::of_disk(git, tree, place))
    }

    fn of_index(git: Git, staged: Vec<Staged>, place: Place<'_>) -> Self {
        let mut change = Self { git, files: Vec::new(), aside: Vec::new(), troubles: Discovery::default() };
        for staged in staged {
            let Some((path, is_unicode)) = place.admitted(&staged.at) else { continue };
            // Links are not followed, as in a walk.
            let file = |side: Option<(Sort, Oid)>| side.filter(|(sort, _)| *sort == Sort::File).map(|(_, oid)| oid);
            let is_submodule = staged.now.as_ref().is_some_and(|(sort, _)| *sort == Sort::Submodule);
            let (now, before) = (file(staged.now), file(staged.before));
            let aside = match (is_submodule, language::of_path(&path)) {
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

    fn of_disk(git: Git, tree: Vec<TreeEntry>, place: Place<'_>) -> Self {
        let mut found = discover::discover(place.paths, place.globs, place.targets, place.threads);
        let mut before: HashMap<RelPath, (PathBuf, Sort, Oid)> = HashMap::new();
        for entry in tree {
            if let Some((path, _)) = place.admitted(&entry.at).filter(|(path, _)| language::of_path(path).is_some()) {
                before.insert(path, (entry.at, entry.sort, entry.oid));
            }
        }
        // What was committed is part of the change even where `.gitignore` names it.
        let mut here: Vec<Found> = std::mem::take(&mut found.files);
        let known: std::collections::HashSet<RelPath> = here.iter().map(|file| file.path.clone()).collect();
        for (path, (at, ..)) in before.iter().filter(|(path, _)| !known.contains(path)) {
            let metadata = place.paths.stands(path).filter(std::fs::Metadata::is_file);
            here.extend(metadata.map(|metadata| Found { path: path.clone(), at: at.clone(), size: metadata.len() }));
        }
        found.troubles.retain(|(path, trouble, _)| *trouble == Trouble::Unreadable || !before.contains_key(path));
        found.unsupported.clear();
        let mut files = Vec::new();
        for file in here {
            let old = before.remove(&file.path).filter(|(_, sort, _)| *sort == Sort::File).map(|(_, _, oid)| oid);
            if old.as_ref().is_none_or(|old| !is_same(&file, old, place.max_file_size)) {
                files.push(Changed { path: file.path.clone(), now: Some(Content::Disk(file)), before: old });
            }
        }
        let gone = before.into_iter().filter(|(_, (_, sort, _))| *sort == Sort::File);
        let is_read = |path: &RelPath| !found.troubles.iter().any(|(trouble, ..)| trouble == path);
        let gone = gone.filter(|(path, _)| is_read(path) && place.paths.stands(path).is_none());
        files.extend(gone.map(|(path, (_, _, oid))| Changed { path, now: None, before: Some(oid) }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { git, files, aside: Vec::new(), troubles: found }
    }
}

impl Place<'_> {
    /// The path of what git names, if it is meant and not left out, and whether its name is Unicode.
    fn admitted(&self, at: &Path) -> Option<(RelPath, bool)> {
        let (path, is_unicode) = self.paths.below(at)?;
        let is_meant = self.targets.iter().any(|target| at.starts_with(target));
        let is_ours = discover::is_ours(path.as_str());
        (is_meant && !is_ours && self.globs.excluding(path.as_str()).is_none()).then_some((path, is_unicode))
    }
}

/// Whether a file has the content that was committed, with whatever line ends it was checked out.
fn is_same(file: &Found, old: &Oid, most: u64) -> bool {
    // What cannot be read is part of the change, and told.
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
