//! The stage `parse`: makes the trees of a file, and findings of the problems of its parsers.

use crate::engine::answer::{AnswerDraft, FileAnswer, FileOutcome};
use crate::engine::engine_findings::EngineFinding;
use crate::engine::{Engine, UncheckedReason};
use crate::ir::{FileInput, Lowered, ParserKind, ProblemKind, Tree};
use crate::language;
use crate::report::Degraded;
use crate::rule::engine_ids;

impl Engine {
    /// Parses a file into its trees.
    pub fn parse(&self, input: FileInput) -> Lowered {
        language::lower(input)
    }

    /// Reports the problems of the parsers.
    pub(super) fn report_problems(&self, file: &Lowered, draft: &mut AnswerDraft) {
        for problem in &file.problems {
            let (id, code, message) = match problem.kind {
                // An example or an input of tests may be broken on purpose. The report lists the file as degraded.
                ProblemKind::ParseError if file.context.example => continue,
                ProblemKind::ParseError => (engine_ids::PARSE_ERROR, "parse-error", problem.message.clone()),
                ProblemKind::NestingLimit => {
                    let message = format!("too deep for the strict parser: {}", problem.message);
                    (engine_ids::NESTING_LIMIT, engine_ids::NESTING_LIMIT, message)
                }
                // Of embedded code; a host file with such a problem has no tree.
                ProblemKind::TooDeep | ProblemKind::OverBudget => {
                    let deep = problem.kind == ProblemKind::TooDeep;
                    let reason = if deep { UncheckedReason::TooDeep } else { UncheckedReason::Budget };
                    (engine_ids::UNCHECKED_FILE, reason.code(), format!("not checked: {}", problem.message))
                }
            };
            let found = EngineFinding { id, span: problem.span, subject: code, message: &message };
            draft.add_engine_finding(self, Some(file), found);
        }
    }

    /// The answer of a file without trees: it could not be parsed, or its language is unknown.
    pub(super) fn treeless(&self, file: &Lowered) -> FileAnswer {
        let path = file.source.path().clone();
        let refused = file.problems.iter().find_map(|problem| match problem.kind {
            ProblemKind::TooDeep => Some((UncheckedReason::TooDeep, &problem.message)),
            ProblemKind::OverBudget => Some((UncheckedReason::Budget, &problem.message)),
            ProblemKind::ParseError | ProblemKind::NestingLimit => None,
        });
        match refused {
            Some((reason, message)) => self.unchecked(path, reason, message),
            None => self.unsupported(path),
        }
    }
}

/// The outcome of a parsed file, which depends on the parsers that lowered it.
pub(super) fn outcome(file: &Lowered) -> FileOutcome {
    let strict = file.degraded.is_empty() && file.trees.iter().all(|tree| tree.parser() == ParserKind::Strict);
    FileOutcome::Checked { strict, tolerant: !strict }
}

/// The items of a file that only the tolerant parser could lower.
pub(super) fn degraded(file: &Lowered, tree: &Tree) -> Vec<Degraded> {
    let language = tree.dialect().language.name();
    let items = file.degraded.iter().cloned();
    items
        .map(|item| Degraded { path: file.source.path().clone(), language, reason: item.reason, span: item.span })
        .collect()
}
