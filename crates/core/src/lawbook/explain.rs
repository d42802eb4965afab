//! The page of a rule as data, with how the rule is set; its text is for people.

use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{Confidence, Severity};
use crate::plan::PlannedRule;
use crate::rule::page::{Claims, OptionValue};

/// The content of a rule's page, and the settings of the rule. Its `Display` is plain text of several lines.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The id that the rule is reported under.
    pub id: Arc<str>,
    /// Its pack's name.
    pub pack: Arc<str>,
    /// Its level where no override of the settings changes it; none when it is off.
    pub level: Option<Severity>,
    /// The setting that decided the level, in words.
    pub level_origin: String,
    /// The languages that it is for.
    pub languages: Claims,
    /// The probability that a finding of it is right.
    pub confidence: Confidence,
    /// The rule in one sentence.
    pub summary: String,
    /// The reason, in Markdown: the first paragraph of the page.
    pub why: String,
    /// The way to fix a finding, in Markdown; empty when the page does not say.
    pub help: String,
    /// Its options, in the order of the page.
    pub options: Vec<ExplainedOption>,
    /// The address of a page with more about it.
    pub url: Option<String>,
}

/// An option of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedOption {
    /// Its name.
    pub name: String,
    /// The value that the rule runs with where no override of the settings changes it.
    pub value: OptionValue,
    /// The value unless settings give another.
    pub default: OptionValue,
    /// Its effect, in words.
    pub doc: String,
}

impl Explanation {
    pub(super) fn of(rule: &PlannedRule) -> Self {
        let page = rule.page();
        let option = |option: &crate::rule::page::OptionSpec| ExplainedOption {
            name: option.name.clone(),
            value: rule.options.get(&option.name).unwrap_or(&option.default).clone(),
            default: option.default.clone(),
            doc: option.doc.clone(),
        };
        Self {
            id: rule.id.clone(),
            pack: rule.pack.clone(),
            level: rule.level,
            level_origin: rule.origin.clone(),
            languages: page.claims.clone(),
            confidence: page.confidence,
            summary: page.summary.clone(),
            why: page.why.trim_end().to_owned(),
            help: page.help.trim_end().to_owned(),
            options: page.options.iter().map(option).collect(),
            url: page.url.clone(),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = self.level.map_or("off", Severity::name);
        let languages = match &self.languages {
            Claims::All => "all".to_owned(),
            Claims::Dialects(names) => names.join(", "),
        };
        writeln!(f, "{}: {}\n", self.id, self.summary)?;
        writeln!(f, "{:<13}{level}, from {}", "level", self.level_origin)?;
        writeln!(f, "{:<13}{}", "pack", self.pack)?;
        writeln!(f, "{:<13}{languages}", "languages")?;
        writeln!(f, "{:<13}{}", "confidence", self.confidence.name())?;
        if let Some(url) = &self.url {
            writeln!(f, "{:<13}{url}", "more")?;
        }
        for (title, body) in [("Why", &self.why), ("Help", &self.help)] {
            if !body.is_empty() {
                writeln!(f, "\n{title}\n{body}")?;
            }
        }
        if !self.options.is_empty() {
            writeln!(f, "\nOptions")?;
        }
        for ExplainedOption { name, value, default, doc } in &self.options {
            writeln!(f, "  {name} ({}, {default} unless set): {doc}", default.type_name())?;
            if value != default {
                writeln!(f, "    set to {value}")?;
            }
        }
        Ok(())
    }
}
