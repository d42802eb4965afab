//! The output formats of a report, one file each.

mod agent;
mod annotations;
mod azure;
mod checkstyle;
mod format;
mod gaps;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
pub(crate) mod mistakes;
mod places;
mod pretty;
mod rdjson;
mod sarif;
mod statistics;
mod unix;
mod verify;
mod xml;

use lawbook_core::diagnostic::{Diagnostic, Measure};
use lawbook_core::report::{NewlySuppressed, Relaxed, Report, Skipped, Summary};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;
use lawbook_workspace::{RootPaths, Workers};

use crate::links::FileLinks;
use crate::text::counted;

pub(crate) use agent::DEFAULT_BUDGET;
#[cfg(feature = "mcp")]
pub(crate) use agent::leaves_out;
pub(crate) use format::{AGENT, AZURE, FORMATS, Format, GITHUB, JSON, PRETTY, UNIX};
pub(crate) use github::step_summary;
pub(crate) use json::option_value;
pub(crate) use statistics::render as render_statistics;
pub(crate) use verify::{RootOfCommands, STRICT_RULES, VerifiedFinding, VerifyCommands, path_word};

/// A report with everything that its rendering depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportView<'a> {
    /// The report.
    pub(crate) report: &'a Report,
    /// Converts paths of the report to paths relative to the working directory.
    pub(crate) paths: &'a RootPaths,
    /// The folders from the top of the repository down to the root, each with a `/` behind it; empty if the root is the top,
    /// or in no repository.
    pub(crate) below_repository: &'a str,
    /// The folders from the root down to the top of the repository that is checked, each with a `/` behind it; empty if it
    /// is not below the root.
    pub(crate) above_repository: &'a str,
    /// What the command line leaves out of the run, a line each.
    pub(crate) narrowed: &'a [String],
    /// The commands that check again.
    pub(crate) verify: &'a VerifyCommands,
    /// True if the run was about a change.
    pub(crate) is_change: bool,
    /// True if a table of the findings by rule is asked for.
    pub(crate) has_statistics: bool,
    /// The size of the report for agents, in tokens.
    pub(crate) budget: usize,
    /// The width of the terminal, in columns.
    pub(crate) width: usize,
    /// True if only the findings are shown, and what was asked for.
    pub(crate) is_quiet: bool,
    /// The number of findings that are counted and not shown, because of their level.
    pub(crate) not_shown: usize,
    /// The links to files, where the report may have some.
    pub(crate) links: Option<&'a FileLinks>,
    /// The threads to render with.
    pub(crate) workers: Workers,
}

impl ReportView<'_> {
    /// The text of a span.
    fn slice(&self, path: &RelPath, span: Span) -> &str {
        self.report.sources.get(path).map_or("", |source| source.slice(span))
    }

    /// A path relative to the top of the repository, which is where services look for it that read a report: not the
    /// working directory. `.` is the top.
    fn in_repository(&self, path: &RelPath) -> String {
        if let Some(below) =
            path.as_str().strip_prefix(self.above_repository).filter(|_| !self.above_repository.is_empty())
        {
            return RelPath::new(below).shown().to_owned();
        }
        match (self.below_repository, path.is_root()) {
            ("", _) => path.shown().to_owned(),
            (folders, true) => folders.trim_end_matches('/').to_owned(),
            (folders, false) => format!("{folders}{path}"),
        }
    }

    /// The folders from the top of the repository that is checked down to the root.
    fn root_in_repository(&self) -> &str {
        if self.above_repository.is_empty() { self.below_repository } else { "" }
    }

    /// The findings, the worst first; those of a level in the order of the report.
    fn worst_first(&self) -> Vec<&Diagnostic> {
        let mut found: Vec<&Diagnostic> = self.report.diagnostics.iter().map(|found| &**found).collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.severity));
        found
    }
}

/// The count of the rule at a finding, unless its message has the numbers.
fn unsaid_measure(found: &Diagnostic) -> Option<&Measure> {
    found.measure.as_ref().filter(|measure| !measure.is_said_in(&found.message))
}

/// The comment that suppresses a finding, and true if it stands above the line. Findings of a rule for which it is the same
/// need to be told only once.
fn comment_of(view: ReportView<'_>, found: &Diagnostic) -> Option<(bool, String)> {
    view.report.suppression_comment(found).map(|(form, comment)| (form.is_above, comment))
}

/// When it is right to suppress a finding, with the comment to write; none if the page of its rule does not say. The page
/// is quoted at the first finding of a rule only.
fn exceptions_in_words(view: ReportView<'_>, found: &Diagnostic, is_first_of_rule: bool) -> Option<String> {
    let page = &view.report.rules.get(&found.rule)?.page;
    let exceptions = page.exceptions.as_deref().filter(|_| page.may_be_wrong())?;
    let Some((form, comment)) = view.report.suppression_comment(found) else {
        return is_first_of_rule.then(|| exceptions.to_owned());
    };
    let place = if form.is_above { "above the line" } else { "behind the line" };
    let when = if is_first_of_rule { format!("{exceptions} Then") } else { "the same; then".to_owned() };
    Some(format!("{when} {place}: {comment}"))
}

