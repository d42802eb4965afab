//! The questions to git. Only this module runs the program, and only with commands that do not read the working tree,
//! because for those git could run a filter program that the repository names.

pub(crate) mod blame;
pub(crate) mod hooks;
mod index;
mod place;
mod process;

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, Read as _};
use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

pub use place::Repository;

pub(crate) use index::{Index, TrackedPath, may_have_absent_files};

/// The lines around a conflict in the tree of [`Git::merge_in_progress`], by the names of its sides.
pub(crate) const MARKS_OF_MERGE: [&str; 2] = ["<<<<<<< HEAD", ">>>>>>> MERGE_HEAD"];

/// A repository with a working tree.
#[derive(Debug)]
pub(crate) struct Git {
    /// The folder in which git is run.
    folder: PathBuf,
    /// The folder with what git keeps of this working tree.
    state_folder: PathBuf,
    /// The top of the working tree, without symbolic links.
    top: PathBuf,
    is_shallow: bool,
    /// The commit that is checked out; `None` before the first commit.
    head: Option<Oid>,
}

/// The id of an object, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Oid(String);

impl Oid {
    /// Its first digits, as people write it.
    pub(crate) fn short(&self) -> &str {
        &self.0[..10]
    }

    /// True if this is the id of a blob with these bytes.
    pub(crate) fn names_content(&self, bytes: &[u8]) -> bool {
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

/// The kind of an entry in a tree or the index.
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

/// An entry of a tree or of the index.
#[derive(Debug)]
pub(crate) struct TreeEntry {
    /// Its absolute path in the working tree.
    pub(crate) at: PathBuf,
    /// Its kind.
    pub(crate) kind: EntryKind,
    /// True for an executable file.
    pub(crate) is_executable: bool,
    /// The id of its content.
    pub(crate) oid: Oid,
}

/// A path whose entry in the index differs from that in HEAD, or whose entry in HEAD differs from that in a commit.
#[derive(Debug)]
pub(crate) struct IndexChange {
    /// Its absolute path in the working tree.
    pub(crate) at: PathBuf,
    /// Its older entry; `None` if it is new.
    pub(crate) before: Option<(EntryKind, Oid)>,
    /// Its newer entry; `None` if it is deleted.
    pub(crate) now: Option<(EntryKind, Oid)>,
}

impl Git {
    /// Finds the repository of a folder.
    ///
    /// # Errors
    /// There is none, or git refuses to open it.
    pub(crate) fn open(cwd: &Path) -> Result<Self, Vec<Mistake>> {
        let question = ["rev-parse", "--is-shallow-repository", "--absolute-git-dir", "--show-toplevel", "HEAD"];
        let has_top = |answer: &process::GitOutput<Vec<u8>>| answer.stdout.split(|byte| *byte == b'\n').count() > 3;
        let mut folder = cwd;
        let mut answer = ask(folder, &question, b"")?;
        if !has_top(&answer)
            && let Some(top) = top_above(cwd).filter(|top| *top != cwd)
        {
            // Git takes its variables as relative to the working directory. Those that a hook gets are relative to the
            // top.
            let at_top = ask(top, &question, b"")?;
            if has_top(&at_top) {
                (folder, answer) = (top, at_top);
            }
        }
        let mut lines = answer.stdout.splitn(4, |byte| *byte == b'\n');
        let mut line = || lines.next().unwrap_or_default();
        let (shallow, state_folder, top) = (line(), line(), line());
        if top.is_empty() {
            let help = "run lawbook in a clone with its files, or without --staged, --changed and --since: then all \
                        files of the folder are checked";
            let refused = answer.into_success("open a repository with a working tree here").err().unwrap_or_default();
            return Err(refused.into_iter().map(|mistake| mistake.with_help(help)).collect());
        }
        let top = path_from_git(top);
        let top = top.canonicalize().map_err(|error| {
            vec![Mistake::new(format!("git says that `{}` is the working tree: {error}", top.display()))]
        })?;
        let head = match answer.code {
            Some(0) => oid(lines.next().unwrap_or_default()),
            _ => None,
        };
        let state_folder = path_from_git(state_folder);
        let git = Self { folder: folder.to_owned(), state_folder, top, is_shallow: shallow == b"true", head };
        if git.head.is_none() {
            git.expect_unborn()?;
        }
        Ok(git)
    }

    /// Fails unless HEAD has no commit because nothing was committed yet.
    fn expect_unborn(&self) -> Result<(), Vec<Mistake>> {
        let branch = self.ask(&["symbolic-ref", "--quiet", "HEAD"], b"")?;
        let name = String::from_utf8_lossy(&branch.stdout).trim().to_owned();
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

    /// The commit that is checked out; `None` before the first commit.
    pub(crate) fn head(&self) -> Option<&Oid> {
        self.head.as_ref()
    }

    /// The merge of one commit that is in progress: its id, and the tree that git makes of HEAD and it, with the marks of
    /// conflicts. `None` without such a merge, or if this git cannot make the tree.
    pub(crate) fn merge_in_progress(&self) -> Option<(Oid, Oid)> {
        let merged = std::fs::read(self.state_folder.join("MERGE_HEAD")).ok()?;
        let theirs = oid(merged.trim_ascii())?;
        self.head.as_ref()?;
        // The marks of conflicts bear the names that are given here: see `MARKS_OF_MERGE`.
        let args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "HEAD", "MERGE_HEAD"];
        let answer = self.ask(&args, b"").ok().filter(|answer| matches!(answer.code, Some(0 | 1)))?;
        let tree = oid(answer.stdout.split(|byte| *byte == b'\n').next()?)?;
        Some((theirs, tree))
    }

    /// The commit with this id.
    ///
    /// # Errors
    /// The repository does not have it.
    pub(crate) fn commit(&self, id: &str) -> Result<Oid, Vec<Mistake>> {
        let commit = format!("{id}^{{commit}}");
        let answer = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], b"")?;
        let found = oid(&answer.stdout).filter(|_| answer.code == Some(0));
        found.ok_or_else(|| vec![Mistake::new(format!("the repository does not have the commit `{id}`"))])
    }

