//! The authors of the lines of a file: `git blame` of HEAD, mapped to the lines of the text that was read.
//!
//! Blame is steered by more settings than can be overridden, and reads `.mailmap` from the working tree. So git runs
//! with a git folder of ours that has no settings, only the objects of the repository; names are mapped by the committed
//! `.mailmap`.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use imara_diff::{Algorithm, Diff, InternedInput};
use lawbook_core::date::Date;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::SourceFile;

use crate::git::{self, process};
use crate::system_error::system_message;

/// A repository whose files can be blamed.
#[derive(Debug)]
pub(crate) struct Blame {
    folder: PathBuf,
    /// Made for the first file; `None` if nothing is committed yet.
    objects: OnceLock<Result<Option<CommittedObjects>, Vec<Mistake>>>,
}

/// The objects of a repository, without its settings.
#[derive(Debug)]
struct CommittedObjects {
    /// The top of the working tree, without symbolic links.
    top: PathBuf,
    /// The id of the commit that is checked out.
    head: String,
    /// A git folder without settings, objects and references.
    git_folder: tempfile::TempDir,
    /// The variables with which git uses that folder and the objects.
    variables: Vec<(&'static str, Option<OsString>)>,
}

/// The commit that added a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The name of its author.
    pub author: String,
    /// The day of the commit in UTC.
    pub day: Date,
}

/// The commits that added the lines of a file, by 1-based line. Lines that are not committed have none.
pub(crate) type Origins = HashMap<u32, Origin>;

impl Blame {
    /// The repository that contains a folder, if there is one.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let top = git::top_above(folder)?;
        Some(Self { folder: top.to_owned(), objects: OnceLock::new() })
    }

    /// The commits that added the lines of a file.
    ///
    /// # Errors
    /// Git cannot be run, or fails for a reason other than that the file is not committed. After git did not answer it
    /// is not run again.
    pub(crate) fn origins(&self, at: &Path, text: &SourceFile) -> Result<Origins, Vec<Mistake>> {
        let objects = self.objects.get_or_init(|| CommittedObjects::of(&self.folder)).as_ref();
        let Some(objects) = objects.map_err(Clone::clone)? else { return Ok(Origins::new()) };
        let Ok(path) = at.strip_prefix(&objects.top) else { return Ok(Origins::new()) };
        let Some(porcelain) = objects.blame(path)? else { return Ok(Origins::new()) };
        Ok(origins_of_lines(&parse(&String::from_utf8_lossy(&porcelain)), text))
    }
}

impl CommittedObjects {
    /// The objects of the repository of a folder; `None` if nothing is committed yet.
    fn of(folder: &Path) -> Result<Option<Self>, Vec<Mistake>> {
        let question = ["rev-parse", "--show-toplevel", "--show-object-format", "--git-path", "objects", "--git-path"];
        let args: Vec<&OsStr> = question.iter().chain(&["shallow", "HEAD"]).map(OsStr::new).collect();
        let answer = process::run(folder, &args, &[], b"", process::read_all)?;
        let lines: Vec<Vec<u8>> = answer.stdout.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let [top, format, objects, shallow, head, ..] = &lines[..] else {
            return Err(answer.into_success("say who wrote a file").err().unwrap_or_default());
        };
        if answer.code != Some(0) {
            return Ok(None);
        }
        let refuse = |error: &std::io::Error| {
            vec![Mistake::new(format!("git cannot be asked who wrote a file: {}", system_message(error)))]
        };
        let top = super::path_from_git(top).canonicalize().map_err(|error| refuse(&error))?;
        let format = String::from_utf8_lossy(format);
        let git_folder = git_folder(&format).map_err(|error| refuse(&error))?;
        let own = || Some(git_folder.path().as_os_str().to_owned());
        let nothing = || Some(OsString::from("/dev/null"));
        let of_repository = |path: &[u8]| Some(folder.join(super::path_from_git(path)).into_os_string());
        let variables = vec![
            ("GIT_DIR", own()),
            ("GIT_OBJECT_DIRECTORY", of_repository(objects)),
            ("GIT_SHALLOW_FILE", of_repository(shallow)),
            ("GIT_CONFIG_GLOBAL", nothing()),
            ("GIT_CONFIG_SYSTEM", nothing()),
            ("GIT_CONFIG_NOSYSTEM", Some("1".into())),
            ("HOME", own()),
            ("XDG_CONFIG_HOME", own()),
            ("GIT_CONFIG_PARAMETERS", None),
            ("GIT_CONFIG_COUNT", None),
            ("GIT_COMMON_DIR", None),
            ("GIT_INDEX_FILE", None),
            ("GIT_NAMESPACE", None),
            ("GIT_WORK_TREE", None),
        ];
        Ok(Some(Self { top, head: String::from_utf8_lossy(head).trim().to_owned(), git_folder, variables }))
    }

