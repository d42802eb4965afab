//! The base side of a change: what its files were, and what they were called.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use lawbook_core::engine::{Concluded, FileAnswer};
use lawbook_core::facts::{ChangedFile, FileFacts, FileVersion};
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::lines::ChangedLines;
use lawbook_core::source::{FileEntry, Files, RelPath, SourceFile};

use crate::workspace::change::Changed;
use crate::workspace::checker::ContentKind;
use crate::workspace::git::Blob;
use crate::workspace::inputs::ChangeBatch;
use crate::workspace::mistakes::mistake_with_help;
use crate::workspace::open::Workspace;
use crate::workspace::request::Request;

/// Beyond so many pairs of files, only those of one name are compared.
const MAX_RENAME_PAIRS: usize = 1000;

impl ChangeBatch<'_> {
    /// The files before the change, their contents read.
    ///
    /// # Errors
    /// This clone does not have a content, or git cannot say.
    pub(super) fn entries_before(&self) -> Result<Vec<FileEntry>, Vec<Mistake>> {
        let files = &self.change.files;
        self.blobs.read_all(files.iter().filter_map(|file| file.before.clone()))?;
        let mut entries = Vec::new();
        for file in files {
            let Some(oid) = &file.before else { continue };
            let path = &file.path;
            if self.blobs.get(oid).is_ok_and(|blob| matches!(*blob, Blob::Missing)) {
                let message = format!("this clone does not have `{path}` as it was before the change");
                let help = "fetch it (`git checkout` of the commit does), or use --all";
                return Err(vec![mistake_with_help(message, help)]);
            }
            entries.extend(self.before.entry(path));
        }
        Ok(entries)
    }

    /// The names that files with these texts had before the change, where the old name is gone.
    pub(super) fn renames<'a>(
        &'a self,
        now: &'a BTreeMap<RelPath, SourceFile>,
        before: &BTreeMap<RelPath, SourceFile>,
    ) -> HashMap<&'a RelPath, &'a RelPath> {
        let files = &self.change.files;
        let new = files.iter().filter(|file| file.now.is_some() && file.before.is_none());
        let new: Vec<(&Changed, &SourceFile)> = new.filter_map(|file| Some((file, now.get(&file.path)?))).collect();
        let mut gone: Vec<&Changed> = files.iter().filter(|file| file.now.is_none()).collect();
        let is_much = new.len() * gone.len() > MAX_RENAME_PAIRS;
        let mut renames = HashMap::new();
        for (file, now) in new {
            let same_name = |old: &&Changed| old.path.file_name() == file.path.file_name();
            let is_same = |old: &&Changed| {
                before.get(&old.path).is_some_and(|before| {
                    before.text() == now.text() || ChangedLines::between(before, now).is_same_file()
                })
            };
            let best = gone.iter().position(|old| same_name(old) && is_same(old));
            let best = best.or_else(|| if is_much { None } else { gone.iter().position(is_same) });
            if let Some(at) = best {
                renames.insert(&file.path, &gone.remove(at).path);
            }
        }
        renames
    }
}

impl Workspace {
    /// The texts of some files; those that are none are left out.
    pub(super) fn texts<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p RelPath>,
        files: &dyn Files,
    ) -> BTreeMap<RelPath, SourceFile> {
        let max_bytes = self.checker.max_file_size();
        let text = |path: &RelPath| {
            let decode = |bytes: &[u8]| SourceFile::decode(path.clone(), bytes).ok();
            files.read_with(path, max_bytes, decode).ok().flatten()
        };
        paths.into_iter().filter_map(|path| Some((path.clone(), text(path)?))).collect()
    }

    /// What rules find that look at a change as a whole.
    ///
    /// # Errors
    /// The base side cannot be read, or the run was cancelled.
    pub(super) fn conclude_change(
        &self,
        change: &ChangeBatch<'_>,
        files: &dyn Files,
        answers: &[FileAnswer],
        request: &Request,
    ) -> Result<Concluded, Vec<Mistake>> {
        let entries = change.entries_before()?;
        let answers_before = self.check_each(&entries, &change.before, ContentKind::Repository, request, None)?;
        let texts_before = self.texts(entries.iter().map(|entry| &entry.path), &change.before);
        let changed = &change.change.files;
        let texts = self.texts(changed.iter().filter(|file| file.now.is_some()).map(|file| &file.path), files);
        let renames = change.renames(&texts, &texts_before);
        let moved: HashSet<&RelPath> = renames.values().copied().collect();
        let (facts, facts_before) = (facts_of(answers), facts_of(&answers_before));
        let version = |path: &RelPath, texts: &BTreeMap<RelPath, SourceFile>, facts: &FactsByPath<'_>| FileVersion {
            path: path.clone(),
            source: texts.get(path).cloned(),
            facts: facts.get(path).map(|facts| (*facts).clone()),
        };
        let changed = changed.iter().filter(|file| file.now.is_some() || !moved.contains(&file.path));
        let files_of_change = changed.map(|file| {
            let old_path = renames.get(&file.path).copied().or_else(|| file.before.as_ref().map(|_| &file.path));
            ChangedFile {
                path: file.path.clone(),
                before: old_path.map(|path| version(path, &texts_before, &facts_before)),
                now: file.now.as_ref().map(|_| version(&file.path, &texts, &facts)),
            }
        });
        Ok(self.checker.check_change(files_of_change.collect(), files))
    }
}

/// The facts of files by path.
type FactsByPath<'a> = HashMap<&'a RelPath, &'a Arc<FileFacts>>;

fn facts_of(answers: &[FileAnswer]) -> FactsByPath<'_> {
    answers.iter().filter_map(|answer| Some((answer.path(), answer.facts()?))).collect()
}
