//! The report as JSON.

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::report::{Report, Summary};
use serde::Serialize;

use crate::report::v1::{DiagnosticV1, SpanV1, ToolV1};

/// The report of a run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportV1<'a> {
    /// What stands before the diagnostics.
    #[serde(flatten)]
    pub head: ReportHeadV1<'a>,
    /// By path, start, end, rule and message.
    pub diagnostics: Vec<DiagnosticV1<'a>>,
    /// What stands behind the diagnostics.
    #[serde(flatten)]
    pub tail: ReportTailV1<'a>,
}

/// What stands before the diagnostics of a report.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportHeadV1<'a> {
    /// 1.
    pub version: u32,
    /// The program.
    pub tool: ToolV1,
    /// The root as seen from the working directory.
    pub root: &'a str,
    /// Each rule that has a diagnostic, once.
    pub rules: Vec<ReportedRuleV1<'a>>,
}

/// What stands behind the diagnostics of a report.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportTailV1<'a> {
    /// Files and items that the strict parser of their language refused.
    pub degraded: Vec<DegradedV1<'a>>,
    /// Files that were left out on purpose.
    pub skipped: Vec<SkippedV1<'a>>,
    /// Rules that could not run.
    pub rules_skipped: Vec<SkippedRuleV1<'a>>,
    /// Fixes that were asked for and not made, because their result would not have held.
    pub rolled_back: Vec<RolledBackV1<'a>>,
    /// Files whose fixes were not written.
    pub unwritten: Vec<UnwrittenV1<'a>>,
    /// The counts.
    pub summary: SummaryV1,
}

/// A rule that has a diagnostic.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportedRuleV1<'a> {
    /// Its id, as in the diagnostics.
    pub id: &'a str,
    /// Its pack.
    pub pack: &'a str,
    /// Its topic: the folder of its page.
    pub topic: &'a str,
    /// What it wants, in a sentence.
    pub summary: &'a str,
    /// Why.
    pub why: &'a str,
    /// How to obey it.
    pub help: &'a str,
    /// Where more is written.
    pub url: Option<&'a str>,
    /// Whether a comment may suppress it.
    pub suppressible: bool,
}

/// A file, or an item of it, that was parsed by the tolerant parser though its language has a strict one.
#[derive(Clone, Debug, Serialize)]
pub struct DegradedV1<'a> {
    /// The file.
    pub path: &'a str,
    /// Its language.
    pub language: &'a str,
    /// What the strict parser said.
    pub reason: &'a str,
    /// The bytes of the item.
    pub span: SpanV1,
}

/// A file that was left out on purpose.
#[derive(Clone, Debug, Serialize)]
pub struct SkippedV1<'a> {
    /// The file.
    pub path: &'a str,
    /// Why, in a word.
    pub reason: &'static str,
}

/// A rule that could not run.
#[derive(Clone, Debug, Serialize)]
pub struct SkippedRuleV1<'a> {
    /// Its id.
    pub rule: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// A fix that was asked for and not made.
#[derive(Clone, Debug, Serialize)]
pub struct RolledBackV1<'a> {
    /// The rule of the finding.
    pub rule: &'a str,
    /// The file.
    pub path: &'a str,
    /// The bytes of the finding in the text after all fixes.
    pub span: SpanV1,
    /// Its line there, from 1.
    pub line: u32,
    /// Why.
    pub reason: &'a str,
}

/// A file whose fixes were not written.
#[derive(Clone, Debug, Serialize)]
pub struct UnwrittenV1<'a> {
    /// The file.
    pub path: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// The counts of a report. `files` = `checked` + `prefiltered` + `skipped` + `unsupported`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SummaryV1 {
    /// Files that were found.
    pub files: usize,
    /// Files that were parsed and walked.
    pub checked: usize,
    /// Of these, files that the strict parser took.
    pub strict: usize,
    /// Of these, files that the tolerant parser took.
    pub tolerant: usize,
    /// Files in which no rule can find anything, by their text.
    pub prefiltered: usize,
    /// Files that were left out on purpose.
    pub skipped: usize,
    /// Files of no known language.
    pub unsupported: usize,
    /// Diagnostics of the level `error`.
    pub errors: usize,
    /// Diagnostics of the level `warning`.
    pub warnings: usize,
    /// Diagnostics of the level `info`.
    pub infos: usize,
    /// Findings that comments suppress.
    pub suppressed: usize,
    /// Findings that were there before.
    pub known: usize,
    /// Entries of the baseline that match nothing.
    pub stale: usize,
    /// Diagnostics with a fix.
    pub fixable: usize,
    /// Findings that this run has fixed.
    pub fixed: usize,
}

impl<'a> ReportV1<'a> {
    /// The JSON of a report. `root` is the root as seen from the working directory; `verify` gives the command that
    /// proves a diagnostic gone.
    pub fn new(report: &'a Report, root: &'a str, verify: &dyn Fn(&Diagnostic) -> String) -> Self {
        let diagnostics = report.diagnostics.iter().map(|found| DiagnosticV1::new(report, found, verify(found)));
        Self {
            head: ReportHeadV1::new(report, root),
            diagnostics: diagnostics.collect(),
            tail: ReportTailV1::new(report),
        }
    }
}

impl<'a> ReportHeadV1<'a> {
    /// The part before the diagnostics.
    pub fn new(report: &'a Report, root: &'a str) -> Self {
        let rules = report.rules.iter().map(|(id, rule)| ReportedRuleV1 {
            id,
            pack: &rule.pack,
            topic: &rule.page.topic,
            summary: &rule.page.summary,
            why: &rule.page.why,
            help: &rule.page.help,
            url: rule.page.url.as_deref(),
            suppressible: rule.page.suppressible,
        });
        Self { version: 1, tool: ToolV1::THIS, root, rules: rules.collect() }
    }
}

impl<'a> ReportTailV1<'a> {
    /// The part behind the diagnostics.
    pub fn new(report: &'a Report) -> Self {
        let degraded = report.degraded.iter().map(|item| DegradedV1 {
            path: item.path.as_str(),
            language: item.language,
            reason: &item.reason,
            span: item.span.into(),
        });
        let skipped =
            report.skipped.iter().map(|file| SkippedV1 { path: file.path.as_str(), reason: file.reason.name() });
        let rules_skipped = report.rules_skipped.iter().map(|(rule, reason)| SkippedRuleV1 { rule, reason });
        let rolled_back = report.rolled_back.iter().map(|fix| RolledBackV1 {
            rule: &fix.rule,
            path: fix.path.as_str(),
            span: fix.span.into(),
            line: fix.line_after,
            reason: &fix.reason,
        });
        let unwritten = report.unwritten.iter().map(|(path, reason)| UnwrittenV1 { path: path.as_str(), reason });
        Self {
            degraded: degraded.collect(),
            skipped: skipped.collect(),
            rules_skipped: rules_skipped.collect(),
            rolled_back: rolled_back.collect(),
            unwritten: unwritten.collect(),
            summary: (&report.summary).into(),
        }
    }
}

impl From<&Summary> for SummaryV1 {
    fn from(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            checked: summary.checked,
            strict: summary.strict,
            tolerant: summary.tolerant,
            prefiltered: summary.prefiltered,
            skipped: summary.skipped,
            unsupported: summary.unsupported,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            known: summary.known,
            stale: summary.stale,
            fixable: summary.fixable,
            fixed: summary.fixed,
        }
    }
}
