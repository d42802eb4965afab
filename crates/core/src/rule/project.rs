//! Rules about a project or a change: the facts that they need, and their context.

use std::cell::{Cell, RefCell};

use crate::budget::Steps;
use crate::diagnostic::Finding;
use crate::facts::{FactSet, FileFacts, ProjectView, RuleFact};
use crate::rule::FindingBytes;
use crate::rule::page::Scope;
use crate::source::RelPath;

/// The scope of a rule, and the facts about each file that it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleNeeds {
    /// The scope that it checks in addition to single files. The page must have the same `scope`.
    pub scope: Scope,
    /// The lists of facts that it reads. The engine may leave others empty.
    pub facts: FactSet,
    /// True if it collects facts of its own ([`Rule::collect`](crate::rule::Rule::collect)).
    pub collects: bool,
}

impl RuleNeeds {
    /// One file at a time, and nothing else.
    pub fn file() -> Self {
        Self::default()
    }

    /// All files of the project, with these facts of the engine.
    pub fn project(facts: impl Into<FactSet>) -> Self {
        Self { scope: Scope::Project, facts: facts.into(), collects: false }
    }

    /// The files of a change, with these facts of the engine.
    pub fn change(facts: impl Into<FactSet>) -> Self {
        Self { scope: Scope::Change, facts: facts.into(), collects: false }
    }

    /// Adds facts that the rule collects itself.
    #[must_use]
    pub fn collecting(self) -> Self {
        Self { collects: true, ..self }
    }
}

/// The context of a rule that checks a project or a change.
#[derive(Debug)]
pub struct ProjectCx<'a> {
    instance: u32,
    project: Option<&'a ProjectView>,
    /// In a cell, so that a rule can report while it iterates over the files.
    findings: RefCell<Vec<Finding>>,
    /// The bytes of the findings.
    bytes: Cell<FindingBytes>,
    steps: Steps,
}

/// The bytes that the findings of one rule about the project or a change may take as if they were those of a file of
/// this length.
const PROJECT_BYTES: usize = 4 << 20;

impl<'a> ProjectCx<'a> {
    /// Creates the context of the instance with this number in the plan.
    pub(crate) fn new(instance: u32, project: Option<&'a ProjectView>, steps: Steps) -> Self {
        Self { instance, project, findings: RefCell::default(), bytes: Cell::default(), steps }
    }

    /// The budget of the rule.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// True if the budget is spent, so that the rule may have missed something.
    pub fn exhausted(&self) -> bool {
        self.steps.exhausted()
    }

    /// The files of the project with their facts, sorted by path, until the budget is spent: each file costs a step,
    /// and so does each of its facts. Empty for a change.
    pub fn files(&self) -> impl Iterator<Item = (&'a RelPath, Option<&'a FileFacts>)> {
        let files = self.project.into_iter().flat_map(ProjectView::files);
        files.take_while(|(_, facts)| self.steps.take(1 + facts.map_or(0, FileFacts::len) as u64))
    }

    /// The facts that this rule collected, sorted by the path of their file, at the same cost.
    pub fn collected(&self) -> impl Iterator<Item = (&'a RelPath, &'a RuleFact)> {
        let files = self.project.into_iter().flat_map(ProjectView::files);
        let own = files.map(|(path, facts)| (path, facts.map_or(&[][..], |facts| facts.collected_by(self.instance))));
        let own = own.take_while(|(_, facts)| self.steps.take(1 + facts.len() as u64));
        own.flat_map(|(path, facts)| facts.iter().map(move |fact| (path, fact)))
    }

    /// Reports a finding in the file of its path, or about the project as a whole. It should have a named subject: its
    /// fingerprint is made of rule, path and subject alone. Dropped if the budget is spent, since it may be wrong then.
    /// So is the first one that takes more memory than the findings of a rule may take, and the rule is stopped.
    pub fn report(&self, finding: Finding) {
        let mut bytes = self.bytes.get();
        bytes.add(FindingBytes::of(&finding));
        if !bytes.is_within(FindingBytes::limit_of_file(PROJECT_BYTES)) {
            self.steps.exhaust();
        }
        if self.steps.take(1) {
            self.bytes.set(bytes);
            self.findings.borrow_mut().push(finding);
        }
    }

    /// Takes the findings out of the context.
    pub(crate) fn take(&mut self) -> Vec<Finding> {
        std::mem::take(self.findings.get_mut())
    }
}
