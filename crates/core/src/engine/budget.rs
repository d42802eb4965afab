//! Whether there are more suppressions than the settings allow, and which ones are too many.

use crate::engine::{Engine, FileReport};
use crate::rule::engine_ids;
use crate::span::Span;

/// A suppression of one rule, as budgets count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exception {
    /// Where the rule is named, or the comment that names none.
    pub(super) span: Span,
    /// None where the comment means whatever there is and silences nothing.
    pub(super) rule: Option<usize>,
}

/// Reports the suppressions beyond each budget, in the order of their files and places. Only what the run has seen is
/// counted, so that of fewer files there are never too many.
pub(super) fn hold(engine: &Engine, files: &mut [FileReport]) {
    if engine.plan.budgets().is_empty() {
        return;
    }
    let mut all: Vec<(usize, Exception)> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        all.extend(file.exceptions.iter().map(|exception| (at, *exception)));
    }
    all.sort_by(|(a, left), (b, right)| (&files[*a].path, left).cmp(&(&files[*b].path, right)));
    for budget in engine.plan.budgets() {
        let counted = all.iter().filter(|(at, exception)| budget.counts(exception.rule, &files[*at].path));
        let counted: Vec<(usize, Exception)> = counted.copied().collect();
        let (there, most) = (counted.len(), budget.max);
        let (be, ones) = if there == 1 { ("is", "suppression") } else { ("are", "suppressions") };
        let message = format!("there {be} {there} {ones}{}, and {most} may be", budget.what);
        for (at, exception) in counted.into_iter().skip(most) {
            let rule = exception.rule.map_or("", |rule| &**engine.plan.rules()[rule].page_id());
            let code = format!("{rule}{}", budget.what);
            let file = &mut files[at];
            engine.push_engine_finding(engine_ids::SUPPRESSION_BUDGET, None, exception.span, &code, &message, file);
        }
    }
}
