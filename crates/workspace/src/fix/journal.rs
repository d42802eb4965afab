//! Several files changed together: a journal says what was begun, so that a run that is cut short can be finished or
//! undone by the next one.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lawbook_core::language;
use lawbook_core::source::RelPath;
use serde::{Deserialize, Serialize};

use crate::discover::{JOURNAL_NAME, TEMP_PREFIX};
use crate::fix::write::{self, StagedChange};
use crate::read;
use crate::system_error::system_message;

/// What is to become of some files, all or none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    version: u32,
    files: Vec<JournalEntry>,
}

/// One file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JournalEntry {
    /// Below the root, without symbolic links.
    pub(super) path: String,
    /// Its text when it was read; none when it is to be created.
    pub(super) before: Option<String>,
    /// Its text when all is done; none when it is to be deleted.
    pub(super) after: Option<String>,
    /// The other path of a renamed file, whose owner, mode and attributes the one that is created takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) like: Option<String>,
}

/// What is written to a journal by this version.
const VERSION: u32 = 2;

/// How a journal that was found has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recovered {
    /// All files have their new texts.
    Finished,
    /// None has, save for those that were edited by others.
    Undone,
}

/// Changes all files or none.
///
/// # Errors
/// Why none was changed; or, when that could not be undone, how to go on.
pub(super) fn replace(root: &Path, mut files: Vec<JournalEntry>) -> Result<(), String> {
    // What is created may take its mode from what is deleted.
    files.sort_by_key(|file| file.after.is_none());
    let mut staged = Vec::new();
    for file in &files {
        place(root, &file.path)?;
        let new = file.stage(root, file.before.as_deref(), file.after.as_deref());
        staged.push(new.map_err(|why| format!("`{}`: {why}", file.path))?);
    }
    for (file, new) in files.iter().zip(&staged) {
        new.compare().map_err(|why| format!("`{}`: {why}", file.path))?;
    }
    let journal = Journal { version: VERSION, files };
    journal.write(root).map_err(|error| format!("the journal cannot be written: {}", system_message(&error)))?;
    let replaced = journal.commit_all(root, staged);
    if replaced.is_err() {
        journal.settle(root).map_err(|why| format!("{why}; the next --fix goes on with it"))?;
    }
    remove(root).map_err(|error| format!("the journal cannot be deleted: {}", system_message(&error)))?;
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
        Err(error) => return Err(format!("it cannot be read: {}", system_message(&error))),
    };
    let text =
        read::whole(&at, size, size).map_err(|error| format!("it cannot be read: {}", system_message(&error)))?;
    let journal: Journal = serde_json::from_slice(&text).map_err(|_| "it is no journal; delete it".to_owned())?;
    if journal.version != VERSION {
        return Err(format!("it is of version {}; use the lawbook that wrote it", journal.version));
    }
    for file in &journal.files {
        for path in [Some(&file.path), file.like.as_ref()].into_iter().flatten() {
            place(root, path)?;
        }
    }
    let recovered = journal.settle(root)?;
    remove(root).map_err(|error| format!("it cannot be deleted: {}", system_message(&error)))?;
    Ok(Some(recovered))
}

/// Where a file of a journal is. A journal may come with a repository, so it reaches no further than a fix does.
fn place(root: &Path, path: &str) -> Result<PathBuf, String> {
    let refuse = || format!("it names `{path}`, which no fix edits; delete it");
    let named = RelPath::new(path);
    // Settings may have changed since, so a host counts whether its code is checked or not.
    let is_known = language::of_path(&named).or_else(|| language::host_of_path(&named)).is_some();
    if !named.is_plain() || !is_known {
        return Err(refuse());
    }
    let at = root.join(path);
    // Of folders that are not there, the nearest one that is.
    let folder = at.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok());
    match folder.map(|folder| (folder, folder.canonicalize())) {
        Some((folder, Ok(real))) if real.starts_with(root) && folder == real => Ok(at),
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

    fn commit_all(&self, root: &Path, staged: Vec<StagedChange>) -> Result<(), String> {
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
        synced.map_err(|error| format!("the folders cannot be synced: {}", system_message(&error)))
    }

    /// Brings all files to their new texts, else to their old ones. Files with a third text are other people's.
    fn settle(&self, root: &Path) -> Result<Recovered, String> {
        let is_ours =
            |file: &JournalEntry| file.has(root, file.before.as_deref()) || file.has(root, file.after.as_deref());
        let finish = |file: &JournalEntry| file.change(root, file.before.as_deref(), file.after.as_deref()).is_ok();
        if self.files.iter().all(is_ours) && self.files.iter().all(finish) {
            self.sync(root)?;
            return Ok(Recovered::Finished);
        }
        for file in self.files.iter().rev() {
            file.change(root, file.after.as_deref(), file.before.as_deref())
                .map_err(|why| format!("`{}` cannot be put back: {why}", file.path))?;
        }
        self.sync(root)?;
        Ok(Recovered::Undone)
    }
}

