//! Files of a change that less of the law holds for from now on, because of where they lie or how large they are.

use std::sync::Arc;

use lawbook_core::diagnostic::{Diagnostic, Severity};
use lawbook_core::engine::Contexts;
use lawbook_core::report::{Relaxed, Report, SkipReason, Weakening};
use lawbook_core::source::{Files, RelPath, SourceFile};

use crate::change::Change;
use crate::law::Law;

/// The most rules that a message names.
const MAX_RULES: usize = 5;

impl Law {
    /// The files of a change that leave the law, by the report of the change.
    pub(super) fn weakened_places(
        &self,
        change: &Change,
        before: &dyn Files,
        files: &dyn Files,
        report: &Report,
    ) -> Vec<Weakening> {
        let mut found = Vec::new();
        for leaving in &report.leaving {
            let by = leaving.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
            let message = format!("it is not checked from now on: {}{by}", leaving.reason.in_words());
            found.push(Weakening::at_path(leaving.path.clone(), "left out", message));
        }
        let was_checked = |path: &RelPath| {
            let files = &change.files;
            let file = files.binary_search_by(|file| file.path.cmp(path)).ok().map(|at| &files[at]);
            file.is_some_and(|file| file.before.is_some() && file.was_in_place)
        };
        for skipped in &report.skipped {
            let leaves = match skipped.reason {
                SkipReason::UnknownLanguage => skipped.is_requested,
                SkipReason::TooLarge | SkipReason::LfsPointer => was_checked(&skipped.path),
                _ => false,
            };
            if leaves {
                let by = skipped.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
                let message = format!("it is not checked from now on: {}{by}", skipped.reason.in_words());
                found.push(Weakening::at_path(skipped.path.clone(), "left out", message));
            }
        }
        let contexts = (self.checker.contexts(before), self.checker.contexts(files));
        found.extend(report.relaxed.iter().filter_map(|relaxed| self.weakened_move(relaxed, &contexts, files)));
        found
    }

    /// A file with findings that count at its old place and do not at its new one. The contexts are those of the files
    /// before and after the change.
    fn weakened_move(
        &self,
        relaxed: &Relaxed,
        (contexts_before, contexts): &(Contexts<'_>, Contexts<'_>),
        files: &dyn Files,
    ) -> Option<Weakening> {
        // A file may have another role at the same path, because a file beside it declares it for tests.
        let old = relaxed.was.as_ref().or(relaxed.copy_of.as_ref()).unwrap_or(&relaxed.path);
        let source = self.texts([&relaxed.path], files).remove(&relaxed.path)?;
        let at_old = SourceFile::new(old.clone(), source.text().clone()).ok()?;
        let there = self.checker.check_source(at_old, contexts_before);
        let here = self.checker.check_source(source, contexts);
        let mut known: Vec<(Arc<str>, u32, Severity)> = here.diagnostics().map(|found| key(found)).collect();
        let mut rules: Vec<Arc<str>> = Vec::new();
        let mut count = 0;
        for found in there.diagnostics() {
            let (rule, start, severity) = key(found);
            let same = known.iter().position(|(id, at, level)| *id == rule && *at == start && *level >= severity);
            if let Some(at) = same {
                known.swap_remove(at);
                continue;
            }
            count += 1;
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        if count == 0 {
            return None;
        }
        let (findings, verb) = if count == 1 { ("1 finding", "does") } else { ("findings", "do") };
        let findings = if count == 1 { findings.to_owned() } else { format!("{count} {findings}") };
        let names: Vec<String> = rules.iter().take(MAX_RULES).map(|rule| format!("`{rule}`")).collect();
        let role = relaxed.counts_as.map(|role| format!("counts as {} now", role.name()));
        let origin = match (&relaxed.was, &relaxed.copy_of) {
            (Some(was), _) => Some(format!("was `{was}`")),
            (None, Some(model)) => Some(format!("has the code of `{model}`")),
            (None, None) => None,
        };
        let facts: Vec<String> = origin.into_iter().chain(role).collect();
        let message = format!(
            "it {}: {findings} of {} {verb} not count here, or at a lower level",
            facts.join(", and "),
            names.join(", ")
        );
        Some(Weakening::at_path(relaxed.path.clone(), format!("moved {old}"), message))
    }
}

/// The parts that tell a finding of a text apart from others, wherever the text lies.
fn key(found: &Diagnostic) -> (Arc<str>, u32, Severity) {
    (found.rule.clone(), found.span.start, found.severity)
}
