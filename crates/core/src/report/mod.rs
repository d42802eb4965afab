//! The report of a run as plain data, sorted, before it is written in some format.

mod baseline_entry;
mod line_text;
mod located;
mod weakening;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

pub use baseline_entry::BaselineEntry;
pub use line_text::LineText;
pub use located::LocatedDiagnostic;
pub use weakening::Weakening;

use crate::diagnostic::{Diagnostic, Fix, Safety, Severity};
use crate::rule::page::Page;
use crate::source::{Position, RelPath, SourceFile};
use crate::span::Span;
use crate::suppression::written::CommentForm;

/// The result of a run.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The rules of the diagnostics, by reported id.
    pub rules: BTreeMap<Arc<str>, ReportedRule>,
    /// The diagnostics, sorted; shared with the file answers that they are from.
    pub diagnostics: Vec<Arc<Diagnostic>>,
    /// The diagnostics that are suppressed, sorted.
    pub suppressed: Vec<Arc<Diagnostic>>,
    /// The files of the suppressed diagnostics, as far as they have a text.
    pub suppressed_sources: BTreeMap<RelPath, SourceFile>,
    /// By path, rule and start of a suppressed diagnostic, the reason that its comment gives.
    pub(crate) reasons: BTreeMap<(RelPath, Arc<str>, u32), String>,
    /// Files and items that the tolerant parser lowered although their language has a strict one.
    pub degraded: Vec<Degraded>,
    /// Files and folders left out on purpose; a folder is one entry.
    pub skipped: Vec<Skipped>,
    /// Files of a change that are checked because they were before it, and that a run over all files leaves out from now
    /// on.
    pub leaving: Vec<Skipped>,
    /// Files of a change to which less of the law applies than before, because of their place.
    pub relaxed: Vec<Relaxed>,
    /// The suppressed findings of a change that no suppression took out before it, though the suppression was there.
    pub newly_suppressed: Vec<NewlySuppressed>,
    /// Fixes that were requested but failed verification, sorted by place.
    pub rolled_back: Vec<RolledBack>,
    /// Files whose fixes were not written, and why.
    pub unwritten: Vec<(RelPath, String)>,
    /// Rules of ast-grep that could not run, and rules that ran on some of their languages only, with the reasons.
    pub rules_skipped: Vec<(Arc<str>, String)>,
    /// By language, the number of files that were to be checked and for which no rule is on.
    pub without_rules: BTreeMap<&'static str, usize>,
    /// The ids of the rules that the run was asked to ignore, sorted.
    pub ignored_rules: Vec<Arc<str>>,
    /// The files of the law that differ from the base of a change: settings, pages, presets, the baseline.
    pub law_changed: Vec<String>,
    /// By path, rule and start, the findings that the law before a change gives and the present one does not.
    pub(crate) by_older_law: BTreeSet<(RelPath, Arc<str>, u32)>,
    /// The files of the diagnostics, for showing lines of code.
    pub sources: BTreeMap<RelPath, SourceFile>,
    /// By path, rule and start of a finding, the form of the comment that suppresses it, for rules whose pages say when
    /// that is right.
    pub(crate) comments: BTreeMap<(RelPath, Arc<str>, u32), CommentForm>,
    /// Entries of the baseline that match no finding any more, in their order.
    pub stale: Vec<BaselineEntry>,
    /// The counts.
    pub summary: Summary,
}

impl Report {
    /// Removes known findings, and rules and sources that only they need. `known` says of each diagnostic, in order,
    /// whether it is known.
    pub fn hide_known(&mut self, known: &[bool]) {
        let mut verdicts = known.iter();
        self.diagnostics.retain(|_| verdicts.next() != Some(&true));
        self.summary.known += known.iter().filter(|known| **known).count();
        self.count_findings();
        self.drop_unused();
    }

    /// Removes the findings below a level, and rules and sources that only they need. The summary still counts them.
    /// Returns their number.
    pub fn hide_below(&mut self, level: Severity) -> usize {
        let before = self.diagnostics.len();
        self.diagnostics.retain(|found| found.severity >= level);
        if self.diagnostics.len() < before {
            self.drop_unused();
        }
        before - self.diagnostics.len()
    }

