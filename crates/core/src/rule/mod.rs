//! The interface between the engine and a rule: the trait [`Rule`] and its context [`Cx`]. Rules of pages and rules in
//! Rust both implement it.

mod declarative;
pub mod engine_ids;
mod finding_bytes;
mod nodes;
pub(crate) mod object;
pub mod options;
pub mod page;
mod project;
mod repair;
pub(crate) mod template;
mod walks;

pub use crate::literals::{Literal, Literals};
pub use declarative::Declarative;
pub(crate) use finding_bytes::FindingBytes;
pub use nodes::Nodes;
pub use project::{ProjectCx, RuleNeeds};

use std::cell::RefCell;

use crate::budget::Steps;
use crate::diagnostic::{Capture, Finding, Fix};
use crate::facts::{ChangeView, ProjectView, RuleFact};
use crate::ir::{Dialect, Kind, Lowered, Node, RawKind};
use crate::pattern::Env;

/// A rule. One value serves all files and threads, so it holds options and nothing that changes during a run.
///
/// A rule reports findings without id and level: the engine adds both, from the page and the settings.
///
/// # When the methods are called
///
/// | method | called |
/// |---|---|
/// | [`needs`](Self::needs) | when the plan is made |
/// | [`interest`](Self::interest) | once for each dialect of the page, when its first file is met |
/// | [`literals`](Self::literals) | the same, if the interest is not empty |
/// | [`check_each`](Self::check_each) | once for each tree of a file that the rule runs on |
/// | [`check`](Self::check) | by the default `check_each`, for each node |
/// | [`check_file`](Self::check_file) | once for each such file, after its first tree, if the interest has `file` |
/// | [`collect`](Self::collect) | once for each file of the page's dialects, if `needs` has `collects` |
/// | [`conclude`](Self::conclude) | once for a run, if the scope is the project |
/// | [`check_change`](Self::check_change) | once for a run over a change, if the scope is a change |
///
/// # Cost
///
/// A rule has a budget of steps for each file ([`Cx::steps`]), and its cost must grow no faster than the file does.
/// Once the budget is spent, the engine calls the rule no more for that file, drops what it reports from then on, and
/// names it in an `unchecked-file`. To stay within the budget:
///
/// * Walk with the methods of [`Cx`] (`cx.descendants(node)`, `cx.ancestors(node)`, …) and read texts with
///   [`Cx::text`]. They take the steps that they cost, and end when none are left. Walks may be nested, and the rule may
///   report during a walk.
/// * Ask views (`view::…`). Their steps count too; tables of the whole tree (imports, tests, metrics) are made once and
///   cost no rule anything.
/// * Examine the surroundings of nodes once, not once for each node: override [`Rule::check_each`], whose nodes come in
///   pre-order, and keep the answer between nodes. Compute facts about the whole file once, when first needed.
/// * In any other loop take steps yourself: `if !cx.steps().take(1) { break }`.
/// * Do not recurse over anything that a file can nest: a deep file would overflow the stack.
///
/// A test doubles the size of many generated files, and fails if a built-in rule then takes more than twice the steps.
pub trait Rule: Send + Sync {
    /// Returns the nodes of a dialect's trees that the rule is called for, and whether it is called for the file as a
    /// whole. [`Interest::none`] if the rule never reports anything in the dialect.
    ///
    /// Called once for each dialect that the page names. The answer must not change.
    fn interest(&self, dialect: &'static Dialect) -> Interest;

    /// Returns texts of which a file of the dialect must contain at least one for the rule to report anything in it. A
    /// file without any of them may not even be parsed, so a missing text means missed findings. With
    /// [`Literals::EveryFile`], the default, no file is ruled out.
    ///
    /// Called once for each dialect that the interest is not empty for. The answer must not change.
    fn literals(&self, dialect: &'static Dialect) -> Literals {
        let _ = dialect;
        Literals::EveryFile
    }

    /// Checks one node, and reports findings with [`Cx::report`].
    ///
    /// Called by the default [`Rule::check_each`] for every node of the rule's interest, in pre-order.
    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        let _ = (node, cx);
    }

