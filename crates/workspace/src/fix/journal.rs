//! Changes of several files at once: a journal on the disk lists them before the first is made, so that the next run
//! can complete or undo the changes of a run that was interrupted. The journal holds the mark of its own file
//! ([`temp::mark`]), so one that a repository or a copy has brought is not trusted.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lawbook_core::language;
use lawbook_core::source::RelPath;
use serde::{Deserialize, Serialize};

use crate::discover::JOURNAL_NAME;
use crate::filter::FileFilter;
use crate::fix::write::{self, StagedChange};
use crate::read;
use crate::system_error::system_message;
use crate::temp::{self, TempFile, TempMode};

/// The changes of some files, of which all are made or none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    version: u32,
    /// The mark of the file that the journal was written to.
    #[serde(default)]
    mark: String,
    files: Vec<JournalEntry>,
}

/// The change of one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JournalEntry {
    /// Its path below the root, without symbolic links.
    pub(super) path: String,
    /// Its text before; `None` if the change creates it.
    pub(super) before: Option<String>,
    /// Its text after; `None` if the change deletes it.
    pub(super) after: Option<String>,
    /// For a renamed file, its other path. The new file gets the owner, mode and attributes of the file at that path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) like: Option<String>,
}

/// The version of the journal's format.
const JOURNAL_VERSION: u32 = 3;

/// The number of bytes at the start of a journal that hold its version and its mark.
const JOURNAL_HEAD_BYTES: u64 = 256;

/// The outcome of the recovery from an interrupted run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recovered {
    /// Completed: all files have their new texts.
    Finished,
    /// Undone: all files have their old texts, except those that were edited since.
    Undone,
}

/// Makes all changes or none.
///
/// # Errors
/// The reason why no change was made; or, if a change could not be undone, how to continue.
pub(super) fn replace(root: &Path, mut files: Vec<JournalEntry>) -> Result<(), String> {
    // Files are created before others are deleted: a created file may copy its mode from one that is deleted.
    files.sort_by_key(|file| file.after.is_none());
    let mut staged = Vec::new();
    for file in &files {
        checked_path(root, &file.path)?;
        let new = file.stage(root, file.before.as_deref(), file.after.as_deref());
        staged.push(new.map_err(|why| format!("`{}`: {why}", file.path))?);
    }
    for (file, new) in files.iter().zip(&staged) {
        new.compare().map_err(|why| format!("`{}`: {why}", file.path))?;
    }
    let mut journal = Journal::new(files);
    journal.write(root).map_err(|error| format!("the journal cannot be written: {}", system_message(&error)))?;
    let replaced = journal.commit_all(root, staged);
    if replaced.is_err() {
        journal.finish_or_undo(root).map_err(|why| format!("{why}; the next --fix continues with it"))?;
    }
    delete_journal(root).map_err(|error| format!("the journal cannot be deleted: {}", system_message(&error)))?;
    replaced
}

/// The reason why the changes of a journal are neither completed nor undone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JournalProblem {
    /// No run in this folder has written it.
    Foreign,
    /// What it lists cannot be done, for this reason.
    Stuck(String),
}

/// True if a run in this folder has written the journal in it and was interrupted.
pub(crate) fn is_unfinished(root: &Path) -> bool {
    matches!(read_own(root), Ok(Some(_)))
}

/// Completes or undoes the changes of an interrupted run below a root; `None` if there is no journal.
///
/// # Errors
/// The reason why the journal can be neither completed nor undone.
pub(super) fn recover(root: &Path, filter: &FileFilter) -> Result<Option<Recovered>, JournalProblem> {
    let Some(journal) = read_own(root)? else { return Ok(None) };
    if journal.version != JOURNAL_VERSION {
        let why = format!("it is of version {}; use the lawbook that wrote it", journal.version);
        return Err(JournalProblem::Stuck(why));
    }
    for file in &journal.files {
        for path in [Some(&file.path), file.like.as_ref()].into_iter().flatten() {
            if filter.excluding(path).is_some() {
                return Err(JournalProblem::Stuck(not_edited(path)));
            }
            checked_path(root, path).map_err(JournalProblem::Stuck)?;
        }
    }
    let recovered = journal.finish_or_undo(root).map_err(JournalProblem::Stuck)?;
    delete_journal(root)
        .map_err(|error| JournalProblem::Stuck(format!("it cannot be deleted: {}", system_message(&error))))?;
    Ok(Some(recovered))
}

/// Reads the journal that a run in this folder has written; `None` if there is no journal.
fn read_own(root: &Path) -> Result<Option<Journal>, JournalProblem> {
    let at = root.join(JOURNAL_NAME);
    let unreadable = |error: &io::Error| JournalProblem::Stuck(format!("it cannot be read: {}", system_message(error)));
    let metadata = match at.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Err(JournalProblem::Foreign),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    let mark = temp::mark(&metadata);
    // One that came with a repository or a copy may be of any size. It is read no further than to where the mark is.
    let head = read::whole(&at, JOURNAL_HEAD_BYTES, JOURNAL_HEAD_BYTES).map_err(|error| unreadable(&error))?;
    if !head.windows(mark.len()).any(|part| part == mark.as_bytes()) {
        return Err(JournalProblem::Foreign);
    }
    let text = read::whole(&at, metadata.len(), metadata.len()).map_err(|error| unreadable(&error))?;
    let journal: Journal = serde_json::from_slice(&text).map_err(|_| JournalProblem::Foreign)?;
    if journal.mark == mark { Ok(Some(journal)) } else { Err(JournalProblem::Foreign) }
}

