//! The answer of one file: the result of its check, as plain data that is never changed once it is made.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::engine::engine_findings::EngineFindings;
use crate::engine::places::Places;
use crate::facts::FileFacts;
use crate::plan::Levels;
use crate::report::{Degraded, SkipReason};
use crate::source::{RelPath, SourceFile};
use crate::span::Span;
use crate::suppression::{Suppression, ast_grep};

/// The result of the check of one file, its own suppressions applied. It depends on the plan, the options of the run, the
/// file and its context alone, so it can be kept and merged again as long as these stay as they are.
#[derive(Debug)]
pub struct FileAnswer {
    pub(super) path: RelPath,
    pub(super) outcome: FileOutcome,
    /// In total order, suppressed ones among them.
    pub(super) findings: Vec<FileFinding>,
    /// Findings that stand in other files or in none, where suppressions of this one mean nothing.
    pub(super) elsewhere: Vec<FileFinding>,
    pub(super) suppressions: Vec<FileSuppression>,
    /// The levels of all instances here, for judging which suppressions are of use; empty without suppressions.
    pub(super) levels: Levels,
    pub(super) facts: Option<Arc<FileFacts>>,
    pub(super) degraded: Vec<Degraded>,
    /// Kept while it has findings or suppressions.
    pub(super) source: Option<SourceFile>,
}

/// The outcome of a file, as the summary counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOutcome {
    /// Rules looked at it, or it is a finding that they could not.
    Checked {
        /// It was lowered wholly by a strict parser.
        strict: bool,
        /// All or a part of it was lowered by the tolerant parser.
        tolerant: bool,
    },
    /// No enabled rule could find anything in it, by its text alone.
    Prefiltered,
    /// It was left out on purpose.
    Skipped(SkipReason),
    /// It is of no language of this binary.
    Unsupported,
}

/// A finding in the answer of a file.
#[derive(Clone, Debug)]
pub struct FileFinding {
    pub(super) diagnostic: Arc<Diagnostic>,
    /// The number of its rule in the plan.
    pub(super) rule: u32,
    pub(super) suppressed_by: Option<u32>,
}

impl FileFinding {
    pub(super) fn new(rule: usize, diagnostic: Diagnostic) -> Self {
        Self { diagnostic: Arc::new(diagnostic), rule: rule as u32, suppressed_by: None }
    }

    /// The finding itself.
    pub fn diagnostic(&self) -> &Arc<Diagnostic> {
        &self.diagnostic
    }

    /// The number of the suppression in [`FileAnswer::suppressions`] that suppresses it.
    pub fn suppressed_by(&self) -> Option<usize> {
        self.suppressed_by.map(|number| number as usize)
    }
}

/// A comment that suppresses, with how often it did in its own file. One that has expired has no uses.
#[derive(Clone, Debug)]
pub struct FileSuppression {
    /// The comment.
    pub comment: SuppressionComment,
    /// Its uses: of lawbook's comments one for each rule that it names, in their order; of ast-grep's one for each rule
    /// that it counts for.
    pub uses: Vec<SuppressionUse>,
}

/// A comment that suppresses, by whose words it is written.
#[derive(Clone, Debug)]
pub enum SuppressionComment {
    /// lawbook's.
    Lawbook(Suppression),
    /// ast-grep's, for rules that are written for it.
    AstGrep(ast_grep::Ignore),
}

/// The use of a suppression for one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuppressionUse {
    /// The rule's name in the comment, or the comment when it names none.
    pub span: Span,
    /// The number of the rule in the plan; none when no rule is meant that could be suppressed.
    pub rule: Option<usize>,
    /// The number of findings of its own file that it suppresses.
    pub findings: usize,
}

impl FileAnswer {
    pub(super) fn new(path: RelPath, outcome: FileOutcome) -> Self {
        Self {
            path,
            outcome,
            findings: Vec::new(),
            elsewhere: Vec::new(),
            suppressions: Vec::new(),
            levels: Levels::default(),
            facts: None,
            degraded: Vec::new(),
            source: None,
        }
    }

    /// The file.
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// Its outcome.
    pub fn outcome(&self) -> FileOutcome {
        self.outcome
    }

    /// Its findings in total order, suppressed ones among them. Findings of other files' checks in it are not.
    pub fn findings(&self) -> &[FileFinding] {
        &self.findings
    }

    /// The findings that its check made in other files or about the project, where the suppressions of those files count.
    pub fn findings_elsewhere(&self) -> &[FileFinding] {
        &self.elsewhere
    }

    /// Its findings that are not suppressed, in total order.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Arc<Diagnostic>> {
        self.findings.iter().filter(|found| found.suppressed_by.is_none()).map(|found| &found.diagnostic)
    }

    /// Its suppressions, in the order in which they are applied.
    pub fn suppressions(&self) -> &[FileSuppression] {
        &self.suppressions
    }

    /// Its facts, for rules about all files; none when no rule of the plan takes facts of it.
    pub fn facts(&self) -> Option<&Arc<FileFacts>> {
        self.facts.as_ref()
    }

    /// The items that the tolerant parser had to lower though the language has a strict one.
    pub fn degraded(&self) -> &[Degraded] {
        &self.degraded
    }

    /// The text that its findings stand in; none when it has neither findings nor suppressions.
    pub fn source(&self) -> Option<&SourceFile> {
        self.source.as_ref()
    }

    /// False when merging only has to count it.
    pub(super) fn has_something(&self) -> bool {
        !self.findings.is_empty() || !self.elsewhere.is_empty() || !self.suppressions.is_empty()
    }
}

/// The answer of a file while it is made.
#[derive(Debug)]
pub(super) struct AnswerDraft {
    pub(super) path: RelPath,
    /// In the order in which they were found, those in other files among them.
    pub(super) findings: Vec<FileFinding>,
    pub(super) engine_findings: EngineFindings,
    pub(super) places: Places,
    /// The instances that have looked at the file as a whole.
    pub(super) whole_file: Vec<usize>,
}

impl AnswerDraft {
    pub(super) fn new(path: RelPath) -> Self {
        let engine_findings = EngineFindings::new(path.clone());
        Self { path, findings: Vec::new(), engine_findings, places: Places::default(), whole_file: Vec::new() }
    }

    /// The answer, its findings in order and those in other files apart.
    pub(super) fn into_answer(self, outcome: FileOutcome) -> FileAnswer {
        let Self { path, mut findings, .. } = self;
        let mut elsewhere = Vec::new();
        if findings.iter().any(|found| found.diagnostic.path != path) {
            (findings, elsewhere) = findings.into_iter().partition(|found| found.diagnostic.path == path);
        }
        findings.shrink_to_fit();
        findings.sort_by(|a, b| a.diagnostic.order(&b.diagnostic));
        FileAnswer { findings, elsewhere, ..FileAnswer::new(path, outcome) }
    }
}
