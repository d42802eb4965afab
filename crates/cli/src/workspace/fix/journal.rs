//! Several files replaced together: a journal says what was begun, so that a run that is cut short can be finished or
//! undone by the next one.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lawbook_core::language;
use lawbook_core::source::RelPath;
use serde::{Deserialize, Serialize};

use crate::workspace::discover::{JOURNAL_NAME, TEMP_PREFIX};
use crate::workspace::fix::write::{self, StagedText};
use crate::workspace::mistakes::plain;
use crate::workspace::read;

/// What is to become of some files, all or none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    version: u32,
    files: Vec<JournalEntry>,
}

/// One file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JournalEntry {
    /// Below the root, without symbolic links.
    pub(super) path: String,
    /// Its text when it was read.
    pub(super) before: String,
    /// Its text when all is done.
    pub(super) after: String,
}

/// How a journal that was found has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recovered {
    /// All files have their new texts.
    Finished,
    /// None has, save for those that were edited by others.
    Undone,
}

/// Replaces all files or none.
///
/// # Errors
/// Why none was replaced; or, when that could not be undone, how to go on.
pub(super) fn replace(root: &Path, files: Vec<JournalEntry>) -> Result<(), String> {
    let mut staged = Vec::new();
    for file in &files {
        let new = write::stage(&root.join(&file.path), &file.before, &file.after);
        staged.push(new.map_err(|why| format!("`{}`: {why}", file.path))?);
    }
    for (file, new) in files.iter().zip(&staged) {
        new.compare().map_err(|why| format!("`{}`: {why}", file.path))?;
    }
    let journal = Journal { version: 1, files };
    journal.write(root).map_err(|error| format!("the journal cannot be written: {}", plain(&error)))?;
    let replaced = journal.commit_all(root, staged);
    if replaced.is_err() {
        journal.settle(root).map_err(|why| format!("{why}; the next --fix goes on with it"))?;
    }
    remove(root).map_err(|error| format!("the journal cannot be deleted: {}", plain(&error)))?;
    replaced
}

/// Finishes or undoes what an earlier run has begun under a root; none when there is nothing.
///
/// # Errors
/// What keeps it from being decided.
pub(super) fn recover(root: &Path) -> Result<Option<Recovered>, String> {
    let at = root.join(JOURNAL_NAME);
    let size = match at.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Err("it is no file; delete it".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("it cannot be read: {}", plain(&error))),
    };
    let text = read::whole(&at, size, size).map_err(|error| format!("it cannot be read: {}", plain(&error)))?;
    let journal: Journal = serde_json::from_slice(&text).map_err(|_| "it is no journal; delete it".to_owned())?;
    if journal.version != 1 {
        return Err(format!("it is of version {}; use the lawbook that wrote it", journal.version));
    }
    for file in &journal.files {
        place(root, &file.path)?;
    }
    let recovered = journal.settle(root)?;
    remove(root).map_err(|error| format!("it cannot be deleted: {}", plain(&error)))?;
    Ok(Some(recovered))
}

/// Where a file of a journal is. A journal may come with a repository, so it reaches no further than a fix does.
fn place(root: &Path, path: &str) -> Result<PathBuf, String> {
    let refuse = || format!("it names `{path}`, which no fix edits; delete it");
    let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git"));
    if !is_plain || path.contains('\\') || language::of_path(&RelPath::new(path)).is_none() {
        return Err(refuse());
    }
    let at = root.join(path);
    match at.parent().map(Path::canonicalize) {
        Some(Ok(folder)) if folder.starts_with(root) && at.parent() == Some(&folder) => Ok(at),
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(at),
        _ => Err(refuse()),
    }
}

impl Journal {
    fn write(&self, root: &Path) -> io::Result<()> {
        let mut temp = tempfile::Builder::new().prefix(TEMP_PREFIX).tempfile_in(root)?;
        temp.write_all(serde_json::to_string(self)?.as_bytes())?;
        temp.as_file().sync_all()?;
        temp.persist(root.join(JOURNAL_NAME)).map_err(|error| error.error)?;
        write::sync_folder(root)
    }

    fn commit_all(&self, root: &Path, staged: Vec<StagedText>) -> Result<(), String> {
        for (file, new) in self.files.iter().zip(staged) {
            new.commit().map_err(|why| format!("`{}`: {why}", file.path))?;
        }
        self.sync(root)
    }

    /// Makes the new names last, before the journal that could bring them back goes.
    fn sync(&self, root: &Path) -> Result<(), String> {
        let folders: BTreeSet<PathBuf> =
            self.files.iter().filter_map(|file| Some(root.join(&file.path).parent()?.to_owned())).collect();
        let synced = folders.iter().filter(|folder| folder.is_dir()).try_for_each(|folder| write::sync_folder(folder));
        synced.map_err(|error| format!("the folders cannot be synced: {}", plain(&error)))
    }

