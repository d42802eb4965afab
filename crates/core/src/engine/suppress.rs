//! The stage `suppress`: applies the suppressions of a file to the findings in it.

use std::collections::{BTreeMap, HashMap};

use crate::engine::Engine;
use crate::engine::answer::{AnswerDraft, FileFinding, FileSuppression, SuppressionComment, SuppressionUse};
use crate::engine::engine_findings::EngineFinding;
use crate::ir::Lowered;
use crate::plan::Plan;
use crate::rule::engine_ids;
use crate::source::RelPath;
use crate::span::Span;
use crate::suppression::ast_grep::Ignore;
use crate::suppression::reason::repeats;
use crate::suppression::written::CommentForms;
use crate::suppression::{self, Malformed, Suppression, ast_grep};

/// The findings of one file that are not suppressed yet, by rule and place, so that a suppression finds its findings
/// without going through all. A finding that several suppressions cover is taken by the first.
#[derive(Debug, Default)]
pub(super) struct Unsuppressed {
    numbers: BTreeMap<(u32, u32), Vec<u32>>,
}

impl Unsuppressed {
    /// All findings of a list, identified by their indices.
    pub(super) fn new(findings: &[FileFinding]) -> Self {
        let mut unsuppressed = Self::default();
        for (number, found) in findings.iter().enumerate() {
            unsuppressed.add(number, found);
        }
        unsuppressed
    }

    /// Adds the finding with this index.
    pub(super) fn add(&mut self, number: usize, found: &FileFinding) {
        self.numbers.entry((found.rule, found.diagnostic.span.start)).or_default().push(number as u32);
    }

    /// Takes the findings of a rule that start in `scope`, and returns their indices.
    pub(super) fn take(&mut self, rule: usize, scope: Span) -> Vec<u32> {
        let rule = rule as u32;
        let mut taken = Vec::new();
        while let Some((place, _)) = self.numbers.range((rule, scope.start)..=(rule, scope.end)).next() {
            let place = *place;
            taken.extend(self.numbers.remove(&place).into_iter().flatten());
        }
        taken
    }
}

/// The most rules of one comment whose pages are compared with its reason.
pub(super) const MAX_COMPARED_PAGES: usize = 16;

impl Engine {
    /// Parses the suppressions of a file, and reports malformed ones.
    pub(super) fn read_suppressions(&self, file: &Lowered, draft: &mut AnswerDraft) -> Vec<SuppressionComment> {
        let mut read = suppression::read(file);
        let repeating = read.valid.extract_if(.., |one| {
            one.rules.iter().take(MAX_COMPARED_PAGES).any(|(name, _)| self.is_from_page(name, &one.reason))
        });
        read.malformed.extend(repeating.map(|one| Malformed {
            span: one.span,
            message: format!(
                "its reason repeats the page of `{}`; say why this place is right as it is",
                one.rules[0].0
            ),
        }));
        for malformed in read.malformed {
            let (id, code) = (engine_ids::MALFORMED_SUPPRESSION, file.source.slice(malformed.span));
            let found = EngineFinding { id, span: malformed.span, subject: code, message: &malformed.message };
            draft.add_engine_finding(self, Some(file), found);
        }
        let mut comments: Vec<SuppressionComment> = read.valid.into_iter().map(SuppressionComment::Lawbook).collect();
        if self.plan.runs_ast_grep() {
            for ignore in ast_grep::read(file) {
                self.report_blanket(&ignore, file, draft);
                comments.push(SuppressionComment::AstGrep(ignore));
            }
        }
        comments
    }

