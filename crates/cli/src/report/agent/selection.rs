//! The choice of the findings that a report shows within a budget: every rule first, then every error, then the rules in
//! turn.

use std::collections::{BTreeMap, HashSet};

use lawbook_core::diagnostic::Severity;
use lawbook_core::source::RelPath;

/// The detail of what is said once for each rule. Each holds what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// The step to take.
    Step,
    /// The case in which the rule is wrong, and the comment to write then.
    Exceptions,
    /// The reason for the rule.
    Why,
}

impl Detail {
    pub(super) const ALL: [Self; 3] = [Self::Step, Self::Exceptions, Self::Why];
}

/// The lengths in bytes of what a finding adds to a report.
#[derive(Clone, Copy, Debug)]
pub(super) struct FindingCost<'r> {
    pub(super) path: &'r RelPath,
    pub(super) rule: &'r str,
    pub(super) severity: Severity,
    /// The heading, which findings of one rule in one file share.
    pub(super) head: usize,
    /// Its own lines.
    pub(super) own: usize,
    /// The lines that are said once for its rule, by [`Detail`].
    pub(super) of_rule: [usize; 3],
}

/// The findings of a report that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShownFindings<'r> {
    /// By finding, true if it is shown.
    pub(super) is_shown: Vec<bool>,
    /// The detail of what is said of each rule.
    pub(super) detail: Detail,
    /// The rules of the findings that are not shown, with their numbers, the most first.
    pub(super) left_out: Vec<(&'r str, usize)>,
}

impl<'r> ShownFindings<'r> {
    /// The findings that fit into a number of bytes. The first finding of each rule is shown in any case, so that nothing
    /// is wrong that the report does not name.
    pub(super) fn within(bytes: usize, findings: &[FindingCost<'r>]) -> Self {
        let order = order(findings);
        let rules: HashSet<&str> = findings.iter().map(|found| found.rule).collect();
        let is_error = |at: &&usize| findings[**at].severity == Severity::Error;
        // A finding of each rule and all errors go before details.
        let needed = &order[..rules.len() + order[rules.len()..].iter().take_while(is_error).count()];
        let fits = |detail: &Detail| {
            let mut report = PartialReport::new(*detail);
            needed.iter().map(|at| report.add(&findings[*at])).sum::<usize>() <= bytes
        };
        let detail = [Detail::Why, Detail::Exceptions].into_iter().find(fits).unwrap_or(Detail::Step);
        let mut report = PartialReport::new(detail);
        let mut is_shown = vec![false; findings.len()];
        let mut left = bytes;
        for at in order {
            let found = &findings[at];
            let cost = report.cost(found);
            if cost <= left || !report.rules.contains(found.rule) {
                left = left.saturating_sub(report.add(found));
                is_shown[at] = true;
            }
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (found, _) in findings.iter().zip(&is_shown).filter(|(_, shown)| !**shown) {
            *counts.entry(found.rule).or_default() += 1;
        }
        let mut left_out: Vec<(&str, usize)> = counts.into_iter().collect();
        left_out.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Self { is_shown, detail, left_out }
    }
}

/// The headings and rules that a report has already.
struct PartialReport<'r> {
    detail: Detail,
    rules: HashSet<&'r str>,
    groups: HashSet<(&'r RelPath, &'r str, Severity)>,
}

impl<'r> PartialReport<'r> {
    fn new(detail: Detail) -> Self {
        Self { detail, rules: HashSet::new(), groups: HashSet::new() }
    }

    fn cost(&self, found: &FindingCost<'r>) -> usize {
        let head = if self.groups.contains(&group(found)) { 0 } else { found.head };
        let of_rule = &found.of_rule[..=self.detail as usize];
        let of_rule = if self.rules.contains(found.rule) { 0 } else { of_rule.iter().sum() };
        head + of_rule + found.own
    }

