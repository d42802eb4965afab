//! The `.gitignore` files that count in a folder: its own and those of the folders above it, up to the top of the
//! repository.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::IgnoreList;
use crate::git;
use crate::read;
use crate::system_error::system_message;

/// The name of the files.
pub(crate) const GITIGNORE_NAME: &str = ".gitignore";

/// The maximum size of one file, in bytes.
const MAX_GITIGNORE_BYTES: u64 = 1 << 20;

/// The lists that count in a folder, from its own outwards; `None` if there are none.
pub(crate) type Ignores = Option<Arc<IgnoreChain>>;

/// A list and those of the folders above.
#[derive(Debug)]
pub(crate) struct IgnoreChain {
    list: IgnoreList,
    /// The length in bytes of the path of its folder from the top, with a `/` at the end.
    base: usize,
    above: Ignores,
}

/// True if the lists ignore a path, given in bytes from the top. The list of the innermost folder with a matching
/// pattern decides.
pub(crate) fn are_ignoring(ignores: &Ignores, path: &[u8], is_folder: bool) -> bool {
    let mut next = ignores;
    while let Some(chain) = next {
        if let Some(ignores) = chain.list.ignores(&path[chain.base..], is_folder) {
            return ignores;
        }
        next = &chain.above;
    }
    false
}

/// Adds the list of a folder to those above it. `base` is the length in bytes of the path of the folder from the top,
/// with a `/` at the end.
///
/// # Errors
/// The reason why the `.gitignore` cannot be read, as a clause. It is read only if it is a regular file of a bounded
/// size: a link could lead anywhere, a pipe would block the run.
pub(crate) fn enter(above: &Ignores, folder: &Path, base: usize) -> Result<Ignores, String> {
    let at = folder.join(GITIGNORE_NAME);
    let read = match at.symlink_metadata() {
        Ok(metadata) if metadata.is_file() && metadata.len() <= MAX_GITIGNORE_BYTES => {
            read::with_bytes(&at, metadata.len(), MAX_GITIGNORE_BYTES, |bytes| {
                (bytes.len() as u64 <= MAX_GITIGNORE_BYTES).then(|| IgnoreList::parse(bytes))
            })
        }
        Ok(_) => Ok(None),
        Err(error) => Err(error),
    };
    match read {
        Ok(Some(list)) if list.is_empty() => Ok(above.clone()),
        Ok(Some(list)) => Ok(Some(Arc::new(IgnoreChain { list, base, above: above.clone() }))),
        Ok(None) => Err("its `.gitignore` is not a regular file of at most 1 MiB".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(above.clone()),
        Err(error) => Err(format!("its `.gitignore` cannot be read: {}", system_message(&error))),
    }
}

/// Finds the lists that count in folders below a root. Each file above a folder is read once.
#[derive(Debug)]
pub(crate) struct IgnoreReader {
    /// The top of the repository of the root, or the root if it is in none. No file above it is read.
    top: PathBuf,
    /// True if the root is in a repository.
    is_in_repository: bool,
    folders: HashMap<PathBuf, Result<Ignores, IgnoreProblem>>,
}

/// A `.gitignore` that cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct IgnoreProblem {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// The reason, as a clause about the folder.
    pub(crate) reason: String,
}

impl IgnoreReader {
    /// A reader for folders below a root.
    ///
    /// A repository that ignores the root, or a folder that holds it, is not that of the root: its lists do not count.
    /// So the root is checked when it lies in a home folder whose repository keeps a few files and ignores all others.
    pub(crate) fn new(root: &Path) -> Self {
        let found = git::top_above(root);
        let top = found.unwrap_or(root);
        let mut reader = Self { top: top.to_owned(), is_in_repository: found.is_some(), folders: HashMap::new() };
        let mut between = root.ancestors().take_while(|folder| *folder != top);
        if between.any(|folder| reader.above(folder).is_ok_and(|above| is_ignored(&above, &reader.base(folder)))) {
            return Self { top: root.to_owned(), is_in_repository: false, folders: HashMap::new() };
        }
        reader
    }

    /// The top of the repository of the root; `None` if it is in none.
    pub(crate) fn repository(&self) -> Option<&Path> {
        self.is_in_repository.then_some(&*self.top)
    }

    /// The path of a folder in bytes from the top, with a `/` at the end; empty for the top.
    pub(crate) fn base(&self, folder: &Path) -> Vec<u8> {
        let below = folder.strip_prefix(&self.top).unwrap_or(Path::new(""));
        let mut base = Vec::new();
        for part in below.components() {
            base.extend_from_slice(&bytes(part.as_os_str()));
            base.push(b'/');
        }
        base
    }

    /// The lists that count in a folder at or below the top, without its own.
    ///
    /// # Errors
    /// A `.gitignore` above cannot be read.
    pub(crate) fn above(&mut self, folder: &Path) -> Result<Ignores, IgnoreProblem> {
        if folder == self.top {
            return Ok(None);
        }
        // The folders from the one above up to the top, as far as they are not known yet.
        let mut unread: Vec<&Path> = Vec::new();
        let mut ignores: Result<Ignores, IgnoreProblem> = Ok(None);
        for above in folder.ancestors().skip(1) {
            if let Some(known) = self.folders.get(above) {
                ignores.clone_from(known);
                break;
            }
            unread.push(above);
            if above == self.top {
                break;
            }
        }
        for above in unread.into_iter().rev() {
            let base = self.base(above).len();
            ignores = ignores.and_then(|outer| {
                enter(&outer, above, base).map_err(|reason| IgnoreProblem { folder: above.to_owned(), reason })
            });
            self.folders.insert(above.to_owned(), ignores.clone());
        }
        ignores
    }
}

/// True if lists ignore the folder with this path from the top.
fn is_ignored(ignores: &Ignores, base: &[u8]) -> bool {
    base.strip_suffix(b"/").is_some_and(|path| are_ignoring(ignores, path, true))
}

/// The bytes of a name on the disk.
#[cfg(unix)]
pub(crate) fn bytes(name: &OsStr) -> std::borrow::Cow<'_, [u8]> {
    std::os::unix::ffi::OsStrExt::as_bytes(name).into()
}

/// The bytes of a name on the disk.
#[cfg(not(unix))]
pub(crate) fn bytes(name: &OsStr) -> std::borrow::Cow<'_, [u8]> {
    match name.to_string_lossy() {
        std::borrow::Cow::Borrowed(text) => text.as_bytes().into(),
        std::borrow::Cow::Owned(text) => text.into_bytes().into(),
    }
}
