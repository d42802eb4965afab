//! Reports the suppressions that a change adds, of lawbook and of other tools.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::changed_lines::ChangedLines;
use crate::date::Date;
use crate::diagnostic::Severity;
use crate::engine::Engine;
use crate::engine::answer::FileFinding;
use crate::engine::engine_findings::{EngineFinding, EngineFindings};
use crate::engine::suppress::MAX_COMPARED_PAGES;
use crate::facts::{ChangeView, FileVersion, Marker, MarkerReach};
use crate::ir::FileInput;
use crate::rule::engine_ids;
use crate::source::SourceFile;
use crate::span::Span;
use crate::suppression::marker::{self, LAWBOOK};

/// The number of regions in each other, each as long as the file, whose lines are compared.
const MAX_NESTED_REGIONS: usize = 20;

/// The most bytes of a covered line that are compared.
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
    /// The code that it covers, as far as its line shows.
    covered: String,
    /// The 1-based line of its directive.
    line: u32,
    /// The 1-based line of the code that it covers; none if it covers the whole file.
    covered_line: Option<u32>,
    /// The lines of a region between two directives.
    region: Option<LineCounts>,
    /// The line of its directive before the change, if the change left that line as it was.
    kept_line: Option<u32>,
    /// The nearest line above its directive before the change that the change left as it was.
    anchor: u32,
    /// The line that it covers, compared with the other side of the change.
    code: CoveredCode,
    /// The last day on which it holds; none if it holds for ever.
    until: Option<Date>,
    is_matched: bool,
    /// True if it was there before, and holds longer now.
    is_prolonged: bool,
}

/// A line that a suppression covers, compared with the other side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CoveredCode {
    /// The change left it as it was.
    Kept,
    /// The line is only on this side, and its code alone is a line of the other side.
    Uncovered,
    /// It is only on this side.
    Edited,
}

impl CoveredCode {
    fn of(covered: &str, is_kept: bool, other_side: &HashSet<String>) -> Self {
        if is_kept {
            Self::Kept
        } else if other_side.contains(covered) {
            Self::Uncovered
        } else {
            Self::Edited
        }
    }
}

/// The parts of a suppression that must be equal for a step: its file, tool, rule, reach, reason and code, and the line of
/// its directive.
type SuppressionKey<'s> = (usize, &'s str, &'s str, MarkerReach, Option<&'s str>, &'s str, u32);

impl Suppressed {
    /// The parts that must be equal for this step to match a suppression before the change with one after it; none if the
    /// step does not match this one. Where other code is covered than before, the change must have edited that code: a
    /// suppression that is put over code that was there is new.
    fn key(&self, step: SuppressionMatch) -> Option<SuppressionKey<'_>> {
        // The lines of a region between two directives are compared by themselves.
        let is_of_lines = self.region.is_some() && step != SuppressionMatch::Elsewhere;
        let (reason, covered) = (self.reason.as_deref(), if is_of_lines { "" } else { self.covered.as_str() });
        let is_edited = self.code != CoveredCode::Kept;
        let key = |file, reason, covered, line| (file, &*self.tool, &*self.rule, self.reach, reason, covered, line);
        match step {
            SuppressionMatch::SameLine => Some(key(self.file, reason, covered, self.kept_line?)),
            SuppressionMatch::Same => Some(key(self.file, reason, covered, 0)),
            SuppressionMatch::SameCode => Some(key(self.file, None, covered, 0)),
            SuppressionMatch::SamePlace => {
                let line = self.kept_line.filter(|_| is_edited || self.region.is_some())?;
                Some(key(self.file, reason, "", line))
            }
            SuppressionMatch::SameChange => {
                let is_rewritten =
                    self.code == CoveredCode::Edited && self.kept_line.is_none() && self.region.is_none();
                is_rewritten.then(|| key(self.file, reason, "", self.anchor))
            }
            SuppressionMatch::SameHead => {
                let head = head_of(covered);
                (is_edited && !head.is_empty()).then(|| key(self.file, reason, head, 0))
            }
            SuppressionMatch::Elsewhere => {
                (is_edited && !covered.is_empty()).then(|| key(usize::MAX, reason, covered, 0))
            }
        }
    }

    /// True if this is a region with lines that were outside of the other one before the change.
    fn is_wider_than(&self, before: &Self, files: &[FileLines]) -> bool {
        let (Some(now), Some(old)) = (&self.region, &before.region) else { return false };
        let FileLines { before: all_before, now: all_now } = &files[self.file];
        self.file == before.file
            && now.keys().any(|line| {
                let of = |counts: &LineCounts| counts.get(line).copied().unwrap_or_default();
                of(now) > of(old) && of(all_before).saturating_sub(of(old)) > of(all_now).saturating_sub(of(now))
            })
    }
}