    /// The answer of `git blame` for a path from the top; `None` if the commit does not have it.
    fn blame(&self, path: &Path) -> Result<Option<Vec<u8>>, Vec<Mistake>> {
        let mailmap = format!("mailmap.blob={}:.mailmap", self.head);
        let fixed = ["-c", "mailmap.file=", "-c", &mailmap, "-c", "i18n.logOutputEncoding=UTF-8", "blame"];
        let rest = ["--porcelain", "--no-textconv", "--no-progress", &self.head, "--"];
        let mut args: Vec<&OsStr> = fixed.iter().chain(&rest).map(OsStr::new).collect();
        args.push(path.as_os_str());
        let answer = process::run(self.git_folder.path(), &args, &self.variables, b"", process::read_all)?;
        if answer.code != Some(0) && answer.error_text.contains("no such path") {
            return Ok(None);
        }
        answer.into_success("say who wrote a file").map(Some)
    }
}

/// Makes a git folder without settings, objects and references, for objects with ids of this format.
fn git_folder(format: &str) -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::Builder::new().prefix("lawbook-blame-").tempdir()?;
    fs::create_dir(folder.path().join("refs"))?;
    fs::write(folder.path().join("HEAD"), "ref: refs/heads/none\n")?;
    if format != "sha1" {
        let settings = format!("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = {format}\n");
        fs::write(folder.path().join("config"), settings)?;
    }
    Ok(folder)
}

/// Parses the output of `git blame --porcelain`: the lines of the commit with their origins.
fn parse(porcelain: &str) -> Vec<(&str, Option<Origin>)> {
    let mut commits: HashMap<&str, (&str, Option<i64>)> = HashMap::new();
    let mut lines = Vec::new();
    let mut current = "";
    for line in porcelain.split_terminator('\n') {
        if let Some(content) = line.strip_prefix('\t') {
            let origin = commits.get(current).and_then(|(author, seconds)| {
                Some(Origin { author: (*author).to_owned(), day: Date::from_unix_seconds((*seconds)?) })
            });
            lines.push((content, origin));
            current = "";
        } else if current.is_empty() {
            current = line.split(' ').next().unwrap_or_default();
            commits.entry(current).or_default();
        } else if let Some(commit) = commits.get_mut(current) {
            match line.split_once(' ') {
                Some(("author", name)) => commit.0 = name,
                Some(("author-time", seconds)) => commit.1 = seconds.parse().ok(),
                _ => {}
            }
        }
    }
    lines
}

/// The origins of the lines of a text, from those of the committed lines: lines that a diff finds unchanged keep
/// theirs. Line ends are not compared.
fn origins_of_lines(committed: &[(&str, Option<Origin>)], text: &SourceFile) -> Origins {
    let lines = text.lines();
    let line = |number| text.slice(lines.span(text.text(), number)).trim_start_matches('\u{feff}');
    let mut input: InternedInput<&str> = InternedInput::default();
    let before = committed.iter().map(|(line, _)| line.trim_end_matches('\r').trim_start_matches('\u{feff}'));
    input.update_before(before);
    input.update_after((1..=lines.count()).map(line));
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let mut kept = (0_u32..).zip(committed).filter(|(at, _)| !diff.is_removed(*at));
    let mut origins = Origins::new();
    for number in 1..=lines.count() {
        if diff.is_added(number - 1) {
            continue;
        }
        // Unchanged lines have the same order on both sides.
        let Some((_, (_, origin))) = kept.next() else { break };
        origins.extend(origin.clone().map(|origin| (number, origin)));
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;
    use lawbook_core::source::RelPath;

    const PORCELAIN: &str = "aa 1 1 2\nauthor Ada\nauthor-mail <a@x>\nauthor-time 86400\nsummary \tx\nfilename a.ts\n\ta\n\
                             aa 2 2\n\tb\r\nbb 1 3 1\nauthor Bob\nauthor-time 172800\nboundary\nfilename a.ts\n\tc\n";

    #[track_caller]
    fn check(now: &str, expected: &[(u32, &str)]) {
        let text = SourceFile::new(RelPath::new("a.ts"), now).unwrap();
        let origins = origins_of_lines(&parse(PORCELAIN), &text);
        let mut shown: Vec<(u32, String)> =
            origins.iter().map(|(line, origin)| (*line, format!("{} {}", origin.author, origin.day))).collect();
        shown.sort();
        let shown: Vec<(u32, &str)> = shown.iter().map(|(line, origin)| (*line, origin.as_str())).collect();
        assert_eq!(shown, expected, "{now}");
    }

    #[test]
    fn lines_keep_their_origin_wherever_they_moved() {
        check("a\nb\nc\n", &[(1, "Ada 1970-01-02"), (2, "Ada 1970-01-02"), (3, "Bob 1970-01-03")]);
        check("new\na\nother\nc\n", &[(2, "Ada 1970-01-02"), (4, "Bob 1970-01-03")]);
        check("\u{feff}a\r\nb\r\n", &[(1, "Ada 1970-01-02"), (2, "Ada 1970-01-02")]);
        check("x\n", &[]);
    }
}
