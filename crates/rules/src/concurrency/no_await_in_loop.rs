//! An `await` in a loop whose iterations are independent.

use std::collections::HashSet;

use lawbook_core::diagnostic::Finding;
use lawbook_core::ir::{Dialect, Kind, Node, NodeId, view};
use lawbook_core::rule::{Cx, Interest, Literals, Nodes, Rule};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct NoAwaitInLoop {}

impl Rule for NoAwaitInLoop {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Await])
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any_word(["await"])
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let (mut enclosing, mut independent) = (EnclosingLoops::default(), IndependentLoops::default());
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            if let Some(around) = enclosing.of(node, cx)
                && around.raw_name() == COLLECTION_LOOP
                && independent.has(around, cx)
                && !view::is_in_test(cx.file(), node)
            {
                cx.report(Finding::new(node.span()));
            }
        }
    }
}

/// The raw kind of `for (… of …)` and `for (… in …)`; an iteration of a counting loop or a `while` usually depends on
/// the one before it.
const COLLECTION_LOOP: &str = "for_in_statement";

/// The innermost loop around each of several nodes. The nodes come in pre-order, so the ancestors of the last node are
/// kept as long as their subtrees last, and no ancestor is visited twice.
#[derive(Default)]
struct EnclosingLoops<'t> {
    /// The last node and its visited ancestors, outermost first, each with its loop.
    visited: Vec<(Node<'t>, Option<Node<'t>>)>,
}

impl<'t> EnclosingLoops<'t> {
    /// The innermost loop that runs the node in each iteration; none if there is a function between the two.
    fn of(&mut self, node: Node<'t>, cx: &Cx<'_>) -> Option<Node<'t>> {
        while self.visited.pop_if(|(passed, _)| passed.subtree_end() <= node.id()).is_some() {}
        let first = self.visited.len();
        let (mut below, mut found) = (node, None);
        for above in cx.ancestors(node) {
            if let Some((_, enclosing_loop)) = self.visited[..first].last().filter(|(passed, _)| *passed == below) {
                found = *enclosing_loop;
                break;
            }
            self.visited.push((below, None));
            if above.kind().is_callable() || above.kind() == Kind::Class {
                break;
            }
            if above.kind() == Kind::Loop && below.field() == Some("body") {
                found = Some(above);
                break;
            }
            below = above;
        }
        self.visited[first..].reverse();
        self.visited[first..].iter_mut().for_each(|(_, enclosing_loop)| *enclosing_loop = found);
        found
    }
}

/// The loops over a collection whose iterations are independent: none ends the loop, and none changes a variable from
/// outside of the loop that the next one could read. Callers ask about loops in pre-order, so that each
/// top-level statement is analysed once.
#[derive(Default)]
struct IndependentLoops {
    independent: HashSet<NodeId>,
    /// The end of the statement that was analysed last.
    end: Option<NodeId>,
}

impl IndependentLoops {
    /// True if the iterations of the loop are independent.
    fn has(&mut self, around: Node<'_>, cx: &Cx<'_>) -> bool {
        if self.end.is_none_or(|end| end <= around.id()) {
            let is_below_root = |node: &Node<'_>| node.id() != node.tree().root().id();
            let statement = cx.ancestors(around).take_while(is_below_root).last().unwrap_or(around);
            let mut analysis = StatementAnalysis::default();
            for node in cx.nodes(statement).filter(|node| node.is_named()) {
                analysis.close_before(node.id());
                analysis.visit(node, cx);
            }
            analysis.close_before(statement.subtree_end());
            (self.independent, self.end) = (analysis.independent, Some(statement.subtree_end()));
        }
        self.independent.contains(&around.id())
    }
}

/// The analysis of a statement in pre-order, with the scopes that are open at the current node.
#[derive(Default)]
struct StatementAnalysis<'t> {
    scopes: Vec<OpenScope<'t>>,
    /// Loops and `switch`es, which an unlabelled `break` ends, and functions, which it cannot leave: each with its end.
    break_targets: Vec<(NodeId, NodeId)>,
    /// The declarations whose names are being read: the number of open scopes around each, and the end of its names.
    declarations: Vec<(usize, NodeId)>,
    independent: HashSet<NodeId>,
}

/// An open loop over a collection or an open function, with the effects of the code in it.
struct OpenScope<'t> {
    end: NodeId,
    collection: Option<CollectionLoop<'t>>,
    /// True if an iteration may return, throw or break to a label.
    may_exit: bool,
    /// The variables that are assigned to, without those in functions in it.
    assigned: HashSet<&'t str>,
    /// The variables that are declared, with those in functions in it.
    declared: HashSet<&'t str>,
}

/// The part of a scope that only a loop over a collection has.
struct CollectionLoop<'t> {
    id: NodeId,
    /// The body and its end.
    body: (NodeId, NodeId),
    /// The end of the names that each iteration assigns, which come first in the loop.
    left_end: NodeId,
    iteration_variables: HashSet<&'t str>,
    /// True if a `break` ends it.
    has_break: bool,
    /// `for await`.
    is_awaited: bool,
}

impl<'t> StatementAnalysis<'t> {
    /// Closes the scopes that end before the node `at`.
    fn close_before(&mut self, at: NodeId) {
        while self.break_targets.pop_if(|(_, end)| *end <= at).is_some() {}
        while self.declarations.pop_if(|(_, end)| *end <= at).is_some() {}
        while let Some(mut scope) = self.scopes.pop_if(|scope| scope.end <= at) {
            let independent = scope.collection.as_ref().filter(|found| !found.is_awaited && !found.has_break);
            let id = independent.map(|found| found.id);
            if !scope.may_exit && !scope.carries_variable() {
                self.independent.extend(id);
            }
            if let Some(outer) = self.scopes.last_mut() {
                outer.absorb(scope);
            }
        }
    }