    /// The merge base of `reference` and `until`, or else HEAD: their last common commit.
    ///
    /// # Errors
    /// One of them names no commit, or the two have no common commit.
    pub(crate) fn merge_base(&self, reference: &str, until: Option<&str>) -> Result<Oid, Vec<Mistake>> {
        let Some(end) = self.end(until)? else {
            return Err(vec![Mistake::new("nothing is committed yet, so nothing can have changed since a commit")]);
        };
        let shown_end = until.map_or_else(|| "HEAD".to_owned(), |until| format!("`{until}`"));
        let depth = "in CI, check out with full history (fetch-depth: 0)";
        let commit = format!("{reference}^{{commit}}");
        let answer = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], b"")?;
        let Some(commit) = oid(&answer.stdout).filter(|_| answer.code == Some(0)) else {
            if let Some((base, _)) = reference.split_once("..") {
                let help = format!("name the commit to compare with alone: `--since {base}`");
                return Err(vec![Mistake::new(format!("`{reference}` is a range, not a commit")).with_help(help)]);
            }
            let help = format!("fetch it first, or name another: a branch, a tag, a commit; {depth}");
            return Err(vec![Mistake::new(format!("`{reference}` names no commit here")).with_help(help)]);
        };
        let answer = self.ask(&["merge-base", &commit.0, &end.0], b"")?;
        match answer.code {
            Some(0 | 1) => oid(&answer.stdout).ok_or_else(|| {
                let help = if self.is_shallow { depth } else { "name a commit of the same history" };
                let shallow = if self.is_shallow { " in this shallow clone" } else { "" };
                vec![
                    Mistake::new(format!("`{reference}` and {shown_end} have no commit in common{shallow}"))
                        .with_help(help),
                ]
            }),
            _ => Err(answer.into_success("compare the histories").err().unwrap_or_default()),
        }
    }

    /// The commit that a change ends with: `until`, or else HEAD; `None` before the first commit.
    fn end(&self, until: Option<&str>) -> Result<Option<Oid>, Vec<Mistake>> {
        match until {
            Some(until) => self.commit(until).map(Some),
            None => Ok(self.head.clone()),
        }
    }

    /// The values of a trailer in the messages of the commits between one and `until`, or else HEAD.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn trailers(&self, base: &Oid, until: Option<&str>, name: &str) -> Result<Vec<String>, Vec<Mistake>> {
        let Some(end) = self.end(until)? else { return Ok(Vec::new()) };
        let (format, range) =
            (format!("--format=%(trailers:key={name},valueonly,unfold)"), format!("{}..{}", base.0, end.0));
        let listed = self.ask(&["log", &format, &range, "--"], b"")?.into_success("read the messages of commits")?;
        let lines = String::from_utf8_lossy(&listed).lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        Ok(lines.into_iter().filter(|line| !line.is_empty()).collect())
    }

    /// A line for the user if several refs with different commits have the name that `reference` starts with: git takes the
    /// first of them, which a tag may be that hides a branch.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn note_on_ambiguity(&self, reference: &str) -> Result<Option<String>, Vec<Mistake>> {
        let name = reference.split(['~', '^', '@', ':']).next().unwrap_or_default();
        if name.is_empty() || name == "HEAD" {
            return Ok(None);
        }
        // In the order in which git tries them.
        let refs = ["refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map(|folder| format!("{folder}{name}"));
        let format = "--format=%(refname) %(objectname) %(*objectname)";
        let args: Vec<&str> = ["for-each-ref", format].into_iter().chain(refs.iter().map(String::as_str)).collect();
        let listed = self.ask(&args, b"")?.into_success("list the refs")?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let commits: HashMap<&str, &str> = listed
            .lines()
            .filter_map(|line| {
                let mut words = line.split(' ');
                let (name, object) = (words.next()?, words.next()?);
                Some((name, words.next().filter(|peeled| !peeled.is_empty()).unwrap_or(object)))
            })
            .collect();
        let found: Vec<(&str, &str)> =
            refs.iter().filter_map(|name| Some((name.as_str(), *commits.get(name.as_str())?))).collect();
        let [(first, commit), others @ ..] = found.as_slice() else { return Ok(None) };
        let others = others.iter().filter(|(_, other)| other != commit).map(|(name, _)| format!("`{name}`"));
        let others: Vec<String> = others.collect();
        let note = format!("`{name}` is `{first}`, and not {}, which has another commit", others.join(" or "));
        Ok((!others.is_empty()).then_some(note))
    }

    /// The absolute paths of the files that git neither tracks nor ignores.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn untracked(&self) -> Result<Vec<PathBuf>, Vec<Mistake>> {
        let args = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--"].map(OsStr::new);
        let args: Vec<&OsStr> = args.into_iter().chain([self.top.as_os_str()]).collect();
        let listed = process::run(&self.folder, &args, &[], b"", process::read_all)?;
        let listed = listed.into_success("list what it does not track")?;
        let paths = listed.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| self.top.join(path_from_git(path))).collect())
    }

    /// All files, links and submodules of a commit.
    pub(crate) fn tree(&self, commit: &Oid) -> Result<Vec<TreeEntry>, Vec<Mistake>> {
        let listed =
            self.ask(&["ls-tree", "-r", "-z", "--full-tree", &commit.0], b"")?.into_success("list a commit")?;
        let entries = listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        let entry = |entry: &[u8]| {
            let (head, path) = split_listing_entry(entry)?;
            let words: Vec<&str> = head.split(' ').collect();
            let [mode, _, oid] = words[..] else { return None };
            self.entry(mode, oid, path)
        };
        entries.map(|bytes| entry(bytes).ok_or_else(|| not_understood("a tree"))).collect()
    }

    /// All files, links and submodules of the index, without those that have a merge conflict.
    pub(crate) fn index(&self) -> Result<Vec<TreeEntry>, Vec<Mistake>> {
        let entries = self.tracked()?.into_entries().into_iter().filter(|entry| !entry.is_in_conflict);
        Ok(entries
            .map(|entry| TreeEntry {
                at: self.top.join(path_from_git(&entry.path)),
                kind: entry.kind,
                is_executable: entry.is_executable,
                oid: entry.oid,
            })
            .collect())
    }

    /// The index as a list of what git tracks.
    pub(crate) fn tracked(&self) -> Result<Index, Vec<Mistake>> {
        Index::read(&self.folder, &self.top)
    }

    fn entry(&self, mode: &str, name: &str, path: &[u8]) -> Option<TreeEntry> {
        let (kind, oid) = (EntryKind::of_mode(mode)?, oid(name.as_bytes())?);
        Some(TreeEntry { at: self.top.join(path_from_git(path)), kind, is_executable: mode == "100755", oid })
    }

    /// The differences between a commit or tree, or nothing, and the index.
    ///
    /// # Errors
    /// A path has a merge conflict.
    pub(crate) fn staged(&self, base: Option<&Oid>) -> Result<Vec<IndexChange>, Vec<Mistake>> {
        let base = match base {
            Some(base) => base.clone(),
            None => self.empty_tree()?,
        };
        let fixed = ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff"];
        let rest = ["--ita-invisible-in-index", "--ignore-submodules=dirty", &base.0, "--"];
        let args: Vec<&str> = fixed.into_iter().chain(rest).collect();
        self.raw_differences(&args)
    }

    /// The differences between a commit and HEAD; none before the first commit.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn committed_since(&self, base: &Oid) -> Result<Vec<IndexChange>, Vec<Mistake>> {
        let head = self.head.as_ref().filter(|head| *head != base);
        head.map_or(Ok(Vec::new()), |head| self.between(base, head))
    }

    /// The differences between two commits.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn between(&self, base: &Oid, end: &Oid) -> Result<Vec<IndexChange>, Vec<Mistake>> {
        let fixed = ["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff"];
        let args: Vec<&str> = fixed.into_iter().chain([&*base.0, &*end.0, "--"]).collect();
        self.raw_differences(&args)
    }

    /// The differences that git prints with `--raw -z`.
    fn raw_differences(&self, args: &[&str]) -> Result<Vec<IndexChange>, Vec<Mistake>> {
        let raw = self.ask(args, b"")?.into_success("list what has changed")?;
        let mut fields = raw.split(|byte| *byte == 0);
        let mut changes = Vec::new();
        while let Some(head) = fields.next().filter(|head| !head.is_empty()) {
            let path = fields.next().ok_or_else(|| not_understood("a change"))?;
            let at = self.top.join(path_from_git(path));
            let head = str::from_utf8(head).map_err(|_| not_understood("a change"))?;
            let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
            let [old_mode, new_mode, old, new, status] = words[..] else { return Err(not_understood("a change")) };
            if status.starts_with('U') {
                let shown = String::from_utf8_lossy(path).into_owned();
                let help = "resolve it and stage the result with `git add`";
                return Err(vec![Mistake::new(format!("`{shown}` has a merge conflict in the index")).with_help(help)]);
            }
            let side = |mode, name: &str| Some((EntryKind::of_mode(mode)?, oid(name.as_bytes())?));
            changes.push(IndexChange { at, before: side(old_mode, old), now: side(new_mode, new) });
        }
        Ok(changes)
    }

    fn empty_tree(&self) -> Result<Oid, Vec<Mistake>> {
        let name = self.ask(&["hash-object", "-t", "tree", "--stdin"], b"")?.into_success("name the empty tree")?;
        oid(&name).ok_or_else(|| not_understood("the name of the empty tree"))
    }

    /// The sizes of blobs in bytes. Blobs that this clone does not have are missing in the map.
    pub(crate) fn sizes(&self, oids: &[Oid]) -> Result<HashMap<Oid, u64>, Vec<Mistake>> {
        if oids.is_empty() {
            return Ok(HashMap::new());
        }
        let lines = self.ask(&["cat-file", "--batch-check"], &lines(oids))?.into_success("look up objects")?;
        let sizes = oids.iter().zip(lines.split(|byte| *byte == b'\n'));
        Ok(sizes.filter_map(|(oid, line)| Some((oid.clone(), size_of(line)?))).collect())
    }

    /// The stored contents of blobs, unless they are larger than `max_bytes` or this clone does not have them.
    pub(crate) fn blobs(&self, oids: &[Oid], max_bytes: u64) -> Result<HashMap<Oid, Blob>, Vec<Mistake>> {
        /// The exit code of git for an option that it does not know, which this one is before version 2.36.
        const USAGE: i32 = 129;
        if oids.is_empty() {
            return Ok(HashMap::new());
        }
        // Sizes and contents in one run: a start of git takes longer than reading a few objects. With `--buffer`, git
        // prints nothing before `flush`.
        let args = ["cat-file", "--batch-command", "--buffer"].map(OsStr::new);
        let answer = process::converse(&self.folder, &args, |stdin, stdout| {
            stdin.write_all(&commands("info", oids.iter()))?;
            let mut sizes = HashMap::with_capacity(oids.len());
            for oid in oids {
                let mut line = Vec::new();
                if stdout.read_until(b'\n', &mut line)? == 0 {
                    return Ok(None);
                }
                sizes.extend(size_of(line.trim_ascii_end()).map(|size| (oid.clone(), size)));
            }
            let (mut blobs, wanted) = unread(oids, &sizes, max_bytes);
            stdin.write_all(&commands("contents", wanted.iter()))?;
            read_blobs(stdout, wanted, &mut blobs)?;
            Ok(Some(blobs))
        });
        match answer {
            Ok(answer) if answer.code == Some(USAGE) => {}
            Ok(answer) => {
                let read = answer.into_success("read objects")?;
                return read.ok_or_else(|| not_understood("objects"));
            }
            Err(mistakes) if !mistakes.iter().any(|mistake| mistake.message.contains("batch-command")) => {
                return Err(mistakes);
            }
            Err(_) => {}
        }
        let sizes = self.sizes(oids)?;
        let (mut blobs, wanted) = unread(oids, &sizes, max_bytes);
        if wanted.is_empty() {
            return Ok(blobs);
        }
        let args = ["cat-file", "--batch"].map(OsStr::new);
        let read = process::run(&self.folder, &args, &[], &lines(&wanted), |stdout| {
            read_blobs(stdout, wanted.clone(), &mut blobs)
        })?;
        read.into_success("read objects")?;
        Ok(blobs)
    }

    fn ask(&self, args: &[&str], input: &[u8]) -> Result<process::GitOutput<Vec<u8>>, Vec<Mistake>> {
        ask(&self.folder, args, input)
    }
}

