//! The tests that a change takes away.

use std::collections::BTreeMap;

use lawbook_core::engine::tests_in;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::tests::{LostTest, TestsOfFile, lost_tests};
use lawbook_core::source::{Files, RelPath, SourceFile};

use crate::law::Law;
use crate::sides::ChangeBatch;

impl Law {
    /// The tests that a change removes, leaves out of runs, or takes the assertions of.
    ///
    /// # Errors
    /// The state before the change cannot be read.
    pub(crate) fn lost_tests(
        &self,
        change: &ChangeBatch<'_>,
        files: &dyn Files,
    ) -> Result<Vec<LostTest>, Vec<Mistake>> {
        let entries = change.entries_before()?;
        let before = self.texts(entries.iter().map(|entry| &entry.path), change.before());
        let now = self.texts(change.files.iter().filter(|file| file.is_now).map(|file| &file.path), files);
        let renames = change.renames(&now, &before);
        let older = self.tests_of(&before, change.before());
        if older.is_empty() {
            return Ok(Vec::new());
        }
        let old_path = |path: &RelPath| renames.get(path).map_or_else(|| path.clone(), |old| (*old).clone());
        Ok(lost_tests(&older, &self.tests_of(&now, files), &old_path))
    }

    /// The tests of files, without files that have none.
    fn tests_of(&self, texts: &BTreeMap<RelPath, SourceFile>, files: &dyn Files) -> Vec<TestsOfFile> {
        let contexts = self.checker.contexts(files);
        let texts: Vec<&SourceFile> = texts.values().collect();
        let of_files = self.workers.each_in_order(&texts, |source| {
            let tests = tests_in(&language::lower(contexts.input((*source).clone())));
            TestsOfFile { path: source.path().clone(), tests, lines: source.lines().clone() }
        });
        of_files.into_iter().filter(|file| !file.tests.is_empty()).collect()
    }
}
