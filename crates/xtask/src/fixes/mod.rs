//! Every fix of every rule over real code: files parse no worse, nothing is lost or left over, fixes come to an end, and the
//! order of rules does not matter.

mod copy;
mod leftovers;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lawbook_core::ir::Tree;
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};
use serde::Deserialize;

use crate::places::WorkspaceFolders;
use crate::report_json::ReportJson;
use copy::SourceCopy;

/// The results for all rules and pairs of rules.
#[derive(Debug, Default)]
pub struct FixesOutcome {
    rules: Vec<FixesRow>,
    pairs: usize,
    /// Pairs of which the two orders give different texts and a run rolled a fix back, each with a file.
    conflicts: Vec<String>,
    /// The expectations that failed.
    pub failures: Vec<String>,
}

/// The counts of one rule.
#[derive(Debug, Default)]
struct FixesRow {
    rule: String,
    files: usize,
    fixable: usize,
    fixed: usize,
    rolled_back: usize,
}

impl FixesOutcome {
    /// The outcome as a table.
    pub fn text(&self) -> String {
        let mut text = format!("{:28} {:>7} {:>8} {:>7} {:>11}\n", "rule", "files", "fixable", "fixed", "rolled back");
        for row in &self.rules {
            let _ = writeln!(
                text,
                "{:28} {:7} {:8} {:7} {:11}",
                row.rule, row.files, row.fixable, row.fixed, row.rolled_back
            );
        }
        let _ = writeln!(text, "{} pairs, {} with orders that differ", self.pairs, self.conflicts.len());
        for conflict in &self.conflicts {
            let _ = writeln!(text, "conflict: {conflict}");
        }
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        text
    }
}

/// Runs every fix of every rule over the sources in `dirs`.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, dirs: &[PathBuf]) -> Result<FixesOutcome, String> {
    let base = places.e2e().join("fixes");
    let rules = rules(lawbook)?;
    let law = copy::law(&rules);
    let whole = SourceCopy::new(base.join("whole"), &law)?;
    whole.take_sources(dirs)?;
    whole.take_blocks(&places.root().join("rulesets"))?;
    let all = check(lawbook, &whole, &[])?;
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for found in all.report.diagnostics.iter().filter(|found| found.is_fixable()) {
        files.entry(&found.rule).or_default().insert(&found.path);
    }
    let mut outcome = FixesOutcome::default();
    for (rule, files) in &files {
        let copy = SourceCopy::new(base.join("one"), &law)?;
        copy.take(&whole, files.iter().copied())?;
        outcome.rules.push(one_rule(lawbook, &copy, rule, &mut outcome.failures)?);
    }
    let names: Vec<&str> = files.keys().copied().collect();
    for (at, first) in names.iter().enumerate() {
        for second in &names[at + 1..] {
            outcome.pairs += 1;
            let union: Vec<&str> = files[first].union(&files[second]).copied().collect();
            pair(lawbook, &base, &law, &whole, (first, second), &union, &mut outcome)?;
        }
    }
    copy::clear(&base)?;
    Ok(outcome)
}

/// Fixes everything that one rule finds, and once more: the second run must have nothing to do.
fn one_rule(lawbook: &Path, copy: &SourceCopy, rule: &str, failures: &mut Vec<String>) -> Result<FixesRow, String> {
    let before = copy.texts()?;
    let only = ["--rule", rule];
    let fixable = check(lawbook, copy, &only)?.report.diagnostics.iter().filter(|found| found.is_fixable()).count();
    let fixed = check(lawbook, copy, &["--fix", "--unsafe-fixes", "--rule", rule])?;
    let after = copy.texts()?;
    let mut fail = |why: String| failures.push(format!("{rule}: {why}"));
    for (path, old) in &before {
        let Some(new) = after.get(path) else {
            fail(format!("{path} is gone"));
            continue;
        };
        if old == new {
            continue;
        }
        if is_worse(path, old, new) {
            fail(format!("{path} parses worse than before"));
        }
        for lost in leftovers::unwanted(path, old, new) {
            fail(format!("{path} {lost}"));
        }
    }
    for note in fixed.notes.iter().filter(|line| line.contains("undo each other") || line.contains("not finished")) {
        fail(note.clone());
    }
    let rolled_back = fixed.report.rolled_back.len();
    let left = fixed.report.diagnostics.iter().filter(|found| found.is_fixable()).count();
    if left != rolled_back {
        fail(format!("{left} findings with a fix are left, and {rolled_back} fixes were rolled back"));
    }
    if !fixed.report.unwritten.is_empty() {
        fail(format!("{} files were not written", fixed.report.unwritten.len()));
    }
    let again = check(lawbook, copy, &["--fix", "--unsafe-fixes", "--rule", rule])?;
    if again.report.summary.fixed != 0 || copy.texts()? != after {
        fail(format!("the second run fixes {} more", again.report.summary.fixed));
    }
    Ok(FixesRow { rule: rule.to_owned(), files: before.len(), fixable, fixed: fixed.report.summary.fixed, rolled_back })
}

