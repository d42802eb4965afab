//! The engine: checks each file by itself, runs the rules about all files, and makes one report.
//!
//! Each stage has a file of its name: `prefilter`, `parse`, `run_rules` and `suppress` make the answer of one file,
//! `conclude` runs the rules about the project or a change, and `merge` makes the report.

mod answer;
mod collect;
mod conclude;
mod context;
mod cost;
mod diagnostic;
mod engine_findings;
mod facts;
mod law_finding;
mod merge;
mod new_suppressions;
mod parse;
mod places;
mod prefilter;
mod refused;
mod run_rules;
mod suppress;
mod suppression_edit;
mod suppression_limit;
mod test_facts;
#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;
mod unchecked;
mod unused;
mod walk;

pub use answer::{FileAnswer, FileFinding, FileOutcome, FileSuppression, SuppressionComment, SuppressionUse};
pub use conclude::Concluded;
pub use context::Contexts;
pub use cost::{FileCosts, RuleCost};
pub use facts::tests_in;
pub use unchecked::UncheckedReason;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::budget::Steps;
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::engine::answer::AnswerDraft;
use crate::engine::prefilter::FilePrefilterResult;
use crate::ir::{FileInput, Lowered, Tree};
use crate::plan::Plan;
use crate::rule::engine_ids;
use crate::source::SourceFile;

/// The options of a run, in addition to its plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunOptions {
    /// Today's date, for suppressions with `until`; core has no clock.
    pub today: Date,
    /// True to parse also the files that no rule needs, so that `parse-error` is reported for all.
    pub parse_all: bool,
    /// True to parse no file whose text rules out every finding. This has no effect on the findings.
    pub prefilter: bool,
    /// The maximum number of steps that one rule may take on one file, and in one phase about the project or a change. A
    /// rule that needs more is named in an `unchecked-file`.
    pub steps: u64,
    /// A flag that the caller sets to cancel the run. Files that are not checked by then are reported as
    /// `unchecked-file`, so that the report of a cancelled run always has findings.
    pub cancelled: Option<Arc<AtomicBool>>,
}

impl RunOptions {
    /// The default options for a date.
    pub const fn new(today: Date) -> Self {
        Self { today, parse_all: false, prefilter: true, steps: Steps::DEFAULT_LIMIT, cancelled: None }
    }

    /// The same options with another [`RunOptions::parse_all`].
    #[must_use]
    pub fn with_parse_all(self, parse_all: bool) -> Self {
        Self { parse_all, ..self }
    }

    /// The same options with another [`RunOptions::prefilter`].
    #[must_use]
    pub fn with_prefilter(self, prefilter: bool) -> Self {
        Self { prefilter, ..self }
    }

    /// The same with another budget of steps for each rule.
    #[must_use]
    pub fn with_steps(self, steps: u64) -> Self {
        Self { steps, ..self }
    }
}

/// Runs a plan. One value serves all threads; a clone shares the plan.
#[derive(Clone, Debug)]
pub struct Engine {
    plan: Arc<Plan>,
    options: RunOptions,
}

impl Engine {
    /// Creates an engine for a plan.
    pub fn new(plan: Plan, options: RunOptions) -> Self {
        Self { plan: Arc::new(plan), options }
    }

    /// A clone of the engine for one run, which is cancelled soon after the flag is set.
    #[must_use]
    pub fn cancelled_by(&self, flag: Arc<AtomicBool>) -> Self {
        Self { plan: self.plan.clone(), options: RunOptions { cancelled: Some(flag), ..self.options.clone() } }
    }

    /// The plan it runs.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A new budget for one rule on one file or in one phase.
    fn new_budget(&self) -> Steps {
        Steps::new(self.options.steps).cancelled_by(self.options.cancelled.clone())
    }

    /// True once the caller has cancelled the run.
    fn is_cancelled(&self) -> bool {
        self.options.cancelled.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Checks one file, and parses it only if something can be found in it. Pure: the same file gives the same answer
    /// on any thread.
    pub fn check_input(&self, input: FileInput) -> FileAnswer {
        let path = input.source.path();
        let Some(dialect) = input.context.dialect else { return self.unsupported(path.clone()) };
        if self.is_cancelled() {
            return self.cancelled(path.clone());
        }
        let filtered = self.prefilter(&input.source, dialect);
        if self.options.prefilter && !filtered.must_parse() {
            let answer = self.prefiltered(path.clone());
            if cfg!(debug_assertions) {
                self.assert_ruled_out(&self.parse(input), &filtered);
            }
            return answer;
        }
        self.check_parsed(&self.parse(input), filtered)
    }

    /// Checks one file that needs no other files as context.
    pub fn check_source(&self, source: SourceFile) -> FileAnswer {
        self.check_input(self.input(source))
    }

    /// Checks one file that is parsed already.
    pub fn check(&self, file: &Lowered) -> FileAnswer {
        match file.tree() {
            Some(tree) => self.check_parsed(file, self.prefilter(&file.source, tree.dialect())),
            None => self.treeless(file),
        }
    }

    /// The findings in some files that are not suppressed, without rules about the project.
    pub(crate) fn check_all(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>> {
        let answers: Vec<FileAnswer> = files.iter().map(|file| self.check(file)).collect();
        self.merge(&answers, &Concluded::default()).diagnostics
    }

    fn check_parsed(&self, file: &Lowered, filtered: FilePrefilterResult) -> FileAnswer {
        match file.tree() {
            Some(host) => self.check_trees(file, host, filtered),
            None => self.treeless(file),
        }
    }

    fn check_trees(&self, file: &Lowered, host: &Tree, filtered: FilePrefilterResult) -> FileAnswer {
        let mut draft = AnswerDraft::of(file);
        self.run_rules(file, &filtered, &mut draft);
        let facts = self.collect_facts(file, host, &mut draft);
        if self.is_cancelled() {
            return self.cancelled(draft.path);
        }
        // Other files are not parsed when the pre-filter is on, so their parse errors are never reported.
        if filtered.must_parse() {
            self.report_problems(file, &mut draft);
        }
        let comments =
            if filtered.may_have_suppressions() { self.read_suppressions(file, &mut draft) } else { Vec::new() };
        draft.report_overflow(self, file);
        let mut answer = draft.into_answer(parse::outcome(file));
        answer.suppressions = self.suppress(file.source.path(), comments, &mut answer.findings);
        diagnostic::withhold_emptying(file, &mut answer.findings);
        self.add_comment_forms(file, &mut answer.findings);
        answer.degraded = parse::degraded(file, host);
        answer.facts = facts;
        if !answer.suppressions.is_empty() {
            answer.levels = filtered.into_levels();
        }
        if answer.has_findings_or_suppressions() {
            answer.source = Some(file.source.clone());
            // Computes the line index here, in parallel, since every reporter needs it.
            file.source.lines();
        }
        answer
    }

    /// True for the id of a rule that the run is narrowed to.
    pub(crate) fn is_narrowed_to(&self, id: &str) -> bool {
        let mut ran = self.plan.instances().iter().map(|instance| &self.plan.rules()[instance.rule]);
        ran.any(|rule| *rule.id == *id && !engine_ids::ALWAYS.contains(&&**rule.page_id()))
    }
}

/// The message of a panic.
fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
