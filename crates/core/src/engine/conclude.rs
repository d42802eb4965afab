//! The end of a run: suppressions applied once to all findings, then everything sorted and counted.

use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, FileReport, Found, Outcome};
use crate::report::{Report, ReportedRule, Skipped};
use crate::rule::engine_ids;
use crate::suppression::Suppression;

pub(super) fn conclude(engine: &Engine, files: Vec<FileReport>) -> Report {
    let mut report = Report::default();
    for mut file in files {
        count(&file, &mut report);
        suppress(engine, &mut file, &mut report);
        report.degraded.append(&mut file.degraded);
        if file.findings.is_empty() {
            continue;
        }
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

/// Takes out what comments silence, and adds what is to be said of the comments.
fn suppress(engine: &Engine, file: &mut FileReport, report: &mut Report) {
    let suppressions = std::mem::take(&mut file.suppressions);
    for suppression in &suppressions {
        let expired = suppression.until.filter(|until| *until < engine.options.today);
        if let Some(until) = expired {
            let message =
                format!("this suppression ended on {until}: mend the finding, or give it a new date and reason");
            say(engine, file, engine_ids::EXPIRED_SUPPRESSION, suppression, None, &message);
            continue;
        }
        for (name, span) in &suppression.rules {
            let verdict = silence(engine, file, suppression, name);
            report.summary.suppressed += verdict.silenced;
            if let Some(message) = verdict.complaint {
                say(engine, file, engine_ids::UNUSED_SUPPRESSION, suppression, Some((name, *span)), &message);
            }
        }
    }
}

struct Verdict {
    silenced: usize,
    complaint: Option<String>,
}

fn silence(engine: &Engine, file: &mut FileReport, suppression: &Suppression, name: &str) -> Verdict {
    let plan = &engine.plan;
    let Some(rule) = plan.find(name) else {
        let known = plan.rules().iter().map(|rule| &**rule.page_id());
        let help = crate::mistake::unknown_name_help(name, known);
        let complaint = (!plan.is_narrowed()).then(|| format!("no rule is called `{name}` here ({help})"));
        return Verdict { silenced: 0, complaint };
    };
    if !plan.rules()[rule].page().suppressible {
        return Verdict { silenced: 0, complaint: Some(format!("`{name}` cannot be silenced by a comment")) };
    }
    let before = file.findings.len();
    let meant = |found: &Found| {
        let start = found.diagnostic.span.start;
        found.rule == rule && suppression.scope.start <= start && start <= suppression.scope.end
    };
    file.findings.retain(|found| !meant(found));
    let silenced = before - file.findings.len();
    let runs =
        plan.instances().iter().zip(&file.active).any(|(instance, level)| instance.rule == rule && level.is_some());
    let complaint = match (silenced, runs) {
        (0, true) => Some(format!("`{name}` finds nothing here; delete this suppression")),
        (0, false) if !plan.is_narrowed() => {
            Some(format!("`{name}` does not run on this file; delete this suppression"))
        }
        _ => None,
    };
    Verdict { silenced, complaint }
}

fn say(
    engine: &Engine,
    file: &mut FileReport,
    id: &str,
    suppression: &Suppression,
    rule: Option<(&str, crate::span::Span)>,
    message: &str,
) {
    let span = rule.map_or(suppression.span, |(_, span)| span);
    let code = rule.map_or_else(|| suppression.rules[0].0.as_str(), |(name, _)| name).to_owned();
    engine.push_engine_finding(id, None, span, &code, message, file);
}
