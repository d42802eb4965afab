//! The repository around a folder, as far as it is known without running git: for a program that runs often and has no
//! time to start another one.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::{oid, path_from_git, process, top_above};
use crate::read;

/// The most bytes of a file of git that is read: of one that names a folder or a ref, and of the list of packed refs.
const MAX_LINK_BYTES: u64 = 1 << 16;
const MAX_PACKED_BYTES: u64 = 64 << 20;

/// The most refs that lead from one to another.
const MAX_LINKS: usize = 5;

/// The repository around a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    top: PathBuf,
    /// The folder with what git keeps of this working tree.
    folder: PathBuf,
    /// The folder with what git keeps for all working trees of the repository.
    common: PathBuf,
}

impl Repository {
    /// The repository around a folder, given by its absolute path. `git_dir` is the value of the variable `GIT_DIR`.
    pub fn around(folder: &Path, git_dir: Option<&Path>) -> Option<Self> {
        let top = top_above(folder).map(Path::to_owned);
        let state = match git_dir {
            Some(named) => folder.join(named).canonicalize().ok()?,
            None => folder_of(top.as_deref()?)?,
        };
        let common = link(&state.join("commondir"), "").and_then(|named| state.join(named).canonicalize().ok());
        Some(Self {
            top: top.unwrap_or_else(|| folder.to_owned()),
            common: common.unwrap_or_else(|| state.clone()),
            folder: state,
        })
    }

    /// The top of the working tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The folder with what git keeps of this working tree: `git rev-parse --git-path NAME` is the path of a name in it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder with what git keeps for all working trees of the repository: its hooks and settings.
    pub fn common(&self) -> &Path {
        &self.common
    }

    /// The id of the commit that is checked out; `None` before the first commit.
    pub fn head(&self) -> Option<String> {
        let mut name = "HEAD".to_owned();
        for _ in 0..MAX_LINKS {
            let text = [&self.folder, &self.common].into_iter().find_map(|folder| small(&folder.join(&name)));
            let Some(text) = text else { return self.packed(&name).or_else(|| self.asked()) };
            match text.strip_prefix("ref:") {
                Some(other) => other.trim().clone_into(&mut name),
                None => return oid(text.trim().as_bytes()).map(|_| text.trim().to_owned()),
            }
        }
        None
    }

    /// The id of a packed ref.
    fn packed(&self, name: &str) -> Option<String> {
        let at = self.common.join("packed-refs");
        let bytes = at.symlink_metadata().and_then(|found| read::whole(&at, found.len(), MAX_PACKED_BYTES)).ok()?;
        let line = bytes
            .split(|byte| *byte == b'\n')
            .find(|line| line.strip_suffix(name.as_bytes()).is_some_and(|start| start.ends_with(b" ")))?;
        let id = str::from_utf8(line.split(|byte| *byte == b' ').next()?).ok()?;
        oid(id.as_bytes()).map(|_| id.to_owned())
    }

    /// The commit as git says it, where refs are stored in another way than in files.
    fn asked(&self) -> Option<String> {
        self.common.join("reftable").is_dir().then_some(())?;
        let args = ["rev-parse", "--verify", "--quiet", "HEAD"].map(OsStr::new);
        let answer = process::run(&self.top, &args, &[], b"", process::read_all).ok()?;
        let id = String::from_utf8(answer.stdout).ok()?;
        oid(id.as_bytes()).map(|_| id.trim().to_owned())
    }

    /// The paths from the top that git tracks or would add, sorted; those that are not Unicode are left out. `None` if git
    /// does not say.
    pub fn paths(&self) -> Option<Vec<String>> {
        let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"].map(OsStr::new);
        let answer = process::run(&self.top, &args, &[], b"", process::read_all).ok()?;
        if answer.code != Some(0) {
            return None;
        }
        let paths = answer.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        let mut paths: Vec<String> = paths.filter_map(|path| String::from_utf8(path.to_vec()).ok()).collect();
        paths.sort_unstable();
        paths.dedup();
        Some(paths)
    }

    /// True if git leaves a path out of what it adds. The path is one from the top.
    pub fn ignores(&self, path: &str) -> bool {
        // `check-ignore` takes no path literally.
        let args = ["--no-literal-pathspecs", "check-ignore", "--quiet", "--", path].map(OsStr::new);
        process::run(&self.top, &args, &[], b"", process::read_all).is_ok_and(|answer| answer.code == Some(0))
    }

