//! The files that are checked, and what a check of all of them says about itself.

use std::collections::BTreeMap;

use lawbook_core::rule::engine_ids;

use super::{Examined, Health, Observation};
use crate::text::counted;

/// The most places that one line names.
const MAX_NAMED: usize = 3;

/// The files by language, and languages without rules.
pub(super) fn files(subject: &Examined<'_>) -> Vec<Observation> {
    let run = match &subject.run {
        Some(Ok(run)) => run,
        // Where no rule is on, the check of the rules says so.
        Some(Err(_)) if super::settings::rules(subject).iter().any(|seen| seen.state == Health::Broken) => {
            return Vec::new();
        }
        Some(Err(mistakes)) => return mistakes.iter().map(Observation::of_mistake).collect(),
        None => return Vec::new(),
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &run.answers {
        if let Some(dialect) = run.law.plan().dialect(file.path()) {
            *counts.entry(dialect.language.name()).or_default() += 1;
        }
    }
    let summary = &run.report.summary;
    let mut found = Vec::new();
    if summary.checked + summary.prefiltered == 0 {
        let none = Observation::note("no file is checked, so `lawbook check` exits with 2");
        found.push(match summary.skipped {
            0 => none,
            _ => none.with_fix("lawbook config explain FILE   # says why a file is left out"),
        });
    } else {
        let counts: Vec<String> = counts.iter().map(|(language, count)| format!("{language} {count}")).collect();
        let left_out = match summary.skipped {
            0 => String::new(),
            skipped => format!("; left out: {skipped}"),
        };
        found.push(Observation::good(format!("files checked: {}{left_out}", counts.join(", "))));
    }
    for (language, files) in &run.report.without_rules {
        let message = format!("no rule is on for {} of {language}", counted(*files, "file"));
        found.push(Observation::note(message).with_fix("lawbook rules"));
    }
    let others = subject.survey.languages();
    let others = others.iter().filter(|language| !language.is_read);
    let others: Vec<String> = others.map(|language| format!("{} {}", language.name, language.files)).collect();
    if !others.is_empty() {
        found.push(Observation::note(format!("files of languages that are not read: {}", others.join(", "))));
    }
    found
}

/// Files that could not be checked.
pub(super) fn unread(subject: &Examined<'_>) -> Vec<Observation> {
    of_rule(
        subject,
        engine_ids::UNCHECKED_FILE,
        "cannot be checked",
        "make it a file that can be read, or leave it out with `[files] exclude`",
    )
}

/// Suppressions that are over.
pub(super) fn suppressions(subject: &Examined<'_>) -> Vec<Observation> {
    of_rule(
        subject,
        engine_ids::EXPIRED_SUPPRESSION,
        "has a suppression that is over",
        "lawbook check --rule expired-suppression",
    )
}

/// The findings of a rule of the engine, the first ones by name.
fn of_rule(subject: &Examined<'_>, rule: &str, what: &str, fix: &str) -> Vec<Observation> {
    let Some(run) = subject.run() else { return Vec::new() };
    let all: Vec<_> = run.report.diagnostics.iter().filter(|found| *found.rule == *rule).collect();
    let mut observed: Vec<Observation> = Vec::new();
    for found in all.iter().take(MAX_NAMED) {
        let (start, _) = run.report.positions(&found.path, found.span);
        let shown = run.law.paths().shown(found.path.as_str());
        observed.push(Observation::broken(format!("{shown}:{} {what}: {}", start.line, found.message), fix));
    }
    if let Some(more) = all.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        observed.push(Observation::broken(format!("{more} more like the ones above"), fix));
    }
    observed
}

/// A run of `--fix` that was cut off.
pub(super) fn fixes(subject: &Examined<'_>) -> Vec<Observation> {
    let Ok(law) = &subject.law else { return Vec::new() };
    let journal = law.unfinished_fixes();
    let broken = |journal: lawbook_core::source::RelPath| {
        let shown = law.paths().shown(journal.as_str());
        Observation::broken(
            format!("an earlier --fix was interrupted ({shown})"),
            "lawbook check --fix   # completes or undoes it",
        )
    };
    journal.map(broken).into_iter().collect()
}
