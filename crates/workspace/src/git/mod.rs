//! What is asked of git. Only this module runs it, and git never looks at the working tree for us: no filter runs.

pub(crate) mod blame;
mod process;

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, Read as _};
use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// A repository with a working tree.
#[derive(Debug)]
pub(crate) struct Git {
    /// Where git is run: a hook's variables hold from the top only.
    folder: PathBuf,
    /// The top of the working tree, without symbolic links.
    top: PathBuf,
    is_shallow: bool,
    /// The commit that is checked out; none before the first one.
    head: Option<Oid>,
}

/// The name of an object, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Oid(String);

impl Oid {
    /// Whether a file of these bytes has this name.
    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        let head = format!("blob {}\0", bytes.len());
        let is = |digest: &[u8]| {
            let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
            digits.map(|digit| b"0123456789abcdef"[usize::from(digit)]).eq(self.0.bytes())
        };
        if self.0.len() == 64 {
            is(&Sha256::new().chain_update(head).chain_update(bytes).finalize())
        } else {
            is(&Sha1::new().chain_update(head).chain_update(bytes).finalize())
        }
    }
}

/// What a path of a tree or an index names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A file.
    File,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl EntryKind {
    fn of_mode(mode: &str) -> Option<Self> {
        match mode {
            "100644" | "100755" | "100664" => Some(Self::File),
            "120000" => Some(Self::Link),
            "160000" => Some(Self::Submodule),
            _ => None,
        }
    }
}

/// A path of a tree or of the index.
#[derive(Debug)]
pub(crate) struct TreeEntry {
    /// Where it is in the working tree.
    pub(crate) at: PathBuf,
    /// What it is.
    pub(crate) kind: EntryKind,
    /// Whether it is a file that may be run.
    pub(crate) is_executable: bool,
    /// Its content.
    pub(crate) oid: Oid,
}

/// A path whose content in the index is not that of the commit.
#[derive(Debug)]
pub(crate) struct IndexChange {
    /// Where it is in the working tree.
    pub(crate) at: PathBuf,
    /// What it was.
    pub(crate) before: Option<(EntryKind, Oid)>,
    /// What it will be.
    pub(crate) now: Option<(EntryKind, Oid)>,
}

