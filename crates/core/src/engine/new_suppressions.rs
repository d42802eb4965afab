//! Reports the suppressions that a change adds, of lawbook and of other tools.

use std::collections::HashMap;
use std::sync::Arc;

use crate::changed_lines::ChangedLines;
use crate::diagnostic::Severity;
use crate::engine::Engine;
use crate::engine::answer::FileFinding;
use crate::engine::engine_findings::{EngineFinding, EngineFindings};
use crate::engine::suppress::MAX_COMPARED_PAGES;
use crate::facts::{ChangeView, FileVersion, Marker, MarkerReach};
use crate::ir::FileInput;
use crate::rule::engine_ids;
use crate::source::SourceFile;
use crate::suppression::marker::{self, LAWBOOK};

/// The most bytes of covered code that are compared.
const MAX_COVERED_BYTES: usize = 256;

/// One rule of one suppression.
#[derive(Debug)]
struct Suppressed {
    /// The index of its file in the change.
    file: usize,
    /// The index of its suppression in the file.
    marker: usize,
    tool: String,
    rule: String,
    reach: MarkerReach,
    reason: Option<String>,
    /// Its line before the change; none if the change touched it.
    old_line: Option<u32>,
    /// The code that it covers, as far as its line shows.
    covered: String,
    is_matched: bool,
}

impl Suppressed {
    /// The parts that must be equal for this step to match a suppression before the change with one after it.
    fn key(&self, step: SuppressionMatch) -> (usize, u32, &str, &str, MarkerReach, Option<&str>, &str) {
        let reason = self.reason.as_deref();
        let line = self.old_line.filter(|_| step == SuppressionMatch::SameLine).unwrap_or_default();
        let (file, reason, covered) = match step {
            SuppressionMatch::SameLine | SuppressionMatch::Same => (self.file, reason, self.covered.as_str()),
            SuppressionMatch::SameReason => (self.file, reason, ""),
            SuppressionMatch::SameCode => (self.file, None, self.covered.as_str()),
            SuppressionMatch::ElsewhereSame => (usize::MAX, reason, self.covered.as_str()),
            SuppressionMatch::ElsewhereSameReason => (usize::MAX, reason, ""),
        };
        (file, line, &self.tool, &self.rule, self.reach, reason, covered)
    }
}

/// A step of matching suppressions before and after a change: which of their parts must be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SuppressionMatch {
    /// Equal, on an unchanged line: of several equal ones, git's comparison of the lines says which is new.
    SameLine,
    Same,
    SameReason,
    SameCode,
    ElsewhereSame,
    ElsewhereSameReason,
}

/// The steps in the order in which they are tried.
const SUPPRESSION_MATCHES: [SuppressionMatch; 6] = [
    SuppressionMatch::SameLine,
    SuppressionMatch::Same,
    SuppressionMatch::SameReason,
    SuppressionMatch::SameCode,
    SuppressionMatch::ElsewhereSame,
    SuppressionMatch::ElsewhereSameReason,
];

/// The suppressions of one side of a change.
#[derive(Default)]
struct ChangeSide {
    markers: Vec<Vec<Marker>>,
    suppressed: Vec<Suppressed>,
}

impl Engine {
    /// True if a file of a change may have a suppression that is to be reported, by its text alone.
    pub fn may_have_new_suppressions(&self, source: &SourceFile) -> bool {
        self.reports_new_suppressions() && marker::may_contain_markers(&self.input(source.clone()))
    }

    fn reports_new_suppressions(&self) -> bool {
        let mut ran = self.plan.instances().iter().map(|instance| self.plan.rules()[instance.rule].page_id());
        ran.any(|id| **id == *engine_ids::NEW_SUPPRESSION)
    }

    /// The findings about the suppressions that a change adds. One that was there before is not new, whatever moved it;
    /// each rule that is added to one is.
    pub(super) fn new_suppressions(&self, view: &ChangeView) -> Vec<FileFinding> {
        let mut findings = Vec::new();
        if !self.reports_new_suppressions() {
            return findings;
        }
        let mut now = self.side(view.files.iter().map(|file| file.now.as_ref()));
        if now.suppressed.is_empty() {
            return findings;
        }
        let mut before = self.side(view.files.iter().map(|file| file.before.as_ref()));
        note_old_lines(view, &mut now);
        for step in SUPPRESSION_MATCHES {
            match_all(&mut before.suppressed, &mut now.suppressed, step);
        }
        let is_over = self.is_over_limit(&now);
        let new: Vec<&Suppressed> = now.suppressed.iter().filter(|one| !one.is_matched).collect();
        for of_file in new.chunk_by(|a, b| a.file == b.file) {
            let path = &view.files[of_file[0].file].path;
            let mut engine_findings = EngineFindings::new(path.clone());
            for of_marker in of_file.chunk_by(|a, b| a.marker == b.marker) {
                let marker = &now.markers[of_marker[0].file][of_marker[0].marker];
                let rules: Vec<&str> = of_marker.iter().map(|one| one.rule.as_str()).collect();
                let message = message(marker, &rules);
                let subject = format!("{} {}", marker.directive, rules.join(", "));
                let found = EngineFinding {
                    id: engine_ids::NEW_SUPPRESSION,
                    span: marker.span,
                    subject: &subject,
                    message: &message,
                };
                let listed = findings.len();
                engine_findings.add(self, found, |_| String::new(), &mut findings);
                let is_right = marker.tool == LAWBOOK && !is_over && rules.iter().all(|rule| self.may_be_wrong(rule));
                for found in findings[listed..].iter_mut().filter(|_| is_right) {
                    if let Some(diagnostic) = Arc::get_mut(&mut found.diagnostic) {
                        diagnostic.severity = Severity::Info;
                    }
                }
            }
            engine_findings.report_overflow(self, |_| String::new(), &mut findings);
        }
        findings
    }

