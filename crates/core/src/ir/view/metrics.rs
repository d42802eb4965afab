//! Metrics: size and complexity of the callables of a tree, counted in one pass.

use serde::{Deserialize, Serialize};

use crate::ir::{Kind, Node, NodeId, Tree};

/// The effect of a node on control flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// No effect.
    #[default]
    Straight,
    /// An `if` that does not directly follow an `else`.
    If,
    /// An `if` that directly follows an `else`.
    ElseIf,
    /// An `else` that is not followed by `if`.
    Else,
    /// `a ? b : c`.
    Conditional,
    /// A loop.
    Loop,
    /// `switch`, `match`.
    Match,
    /// An arm of a `switch` or `match`.
    Case,
    /// The arm for all other values: `default`, `_`.
    Default,
    /// `try`.
    Try,
    /// `catch`.
    Catch,
    /// An expression with this number of logical operators (`&&`, `||`) of its own.
    Logical(u32),
    /// `??` and other operators that may skip an operand but join no conditions.
    Coalesce,
    /// `break` or `continue` with a label.
    LabelledJump,
}

/// The metrics of one callable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    /// The number of statements in its body, including nested ones but not those of nested callables.
    pub statements: u32,
    /// The maximum nesting of control flow; `else if` does not nest.
    pub nesting: u32,
    /// Its cyclomatic complexity: the number of its decisions plus one.
    pub cyclomatic: u32,
    /// Its cognitive complexity as `SonarSource` defines it, including nested callables but without recursion.
    pub cognitive: u32,
}

impl Metrics {
    /// The metrics of all callables of a tree, in pre-order. They are counted in one pass, so that nested callables take
    /// linear time.
    pub(crate) fn of_callables(tree: &Tree) -> Vec<(NodeId, Self)> {
        let mut pass = MetricsPass::default();
        let views = tree.dialect().language.views();
        for node in tree.nodes().filter(|node| node.is_named()) {
            pass.leave(node.id().0);
            let kind = node.kind();
            if let Some(callable) = pass.open.last()
                && views.is_statement(node)
            {
                pass.found[callable.number].1.statements += 1;
            }
            if kind.is_callable() {
                pass.enter(node);
            } else if !pass.open.is_empty() {
                pass.add(node, views.flow(node));
            }
        }
        pass.leave(u32::MAX);
        pass.found
    }
}

/// A pass over a tree, with the constructs that are open at the present node.
#[derive(Default)]
struct MetricsPass {
    found: Vec<(NodeId, Metrics)>,
    /// The open callables, the innermost last.
    open: Vec<OpenCallable>,
    /// The subtree ends of the open constructs that count for [`Metrics::nesting`].
    nesting_ends: Vec<u32>,
    /// The subtree ends of the open constructs that count as nesting for [`Metrics::cognitive`], callables included.
    cognitive_ends: Vec<u32>,
}

/// A callable whose end has not been reached.
///
/// A construct adds its nesting depth within the callable to the cognitive complexity. The pass adds the depth from the
/// outermost open construct instead, and subtracts the part outside of the callable at its end:
/// `nested_additions * cognitive_around`. So the sum of a nested callable can be added to the outer one as it is.
struct OpenCallable {
    /// Its index in [`MetricsPass::found`].
    number: usize,
    /// The end of its subtree.
    end: u32,
    /// The length of [`MetricsPass::nesting_ends`] at its start.
    nesting_around: usize,
    /// The length of [`MetricsPass::cognitive_ends`] at its start, with the callable itself.
    cognitive_around: u64,
    /// Its cognitive complexity, with nesting counted from the outermost open construct.
    cognitive: u64,
    /// The number of additions to `cognitive` that included the nesting.
    nested_additions: u64,
}

impl MetricsPass {
    /// Closes the constructs and callables that end before the node `at`.
    fn leave(&mut self, at: u32) {
        while self.nesting_ends.pop_if(|end| *end <= at).is_some() {}
        while self.cognitive_ends.pop_if(|end| *end <= at).is_some() {}
        while let Some(callable) = self.open.pop_if(|callable| callable.end <= at) {
            // The nesting outside the callable does not count for it.
            let cognitive = callable.cognitive - callable.nested_additions * callable.cognitive_around;
            self.found[callable.number].1.cognitive = u32::try_from(cognitive).unwrap_or(u32::MAX);
            if let Some(outer) = self.open.last_mut() {
                outer.cognitive += callable.cognitive;
                outer.nested_additions += callable.nested_additions;
            }
        }
    }

    fn enter(&mut self, callable: Node<'_>) {
        let end = callable.subtree_end().0;
        self.cognitive_ends.push(end);
        self.open.push(OpenCallable {
            number: self.found.len(),
            end,
            nesting_around: self.nesting_ends.len(),
            cognitive_around: self.cognitive_ends.len() as u64,
            cognitive: 0,
            nested_additions: 0,
        });
        self.found.push((callable.id(), Metrics { cyclomatic: 1, ..Metrics::default() }));
    }

