//! The answer of one file: the result of its check, as immutable data.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::engine::engine_findings::EngineFindings;
use crate::engine::places::NodeLocator;
use crate::facts::FileFacts;
use crate::ir::Lowered;
use crate::plan::Levels;
use crate::report::{Degraded, SkipReason};
use crate::rule::FindingBytes;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;
use crate::suppression::written::CommentForm;
use crate::suppression::{Suppression, ast_grep};

/// The result of the check of one file, with its own suppressions applied. It depends on nothing but the plan, the
/// options of the run, the file and its context, so it can be stored and merged again as long as these do not change.
#[derive(Clone, Debug)]
pub struct FileAnswer {
    pub(super) path: RelPath,
    pub(super) outcome: FileOutcome,
    /// Sorted, with suppressed ones.
    pub(super) findings: Vec<FileFinding>,
    /// Findings in other files or about the project, to which suppressions of this file do not apply.
    pub(super) elsewhere: Vec<FileFinding>,
    pub(super) suppressions: Vec<FileSuppression>,
    /// The levels of all instances on this file, for deciding which suppressions are unused; empty without
    /// suppressions.
    pub(super) levels: Levels,
    pub(super) facts: Option<Arc<FileFacts>>,
    pub(super) degraded: Vec<Degraded>,
    /// None if the file has neither findings nor suppressions.
    pub(super) source: Option<SourceFile>,
}

/// The outcome of a file, as the summary counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOutcome {
    /// It was checked, or could not be, which is a finding.
    Checked {
        /// True if it was wholly lowered by a strict parser.
        strict: bool,
        /// True if all or a part of it was lowered by the tolerant parser.
        tolerant: bool,
    },
    /// No enabled rule could find anything in it, by its text alone.
    Prefiltered,
    /// It was skipped on purpose.
    Skipped(SkipReason),
    /// This binary does not have its language.
    Unsupported,
}

/// A finding in the answer of a file.
#[derive(Clone, Debug)]
pub struct FileFinding {
    pub(super) diagnostic: Arc<Diagnostic>,
    /// The number of its rule in the plan.
    pub(super) rule: u32,
    pub(super) suppressed_by: Option<u32>,
    /// The form of the comment that suppresses it; none unless the page of its rule says when that is right.
    pub(super) comment: Option<CommentForm>,
}

impl FileFinding {
    pub(super) fn new(rule: usize, diagnostic: Diagnostic) -> Self {
        Self { diagnostic: Arc::new(diagnostic), rule: rule as u32, suppressed_by: None, comment: None }
    }

    /// The finding itself.
    pub fn diagnostic(&self) -> &Arc<Diagnostic> {
        &self.diagnostic
    }

    /// The index in [`FileAnswer::suppressions`] of the suppression that suppresses it.
    pub fn suppressed_by(&self) -> Option<usize> {
        self.suppressed_by.map(|number| number as usize)
    }
}

/// A suppression with its uses in its own file. An expired one has no uses.
#[derive(Clone, Debug)]
pub struct FileSuppression {
    /// The comment.
    pub comment: SuppressionComment,
    /// Its uses: for a lawbook comment one for each rule that it names, in their order; for an ast-grep comment one for
    /// each rule that it applies to.
    pub uses: Vec<SuppressionUse>,
}

/// A suppression, by its syntax.
#[derive(Clone, Debug)]
pub enum SuppressionComment {
    /// `lawbook-ignore`.
    Lawbook(Suppression),
    /// `ast-grep-ignore`, for ast-grep rules.
    AstGrep(ast_grep::Ignore),
}

impl SuppressionComment {
    /// The place of the directive.
    pub fn span(&self) -> Span {
        match self {
            Self::Lawbook(suppression) => suppression.span,
            Self::AstGrep(ignore) => ignore.span,
        }
    }
}

/// The use of a suppression for one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuppressionUse {
    /// The place of the rule's name, or of the comment when it names no rule.
    pub span: Span,
    /// The number of the rule in the plan; none when the name is of no rule that can be suppressed.
    pub rule: Option<usize>,
    /// The number of findings in its own file that it suppresses.
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

    /// Its findings, sorted, with suppressed ones, without those that the checks of other files reported in it.
    pub fn findings(&self) -> &[FileFinding] {
        &self.findings
    }

    /// The findings that its check reported in other files, where the suppressions of those files apply, or about the
    /// project.
    pub fn findings_elsewhere(&self) -> &[FileFinding] {
        &self.elsewhere
    }

    /// Its findings that are not suppressed, sorted.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Arc<Diagnostic>> {
        self.findings.iter().filter(|found| found.suppressed_by.is_none()).map(|found| &found.diagnostic)
    }

    /// Its suppressions, in the order in which they are applied.
    pub fn suppressions(&self) -> &[FileSuppression] {
        &self.suppressions
    }

    /// Its facts, for rules about the project or a change; none when no rule of the plan needs them.
    pub fn facts(&self) -> Option<&Arc<FileFacts>> {
        self.facts.as_ref()
    }

    /// The items that the tolerant parser lowered although the language has a strict one.
    pub fn degraded(&self) -> &[Degraded] {
        &self.degraded
    }

    /// Its text; none when it has neither findings nor suppressions.
    pub fn source(&self) -> Option<&SourceFile> {
        self.source.as_ref()
    }

    /// True if a suppression suppresses nothing in its own file, so that it may be unused.
    pub fn has_idle_suppression(&self) -> bool {
        self.suppressions.iter().flat_map(|suppression| &suppression.uses).any(|used| used.findings == 0)
    }

    /// True if it has findings or suppressions; if not, merging only counts it.
    pub(super) fn has_findings_or_suppressions(&self) -> bool {
        !self.findings.is_empty() || !self.elsewhere.is_empty() || !self.suppressions.is_empty()
    }
}

/// An answer under construction.
#[derive(Debug)]
pub(super) struct AnswerDraft {
    pub(super) path: RelPath,
    /// In the order in which they were reported, with those in other files.
    pub(super) findings: Vec<FileFinding>,
    pub(super) engine_findings: EngineFindings,
    pub(super) locator: NodeLocator,
    /// The instances whose `check_file` was called.
    pub(super) called_for_file: Vec<usize>,
    /// The bytes that the findings of further rules may take.
    pub(super) bytes_left: FindingBytes,
}

impl AnswerDraft {
    /// Starts the answer of a file that is parsed.
    pub(super) fn of(file: &Lowered) -> Self {
        let bytes_left = FindingBytes::limit_of_file(file.source.text().len());
        Self { bytes_left, ..Self::new(file.source.path().clone()) }
    }

    /// Starts the answer of a file on which no rule runs.
    pub(super) fn new(path: RelPath) -> Self {
        let engine_findings = EngineFindings::new(path.clone());
        Self {
            path,
            bytes_left: FindingBytes::default(),
            findings: Vec::new(),
            engine_findings,
            locator: NodeLocator::default(),
            called_for_file: Vec::new(),
        }
    }

    /// Completes the answer: sorts the findings, and separates those in other files.
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
