//! The rule seam: what every rule, written as a page or in Rust, is to the engine.

mod declarative;
pub mod engine_ids;
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
pub use nodes::Nodes;
pub use project::{ProjectCx, RuleNeeds};

use std::cell::RefCell;

use crate::budget::Steps;
use crate::diagnostic::{Capture, CapturedNode, Finding, Fix};
use crate::facts::{ChangeView, ProjectView, RuleFact};
use crate::ir::{Dialect, Kind, Lowered, Node, RawKind};
use crate::pattern::Env;

/// A check. One value serves all files and threads.
///
/// A rule gives facts; the id it goes by and the level of its findings are the engine's to stamp.
///
/// # Cost
///
/// A rule has a budget of steps for each file ([`Cx::steps`]), and its cost must grow no faster than the file does. The
/// engine asks it nothing more once the budget is spent, drops what it reports from then on, and names it in an
/// `unchecked-file`. To stay within it:
///
/// * Walk with the methods of [`Cx`] (`cx.descendants(node)`, `cx.ancestors(node)`, …) and read texts by [`Cx::text`].
///   They take the steps that they cost and end when none are left. Walks may lie in each other and report meanwhile.
/// * Ask views (`view::…`) for what they know. Their steps count too; tables that hold for the whole tree (imports,
///   tests, metrics) are made once and cost no rule anything.
/// * Look at what is around a node once, not once for each node in it: override [`Rule::check_each`] and keep the answer
///   between nodes, which come in pre-order. What holds for the file is found out once, when it is first needed.
/// * A loop of another sort takes its own steps: `if !cx.steps().take(1) { break }`.
/// * Recurse on nothing that a file can nest.
///
/// A test doubles files of many shapes and lets no built-in rule cost more than twice as much.
pub trait Rule: Send + Sync {
    /// What this rule wants to see of a dialect's trees.
    fn interest(&self, dialect: &'static Dialect) -> Interest;

    /// The texts that a file of the dialect must hold before this rule can find anything in it. They must be right: a
    /// file without them may never be parsed.
    fn literals(&self, dialect: &'static Dialect) -> Literals {
        let _ = dialect;
        Literals::EveryFile
    }

    /// Looks at one node of its interest.
    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        let _ = (node, cx);
    }

    /// Looks at every node of its interest in one tree, one after the other, until its budget is spent. The place to
    /// keep answers that hold for several nodes.
    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            self.check(node, cx);
        }
    }

    /// Looks at a file once, after its nodes.
    fn check_file(&self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// The phase that this rule has beyond single files, and the facts that it takes of each.
    fn needs(&self) -> RuleNeeds {
        RuleNeeds::file()
    }

    /// Collects facts of the rule's own from one file, for [`Rule::conclude`]. They must depend on nothing but the file:
    /// they are kept as long as it does not change. Called for every file of its languages when [`Rule::needs`] says so,
    /// also where the rule is off, since what others report may hang on it; what is reported here is dropped.
    fn collect(&self, cx: &mut Cx<'_>) -> Vec<RuleFact> {
        let _ = cx;
        Vec::new()
    }

    /// Looks at all files together, by their facts, once all of them are checked.
    fn conclude(&self, view: &ProjectView, cx: &mut ProjectCx<'_>) {
        let _ = (view, cx);
    }

    /// Looks at a change.
    fn check_change(&self, view: &ChangeView, cx: &mut ProjectCx<'_>) {
        let _ = (view, cx);
    }
}

/// What a rule wants to see: the union of all that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interest {
    /// Every node and token. To be asked for by name, since it costs a call for each.
    pub every_node: bool,
    /// Nodes or tokens of these raw kinds.
    pub raw_kinds: Vec<RawKind>,
    /// Nodes of these shared kinds.
    pub kinds: Vec<Kind>,
    /// The file as a whole.
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

    /// Nothing: the rule has no say in that dialect.
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

/// What a rule works with while it looks at one file.
#[derive(Debug)]
pub struct Cx<'a> {
    file: &'a Lowered,
    /// Shared like the budget, so that a rule reports while it walks.
    findings: RefCell<Findings>,
    work: Work,
    /// Kept so that matching many nodes asks for memory once.
    env: Env,
}

/// What one rule has done on one file, apart from its findings.
#[derive(Debug, Default)]
struct Work {
    steps: Steps,
    memo: object::Memo,
}

impl<'a> Cx<'a> {
    /// A fresh context for one rule on one file.
    pub fn new(file: &'a Lowered) -> Self {
        Self { file, findings: RefCell::default(), work: Work::default(), env: Env::default() }
    }

    /// Goes on with another rule: nothing is left of what the one before did or spent.
    pub(crate) fn turn_to_next(&mut self) {
        *self.findings.get_mut() = Findings::default();
        self.work.steps.restart();
        self.work.memo.turn_to_next();
        self.env.clear();
    }

    /// The same with another budget.
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.work.steps = steps;
        self
    }

    /// What the rule may still cost on this file.
    pub fn steps(&self) -> &Steps {
        &self.work.steps
    }

    /// Whether the budget was spent, so that the rule may have missed something.
    pub fn exhausted(&self) -> bool {
        self.work.steps.exhausted()
    }

    /// The file with its trees.
    pub fn file(&self) -> &'a Lowered {
        self.file
    }

    /// Reports a finding in this file; what is reported once the budget is spent may be wrong, and is dropped.
    pub fn report(&self, finding: Finding) {
        if !self.exhausted() {
            self.findings.borrow_mut().add(finding, &self.work.steps);
        }
    }

    /// Whether anything was reported since the findings were last taken out.
    pub fn has_findings(&self) -> bool {
        !self.findings.borrow().all.is_empty()
    }

    /// The findings so far, taken out.
    pub fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings.get_mut().all)
    }

    /// Whether there are findings that were not taken out.
    pub(crate) fn has_found(&mut self) -> bool {
        !self.findings.get_mut().all.is_empty()
    }

    /// Goes on with a whole budget to make diagnostics of the findings, less what these have taken already.
    pub(crate) fn turn_to_reporting(&mut self) {
        self.work.steps.restart();
        self.work.steps.take(self.findings.get_mut().steps);
    }
}

/// What a rule has found, and what keeping it costs: findings in each other may each hold most of the file.
#[derive(Debug, Default)]
struct Findings {
    all: Vec<Finding>,
    steps: u64,
}

/// Steps for each captured node.
const STEPS_OF_A_CAPTURE: u64 = 16;

/// Bytes that are kept for the price of one step: kept text costs more than text that is read.
const KEPT_BYTES_OF_A_STEP: usize = 4;

impl Findings {
    /// Keeps a finding, unless all of them would take more steps than the budget had.
    fn add(&mut self, finding: Finding, budget: &Steps) {
        let text = |text: &str| (text.len() / KEPT_BYTES_OF_A_STEP) as u64;
        let captured = |node: &CapturedNode| STEPS_OF_A_CAPTURE + text(&node.text);
        let captures = finding.captures.iter().map(|(_, capture)| match capture {
            Capture::One(node) => captured(node),
            Capture::Many(nodes) => nodes.iter().map(captured).sum(),
        });
        let edits = finding.fixes.iter().flat_map(Fix::edits).map(|edit| text(&edit.text));
        self.steps += captures.chain(edits).sum::<u64>() + finding.message.as_deref().map_or(0, text);
        if self.steps <= budget.limit() {
            self.all.push(finding);
        } else {
            budget.exhaust();
        }
    }
}