/// A file that a change takes out of the files that are checked: `src/a.ts: checked as before this change, …`.
fn leaving_in_words(view: ReportView<'_>, leaving: &Skipped) -> String {
    let shown = view.paths.shown(leaving.path.as_str());
    let by = leaving.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{shown}: checked as before this change, left out from now on, {}{by}", leaving.reason.in_words())
}

/// A file to which less of the law applies than before the change: `tests/a.ts: was src/a.ts, counts as test code from now
/// on`.
fn relaxed_in_words(view: ReportView<'_>, relaxed: &Relaxed) -> String {
    let was = relaxed.was.as_ref().map(|was| format!("was {}", view.paths.shown(was.as_str())));
    let copy = relaxed.copy_of.as_ref().map(|from| format!("has the code of {}", view.paths.shown(from.as_str())));
    let role = relaxed.counts_as.map(|role| format!("counts as {} from now on", role.name()));
    let rules = (!relaxed.rules.is_empty()).then(|| format!("off or lower here: {}", relaxed.rules.join(", ")));
    let parts: Vec<String> = was.into_iter().chain(copy).chain(role).chain(rules).collect();
    format!("{}: {}", view.paths.shown(relaxed.path.as_str()), parts.join(", "))
}

/// A finding that a suppression from before the change takes out now: `src/a.ts:9: no-eval is suppressed from now on, by a
/// suppression from before this change: this runs any text as code`.
fn newly_suppressed_in_words(view: ReportView<'_>, suppressed: &NewlySuppressed) -> String {
    let NewlySuppressed { rule, path, line, message, .. } = suppressed;
    let place = format!("{}:{line}", view.paths.shown(path.as_str()));
    format!("{place}: {rule} is suppressed from now on, by a suppression from before this change: {message}")
}

/// The ways in which a change is checked less, a line each, after the files that it leaves out.
fn lessened_in_words(view: ReportView<'_>) -> impl Iterator<Item = String> {
    let report = view.report;
    let leaving = report.leaving.iter().map(move |leaving| leaving_in_words(view, leaving));
    let relaxed = report.relaxed.iter().map(move |relaxed| relaxed_in_words(view, relaxed));
    let suppressed = report.newly_suppressed.iter().map(move |suppressed| newly_suppressed_in_words(view, suppressed));
    leaving.chain(relaxed).chain(suppressed)
}

/// A file or folder that was left out, with the reason: `dist/a.ts: left out, excluded by lawbook.toml:3`.
fn skipped_in_words(view: ReportView<'_>, skipped: &Skipped) -> String {
    let shown = view.paths.shown(skipped.path.as_str());
    let by = skipped.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{shown}: left out, {}{by}", skipped.reason.in_words())
}

/// The files for which no rule is on, `50 python and 3 rust files`, or `1 python file`.
fn files_without_rules_in_words(report: &Report) -> String {
    let counts: Vec<String> =
        report.without_rules.iter().map(|(language, files)| format!("{files} {language}")).collect();
    let files = if report.summary.without_rules == 1 { "file" } else { "files" };
    match counts.split_last() {
        Some((last, [])) => format!("{last} {files}"),
        Some((last, rest)) => format!("{} and {last} {files}", rest.join(", ")),
        None => format!("0 {files}"),
    }
}

/// That no rule is on for some files; none if there are no such files, or if the outcome says it.
fn without_rules_in_words(view: ReportView<'_>) -> Option<String> {
    let is_said = view.report.summary.without_rules == 0 || looked_for_nothing(&view.report.summary);
    (!is_said).then(|| {
        let them = if view.report.summary.without_rules == 1 { "it" } else { "them" };
        format!("{}: no rule is on for {them}", files_without_rules_in_words(view.report))
    })
}

/// True if there are files, and no rule is on for any of them.
fn looked_for_nothing(summary: &Summary) -> bool {
    let is_without = summary.without_rules > 0 && summary.without_rules == summary.checked + summary.prefiltered;
    is_without && summary.errors + summary.warnings + summary.infos == 0
}

/// `2 errors in 3 files`, or that nothing was checked although there were files: `no findings` would suggest that these
/// have no faults.
fn outcome_in_words(view: ReportView<'_>) -> String {
    let summary = &view.report.summary;
    if is_change_without_files(view) {
        let rest = match summary.unsupported {
            0 => String::new(),
            count => format!(" ({count} of no known language)"),
        };
        return format!("no findings: the change has no files to check{rest}");
    }
    nothing_in_words(view).unwrap_or_else(|| format!("{}{}", findings_in_words(summary), files_in_words(summary)))
}

