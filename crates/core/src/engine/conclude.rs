//! The end of a run: suppressions applied once to all findings, then everything sorted and counted.

use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, FileReport, Outcome, budget, silence};
use crate::report::{Report, ReportedRule, Skipped};

pub(super) fn conclude(engine: &Engine, mut files: Vec<FileReport>) -> Report {
    let mut report = Report::default();
    for file in &mut files {
        count(file, &mut report);
        report.summary.suppressed += silence::silence(engine, file);
    }
    budget::hold(engine, &mut files);
    for file in &mut files {
        report.degraded.append(&mut file.degraded);
        file.findings.sort_by(|a, b| a.diagnostic.order(&b.diagnostic));
    }
    // To bring few files in order costs less than many findings, which the sort below then meets sorted.
    files.retain(|file| !file.findings.is_empty());
    files.sort_by(|a, b| a.path.cmp(&b.path));
    for file in files {
        if let Some(source) = file.source {
            report.sources.insert(file.path, source);
        }
        for found in file.findings {
            let rule = &engine.plan.rules()[found.rule];
            if !report.rules.contains_key(&rule.id) {
                let reported = ReportedRule { page: rule.page().clone(), pack: rule.pack.clone() };
                report.rules.insert(rule.id.clone(), reported);
            }
            report.diagnostics.push(found.diagnostic);
        }
    }
    report.diagnostics.sort_by(Diagnostic::order);
    report.degraded.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
    report.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    report.count_findings();
    report
}

fn count(file: &FileReport, report: &mut Report) {
    let summary = &mut report.summary;
    summary.files += 1;
    match file.outcome {
        Outcome::Checked { strict, tolerant } => {
            summary.checked += 1;
            summary.strict += usize::from(strict);
            summary.tolerant += usize::from(tolerant);
        }
        Outcome::Prefiltered => summary.prefiltered += 1,
        Outcome::Unsupported => summary.unsupported += 1,
        Outcome::Skipped(reason) => {
            summary.skipped += 1;
            report.skipped.push(Skipped { path: file.path.clone(), reason });
        }
    }
}
