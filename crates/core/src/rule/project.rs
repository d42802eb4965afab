//! Rules that look beyond one file: what they need of all files, and what they work with.

use crate::budget::Steps;
use crate::diagnostic::Finding;
use crate::facts::{FactSet, ProjectView, RuleFact};
use crate::rule::page::Scope;
use crate::source::RelPath;

/// What a rule looks at beyond its nodes, and what it takes of each file for that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleNeeds {
    /// The phase that it has beside its checks of single files; the page says the same in `scope`.
    pub scope: Scope,
    /// The lists of facts that it takes. Others may be empty.
    pub facts: FactSet,
    /// Whether it collects facts of its own.
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

/// What a rule works with while it looks at a project or a change.
#[derive(Debug)]
pub struct ProjectCx<'a> {
    instance: u32,
    project: Option<&'a ProjectView>,
    findings: Vec<Finding>,
    steps: Steps,
}

impl<'a> ProjectCx<'a> {
    /// A fresh context for the instance of this number in the plan.
    pub(crate) fn new(instance: u32, project: Option<&'a ProjectView>) -> Self {
        Self { instance, project, findings: Vec::new(), steps: Steps::default() }
    }

    /// What the rule may still cost.
    pub fn steps(&mut self) -> &mut Steps {
        &mut self.steps
    }

    /// Whether the budget was spent, so that the rule may have missed something.
    pub fn exhausted(&self) -> bool {
        self.steps.exhausted()
    }

    /// What this rule collected in the files of the project, in the order of their paths; nothing of a change.
    pub fn collected(&self) -> impl Iterator<Item = (&'a RelPath, &'a RuleFact)> + use<'a> {
        let instance = self.instance;
        let files = self.project.into_iter().flat_map(ProjectView::files);
        let files = files.filter_map(|(path, facts)| Some((path, facts?)));
        files.flat_map(move |(path, facts)| facts.collected_by(instance).iter().map(move |fact| (path, fact)))
    }

    /// Reports a finding: on the path that it names, or about the project as a whole. Its subject should have a name,
    /// which is all that its identity is made of beside the rule and the path.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The findings so far, taken out.
    pub(crate) fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }
}