/// The numbers of equal lines in a text, by a digest of their words. Lines without letters and digits are not counted.
type LineCounts = HashMap<u64, u32>;

/// The lines of a file with regions on both sides of a change.
#[derive(Default)]
struct FileLines {
    before: LineCounts,
    now: LineCounts,
}

/// A step of matching suppressions before and after a change: which of their parts must be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SuppressionMatch {
    /// The reason, the code and the line of the directive: of several equal ones, git's comparison of the lines says which
    /// is new.
    SameLine,
    /// The reason and the code.
    Same,
    /// The code; the reason was reworded.
    SameCode,
    /// The reason and the line of the directive; the code was edited.
    SamePlace,
    /// The reason and the start of the code; the directive and the code were edited together.
    SameHead,
    /// The reason and the changed lines; the directive and the code were edited together.
    SameChange,
    /// The reason and the code, which both were moved to another file.
    Elsewhere,
}

/// The steps in the order in which they are tried.
const SUPPRESSION_MATCHES: [SuppressionMatch; 7] = [
    SuppressionMatch::SameLine,
    SuppressionMatch::Same,
    SuppressionMatch::SameCode,
    SuppressionMatch::SamePlace,
    SuppressionMatch::SameHead,
    SuppressionMatch::SameChange,
    SuppressionMatch::Elsewhere,
];

/// The suppressions of one side of a change.
#[derive(Default)]
struct ChangeSide {
    markers: Vec<Vec<Marker>>,
    suppressed: Vec<Suppressed>,
    /// By file, all lines; only of files with regions.
    lines: Vec<LineCounts>,
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
        match_unchanged(&mut before.suppressed, &mut now.suppressed);
        compare_lines(view, &mut before.suppressed, &mut now.suppressed);
        let lines = std::mem::take(&mut before.lines).into_iter().zip(std::mem::take(&mut now.lines));
        let lines: Vec<FileLines> = lines.map(|(before, now)| FileLines { before, now }).collect();
        for step in SUPPRESSION_MATCHES {
            match_all(&mut before.suppressed, &mut now.suppressed, &lines, step);
        }
        note_prolonged(&mut before.suppressed, &mut now.suppressed);
        let is_over = self.is_over_limit(&now);
        let new: Vec<&Suppressed> = now.suppressed.iter().filter(|one| !one.is_matched).collect();
        for of_file in new.chunk_by(|a, b| a.file == b.file) {
            let path = &view.files[of_file[0].file].path;
            let mut engine_findings = EngineFindings::new(path.clone());
            for of_marker in of_file.chunk_by(|a, b| a.marker == b.marker) {
                let marker = &now.markers[of_marker[0].file][of_marker[0].marker];
                let rules: Vec<&str> = of_marker.iter().map(|one| one.rule.as_str()).collect();
                let is_prolonged = of_marker.iter().all(|one| one.is_prolonged);
                let message = message(marker, &rules, is_prolonged);
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
            let mut lines_left = source.map_or(0, |source| MAX_NESTED_REGIONS * source.lines().count() as usize);
            let directives = source.map(|source| directive_lines(source, &markers)).unwrap_or_default();
            for (number, marker) in markers.iter().enumerate() {
                let Some(source) = source else { continue };
                let covered = covered(source, marker, &directives);
                let line = |at: usize| source.lines().line(at as u32);
                let covered_line =
                    (!covered.is_empty()).then(|| line(covered.as_ptr() as usize - source.text().as_ptr() as usize));
                let region = marker.region_end.map(|end| {
                    let lines = line(marker.span.start as usize)..=line(end as usize);
                    // Regions that lie in each other are compared as far as their lines are few beside those of the file.
                    lines_left = lines_left.saturating_sub(lines.clone().count());
                    if lines_left > 0 { count_lines(source, lines) } else { LineCounts::new() }
                });
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
                    covered: single_spaced(covered),
                    line: line(marker.span.start as usize),
                    covered_line,
                    region: region.clone(),
                    kept_line: None,
                    anchor: 0,
                    code: CoveredCode::Edited,
                    until: marker.until,
                    is_matched: false,
                    is_prolonged: false,
                }));
            }
            let has_regions = markers.iter().any(|marker| marker.region_end.is_some());
            let lines = source.filter(|_| has_regions).map(|source| count_lines(source, 1..=source.lines().count()));
            side.lines.push(lines.unwrap_or_default());
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