/// The outcome, with the numbers of what is hidden, can be fixed or was fixed: `2 errors in 3 files; 1 suppressed`.
pub(crate) fn summary_in_words(view: ReportView<'_>) -> String {
    outcome_in_words(view) + &extras_in_words(view)
}

/// True if the run was about a change without files to check, which is clean.
fn is_change_without_files(view: ReportView<'_>) -> bool {
    let summary = &view.report.summary;
    let has_files = summary.checked + summary.prefiltered + summary.skipped > 0;
    view.is_change && !has_files && summary.errors + summary.warnings + summary.infos == 0
}

/// That nothing was checked or looked for although there were files; none if something was.
fn nothing_in_words(view: ReportView<'_>) -> Option<String> {
    let summary = &view.report.summary;
    if is_change_without_files(view) {
        return None;
    }
    let is_nothing = summary.checked + summary.prefiltered == 0 && summary.skipped + summary.ignored > 0;
    if is_nothing && summary.errors + summary.warnings + summary.infos == 0 {
        return Some(format!("nothing was checked ({})", rest_in_words(summary)));
    }
    looked_for_nothing(summary).then(|| {
        let rest = rest_in_words(summary);
        let rest = if rest.is_empty() { rest } else { format!(" ({rest})") };
        format!("nothing was looked for: no rule is on for {}{rest}", files_without_rules_in_words(view.report))
    })
}

/// `2 errors, 1 warning`, or `no findings`.
fn findings_in_words(summary: &Summary) -> String {
    levels_in_words([summary.errors, summary.warnings, summary.infos])
}

/// The numbers of errors, warnings and infos in words.
fn levels_in_words([errors, warnings, infos]: [usize; 3]) -> String {
    let counts = [(errors, "error"), (warnings, "warning"), (infos, "info")];
    let parts: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// The number of files that were checked, and of those that were not. Findings without a file are those about the law.
fn files_in_words(summary: &Summary) -> String {
    let words = match summary.checked + summary.prefiltered {
        0 => NO_FILE.to_owned(),
        count => format!(" in {}", counted(count, "file")),
    };
    let rest = rest_in_words(summary);
    if rest.is_empty() { words } else { format!("{words} ({rest})") }
}

/// What stands behind the findings of a run that has checked no file.
const NO_FILE: &str = ", no file was checked";

/// What the command line leaves out, behind the outcome: `; without no-var (--ignore-rule)`.
fn narrowed_in_words(view: ReportView<'_>) -> String {
    view.narrowed.iter().fold(String::new(), |words, line| words + "; " + line)
}

/// The number of files that were not checked, by reason; empty if there are none.
pub(crate) fn rest_in_words(summary: &Summary) -> String {
    // Where nothing was checked, a `.gitignore` may be the reason.
    let ignored = if summary.files == summary.unsupported { summary.ignored } else { 0 };
    // Those that were left out are not among the files before them.
    let is_rest = summary.checked + summary.prefiltered > 0;
    let unsupported = if is_rest { "more of no known language" } else { "of no known language" };
    let rest =
        [(summary.skipped, "left out"), (summary.unsupported, unsupported), (ignored, "ignored by `.gitignore`")];
    let parts: Vec<String> =
        rest.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    parts.join(", ")
}

/// The numbers of findings that were fixed, can be fixed, or are hidden.
fn extras_in_words(view: ReportView<'_>) -> String {
    let summary = &view.report.summary;
    let fix = view.verify.fix_options();
    // Whoever reads it in a hook of git has written no command of lawbook.
    let is_staged = view.verify.is_staged();
    let (fix, then) = if is_staged { (format!("lawbook check {fix}"), ", then `git add`") } else { (fix, "") };
    let fixable = match (summary.fixable - summary.fixable_unsafe, summary.fixable_unsafe) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} fixable with `{fix}`{then}")),
        (0, unsafe_) => Some(format!("{unsafe_} fixable with `{fix} --unsafe-fixes`{then}")),
        (safe, unsafe_) => Some(format!("{safe} fixable with `{fix}`, {unsafe_} more with `--unsafe-fixes`{then}")),
    };
    let counted = |(count, what): (usize, &str)| (count > 0).then(|| format!("{count} {what}"));
    let hidden =
        [(summary.suppressed, "suppressed"), (summary.known, "known before"), (summary.stale, "stale in the baseline")];
    let fixed = counted((summary.fixed, "fixed"));
    let below = counted((view.not_shown, "not shown for --min-level"));
    let hidden = hidden.into_iter().filter_map(counted);
    let parts: Vec<String> = below.into_iter().chain(fixed).chain(fixable).chain(hidden).collect();
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}
