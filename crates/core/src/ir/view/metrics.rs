//! Sizes and complexities of a callable, counted in one scan.

use serde::{Deserialize, Serialize};

use crate::ir::{Kind, Node};

/// What a node does to the flow of control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// Nothing.
    #[default]
    Straight,
    /// An `if` that is not the arm of another one.
    If,
    /// An `if` that directly follows an `else`.
    ElseIf,
    /// The `else` that is not followed by `if`.
    Else,
    /// `a ? b : c`.
    Conditional,
    /// A loop.
    Loop,
    /// `switch`, `match`.
    Match,
    /// An arm of it.
    Case,
    /// The arm that takes the rest.
    Default,
    /// `try`.
    Try,
    /// `catch`.
    Catch,
    /// `&&`, `||`: so many operators of one expression.
    Logical(u32),
    /// `??`, and what else stops early without being a condition.
    Coalesce,
    /// `break` and `continue` to a label.
    LabelledJump,
}

/// The numbers of one callable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    /// Statements in its body, nested ones too, those of nested callables not.
    pub statements: u32,
    /// The deepest nesting of control flow; `else if` does not nest.
    pub nesting: u32,
    /// One more than its decisions.
    pub cyclomatic: u32,
    /// Cognitive complexity as `SonarSource` defines it; nested callables count in it, recursion does not.
    pub cognitive: u32,
}

impl Metrics {
    /// Counts a callable (or any other node as if it were one).
    pub fn of(callable: Node<'_>) -> Self {
        let views = callable.language().views();
        let tree = callable.tree();
        let end = callable.subtree_end().0;
        let mut metrics = Self { cyclomatic: 1, ..Self::default() };
        // Where each open construct ends that nests in the sense of `nesting` and in that of `cognitive`.
        let (mut nests, mut deepens): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        // Up to here the scan is inside of a nested callable.
        let mut foreign = 0;
        let mut id = callable.id().0 + 1;
        while id < end {
            let node = tree.node(crate::ir::NodeId(id));
            id += 1;
            if !node.is_named() {
                continue;
            }
            let (at, until) = (node.id().0, node.subtree_end().0);
            while nests.last().is_some_and(|end| *end <= at) {
                nests.pop();
            }
            while deepens.last().is_some_and(|end| *end <= at) {
                deepens.pop();
            }
            let own = at >= foreign;
            let kind = node.kind();
            if own && views.is_statement(node) {
                metrics.statements += 1;
            }
            if kind.is_callable() {
                foreign = foreign.max(until);
                deepens.push(until);
                continue;
            }
            let flow = views.flow(node);
            let decisions = match flow {
                Flow::If
                | Flow::ElseIf
                | Flow::Conditional
                | Flow::Loop
                | Flow::Case
                | Flow::Catch
                | Flow::Coalesce => 1,
                Flow::Logical(operators) => operators,
                _ => 0,
            };
            if own {
                metrics.cyclomatic += decisions;
                if matches!(flow, Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Try) {
                    nests.push(until);
                    metrics.nesting = metrics.nesting.max(nests.len() as u32);
                }
            }
            metrics.cognitive += match flow {
                Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Catch => 1 + deepens.len() as u32,
                Flow::ElseIf | Flow::Else | Flow::LabelledJump => 1,
                Flow::Logical(_) if starts_sequences(node) => sequences(node),
                _ => 0,
            };
            // The `else if` lies within its `if`, which deepens for it already.
            if matches!(flow, Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Catch) {
                deepens.push(until);
            }
        }
        metrics
    }
}

/// Whether the operators of an expression are not part of a longer one's.
fn starts_sequences(node: Node<'_>) -> bool {
    let views = node.language().views();
    let outer = node.ancestors().find(|outer| !is_parenthesis(*outer));
    !outer.is_some_and(|outer| matches!(views.flow(outer), Flow::Logical(_)))
}

fn is_parenthesis(node: Node<'_>) -> bool {
    node.language().syntax().parentheses.contains(&node.raw_name())
}

/// The runs of equal operators in a whole expression, read from left to right.
fn sequences(root: Node<'_>) -> u32 {
    let (views, joining) = (root.language().views(), root.language().syntax().logical_operators);
    let mut operators = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        for child in node.children_with_tokens() {
            if !child.is_named() {
                if joining.contains(&child.raw_name()) {
                    operators.push((child.start(), child.raw()));
                }
            } else if is_parenthesis(child) || matches!(views.flow(child), Flow::Logical(_)) {
                open.push(child);
            }
        }
    }
    operators.sort_unstable_by_key(|(start, _)| *start);
    operators.chunk_by(|a, b| a.1 == b.1).count() as u32
}

/// The kinds that have these numbers.
pub(super) const CALLABLE: &[Kind] = &[Kind::Function, Kind::Method, Kind::Lambda];
