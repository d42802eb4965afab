//! Globs of several files of settings: those of each file hold for the paths of its folder only.

use crate::glob::PathGlobs;
use crate::settings::below;
use crate::source::RelPath;

/// The globs of several files of settings.
#[derive(Clone, Debug, Default)]
pub struct ScopedGlobs {
    parts: Vec<GlobScope>,
}

/// The globs of one file of settings.
#[derive(Clone, Debug)]
pub(super) struct GlobScope {
    /// The number of its layer.
    pub(super) layer: usize,
    /// The folder whose paths they hold for.
    pub(super) folder: RelPath,
    /// The folder that they are relative to.
    pub(super) base: RelPath,
    /// The folders below in which the file does not hold any more.
    pub(super) except: Vec<RelPath>,
    pub(super) globs: PathGlobs,
    /// Those of the globs that match whatever a folder holds.
    pub(super) whole: PathGlobs,
}

impl GlobScope {
    /// The path as the globs see it; none if they do not hold for it.
    fn seen<'p>(&self, path: &'p str) -> Option<&'p str> {
        let lies_in = |folder: &RelPath| path == folder.as_str() || below(folder.as_str(), path).is_some();
        if !self.folder.is_root() && below(self.folder.as_str(), path).is_none() || self.except.iter().any(lies_in) {
            return None;
        }
        below(self.base.as_str(), path)
    }
}

impl ScopedGlobs {
    pub(super) fn new(parts: Vec<GlobScope>) -> Self {
        Self { parts: parts.into_iter().filter(|part| !part.globs.is_empty()).collect() }
    }

    /// True if there is no glob.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// True if one of the globs matches the path.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.first_match(path.as_str()).is_some()
    }

    /// The text of the first glob that matches the path itself.
    pub fn first_match(&self, path: &str) -> Option<&str> {
        self.find(path).map(|(_, glob)| glob)
    }

    /// The first glob that matches the path itself, with the number of its layer.
    pub fn find(&self, path: &str) -> Option<(usize, &str)> {
        self.parts.iter().find_map(|part| Some((part.layer, part.globs.first_match(part.seen(path)?)?)))
    }

    /// The text of the first glob that matches the path or one of the folders above it.
    pub fn match_with_parents(&self, path: &str) -> Option<&str> {
        self.find_with_parents(path).map(|(_, glob)| glob)
    }

    /// The first glob that matches the path or one of the folders above it, with the number of its layer.
    pub fn find_with_parents(&self, path: &str) -> Option<(usize, &str)> {
        if self.parts.is_empty() {
            return None;
        }
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.chain([path]).find_map(|part| self.find(part))
    }

    /// True if globs match whatever the folder holds: `dist/**` for `dist`, which itself it does not match.
    pub fn match_all_in(&self, folder: &str) -> bool {
        let inside = format!("{folder}/ ");
        self.parts.iter().any(|part| {
            // A file below may end what holds here.
            let is_undone = part.except.iter().any(|except| below(folder, except.as_str()).is_some());
            !is_undone && part.seen(&inside).is_some_and(|seen| part.whole.first_match(seen).is_some())
        })
    }
}
