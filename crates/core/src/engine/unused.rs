//! Reports expired and unused suppressions, once all findings are known.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::engine::Engine;
use crate::engine::answer::{FileAnswer, FileFinding, SuppressionComment, SuppressionUse};
use crate::engine::conclude::Concluded;
use crate::engine::engine_findings::{EngineFinding, EngineFindings};
use crate::engine::suppress::Unsuppressed;
use crate::rule::engine_ids;
use crate::source::{Encoding, SourceFile};
use crate::span::Span;
use crate::suppression::Suppression;

/// The findings that merging adds to the answer of a file.
#[derive(Debug)]
pub(super) struct Additions {
    /// Findings from checks of other files and of engine rules, with suppressed ones.
    pub(super) findings: Vec<FileFinding>,
    pub(super) engine_findings: EngineFindings,
}

/// Decides which suppressions of the files of a merge are expired or unused.
#[derive(Debug)]
pub(super) struct SuppressionReview<'m> {
    engine: &'m Engine,
    /// By rule, true if a phase of it did not run or did not finish, so that it may have more findings.
    may_have_more: Vec<bool>,
    /// The messages about names of no suppressible rule, by name. Cached, since many comments repeat the same name.
    name_messages: HashMap<&'m str, Option<String>>,
}

impl<'m> SuppressionReview<'m> {
    pub(super) fn new(engine: &'m Engine, concluded: &Concluded) -> Self {
        let mut may_have_more = vec![false; engine.plan.rules().len()];
        for (instance, scope) in engine.plan.phases().instances() {
            let rule = engine.plan.instances()[instance].rule;
            may_have_more[rule] |= !concluded.is_complete(scope, rule);
        }
        Self { engine, may_have_more, name_messages: HashMap::new() }
    }

    /// Applies the suppressions of a file to findings that the checks of other files reported in it, and reports the
    /// suppressions that are expired or unused.
    pub(super) fn review(&mut self, answer: &'m FileAnswer, from_elsewhere: Vec<FileFinding>) -> Additions {
        let mut added =
            Additions { findings: from_elsewhere, engine_findings: EngineFindings::new(answer.path.clone()) };
        let mut unsuppressed = Unsuppressed::new(&added.findings);
        for (number, suppression) in answer.suppressions.iter().enumerate() {
            let SuppressionComment::Lawbook(comment) = &suppression.comment else { continue };
            if let Some(until) = comment.until.filter(|_| self.engine.has_expired(comment)) {
                let message =
                    format!("this suppression ended on {until}: fix the finding, or give it a new date and reason");
                let (id, code) = (engine_ids::EXPIRED_SUPPRESSION, comment.rules[0].0.as_str());
                let found = EngineFinding { id, span: comment.span, subject: code, message: &message };
                self.add(found, &mut added, &mut unsuppressed);
                continue;
            }
            // By the index of its rule, the findings about an unused rule of the comment.
            let mut unused: Vec<(usize, Range<usize>)> = Vec::new();
            // The findings whose message has yet to say what is to be deleted.
            let mut deletable: Vec<Range<usize>> = Vec::new();
            for (at, ((name, span), used)) in comment.rules.iter().zip(&suppression.uses).enumerate() {
                let take = |rule| comment.reach().flat_map(|scope| unsuppressed.take(rule, scope)).collect();
                let taken: Vec<u32> = used.rule.map(take).unwrap_or_default();
                for finding in &taken {
                    added.findings[*finding as usize].suppressed_by = Some(number as u32);
                }
                if used.findings + taken.len() > 0 {
                    continue;
                }
                let is_listed = added.engine_findings.lists_more_of(engine_ids::UNUSED_SUPPRESSION);
                if let Some(mut message) = self.unused_message(answer, name, used, is_listed) {
                    let runs_here = used.rule.filter(|rule| self.runs_on(answer, *rule));
                    let nearby = runs_here.filter(|_| is_listed).and_then(|rule| nearby_line(answer, comment, rule));
                    if let Some(line) = nearby {
                        message = format!(
                            "`{name}` finds nothing here, but in line {line}; a suppression holds for its own line \
                             or the next one with code: move it there, or delete it"
                        );
                    }
                    let found = EngineFinding {
                        id: engine_ids::UNUSED_SUPPRESSION,
                        span: *span,
                        subject: name,
                        message: &message,
                    };
                    let listed = self.add(found, &mut added, &mut unsuppressed);
                    if nearby.is_some() {
                        continue;
                    }
                    if used.rule.is_some() {
                        deletable.push(listed.clone());
                    }
                    // Where the rule is off, another run may need the suppression; an unknown name may be a typing error.
                    if runs_here.is_some() {
                        unused.push((at, listed));
                    }
                }
            }
            let advice = if comment.rules.len() == deletable.len() {
                "; delete this suppression"
            } else {
                "; delete its name from this suppression"
            };
            for at in deletable.into_iter().flatten() {
                if let Some(diagnostic) = Arc::get_mut(&mut added.findings[at].diagnostic) {
                    diagnostic.message.push_str(advice);
                }
            }
            let Some(source) = answer.source.as_ref().filter(|_| !unused.is_empty()) else { continue };
            let rules: Vec<usize> = unused.iter().map(|(at, _)| *at).collect();
            for (at, listed) in unused {
                let fix = deletion(source, comment, &rules, at);
                for finding in &mut added.findings[listed] {
                    if let Some(diagnostic) = Arc::get_mut(&mut finding.diagnostic) {
                        diagnostic.fixes.extend(fix.clone());
                    }
                }
            }
        }
        // Added last, so that no suppression covers the number of unlisted findings.
        added.engine_findings.report_overflow(self.engine, |_| String::new(), &mut added.findings);
        added
    }