    /// Brings all files to their new texts, else to their old ones. Files with a third text are other people's.
    fn settle(&self, root: &Path) -> Result<Recovered, String> {
        let is_ours = |file: &JournalEntry| file.has(root, &file.before) || file.has(root, &file.after);
        if self.files.iter().all(is_ours)
            && self.files.iter().all(|file| file.change(root, &file.before, &file.after).is_ok())
        {
            self.sync(root)?;
            return Ok(Recovered::Finished);
        }
        for file in &self.files {
            file.change(root, &file.after, &file.before)
                .map_err(|why| format!("`{}` cannot be put back: {why}", file.path))?;
        }
        self.sync(root)?;
        Ok(Recovered::Undone)
    }
}

impl JournalEntry {
    fn has(&self, root: &Path, text: &str) -> bool {
        let size = text.len() as u64;
        read::whole(&root.join(&self.path), size, size).is_ok_and(|bytes| bytes == text.as_bytes())
    }

    /// Gives the file, when it has the one text, the other.
    fn change(&self, root: &Path, from: &str, to: &str) -> Result<(), String> {
        if !self.has(root, from) {
            return Ok(());
        }
        write::stage(&root.join(&self.path), from, to)?.commit()
    }
}

fn remove(root: &Path) -> io::Result<()> {
    fs::remove_file(root.join(JOURNAL_NAME))?;
    write::sync_folder(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> JournalEntry {
        JournalEntry { path: path.to_owned(), before: format!("old {path}"), after: format!("new {path}") }
    }

    /// A root with two files of these texts.
    fn root(a: &str, b: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::write(root.join("a.ts"), a).unwrap();
        fs::write(root.join("b.ts"), b).unwrap();
        (folder, root)
    }

    fn texts(root: &Path) -> [String; 2] {
        ["a.ts", "b.ts"].map(|name| fs::read_to_string(root.join(name)).unwrap())
    }

    #[track_caller]
    fn check_recovered(a: &str, b: &str, expected: Recovered, texts_after: [&str; 2]) {
        let (_folder, root) = root(a, b);
        Journal { version: 1, files: vec![entry("a.ts"), entry("b.ts")] }.write(&root).unwrap();
        assert_eq!(recover(&root), Ok(Some(expected)));
        assert_eq!(texts(&root), texts_after);
        assert_eq!(recover(&root), Ok(None));
        assert_eq!(fs::read_dir(&root).unwrap().count(), 2);
    }

    #[test]
    fn what_was_begun_is_finished() {
        let new = ["new a.ts", "new b.ts"];
        check_recovered("old a.ts", "old b.ts", Recovered::Finished, new);
        check_recovered("new a.ts", "old b.ts", Recovered::Finished, new);
        check_recovered("new a.ts", "new b.ts", Recovered::Finished, new);
    }

    #[test]
    fn what_others_have_edited_keeps_the_rest_from_changing() {
        check_recovered("new a.ts", "edited", Recovered::Undone, ["old a.ts", "edited"]);
        check_recovered("old a.ts", "edited", Recovered::Undone, ["old a.ts", "edited"]);
    }

    #[test]
    fn all_files_are_replaced_or_none() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        replace(&root, vec![entry("a.ts"), entry("b.ts")]).unwrap();
        assert_eq!(texts(&root), ["new a.ts", "new b.ts"]);
        fs::write(root.join("a.ts"), "old a.ts").unwrap();
        fs::write(root.join("b.ts"), "edited").unwrap();
        let refused = replace(&root, vec![entry("a.ts"), entry("b.ts")]).unwrap_err();
        assert_eq!(refused, "`b.ts`: it was changed meanwhile; run it again");
        assert_eq!(texts(&root), ["old a.ts", "edited"]);
        assert_eq!(fs::read_dir(&root).unwrap().count(), 2);
    }

    #[track_caller]
    fn check_refused(journal: &str, expected: &str) {
        let (_folder, root) = root("old a.ts", "old b.ts");
        fs::write(root.join(JOURNAL_NAME), journal).unwrap();
        let refused = recover(&root).unwrap_err();
        assert!(refused.contains(expected), "{refused}");
        assert_eq!(texts(&root), ["old a.ts", "old b.ts"]);
    }

    #[test]
    fn a_journal_that_came_with_a_repository_reaches_nothing_else() {
        for path in
            ["../a.ts", "/a.ts", ".git/hooks/a.ts", ".GIT/a.ts", "a/../../a.ts", "./a.ts", "a.sh", "x\\a.ts", ""]
        {
            let journal = Journal { version: 1, files: vec![entry("a.ts"), entry(path)] };
            check_refused(&serde_json::to_string(&journal).unwrap(), "which no fix edits");
        }
        check_refused("{}", "is no journal");
        check_refused("{\"version\": 2, \"files\": []}", "version 2");
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_in_place_of_a_journal_is_not_waited_for() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        assert!(std::process::Command::new("mkfifo").arg(root.join(JOURNAL_NAME)).status().unwrap().success());
        assert_eq!(recover(&root), Err("it is no file; delete it".to_owned()));
    }

    #[test]
    #[cfg(unix)]
    fn a_journal_is_not_followed_through_links() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), root.join("out")).unwrap();
        let journal = Journal { version: 1, files: vec![entry("out/a.ts")] };
        journal.write(&root).unwrap();
        assert!(recover(&root).unwrap_err().contains("which no fix edits"));
    }
}