fn not_edited(path: &str) -> String {
    format!("it names `{path}`, which no fix edits; delete it")
}

/// The absolute path of a file in a journal. A path that no fix edits is refused, whoever has written the journal.
fn checked_path(root: &Path, path: &str) -> Result<PathBuf, String> {
    let refuse = || not_edited(path);
    let named = RelPath::new(path);
    // A host file is allowed even if the settings no longer check its embedded code: they may have changed since.
    let is_known = language::of_path(&named).or_else(|| language::host_of_path(&named)).is_some();
    if !named.is_plain() || !is_known {
        return Err(refuse());
    }
    let at = root.join(path);
    // The file may be created in new folders: then the nearest existing folder must be inside the root.
    let folder = at.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok());
    match folder.map(|folder| (folder, folder.canonicalize())) {
        Some((folder, Ok(real))) if real.starts_with(root) && folder == real => Ok(at),
        _ => Err(refuse()),
    }
}

impl Journal {
    fn new(files: Vec<JournalEntry>) -> Self {
        Self { version: JOURNAL_VERSION, mark: String::new(), files }
    }

    fn write(&mut self, root: &Path) -> io::Result<()> {
        let temp = TempFile::create(root, TempMode::Private)?;
        self.mark = temp.mark()?;
        temp.file().write_all(serde_json::to_string(self)?.as_bytes())?;
        temp.file().sync_all()?;
        temp.place(&root.join(JOURNAL_NAME))?;
        write::sync_folder(root)
    }

    fn commit_all(&self, root: &Path, staged: Vec<StagedChange>) -> Result<(), String> {
        for (file, new) in self.files.iter().zip(staged) {
            new.commit().map_err(|why| format!("`{}`: {why}", file.path))?;
        }
        self.sync(root)
    }

    /// Syncs the folders of the files, so that the new names are durable before the journal is deleted.
    fn sync(&self, root: &Path) -> Result<(), String> {
        let folders: BTreeSet<PathBuf> =
            self.files.iter().filter_map(|file| Some(root.join(&file.path).parent()?.to_owned())).collect();
        let synced = folders.iter().filter(|folder| folder.is_dir()).try_for_each(|folder| write::sync_folder(folder));
        synced.map_err(|error| format!("the folders cannot be synced: {}", system_message(&error)))
    }

    /// Gives all files their new texts or, if that fails, their old ones. A file that has neither was edited by someone
    /// else: then the others get their old texts and this one stays.
    fn finish_or_undo(&self, root: &Path) -> Result<Recovered, String> {
        let is_unedited = |file: &JournalEntry| {
            file.has_text(root, file.before.as_deref()) || file.has_text(root, file.after.as_deref())
        };
        let finish =
            |file: &JournalEntry| file.replace_text(root, file.before.as_deref(), file.after.as_deref()).is_ok();
        if self.files.iter().all(is_unedited) && self.files.iter().all(finish) {
            self.sync(root)?;
            return Ok(Recovered::Finished);
        }
        for file in self.files.iter().rev() {
            file.replace_text(root, file.after.as_deref(), file.before.as_deref())
                .map_err(|why| format!("`{}` cannot be put back: {why}", file.path))?;
        }
        self.sync(root)?;
        Ok(Recovered::Undone)
    }
}

impl JournalEntry {
    /// True if the file has this text; for `None`, if the file does not exist.
    fn has_text(&self, root: &Path, text: Option<&str>) -> bool {
        let at = root.join(&self.path);
        let Some(text) = text else { return at.symlink_metadata().is_err() };
        let size = text.len() as u64;
        read::whole(&at, size, size).is_ok_and(|bytes| bytes == text.as_bytes())
    }

    /// Replaces the text `from` of the file by `to`. Does nothing if the file has another text.
    fn replace_text(&self, root: &Path, from: Option<&str>, to: Option<&str>) -> Result<(), String> {
        if from == to || !self.has_text(root, from) {
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
            (None, None) => Err("it exists neither before nor after the change".to_owned()),
        }
    }
}