impl Git {
    /// Finds the repository of a folder.
    ///
    /// # Errors
    /// There is none, or git refuses it.
    pub(crate) fn open(cwd: &Path) -> Result<Self, Vec<Mistake>> {
        let folder = cwd.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).unwrap_or(cwd);
        let answer = ask(folder, &["rev-parse", "--is-shallow-repository", "--show-toplevel", "HEAD"], b"")?;
        let mut lines = answer.made.splitn(3, |byte| *byte == b'\n');
        let (shallow, top) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        if top.is_empty() {
            return Err(answer.good("open a repository with a working tree here").err().unwrap_or_default());
        }
        let top = path_of(top);
        let top = top.canonicalize().map_err(|error| {
            vec![Mistake::new(format!("git says that `{}` is the working tree: {error}", top.display()))]
        })?;
        let head = match answer.code {
            Some(0) => oid(lines.next().unwrap_or_default()),
            _ => None,
        };
        let git = Self { folder: folder.to_owned(), top, is_shallow: shallow == b"true", head };
        if git.head.is_none() {
            git.expect_unborn()?;
        }
        Ok(git)
    }

    /// That no commit is checked out has one good reason.
    fn expect_unborn(&self) -> Result<(), Vec<Mistake>> {
        let branch = self.ask(&["symbolic-ref", "--quiet", "HEAD"], b"")?;
        let name = String::from_utf8_lossy(&branch.made).trim().to_owned();
        let known = self.ask(&["show-ref", "--verify", "--quiet", "--", &name], b"")?;
        if branch.code == Some(0) && known.code == Some(1) {
            return Ok(());
        }
        Err(vec![Mistake::new("git cannot read HEAD").with_help("`git status` says more")])
    }

    /// The top of the working tree.
    pub(crate) fn top(&self) -> &Path {
        &self.top
    }

    /// The commit that is checked out; none before the first one.
    pub(crate) fn head(&self) -> Option<&Oid> {
        self.head.as_ref()
    }

    /// The commit from which the one that is checked out and `reference` went apart.
    ///
    /// # Errors
    /// The name means no commit, or they share none.
    pub(crate) fn merge_base(&self, reference: &str) -> Result<Oid, Vec<Mistake>> {
        let Some(head) = &self.head else {
            return Err(vec![Mistake::new("nothing is committed yet, so nothing can have changed since a commit")]);
        };
        let depth = "in CI, check out with full history (fetch-depth: 0)";
        let commit = format!("{reference}^{{commit}}");
        let answer = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], b"")?;
        let Some(commit) = oid(&answer.made).filter(|_| answer.code == Some(0)) else {
            let help = format!("fetch it first, or name another: a branch, a tag, a commit; {depth}");
            return Err(vec![Mistake::new(format!("`{reference}` names no commit here")).with_help(help)]);
        };
        let answer = self.ask(&["merge-base", &commit.0, &head.0], b"")?;
        match answer.code {
            Some(0 | 1) => oid(&answer.made).ok_or_else(|| {
                let help = if self.is_shallow { depth } else { "name a commit of the same history" };
                let shallow = if self.is_shallow { " in this shallow clone" } else { "" };
                vec![Mistake::new(format!("`{reference}` and HEAD have no commit in common{shallow}")).with_help(help)]
            }),
            _ => Err(answer.good("compare the histories").err().unwrap_or_default()),
        }
    }

    /// All files, links and submodules of a commit.
    pub(crate) fn tree(&self, commit: &Oid) -> Result<Vec<TreeEntry>, Vec<Mistake>> {
        let listed = self.ask(&["ls-tree", "-r", "-z", "--full-tree", &commit.0], b"")?.good("list a commit")?;
        let entries = listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        let entry = |entry: &[u8]| {
            let (head, path) = split_entry(entry)?;
            let words: Vec<&str> = head.split(' ').collect();
            let [mode, _, oid] = words[..] else { return None };
            self.entry(mode, oid, path)
        };
        entries.map(|bytes| entry(bytes).ok_or_else(|| unreadable("a tree"))).collect()
    }

    /// All files, links and submodules of the index. What is in conflict is none of them.
    pub(crate) fn index(&self) -> Result<Vec<TreeEntry>, Vec<Mistake>> {
        let listed = self.ask(&["ls-files", "-s", "-z", "--full-name"], b"")?.good("list the index")?;
        let mut entries = Vec::new();
        for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let (head, path) = split_entry(entry).ok_or_else(|| unreadable("the index"))?;
            let words: Vec<&str> = head.split(' ').collect();
            let [mode, oid, stage] = words[..] else { return Err(unreadable("the index")) };
            if stage == "0" {
                entries.push(self.entry(mode, oid, path).ok_or_else(|| unreadable("the index"))?);
            }
        }
        Ok(entries)
    }

    fn entry(&self, mode: &str, name: &str, path: &[u8]) -> Option<TreeEntry> {
        let (kind, oid) = (EntryKind::of_mode(mode)?, oid(name.as_bytes())?);
        Some(TreeEntry { at: self.top.join(path_of(path)), kind, is_executable: mode == "100755", oid })
    }

    /// What the index will change of the commit that is checked out.
    ///
    /// # Errors
    /// A merge is unfinished.
    pub(crate) fn staged(&self) -> Result<Vec<IndexChange>, Vec<Mistake>> {
        let base = match &self.head {
            Some(head) => head.clone(),
            None => self.empty_tree()?,
        };
        let fixed = ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff"];
        let rest = ["--ita-invisible-in-index", "--ignore-submodules=dirty", &base.0, "--"];
        let args: Vec<&str> = fixed.into_iter().chain(rest).collect();
        let raw = self.ask(&args, b"")?.good("compare the index with HEAD")?;
        let mut fields = raw.split(|byte| *byte == 0);
        let mut staged = Vec::new();
        while let Some(head) = fields.next().filter(|head| !head.is_empty()) {
            let path = fields.next().ok_or_else(|| unreadable("the index"))?;
            let at = self.top.join(path_of(path));
            let head = str::from_utf8(head).map_err(|_| unreadable("the index"))?;
            let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
            let [old_mode, new_mode, old, new, status] = words[..] else { return Err(unreadable("the index")) };
            if status.starts_with('U') {
                let shown = String::from_utf8_lossy(path).into_owned();
                let help = "resolve it and stage the result with `git add`";
                return Err(vec![Mistake::new(format!("`{shown}` has a merge conflict in the index")).with_help(help)]);
            }
            let side = |mode, name: &str| Some((EntryKind::of_mode(mode)?, oid(name.as_bytes())?));
            staged.push(IndexChange { at, before: side(old_mode, old), now: side(new_mode, new) });
        }
        Ok(staged)
    }

    fn empty_tree(&self) -> Result<Oid, Vec<Mistake>> {
        let name = self.ask(&["hash-object", "-t", "tree", "--stdin"], b"")?.good("name the empty tree")?;
        oid(&name).ok_or_else(|| unreadable("the name of the empty tree"))
    }

    /// The sizes of contents, in bytes; those that are not there have none.
    pub(crate) fn sizes(&self, oids: &[Oid]) -> Result<HashMap<Oid, u64>, Vec<Mistake>> {
        if oids.is_empty() {
            return Ok(HashMap::new());
        }
        let lines = self.ask(&["cat-file", "--batch-check"], &lines(oids))?.good("look up objects")?;
        let sizes = oids.iter().zip(lines.split(|byte| *byte == b'\n'));
        Ok(sizes.filter_map(|(oid, line)| Some((oid.clone(), size_of(line)?))).collect())
    }

    /// The contents of files, as they are stored. What is larger than `most` bytes, or not there, has none.
    pub(crate) fn blobs(&self, oids: &[Oid], most: u64) -> Result<HashMap<Oid, Blob>, Vec<Mistake>> {
        let sizes = self.sizes(oids)?;
        let mut blobs = HashMap::with_capacity(oids.len());
        let mut wanted = Vec::new();
        for oid in oids {
            match sizes.get(oid) {
                Some(size) if *size > most => drop(blobs.insert(oid.clone(), Blob::TooLarge(*size))),
                Some(_) => wanted.push(oid.clone()),
                None => drop(blobs.insert(oid.clone(), Blob::Missing)),
            }
        }
        if wanted.is_empty() {
            return Ok(blobs);
        }
        let args = ["cat-file", "--batch"].map(OsStr::new);
        let read = process::run(&self.folder, &args, &lines(&wanted), |stdout| {
            let mut read = Vec::with_capacity(wanted.len());
            for _ in &wanted {
                let mut line = Vec::new();
                stdout.read_until(b'\n', &mut line)?;
                let size = size_of(line.trim_ascii_end()).ok_or_else(|| io::Error::other("an object is gone"))?;
                let mut bytes = Vec::new();
                stdout.take(size).read_to_end(&mut bytes)?;
                stdout.read_exact(&mut [0])?;
                read.push(bytes);
            }
            Ok(read)
        })?;
        let read = read.good("read objects")?;
        blobs.extend(wanted.into_iter().zip(read.into_iter().map(Blob::Bytes)));
        Ok(blobs)
    }

    fn ask(&self, args: &[&str], input: &[u8]) -> Result<process::Answer<Vec<u8>>, Vec<Mistake>> {
        ask(&self.folder, args, input)
    }
}

