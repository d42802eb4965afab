//! Paths of the system turned into paths below the root, and back into paths that a person can click on.

use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};

use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;

use crate::system_error::system_message;

/// The root as seen from the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootPaths {
    root: PathBuf,
    /// The folders from the root down to the working directory, when it lies there.
    inner: Option<Vec<String>>,
    /// The root from a working directory that lies elsewhere.
    outer: String,
}

impl RootPaths {
    /// Both without symbolic links.
    pub(crate) fn new(root: PathBuf, cwd: &Path) -> Self {
        let inner = cwd.strip_prefix(&root).ok().map(|inner| inner.components().map(name).collect());
        let outer = relative(cwd, &root);
        Self { root, inner, outer }
    }

    /// The folder of the root, without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The root as seen from the working directory: `.` when they are one.
    pub fn shown_root(&self) -> String {
        match &self.inner {
            Some(inner) if inner.is_empty() => ".".to_owned(),
            Some(inner) => vec![".."; inner.len()].join("/"),
            None => self.outer.clone(),
        }
    }

    /// A path below the root as seen from the working directory.
    pub fn shown(&self, path: &str) -> String {
        if path.is_empty() {
            return self.shown_root();
        }
        let Some(inner) = &self.inner else { return format!("{}/{path}", self.outer) };
        if inner.is_empty() {
            return path.to_owned();
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let shared = inner.iter().zip(&parts).take_while(|(a, b)| a == b).count();
        let mut shown = vec![".."; inner.len() - shared];
        shown.extend(&parts[shared..]);
        if shown.is_empty() { ".".to_owned() } else { shown.join("/") }
    }

    /// The path of a file below the root, and whether its name is Unicode; none for one that lies elsewhere.
    pub(crate) fn below(&self, path: &Path) -> Option<(RelPath, bool)> {
        let below = path.strip_prefix(&self.root).ok()?;
        let text = below.to_str();
        if let Some(text) = text.filter(|text| is_plain(text)) {
            return Some((RelPath::new(text), true));
        }
        let is_unicode = text.is_some();
        let mut written = String::new();
        for part in below.components() {
            if !written.is_empty() {
                written.push('/');
            }
            match part.as_os_str().to_str() {
                Some(part) => written.push_str(part),
                None => written.push_str(&part.as_os_str().to_string_lossy()),
            }
        }
        Some((RelPath::new(written), is_unicode))
    }

    /// What stands at a path below the root, itself and every folder above it no link.
    pub(crate) fn stands(&self, path: &RelPath) -> Option<Metadata> {
        self.metadata(path).filter(|metadata| !metadata.is_symlink())
    }

    /// What stands at a path below the root, every folder above it no link.
    pub(crate) fn metadata(&self, path: &RelPath) -> Option<Metadata> {
        let mut at = self.root.clone();
        let mut found: Option<Metadata> = None;
        for part in path.as_str().split('/') {
            if found.is_some_and(|above| above.is_symlink()) {
                return None;
            }
            at.push(part);
            found = Some(at.symlink_metadata().ok()?);
        }
        found
    }
}

/// Whether the path is written as it is below the root: one `/` between its parts, none of which says where to go.
fn is_plain(text: &str) -> bool {
    let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
    std::path::MAIN_SEPARATOR == '/' && text.split('/').all(is_name)
}

fn name(part: Component<'_>) -> String {
    part.as_os_str().to_string_lossy().into_owned()
}

/// `to` as seen from `from`, both absolute, with `/`.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return to.iter().collect::<PathBuf>().to_string_lossy().replace('\\', "/");
    }
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    up.chain(to[shared..].iter().map(|part| name(*part))).collect::<Vec<_>>().join("/")
}

/// The working directory without symbolic links.
///
/// # Errors
/// It cannot be read.
pub(crate) fn working_directory(cwd: &Path) -> Result<PathBuf, Vec<Mistake>> {
    let refuse =
        |error| vec![Mistake::new(format!("the working directory cannot be read: {}", system_message(&error)))];
    cwd.canonicalize().map_err(refuse)
}

/// A path as it was typed, made absolute: a folder without symbolic links, a file with its folder without them.
///
/// # Errors
/// Nothing stands there.
pub(crate) fn locate(cwd: &Path, typed: &Path) -> io::Result<PathBuf> {
    let absolute = cwd.join(typed);
    let is_link = std::fs::symlink_metadata(&absolute)?.file_type().is_symlink();
    if !is_link || absolute.is_dir() {
        // Of a device or a pipe too: this looks at names only and opens nothing.
        return absolute.canonicalize();
    }
    match (absolute.parent(), absolute.file_name()) {
        (Some(folder), Some(name)) => Ok(folder.canonicalize()?.join(name)),
        _ => absolute.canonicalize(),
    }
}

/// The same for a file that need not exist: what exists of its folders is taken without symbolic links.
pub(crate) fn locate_virtual(cwd: &Path, typed: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in cwd.join(typed).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    let mut missing: Vec<OsString> = Vec::new();
    let mut existing = plain.clone();
    loop {
        if let Ok(mut found) = existing.canonicalize() {
            found.extend(missing.iter().rev());
            return found;
        }
        match existing.file_name() {
            Some(name) => missing.push(name.to_owned()),
            None => return plain,
        }
        existing.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_shown(root: &str, cwd: &str, path: &str, expected: &str) {
        assert_eq!(RootPaths::new(PathBuf::from(root), Path::new(cwd)).shown(path), expected, "{root} from {cwd}");
    }

    #[test]
    fn paths_are_shown_from_the_working_directory() {
        check_shown("/r", "/r", "a/b.ts", "a/b.ts");
        check_shown("/r", "/r/a", "a/b.ts", "b.ts");
        check_shown("/r", "/r/a/c", "a/b.ts", "../b.ts");
        check_shown("/r", "/r/x", "a/b.ts", "../a/b.ts");
        check_shown("/r", "/", "a.ts", "r/a.ts");
        check_shown("/r/s", "/r/t", "a.ts", "../s/a.ts");
        check_shown("/r", "/r", "", ".");
        check_shown("/r", "/r/a", "", "..");
    }

    #[test]
    fn the_root_is_shown_from_the_working_directory() {
        let shown = |root: &str, cwd: &str| RootPaths::new(PathBuf::from(root), Path::new(cwd)).shown_root();
        assert_eq!(shown("/r", "/r"), ".");
        assert_eq!(shown("/r", "/r/a/b"), "../..");
        assert_eq!(shown("/r/s", "/r"), "s");
    }
}
