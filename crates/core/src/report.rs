//! The answer of a run, before any format: plain data in its final order.

mod baseline_entry;
mod located;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use baseline_entry::BaselineEntry;
pub use located::LocatedDiagnostic;

use crate::diagnostic::{Diagnostic, Safety, Severity};
use crate::rule::page::Page;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// Everything that a run found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The rules that reported, by reported id, each once.
    pub rules: BTreeMap<Arc<str>, ReportedRule>,
    /// The findings, in total order; shared with the answers that they are from.
    pub diagnostics: Vec<Arc<Diagnostic>>,
    /// The findings that a comment suppresses, in total order.
    pub suppressed: Vec<Arc<Diagnostic>>,
    /// Files and items that the tolerant parser had to lower though their language has a strict one.
    pub degraded: Vec<Degraded>,
    /// Files left out on purpose.
    pub skipped: Vec<Skipped>,
    /// Fixes that were asked for and did not hold, by place.
    pub rolled_back: Vec<RolledBack>,
    /// Files whose fixes were not written, and why.
    pub unwritten: Vec<(RelPath, String)>,
    /// Rules that could not run in this binary.
    pub rules_skipped: Vec<(Arc<str>, String)>,
    /// The files that findings stand in, for showing their lines.
    pub sources: BTreeMap<RelPath, SourceFile>,
    /// Entries of the baseline that match nothing any more, in their order.
    pub stale: Vec<BaselineEntry>,
    /// The counts.
    pub summary: Summary,
}

impl Report {
    /// Hides the findings that were there before, by number, with all that only they needed.
    pub fn hide(&mut self, known: &[bool]) {
        let mut verdicts = known.iter();
        self.diagnostics.retain(|_| verdicts.next() != Some(&true));
        self.summary.known += known.iter().filter(|known| **known).count();
        self.count_findings();
        let shown = &self.diagnostics;
        self.rules.retain(|id, _| shown.iter().any(|found| found.rule == *id));
        let related = |path: &RelPath| {
            let mut places = shown.iter().flat_map(|found| &found.related);
            places.any(|place| place.path.as_ref() == Some(path))
        };
        self.sources.retain(|path, _| shown.binary_search_by(|found| found.path.cmp(path)).is_ok() || related(path));
    }

    /// The findings with the texts that they stand in, in total order.
    pub fn located(&self) -> impl Iterator<Item = LocatedDiagnostic> {
        let of =
            |found: &Arc<Diagnostic>| LocatedDiagnostic::new(found.clone(), self.sources.get(&found.path).cloned());
        self.diagnostics.iter().map(of)
    }

    /// Counts the findings anew.
    pub(crate) fn count_findings(&mut self) {
        let at = |level: Severity| self.diagnostics.iter().filter(|found| found.severity == level).count();
        (self.summary.errors, self.summary.warnings, self.summary.infos) =
            (at(Severity::Error), at(Severity::Warning), at(Severity::Info));
        let fixable = |found: &&Arc<Diagnostic>| found.fixes.iter().any(|fix| fix.safety() != Safety::Manual);
        self.summary.fixable = self.diagnostics.iter().filter(fixable).count();
    }
}

/// A rule that reported.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReportedRule {
    /// Its page.
    pub page: Arc<Page>,
    /// Its pack's name.
    pub pack: Arc<str>,
}

/// A fix that was not made, because the result would not have held.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RolledBack {
    /// The rule.
    pub rule: Arc<str>,
    /// The file of its finding.
    pub path: RelPath,
    /// The finding in the text as it is after all fixes.
    pub span: Span,
    /// The 1-based line of the finding in the text as it was seen.
    pub line_before: u32,
    /// The 1-based line of the finding in the text as it is after all fixes.
    pub line_after: u32,
    /// Why, in words that follow a colon.
    pub reason: String,
    pub(crate) fingerprint: String,
}

impl RolledBack {
    /// The rolled back fix of this finding.
    pub(crate) fn is_of(&self, found: &Diagnostic) -> bool {
        self.span.start == found.span.start
            && self.rule == found.rule
            && self.path == found.path
            && self.fingerprint == found.fingerprint
    }
}

/// A file or item lowered by the tolerant parser.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Degraded {
    /// The file.
    pub path: RelPath,
    /// The language's name.
    pub language: &'static str,
    /// Why.
    pub reason: String,
    /// The item, or the whole file.
    pub span: Span,
}

/// A file that was left out on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The file.
    pub path: RelPath,
    /// Why.
    pub reason: SkipReason,
}

/// Why a file was left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// Larger than `--max-file-size`.
    TooLarge,
    /// Marked as generated, and `[files] skip` names that.
    Generated,
    /// Minified, and `[files] skip` names that.
    Minified,
    /// A commit of another repository, whose files a change of this one does not hold.
    Submodule,
    /// A pointer to a file that git does not store itself.
    LfsPointer,
}

impl SkipReason {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Generated => "generated",
            Self::Minified => "minified",
            Self::Submodule => "submodule",
            Self::LfsPointer => "lfs-pointer",
        }
    }
}

/// The counts of a run. `files` = `checked` + `prefiltered` + `skipped` + `unsupported`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Files met.
    pub files: usize,
    /// Files that rules looked at, or that could not be checked (each of those is a finding).
    pub checked: usize,
    /// Of those, the ones lowered wholly by a strict parser.
    pub strict: usize,
    /// Of those, the ones with a tree or item of the tolerant parser.
    pub tolerant: usize,
    /// Files that no enabled rule could find anything in, by their text alone.
    pub prefiltered: usize,
    /// Files left out on purpose.
    pub skipped: usize,
    /// Files of no language of this binary.
    pub unsupported: usize,
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Findings silenced by a comment.
    pub suppressed: usize,
    /// Findings hidden because they were there before.
    pub known: usize,
    /// Baseline entries that matched nothing.
    pub stale: usize,
    /// Findings with a safe or unsafe fix.
    pub fixable: usize,
    /// Findings that were fixed before this was counted.
    pub fixed: usize,
}
