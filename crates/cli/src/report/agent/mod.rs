//! The report for coding agents: findings grouped by file and rule within a budget of tokens, what is left out by rule,
//! and a last line with the command that checks again.

mod fixes;
mod selection;

use std::collections::{BTreeSet, HashMap, HashSet};

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::span::Span;

use crate::report::statistics;
use crate::report::{
    ReportView, comment_of, exceptions_in_words, extras_in_words, lessened_in_words, outcome_in_words,
    skipped_in_words, unsaid_measure, without_rules_in_words,
};
use crate::text::{Text, counted};
use selection::{Detail, FindingCost, ShownFindings};

/// The length of a token in bytes: about that of a token of English and code.
const TOKEN_BYTES: usize = 4;

/// The share of the budget that the lines about files that are left out or checked less may take: one part of this many.
const NAMED_SHARE: usize = 2;

/// The length in bytes above which a message is clipped; it may contain a long capture.
const MAX_MESSAGE_BYTES: usize = 600;

/// The length in bytes above which a line of code is clipped.
const MAX_CODE_BYTES: usize = 160;

/// The budget without `--budget`, in tokens.
pub(crate) const DEFAULT_BUDGET: usize = 2_000;

pub(super) fn render(view: ReportView<'_>, text: &mut Text) {
    let end = end_of(view);
    let chosen = choose(view, &end);
    render_findings(view, &chosen.findings, &chosen.selection, &chosen.own_steps, text);
    render_left_out(view, &chosen.selection, text);
    if view.has_statistics {
        statistics::render(view.report, text);
    }
    text.add_lines(end.as_str());
}

/// True if the budget leaves findings out.
#[cfg(feature = "mcp")]
pub(crate) fn leaves_out(view: ReportView<'_>) -> bool {
    !choose(view, &end_of(view)).selection.left_out.is_empty()
}

/// The lines behind the findings: what was left out or is checked less, and the outcome.
fn end_of(view: ReportView<'_>) -> Text {
    let mut end = Text::new(false);
    render_named(view, view.budget * TOKEN_BYTES / NAMED_SHARE, &mut end);
    end.line(format_args!(
        "lawbook: {}{}; verify: {}",
        outcome_in_words(view),
        extras_in_words(view),
        view.verify.for_run()
    ));
    end
}

/// The findings of a report, and which of them its budget lets it show.
struct ChosenFindings<'r> {
    findings: Vec<&'r Diagnostic>,
    own_steps: HashSet<&'r str>,
    selection: ShownFindings<'r>,
}

/// Chooses what is shown above the lines at the end.
fn choose<'r>(view: ReportView<'r>, end: &Text) -> ChosenFindings<'r> {
    let findings: Vec<&Diagnostic> = view.report.diagnostics.iter().map(AsRef::as_ref).collect();
    let own_steps = rules_with_own_steps(&findings);
    let mut of_rules = HashMap::new();
    let costs: Vec<FindingCost<'_>> =
        findings.iter().map(|found| cost_of(view, found, &own_steps, &mut of_rules)).collect();
    let bytes = view.budget * TOKEN_BYTES;
    let selection = ShownFindings::within(bytes.saturating_sub(end.as_str().len()), &costs);
    ChosenFindings { findings, own_steps, selection }
}

/// The rules whose findings have different steps.
fn rules_with_own_steps<'r>(findings: &[&'r Diagnostic]) -> HashSet<&'r str> {
    let mut steps: HashMap<&str, Option<&str>> = HashMap::new();
    let differ = |found: &&&'r Diagnostic| {
        let step = found.step.as_deref();
        *steps.entry(&found.rule).or_insert(step) != step
    };
    findings.iter().filter(differ).map(|found| &*found.rule).collect()
}

/// The lengths of the parts of the report that a finding adds. `of_rules` keeps those that are said once for a rule.
fn cost_of<'r>(
    view: ReportView<'r>,
    found: &'r Diagnostic,
    own_steps: &HashSet<&str>,
    of_rules: &mut HashMap<&'r str, [usize; 3]>,
) -> FindingCost<'r> {
    let has_own_step = own_steps.contains(&*found.rule);
    let length = |render: &dyn Fn(&mut Text)| {
        let mut text = Text::new(false);
        render(&mut text);
        text.as_str().len()
    };
    FindingCost {
        path: &found.path,
        rule: &found.rule,
        severity: found.severity,
        head: length(&|text| render_head(view, found, None, text)),
        own: length(&|text| render_finding(view, found, false, has_own_step, text)),
        of_rule: *of_rules.entry(&found.rule).or_insert_with(|| {
            Detail::ALL.map(|detail| length(&|text| render_rule(view, found, detail, has_own_step, text)))
        }),
    }
}