/// Fixes with two rules in both orders, and with both at once. Where the texts differ, a run must have rolled a fix back.
fn pair(
    lawbook: &Path,
    base: &Path,
    law: &str,
    whole: &SourceCopy,
    (first, second): (&str, &str),
    files: &[&str],
    outcome: &mut FixesOutcome,
) -> Result<(), String> {
    let mut texts = Vec::new();
    let mut reported = false;
    for order in [vec![first, second], vec![second, first]] {
        let copy = SourceCopy::new(base.join("pair"), law)?;
        copy.take(whole, files.iter().copied())?;
        for rule in order {
            let run = check(lawbook, &copy, &["--fix", "--unsafe-fixes", "--rule", rule])?;
            reported |= !run.report.rolled_back.is_empty();
        }
        texts.push(copy.texts()?);
    }
    let copy = SourceCopy::new(base.join("pair"), law)?;
    copy.take(whole, files.iter().copied())?;
    let both = check(lawbook, &copy, &["--fix", "--unsafe-fixes", "--rule", first, "--rule", second])?;
    reported |= !both.report.rolled_back.is_empty();
    texts.push(copy.texts()?);
    let differs = |path: &&String| texts.iter().any(|others| others.get(*path) != texts[0].get(*path));
    let differing = texts[0].keys().find(differs);
    if let Some(path) = differing {
        let what = format!("{first} and {second} in {path}");
        if reported {
            outcome.conflicts.push(what);
        } else {
            outcome.failures.push(format!("{what}: the orders differ and no run says so"));
        }
    }
    Ok(())
}

/// True if a text has more errors than before by either parser.
fn is_worse(path: &str, old: &str, new: &str) -> bool {
    let source = |text: &str| SourceFile::new(RelPath::new(path), text).ok();
    let (Some(old), Some(new)) = (source(old), source(new)) else { return true };
    let errors =
        |trees: &[Tree]| trees.iter().flat_map(Tree::nodes).filter(|node| node.is_error() || node.is_missing()).count();
    let (before, after) = (language::lower(old.clone()), language::lower(new.clone()));
    let tolerant = [old, new].map(|source| errors(&language::lower_tolerant(source).trees));
    after.problems.len() > before.problems.len()
        || after.degraded.len() > before.degraded.len()
        || errors(&after.trees) > errors(&before.trees)
        || tolerant[1] > tolerant[0]
}

#[derive(Debug, Deserialize)]
struct RuleListJson {
    rules: Vec<ListedRuleJson>,
}

#[derive(Debug, Deserialize)]
struct ListedRuleJson {
    id: String,
    topic: String,
}

/// The ids of the built-in rules.
fn rules(lawbook: &Path) -> Result<Vec<String>, String> {
    let output = Command::new(lawbook)
        .args(["rules", "--no-config", "--format", "json"])
        .output()
        .map_err(|error| format!("lawbook cannot be started: {error}"))?;
    let rules: RuleListJson =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("lawbook rules: {error}"))?;
    Ok(rules.rules.into_iter().filter(|rule| rule.topic != "engine").map(|rule| rule.id).collect())
}

/// The report of a run, and the lines that it wrote to standard error.
#[derive(Debug)]
struct FixRun {
    report: ReportJson,
    notes: Vec<String>,
}

/// Runs `lawbook check` on a copy.
fn check(lawbook: &Path, copy: &SourceCopy, args: &[&str]) -> Result<FixRun, String> {
    let output = Command::new(lawbook)
        .args(["check", "--format", "json"])
        .args(args)
        .current_dir(copy.folder())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("lawbook cannot be started: {error}"))?;
    let notes = String::from_utf8_lossy(&output.stderr);
    let report =
        ReportJson::parse(&output.stdout).map_err(|error| format!("lawbook check {args:?}: {error}\n{notes}"))?;
    Ok(FixRun { report, notes: notes.lines().map(str::to_owned).collect() })
}