    /// Removes rules and sources that no finding needs.
    fn drop_unused(&mut self) {
        let shown = &self.diagnostics;
        self.rules.retain(|id, _| shown.iter().any(|found| found.rule == *id));
        let related = |path: &RelPath| {
            let mut places = shown.iter().flat_map(|found| &found.related);
            places.any(|place| place.path.as_ref() == Some(path))
        };
        self.sources.retain(|path, _| shown.binary_search_by(|found| found.path.cmp(path)).is_ok() || related(path));
    }

    /// Adds findings of a report by the law before a change that `is_wanted` names, and what is needed to show them. Their
    /// messages say that they are by that law.
    pub fn add_by_older_law(&mut self, other: Self, is_wanted: &dyn Fn(&Diagnostic) -> bool) {
        for mut found in other.diagnostics.into_iter().filter(|found| is_wanted(found)) {
            if let Some(source) = other.sources.get(&found.path) {
                self.sources.entry(found.path.clone()).or_insert_with(|| source.clone());
            }
            if let Some(rule) = other.rules.get(&found.rule) {
                self.rules.entry(found.rule.clone()).or_insert_with(|| rule.clone());
            }
            Arc::make_mut(&mut found).message.push_str(" (by the law before this change)");
            self.by_older_law.insert((found.path.clone(), found.rule.clone(), found.span.start));
            self.diagnostics.push(found);
        }
        self.diagnostics.sort_by(|a, b| a.order(b));
        self.count_findings();
    }

    /// True if the law before a change gives a finding, and the present law does not.
    pub fn is_by_older_law(&self, found: &Diagnostic) -> bool {
        let key = || (found.path.clone(), found.rule.clone(), found.span.start);
        !self.by_older_law.is_empty() && self.by_older_law.contains(&key())
    }

    /// The positions of the first byte of a span and of the byte after its last one, with columns in Unicode scalar values.
    /// Both are 1:1 in a file whose text is not in the report.
    pub fn positions(&self, path: &RelPath, span: Span) -> (Position, Position) {
        let start = Position { line: 1, column: 1 };
        let of = |source: &SourceFile| (source.position(span.start), source.position(span.end));
        self.sources.get(path).map_or((start, start), of)
    }

    /// The findings with the texts that they stand in, in total order.
    pub fn located(&self) -> impl Iterator<Item = LocatedDiagnostic> {
        let of =
            |found: &Arc<Diagnostic>| LocatedDiagnostic::new(found.clone(), self.sources.get(&found.path).cloned());
        self.diagnostics.iter().map(of)
    }

    /// The comment that suppresses a finding, if the page of its rule says when that is right; its reason is to be
    /// filled in.
    pub fn suppression_comment(&self, found: &Diagnostic) -> Option<(CommentForm, String)> {
        let key = (found.path.clone(), found.rule.clone(), found.span.start);
        let form = self.comments.get(&key)?;
        Some((*form, form.comment(&found.rule)))
    }

    /// The reason that the comment gives which suppresses a diagnostic; none for the comments of ast-grep, and where the check
    /// of another file has found it.
    pub fn suppression_reason(&self, suppressed: &Diagnostic) -> Option<&str> {
        let key = (suppressed.path.clone(), suppressed.rule.clone(), suppressed.span.start);
        self.reasons.get(&key).map(String::as_str)
    }

    /// The text of a file with diagnostics, shown or suppressed ones.
    pub fn source(&self, path: &RelPath) -> Option<&SourceFile> {
        self.sources.get(path).or_else(|| self.suppressed_sources.get(path))
    }

    /// The step to take against a finding: that of its rule, else the first sentence of the help of its page. Empty if there
    /// is neither.
    pub fn step_of<'r>(&'r self, found: &'r Diagnostic) -> &'r str {
        let of_page = || self.rules.get(&found.rule).map_or("", |rule| first_sentence(&rule.page.help));
        found.step.as_deref().unwrap_or_else(of_page)
    }

    /// Adds fixes that were rolled back. Their findings are not counted as fixable, because the next run would refuse the
    /// same fixes again.
    pub fn add_rolled_back(&mut self, rolled_back: &[RolledBack]) {
        self.rolled_back.extend_from_slice(rolled_back);
        self.count_findings();
    }