fn render_findings(
    view: ReportView<'_>,
    findings: &[&Diagnostic],
    selection: &ShownFindings<'_>,
    own_steps: &HashSet<&str>,
    text: &mut Text,
) {
    let shown: Vec<&Diagnostic> =
        findings.iter().zip(&selection.is_shown).filter(|(_, shown)| **shown).map(|(found, _)| *found).collect();
    let mut files: Vec<&[&Diagnostic]> = shown.chunk_by(|a, b| a.path == b.path).collect();
    // Files with the worst findings first; the sort is stable, so those of a level stay in the order of their paths.
    files.sort_by_key(|file| std::cmp::Reverse(file.iter().map(|found| found.severity).max()));
    let (mut said, mut steps) = (BTreeSet::new(), HashSet::new());
    for file in files {
        let mut groups: Vec<&Diagnostic> = Vec::new();
        for found in file {
            if !groups.iter().any(|other| is_of_group(other, found)) {
                groups.push(found);
            }
        }
        groups.sort_by_key(|found| std::cmp::Reverse(found.severity));
        for first in groups {
            let group: Vec<&Diagnostic> = file.iter().filter(|found| is_of_group(first, found)).copied().collect();
            let has_own_steps = own_steps.contains(&*first.rule);
            render_group(view, &group, selection.detail, has_own_steps, &mut said, &mut steps, text);
        }
    }
}

/// True if two findings of a file stand under one heading.
fn is_of_group(a: &Diagnostic, b: &Diagnostic) -> bool {
    (&a.rule, a.severity) == (&b.rule, b.severity)
}

/// The rules that were explained, without a comment, and the comments that suppress their findings and were named.
type SaidOfRules<'r> = BTreeSet<(&'r str, Option<(bool, String)>)>;

/// Adds findings of one rule in one file.
fn render_group<'r>(
    view: ReportView<'_>,
    group: &[&'r Diagnostic],
    detail: Detail,
    has_own_steps: bool,
    said: &mut SaidOfRules<'r>,
    steps: &mut HashSet<(&'r str, &'r str)>,
    text: &mut Text,
) {
    let Some(first) = group.first() else { return };
    let shared = group.iter().all(|found| found.message == first.message).then_some(first.message.as_str());
    render_head(view, first, shared, text);
    for found in group {
        let has_new_step = has_own_steps && found.step.as_deref().is_some_and(|step| steps.insert((&found.rule, step)));
        render_finding(view, found, shared.is_some(), has_new_step, text);
    }
    let is_first_of_rule = said.insert((&first.rule, None));
    if is_first_of_rule {
        said.insert((&first.rule, comment_of(view, first)));
        for part in Detail::ALL.into_iter().filter(|part| *part <= detail) {
            render_rule(view, first, part, has_own_steps, text);
        }
    }
    // The comment is another one in another language, and at a line that has no place for it above.
    for found in group.iter().filter(|_| detail >= Detail::Exceptions) {
        if said.insert((&found.rule, comment_of(view, found)))
            && let Some(exceptions) = exceptions_in_words(view, found, false)
        {
            render_block("not if", &exceptions, text);
        }
    }
}

/// Adds the heading of findings of one rule in one file, with their message if it is the same.
fn render_head(view: ReportView<'_>, found: &Diagnostic, message: Option<&str>, text: &mut Text) {
    let path = view.paths.shown(found.path.as_str());
    let message = message.map(|message| format!(": {}", clipped(message, MAX_MESSAGE_BYTES))).unwrap_or_default();
    text.line(format_args!("{path} {} {}{message}", found.severity, found.rule));
}