    /// The bytes of a file in a commit; `None` if it is not there. The path is an absolute one in the working tree.
    pub fn bytes_at(&self, commit: &str, at: &Path) -> Option<Vec<u8>> {
        oid(commit.as_bytes())?;
        self.blob(commit, at)
    }

    /// The bytes of a file in the index, which the next commit is made of; `None` if it is not there. The path is an
    /// absolute one in the working tree.
    pub fn bytes_in_index(&self, at: &Path) -> Option<Vec<u8>> {
        self.blob("", at)
    }

    fn blob(&self, commit: &str, at: &Path) -> Option<Vec<u8>> {
        let below = at.strip_prefix(&self.top).ok()?.to_str()?.replace('\\', "/");
        let name = format!("{commit}:{below}");
        let args = ["cat-file", "blob", &name].map(OsStr::new);
        let answer = process::run(&self.top, &args, &[], b"", process::read_all).ok()?;
        (answer.code == Some(0)).then_some(answer.stdout)
    }
}

/// The folder that a `.git` at the top of a working tree is or names.
fn folder_of(top: &Path) -> Option<PathBuf> {
    let at = top.join(".git");
    if at.is_dir() {
        return Some(at);
    }
    link(&at, "gitdir: ").map(|named| top.join(named))
}

/// The path that a small file names behind a prefix.
fn link(at: &Path, prefix: &str) -> Option<PathBuf> {
    let bytes = at.symlink_metadata().and_then(|found| read::whole(at, found.len(), MAX_LINK_BYTES)).ok()?;
    let named = bytes.strip_prefix(prefix.as_bytes())?.trim_ascii_end();
    (!named.is_empty()).then(|| path_from_git(named))
}

/// The text of a small file.
fn small(at: &Path) -> Option<String> {
    let is_small = fs::metadata(at).is_ok_and(|found| found.is_file() && found.len() <= MAX_LINK_BYTES);
    is_small.then(|| fs::read_to_string(at).ok())?
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn git(folder: &Path, args: &[&str]) -> String {
        let names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
        let mut command = Command::new("git");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let ran = command.args(names).args(args).current_dir(folder).output().unwrap();
        String::from_utf8(ran.stdout).unwrap().trim().to_owned()
    }

    /// Asserts that a folder has the state folder and the commit that git says.
    #[track_caller]
    fn check(folder: &Path) {
        let repository = Repository::around(folder, None).unwrap();
        let head = git(folder, &["rev-parse", "--verify", "--quiet", "HEAD"]);
        assert_eq!(repository.head().unwrap_or_default(), head);
        let path = PathBuf::from(git(folder, &["rev-parse", "--path-format=absolute", "--git-path", "lawbook"]));
        assert_eq!(repository.folder().join("lawbook"), path);
    }

    #[test]
    fn folder_and_commit_are_those_that_git_says() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap().join("repo");
        fs::create_dir_all(top.join("a/b")).unwrap();
        assert_eq!(Repository::around(&top, None), None);
        git(&top, &["init", "--quiet", "--initial-branch=main"]);
        check(&top);
        fs::write(top.join("a/b/c.ts"), "one\n").unwrap();
        git(&top, &["add", "--all"]);
        git(&top, &["commit", "--quiet", "-m", "first"]);
        check(&top.join("a/b"));
        let first = git(&top, &["rev-parse", "HEAD"]);
        git(&top, &["pack-refs", "--all"]);
        check(&top);
        git(&top, &["worktree", "add", "--quiet", "-b", "other", "../tree"]);
        check(&top.with_file_name("tree"));
        git(&top, &["checkout", "--quiet", "--detach"]);
        check(&top);
        fs::write(top.join("a/b/c.ts"), "two\n").unwrap();
        let repository = Repository::around(&top, None).unwrap();
        assert_eq!(repository.bytes_at(&first, &top.join("a/b/c.ts")), Some(b"one\n".to_vec()));
        assert_eq!(repository.bytes_at(&first, &top.join("a/b/d.ts")), None);
        for (path, text) in [(".gitignore", "*.log\n"), ("new.ts", ""), ("x.log", ""), ("a/é.ts", "")] {
            fs::write(top.join(path), text).unwrap();
        }
        assert_eq!(repository.paths().unwrap(), [".gitignore", "a/b/c.ts", "a/é.ts", "new.ts"]);
        assert!(repository.ignores("y/z.log") && !repository.ignores("new.ts"));
    }
}