    /// Records the effects of a node, and opens its scope if it has one.
    fn visit(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        let (kind, end) = (node.kind(), node.subtree_end());
        self.record_effects(node, kind, cx);
        if kind.is_callable() || matches!(kind, Kind::Loop | Kind::Match) {
            self.break_targets.push((node.id(), end));
        }
        if kind == Kind::Variable
            && let Some(name) = cx.child_by_field(node, "name")
        {
            self.declarations.push((self.scopes.len(), name.subtree_end()));
        }
        let collection = if node.raw_name() == COLLECTION_LOOP { CollectionLoop::of(node, cx) } else { None };
        if kind.is_callable() || collection.is_some() {
            let (assigned, declared) = (HashSet::new(), HashSet::new());
            self.scopes.push(OpenScope { end, collection, may_exit: false, assigned, declared });
        }
    }

    /// Records the effects of a node on the scopes around it.
    fn record_effects(&mut self, node: Node<'t>, kind: Kind, cx: &Cx<'_>) {
        match kind {
            Kind::Return | Kind::Throw => self.record_exit(node),
            Kind::Jump if cx.has_token(node, "break") => {
                if cx.children(node).next().is_some() {
                    self.record_exit(node);
                } else {
                    self.record_break();
                }
            }
            Kind::Assignment => self.record_assignment(node, "left", cx),
            Kind::Unary if cx.has_token(node, "++") || cx.has_token(node, "--") => {
                self.record_assignment(node, "argument", cx);
            }
            Kind::Identifier => self.record_name(node, cx),
            _ => {}
        }
    }

    /// The innermost scope whose body contains the node and is not the node itself.
    fn scope_around(&mut self, node: Node<'_>) -> Option<&mut OpenScope<'t>> {
        let is_inside = |scope: &&mut OpenScope<'t>| {
            let body = scope.collection.as_ref().map(|found| found.body);
            body.is_none_or(|(start, end)| start < node.id() && node.id() < end)
        };
        self.scopes.iter_mut().rev().find(is_inside)
    }

    fn record_exit(&mut self, node: Node<'_>) {
        if let Some(scope) = self.scope_around(node) {
            scope.may_exit = true;
        }
    }

    /// Records a `break` without a label. It ends the innermost loop or `switch`; it also ends a loop whose whole body is
    /// that construct.
    fn record_break(&mut self) {
        let Some((ended, _)) = self.break_targets.last().copied() else { return };
        for scope in self.scopes.iter_mut().rev().take(2) {
            let Some(found) = &mut scope.collection else { break };
            found.has_break |= found.id == ended || found.body.0 == ended;
        }
    }

    fn record_assignment(&mut self, node: Node<'t>, field: &str, cx: &Cx<'_>) {
        let target = cx.child_by_field(node, field).filter(|target| target.kind() == Kind::Identifier);
        if let (Some(target), Some(scope)) = (target, self.scope_around(node)) {
            scope.assigned.insert(cx.text(target));
        }
    }

    fn record_name(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        let declaration = self.declarations.last().and_then(|(open, _)| open.checked_sub(1));
        if let Some(scope) = declaration.and_then(|at| self.scopes.get_mut(at)) {
            scope.declared.insert(cx.text(node));
        }
        if let Some(OpenScope { collection: Some(found), .. }) = self.scopes.last_mut()
            && node.id() < found.left_end
        {
            found.iteration_variables.insert(cx.text(node));
        }
    }
}

impl<'t> CollectionLoop<'t> {
    fn of(node: Node<'t>, cx: &Cx<'_>) -> Option<Self> {
        let body = cx.child_by_field(node, "body")?;
        let left_end = cx.child_by_field(node, "left").map_or(node.id(), Node::subtree_end);
        Some(Self {
            id: node.id(),
            body: (body.id(), body.subtree_end()),
            left_end,
            iteration_variables: HashSet::new(),
            has_break: false,
            is_awaited: cx.has_token(node, "await"),
        })
    }
}

impl OpenScope<'_> {
    /// True if an iteration assigns to a variable from outside of the loop, which the next one may read.
    fn carries_variable(&mut self) -> bool {
        let Some(found) = &self.collection else { return false };
        let (mut carries, mut declared_here) = (false, Vec::new());
        for name in &self.assigned {
            if self.declared.contains(name) {
                declared_here.push(*name);
            } else if !found.iteration_variables.contains(name) {
                carries = true;
                break;
            }
        }
        // Variables that are declared in this loop are not from outside of the loops around it either.
        for name in declared_here {
            self.assigned.remove(name);
        }
        carries
    }

    /// Adds the effects of an inner scope. The smaller of two sets is added to the larger one, so that nested scopes
    /// cost little more than adjacent ones.
    fn absorb(&mut self, mut inner: Self) {
        if inner.declared.len() > self.declared.len() {
            std::mem::swap(&mut inner.declared, &mut self.declared);
        }
        self.declared.extend(inner.declared);
        if inner.collection.is_none() {
            return;
        }
        self.may_exit |= inner.may_exit;
        if inner.assigned.len() > self.assigned.len() {
            std::mem::swap(&mut inner.assigned, &mut self.assigned);
        }
        self.assigned.extend(inner.assigned);
    }
}
