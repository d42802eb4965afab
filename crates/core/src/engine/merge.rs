//! The stage `merge`: makes one report from the answers of all files and the concluded findings.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::engine::answer::{FileAnswer, FileFinding, FileOutcome, SuppressionComment};
use crate::engine::conclude::Concluded;
use crate::engine::unused::{Additions, SuppressionReview};
use crate::report::{Report, ReportedRule, Skipped};
use crate::source::{RelPath, SourceFile};

impl Engine {
    /// Makes the report of a run from the answers of its files, in any order, and the concluded findings. The answers
    /// are not changed, so they may be merged again, with other answers or other concluded findings.
    ///
    /// Unused suppressions are reported here, not in the check of their file, because a suppression may be used only by
    /// a finding of another file's check or of a phase. A suppression of a rule whose phase did not run is never
    /// reported.
    pub fn merge<A: Borrow<FileAnswer>>(&self, answers: &[A], concluded: &Concluded) -> Report {
        let mut report = Report { ignored_rules: self.plan.ignored().to_vec(), ..Report::default() };
        for answer in answers {
            count_file(answer.borrow(), &mut report);
        }
        let mut answers: Vec<&FileAnswer> = answers.iter().map(Borrow::borrow).collect();
        answers.retain(|answer| answer.has_findings_or_suppressions());
        answers.sort_by(|a, b| a.path.cmp(&b.path));
        let added = self.additions(&answers, concluded);
        let mut builder = ReportBuilder { engine: self, is_reported: vec![false; self.plan.rules().len()], report };
        for answer in &answers {
            let findings = answer.findings.iter().filter(|found| found.suppressed_by.is_none());
            builder.add(&answer.path, findings, answer.source.as_ref());
            builder.add_suppressed(answer);
        }
        for (path, added) in &added {
            let answer = answers.binary_search_by(|answer| answer.path.cmp(path)).ok().map(|at| answers[at]);
            let source = answer.and_then(FileAnswer::source).or_else(|| concluded.sources.get(path));
            builder.add(path, added.shown(), source);
            builder.add_related_sources(added.shown(), &concluded.sources);
            builder.report.suppressed.extend(added.suppressed().cloned());
        }
        let mut report = builder.report;
        report.diagnostics.sort_by(|a, b| a.order(b));
        report.suppressed.sort_by(|a, b| a.order(b));
        report.summary.suppressed = report.suppressed.len();
        report.degraded.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
        report.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        report.count_findings();
        report
    }

    /// The findings that merging adds to files: those from checks of other files, and those about suppressions.
    fn additions(&self, answers: &[&FileAnswer], concluded: &Concluded) -> BTreeMap<RelPath, Additions> {
        let mut from_elsewhere: BTreeMap<&RelPath, Vec<FileFinding>> = BTreeMap::new();
        for found in answers.iter().flat_map(|answer| &answer.elsewhere).chain(&concluded.findings) {
            from_elsewhere.entry(&found.diagnostic.path).or_default().push(found.clone());
        }
        for findings in from_elsewhere.values_mut() {
            findings.sort_by(|a, b| a.diagnostic.order(&b.diagnostic));
        }
        let mut review = SuppressionReview::new(self, concluded);
        let mut added = BTreeMap::new();
        for answer in answers.iter().filter(|answer| !answer.suppressions.is_empty()) {
            let from_elsewhere = from_elsewhere.remove(&answer.path).unwrap_or_default();
            added.insert(answer.path.clone(), review.review(answer, from_elsewhere));
        }
        for (path, findings) in from_elsewhere {
            added.insert(path.clone(), Additions::of_path(path.clone(), findings));
        }
        self.report_excess(answers, &mut added);
        added
    }
}

/// A report under construction.
struct ReportBuilder<'e> {
    engine: &'e Engine,
    /// By rule, true if it is in [`Report::rules`].
    is_reported: Vec<bool>,
    report: Report,
}

impl ReportBuilder<'_> {
    /// Adds findings in one file, and its text if there are any findings.
    fn add<'f>(
        &mut self,
        path: &RelPath,
        findings: impl Iterator<Item = &'f FileFinding>,
        source: Option<&SourceFile>,
    ) {
        let before = self.report.diagnostics.len();
        for found in findings {
            self.report.diagnostics.push(found.diagnostic.clone());
            if let Some(form) = found.comment {
                let key = (path.clone(), found.diagnostic.rule.clone(), found.diagnostic.span.start);
                self.report.comments.insert(key, form);
            }
            let is_reported = &mut self.is_reported[found.rule as usize];
            if !std::mem::replace(is_reported, true) {
                let rule = &self.engine.plan.rules()[found.rule as usize];
                let reported = ReportedRule { page: rule.page().clone(), pack: rule.pack.clone() };
                self.report.rules.insert(rule.id.clone(), reported);
            }
        }
        if let Some(source) = source.filter(|_| self.report.diagnostics.len() > before) {
            self.report.sources.entry(path.clone()).or_insert_with(|| source.clone());
        }
    }

    /// Adds the findings of a file that its own comments suppress, with their reasons.
    fn add_suppressed(&mut self, answer: &FileAnswer) {
        for found in &answer.findings {
            let Some(number) = found.suppressed_by else { continue };
            let diagnostic = &found.diagnostic;
            if let Some(SuppressionComment::Lawbook(by)) =
                answer.suppressions.get(number as usize).map(|by| &by.comment)
            {
                let key = (diagnostic.path.clone(), diagnostic.rule.clone(), diagnostic.span.start);
                self.report.reasons.insert(key, by.reason.clone());
            }
            self.report.suppressed.push(diagnostic.clone());
            if let Some(source) = &answer.source {
                self.report.suppressed_sources.entry(answer.path.clone()).or_insert_with(|| source.clone());
            }
        }
    }

    /// Adds the texts of the related places of findings.
    fn add_related_sources<'f>(
        &mut self,
        findings: impl Iterator<Item = &'f FileFinding>,
        sources: &BTreeMap<RelPath, SourceFile>,
    ) {
        let related = findings.flat_map(|found| &found.diagnostic.related);
        let paths = related.filter_map(|related| related.path.as_ref());
        for (path, source) in paths.filter_map(|path| sources.get_key_value(path)) {
            self.report.sources.entry(path.clone()).or_insert_with(|| source.clone());
        }
    }
}

fn count_file(answer: &FileAnswer, report: &mut Report) {
    let summary = &mut report.summary;
    summary.files += 1;
    match answer.outcome {
        FileOutcome::Checked { strict, tolerant } => {
            summary.checked += 1;
            summary.strict += usize::from(strict);
            summary.tolerant += usize::from(tolerant);
        }
        FileOutcome::Prefiltered => summary.prefiltered += 1,
        FileOutcome::Unsupported => summary.unsupported += 1,
        FileOutcome::Skipped(reason) => {
            summary.skipped += 1;
            report.skipped.push(Skipped::new(answer.path.clone(), reason));
        }
    }
    report.degraded.extend(answer.degraded.iter().cloned());
}
