//! The edit that suppresses one finding of a file, tried before it is offered.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::engine::suppress::suppressible;
use crate::engine::{Concluded, Engine, FileAnswer, SuppressionComment};
use crate::ir::{FileInput, Lowered};
use crate::language;
use crate::span::Span;
use crate::suppression::SuppressionEdit;

/// A reason with more words than settings ask for.
const TRIAL_REASON: &str = "the protocol of the other side fixes this order, which a caller of ours cannot see, so that \
     nothing else would work here until both of them are replaced by newer ones next year";

impl Engine {
    /// The edit that suppresses a finding of a file. It is the first of several for which the edited file, with a reason, has
    /// this finding no more and no new one; none if there is none, or if comments do not suppress the rule.
    pub fn suppression_edit(&self, file: &Lowered, found: &Diagnostic) -> Option<SuppressionEdit> {
        let path = file.source.path();
        let rule = suppressible(&self.plan, path, &found.rule).filter(|_| found.path == *path)?;
        let before = self.counts(&[self.check(file)]);
        let holds = |edit: &SuppressionEdit| {
            let Ok(source) = file.source.with_text(edit.applied(file.source.text(), TRIAL_REASON)) else {
                return false;
            };
            let after = [self.check(&language::lower(FileInput::new(source, file.context.clone())))];
            let is_new =
                self.counts(&after).iter().any(|(id, count)| before.get(id).is_none_or(|before| count > before));
            !is_new && suppresses(&after[0], edit, rule, found.span)
        };
        SuppressionEdit::candidates(file, found.span, &found.rule).into_iter().find(holds)
    }

    /// The number of findings of each rule that are not suppressed, with those about the suppressions themselves.
    fn counts(&self, answers: &[FileAnswer]) -> HashMap<Arc<str>, usize> {
        let mut counts = HashMap::new();
        for found in self.merge(answers, &Concluded::default()).diagnostics {
            *counts.entry(found.rule.clone()).or_default() += 1;
        }
        counts
    }
}

/// True if the comment of an edit is read as a suppression of a rule that reaches a place of the text before.
fn suppresses(answer: &FileAnswer, edit: &SuppressionEdit, rule: usize, span: Span) -> bool {
    let added = (edit.text.len() + TRIAL_REASON.len()) as u32 - edit.reason.len();
    let inserted = Span::new(edit.at, edit.at + added);
    let place = if span.start < edit.at { span.start } else { span.start + added };
    let mut own = answer.suppressions().iter().filter(|suppression| inserted.contains(suppression.comment.span()));
    own.any(|suppression| match &suppression.comment {
        SuppressionComment::Lawbook(one) => {
            suppression.uses.iter().any(|used| used.rule == Some(rule))
                && one.reach().any(|reach| (reach.start..=reach.end).contains(&place))
        }
        SuppressionComment::AstGrep(_) => false,
    })
}