/// The content of a file in the repository, if it was read.
#[derive(Debug)]
pub(crate) enum Blob {
    /// The whole content.
    Bytes(Vec<u8>),
    /// It has this size in bytes, which is more than the caller allows.
    TooLarge(u64),
    /// This clone does not have it.
    Missing,
}

impl Blob {
    /// Its size in bytes; 0 if it is missing.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::TooLarge(size) => *size,
            Self::Missing => 0,
        }
    }
}

fn ask(folder: &Path, args: &[&str], input: &[u8]) -> Result<process::GitOutput<Vec<u8>>, Vec<Mistake>> {
    let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
    process::run(folder, &args, &[], input, process::read_all)
}

/// The blobs that are not read, for the reason that they are too large or missing, and those that are.
fn unread(oids: &[Oid], sizes: &HashMap<Oid, u64>, max_bytes: u64) -> (HashMap<Oid, Blob>, Vec<Oid>) {
    let mut blobs = HashMap::with_capacity(oids.len());
    let mut wanted = Vec::new();
    for oid in oids {
        match sizes.get(oid) {
            Some(size) if *size > max_bytes => drop(blobs.insert(oid.clone(), Blob::TooLarge(*size))),
            Some(_) => wanted.push(oid.clone()),
            None => drop(blobs.insert(oid.clone(), Blob::Missing)),
        }
    }
    (blobs, wanted)
}