fn message(marker: &Marker, rules: &[&str], is_prolonged: bool) -> String {
    let of = match rules {
        [""] => String::new(),
        rules => format!(" of {}", rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ")),
    };
    let reason =
        marker.reason.as_ref().map_or("gives no reason that says why".to_owned(), |reason| format!("says: {reason}"));
    if is_prolonged {
        let until = marker.until.map_or("for ever".to_owned(), |until| format!("until {until}"));
        return format!(
            "this change lets the suppression `{}`{of} hold longer, {until}; it {reason}",
            marker.directive
        );
    }
    format!("this change adds the suppression `{}`{of}, which {reason}", marker.directive)
}

/// The numbers of equal lines among the given 1-based ones.
fn count_lines(source: &SourceFile, numbers: RangeInclusive<u32>) -> LineCounts {
    let mut counts = LineCounts::new();
    let lines = numbers.map(|number| source.slice(source.lines().span(source.text(), number)));
    for line in lines.filter(|line| line.contains(char::is_alphanumeric)) {
        let mut hasher = DefaultHasher::new();
        line.split_whitespace().for_each(|word| word.hash(&mut hasher));
        *counts.entry(hasher.finish()).or_default() += 1;
    }
    counts
}

/// The 1-based lines on which a directive stands without code before it.
fn directive_lines(source: &SourceFile, markers: &[Marker]) -> HashSet<u32> {
    let alone = markers.iter().filter(|marker| {
        let line = source.lines().start(source.lines().line(marker.span.start));
        !source.slice(Span::new(line, marker.span.start)).contains(char::is_alphanumeric)
    });
    alone.map(|marker| source.lines().line(marker.span.start)).collect()
}

/// The code that a suppression covers: before it on its line, or on the next line with something else than a
/// directive.
fn covered<'t>(source: &'t SourceFile, marker: &Marker, directives: &HashSet<u32>) -> &'t str {
    let (text, lines) = (source.text(), source.lines());
    let line_of = |number| source.slice(lines.span(text, number));
    let line = match marker.reach {
        MarkerReach::File => "",
        MarkerReach::Line => source.slice(Span::new(lines.start(lines.line(marker.span.start)), marker.span.start)),
        MarkerReach::NextLine | MarkerReach::Region => {
            let after = lines.line(marker.span.end) + 1..=lines.count();
            let mut rest = after.filter(|number| !directives.contains(number)).map(line_of);
            rest.find(|line| !line.trim().is_empty()).unwrap_or_default()
        }
    };
    code_of(line)
}

/// A line without spaces around it, and without the signs at its end: those of a comment stand between the code and the
/// directive.
fn code_of(line: &str) -> &str {
    let line = line.trim().trim_end_matches(|c: char| !c.is_alphanumeric());
    &line[..line.floor_char_boundary(MAX_COVERED_BYTES)]
}

/// The codes of all lines of a file.
fn codes(source: &SourceFile) -> HashSet<String> {
    let lines = (1..=source.lines().count()).map(|number| source.slice(source.lines().span(source.text(), number)));
    lines.map(|line| single_spaced(code_of(line))).collect()
}

/// A text with single spaces between its words.
fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The start of a line of code up to what it calls, sets or opens.
fn head_of(code: &str) -> &str {
    code.split(['(', '=', '{', '[', ':', ',', ';']).next().unwrap_or_default().trim()
}