    /// Recomputes the counts of diagnostics.
    pub(crate) fn count_findings(&mut self) {
        let at = |level: Severity| self.diagnostics.iter().filter(|found| found.severity == level).count();
        (self.summary.errors, self.summary.warnings, self.summary.infos) =
            (at(Severity::Error), at(Severity::Warning), at(Severity::Info));
        let refused: HashSet<_> = self.rolled_back.iter().map(|fix| (&fix.path, &fix.rule, &fix.fingerprint)).collect();
        let is_open = |found: &&Diagnostic| !refused.contains(&(&found.path, &found.rule, &found.fingerprint));
        let open = self.diagnostics.iter().map(|found| &**found).filter(is_open);
        let safest = open.filter_map(|found| found.fixes.iter().map(Fix::safety).min());
        let count = |wanted: Safety| safest.clone().filter(|safety| *safety == wanted).count();
        self.summary.fixable_unsafe = count(Safety::Unsafe);
        self.summary.fixable = count(Safety::Safe) + self.summary.fixable_unsafe;
    }
}

/// The first sentence of a text: up to a full stop before a capital letter or a code, or to the end of the paragraph.
pub fn first_sentence(text: &str) -> &str {
    let paragraph = text.split("\n\n").next().unwrap_or_default().trim();
    let ends = paragraph.match_indices(". ").chain(paragraph.match_indices(".\n")).map(|(at, _)| at);
    let starts_sentence =
        |at: &usize| paragraph[at + 1..].trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '`' | '"'));
    let end = ends.filter(starts_sentence).min().map_or(paragraph.len(), |at| at + 1);
    &paragraph[..end]
}

/// A rule with a diagnostic in the report.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReportedRule {
    /// Its page.
    pub page: Arc<Page>,
    /// Its pack's name.
    pub pack: Arc<str>,
}

/// A fix that was not applied, because its result failed verification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RolledBack {
    /// The rule.
    pub rule: Arc<str>,
    /// The file of its finding.
    pub path: RelPath,
    /// The place of the finding in the text after all fixes.
    pub span: Span,
    /// The 1-based line of the finding in the text before all fixes.
    pub line_before: u32,
    /// The 1-based line of the finding in the text after all fixes.
    pub line_after: u32,
    /// The reason, worded to follow a colon.
    pub reason: String,
    pub(crate) fingerprint: String,
}

/// A file or item lowered by the tolerant parser.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Degraded {
    /// The file.
    pub path: RelPath,
    /// The language's name.
    pub language: &'static str,
    /// The reason.
    pub reason: String,
    /// The item, or the whole file.
    pub span: Span,
}

/// A file or folder that was left out on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The file, or a folder with all that is in it.
    pub path: RelPath,
    /// The reason.
    pub reason: SkipReason,
    /// The place of the setting that leaves it out, such as `lawbook.toml:3`.
    pub by: Option<Arc<str>>,
    /// True if the run was about it: the user has named it, or a change brings it. Every format shows these by name.
    pub is_requested: bool,
}

impl Skipped {
    /// A file or folder that is left out, or will be.
    pub fn new(path: RelPath, reason: SkipReason) -> Self {
        Self { path, reason, by: None, is_requested: false }
    }
}

/// A file of a change to which less of the law applies than before, because of its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Relaxed {
    /// The file.
    pub path: RelPath,
    /// Its path before the change; none if that is the same.
    pub was: Option<RelPath>,
    /// The file whose code it has, which is still there too; none if it is no copy.
    pub copy_of: Option<RelPath>,
    /// The role that all of it has from now on; none if that is as before.
    pub counts_as: Option<FileRole>,
    /// The rules of its old place that are off or lower here, sorted.
    pub rules: Vec<Arc<str>>,
}

impl Relaxed {
    /// A file whose place relaxes nothing.
    pub fn new(path: RelPath) -> Self {
        Self { path, was: None, copy_of: None, counts_as: None, rules: Vec::new() }
    }
}

/// A finding of a change that a suppression from before it takes out now and did not take out before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewlySuppressed {
    /// The reported id of its rule.
    pub rule: Arc<str>,
    /// Its file.
    pub path: RelPath,
    /// Its place.
    pub span: Span,
    /// The 1-based line where it starts.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

impl NewlySuppressed {
    /// A suppressed finding, given the 1-based line where it starts.
    pub fn new(found: &Diagnostic, line: u32) -> Self {
        let (rule, path, message) = (found.rule.clone(), found.path.clone(), found.message.clone());
        Self { rule, path, span: found.span, line, message }
    }
}

