//! The known findings of a run: those in the baseline, and in a change those that were there before it.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use lawbook_core::changed_lines::ChangedLines;
use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::engine::{Concluded, FileAnswer};
use lawbook_core::fix::KnownFinding;
use lawbook_core::ir::symbol;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::policy::Knowledge;
use lawbook_core::policy::baseline::{Comparison, PresentTexts, may_be_known};
use lawbook_core::policy::change::{FindingBefore, FindingNow, known_before};
use lawbook_core::report::{BaselineEntry, LineText, NewlySuppressed, Report};
use lawbook_core::rule::engine_ids;
use lawbook_core::rule::page::Scope;
use lawbook_core::source::{RelPath, SourceFile};

use crate::checker::ContentKind;
use crate::inputs::{Batch, Coverage};
use crate::law::Law;
use crate::presence::Presence;
use crate::request::{BaselineMode, ReportScope, Request};
use crate::sides::ChangeBatch;

/// Removes the findings from a report that the request hides, counts them in its summary, and adds the stale entries of
/// the baseline. Returns the comparison with the baseline if the request asks for it.
pub(crate) fn hide_known(
    law: &Law,
    report: &mut Report,
    request: &Request,
    batch: &Batch<'_>,
) -> Result<Option<Comparison>, Vec<Mistake>> {
    let KnownOfReport { known, grown, comparison } = known_of_report(law, report, request, batch)?;
    for (number, before, place) in grown {
        note_growth(&mut report.diagnostics[number], before, place);
    }
    if known.contains(&true) {
        report.hide_known(&known);
    }
    Ok(comparison)
}

/// The findings of single files that the report of a request would hide, so that nothing is fixed that it does not show.
pub(crate) fn known_findings(
    law: &Law,
    answers: &[FileAnswer],
    request: &Request,
    batch: &Batch<'_>,
) -> Result<Vec<KnownFinding>, Vec<Mistake>> {
    // Without fixes nothing asks for the base side of a change.
    if answers.iter().flat_map(FileAnswer::diagnostics).all(|found| found.fixes.is_empty()) {
        return Ok(Vec::new());
    }
    let mut report = law.checker.merge(answers, &Concluded::default());
    let KnownOfReport { known, comparison, .. } = known_of_report(law, &mut report, request, batch)?;
    let in_baseline = |at: usize| comparison.as_ref().is_some_and(|compared| compared.known[at].is_some());
    let findings = report.diagnostics.iter().enumerate();
    let marked = findings.map(|(at, found)| (&**found, known[at] || in_baseline(at)));
    Ok(KnownFinding::among(marked))
}

