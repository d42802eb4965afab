//! The findings of the engine's own rules: few words of many comments, so that a hostile file cannot flood a report.

use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::{Engine, FileReport, Found};
use crate::ir::Lowered;
use crate::span::Span;

/// How many findings of one of the engine's own rules are listed for a file. One more says how many others there are.
pub(super) const MOST_LISTED: usize = 1_000;

/// A rule of the engine's own that had something to say of a file.
#[derive(Debug)]
pub(super) struct OwnRule {
    id: &'static str,
    /// Its number and level, if it is on for the file.
    rule: Option<(usize, Severity)>,
    listed: usize,
    /// How many are not listed, and where the first of them is.
    more: usize,
    first_more: Span,
}

impl Engine {
    /// Adds a finding of the engine's own, if its rule is on for the file; counts it when there are many already.
    pub(super) fn push_engine_finding(
        &self,
        id: &'static str,
        file: Option<&Lowered>,
        span: Span,
        code: &str,
        message: &str,
        report: &mut FileReport,
    ) {
        let at = report.engine_rules.iter().position(|known| known.id == id).unwrap_or_else(|| {
            let rule = self.engine_rule(id, &report.path);
            report.engine_rules.push(OwnRule { id, rule, listed: 0, more: 0, first_more: Span::default() });
            report.engine_rules.len() - 1
        });
        let own = &mut report.engine_rules[at];
        let Some(rule) = own.rule else { return };
        if own.listed < MOST_LISTED {
            own.listed += 1;
            self.list(rule, file, span, code, message, report);
            return;
        }
        if own.more == 0 {
            own.first_more = span;
        }
        own.more += 1;
    }

    /// Says of each of the engine's own rules how many findings are not listed.
    pub(super) fn say_how_many_more(&self, file: Option<&Lowered>, report: &mut FileReport) {
        for at in 0..report.engine_rules.len() {
            let own = &mut report.engine_rules[at];
            let more = std::mem::take(&mut own.more);
            if let (Some(rule), 1..) = (own.rule, more) {
                let message = format!("{more} more of these from here on in this file; they are not listed one by one");
                let span = own.first_more;
                self.list(rule, file, span, "more", &message, report);
            }
        }
    }

    fn list(
        &self,
        (rule, severity): (usize, Severity),
        file: Option<&Lowered>,
        span: Span,
        code: &str,
        message: &str,
        report: &mut FileReport,
    ) {
        let tree = file.and_then(Lowered::tree);
        let node = tree.map(|tree| report.places.covering(tree, span));
        let symbol = node.map(|node| report.places.symbol(node)).unwrap_or_default();
        let page = self.plan.rules()[rule].page();
        report.findings.push(Found {
            rule,
            diagnostic: Diagnostic {
                rule: self.plan.rules()[rule].id.clone(),
                severity,
                confidence: page.confidence,
                message: message.to_owned(),
                path: report.path.clone(),
                span,
                captures: Vec::new(),
                related: Vec::new(),
                fixes: Vec::new(),
                fingerprint: crate::fingerprint::of(page.oldest_id(), &symbol, code),
                symbol,
            },
        });
    }

    fn engine_rule(&self, id: &str, path: &crate::source::RelPath) -> Option<(usize, Severity)> {
        let levels = self.plan.levels(path);
        let mut instances = self.plan.instances().iter().zip(&*levels);
        instances.find_map(|(instance, level)| {
            let is_it = **self.plan.rules()[instance.rule].page_id() == *id;
            is_it.then_some((instance.rule, (*level)?))
        })
    }
}
