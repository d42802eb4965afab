//! The report as JSON.

use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::report::{FileRole, NewlySuppressed, Relaxed, Report, Skipped, Summary};
use lawbook_core::source::RelPath;
use serde::Serialize;

use crate::report::v1::{DiagnosticV1, SpanV1, ToolV1};

/// The report of a run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportV1<'a> {
    /// The fields before the diagnostics.
    #[serde(flatten)]
    pub head: ReportHeadV1<'a>,
    /// The diagnostics, sorted by path, start, end, rule and message.
    pub diagnostics: Vec<DiagnosticV1<'a>>,
    /// The fields after the diagnostics.
    #[serde(flatten)]
    pub tail: ReportTailV1<'a>,
}

/// The fields of a report before the diagnostics.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportHeadV1<'a> {
    /// The version of the format: 1.
    pub version: u32,
    /// The program.
    pub tool: ToolV1,
    /// The root as seen from the working directory.
    pub root: &'a str,
    /// The rules that have diagnostics, each once.
    pub rules: Vec<ReportedRuleV1<'a>>,
}

/// The fields of a report after the diagnostics.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReportTailV1<'a> {
    /// Files and items that the strict parser of their language rejected, so that the tolerant parser read them.
    pub degraded: Vec<DegradedV1<'a>>,
    /// Files and folders that were left out on purpose; a folder is one entry.
    pub skipped: Vec<SkippedV1<'a>>,
    /// Files of a change that are checked because they were before it, and that a run over all files leaves out from now
    /// on.
    pub leaving: Vec<SkippedV1<'a>>,
    /// Files of a change to which less of the law applies than before, because of their place.
    pub relaxed: Vec<RelaxedV1<'a>>,
    /// Findings of a change that a suppression from before it takes out now and did not take out before.
    pub newly_suppressed: Vec<NewlySuppressedV1<'a>>,
    /// Rules of ast-grep that could not run, and rules that ran on some of their languages only.
    pub rules_skipped: Vec<SkippedRuleV1<'a>>,
    /// The languages of files for which no rule is on, with the number of these files.
    pub without_rules: Vec<LanguageCountV1>,
    /// The ids of the rules that the run was asked to ignore.
    pub ignored_rules: &'a [Arc<str>],
    /// The files of the law that differ from the base of a change, as paths from the root.
    pub law_changed: &'a [String],
    /// Fixes that were requested and not applied, because their result did not pass the verification.
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
    /// The requirement, in a sentence.
    pub summary: &'a str,
    /// The reason for the requirement, in Markdown.
    pub why: &'a str,
    /// The way to fix a finding, in Markdown.
    pub help: &'a str,
    /// When it is right to suppress a finding, in a sentence.
    pub exceptions: Option<&'a str>,
    /// The address of a page with more about it.
    pub url: Option<&'a str>,
    /// True if a comment may suppress it.
    pub suppressible: bool,
}

/// A file, or an item of it, that was parsed by the tolerant parser though its language has a strict one.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DegradedV1<'a> {
    /// The file.
    pub path: &'a str,
    /// Its language.
    pub language: &'a str,
    /// The message of the strict parser.
    pub reason: &'a str,
    /// The bytes of the item.
    pub span: SpanV1,
}

/// A file or folder that was left out on purpose.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SkippedV1<'a> {
    /// The file, or a folder with all that is in it.
    pub path: &'a str,
    /// The reason, such as `too-large`.
    pub reason: &'static str,
    /// The place of the setting that leaves it out, such as `lawbook.toml:3`.
    pub by: Option<&'a str>,
    /// True if the run was about it: the user has named it, or a change brings it.
    pub requested: bool,
}

/// A finding of a change that a suppression from before it takes out now and did not take out before.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct NewlySuppressedV1<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The file.
    pub path: &'a str,
    /// The place of the finding.
    pub span: SpanV1,
    /// The line where it starts, 1-based.
    pub line: u32,
    /// What is wrong.
    pub message: &'a str,
}

/// A file of a change to which less of the law applies than before.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RelaxedV1<'a> {
    /// The file.
    pub path: &'a str,
    /// Its path before the change; null if that is the same.
    pub was: Option<&'a str>,
    /// The file whose code it has, which is still there too; null if it is no copy.
    pub copy_of: Option<&'a str>,
    /// The role that all of it has from now on, such as `test code`; null if that is as before.
    pub counts_as: Option<&'static str>,
    /// The rules of its old place that are off or lower here.
    pub rules: Vec<&'a str>,
}

/// A rule that could not run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SkippedRuleV1<'a> {
    /// Its id.
    pub rule: &'a str,
    /// The reason, in words.
    pub reason: &'a str,
}

/// The number of files of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LanguageCountV1 {
    /// The language.
    pub language: &'static str,
    /// The number.
    pub files: usize,
}

/// A fix that was requested and not applied.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RolledBackV1<'a> {
    /// The rule of the finding.
    pub rule: &'a str,
    /// The file.
    pub path: &'a str,
    /// The bytes of the finding in the text after all fixes.
    pub span: SpanV1,
    /// The line of the finding in that text, 1-based.
    pub line: u32,
    /// The reason, in words.
    pub reason: &'a str,
}

