//! The rules of a report as SARIF describes them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use lawbook_core::diagnostic::Severity;
use lawbook_core::report::Report;
use lawbook_core::rule::page::Page;

use crate::report::sarif::log::{Configuration, Help, RuleProperties, SarifMessage, SarifRule};

/// The most characters of a description that GitHub takes.
const MAX_DESCRIPTION: usize = 1_024;

/// The most tags of a rule that GitHub takes.
const MAX_TAGS: usize = 20;

/// The level of a severity.
pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The rules of the report, in the order of their ids.
pub(super) fn rules(report: &Report) -> Vec<SarifRule<'_>> {
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for found in &report.diagnostics {
        let level = worst.entry(&found.rule).or_insert(found.severity);
        *level = found.severity.max(*level);
    }
    let described = report.rules.iter().map(|(id, rule)| {
        // A rule that is off by its page is on by the settings, with the level of its findings.
        let severity = rule.page.severity.or_else(|| worst.get(&**id).copied());
        rule_of(id, &rule.page, severity.unwrap_or(Severity::Warning))
    });
    described.collect()
}

fn rule_of<'a>(id: &'a str, page: &'a Page, severity: Severity) -> SarifRule<'a> {
    let why = if page.why.is_empty() { &page.summary } else { &page.why };
    let mut seen = BTreeSet::new();
    let tags = std::iter::once(page.topic.as_str()).chain(page.tags.iter().map(String::as_str));
    let tags = tags.filter(|tag| !tag.is_empty() && seen.insert(*tag)).take(MAX_TAGS);
    SarifRule {
        id,
        short_description: SarifMessage { text: clipped(&page.summary) },
        full_description: SarifMessage { text: clipped(why) },
        help: Help { text: if page.help.is_empty() { why } else { &page.help }, markdown: markdown(page) },
        help_uri: page.url.as_deref(),
        default_configuration: Configuration { level: level(severity) },
        properties: RuleProperties {
            tags: tags.collect(),
            precision: page.confidence.name(),
            problem_severity: match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

/// The prose of a page: why, what to do, and when not.
fn markdown(page: &Page) -> String {
    let mut parts = vec![if page.why.is_empty() { page.summary.clone() } else { page.why.clone() }];
    if !page.help.is_empty() {
        parts.push(format!("## Help\n\n{}", page.help));
    }
    if let Some(exceptions) = &page.exceptions {
        parts.push(format!("## Exceptions\n\n{exceptions}"));
    }
    if let Some(url) = &page.url {
        parts.push(format!("[Documentation]({url})"));
    }
    parts.join("\n\n")
}

/// The start of a text that is too long for a description.
fn clipped(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_DESCRIPTION) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.chars().take(MAX_DESCRIPTION - 1).chain(['…']).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_description_is_clipped_to_the_limit() {
        assert_eq!(clipped(&"é".repeat(MAX_DESCRIPTION)), "é".repeat(MAX_DESCRIPTION));
        let long = clipped(&"é".repeat(MAX_DESCRIPTION + 1)).into_owned();
        assert_eq!((long.chars().count(), long.chars().last()), (MAX_DESCRIPTION, Some('…')));
    }
}
