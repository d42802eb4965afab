//! Paths relative to the root of a project.

use std::fmt;
use std::sync::Arc;

/// A path relative to the root of the project, with `/` between its parts and no leading `./`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// Wraps a path that is already relative and written with `/`; nothing is checked or normalised.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The root itself. A finding at the root is about the project as a whole.
    pub fn root() -> Self {
        Self::new("")
    }

    /// True if it is the root itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path as reports show it; the root is shown as `.`.
    pub fn shown(&self) -> &str {
        if self.is_root() { "." } else { &self.0 }
    }

    /// The path's text; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of what lies in this folder as it is called from there; none if it does not lie in it.
    pub fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.is_root() { Some(path) } else { path.strip_prefix(&*self.0)?.strip_prefix('/') }
    }

    /// True if a path lies in this folder.
    pub fn holds(&self, path: &str) -> bool {
        self.below(path).is_some()
    }

    /// The part after the last `/`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// True if every part is a plain name (not empty, `.`, `..` or `.git`) and there is no `\`. Such a path stays below
    /// the root and outside git's own folder.
    pub fn is_plain(&self) -> bool {
        let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git");
        !self.0.contains('\\') && self.0.split('/').all(is_name)
    }

    /// The part of the file name after the last `.`; none for a name like `.gitignore`, with nothing before that `.`.
    pub fn extension(&self) -> Option<&str> {
        let (stem, extension) = self.file_name().rsplit_once('.')?;
        (!stem.is_empty()).then_some(extension)
    }
}

impl AsRef<str> for RelPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}