/// Adds the line of code of a finding with what is its own: the message, the count, other places, the step and the fix.
fn render_finding(
    view: ReportView<'_>,
    found: &Diagnostic,
    is_message_said: bool,
    has_own_step: bool,
    text: &mut Text,
) {
    let at = view.report.positions(&found.path, found.span).0;
    match code_line(view, found) {
        Some(code) => text.line(format_args!("  {}:{} | {code}", at.line, at.column)),
        None => text.line(format_args!("  {}:{}", at.line, at.column)),
    };
    if !is_message_said {
        text.line(format_args!("    {}", clipped(&found.message, MAX_MESSAGE_BYTES)));
    }
    if let Some(measure) = unsaid_measure(found) {
        text.line(format_args!("    {measure}"));
    }
    if let Some(step) = found.step.as_deref().filter(|_| has_own_step) {
        text.line(format_args!("    do: {}", clipped(step, MAX_MESSAGE_BYTES)));
    }
    for related in &found.related {
        let path = related.path.as_ref().unwrap_or(&found.path);
        let at = view.report.positions(path, related.span).0;
        let shown = view.paths.shown(path.as_str());
        text.line(format_args!("    see {shown}:{}:{}: {}", at.line, at.column, related.message));
    }
    for fix in &found.fixes {
        fixes::render(view, found, fix, text);
    }
}

/// Adds a part of what is said once for a rule.
fn render_rule(view: ReportView<'_>, found: &Diagnostic, part: Detail, has_own_steps: bool, text: &mut Text) {
    let page = view.report.rules.get(&found.rule).map(|rule| &rule.page);
    match part {
        Detail::Step => {
            let help = page.map_or("", |page| page.help.as_str());
            let (name, step) = match found.step.as_deref() {
                Some(_) if has_own_steps => ("help", help),
                step => ("do", step.unwrap_or(help)),
            };
            if !step.is_empty() {
                render_block(name, step, text);
            }
        }
        Detail::Exceptions => {
            if let Some(exceptions) = exceptions_in_words(view, found, true) {
                render_block("not if", &exceptions, text);
            }
        }
        Detail::Why => {
            if let Some(page) = page.filter(|page| !page.why.is_empty()) {
                render_block("why", &page.why, text);
            }
        }
    }
}

/// The line where a finding starts, without spaces around it; a long one is clipped around the finding.
fn code_line(view: ReportView<'_>, found: &Diagnostic) -> Option<String> {
    let source = view.report.sources.get(&found.path)?;
    let (text, lines) = (source.text(), source.lines());
    let line = lines.span(text, lines.line(found.span.start));
    let code = source.slice(line);
    let trimmed = code.trim();
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.len() <= MAX_CODE_BYTES {
        return Some(trimmed.to_owned());
    }
    let from = found.span.start.saturating_sub(MAX_CODE_BYTES as u32 / 4).max(line.start) as usize;
    let from = text.floor_char_boundary(from);
    let to = text.floor_char_boundary((from + MAX_CODE_BYTES).min(line.end as usize));
    let part = source.slice(Span::new(from as u32, to as u32)).trim();
    let before = if from > line.start as usize { "…" } else { "" };
    let after = if to < line.end as usize { "…" } else { "" };
    Some(format!("{before}{part}{after}"))
}

/// Adds the numbers of the findings that the budget leaves out, by rule, and the command that shows them.
fn render_left_out(view: ReportView<'_>, selection: &ShownFindings<'_>, text: &mut Text) {
    let Some((rule, _)) = selection.left_out.first() else { return };
    let total: usize = selection.left_out.iter().map(|(_, count)| count).sum();
    let counts: Vec<String> = selection.left_out.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
    let command = view.verify.for_rule(rule);
    text.line(format_args!(
        "… {} left out for the budget of {} tokens: {}; `{command}` shows those of a rule",
        counted(total, "finding"),
        view.budget,
        counts.join(", ")
    ));
}

/// Adds the lines about files that the run was about and that are left out or checked less, up to a number of bytes, and
/// the files for which no rule is on.
fn render_named(view: ReportView<'_>, most: usize, text: &mut Text) {
    let skipped = view.report.skipped.iter().filter(|skipped| skipped.is_requested);
    let lines = skipped.map(|skipped| skipped_in_words(view, skipped)).chain(lessened_in_words(view));
    let (mut left, mut more) = (most, 0);
    for line in lines {
        match left.checked_sub(line.len()) {
            Some(rest) if more == 0 => {
                left = rest;
                text.line(format_args!("{line}"));
            }
            _ => more += 1,
        }
    }
    if more > 0 {
        text.line(format_args!("… {more} more lines about files that are checked less, with --format json"));
    }
    if let Some(without_rules) = without_rules_in_words(view) {
        text.line(format_args!("{without_rules}"));
    }
}

fn clipped(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(most)])
}

fn render_block(name: &str, block: &str, text: &mut Text) {
    for (number, line) in block.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        if number == 0 {
            text.add("  ").add(name).add(": ");
        } else {
            text.add("    ");
        }
        text.add_lines(line).end_line();
    }
}