    /// The suppressions of one side of a change, given the version of each file on that side.
    fn side<'v>(&self, versions: impl Iterator<Item = Option<&'v FileVersion>>) -> ChangeSide {
        let mut side = ChangeSide::default();
        for (file, version) in versions.enumerate() {
            let source = version.and_then(|version| version.source.as_ref());
            let input = source.map(|source| self.input(source.clone()));
            let mut markers = input.filter(marker::may_contain_markers).map_or_else(Vec::new, markers_of);
            markers.retain(|marker| !self.is_repetition(marker));
            for (number, marker) in markers.iter().enumerate() {
                let covered = source.map_or("", |source| covered(source.text(), marker));
                let all = [String::new()];
                let rules = if marker.rules.is_empty() { &all[..] } else { &marker.rules };
                side.suppressed.extend(rules.iter().map(|rule| Suppressed {
                    file,
                    marker: number,
                    tool: marker.tool.clone(),
                    rule: rule.clone(),
                    // A suppression behind code may be moved to the line above.
                    reach: if marker.reach == MarkerReach::Line { MarkerReach::NextLine } else { marker.reach },
                    reason: marker.reason.clone(),
                    old_line: source.map(|source| source.lines().line(marker.span.start)),
                    covered: covered.split_whitespace().collect::<Vec<_>>().join(" "),
                    is_matched: false,
                }));
            }
            side.markers.push(markers);
        }
        side
    }

    /// True if the files of the change alone have more suppressions than the settings allow for the whole project.
    fn is_over_limit(&self, now: &ChangeSide) -> bool {
        let own = now.suppressed.iter().filter(|one| one.tool == LAWBOOK).count();
        self.plan.budgets().iter().any(|limit| limit.is_of_all() && own > limit.max)
    }

    /// True for a suppression of lawbook that is malformed because its reason repeats the page of a rule.
    fn is_repetition(&self, marker: &Marker) -> bool {
        let reason = marker.reason.as_deref().unwrap_or_default();
        marker.tool == LAWBOOK
            && marker.rules.iter().take(MAX_COMPARED_PAGES).any(|rule| self.is_from_page(rule, reason))
    }

    /// True if the page of a rule says when it is right to suppress it.
    fn may_be_wrong(&self, name: &str) -> bool {
        self.plan.find(name).is_some_and(|rule| self.plan.rules()[rule].page().may_be_wrong())
    }
}

fn markers_of(input: FileInput) -> Vec<Marker> {
    marker::all(&crate::language::lower(input))
}

fn message(marker: &Marker, rules: &[&str]) -> String {
    let of = match rules {
        [""] => String::new(),
        rules => format!(" of {}", rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ")),
    };
    let reason = marker.reason.as_ref().map_or("gives no reason".to_owned(), |reason| format!("says: {reason}"));
    format!("this change adds the suppression `{}`{of}, which {reason}", marker.directive)
}

/// The code that a suppression covers: before it on its line, or on the next line with text.
fn covered<'t>(text: &'t str, marker: &Marker) -> &'t str {
    let (before, after) = (&text[..marker.span.start as usize], &text[marker.span.end as usize..]);
    let line = match marker.reach {
        MarkerReach::File => "",
        MarkerReach::Line => before.rsplit(['\n', '\r']).next().unwrap_or_default(),
        MarkerReach::NextLine | MarkerReach::Region => {
            let mut lines = after.split(['\n', '\r']).skip(1);
            lines.find(|line| !line.trim().is_empty()).unwrap_or_default()
        }
    };
    // The signs of the comment stand between the code and the directive.
    let line = line.trim().trim_end_matches(|c: char| !c.is_alphanumeric());
    &line[..line.floor_char_boundary(MAX_COVERED_BYTES)]
}

/// Turns the lines of the suppressions after a change into those that they had before it.
fn note_old_lines(view: &ChangeView, now: &mut ChangeSide) {
    for of_file in now.suppressed.chunk_by_mut(|a, b| a.file == b.file) {
        let file = &view.files[of_file[0].file];
        let text = |version: &Option<FileVersion>| version.as_ref().and_then(|version| version.source.clone());
        let lines = text(&file.before).zip(text(&file.now)).map(|(old, new)| ChangedLines::between(&old, &new));
        for one in of_file {
            one.old_line = lines.as_ref().zip(one.old_line).and_then(|(lines, line)| lines.old_line(line));
        }
    }
}

/// Matches suppressions before the change with those after it that are alike, each with one at most.
fn match_all(before: &mut [Suppressed], now: &mut [Suppressed], step: SuppressionMatch) {
    let takes_part =
        |one: &Suppressed| !one.is_matched && (step != SuppressionMatch::SameLine || one.old_line.is_some());
    let mut left: HashMap<_, Vec<usize>> = HashMap::new();
    for (number, one) in before.iter().enumerate().filter(|(_, one)| takes_part(one)) {
        left.entry(one.key(step)).or_default().push(number);
    }
    let mut pairs = Vec::new();
    for (number, one) in now.iter().enumerate().filter(|(_, one)| takes_part(one)) {
        let old = left.get_mut(&one.key(step)).and_then(Vec::pop);
        pairs.extend(old.map(|old| (old, number)));
    }
    for (old, new) in pairs {
        before[old].is_matched = true;
        now[new].is_matched = true;
    }
}
