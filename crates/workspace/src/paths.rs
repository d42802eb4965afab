//! Conversion of system paths to paths below the root, and of those to paths relative to the working directory, as they
//! are shown.

use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};

use lawbook_core::mistake::{Mistake, unknown_name_help};
use lawbook_core::source::RelPath;

use crate::existing;
use crate::law_tree::LawTree;
use crate::root::{self, Root};
use crate::system_error::system_message;

/// The root and its position relative to the working directory: converts paths of reports into paths to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootPaths {
    root: PathBuf,
    /// The working directory.
    cwd: PathBuf,
    /// The folders from the root down to the working directory; `None` if it is not below the root.
    cwd_below_root: Option<Vec<String>>,
    /// The root relative to a working directory that is not below it.
    root_from_cwd: String,
}

impl RootPaths {
    /// Finds the root of absolute paths, and returns it with what it looks like from the working directory.
    pub(crate) fn find(cwd: &Path, targets: &[PathBuf]) -> (Root, Self) {
        let root = root::find(&LawTree::Disk, cwd, targets);
        let paths = Self::new(root.folder.clone(), cwd);
        (root, paths)
    }

    /// Creates the conversion for a root and a working directory. Both paths are absolute and without symbolic links.
    pub(crate) fn new(root: PathBuf, cwd: &Path) -> Self {
        let cwd_below_root = cwd.strip_prefix(&root).ok().map(|below| below.components().map(name).collect());
        let root_from_cwd = relative(cwd, &root);
        Self { root, cwd: cwd.to_owned(), cwd_below_root, root_from_cwd }
    }

    /// The absolute path of the root, without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute path of the working directory, without symbolic links.
    pub fn working_directory(&self) -> &Path {
        &self.cwd
    }

    /// The working directory if it is in the repository with this top, else the root: where git is run.
    pub(crate) fn folder_of_git(&self, top: &Path) -> &Path {
        if self.cwd.starts_with(top) { &self.cwd } else { &self.root }
    }

    /// The root relative to the working directory, with `/`: `.` if they are the same folder.
    pub fn shown_root(&self) -> String {
        match &self.cwd_below_root {
            Some(cwd_below_root) if cwd_below_root.is_empty() => ".".to_owned(),
            Some(cwd_below_root) => vec![".."; cwd_below_root.len()].join("/"),
            None => self.root_from_cwd.clone(),
        }
    }

    /// The folders from the root down to the working directory; none if it is not below the root.
    pub(crate) fn folders_to_working_directory(&self) -> &[String] {
        self.cwd_below_root.as_deref().unwrap_or_default()
    }

    /// A path below the root as a path relative to the working directory, with `/`. An empty path is the root.
    pub fn shown(&self, path: &str) -> String {
        if path.is_empty() {
            return self.shown_root();
        }
        let Some(cwd_below_root) = &self.cwd_below_root else { return format!("{}/{path}", self.root_from_cwd) };
        if cwd_below_root.is_empty() {
            return path.to_owned();
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let shared = cwd_below_root.iter().zip(&parts).take_while(|(a, b)| a == b).count();
        let mut shown = vec![".."; cwd_below_root.len() - shared];
        shown.extend(&parts[shared..]);
        if shown.is_empty() { ".".to_owned() } else { shown.join("/") }
    }

    /// Converts an absolute path to a path below the root; `None` if it is not below the root. The second value is
    /// false if the path is not Unicode; its invalid parts are then replaced.
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

    /// The metadata of a path below the root; `None` if it, or a folder above it, is missing or a symbolic link.
    pub(crate) fn metadata_unless_link(&self, path: &RelPath) -> Option<Metadata> {
        self.metadata(path).filter(|metadata| !metadata.is_symlink())
    }

    /// The metadata of a path below the root, which may be a symbolic link; `None` if it is missing, or a folder above
    /// it is missing or a symbolic link.
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

/// True if the path needs no normalization: single `/` between its parts, and no part `.` or `..`.
fn is_plain(text: &str) -> bool {
    let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
    std::path::MAIN_SEPARATOR == '/' && text.split('/').all(is_name)
}

fn name(part: Component<'_>) -> String {
    part.as_os_str().to_string_lossy().into_owned()
}

/// The path `to` relative to `from`, with `/`. Both are absolute.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return to.iter().collect::<PathBuf>().to_string_lossy().replace('\\', "/");
    }
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    up.chain(to[shared..].iter().map(|part| name(*part))).collect::<Vec<_>>().join("/")
}