    /// Checks all nodes of the rule's interest in one tree, in pre-order, until the budget is spent. Override it to
    /// keep answers that hold for several nodes.
    ///
    /// Called once for each tree of a file that has such nodes; a file has several trees when it embeds other
    /// languages.
    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            self.check(node, cx);
        }
    }

    /// Checks the file as a whole.
    ///
    /// Called once for each file if [`Interest::file`] is set, after the nodes of its first tree; a file that embeds
    /// other languages may have further trees.
    fn check_file(&self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// Returns the scope of the rule, which must be the `scope` of its page, and the facts about each file that it
    /// needs for [`Rule::conclude`] or [`Rule::check_change`]. The default is a rule about single files, which needs
    /// none.
    ///
    /// Called when the plan is made, perhaps several times. The answer must not change.
    fn needs(&self) -> RuleNeeds {
        RuleNeeds::file()
    }

    /// Returns the rule's own facts about one file, which [`Rule::conclude`] gets from all files. They must depend on
    /// nothing but this file, since they are reused as long as it does not change. Findings that are reported here are
    /// dropped.
    ///
    /// Called for every file of the page's languages if [`RuleNeeds::collects`] is set and the scope is not a single
    /// file. Also called for files on which the rule is off, since findings in other files may depend on them.
    fn collect(&self, cx: &mut Cx<'_>) -> Vec<RuleFact> {
        let _ = cx;
        Vec::new()
    }

    /// Checks all files of the project together, by their facts.
    ///
    /// Called once for a run, after all files are checked, if [`Rule::needs`] says
    /// [`Scope::Project`](page::Scope::Project).
    fn conclude(&self, view: &ProjectView, cx: &mut ProjectCx<'_>) {
        let _ = (view, cx);
    }

    /// Checks the files of a change, before and after it.
    ///
    /// Called once for a run that checks a change, if [`Rule::needs`] says [`Scope::Change`](page::Scope::Change).
    fn check_change(&self, view: &ChangeView, cx: &mut ProjectCx<'_>) {
        let _ = (view, cx);
    }
}

/// The nodes and files that a rule is called for in one dialect: the union of all fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interest {
    /// Every node and token. Expensive, since it costs a call for each.
    pub every_node: bool,
    /// Nodes or tokens of these raw kinds.
    pub raw_kinds: Vec<RawKind>,
    /// Nodes of these shared kinds.
    pub kinds: Vec<Kind>,
    /// The file as a whole: [`Rule::check_file`] is called.
    pub file: bool,
}

impl Interest {
    /// All that this one and the other name.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.every_node |= other.every_node;
        self.raw_kinds.extend(other.raw_kinds);
        self.kinds.extend(other.kinds);
        self.file |= other.file;
        self
    }

    /// Nothing: the rule is not called in the dialect.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every node and token.
    pub fn every_node() -> Self {
        Self { every_node: true, ..Self::default() }
    }

    /// Nodes of shared kinds.
    pub fn kinds(kinds: impl Into<Vec<Kind>>) -> Self {
        Self { kinds: kinds.into(), ..Self::default() }
    }

    /// Nodes or tokens of raw kinds.
    pub fn raw_kinds(raw_kinds: impl Into<Vec<RawKind>>) -> Self {
        Self { raw_kinds: raw_kinds.into(), ..Self::default() }
    }

    /// The file as a whole.
    pub fn file() -> Self {
        Self { file: true, ..Self::default() }
    }
}

/// The context of one rule on one file: the file, the budget, and the findings that it reports.
#[derive(Debug)]
pub struct Cx<'a> {
    file: &'a Lowered,
    /// In a cell, so that a rule can report while a walk borrows the context.
    findings: RefCell<Findings>,
    work: Work,
    /// Reused for all nodes, so that its memory is allocated once.
    env: Env,
}

/// The steps of one rule on one file, and its memoized answers.
#[derive(Debug, Default)]
struct Work {
    steps: Steps,
    memo: object::Memo,
}

impl<'a> Cx<'a> {
    /// Creates the context of one rule on one file, with the usual budget.
    pub fn new(file: &'a Lowered) -> Self {
        let limit = FindingBytes::limit_of_file(file.source.text().len());
        Self { file, findings: RefCell::new(Findings::new(limit)), work: Work::default(), env: Env::default() }
    }