    /// Adds a finding about a suppression, which later suppressions may suppress. Returns the indices of what it added.
    fn add(&self, found: EngineFinding<'_>, added: &mut Additions, unsuppressed: &mut Unsuppressed) -> Range<usize> {
        let before = added.findings.len();
        added.engine_findings.add(self.engine, found, |_| String::new(), &mut added.findings);
        for (number, finding) in added.findings.iter().enumerate().skip(before) {
            unsuppressed.add(number, finding);
        }
        before..added.findings.len()
    }

    /// True if a rule is on for a file.
    fn runs_on(&self, answer: &FileAnswer, rule: usize) -> bool {
        let mut instances = self.engine.plan.instances().iter().zip(&*answer.levels);
        instances.any(|(instance, level)| instance.rule == rule && level.is_some())
    }

    /// The message about an unused suppression; none when it may be used after all. If the suppression is not listed, the
    /// message about an unknown name, which takes long to find, is empty. The caller adds what is to be deleted of one
    /// whose rules are known.
    fn unused_message(
        &mut self,
        answer: &FileAnswer,
        name: &'m str,
        used: &SuppressionUse,
        is_listed: bool,
    ) -> Option<String> {
        let plan = &self.engine.plan;
        let Some(rule) = used.rule else {
            if !is_listed {
                return (!plan.is_narrowed() || plan.find(name).is_some()).then(String::new);
            }
            return self.name_messages.entry(name).or_insert_with(|| self.engine.unknown_name_message(name)).clone();
        };
        if self.may_have_more[rule] {
            return None;
        }
        if self.runs_on(answer, rule) {
            return Some(format!("`{name}` finds nothing here"));
        }
        let is_out_of_run = plan.is_narrowed() || plan.is_ignored(plan.rules()[rule].page_id());
        (!is_out_of_run).then(|| format!("`{name}` does not run on this file"))
    }
}

/// The most lines below a suppression in which a finding may be the one that it is meant for.
const MAX_LINES_BELOW: u32 = 5;

/// The most findings below a suppression that are looked at.
const MAX_FINDINGS_BELOW: usize = 64;

/// The line of the first finding of a rule shortly below a suppression.
fn nearby_line(answer: &FileAnswer, comment: &Suppression, rule: usize) -> Option<u32> {
    let lines = answer.source.as_ref()?.lines();
    let last = lines.line(comment.span.start) + MAX_LINES_BELOW;
    let first = answer.findings.partition_point(|found| found.diagnostic.span.start < comment.span.end);
    let below = answer.findings[first..].iter().take(MAX_FINDINGS_BELOW);
    let mut of_rule = below.filter(|found| found.rule as usize == rule && found.suppressed_by.is_none());
    of_rule.next().map(|found| lines.line(found.diagnostic.span.start)).filter(|line| *line <= last)
}

/// The fix that deletes a rule from a suppression, or the suppression if `unused` has all of its rules.
fn deletion(source: &SourceFile, comment: &Suppression, unused: &[usize], at: usize) -> Option<Fix> {
    // UTF-16 files are decoded, so an edit would not fit the stored bytes.
    if source.encoding() != Encoding::Utf8 {
        return None;
    }
    if unused.len() == comment.rules.len() {
        let edits = comment.removal.iter().map(|span| Edit::new(*span, "")).collect();
        return Fix::new("delete this suppression", Safety::Safe, edits);
    }
    // The end of a region may name the rule too.
    if comment.removal.len() != 1 {
        return None;
    }
    let (name, span) = &comment.rules[at];
    let next = comment.rules.get(at + 1).map(|(_, next)| Span::new(span.start, next.start));
    let before = at.checked_sub(1).map(|before| Span::new(comment.rules[before].1.end, span.end));
    let is_list = |part: &Span| {
        let rest = source.slice(*part).replacen(name.as_str(), "", 1);
        rest.chars().all(|c| c == ',' || c.is_whitespace())
    };
    let deleted = next.filter(is_list).or_else(|| before.filter(is_list))?;
    Fix::new(format!("delete `{name}` from this suppression"), Safety::Safe, vec![Edit::new(deleted, "")])
}

impl Engine {
    /// The message about a name of no suppressible rule; none in a run of some rules only, where the name may be valid.
    fn unknown_name_message(&self, name: &str) -> Option<String> {
        if self.plan.find(name).is_some() {
            return Some(format!("`{name}` cannot be suppressed by a comment"));
        }
        let meant = self.plan.qualified_names(name);
        if meant.len() > 1 {
            let meant: Vec<String> = meant.iter().map(|name| format!("`{name}`")).collect();
            return Some(format!("`{name}` is a rule of several packs: write {}", meant.join(" or ")));
        }
        let known = self.plan.rules().iter().map(|rule| &**rule.page_id());
        let help = crate::mistake::short_name_help(name, known, "`lawbook rules` lists them");
        (!self.plan.is_narrowed()).then(|| format!("no rule is called `{name}` here ({help})"))
    }
}

impl Additions {
    /// Findings that the checks of other files reported on a path.
    pub(super) fn of_path(path: crate::source::RelPath, findings: Vec<FileFinding>) -> Self {
        Self { findings, engine_findings: EngineFindings::new(path) }
    }

    /// The findings that are not suppressed.
    pub(super) fn shown(&self) -> impl Iterator<Item = &FileFinding> {
        self.findings.iter().filter(|found| found.suppressed_by.is_none())
    }

    /// The findings that are suppressed.
    pub(super) fn suppressed(&self) -> impl Iterator<Item = &Arc<Diagnostic>> {
        self.findings.iter().filter(|found| found.suppressed_by.is_some()).map(|found| &found.diagnostic)
    }
}