/// The knowledge about the findings of a report.
struct KnownOfReport {
    /// For each finding, true if the request hides it.
    known: Vec<bool>,
    /// The known findings whose count has grown: the number of the finding, the count before, and where that stands.
    grown: Vec<(usize, u32, &'static str)>,
    /// The comparison with the baseline, if the request asks for it.
    comparison: Option<Comparison>,
}

fn known_of_report(
    law: &Law,
    report: &mut Report,
    request: &Request,
    batch: &Batch<'_>,
) -> Result<KnownOfReport, Vec<Mistake>> {
    let KnownOfChange { mut knowledge, before } = match &batch.change {
        Some(change) if request.scope != ReportScope::All && !report.diagnostics.is_empty() => {
            known_of_change(law, change, report, request)?
        }
        _ => KnownOfChange { knowledge: vec![Knowledge::New; report.diagnostics.len()], before: Vec::new() },
    };
    let mut grown: Vec<(usize, u32, &'static str)> = Vec::new();
    for (number, known) in knowledge.iter().enumerate() {
        if let Knowledge::Grown(before) = known {
            grown.push((number, *before, "before the change"));
        }
    }
    let mut comparison = None;
    if request.baseline != BaselineMode::Ignore {
        let compared = compare_with_baseline(law, report, &before, batch)?;
        if request.baseline == BaselineMode::Hide {
            let store = law.baseline();
            for (number, (known, found)) in knowledge.iter_mut().zip(&report.diagnostics).enumerate() {
                match compared.knowledge(store.baseline(), number, found) {
                    Knowledge::Known => *known = Knowledge::Known,
                    // One count from before is enough: that of the change, where there is one.
                    Knowledge::Grown(before) if *known == Knowledge::New => {
                        grown.push((number, before, "in the baseline"));
                    }
                    Knowledge::Grown(_) | Knowledge::New => {}
                }
            }
        } else {
            comparison = Some(compared);
        }
    }
    let known = knowledge.iter().map(|known| *known == Knowledge::Known).collect();
    Ok(KnownOfReport { known, grown, comparison })
}

/// Adds the count that a known finding had to its message: `150 lines in the baseline, 275 now`.
fn note_growth(found: &mut Arc<Diagnostic>, before: u32, place: &str) {
    if let Some(measure) = &found.measure {
        let message = format!("{}: {} {place}, {} now", found.message, measure.in_words(before), measure.value);
        Arc::make_mut(found).message = message;
    }
}

/// Compares a report with the entries of the baseline for its files, and adds the stale ones to the report.
fn compare_with_baseline(
    law: &Law,
    report: &mut Report,
    before: &[Option<Arc<Diagnostic>>],
    batch: &Batch<'_>,
) -> Result<Comparison, Vec<Mistake>> {
    let presence = Presence::new(&law.paths);
    let changed: HashMap<&RelPath, bool> = match &batch.change {
        Some(change) => change.files.iter().map(|file| (&file.path, !file.is_now)).collect(),
        None => HashMap::new(),
    };
    let is_gone = |path: &RelPath| changed.get(path).copied().unwrap_or_else(|| presence.is_gone(path));
    let mut store = law.baseline();
    let mut texts = ReportTexts::new(&report.sources);
    let mut comparison = store.compare(&report.diagnostics, before, &is_gone, &mut texts)?;
    let incompletely_checked = incompletely_checked(report);
    let is_whole = batch.coverage.is_whole(law);
    let off = Cell::new(0);
    let covers = |entry: &BaselineEntry| {
        let is_covered = batch.coverage.covers(&entry.path, law, &presence)
            && !incompletely_checked.contains(&entry.path)
            && !is_in_skipped_folder(&entry.path, &incompletely_checked)
            && !presence.is_absent(&entry.path)
            && law.checker.reports_all_of(&entry.rule, is_whole);
        // An entry of a rule that is off tells nothing about its finding: it holds again once the rule is on.
        let is_off = is_covered && law.checker.is_off_on(&entry.path, &entry.rule);
        off.set(off.get() + usize::from(is_off));
        is_covered && !is_off
    };
    let paths: Option<Vec<&RelPath>> = match &batch.coverage {
        Coverage::Paths(paths) => Some(paths.iter().collect()),
        Coverage::Targets(_) => None,
    };
    let baseline = store.baseline();
    comparison.note_stale(baseline, paths.as_deref(), &covers);
    report.stale = comparison.stale.iter().map(|at| baseline.entry(*at).clone()).collect();
    report.stale.sort();
    report.summary.stale = report.stale.len();
    report.summary.off = off.get();
    Ok(comparison)
}

/// The files that were not checked completely: a finding that is not reported there may still be in them.
fn incompletely_checked(report: &Report) -> HashSet<RelPath> {
    let incomplete = [engine_ids::UNCHECKED_FILE, engine_ids::INTERNAL_ERROR, engine_ids::PARSE_ERROR];
    let reported = report.diagnostics.iter().filter(|found| incomplete.contains(&&*found.rule));
    reported.map(|found| found.path.clone()).chain(report.skipped.iter().map(|skipped| skipped.path.clone())).collect()
}

/// True if a folder above a path was left out as a whole.
fn is_in_skipped_folder(path: &RelPath, skipped: &HashSet<RelPath>) -> bool {
    let folders = path.as_str().match_indices('/').map(|(end, _)| &path.as_str()[..end]);
    !skipped.is_empty() && folders.into_iter().any(|folder| skipped.contains(&RelPath::new(folder)))
}

impl Coverage {
    /// True if the run covers a path. Only a run over the whole root covers deleted files: a run over a part cannot
    /// know if such a file was moved to the rest.
    fn covers(&self, path: &RelPath, law: &Law, presence: &Presence<'_>) -> bool {
        match self {
            Self::Paths(paths) => paths.contains(path),
            Self::Targets(targets) => {
                let at = law.root().join(path.as_str());
                let is_named = targets.iter().any(|target| at.starts_with(target));
                is_named && (self.is_whole(law) || !presence.is_gone(path))
            }
        }
    }
}

/// The knowledge of a change about the findings of a report.
struct KnownOfChange {
    knowledge: Vec<Knowledge>,
    /// For each finding, the one that it was before the change; empty without a change.
    before: Vec<Option<Arc<Diagnostic>>>,
}

/// The knowledge about each finding of a change. In the scope [`ReportScope::Lines`], a finding counts as known if it is not
/// on a changed line, unless its rule looks at the change as a whole or its findings are never known.
fn known_of_change(
    law: &Law,
    change: &ChangeBatch<'_>,
    report: &Report,
    request: &Request,
) -> Result<KnownOfChange, Vec<Mistake>> {
    let entries = change.entries_before()?;
    let texts = law.texts(entries.iter().map(|entry| &entry.path), change.before());
    let renames = change.renames(&report.sources, &texts);
    let old_path = |path| renames.get(path).copied().unwrap_or(path);
    let mut changed: HashMap<&RelPath, ChangedLines> = HashMap::new();
    for found in &report.diagnostics {
        if let Some(now) = report.sources.get(&found.path) {
            changed.entry(&found.path).or_insert_with(|| {
                texts.get(old_path(&found.path)).map_or_else(ChangedLines::all, |old| ChangedLines::between(old, now))
            });
        }
    }
    if request.scope == ReportScope::Lines {
        let before = report.diagnostics.iter().map(|found| {
            let now = report.sources.get(&found.path)?;
            let is_of_file = law.checker.scope_of(&found.rule) != Scope::Change;
            let is_untouched = changed.get(&found.path).is_some_and(|lines| !lines.overlaps(now, found.span));
            (may_be_known(found) && is_of_file && is_untouched).then(|| found.clone())
        });
        let before: Vec<Option<Arc<Diagnostic>>> = before.collect();
        let known = before.iter().map(|before| before.as_ref().map_or(Knowledge::New, |_| Knowledge::Known));
        return Ok(KnownOfChange { knowledge: known.collect(), before });
    }
    let answers = law.check_each(&entries, change.before(), ContentKind::Repository, request, None, &|_| false)?;
    let before = law.checker.merge(&answers, &Concluded::default());
    let sides = Sides { sources: &report.sources, texts: &texts, renames: &renames, changed: &changed };
    Ok(sides.knowledge(&report.diagnostics, &before.diagnostics))
}

/// The suppressed findings of a change that were not suppressed before it, though their suppressions were there: code was
/// put under one, or one was stretched.
pub(crate) fn newly_suppressed(
    law: &Law,
    change: &ChangeBatch<'_>,
    answers: &[FileAnswer],
    report: &Report,
    request: &Request,
) -> Result<Vec<NewlySuppressed>, Vec<Mistake>> {
    if request.scope == ReportScope::All || report.suppressed.is_empty() {
        return Ok(Vec::new());
    }
    let is_new = |found: &&Arc<Diagnostic>| *found.rule == *engine_ids::NEW_SUPPRESSION;
    let reported: HashSet<(&RelPath, u32)> =
        report.diagnostics.iter().filter(is_new).map(|found| (&found.path, found.span.start)).collect();
    let (mut now, mut sources) = (Vec::new(), BTreeMap::new());
    for answer in answers {
        let Some(source) = answer.source() else { continue };
        let is_of_old = |number: usize| {
            let start = answer.suppressions()[number].comment.span().start;
            !reported.contains(&(answer.path(), start))
        };
        let taken = answer.findings().iter().filter(|found| found.suppressed_by().is_some_and(is_of_old));
        let taken: Vec<Arc<Diagnostic>> = taken.map(|found| found.diagnostic().clone()).collect();
        // Where the settings turn the reports of new suppressions off, the old ones are no matter either.
        if !taken.is_empty() && law.checker.may_have_new_suppressions(source) {
            now.extend(taken);
            sources.insert(answer.path().clone(), source.clone());
        }
    }
    if now.is_empty() {
        return Ok(Vec::new());
    }
    let mut entries = change.entries_before()?;
    let texts = law.texts(entries.iter().map(|entry| &entry.path), change.before());
    let renames = change.renames(&sources, &texts);
    let wanted: HashSet<&RelPath> = sources.keys().map(|path| *renames.get(path).unwrap_or(&path)).collect();
    entries.retain(|entry| wanted.contains(&entry.path));
    let answers = law.check_each(&entries, change.before(), ContentKind::Repository, request, None, &|_| false)?;
    let before: Vec<Arc<Diagnostic>> = answers
        .iter()
        .flat_map(FileAnswer::findings)
        .filter(|found| found.suppressed_by().is_some())
        .map(|found| found.diagnostic().clone())
        .collect();
    let changed = sources.iter().map(|(path, source)| {
        let old = texts.get(*renames.get(path).unwrap_or(&path));
        (path, old.map_or_else(ChangedLines::all, |old| ChangedLines::between(old, source)))
    });
    let changed: HashMap<&RelPath, ChangedLines> = changed.collect();
    let sides = Sides { sources: &sources, texts: &texts, renames: &renames, changed: &changed };
    let KnownOfChange { knowledge, .. } = sides.knowledge(&now, &before);
    let mut found = Vec::new();
    for (knowledge, mut suppressed) in knowledge.into_iter().zip(now) {
        match knowledge {
            Knowledge::Known => continue,
            Knowledge::Grown(count) => note_growth(&mut suppressed, count, "before the change"),
            Knowledge::New => {}
        }
        let line = sources.get(&suppressed.path).map_or(1, |source| source.lines().line(suppressed.span.start));
        found.push(NewlySuppressed::new(&suppressed, line));
    }
    found.sort_by(|a, b| (&a.path, a.line, &a.rule).cmp(&(&b.path, b.line, &b.rule)));
    Ok(found)
}

/// The texts of both sides of a change, and git's comparison of them.
struct Sides<'a> {
    /// The texts after the change.
    sources: &'a BTreeMap<RelPath, SourceFile>,
    /// The texts before it.
    texts: &'a BTreeMap<RelPath, SourceFile>,
    renames: &'a HashMap<&'a RelPath, &'a RelPath>,
    changed: &'a HashMap<&'a RelPath, ChangedLines>,
}

impl Sides<'_> {
    /// The knowledge about each finding after the change, given those before it.
    fn knowledge(&self, now: &[Arc<Diagnostic>], before: &[Arc<Diagnostic>]) -> KnownOfChange {
        let line = |found: &Diagnostic, source: Option<&SourceFile>| {
            source.map(|source| LineText::of(found, source)).unwrap_or_default()
        };
        let number = |found: &Diagnostic, source: Option<&SourceFile>| {
            source.map_or(0, |source| source.lines().line(found.span.start))
        };
        let lines_now: Vec<LineText> = now.iter().map(|found| line(found, self.sources.get(&found.path))).collect();
        let now: Vec<FindingNow<'_>> = now
            .iter()
            .zip(&lines_now)
            .map(|(found, line_text)| {
                let (source, lines) = (self.sources.get(&found.path), self.changed.get(&found.path));
                let line = number(found, source);
                let old_line = |line| lines.and_then(|lines| lines.old_line(line));
                FindingNow {
                    found,
                    old_path: self.renames.get(&found.path).copied().unwrap_or(&found.path),
                    old_line: old_line(line),
                    old_line_after: old_line(line + 1),
                    is_unchanged: source.zip(lines).is_some_and(|(source, lines)| !lines.overlaps(source, found.span)),
                    line_text,
                }
            })
            .collect();
        let lines_before: Vec<LineText> = before.iter().map(|found| line(found, self.texts.get(&found.path))).collect();
        let found_before: Vec<FindingBefore<'_>> = before
            .iter()
            .zip(&lines_before)
            .map(|(found, line_text)| FindingBefore {
                found,
                line: number(found, self.texts.get(&found.path)),
                line_text,
            })
            .collect();
        let new_paths: HashMap<&RelPath, &RelPath> = self.renames.iter().map(|(new, old)| (*old, *new)).collect();
        let mut texts = ReportTexts::new(self.sources);
        let mut is_defined =
            |path: &RelPath, symbol: &str| texts.is_defined(new_paths.get(path).copied().unwrap_or(path), symbol);
        let (knowledge, at): (Vec<Knowledge>, Vec<Option<usize>>) =
            known_before(&now, &found_before, &mut is_defined).into_iter().unzip();
        KnownOfChange { knowledge, before: at.into_iter().map(|at| Some(before[at?].clone())).collect() }
    }
}

/// The texts of a report, with the definitions of those that were asked for.
struct ReportTexts<'r> {
    sources: &'r BTreeMap<RelPath, SourceFile>,
    defined: HashMap<RelPath, HashSet<String>>,
}

impl<'r> ReportTexts<'r> {
    fn new(sources: &'r BTreeMap<RelPath, SourceFile>) -> Self {
        Self { sources, defined: HashMap::new() }
    }
}

impl PresentTexts for ReportTexts<'_> {
    fn line_under(&mut self, symbol: &str, found: &Diagnostic) -> Option<LineText> {
        Some(LineText::under(symbol, found, self.sources.get(&found.path)?))
    }

    fn is_defined(&mut self, path: &RelPath, symbol: &str) -> bool {
        let defined = self.defined.entry(path.clone()).or_insert_with(|| {
            let source = self.sources.get(path).cloned();
            source.map(|source| symbol::defined_in(&language::lower(source))).unwrap_or_default()
        });
        defined.contains(symbol)
    }
}