/// Reads what git prints of each of these blobs: a line with its size, its bytes, and the end of a line.
fn read_blobs(stdout: &mut process::Stdout<'_>, wanted: Vec<Oid>, blobs: &mut HashMap<Oid, Blob>) -> io::Result<()> {
    for oid in wanted {
        let mut line = Vec::new();
        stdout.read_until(b'\n', &mut line)?;
        let size = size_of(line.trim_ascii_end()).ok_or_else(|| io::Error::other("an object is gone"))?;
        let mut bytes = Vec::new();
        stdout.take(size).read_to_end(&mut bytes)?;
        stdout.read_exact(&mut [0])?;
        blobs.insert(oid, Blob::Bytes(bytes));
    }
    Ok(())
}

/// The lines of `cat-file --batch-command` that ask for something of each object, and for the answers.
fn commands<'o>(what: &str, oids: impl Iterator<Item = &'o Oid>) -> Vec<u8> {
    let mut lines: Vec<u8> = oids.flat_map(|oid| [what, " ", &oid.0, "\n"].concat().into_bytes()).collect();
    lines.extend(b"flush\n");
    lines
}

/// The top of the repository that a folder is in, by the `.git` that a clone or a linked working tree has there.
pub fn top_above(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())
}

/// The ids of objects as input for git, one per line.
fn lines(oids: &[Oid]) -> Vec<u8> {
    oids.iter().flat_map(|oid| [oid.0.as_bytes(), b"\n"].concat()).collect()
}

