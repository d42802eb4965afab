//! What a report without findings does not vouch for: what the run was about and did not check, or checks less from now on.
//! Formats that know nothing but findings show it as findings of level info.

use lawbook_core::source::RelPath;

use crate::report::{
    ReportView, leaving_in_words, newly_suppressed_in_words, nothing_in_words, relaxed_in_words, skipped_in_words,
    without_rules_in_words,
};

/// A part of what was asked for that was not checked, or is checked less.
pub(super) struct ReportGap {
    /// The kind, which stands in the place of a rule.
    pub(super) kind: &'static str,
    /// The path; the root for the run as a whole.
    pub(super) path: RelPath,
    /// The 1-based line.
    pub(super) line: u32,
    /// The gap in words, its path included.
    pub(super) words: String,
}

/// The kind of the gap that the outcome in words says too.
const NOTHING_CHECKED: &str = "nothing-checked";

/// The kinds of the gaps at which nobody has looked for findings.
const UNLOOKED: [&str; 3] = [NOTHING_CHECKED, WITHOUT_RULES, LEFT_OUT];
const WITHOUT_RULES: &str = "without-rules";
const LEFT_OUT: &str = "left-out";

/// The gaps of a report at which nobody has looked for findings: where they are not said, no output would mean that there
/// are none.
pub(super) fn unlooked_gaps(view: ReportView<'_>) -> Vec<ReportGap> {
    let mut gaps = gaps(view);
    gaps.retain(|gap| UNLOOKED.contains(&gap.kind));
    gaps
}

/// The kind of the gaps that the command line makes.
pub(super) const NARROWED: &str = "narrowed";

/// The gaps of a report without what stands at its outcome in words.
pub(super) fn gaps_beside_outcome(view: ReportView<'_>) -> Vec<ReportGap> {
    let mut gaps = gaps(view);
    gaps.retain(|gap| ![NOTHING_CHECKED, NARROWED].contains(&gap.kind));
    gaps
}

/// The gaps of a report, in a fixed order. Files that a run over everything leaves out for their place are none: the settings
/// say so, and the summary counts them.
pub(super) fn gaps(view: ReportView<'_>) -> Vec<ReportGap> {
    let report = view.report;
    let gap = |kind, path: &RelPath, line, words| ReportGap { kind, path: path.clone(), line, words };
    let whole = RelPath::root();
    let mut gaps = Vec::new();
    if let Some(words) = nothing_in_words(view) {
        gaps.push(gap(NOTHING_CHECKED, &whole, 1, words));
    }
    gaps.extend(view.narrowed.iter().map(|line| gap(NARROWED, &whole, 1, line.clone())));
    if let Some(words) = without_rules_in_words(view) {
        gaps.push(gap(WITHOUT_RULES, &whole, 1, words));
    }
    for skipped in report.skipped.iter().filter(|skipped| skipped.is_requested) {
        gaps.push(gap(LEFT_OUT, &skipped.path, 1, skipped_in_words(view, skipped)));
    }
    for leaving in &report.leaving {
        gaps.push(gap("leaving", &leaving.path, 1, leaving_in_words(view, leaving)));
    }
    for relaxed in &report.relaxed {
        gaps.push(gap("relaxed", &relaxed.path, 1, relaxed_in_words(view, relaxed)));
    }
    for found in &report.newly_suppressed {
        gaps.push(gap("newly-suppressed", &found.path, found.line, newly_suppressed_in_words(view, found)));
    }
    for (path, reason) in &report.unwritten {
        let words = format!("{}: the fixes were not written, {reason}", view.paths.shown(path.as_str()));
        gaps.push(gap("unwritten", path, 1, words));
    }
    gaps
}