    /// Applies the suppressions of a file to its findings: marks each finding with the first suppression that covers
    /// it.
    pub(super) fn suppress(
        &self,
        path: &RelPath,
        comments: Vec<SuppressionComment>,
        findings: &mut [FileFinding],
    ) -> Vec<FileSuppression> {
        if comments.is_empty() {
            return Vec::new();
        }
        let ast_grep_rules = self.plan.ast_grep_rules();
        let mut unsuppressed = Unsuppressed::new(findings);
        let mut names: HashMap<String, Option<usize>> = HashMap::new();
        let mut suppressions = Vec::with_capacity(comments.len());
        for comment in comments {
            let mut mark = |taken: Vec<u32>| {
                for number in &taken {
                    findings[*number as usize].suppressed_by = Some(suppressions.len() as u32);
                }
                taken.len()
            };
            let uses = match &comment {
                SuppressionComment::Lawbook(suppression) if self.has_expired(suppression) => Vec::new(),
                SuppressionComment::Lawbook(suppression) => {
                    let uses = suppression.rules.iter().map(|(name, span)| {
                        // Many comments repeat the same names.
                        let known = names.get(name).copied();
                        let rule = known.unwrap_or_else(|| {
                            let rule = suppressible(&self.plan, path, name);
                            names.insert(name.clone(), rule);
                            rule
                        });
                        let findings = rule.map_or(0, |rule| {
                            suppression.reach().map(|scope| mark(unsuppressed.take(rule, scope))).sum()
                        });
                        SuppressionUse { span: *span, rule, findings }
                    });
                    uses.collect()
                }
                SuppressionComment::AstGrep(ignore) => {
                    self.uses_of_ignore(ignore, &ast_grep_rules, |rule| mark(unsuppressed.take(rule, ignore.scope)))
                }
            };
            suppressions.push(FileSuppression { comment, uses });
        }
        suppressions
    }

    /// Reports an `ast-grep-ignore` that names no rule. It suppresses all of them, as in ast-grep.
    fn report_blanket(&self, ignore: &Ignore, file: &Lowered, draft: &mut AnswerDraft) {
        if ignore.rules.is_none() {
            let word = ast_grep::DIRECTIVE;
            let message =
                format!("`{word}` without a rule suppresses all rules written for ast-grep; write `{word}: RULE`");
            let (id, subject) = (engine_ids::MALFORMED_SUPPRESSION, word);
            draft.add_engine_finding(
                self,
                Some(file),
                EngineFinding { id, span: ignore.span, subject, message: &message },
            );
        }
    }

    /// True if a reason repeats what the page of a rule says about every finding.
    pub(super) fn is_from_page(&self, name: &str, reason: &str) -> bool {
        let page = self.plan.find(name).map(|rule| self.plan.rules()[rule].page());
        page.is_some_and(|page| repeats(reason, &page.summary) || repeats(reason, &page.message))
    }

    /// Adds the comments that suppress the findings of rules whose pages say when that is right.
    pub(super) fn add_comment_forms(&self, file: &Lowered, findings: &mut [FileFinding]) {
        let mut forms = CommentForms::of(file);
        for found in findings.iter_mut().filter(|found| found.suppressed_by.is_none()) {
            if self.plan.rules()[found.rule as usize].page().may_be_wrong() {
                found.comment = forms.at(found.diagnostic.span);
            }
        }
    }

    /// True if the last day of a suppression is over.
    pub(super) fn has_expired(&self, suppression: &Suppression) -> bool {
        suppression.until.is_some_and(|until| until < self.options.today)
    }

    /// The uses of an `ast-grep-ignore`: one for each rule that it names or, if it names none, whose findings it
    /// suppresses.
    fn uses_of_ignore(
        &self,
        ignore: &Ignore,
        rules: &[usize],
        mut take: impl FnMut(usize) -> usize,
    ) -> Vec<SuppressionUse> {
        let mut uses = Vec::new();
        for rule in rules.iter().copied().filter(|rule| ignore.applies_to(self.plan.rules()[*rule].page_id())) {
            let findings = take(rule);
            if findings > 0 || ignore.rules.is_some() {
                uses.push(SuppressionUse { span: ignore.span, rule: Some(rule), findings });
            }
        }
        if uses.is_empty() && ignore.rules.is_none() {
            uses.push(SuppressionUse { span: ignore.span, rule: None, findings: 0 });
        }
        uses
    }
}

/// The number of the rule with this name in a file, if comments may suppress it.
pub(super) fn suppressible(plan: &Plan, path: &RelPath, name: &str) -> Option<usize> {
    plan.find_in(path, name).filter(|rule| plan.rules()[*rule].page().suppressible)
}
