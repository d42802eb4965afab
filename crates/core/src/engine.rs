//! The engine: lowers a file, walks it once for all rules, and makes one report of all files.

mod budget;
mod conclude;
mod cost;
mod filtered;
mod own;
mod places;
mod silence;
mod walk;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use cost::RuleCost;

use crate::budget::{Steps, count_text};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::engine::own::OwnRule;
use crate::engine::places::Places;
use crate::ir::{Lowered, ParserKind, ProblemKind, Tree};
use crate::plan::{Levels, Plan, Scan};
use crate::report::{Degraded, Report, SkipReason};
use crate::rule::engine_ids;
use crate::source::{Encoding, RelPath, SourceFile};
use crate::span::Span;
use crate::suppression::{self, Suppression, Suppressions, ast_grep};

/// What a run needs to know beside the plan.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Today, for suppressions that end; core has no clock.
    pub today: Date,
    /// Whether files that no rule wants are parsed too, so that `parse-error` is reported for all.
    pub parse_all: bool,
    /// Whether files in which no rule can find anything, by their text alone, are left unparsed. No finding depends on
    /// it.
    pub prefilter: bool,
    /// The steps that one rule may take on one file. A rule that needs more is named in an `unchecked-file`.
    pub steps: u64,
    /// Set when the answer is of no more use: what is not checked by then is an `unchecked-file`, so that the report of
    /// a cancelled run never passes for a clean one.
    pub cancelled: Option<Arc<AtomicBool>>,
}

impl RunOptions {
    /// The usual run of a day.
    pub const fn new(today: Date) -> Self {
        Self { today, parse_all: false, prefilter: true, steps: Steps::LIMIT, cancelled: None }
    }
}

/// Runs a plan. One value serves all threads.
#[derive(Debug)]
pub struct Engine {
    plan: Plan,
    options: RunOptions,
}

/// Why a file could not be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UncheckedReason {
    /// It could not be read.
    Unreadable,
    /// It is no regular file.
    NotRegular,
    /// Its bytes are no text.
    NotText,
    /// It has 4 GiB or more.
    TooLarge,
    /// Its name is not Unicode.
    Name,
    /// Checking it took more steps than a file may take.
    Budget,
    /// It nests deeper than any parser may follow.
    TooDeep,
    /// The run was cancelled before it was checked to the end.
    Cancelled,
}

impl UncheckedReason {
    /// The code in reports and fingerprints.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotRegular => "not-a-regular-file",
            Self::NotText => "not-text",
            Self::TooLarge => "too-large",
            Self::Name => "name-not-unicode",
            Self::Budget => "over-budget",
            Self::TooDeep => "too-deep",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What became of one file, before suppressions are applied.
#[derive(Debug)]
pub struct FileReport {
    path: RelPath,
    outcome: Outcome,
    findings: Vec<Found>,
    suppressions: Vec<Suppression>,
    /// The comments that silence rules written for ast-grep.
    ignores: Vec<ast_grep::Ignore>,
    /// Every suppression of a rule, once they are applied.
    exceptions: Vec<budget::Exception>,
    /// Instances that ran, for deciding which suppressions went unused; empty without suppressions.
    active: Levels,
    degraded: Vec<Degraded>,
    /// The engine's own rules that had something to say.
    engine_rules: Vec<OwnRule>,
    /// Of its tree, while it is checked.
    places: Places,
    /// Kept while it has findings to show.
    source: Option<SourceFile>,
}

/// A diagnostic and the number of its rule.
#[derive(Debug)]
struct Found {
    rule: usize,
    diagnostic: Diagnostic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Checked { strict: bool, tolerant: bool },
    Prefiltered,
    Skipped(SkipReason),
    Unsupported,
}

impl FileReport {
    fn new(path: RelPath, outcome: Outcome) -> Self {
        Self {
            path,
            outcome,
            findings: Vec::new(),
            suppressions: Vec::new(),
            ignores: Vec::new(),
            exceptions: Vec::new(),
            active: Levels::default(),
            degraded: Vec::new(),
            engine_rules: Vec::new(),
            places: Places::default(),
            source: None,
        }
    }

