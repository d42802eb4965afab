//! The findings of the engine's own rules. Their number is limited, so that a hostile file cannot flood a report.

use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::Engine;
use crate::engine::answer::{AnswerDraft, FileFinding};
use crate::engine::places::NodeLocator;
use crate::ir::Lowered;
use crate::source::RelPath;
use crate::span::Span;

/// The most findings of one engine rule that are listed for a file. One further finding gives the number of the others.
pub(super) const MAX_LISTED_PER_RULE: usize = 1_000;

/// A finding of an engine rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct EngineFinding<'a> {
    /// One of [`crate::rule::engine_ids`].
    pub(super) id: &'static str,
    pub(super) span: Span,
    /// The subject of its fingerprint.
    pub(super) subject: &'a str,
    pub(super) message: &'a str,
}

/// The number of findings of each engine rule in one file.
#[derive(Debug)]
pub(super) struct EngineFindings {
    path: RelPath,
    rules: Vec<EngineRuleState>,
}

/// The count of one engine rule.
#[derive(Debug)]
struct EngineRuleState {
    id: &'static str,
    /// Its number and severity; none if it is off for the path.
    rule: Option<(usize, Severity)>,
    listed: usize,
    /// The number of findings that are not listed.
    unlisted: usize,
    /// The place of the first finding that is not listed.
    first_unlisted: Span,
}

impl EngineFindings {
    /// Starts counting for a path.
    pub(super) fn new(path: RelPath) -> Self {
        Self { path, rules: Vec::new() }
    }

    /// Adds a finding to `findings` if its rule is on for the path, or only counts it when there are already
    /// [`MAX_LISTED_PER_RULE`]. `symbol` returns the symbol path of a place.
    pub(super) fn add(
        &mut self,
        engine: &Engine,
        found: EngineFinding<'_>,
        symbol: impl FnOnce(Span) -> String,
        findings: &mut Vec<FileFinding>,
    ) {
        let at = self.rules.iter().position(|known| known.id == found.id).unwrap_or_else(|| {
            let rule = engine.engine_rule(found.id, &self.path);
            self.rules.push(EngineRuleState {
                id: found.id,
                rule,
                listed: 0,
                unlisted: 0,
                first_unlisted: Span::default(),
            });
            self.rules.len() - 1
        });
        let state = &mut self.rules[at];
        let Some(rule) = state.rule else { return };
        if state.listed < MAX_LISTED_PER_RULE {
            state.listed += 1;
            findings.push(engine.engine_finding(rule, &self.path, found, symbol(found.span)));
            return;
        }
        if state.unlisted == 0 {
            state.first_unlisted = found.span;
        }
        state.unlisted += 1;
    }

    /// True if the next finding of an engine rule is listed.
    pub(super) fn lists_more_of(&self, id: &str) -> bool {
        self.rules.iter().find(|known| known.id == id).is_none_or(|known| known.listed < MAX_LISTED_PER_RULE)
    }

    /// Adds a finding with the number of findings that are not listed, for each engine rule that has any.
    pub(super) fn report_overflow(
        &mut self,
        engine: &Engine,
        mut symbol: impl FnMut(Span) -> String,
        findings: &mut Vec<FileFinding>,
    ) {
        for state in &mut self.rules {
            let unlisted = std::mem::take(&mut state.unlisted);
            if let (Some(rule), 1..) = (state.rule, unlisted) {
                let message =
                    format!("{unlisted} more of these from here on in this file; they are not listed one by one");
                let (id, span) = (state.id, state.first_unlisted);
                let found = EngineFinding { id, span, subject: "more", message: &message };
                findings.push(engine.engine_finding(rule, &self.path, found, symbol(span)));
            }
        }
    }
}

impl AnswerDraft {
    /// Adds a finding of an engine rule in a file, or on a path without a text.
    pub(super) fn add_engine_finding(&mut self, engine: &Engine, file: Option<&Lowered>, found: EngineFinding<'_>) {
        let Self { findings, engine_findings, locator, .. } = self;
        let symbol = |span| file.map_or_else(String::new, |file| symbol_at(locator, file, span));
        engine_findings.add(engine, found, symbol, findings);
    }

    /// Adds a finding with the number of findings that are not listed, for each engine rule that has any.
    pub(super) fn report_overflow(&mut self, engine: &Engine, file: &Lowered) {
        let Self { findings, engine_findings, locator, .. } = self;
        let symbol = |span| symbol_at(locator, file, span);
        engine_findings.report_overflow(engine, symbol, findings);
    }
}

/// The symbol path of a place; empty in a file without a tree.
fn symbol_at(locator: &mut NodeLocator, file: &Lowered, span: Span) -> String {
    let Some(tree) = file.tree_around(span) else { return String::new() };
    let node = locator.covering(tree, span);
    locator.symbol(node)
}

impl Engine {
    fn engine_finding(
        &self,
        (rule, severity): (usize, Severity),
        path: &RelPath,
        found: EngineFinding<'_>,
        symbol: String,
    ) -> FileFinding {
        let page = self.plan.rules()[rule].page();
        let diagnostic = Diagnostic {
            rule: self.plan.rules()[rule].id.clone(),
            severity,
            confidence: page.confidence,
            message: found.message.to_owned(),
            path: path.clone(),
            span: found.span,
            step: page.step.as_deref().map(Into::into),
            measure: None,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            fingerprint: crate::fingerprint::of(page.oldest_id(), &symbol, found.subject),
            subject_fingerprint: crate::fingerprint::of(page.oldest_id(), "", found.subject),
            is_about_definition: false,
            symbol,
        };
        FileFinding::new(rule, diagnostic)
    }

    /// The number and severity of an engine rule; none if it is off for the path.
    fn engine_rule(&self, id: &str, path: &RelPath) -> Option<(usize, Severity)> {
        let levels = self.plan.levels(path);
        let mut instances = self.plan.instances().iter().zip(&*levels);
        instances.find_map(|(instance, level)| {
            let is_wanted = **self.plan.rules()[instance.rule].page_id() == *id;
            is_wanted.then_some((instance.rule, (*level)?))
        })
    }
}
