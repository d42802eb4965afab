//! The stage `conclude`: runs the rules about the project and about a change, on the facts of the files.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::engine::answer::FileFinding;
use crate::engine::engine_findings::{EngineFinding, EngineFindings};
use crate::engine::{Engine, UncheckedReason, panic_message};
use crate::facts::{ChangeView, ProjectView};
use crate::plan::Levels;
use crate::rule::page::Scope;
use crate::rule::{ProjectCx, Rule, engine_ids};
use crate::source::{Files, RelPath, SourceFile};
use crate::span::Span;

/// The findings of rules about the project or a change. The default value is that of a run without such rules.
#[derive(Clone, Debug, Default)]
pub struct Concluded {
    pub(super) findings: Vec<FileFinding>,
    /// The texts of files with findings that no answer has.
    pub(super) sources: BTreeMap<RelPath, SourceFile>,
    ran: Vec<Scope>,
    /// The numbers of rules that panicked or exhausted their budget.
    unfinished: Vec<usize>,
}

impl Concluded {
    /// The findings, before suppressions, unsorted.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Arc<Diagnostic>> {
        self.findings.iter().map(|found| &found.diagnostic)
    }

    /// Combines two phases.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.sources.extend(other.sources);
        self.ran.extend(other.ran);
        self.unfinished.extend(other.unfinished);
        self
    }

    /// Reads the texts of the files with findings and related places, for showing their lines. Files that cannot be
    /// read are left out.
    pub fn read_sources(&mut self, files: &dyn Files, max_bytes: u64) {
        let mut paths: BTreeSet<&RelPath> = BTreeSet::new();
        for found in &self.findings {
            let found = &found.diagnostic;
            let related = found.related.iter().filter_map(|related| related.path.as_ref());
            paths.extend(related.chain((!found.span.is_empty()).then_some(&found.path)));
        }
        for path in paths {
            let decode = |bytes: &[u8]| SourceFile::decode(path.clone(), bytes).ok();
            if let Ok(Some(source)) = files.read_with(path, max_bytes, decode) {
                self.sources.insert(path.clone(), source);
            }
        }
    }

    /// True if the phase ran and the rule finished in it, so that all of its findings are there.
    pub(super) fn is_complete(&self, scope: Scope, rule: usize) -> bool {
        self.ran.contains(&scope) && !self.unfinished.contains(&rule)
    }
}

impl Engine {
    /// Runs the rules about the project. The view must contain all its files.
    pub fn conclude(&self, view: &ProjectView) -> Concluded {
        self.run_phase(Scope::Project, Some(view), |rule, cx| rule.conclude(view, cx))
    }

    /// Runs the rules about a change, and reports the suppressions that it adds.
    pub fn check_change(&self, view: &ChangeView) -> Concluded {
        let mut concluded = self.run_phase(Scope::Change, None, |rule, cx| rule.check_change(view, cx));
        if !self.is_cancelled() {
            concluded.findings.extend(self.new_suppressions(view));
        }
        concluded
    }

    /// Runs every rule with this scope. The findings of a rule that panics are dropped, and so are all findings of a
    /// cancelled run; both are reported.
    fn run_phase<'v>(
        &self,
        scope: Scope,
        project: Option<&'v ProjectView>,
        run: impl Fn(&dyn Rule, &mut ProjectCx<'v>),
    ) -> Concluded {
        let mut concluded = Concluded { ran: vec![scope], ..Concluded::default() };
        let mut failures = EngineFindings::new(RelPath::root());
        let mut levels: HashMap<RelPath, Levels> = HashMap::new();
        for instance in self.plan.phases().of(scope) {
            let planned = &self.plan.instances()[instance];
            let mut cx = ProjectCx::new(instance as u32, project, self.new_budget());
            let outcome = catch_unwind(AssertUnwindSafe(|| run(&*planned.check, &mut cx)));
            if self.is_cancelled() {
                let message = format!("the {} was not checked: the run was cancelled", scope.name());
                let (id, code) = (engine_ids::UNCHECKED_FILE, UncheckedReason::Cancelled.code());
                let found = EngineFinding { id, span: Span::default(), subject: code, message: &message };
                let mut findings = Vec::new();
                failures.add(self, found, |_| String::new(), &mut findings);
                return Concluded { findings, ..Concluded::default() };
            }
            if let Some((id, code, message)) = self.failure(scope, planned.rule, outcome.as_ref().err(), &cx) {
                concluded.unfinished.push(planned.rule);
                let found = EngineFinding { id, span: Span::default(), subject: &code, message: &message };
                failures.add(self, found, |_| String::new(), &mut concluded.findings);
            }
            for finding in cx.take().into_iter().filter(|_| outcome.is_ok()) {
                let path = finding.path.clone().unwrap_or_else(RelPath::root);
                let levels = levels.entry(path.clone()).or_insert_with(|| self.plan.levels(&path));
                if let Some(severity) = levels[instance] {
                    concluded.findings.push(self.finding_at_path(finding, instance, severity, path));
                }
            }
        }
        concluded
    }

    /// For a rule that panicked or exhausted its budget: the id of the engine's rule that reports it, the subject of
    /// the fingerprint, and the message.
    fn failure(
        &self,
        scope: Scope,
        rule: usize,
        panic: Option<&Box<dyn Any + Send>>,
        cx: &ProjectCx<'_>,
    ) -> Option<(&'static str, String, String)> {
        let (rule, what) = (&self.plan.rules()[rule].id, scope.name());
        if let Some(payload) = panic {
            let message = format!("rule `{rule}` failed on the {what}: {}", panic_message(&**payload));
            return Some((engine_ids::INTERNAL_ERROR, rule.to_string(), message));
        }
        let message =
            || format!("not checked to the end: rule `{rule}` needs more steps than it may take on one {what}");
        let code = || format!("{} {rule}", UncheckedReason::Budget.code());
        cx.exhausted().then(|| (engine_ids::UNCHECKED_FILE, code(), message()))
    }
}