/// The content of a file in the repository.
#[derive(Debug)]
pub(crate) enum Blob {
    /// All of it.
    Bytes(Vec<u8>),
    /// It is larger than was asked for, and has so many bytes.
    TooLarge(u64),
    /// This clone does not have it.
    Missing,
}

impl Blob {
    /// How many bytes it has; none that is missing.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::TooLarge(size) => *size,
            Self::Missing => 0,
        }
    }
}

fn ask(folder: &Path, args: &[&str], input: &[u8]) -> Result<process::Answer<Vec<u8>>, Vec<Mistake>> {
    let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
    process::run(folder, &args, input, |stdout| {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}

/// The names of objects, one on each line.
fn lines(oids: &[Oid]) -> Vec<u8> {
    oids.iter().flat_map(|oid| [oid.0.as_bytes(), b"\n"].concat()).collect()
}

/// What a listing says of a path, and the path.
fn split_entry(entry: &[u8]) -> Option<(&str, &[u8])> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    Some((str::from_utf8(&entry[..tab]).ok()?, &entry[tab + 1..]))
}

/// The name of an object on a line; none for the name of nothing.
fn oid(line: &[u8]) -> Option<Oid> {
    let name = str::from_utf8(line).ok()?.trim();
    let is_name = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_name && name.bytes().any(|byte| byte != b'0')).then(|| Oid(name.to_owned()))
}

/// The size in an answer of `cat-file`; none for an object that is missing or no file.
fn size_of(line: &[u8]) -> Option<u64> {
    let mut words = str::from_utf8(line).ok()?.split(' ').skip(1);
    (words.next() == Some("blob")).then(|| words.next()?.parse().ok()).flatten()
}

fn unreadable(what: &str) -> Vec<Mistake> {
    vec![Mistake::new(format!("git says something of {what} that lawbook does not understand"))]
}

/// A path as git writes it.
fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec());
    #[cfg(not(unix))]
    let name: OsString = String::from_utf8_lossy(bytes).into_owned().into();
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_git_names_them() {
        let name = |text: &str| oid(text.as_bytes()).unwrap();
        assert!(name("ce013625030ba8dba906f756967f9e9ca394464a").is_of(b"hello\n"));
        assert!(!name("ce013625030ba8dba906f756967f9e9ca394464a").is_of(b"hello"));
        assert!(name("2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4").is_of(b"hello\n"));
    }

    #[test]
    fn the_name_of_nothing_is_none() {
        assert_eq!(oid(&[b'0'; 40]), None);
        assert_eq!(oid(b"HEAD"), None);
    }
}
