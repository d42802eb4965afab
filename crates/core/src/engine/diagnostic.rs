//! Converts a finding of a rule to a diagnostic: adds id, severity, symbol path and fingerprint.

use std::collections::HashSet;
use std::sync::Arc;

use crate::budget::count_text;
use crate::diagnostic::emptied;
use crate::diagnostic::{Diagnostic, Finding, Fix, Safety, Severity, Subject};
use crate::engine::Engine;
use crate::engine::answer::FileFinding;
use crate::engine::places::NodeLocator;
use crate::ir::Lowered;
use crate::plan::Instance;
use crate::rule::page::Page;
use crate::source::{Encoding, RelPath};

impl Engine {
    /// Converts a finding in the file that is checked.
    pub(super) fn finding_in_file(
        &self,
        finding: Finding,
        instance: usize,
        severity: Severity,
        file: &Lowered,
        locator: &mut NodeLocator,
    ) -> FileFinding {
        let instance = &self.plan.instances()[instance];
        let rule = &self.plan.rules()[instance.rule];
        let page = rule.page();
        let tree = file.tree_around(finding.span);
        let node = tree.map(|tree| locator.covering(tree, finding.span));
        let symbol = node.map(|node| locator.symbol(node)).unwrap_or_default();
        let subject = crate::fingerprint::subject_text(&finding.subject, file, node, finding.span);
        count_text(symbol.len() + subject.len());
        let message =
            finding.message.unwrap_or_else(|| crate::rule::template::fill_options(&page.message, &instance.options));
        let step = step(finding.step, page, instance);
        let fixes = finding.fixes.into_iter().filter_map(|fix| {
            let Some(tree) = tree else { return Some(fix) };
            let fix = fix.apart_from_neighbors(tree, file.source.path());
            if tree.is_embedded() { fix.in_host(tree, &file.source) } else { Some(fix) }
        });
        let fixes = fixes.filter(|fix| fix.refusal(file).is_none() && !fix.deletes_comment(file));
        let fixes = fixes.map(Fix::respecting_files);
        let diagnostic = Diagnostic {
            rule: rule.id.clone(),
            severity,
            confidence: page.confidence,
            message,
            step,
            path: file.source.path().clone(),
            span: finding.span,
            measure: finding.measure,
            captures: finding.captures,
            related: finding.related,
            // UTF-16 files are decoded, so an edit would not fit the stored bytes.
            fixes: fixes.filter(|_| file.source.encoding() == Encoding::Utf8).collect(),
            fingerprint: crate::fingerprint::of(page.oldest_id(), &symbol, &subject),
            subject_fingerprint: crate::fingerprint::of(page.oldest_id(), "", &subject),
            is_about_definition: finding.subject == Subject::Definition,
            symbol,
        };
        FileFinding::new(instance.rule, diagnostic)
    }

    /// Converts a finding in a file whose text is not available. Its fingerprint is made of the rule and a named
    /// subject.
    pub(super) fn finding_at_path(
        &self,
        finding: Finding,
        instance: usize,
        severity: Severity,
        path: RelPath,
    ) -> FileFinding {
        let instance = &self.plan.instances()[instance];
        let rule = &self.plan.rules()[instance.rule];
        let page = rule.page();
        let subject = match &finding.subject {
            Subject::Named(name) => name.clone(),
            Subject::Tokens | Subject::Definition => String::new(),
        };
        let message =
            finding.message.unwrap_or_else(|| crate::rule::template::fill_options(&page.message, &instance.options));
        let diagnostic = Diagnostic {
            rule: rule.id.clone(),
            severity,
            confidence: page.confidence,
            message,
            step: step(finding.step, page, instance),
            path,
            span: finding.span,
            measure: finding.measure,
            captures: finding.captures,
            related: finding.related,
            // The texts that they edit are not available, so no such fix is safe.
            fixes: finding.fixes.into_iter().map(|fix| fix.at_most(Safety::Unsafe)).collect(),
            fingerprint: crate::fingerprint::of(page.oldest_id(), "", &subject),
            subject_fingerprint: crate::fingerprint::of(page.oldest_id(), "", &subject),
            is_about_definition: finding.subject == Subject::Definition,
            symbol: String::new(),
        };
        FileFinding::new(instance.rule, diagnostic)
    }
}

/// Takes fixes out of findings that are not suppressed: those that would leave nothing of a block, a branch or a file, alone
/// or together. What is left to do there is not to delete.
pub(super) fn withhold_emptying(file: &Lowered, findings: &mut [FileFinding]) {
    let mut edits = Vec::new();
    for (finding, found) in findings.iter().enumerate().filter(|(_, found)| found.suppressed_by.is_none()) {
        for (fix, edit) in found
            .diagnostic
            .fixes
            .iter()
            .enumerate()
            .flat_map(|(at, fix)| fix.edits().iter().map(move |edit| (at, edit)))
        {
            if edit.is_deletion() && edit.is_in(file.source.path()) {
                edits.push(((finding, fix), edit));
            }
        }
    }
    if edits.is_empty() {
        return;
    }
    let numbered = edits.iter().enumerate().map(|(number, (_, edit))| (number, file.source.path(), *edit));
    let emptying = emptied::emptying(numbered, |_| Some(file));
    let withheld: HashSet<(usize, usize)> = emptying.into_iter().map(|number| edits[number].0).collect();
    for (finding, found) in findings.iter_mut().enumerate() {
        let is_withheld = |fix: usize| withheld.contains(&(finding, fix));
        if (0..found.diagnostic.fixes.len()).any(is_withheld) {
            let mut fix = 0..;
            Arc::make_mut(&mut found.diagnostic).fixes.retain(|_| !fix.next().is_some_and(is_withheld));
        }
    }
}

/// The step of a finding: its own, or that of the page with the options filled in.
fn step(own: Option<String>, page: &Page, instance: &Instance) -> Option<Box<str>> {
    let of_page = || page.step.as_ref().map(|step| crate::rule::template::fill_options(step, &instance.options));
    own.or_else(of_page).map(String::into_boxed_str)
}