    /// Resets the context for the next rule on the same file: no findings, the whole budget, no memoized answers.
    /// `limit` is that of its findings.
    pub(crate) fn start_next_rule(&mut self, limit: FindingBytes) {
        *self.findings.get_mut() = Findings::new(limit);
        self.work.steps.restart();
        self.work.memo.start_next_rule();
        self.env.clear();
    }

    /// Sets the budget.
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.work.steps = steps;
        self
    }

    /// The budget of the rule on this file.
    pub fn steps(&self) -> &Steps {
        &self.work.steps
    }

    /// True if the budget is spent, so that the rule may have missed something.
    pub fn exhausted(&self) -> bool {
        self.work.steps.exhausted()
    }

    /// The file and its trees.
    pub fn file(&self) -> &'a Lowered {
        self.file
    }

    /// Reports a finding in this file. Dropped if the budget is spent, since the finding may be wrong then.
    pub fn report(&self, finding: Finding) {
        if !self.exhausted() {
            self.findings.borrow_mut().add(finding, &self.work.steps);
        }
    }

    /// True if anything was reported since the last [`Cx::take`].
    pub fn has_findings(&self) -> bool {
        !self.findings.borrow().all.is_empty()
    }

    /// Takes the findings out of the context.
    pub fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings.get_mut().all)
    }

    /// Gives the rule a whole budget again, less what storing its findings took, for making diagnostics of the
    /// findings.
    pub(crate) fn restart_budget_for_reporting(&mut self) {
        self.work.steps.restart();
        self.work.steps.take(self.findings.get_mut().steps);
    }

    /// Adds bytes that the diagnostics of the rule hold in addition to its findings. Returns false, and stops the rule, if
    /// they are too many.
    pub(crate) fn hold(&mut self, bytes: usize) -> bool {
        let fits = self.findings.get_mut().hold(FindingBytes::held(bytes));
        if !fits {
            self.work.steps.exhaust();
        }
        fits
    }

    /// True if the rule was stopped because its findings hold too much.
    pub(crate) fn holds_too_much(&mut self) -> bool {
        self.findings.get_mut().is_over_limit
    }

    /// The bytes of all findings of the rule.
    pub(crate) fn finding_bytes(&mut self) -> FindingBytes {
        self.findings.get_mut().bytes
    }
}

/// The findings of a rule, and the steps and bytes that storing them takes. Storing is charged because nested findings
/// may each contain most of the file.
#[derive(Debug)]
struct Findings {
    all: Vec<Finding>,
    steps: u64,
    bytes: FindingBytes,
    /// The most that `bytes` may be.
    limit: FindingBytes,
    /// True once they were more.
    is_over_limit: bool,
}

/// Steps for each captured node.
const STEPS_PER_CAPTURE: u64 = 16;

/// Bytes of text that are stored for one step. Stored text costs more than text that is read.
const KEPT_BYTES_PER_STEP: usize = 4;

impl Findings {
    fn new(limit: FindingBytes) -> Self {
        Self { all: Vec::new(), steps: 0, bytes: FindingBytes::default(), limit, is_over_limit: false }
    }

    /// Stores a finding. If all stored findings together take more steps than the whole budget, or more bytes than the
    /// limit, drops it and exhausts the budget.
    fn add(&mut self, finding: Finding, budget: &Steps) {
        let text = |text: &str| (text.len() / KEPT_BYTES_PER_STEP) as u64;
        let captured = |(_, capture): &(_, Capture)| STEPS_PER_CAPTURE * capture.node_count() as u64;
        let captures = finding.captures.iter().map(captured);
        let edits = finding.fixes.iter().flat_map(Fix::edits).map(|edit| text(&edit.text));
        let steps = captures.chain(edits).sum::<u64>() + finding.message.as_deref().map_or(0, text);
        if self.steps + steps <= budget.limit() && self.hold(FindingBytes::of(&finding)) {
            self.steps += steps;
            self.all.push(finding);
        } else {
            budget.exhaust();
        }
    }

    /// Adds bytes. Returns false if they are too many then.
    fn hold(&mut self, bytes: FindingBytes) -> bool {
        let mut all = self.bytes;
        all.add(bytes);
        let fits = all.is_within(self.limit);
        if fits {
            self.bytes = all;
        }
        self.is_over_limit |= !fits;
        fits
    }
}