/// Compares the lines of the files with suppressions that are not matched yet.
fn compare_lines(view: &ChangeView, before: &mut [Suppressed], now: &mut [Suppressed]) {
    let open: BTreeSet<usize> = now.iter().filter(|one| !one.is_matched).map(|one| one.file).collect();
    if open.is_empty() {
        return;
    }
    let old = before.iter().filter(|one| !one.is_matched).map(|one| one.file);
    for file in open.iter().copied().chain(old).collect::<BTreeSet<usize>>() {
        let text = |version: &'_ Option<FileVersion>| version.as_ref().and_then(|version| version.source.clone());
        let (Some(old), Some(new)) = (text(&view.files[file].before), text(&view.files[file].now)) else { continue };
        let lines = ChangedLines::between(&old, &new);
        let (codes_before, codes_now) = (codes(&old), codes(&new));
        let kept: BTreeSet<u32> = (1..=new.lines().count()).filter_map(|line| lines.old_line(line)).collect();
        for one in before.iter_mut().filter(|one| one.file == file) {
            one.kept_line = kept.get(&one.line).copied();
            one.anchor = kept.range(..=one.line).next_back().copied().unwrap_or_default();
            let is_kept = one.covered_line.is_some_and(|line| kept.contains(&line));
            one.code = CoveredCode::of(&one.covered, is_kept, &codes_now);
        }
        let anchors = lines.anchors(new.lines().count());
        for one in now.iter_mut().filter(|one| one.file == file) {
            one.kept_line = lines.old_line(one.line);
            one.anchor = anchors.get(one.line as usize).copied().unwrap_or_default();
            let is_kept = one.covered_line.is_some_and(|line| lines.old_line(line).is_some());
            one.code = CoveredCode::of(&one.covered, is_kept, &codes_before);
        }
    }
}

/// Matches the suppressions of which there are as many equal ones after the change as before it. The others, and those of
/// regions between two directives, need the lines that the change left as they were.
fn match_unchanged(before: &mut [Suppressed], now: &mut [Suppressed]) {
    let mut counts: HashMap<_, (usize, usize)> = HashMap::new();
    for one in before.iter() {
        counts.entry((one.key(SuppressionMatch::Same), one.until)).or_default().0 += 1;
    }
    for one in now.iter() {
        counts.entry((one.key(SuppressionMatch::Same), one.until)).or_default().1 += 1;
    }
    let is_unchanged = |one: &Suppressed| {
        let key = (one.key(SuppressionMatch::Same), one.until);
        one.region.is_none() && counts.get(&key).is_some_and(|(a, b)| a == b)
    };
    let matched: [Vec<bool>; 2] = [before.iter().map(is_unchanged).collect(), now.iter().map(is_unchanged).collect()];
    for (one, is_matched) in before.iter_mut().chain(now).zip(matched.concat()) {
        one.is_matched = is_matched;
    }
}

/// Matches suppressions before the change with those after it that are alike, each with one at most. One that holds longer
/// now, or covers more of what was there, is not the same.
fn match_all(before: &mut [Suppressed], now: &mut [Suppressed], lines: &[FileLines], step: SuppressionMatch) {
    for (old, new) in pairs(before, now, step, |old, new| !holds_longer(new, old) && !new.is_wider_than(old, lines)) {
        before[old].is_matched = true;
        now[new].is_matched = true;
    }
}

/// Marks the suppressions that are new only because they hold longer than before.
fn note_prolonged(before: &mut [Suppressed], now: &mut [Suppressed]) {
    for step in SUPPRESSION_MATCHES {
        for (old, new) in pairs(before, now, step, |old, new| !new.is_prolonged && holds_longer(new, old)) {
            before[old].is_matched = true;
            now[new].is_prolonged = true;
        }
    }
}

fn holds_longer(now: &Suppressed, before: &Suppressed) -> bool {
    match (now.until, before.until) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(now), Some(before)) => now > before,
    }
}

/// The pairs of suppressions before and after the change that are alike, by index, each in one pair at most.
fn pairs(
    before: &[Suppressed],
    now: &[Suppressed],
    step: SuppressionMatch,
    is_pair: impl Fn(&Suppressed, &Suppressed) -> bool,
) -> Vec<(usize, usize)> {
    let mut left: HashMap<_, Vec<usize>> = HashMap::new();
    for (number, one) in before.iter().enumerate().filter(|(_, one)| !one.is_matched) {
        if let Some(key) = one.key(step) {
            left.entry(key).or_default().push(number);
        }
    }
    let mut pairs = Vec::new();
    for (number, one) in now.iter().enumerate().filter(|(_, one)| !one.is_matched) {
        let old = one.key(step).and_then(|key| {
            let left = left.get_mut(&key)?;
            let at = left.iter().rposition(|old| is_pair(&before[*old], one))?;
            Some(left.remove(at))
        });
        pairs.extend(old.map(|old| (old, number)));
    }
    pairs
}
