//! The state before a change: the contents of its files, and the old paths of the files that it renamed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use lawbook_core::engine::{Concluded, FileAnswer, FileOutcome};
use lawbook_core::facts::{ChangedFile, FileFacts, FileVersion};
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::renames::renames;
use lawbook_core::rule::page::Scope;
use lawbook_core::source::{FileEntry, Files, RelPath, SourceFile};

use crate::checker::ContentKind;
use crate::git::Blob;
use crate::law::Law;
use crate::request::Request;
use crate::sides::{ChangeBatch, ChangedPath};

impl ChangeBatch<'_> {
    /// The files before the change. Reads their contents.
    ///
    /// # Errors
    /// This clone does not have one of the contents, or git fails.
    pub(crate) fn entries_before(&self) -> Result<Vec<FileEntry>, Vec<Mistake>> {
        if let Some((change, _)) = self.git() {
            let older = || change.files.iter().filter_map(|file| Some((&file.path, file.before.as_ref()?)));
            change.blobs.read_all(older().map(|(_, oid)| oid.clone()))?;
            let is_missing = |oid| change.blobs.get(oid).is_ok_and(|blob| matches!(*blob, Blob::Missing));
            if let Some((path, _)) = older().find(|(_, oid)| is_missing(oid)) {
                let message = format!("this clone does not have `{path}` as it was before the change");
                let help = "fetch it (`git checkout` of the commit does), or use --all";
                return Err(vec![Mistake::new(message).with_help(help)]);
            }
        }
        let before = self.files.iter().filter(|file| file.is_before);
        Ok(before.filter_map(|file| self.before().entry(&file.path)).collect())
    }

    /// The old paths of renamed files, by new path, as git finds renames; `now` and `before` are the texts of the files on
    /// both sides.
    pub(crate) fn renames<'a>(
        &'a self,
        now: &'a BTreeMap<RelPath, SourceFile>,
        before: &'a BTreeMap<RelPath, SourceFile>,
    ) -> HashMap<&'a RelPath, &'a RelPath> {
        let files = &self.files;
        let of = |texts: &'a BTreeMap<RelPath, SourceFile>, file: &'a ChangedPath| {
            Some((&file.path, texts.get(&file.path)?))
        };
        let new: Vec<_> = files.iter().filter(|file| file.is_new()).filter_map(|file| of(now, file)).collect();
        let gone: Vec<_> = files.iter().filter(|file| !file.is_now).filter_map(|file| of(before, file)).collect();
        renames(&new, &gone)
    }
}

impl Law {
    /// The texts of some files, without those that cannot be read or decoded.
    pub(crate) fn texts<'p>(
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

    /// Runs the rules about a change, and reports the suppressions that it adds.
    ///
    /// # Errors
    /// The state before the change cannot be read, or the run was cancelled.
    pub(crate) fn conclude_change(
        &self,
        change: &ChangeBatch<'_>,
        files: &dyn Files,
        answers: &[FileAnswer],
        request: &Request,
    ) -> Result<Concluded, Vec<Mistake>> {
        let has_rules = self.plan().has_phase(Scope::Change);
        let changed = &change.files;
        let skipped: HashSet<&RelPath> =
            answers.iter().filter(|answer| is_skipped(answer)).map(FileAnswer::path).collect();
        let now = changed.iter().filter(|file| file.is_now).map(|file| &file.path);
        let texts = self.texts(now, files);
        let mut kept = texts.iter().filter(|(path, _)| !skipped.contains(path));
        if !has_rules && !kept.any(|(_, text)| self.checker.may_have_new_suppressions(text)) {
            return Ok(Concluded::default());
        }
        let entries = change.entries_before()?;
        let answers_before = if has_rules {
            self.check_each(&entries, change.before(), ContentKind::Repository, request, None, &|_| false)?
        } else {
            Vec::new()
        };
        let texts_before = self.texts(entries.iter().map(|entry| &entry.path), change.before());
        let renames = change.renames(&texts, &texts_before);
        let moved: HashSet<&RelPath> = renames.values().copied().collect();
        let (facts, facts_before) = (facts_of(answers), facts_of(&answers_before));
        let version = |path: &RelPath, texts: &BTreeMap<RelPath, SourceFile>, facts: &FactsByPath<'_>| FileVersion {
            path: path.clone(),
            source: texts.get(path).cloned(),
            facts: facts.get(path).map(|facts| (*facts).clone()),
        };
        let changed = changed.iter().filter(|file| file.is_now || !moved.contains(&file.path));
        let files_of_change = changed.map(|file| {
            let old_path = renames.get(&file.path).copied().or_else(|| file.is_before.then_some(&file.path));
            ChangedFile {
                path: file.path.clone(),
                before: old_path.map(|path| version(path, &texts_before, &facts_before)),
                now: file.is_now.then(|| version(&file.path, &texts, &facts)),
            }
        });
        let files_of_change = files_of_change.filter(|file| has_rules || !skipped.contains(&file.path));
        Ok(self.checker.check_change(files_of_change.collect(), files))
    }
}

/// True if a file was left out on purpose.
fn is_skipped(answer: &FileAnswer) -> bool {
    matches!(answer.outcome(), FileOutcome::Skipped(_))
}

/// The facts of files by path.
type FactsByPath<'a> = HashMap<&'a RelPath, &'a Arc<FileFacts>>;

fn facts_of(answers: &[FileAnswer]) -> FactsByPath<'_> {
    answers.iter().filter_map(|answer| Some((answer.path(), answer.facts()?))).collect()
}
