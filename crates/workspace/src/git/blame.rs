//! The authors of the lines of a file: `git blame` of HEAD, mapped to the lines of the text that was read.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use imara_diff::{Algorithm, Diff, InternedInput};
use lawbook_core::date::Date;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::SourceFile;

use crate::git::process;

/// A repository whose files can be blamed.
#[derive(Debug)]
pub(crate) struct Blame {
    folder: PathBuf,
    /// True after git could not be run or did not answer; it is then not run again.
    has_failed: AtomicBool,
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
        let top = folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())?;
        Some(Self { folder: top.to_owned(), has_failed: AtomicBool::new(false) })
    }

    /// The commits that added the lines of a file.
    ///
    /// # Errors
    /// Git cannot be run, or fails for a reason other than that the file is not committed.
    pub(crate) fn origins(&self, at: &Path, text: &SourceFile) -> Result<Origins, Vec<Mistake>> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Ok(Origins::new());
        }
        // HEAD and not the working tree is blamed: to read the working tree, git could run a filter program.
        let fixed = ["-c", "mailmap.file=", "blame", "--porcelain", "--no-textconv", "--no-progress", "HEAD", "--"];
        let mut args: Vec<&OsStr> = fixed.iter().map(OsStr::new).collect();
        args.push(at.as_os_str());
        let answer = process::run(&self.folder, &args, b"", |stdout| {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        let answer = answer.inspect_err(|_| self.has_failed.store(true, Ordering::Relaxed))?;
        let unknown =
            ["no such path", "bad revision 'HEAD'", "no such ref", "is outside repository", "ambiguous argument"];
        if answer.code != Some(0) && unknown.iter().any(|reason| answer.error_text.contains(reason)) {
            return Ok(Origins::new());
        }
        let porcelain = answer.into_success("say who wrote a file")?;
        Ok(origins_of_lines(&parse(&String::from_utf8_lossy(&porcelain)), text))
    }
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