/// Splits an entry of a listing at the tab into its attributes and its path.
fn split_listing_entry(entry: &[u8]) -> Option<(&str, &[u8])> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    Some((str::from_utf8(&entry[..tab]).ok()?, &entry[tab + 1..]))
}

/// Parses the id of an object; `None` for the null id, which consists of zeros.
fn oid(line: &[u8]) -> Option<Oid> {
    let name = str::from_utf8(line).ok()?.trim();
    let is_name = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_name && name.bytes().any(|byte| byte != b'0')).then(|| Oid(name.to_owned()))
}

/// The size in a line of `cat-file --batch-check`; `None` if the object is missing or not a blob.
fn size_of(line: &[u8]) -> Option<u64> {
    let mut words = str::from_utf8(line).ok()?.split(' ').skip(1);
    (words.next() == Some("blob")).then(|| words.next()?.parse().ok()).flatten()
}

fn not_understood(what: &str) -> Vec<Mistake> {
    vec![Mistake::new(format!("git printed something about {what} that lawbook does not understand"))]
}

/// Converts the bytes of a path in git's output.
pub(crate) fn path_from_git(bytes: &[u8]) -> PathBuf {
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
    fn a_blob_id_is_recognized_by_its_content() {
        let name = |text: &str| oid(text.as_bytes()).unwrap();
        assert!(name("ce013625030ba8dba906f756967f9e9ca394464a").names_content(b"hello\n"));
        assert!(!name("ce013625030ba8dba906f756967f9e9ca394464a").names_content(b"hello"));
        assert!(name("2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4").names_content(b"hello\n"));
    }

    #[test]
    fn the_null_id_is_none() {
        assert_eq!(oid(&[b'0'; 40]), None);
        assert_eq!(oid(b"HEAD"), None);
    }
}
