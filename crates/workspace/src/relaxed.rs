//! The files of a change to which less of the law applies than before, because of their place: they count as test code or
//! as examples, or rules are off or lower where they are now. Copies of files count too.

use std::sync::Arc;

use lawbook_core::diagnostic::Severity;
use lawbook_core::engine::Contexts;
use lawbook_core::mistake::Mistake;
use lawbook_core::plan::PlannedRule;
use lawbook_core::report::{FileRole, Relaxed};
use lawbook_core::source::{Files, RelPath};

use crate::change::Change;
use crate::files::GitFiles;
use crate::law::Law;

impl Law {
    /// The files of a change whose place relaxes the law, sorted by path.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn relaxed(
        &self,
        change: &Change,
        files_before: &GitFiles<'_>,
        files: &dyn Files,
    ) -> Result<Vec<Relaxed>, Vec<Mistake>> {
        let (contexts, contexts_before) = (self.checker.contexts(files), self.checker.contexts(files_before));
        let text = |path: &RelPath| self.texts([path], files).remove(path);
        let relaxed = |path: &RelPath, before: &RelPath| {
            let mut relaxed = Relaxed::new(path.clone());
            relaxed.counts_as = self.new_role(change, (&contexts_before, before), (&contexts, path));
            if path != before {
                relaxed.rules = self.lower_rules(before, path);
            }
            (relaxed.counts_as.is_some() || !relaxed.rules.is_empty()).then_some(relaxed)
        };
        let has_places = |rule: &PlannedRule| !rule.page().files.is_empty() || !rule.page().ignores.is_empty();
        let has_differing_rules = self.layers().len() > 1
            || !self.settings().overrides.is_empty()
            || self.plan().rules().iter().any(has_places);
        let may_be_relaxed = |path: &RelPath| {
            let context = contexts.of(path);
            has_differing_rules || context.test || context.example
        };
        let is_checked = |path: &RelPath| self.plan().dialect(path).is_some();
        let is_wanted = |path: &RelPath, old: &RelPath| is_checked(old) && relaxed(path, old).is_some();
        let origins = change.origins(files_before, &text, &may_be_relaxed, &is_wanted)?;
        let mut found = Vec::new();
        for file in change.files.iter().filter(|file| file.now.is_some()) {
            let origin = origins.get(&file.path);
            let was_checked = file.before.is_some() && file.was_in_place;
            let before = origin.map(|origin| &origin.path).or_else(|| was_checked.then_some(&file.path));
            let Some(mut relaxed) = before.and_then(|before| relaxed(&file.path, before)) else { continue };
            match origin {
                Some(origin) if origin.is_copied => relaxed.copy_of = Some(origin.path.clone()),
                Some(origin) => relaxed.was = Some(origin.path.clone()),
                None => {}
            }
            found.push(relaxed);
        }
        Ok(found)
    }

    /// The role that a file has now and did not have before.
    fn new_role(
        &self,
        change: &Change,
        (contexts_before, before): (&Contexts<'_>, &RelPath),
        (contexts, now): (&Contexts<'_>, &RelPath),
    ) -> Option<FileRole> {
        let (context, plan) = (contexts.of(now), self.plan());
        if !context.test && !context.example {
            return None;
        }
        let (is_test, is_example) = match change.older_roles() {
            Some(older) => (older.tests.matches(before), older.examples.matches(before)),
            None => (plan.is_test(before), plan.is_example(before)),
        };
        // A file that a glob matches now may have been declared for tests before.
        let was_declared = || !plan.is_test(before) && contexts_before.of(before).test;
        if context.test && !is_test && !was_declared() {
            return Some(FileRole::Test);
        }
        (context.example && !is_example).then_some(FileRole::Example)
    }

    /// The rules that run on one path and, for the language of another path, are off there or have a lower level.
    fn lower_rules(&self, before: &RelPath, now: &RelPath) -> Vec<Arc<str>> {
        let plan = self.plan();
        let Some(dialect) = plan.dialect(now) else { return Vec::new() };
        let there = plan.rules_for(now);
        let is_lower = |id: &Arc<str>, severity: Severity| {
            let found = there.iter().find(|on_file| on_file.rule.id == *id);
            found.is_none_or(|on_file| on_file.severity < severity)
        };
        let of_before = plan.rules_for(before).into_iter();
        let lower = of_before.filter(|on_file| {
            on_file.rule.page().claims.includes(dialect.name) && is_lower(&on_file.rule.id, on_file.severity)
        });
        let mut lower: Vec<Arc<str>> = lower.map(|on_file| on_file.rule.id.clone()).collect();
        lower.sort();
        lower
    }
}
