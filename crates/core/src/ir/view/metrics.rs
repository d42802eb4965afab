//! Sizes and complexities of the callables of a tree, counted in one pass.

use serde::{Deserialize, Serialize};

use crate::ir::{Kind, Node, NodeId, Tree};

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
    /// The numbers of every callable of a tree, in pre-order, counted in one pass: callables in each other cost no more
    /// than callables beside each other.
    pub(crate) fn of_callables(tree: &Tree) -> Vec<(NodeId, Self)> {
        let mut count = MetricsPass::default();
        let views = tree.dialect().language.views();
        for node in tree.nodes().filter(|node| node.is_named()) {
            count.leave(node.id().0);
            let kind = node.kind();
            if let Some(callable) = count.open.last()
                && views.is_statement(node)
            {
                count.found[callable.number].1.statements += 1;
            }
            if kind.is_callable() {
                count.enter(node);
            } else if !count.open.is_empty() {
                count.add(node, views.flow(node));
            }
        }
        count.leave(u32::MAX);
        count.found
    }
}

/// A pass over a tree, with what is open at the node at hand.
#[derive(Default)]
struct MetricsPass {
    found: Vec<(NodeId, Metrics)>,
    open: Vec<OpenCallable>,
    /// Where each open construct ends that nests in the sense of `nesting`.
    nests: Vec<u32>,
    /// The same in the sense of `cognitive`, callables among them.
    deepens: Vec<u32>,
}

/// A callable whose end is not reached yet.
struct OpenCallable {
    /// Its place among those that were found.
    number: usize,
    end: u32,
    /// How many constructs are open around its inside, of either sort.
    nests_around: usize,
    deepens_around: u64,
    /// What is added to its cognitive complexity as if all that is open counted as its own depth.
    cognitive: u64,
    /// How often depth is part of that.
    deepened: u64,
}

impl MetricsPass {
    /// Closes what ends before the node `at`.
    fn leave(&mut self, at: u32) {
        while self.nests.pop_if(|end| *end <= at).is_some() {}
        while self.deepens.pop_if(|end| *end <= at).is_some() {}
        while let Some(callable) = self.open.pop_if(|callable| callable.end <= at) {
            // What is open around it is no depth of its own.
            let cognitive = callable.cognitive - callable.deepened * callable.deepens_around;
            self.found[callable.number].1.cognitive = u32::try_from(cognitive).unwrap_or(u32::MAX);
            if let Some(outer) = self.open.last_mut() {
                outer.cognitive += callable.cognitive;
                outer.deepened += callable.deepened;
            }
        }
    }

    fn enter(&mut self, callable: Node<'_>) {
        let end = callable.subtree_end().0;
        self.deepens.push(end);
        self.open.push(OpenCallable {
            number: self.found.len(),
            end,
            nests_around: self.nests.len(),
            deepens_around: self.deepens.len() as u64,
            cognitive: 0,
            deepened: 0,
        });
        self.found.push((callable.id(), Metrics { cyclomatic: 1, ..Metrics::default() }));
    }

    /// Adds what a node does to the flow of control.
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
            self.nests.push(until);
            metrics.nesting = metrics.nesting.max((self.nests.len() - callable.nests_around) as u32);
        }
        match flow {
            // The `else if` lies within its `if`, which deepens for it already.
            Flow::If | Flow::Conditional | Flow::Loop | Flow::Match | Flow::Catch => {
                callable.cognitive += 1 + self.deepens.len() as u64;
                callable.deepened += 1;
                self.deepens.push(until);
            }
            Flow::ElseIf | Flow::Else | Flow::LabelledJump => callable.cognitive += 1,
            Flow::Logical(_) if starts_sequences(node) => callable.cognitive += u64::from(sequences(node)),
            _ => {}
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    /// The numbers of one callable by a scan of its own.
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
                Flow::Logical(_) if starts_sequences(node) => sequences(node),
                _ => 0,
            };
        }
        metrics
    }

    /// Checks the numbers of a text, if this build has its language.
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