/// The role of all code of a file that is not the code of the project itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileRole {
    /// Test code.
    Test,
    /// An example.
    Example,
}

impl FileRole {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test code",
            Self::Example => "an example",
        }
    }
}

/// The reason why a file or folder was left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// Larger than `--max-file-size`.
    TooLarge,
    /// Marked as generated, and `[files] skip` names that.
    Generated,
    /// Minified, and `[files] skip` names that.
    Minified,
    /// The code of others, and `[files] skip` names that.
    Vendored,
    /// A folder that a package manager fills.
    Dependencies,
    /// A folder that a build fills, in which git tracks nothing.
    BuildOutput,
    /// A folder with a repository of its own.
    OtherRepository,
    /// A glob of `[files] exclude` or of the caller matches it.
    Excluded,
    /// A symbolic link.
    SymbolicLink,
    /// A file that was checked before a change, and whose new name is of no known language.
    UnknownLanguage,
    /// A git submodule, whose files are part of another repository.
    Submodule,
    /// A Git LFS pointer to a file that git does not store itself.
    LfsPointer,
    /// A change makes a `.gitignore` leave it out.
    Ignored,
    /// A change edits it, and a sparse checkout leaves it out of the disk.
    SparseCheckout,
}

impl SkipReason {
    /// All reasons.
    pub const ALL: [Self; 14] = [
        Self::TooLarge,
        Self::Generated,
        Self::Minified,
        Self::Vendored,
        Self::Dependencies,
        Self::BuildOutput,
        Self::OtherRepository,
        Self::Excluded,
        Self::SymbolicLink,
        Self::UnknownLanguage,
        Self::Submodule,
        Self::LfsPointer,
        Self::Ignored,
        Self::SparseCheckout,
    ];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Generated => "generated",
            Self::Minified => "minified",
            Self::Vendored => "vendored",
            Self::Dependencies => "dependencies",
            Self::BuildOutput => "build-output",
            Self::OtherRepository => "other-repository",
            Self::Excluded => "excluded",
            Self::SymbolicLink => "symbolic-link",
            Self::UnknownLanguage => "unknown-language",
            Self::Submodule => "submodule",
            Self::LfsPointer => "lfs-pointer",
            Self::Ignored => "ignored",
            Self::SparseCheckout => "sparse-checkout",
        }
    }

    /// The reason in words, for people.
    pub fn in_words(self) -> String {
        self.name().replace('-', " ")
    }

    /// True if a file is left out for its place, whatever its content: it is no part of the project.
    pub const fn is_of_place(self) -> bool {
        matches!(self, Self::Vendored | Self::Dependencies | Self::BuildOutput | Self::OtherRepository | Self::Excluded)
    }
}

/// The counts of a run. `files` = `checked` + `prefiltered` + `skipped` + `unsupported`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// All files.
    pub files: usize,
    /// Files that were checked, or could not be (each of those has a finding).
    pub checked: usize,
    /// Checked files that were wholly lowered by a strict parser.
    pub strict: usize,
    /// Checked files with a tree or item of the tolerant parser.
    pub tolerant: usize,
    /// Files in which no enabled rule could find anything, by their text alone.
    pub prefiltered: usize,
    /// Those of the checked and prefiltered files for which no rule is on.
    pub without_rules: usize,
    /// Files and folders left out on purpose.
    pub skipped: usize,
    /// Files of languages that this binary does not have.
    pub unsupported: usize,
    /// Files and folders that a `.gitignore` leaves out, of those that the search has met. They are in no other count.
    pub ignored: usize,
    /// Changed files of known languages that a view of a change is not about: they lie outside of its paths, or of the root.
    /// They are in no other count.
    pub outside: usize,
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Suppressed findings.
    pub suppressed: usize,
    /// Findings left out because they are known.
    pub known: usize,
    /// Baseline entries that match no finding.
    pub stale: usize,
    /// Baseline entries of rules that are off, which no finding can match.
    pub off: usize,
    /// Findings with a safe or unsafe fix.
    pub fixable: usize,
    /// Those of them without a safe fix.
    pub fixable_unsafe: usize,
    /// Findings that were fixed in this run.
    pub fixed: usize,
}