/// Deletes the journal.
fn delete_journal(root: &Path) -> io::Result<()> {
    fs::remove_file(root.join(JOURNAL_NAME))?;
    write::sync_folder(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recover(root: &Path) -> Result<Option<Recovered>, JournalProblem> {
        super::recover(root, &FileFilter::default())
    }

    fn entry(path: &str) -> JournalEntry {
        let (before, after) = (Some(format!("old {path}")), Some(format!("new {path}")));
        JournalEntry { path: path.to_owned(), before, after, like: None }
    }

    /// A root with the files `a.ts` and `b.ts` of these texts.
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
        Journal::new(vec![entry("a.ts"), entry("b.ts")]).write(&root).unwrap();
        assert!(is_unfinished(&root));
        assert_eq!(recover(&root), Ok(Some(expected)));
        assert_eq!(texts(&root), texts_after);
        assert_eq!(recover(&root), Ok(None));
        assert_eq!(fs::read_dir(&root).unwrap().count(), 2);
    }

    #[test]
    fn interrupted_changes_are_completed() {
        let new = ["new a.ts", "new b.ts"];
        check_recovered("old a.ts", "old b.ts", Recovered::Finished, new);
        check_recovered("new a.ts", "old b.ts", Recovered::Finished, new);
        check_recovered("new a.ts", "new b.ts", Recovered::Finished, new);
    }

    #[test]
    fn changes_are_undone_if_a_file_was_edited_since() {
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

    /// The entries of a rename of `a.ts` to `d/c.ts` and of a deletion of `b.ts`.
    fn rename_and_deletion() -> Vec<JournalEntry> {
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
        replace(&root, rename_and_deletion()).unwrap();
        check_files(&root, &[("a.ts", "nothing"), ("b.ts", "nothing"), ("d/c.ts", "new")]);
        assert_eq!(recover(&root), Ok(None));
        let (_folder, root) = self::root("old a.ts", "edited");
        assert!(replace(&root, rename_and_deletion()).is_err());
        check_files(&root, &[("a.ts", "old a.ts"), ("b.ts", "edited"), ("d/c.ts", "nothing")]);
        assert!(!root.join("d").exists(), "no folder is left over");
    }

    #[test]
    fn an_interrupted_rename_is_completed_or_undone() {
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
            let mut files = rename_and_deletion();
            files.sort_by_key(|file| file.after.is_none());
            Journal::new(files).write(&root).unwrap();
            assert_eq!(recover(&root), Ok(Some(expected)));
            match b {
                Some("edited") => {
                    check_files(&root, &[("a.ts", "old a.ts"), ("b.ts", "edited"), ("d/c.ts", "nothing")]);
                }
                _ => check_files(&root, &[("a.ts", "nothing"), ("b.ts", "nothing"), ("d/c.ts", "new")]),
            }
        }
    }

    /// Asserts that a run refuses a journal and changes no file.
    #[track_caller]
    fn check_refused(root: &Path, filter: &FileFilter, expected: &str) {
        let refused = super::recover(root, filter).unwrap_err();
        assert!(format!("{refused:?}").contains(expected), "{refused:?}");
        assert_eq!(texts(root), ["old a.ts", "old b.ts"]);
        assert!(root.join(JOURNAL_NAME).symlink_metadata().is_ok(), "it is left for the user to delete");
    }

    #[test]
    fn a_journal_changes_only_files_that_a_fix_edits() {
        for path in
            ["../a.ts", "/a.ts", ".git/hooks/a.ts", ".GIT/a.ts", "a/../../a.ts", "./a.ts", "a.sh", "x\\a.ts", ""]
        {
            let (_folder, root) = root("old a.ts", "old b.ts");
            Journal::new(vec![entry("a.ts"), entry(path)]).write(&root).unwrap();
            check_refused(&root, &FileFilter::default(), "which no fix edits");
        }
    }

    #[test]
    fn a_journal_that_came_with_a_repository_or_a_copy_is_not_trusted() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        let at = root.join(JOURNAL_NAME);
        let mut journal = Journal::new(vec![entry("a.ts"), entry("b.ts")]);
        journal.write(&root).unwrap();
        let own = fs::read_to_string(&at).unwrap();
        // Written anew, it is another file with another mark.
        for text in [&own, &own.replace(&journal.mark, ""), "{}", "", "{\"version\": 1, \"files\": []}"] {
            let copy = root.join("copy");
            fs::write(&copy, text).unwrap();
            fs::rename(&copy, &at).unwrap();
            assert!(!is_unfinished(&root));
            check_refused(&root, &FileFilter::default(), "Foreign");
        }
        fs::remove_file(&at).unwrap();
        assert_eq!(recover(&root), Ok(None));
    }

    #[test]
    fn a_journal_of_any_size_that_is_not_trusted_is_not_read() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        // More than fits into the memory of any machine; the file system stores none of it.
        fs::File::create(root.join(JOURNAL_NAME)).unwrap().set_len(1 << 40).unwrap();
        assert!(!is_unfinished(&root));
        check_refused(&root, &FileFilter::default(), "Foreign");
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_in_place_of_a_journal_does_not_block() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        assert!(std::process::Command::new("mkfifo").arg(root.join(JOURNAL_NAME)).status().unwrap().success());
        check_refused(&root, &FileFilter::default(), "Foreign");
    }

    #[test]
    #[cfg(unix)]
    fn links_in_the_paths_of_a_journal_are_not_followed() {
        let (_folder, root) = root("old a.ts", "old b.ts");
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), root.join("out")).unwrap();
        Journal::new(vec![entry("out/a.ts")]).write(&root).unwrap();
        check_refused(&root, &FileFilter::default(), "which no fix edits");
    }
}