impl JournalEntry {
    /// Whether the file has this text, or is not there for none.
    fn has(&self, root: &Path, text: Option<&str>) -> bool {
        let at = root.join(&self.path);
        let Some(text) = text else { return at.symlink_metadata().is_err() };
        let size = text.len() as u64;
        read::whole(&at, size, size).is_ok_and(|bytes| bytes == text.as_bytes())
    }

    /// Gives the file, when it has the one text, the other.
    fn change(&self, root: &Path, from: Option<&str>, to: Option<&str>) -> Result<(), String> {
        if from == to || !self.has(root, from) {
            return Ok(());
        }
        self.stage(root, from, to)?.commit()
    }

    fn stage(&self, root: &Path, from: Option<&str>, to: Option<&str>) -> Result<StagedChange, String> {
        let at = root.join(&self.path);
        let like = self.like.as_ref().map(|like| root.join(like)).filter(|like| like.symlink_metadata().is_ok());
        match (from, to) {
            (Some(from), Some(to)) => write::stage(&at, from, to),
            (None, Some(to)) => write::stage_new(&at, to, like.as_deref()),
            (Some(from), None) => write::stage_deletion(&at, from),
            (None, None) => Err("it is neither there before nor after".to_owned()),
        }
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
        let (before, after) = (Some(format!("old {path}")), Some(format!("new {path}")));
        JournalEntry { path: path.to_owned(), before, after, like: None }
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
        Journal { version: VERSION, files: vec![entry("a.ts"), entry("b.ts")] }.write(&root).unwrap();
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

    /// The files of a root that a rename of `a.ts` to `d/c.ts` and a deletion of `b.ts` have been begun in.
    fn moved() -> Vec<JournalEntry> {
        let side = |text: &str| Some(text.to_owned());
        let file = |path: &str, before, after, like: Option<&str>| JournalEntry {
            path: path.to_owned(),
            before,
            after,
            like: like.map(str::to_owned),
        };
        vec![
            file("a.ts", side("old a.ts"), None, Some("d/c.ts")),
            file("b.ts", side("old b.ts"), None, None),
            file("d/c.ts", None, side("new"), Some("a.ts")),
        ]
    }

    #[track_caller]
    fn check_files(root: &Path, expected: &[(&str, &str)]) {
        let read = |path: &str| fs::read_to_string(root.join(path)).ok();
        for (path, text) in expected {
            let found = read(path);
            assert_eq!(found.as_deref().unwrap_or("nothing"), *text, "{path}");
        }
    }

    #[test]
    fn files_are_created_renamed_and_deleted_together() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        replace(&root, moved()).unwrap();
        check_files(&root, &[("a.ts", "nothing"), ("b.ts", "nothing"), ("d/c.ts", "new")]);
        assert_eq!(recover(&root), Ok(None));
        let (_folder, root) = self::root("old a.ts", "edited");
        assert!(replace(&root, moved()).is_err());
        check_files(&root, &[("a.ts", "old a.ts"), ("b.ts", "edited"), ("d/c.ts", "nothing")]);
        assert!(!root.join("d").exists(), "no folder is left over");
    }

    #[test]
    fn a_rename_that_was_begun_is_finished_or_undone() {
        for (a, b, c, expected) in [
            (Some("old a.ts"), Some("old b.ts"), None, Recovered::Finished),
            (Some("old a.ts"), Some("old b.ts"), Some("new"), Recovered::Finished),
            (None, Some("old b.ts"), Some("new"), Recovered::Finished),
            (None, Some("edited"), Some("new"), Recovered::Undone),
            (Some("old a.ts"), Some("edited"), Some("new"), Recovered::Undone),
        ] {
            let (_folder, root) = root("old a.ts", "old b.ts");
            fs::create_dir(root.join("d")).unwrap();
            for (path, text) in [("a.ts", a), ("b.ts", b), ("d/c.ts", c)] {
                match text {
                    Some(text) => fs::write(root.join(path), text).unwrap(),
                    None => drop(fs::remove_file(root.join(path))),
                }
            }
            let mut files = moved();
            files.sort_by_key(|file| file.after.is_none());
            Journal { version: VERSION, files }.write(&root).unwrap();
            assert_eq!(recover(&root), Ok(Some(expected)));
            match b {
                Some("edited") => {
                    check_files(&root, &[("a.ts", "old a.ts"), ("b.ts", "edited"), ("d/c.ts", "nothing")]);
                }
                _ => check_files(&root, &[("a.ts", "nothing"), ("b.ts", "nothing"), ("d/c.ts", "new")]),
            }
        }
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
            let journal = Journal { version: VERSION, files: vec![entry("a.ts"), entry(path)] };
            check_refused(&serde_json::to_string(&journal).unwrap(), "which no fix edits");
        }
        check_refused("{}", "is no journal");
        check_refused("{\"version\": 1, \"files\": []}", "version 1");
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
        let journal = Journal { version: VERSION, files: vec![entry("out/a.ts")] };
        journal.write(&root).unwrap();
        assert!(recover(&root).unwrap_err().contains("which no fix edits"));
    }
}