    /// Adds the effect of a node on control flow to the innermost callable.
    fn add(&mut self, node: Node<'_>, flow: Flow) {
        let Some(callable) = self.open.last_mut() else { return };
        let metrics = &mut self.found[callable.number].1;
        let until = node.subtree_end().0;
        metrics.cyclomatic += match flow {
            Flow::If | Flow::ElseIf | Flow::Conditional | Flow::Loop | Flow::Case | Flow::Catch | Flow::Coalesce => 1,
            Flow::Logical(operators) => operators,
            _ => 0,
        };
        if matches!(flow, Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Try) {
            self.nesting_ends.push(until);
            metrics.nesting = metrics.nesting.max((self.nesting_ends.len() - callable.nesting_around) as u32);
        }
        match flow {
            // An `else if` is inside its `if`, which counts as nesting already.
            Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Catch => {
                callable.cognitive += 1 + self.cognitive_ends.len() as u64;
                callable.nested_additions += 1;
                self.cognitive_ends.push(until);
            }
            Flow::ElseIf | Flow::Else | Flow::LabelledJump => callable.cognitive += 1,
            Flow::Logical(_) if is_whole_logical_expression(node) => {
                callable.cognitive += u64::from(operator_runs(node));
            }
            _ => {}
        }
    }
}

/// True if a logical expression is not an operand of another logical expression.
fn is_whole_logical_expression(node: Node<'_>) -> bool {
    let views = node.language().views();
    let outer = node.ancestors().find(|outer| !is_parenthesis(*outer));
    !outer.is_some_and(|outer| matches!(views.flow(outer), Flow::Logical(_)))
}

fn is_parenthesis(node: Node<'_>) -> bool {
    node.language().syntax().parentheses.contains(&node.raw_name())
}

/// The number of runs of equal logical operators in a whole expression, read from left to right: 2 for
/// `a && b && c || d`.
fn operator_runs(root: Node<'_>) -> u32 {
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

/// The kinds that have metrics.
pub(super) const CALLABLE: &[Kind] = &[Kind::Function, Kind::Method, Kind::Lambda];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    /// The metrics of one callable, counted by a separate scan of it.
    fn alone(callable: Node<'_>) -> Metrics {
        let views = callable.language().views();
        let mut metrics = Metrics { cyclomatic: 1, ..Metrics::default() };
        for node in callable.descendants().filter(|node| node.is_named()) {
            let above: Vec<_> = node.ancestors().take_while(|above| *above != callable).collect();
            let flow = views.flow(node);
            let own = !above.iter().any(|above| above.kind().is_callable());
            metrics.statements += u32::from(own && views.is_statement(node));
            if node.kind().is_callable() {
                continue;
            }
            let deepens = |node: &Node<'_>| {
                node.kind().is_callable()
                    || matches!(
                        views.flow(*node),
                        Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Catch
                    )
            };
            let nests = |node: &Node<'_>| {
                matches!(views.flow(*node), Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Try)
            };
            if own && nests(&node) {
                metrics.nesting = metrics.nesting.max(1 + above.iter().filter(|above| nests(above)).count() as u32);
            }
            if own {
                metrics.cyclomatic += match flow {
                    Flow::Logical(operators) => operators,
                    Flow::If
                    | Flow::ElseIf
                    | Flow::Conditional
                    | Flow::Loop
                    | Flow::Case
                    | Flow::Catch
                    | Flow::Coalesce => 1,
                    _ => 0,
                };
            }
            metrics.cognitive += match flow {
                _ if deepens(&node) => 1 + above.iter().filter(|above| deepens(above)).count() as u32,
                Flow::ElseIf | Flow::Else | Flow::LabelledJump => 1,
                Flow::Logical(_) if is_whole_logical_expression(node) => operator_runs(node),
                _ => 0,
            };
        }
        metrics
    }

    /// Checks the metrics of a text if this build has its language.
    fn check_pass(path: &str, code: &str) {
        let file = language::lower(SourceFile::new(RelPath::new(path), code).unwrap());
        if language::of_path(file.source.path()).is_none() {
            return;
        }
        let tree = file.tree().unwrap();
        let callables = tree.nodes().filter(|node| node.kind().is_callable());
        let expected: Vec<_> = callables.map(|callable| (callable.id(), alone(callable))).collect();
        assert!(expected.len() > 3, "{code}");
        assert_eq!(Metrics::of_callables(tree), expected, "{code}");
    }

    #[test]
    fn one_pass_counts_what_a_scan_of_each_callable_counts() {
        check_pass(
            "a.ts",
            "if (a) { function f(x) { if (x && y || z) { for (const a of b) { g(() => x ? (1) : h(function () { \
             while (a) { switch (b) { case 1: break; default: try { k(); } catch { l ?? m; } } } })); } } else if (y) \
             { return; } else { o: for (;;) { continue o; } } } class C { m() { return (a && (b && c)) || d; } get n() \
             { if (a) {} return () => () => { do {} while (a); }; } } }",
        );
        check_pass(
            "a.rs",
            "mod m { fn f() { if a && b { for x in y { g(|z| match z { 1 => if c {} else if d {} else {}, _ => || { \
             loop { 'a: while e || f { break 'a; } } } }); } } } impl T { fn h() { let i = |j| if j { k } else { l }; \
             fn n() { if a || (b || c) && d {} } } } }",
        );
        check_pass("a.js", &format!("{}1{}", "f = () => { if (a) g(b && c, ".repeat(60), ") }".repeat(60)));
    }
}
