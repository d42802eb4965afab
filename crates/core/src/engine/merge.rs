//! The stage `merge`: the answers of all files and the concluded findings become one report, sorted and counted.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::engine::answer::{FileAnswer, FileFinding, FileOutcome};
use crate::engine::conclude::Concluded;
use crate::engine::unused::{Additions, SuppressionJudge};
use crate::report::{Report, ReportedRule, Skipped};
use crate::source::{RelPath, SourceFile};

impl Engine {
    /// The report of a run, from the answers of its files in any order and the concluded findings. Nothing is taken
    /// out of the answers, so the same ones may be merged again, with others or with another conclusion.
    ///
    /// Unused suppressions are decided here, because the check of another file may have made the only finding that a
    /// suppression means. A suppression of a rule whose phase did not run is not judged.
    pub fn merge<A: Borrow<FileAnswer>>(&self, answers: &[A], concluded: &Concluded) -> Report {
        let mut report = Report::default();
        for answer in answers {
            count(answer.borrow(), &mut report);
        }
        let mut answers: Vec<&FileAnswer> = answers.iter().map(Borrow::borrow).collect();
        answers.retain(|answer| answer.has_something());
        answers.sort_by(|a, b| a.path.cmp(&b.path));
        let added = self.additions(&answers, concluded);
        let mut shown = Shown { engine: self, is_reported: vec![false; self.plan.rules().len()], report };
        for answer in &answers {
            let findings = answer.findings.iter().filter(|found| found.suppressed_by.is_none());
            shown.add(&answer.path, findings, answer.source.as_ref());
            let suppressed = answer.findings.iter().filter(|found| found.suppressed_by.is_some());
            shown.report.suppressed.extend(suppressed.map(|found| found.diagnostic.clone()));
        }
        for (path, added) in &added {
            let answer = answers.binary_search_by(|answer| answer.path.cmp(path)).ok().map(|at| answers[at]);
            let source = answer.and_then(FileAnswer::source).or_else(|| concluded.sources.get(path));
            shown.add(path, added.shown(), source);
            shown.add_sources_beside(added.shown(), &concluded.sources);
            shown.report.suppressed.extend(added.suppressed().cloned());
        }
        let mut report = shown.report;
        report.diagnostics.sort_by(|a, b| a.order(b));
        report.suppressed.sort_by(|a, b| a.order(b));
        report.summary.suppressed = report.suppressed.len();
        report.degraded.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
        report.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        report.count_findings();
        report
    }

    /// The findings that merging adds to files: those of other files' checks, and those about suppressions.
    fn additions(&self, answers: &[&FileAnswer], concluded: &Concluded) -> BTreeMap<RelPath, Additions> {
        let mut from_elsewhere: BTreeMap<&RelPath, Vec<FileFinding>> = BTreeMap::new();
        for found in answers.iter().flat_map(|answer| &answer.elsewhere).chain(&concluded.findings) {
            from_elsewhere.entry(&found.diagnostic.path).or_default().push(found.clone());
        }
        for findings in from_elsewhere.values_mut() {
            findings.sort_by(|a, b| a.diagnostic.order(&b.diagnostic));
        }
        let mut judge = SuppressionJudge::new(self, concluded);
        let mut added = BTreeMap::new();
        for answer in answers.iter().filter(|answer| !answer.suppressions.is_empty()) {
            let from_elsewhere = from_elsewhere.remove(&answer.path).unwrap_or_default();
            added.insert(answer.path.clone(), judge.judge(answer, from_elsewhere));
        }
        for (path, findings) in from_elsewhere {
            added.insert(path.clone(), Additions::of_path(path.clone(), findings));
        }
        self.report_excess(answers, &mut added);
        added
    }
}

/// A report that findings are added to.
struct Shown<'e> {
    engine: &'e Engine,
    /// By rule: whether it is among those of the report.
    is_reported: Vec<bool>,
    report: Report,
}

impl Shown<'_> {
    /// Adds findings in one file, with its text if there are any.
    fn add<'f>(
        &mut self,
        path: &RelPath,
        findings: impl Iterator<Item = &'f FileFinding>,
        source: Option<&SourceFile>,
    ) {
        let before = self.report.diagnostics.len();
        for found in findings {
            self.report.diagnostics.push(found.diagnostic.clone());
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

    /// Adds the texts of other files that belong to findings.
    fn add_sources_beside<'f>(
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

fn count(answer: &FileAnswer, report: &mut Report) {
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
            report.skipped.push(Skipped { path: answer.path.clone(), reason });
        }
    }
    report.degraded.extend(answer.degraded.iter().cloned());
}