/// A file whose fixes were not written.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct UnwrittenV1<'a> {
    /// The file.
    pub path: &'a str,
    /// The reason, in words.
    pub reason: &'a str,
}

/// The counts of a report. `files` = `checked` + `prefiltered` + `skipped` + `unsupported`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SummaryV1 {
    /// Files that were found.
    pub files: usize,
    /// Files that were parsed and that rules were run on.
    pub checked: usize,
    /// Checked files that the strict parser read.
    pub strict: usize,
    /// Checked files that the tolerant parser read.
    pub tolerant: usize,
    /// Files that were not parsed, because their text rules out every finding.
    pub prefiltered: usize,
    /// Those of the checked and prefiltered files for which no rule is on.
    pub without_rules: usize,
    /// Files and folders that were left out on purpose.
    pub skipped: usize,
    /// Files of unknown languages.
    pub unsupported: usize,
    /// Files and folders that a `.gitignore` leaves out; they are in no other count.
    pub ignored: usize,
    /// Changed files of known languages outside of the paths of a view of a change, or of the root. They are in no other
    /// count.
    pub outside: usize,
    /// Diagnostics of the level `error`.
    pub errors: usize,
    /// Diagnostics of the level `warning`.
    pub warnings: usize,
    /// Diagnostics of the level `info`.
    pub infos: usize,
    /// Findings that comments suppress.
    pub suppressed: usize,
    /// Findings that the baseline has, or that were there before the change.
    pub known: usize,
    /// Entries of the baseline that match no finding.
    pub stale: usize,
    /// Entries of the baseline of rules that are off.
    pub off: usize,
    /// Diagnostics with a fix.
    pub fixable: usize,
    /// Those of them without a safe fix.
    pub fixable_unsafe: usize,
    /// Findings that this run has fixed.
    pub fixed: usize,
}

impl<'a> ReportV1<'a> {
    /// The JSON of a report. `root` is the path of the root relative to the working directory; `verify` returns the
    /// command that checks if a diagnostic is gone.
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
    /// The fields before the diagnostics.
    pub fn new(report: &'a Report, root: &'a str) -> Self {
        let rules = report.rules.iter().map(|(id, rule)| ReportedRuleV1 {
            id,
            pack: &rule.pack,
            topic: &rule.page.topic,
            summary: &rule.page.summary,
            why: &rule.page.why,
            help: &rule.page.help,
            exceptions: rule.page.exceptions.as_deref(),
            url: rule.page.url.as_deref(),
            suppressible: rule.page.suppressible,
        });
        Self { version: 1, tool: ToolV1::THIS, root, rules: rules.collect() }
    }
}

impl<'a> ReportTailV1<'a> {
    /// The fields after the diagnostics.
    pub fn new(report: &'a Report) -> Self {
        let degraded = report.degraded.iter().map(|item| DegradedV1 {
            path: item.path.as_str(),
            language: item.language,
            reason: &item.reason,
            span: item.span.into(),
        });
        let rules_skipped = report.rules_skipped.iter().map(|(rule, reason)| SkippedRuleV1 { rule, reason });
        let without_rules = report.without_rules.iter();
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
            skipped: report.skipped.iter().map(SkippedV1::new).collect(),
            leaving: report.leaving.iter().map(SkippedV1::new).collect(),
            relaxed: report.relaxed.iter().map(RelaxedV1::new).collect(),
            newly_suppressed: report.newly_suppressed.iter().map(NewlySuppressedV1::new).collect(),
            rules_skipped: rules_skipped.collect(),
            without_rules: without_rules.map(|(language, files)| LanguageCountV1 { language, files: *files }).collect(),
            ignored_rules: &report.ignored_rules,
            law_changed: &report.law_changed,
            rolled_back: rolled_back.collect(),
            unwritten: unwritten.collect(),
            summary: (&report.summary).into(),
        }
    }
}

impl<'a> SkippedV1<'a> {
    fn new(skipped: &'a Skipped) -> Self {
        Self {
            path: skipped.path.as_str(),
            reason: skipped.reason.name(),
            by: skipped.by.as_deref(),
            requested: skipped.is_requested,
        }
    }
}

impl<'a> NewlySuppressedV1<'a> {
    fn new(suppressed: &'a NewlySuppressed) -> Self {
        Self {
            rule: &suppressed.rule,
            path: suppressed.path.as_str(),
            span: suppressed.span.into(),
            line: suppressed.line,
            message: &suppressed.message,
        }
    }
}

impl<'a> RelaxedV1<'a> {
    fn new(relaxed: &'a Relaxed) -> Self {
        Self {
            path: relaxed.path.as_str(),
            was: relaxed.was.as_ref().map(RelPath::as_str),
            copy_of: relaxed.copy_of.as_ref().map(RelPath::as_str),
            counts_as: relaxed.counts_as.map(FileRole::name),
            rules: relaxed.rules.iter().map(|rule| &**rule).collect(),
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
            without_rules: summary.without_rules,
            skipped: summary.skipped,
            unsupported: summary.unsupported,
            ignored: summary.ignored,
            outside: summary.outside,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            known: summary.known,
            stale: summary.stale,
            off: summary.off,
            fixable: summary.fixable,
            fixable_unsafe: summary.fixable_unsafe,
            fixed: summary.fixed,
        }
    }
}