    /// The file.
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// The text that its findings stand in; none when it has neither findings nor suppressions.
    pub fn source(&self) -> Option<&SourceFile> {
        self.source.as_ref()
    }

    /// Its findings, suppressed ones too, in no order.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().map(|found| &found.diagnostic)
    }
}

impl Engine {
    /// An engine for a plan.
    pub fn new(plan: Plan, options: RunOptions) -> Self {
        Self { plan, options }
    }

    /// The plan it runs.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A whole budget for one rule on one file.
    fn meter(&self) -> Steps {
        Steps::new(self.options.steps).cancelled_by(self.options.cancelled.clone())
    }

    /// Whether the caller has no more use for the answer.
    fn is_cancelled(&self) -> bool {
        self.options.cancelled.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// The answer of a file that is not checked to the end because the run was cancelled. Findings of some rules only
    /// would be worth nothing.
    fn cancelled(&self, path: RelPath) -> FileReport {
        self.unchecked(path, UncheckedReason::Cancelled, "the run was cancelled")
    }

    /// Makes the trees of a file.
    pub fn lower(&self, source: SourceFile) -> Lowered {
        let test = self.plan.is_test(source.path());
        crate::language::lower(source.with_test(test))
    }

    /// Checks a file that is lowered already. Pure: the same file gives the same answer on any thread.
    pub fn check(&self, file: &Lowered) -> FileReport {
        match file.tree() {
            Some(tree) => self.check_scanned(file, tree, self.scan(&file.source, tree.dialect())),
            None => self.treeless(file),
        }
    }

    /// The findings in some files, suppressions applied.
    pub(crate) fn check_all(&self, files: &[&Lowered]) -> Vec<Diagnostic> {
        self.conclude(files.iter().map(|file| self.check(file)).collect()).diagnostics
    }

    /// Whether the rule of this id is one of those that the run is narrowed to.
    pub(crate) fn is_narrowed_to(&self, id: &str) -> bool {
        let mut ran = self.plan.instances().iter().map(|instance| &self.plan.rules()[instance.rule]);
        ran.any(|rule| *rule.id == *id && !engine_ids::ALWAYS.contains(&&**rule.page_id()))
    }

    fn check_scanned(&self, file: &Lowered, tree: &Tree, scan: Scan) -> FileReport {
        let strict = file.degraded.is_empty() && file.trees.iter().all(|tree| tree.parser() == ParserKind::Strict);
        let path = file.source.path();
        let mut report = FileReport::new(path.clone(), Outcome::Checked { strict, tolerant: !strict });
        let language = tree.dialect().language.name();
        let degraded = file.degraded.iter().cloned().map(|item| (item.span, item.reason));
        let degraded = degraded.map(|(span, reason)| Degraded { path: path.clone(), language, reason, span });
        report.degraded.extend(degraded);
        self.walk(file, tree, &scan, &mut report);
        if self.is_cancelled() {
            return self.cancelled(path.clone());
        }
        // What nobody looks for anything in may be left unparsed, so nothing is said of how it parses.
        for problem in file.problems.iter().filter(|_| scan.wanted) {
            match problem.kind {
                ProblemKind::ParseError => {
                    self.engine_finding(
                        engine_ids::PARSE_ERROR,
                        file,
                        problem.span,
                        "parse-error",
                        &problem.message,
                        &mut report,
                    );
                }
                ProblemKind::NestingLimit => {
                    let (id, message) =
                        (engine_ids::NESTING_LIMIT, format!("too deep for the strict parser: {}", problem.message));
                    self.engine_finding(id, file, problem.span, id, &message, &mut report);
                }
                // Those leave no tree.
                ProblemKind::TooDeep | ProblemKind::OverBudget => {}
            }
        }
        let suppressions = if scan.comments { suppression::read(file) } else { Suppressions::default() };
        for malformed in suppressions.malformed {
            let code = file.source.slice(malformed.span).to_owned();
            self.engine_finding(
                engine_ids::MALFORMED_SUPPRESSION,
                file,
                malformed.span,
                &code,
                &malformed.message,
                &mut report,
            );
        }
        self.say_how_many_more(Some(file), &mut report);
        report.suppressions = suppressions.valid;
        if scan.comments && self.plan.runs_ast_grep() {
            report.ignores = ast_grep::read(file);
        }
        report.places = Places::default();
        let silences = !report.suppressions.is_empty() || !report.ignores.is_empty();
        if silences {
            report.active = scan.levels;
        }
        if !report.findings.is_empty() || silences {
            report.source = Some(file.source.clone());
            // Every reporter asks for lines; here they are found on the thread of the file.
            file.source.lines();
        }
        report
    }

    /// A file without trees: one that could not be parsed, or of no known language.
    fn treeless(&self, file: &Lowered) -> FileReport {
        let path = file.source.path().clone();
        let refused = file.problems.iter().find_map(|problem| match problem.kind {
            ProblemKind::TooDeep => Some((UncheckedReason::TooDeep, &problem.message)),
            ProblemKind::OverBudget => Some((UncheckedReason::Budget, &problem.message)),
            ProblemKind::ParseError | ProblemKind::NestingLimit => None,
        });
        match refused {
            Some((reason, message)) => self.unchecked(path, reason, message),
            None => self.unsupported(path),
        }
    }

    /// A file that could not be checked, as a finding.
    pub fn unchecked(&self, path: RelPath, reason: UncheckedReason, detail: &str) -> FileReport {
        let mut report = FileReport::new(path, Outcome::Checked { strict: false, tolerant: false });
        let message = format!("not checked: {detail}");
        self.push_engine_finding(
            engine_ids::UNCHECKED_FILE,
            None,
            Span::default(),
            reason.code(),
            &message,
            &mut report,
        );
        report
    }

    /// A file that was left out on purpose.
    pub fn skipped(&self, path: RelPath, reason: SkipReason) -> FileReport {
        FileReport::new(path, Outcome::Skipped(reason))
    }

    /// A file of no language of this binary.
    pub fn unsupported(&self, path: RelPath) -> FileReport {
        FileReport::new(path, Outcome::Unsupported)
    }

    /// A file in which no enabled rule could find anything.
    pub fn prefiltered(&self, path: RelPath) -> FileReport {
        FileReport::new(path, Outcome::Prefiltered)
    }

    /// The report of a run: suppressions applied, everything sorted and counted.
    pub fn conclude(&self, files: Vec<FileReport>) -> Report {
        conclude::conclude(self, files)
    }

    fn engine_finding(
        &self,
        id: &'static str,
        file: &Lowered,
        span: Span,
        code: &str,
        message: &str,
        report: &mut FileReport,
    ) {
        self.push_engine_finding(id, Some(file), span, code, message, report);
    }

    /// A finding of a rule, with all that the engine knows of it.
    fn diagnostic(
        &self,
        finding: Finding,
        instance: usize,
        severity: Severity,
        file: &Lowered,
        places: &mut Places,
    ) -> Found {
        let instance = &self.plan.instances()[instance];
        let rule = &self.plan.rules()[instance.rule];
        let page = rule.page();
        let node = file.tree().map(|tree| places.covering(tree, finding.span));
        let symbol = node.map(|node| places.symbol(node)).unwrap_or_default();
        let subject = crate::fingerprint::subject_text(&finding.subject, file, node, finding.span);
        count_text(symbol.len() + subject.len());
        let message =
            finding.message.unwrap_or_else(|| crate::rule::template::fill_options(&page.message, &instance.options));
        let fixes = finding.fixes.into_iter().map(|fix| fix.respecting_comments(file));
        Found {
            rule: instance.rule,
            diagnostic: Diagnostic {
                rule: rule.id.clone(),
                severity,
                confidence: page.confidence,
                message,
                path: file.source.path().clone(),
                span: finding.span,
                captures: finding.captures,
                related: finding.related,
                // UTF-16 files are decoded, so an edit would not fit the stored bytes.
                fixes: fixes.filter(|_| file.source.encoding() == Encoding::Utf8).collect(),
                fingerprint: crate::fingerprint::of(page.oldest_id(), &symbol, &subject),
                symbol,
            },
        }
    }
}