    fn add(&mut self, found: &FindingCost<'r>) -> usize {
        let cost = self.cost(found);
        self.rules.insert(found.rule);
        self.groups.insert(group(found));
        cost
    }
}

fn group<'r>(found: &FindingCost<'r>) -> (&'r RelPath, &'r str, Severity) {
    (found.path, found.rule, found.severity)
}

/// The findings in the order in which they are shown as long as there is room: the first of each rule, the worst rules
/// first; the other errors; then one of each rule in turn.
fn order(findings: &[FindingCost<'_>]) -> Vec<usize> {
    let mut by_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, found) in findings.iter().enumerate() {
        by_rule.entry(found.rule).or_default().push(at);
    }
    let mut rules: Vec<Vec<usize>> = by_rule.into_values().collect();
    for rule in &mut rules {
        rule.sort_by_key(|at| std::cmp::Reverse(findings[*at].severity));
    }
    rules.sort_by_key(|rule| rule.first().map(|at| (std::cmp::Reverse(findings[*at].severity), *at)));
    let mut order: Vec<usize> = rules.iter().filter_map(|rule| rule.first().copied()).collect();
    let rest = || rules.iter().map(|rule| rule.get(1..).unwrap_or_default());
    order.extend(rest().flatten().filter(|at| findings[**at].severity == Severity::Error));
    let others: Vec<Vec<usize>> = rest()
        .map(|rule| rule.iter().copied().filter(|at| findings[*at].severity != Severity::Error).collect())
        .collect();
    for turn in 0..others.iter().map(Vec::len).max().unwrap_or_default() {
        order.extend(others.iter().filter_map(|rule| rule.get(turn).copied()));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what is shown of findings written as `path rule level`, each of which takes 10 bytes, a heading 5 and each
    /// part about a rule 20: their numbers, the detail, and what is left out.
    #[track_caller]
    fn check(bytes: usize, written: &[&str], shown: &[usize], detail: Detail, left_out: &[(&str, usize)]) {
        let words: Vec<Vec<&str>> = written.iter().map(|line| line.split(' ').collect()).collect();
        let paths: Vec<RelPath> = words.iter().map(|words| RelPath::new(words[0])).collect();
        let cost = |(words, path): (&Vec<&'static str>, _)| FindingCost {
            path,
            rule: words[1],
            severity: if words[2] == "error" { Severity::Error } else { Severity::Warning },
            head: 5,
            own: 10,
            of_rule: [20; 3],
        };
        let words: Vec<Vec<&'static str>> =
            words.iter().map(|words| words.iter().map(|word| &*word.to_string().leak()).collect()).collect();
        let costs: Vec<FindingCost<'_>> = words.iter().zip(&paths).map(cost).collect();
        let selection = ShownFindings::within(bytes, &costs);
        let numbers: Vec<usize> = (0..costs.len()).filter(|at| selection.is_shown[*at]).collect();
        assert_eq!((&numbers[..], selection.detail, &selection.left_out[..]), (shown, detail, left_out));
    }

    #[test]
    fn every_rule_shows_before_the_others_of_one() {
        let many = ["a x warning", "a x warning", "a x warning", "b y warning"];
        check(1_000, &many, &[0, 1, 2, 3], Detail::Why, &[]);
        check(160, &many, &[0, 1, 3], Detail::Why, &[("x", 1)]);
        check(120, &many, &[0, 1, 3], Detail::Exceptions, &[("x", 1)]);
        check(1, &many, &[0, 3], Detail::Step, &[("x", 2)]);
    }

    #[test]
    fn every_error_shows_before_warnings() {
        let mixed = ["a x warning", "a x warning", "b y error", "c y error", "d y error"];
        check(109, &mixed, &[0, 2, 3, 4], Detail::Step, &[("x", 1)]);
        check(140, &mixed, &[0, 2, 3, 4], Detail::Exceptions, &[("x", 1)]);
        check(150, &mixed, &[0, 1, 2, 3, 4], Detail::Exceptions, &[]);
    }
}
