//! Rules beyond single files: the facts that they need, and the context that they work with.

use std::cell::RefCell;

use crate::budget::Steps;
use crate::diagnostic::Finding;
use crate::facts::{FactSet, FileFacts, ProjectView, RuleFact};
use crate::rule::page::Scope;
use crate::source::RelPath;

/// The phase of a rule beyond single files, and the facts that it takes of each file for that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleNeeds {
    /// The phase that it has beside its checks of single files; the page says the same in `scope`.
    pub scope: Scope,
    /// The lists of facts that it takes. Others may be empty.
    pub facts: FactSet,
    /// True when it collects facts of its own.
    pub collects: bool,
}

impl RuleNeeds {
    /// One file at a time, and nothing else.
    pub fn file() -> Self {
        Self::default()
    }

    /// All files together, by facts that the engine collects.
    pub fn project(facts: impl Into<FactSet>) -> Self {
        Self { scope: Scope::Project, facts: facts.into(), collects: false }
    }

    /// The files of a change, by facts that the engine collects.
    pub fn change(facts: impl Into<FactSet>) -> Self {
        Self { scope: Scope::Change, facts: facts.into(), collects: false }
    }

    /// The same with facts that the rule collects itself.
    #[must_use]
    pub fn collecting(self) -> Self {
        Self { collects: true, ..self }
    }
}

/// The context of a rule while it looks at a project or a change.
#[derive(Debug)]
pub struct ProjectCx<'a> {
    instance: u32,
    project: Option<&'a ProjectView>,
    /// Shared like the budget, so that a rule reports while it goes through the files.
    findings: RefCell<Vec<Finding>>,
    steps: Steps,
}

impl<'a> ProjectCx<'a> {
    /// A fresh context for the instance of this number in the plan.
    pub(crate) fn new(instance: u32, project: Option<&'a ProjectView>, steps: Steps) -> Self {
        Self { instance, project, findings: RefCell::default(), steps }
    }

    /// The budget of the rule.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// True when the budget is spent, so that the rule may have missed something.
    pub fn exhausted(&self) -> bool {
        self.steps.exhausted()
    }

    /// The files of the project with their facts, in the order of their paths, until the budget is spent: each costs a
    /// step, and so does each of its facts. None while a change is looked at.
    pub fn files(&self) -> impl Iterator<Item = (&'a RelPath, Option<&'a FileFacts>)> {
        let files = self.project.into_iter().flat_map(ProjectView::files);
        files.take_while(|(_, facts)| self.steps.take(1 + facts.map_or(0, FileFacts::len) as u64))
    }

    /// The facts that this rule collected, in the order of the files' paths, at the same cost.
    pub fn collected(&self) -> impl Iterator<Item = (&'a RelPath, &'a RuleFact)> {
        let files = self.project.into_iter().flat_map(ProjectView::files);
        let own = files.map(|(path, facts)| (path, facts.map_or(&[][..], |facts| facts.collected_by(self.instance))));
        let own = own.take_while(|(_, facts)| self.steps.take(1 + facts.len() as u64));
        own.flat_map(|(path, facts)| facts.iter().map(move |fact| (path, fact)))
    }

    /// Reports a finding: on the path that it names, or about the project as a whole. Its subject should have a name:
    /// beside the rule and the path that is all its identity is made of. What is reported once the budget is spent
    /// may be wrong, and is dropped.
    pub fn report(&self, finding: Finding) {
        if self.steps.take(1) {
            self.findings.borrow_mut().push(finding);
        }
    }

    /// The findings so far, taken out.
    pub(crate) fn take(&mut self) -> Vec<Finding> {
        std::mem::take(self.findings.get_mut())
    }
}