/// The working directory as an absolute path without symbolic links.
///
/// # Errors
/// The directory is missing or cannot be read.
pub(crate) fn working_directory(cwd: &Path) -> Result<PathBuf, Vec<Mistake>> {
    let refuse =
        |error| vec![Mistake::new(format!("the working directory cannot be read: {}", system_message(&error)))];
    cwd.canonicalize().map_err(refuse)
}

/// Makes a path that the user has typed absolute and resolves symbolic links, except one that the path itself is if it
/// leads to a file.
///
/// # Errors
/// The path does not exist.
pub(crate) fn locate(cwd: &Path, typed: &Path) -> io::Result<PathBuf> {
    let absolute = cwd.join(typed);
    let is_link = std::fs::symlink_metadata(&absolute)?.file_type().is_symlink();
    if !is_link || absolute.is_dir() {
        // Safe for a device or a pipe too: only names are resolved, and nothing is opened.
        return absolute.canonicalize();
    }
    match (absolute.parent(), absolute.file_name()) {
        (Some(folder), Some(name)) => Ok(folder.canonicalize()?.join(name)),
        _ => absolute.canonicalize(),
    }
}

/// The file or folder whose name is most like that of one that does not exist.
pub(crate) fn near_path(cwd: &Path, typed: &Path) -> Option<String> {
    let (folder, name) = (typed.parent()?, typed.file_name()?.to_str()?);
    let entries = cwd.join(folder).read_dir().ok()?;
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    let help = unknown_name_help(name, names.iter().map(String::as_str));
    let near = help.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    Some(format!("did you mean `{}`?", folder.join(near).display()))
}

/// The next step for a path that does not exist and looks like something else: a glob, a commit, or standard input.
pub(crate) fn missing_path_help(cwd: &Path, typed: &Path) -> Option<String> {
    let text = typed.to_str()?;
    if text == "-" {
        return Some("text on standard input needs the name of its file: `--stdin-filename src/a.ts`".to_owned());
    }
    if text.starts_with("HEAD") {
        return Some(format!("files and folders are named here: `--since {text}` names a commit"));
    }
    if text.starts_with("--") {
        return Some(format!("behind `--` all words are paths: write `{text}` before it"));
    }
    if let Some(option) = text.strip_prefix(['—', '–']) {
        return Some(format!("an option begins with two plain `-`: write `--{option}`"));
    }
    if matches!(text, "true" | "false") {
        return Some("options that are on or off take no value: leave it out".to_owned());
    }
    let parts: Vec<&str> = text.split([',', ' ']).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.iter().any(|part| cwd.join(part).exists()) {
        return Some(format!("name each by itself, with spaces between them: {}", parts.join(" ")));
    }
    if let Some((path, line)) = text.split_once(':')
        && line.starts_with(|c: char| c.is_ascii_digit())
        && cwd.join(path).exists()
    {
        return Some(format!("a path has no line behind it: write `{path}`"));
    }
    let is_id = text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if is_id && text.starts_with("no-") {
        return Some(format!("files and folders are named here: `--rule {text}` runs one rule"));
    }
    let Some(first) = text.find(['*', '?', '[', '{']) else { return near_path(cwd, typed) };
    let folder = text[..first].rsplit_once('/').map_or(".", |(folder, _)| if folder.is_empty() { "/" } else { folder });
    Some(format!("files and folders are named here, no globs: `lawbook check {folder}` checks all files of the folder"))
}

/// Does the same as [`locate`] for a file that need not exist: symbolic links are resolved in those of its folders that exist.
pub(crate) fn locate_virtual(cwd: &Path, typed: &Path) -> PathBuf {
    existing::resolve(&cwd.join(typed))
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
    fn a_glob_is_answered_with_the_folder_to_name() {
        let help = |typed: &str| missing_path_help(Path::new("/nowhere"), Path::new(typed)).unwrap_or_default();
        assert!(help("src/**/*.ts").contains("`lawbook check src`"));
        assert!(help("*.ts").contains("`lawbook check .`") && help("/*.ts").contains("`lawbook check /`"));
        assert!(help("a/b{c,d}/e.ts").contains("`lawbook check a`") && help("src/a.ts").is_empty());
    }

    #[test]
    fn the_root_is_shown_from_the_working_directory() {
        let shown = |root: &str, cwd: &str| RootPaths::new(PathBuf::from(root), Path::new(cwd)).shown_root();
        assert_eq!(shown("/r", "/r"), ".");
        assert_eq!(shown("/r", "/r/a/b"), "../..");
        assert_eq!(shown("/r/s", "/r"), "s");
    }
}
