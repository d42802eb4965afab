//! An `await` in a loop whose turns do not need each other.

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
                && around.raw_name() == OVER_A_COLLECTION
                && independent.has(around, cx)
                && !view::is_in_test(cx.file(), node)
            {
                cx.report(Finding::new(node.span()));
            }
        }
    }
}

/// `for (… of …)` and `for (… in …)`; a counting loop or a `while` usually waits for its own last turn.
const OVER_A_COLLECTION: &str = "for_in_statement";

/// The innermost loops that run nodes once a turn. The nodes are asked for in pre-order, so what was climbed is kept as
/// long as its subtree goes on, and no node is climbed twice.
#[derive(Default)]
struct EnclosingLoops<'t> {
    /// The nodes around the last one that were climbed from or through, outermost first, each with its loop.
    climbed: Vec<(Node<'t>, Option<Node<'t>>)>,
}

impl<'t> EnclosingLoops<'t> {
    /// The innermost loop that runs the node once a turn; none when a function stands between.
    fn of(&mut self, node: Node<'t>, cx: &Cx<'_>) -> Option<Node<'t>> {
        while self.climbed.pop_if(|(passed, _)| passed.subtree_end() <= node.id()).is_some() {}
        let first = self.climbed.len();
        let (mut below, mut found) = (node, None);
        for above in cx.ancestors(node) {
            if let Some((_, known)) = self.climbed[..first].last().filter(|(passed, _)| *passed == below) {
                found = *known;
                break;
            }
            self.climbed.push((below, None));
            if above.kind().is_callable() || above.kind() == Kind::Class {
                break;
            }
            if above.kind() == Kind::Loop && below.field() == Some("body") {
                found = Some(above);
                break;
            }
            below = above;
        }
        self.climbed[first..].reverse();
        self.climbed[first..].iter_mut().for_each(|(_, known)| *known = found);
        found
    }
}

/// The loops over a collection whose turns do not need each other: no turn ends the loop, and none changes a variable
/// from outside of it that the next one could read. They are asked for in pre-order and found in one pass over each
/// statement of the file that holds some.
#[derive(Default)]
struct IndependentLoops {
    found: HashSet<NodeId>,
    /// Where the statement ends that was looked through last.
    end: Option<NodeId>,
}

impl IndependentLoops {
    fn has(&mut self, around: Node<'_>, cx: &Cx<'_>) -> bool {
        if self.end.is_none_or(|end| end <= around.id()) {
            let is_below_root = |node: &Node<'_>| node.id() != node.tree().root().id();
            let statement = cx.ancestors(around).take_while(is_below_root).last().unwrap_or(around);
            let mut pass = Pass::default();
            for node in cx.nodes(statement).filter(|node| node.is_named()) {
                pass.leave(node.id());
                pass.look_at(node, cx);
            }
            pass.leave(statement.subtree_end());
            (self.found, self.end) = (pass.independent, Some(statement.subtree_end()));
        }
        self.found.contains(&around.id())
    }
}

/// A pass over a statement, with what is open at the node at hand.
#[derive(Default)]
struct Pass<'t> {
    scopes: Vec<Scope<'t>>,
    /// What an unlabelled `break` can end, and the functions that keep it from doing so: the node and its end.
    breakable: Vec<(NodeId, NodeId)>,
    /// The declarations whose names are being read: how many scopes are open around each, and where its names end.
    declarations: Vec<(usize, NodeId)>,
    independent: HashSet<NodeId>,
}

/// A loop over a collection or a function, and what happens in it.
struct Scope<'t> {
    end: NodeId,
    collection: Option<CollectionLoop<'t>>,
    /// Whether a turn may return, throw or break to a label.
    is_left: bool,
    /// The variables that are assigned to, those of functions in it not.
    assigned: HashSet<&'t str>,
    /// The variables that are declared, those of functions in it too.
    declared: HashSet<&'t str>,
}

/// What is known of a loop over a collection alone.
struct CollectionLoop<'t> {
    id: NodeId,
    /// The body, and where it ends.
    body: (NodeId, NodeId),
    /// Where the names that each turn binds end: they stand before all else.
    left_end: NodeId,
    bound: HashSet<&'t str>,
    /// Whether it is ended by a `break`.
    is_broken: bool,
    /// `for await`.
    is_awaited: bool,
}

impl<'t> Pass<'t> {
    /// Closes what ends before the node `at`.
    fn leave(&mut self, at: NodeId) {
        while self.breakable.pop_if(|(_, end)| *end <= at).is_some() {}
        while self.declarations.pop_if(|(_, end)| *end <= at).is_some() {}
        while let Some(mut scope) = self.scopes.pop_if(|scope| scope.end <= at) {
            let independent = scope.collection.as_ref().filter(|found| !found.is_awaited && !found.is_broken);
            let id = independent.map(|found| found.id);
            if !scope.is_left && !scope.hands_over() {
                self.independent.extend(id);
            }
            if let Some(outer) = self.scopes.last_mut() {
                outer.absorb(scope);
            }
        }
    }

    /// Notes what a node does, and opens what it is to those in it.
    fn look_at(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        let (kind, end) = (node.kind(), node.subtree_end());
        self.note(node, kind, cx);
        if kind.is_callable() || matches!(kind, Kind::Loop | Kind::Match) {
            self.breakable.push((node.id(), end));
        }
        if kind == Kind::Variable
            && let Some(name) = cx.child_by_field(node, "name")
        {
            self.declarations.push((self.scopes.len(), name.subtree_end()));
        }
        let collection = if node.raw_name() == OVER_A_COLLECTION { CollectionLoop::of(node, cx) } else { None };
        if kind.is_callable() || collection.is_some() {
            let (assigned, declared) = (HashSet::new(), HashSet::new());
            self.scopes.push(Scope { end, collection, is_left: false, assigned, declared });
        }
    }

    /// Notes what a node does to the scopes that are open around it.
    fn note(&mut self, node: Node<'t>, kind: Kind, cx: &Cx<'_>) {
        match kind {
            Kind::Return | Kind::Throw => self.note_exit(node),
            Kind::Jump if cx.has_token(node, "break") => {
                if cx.children(node).next().is_some() {
                    self.note_exit(node);
                } else {
                    self.note_break();
                }
            }
            Kind::Assignment => self.note_assignment(node, "left", cx),
            Kind::Unary if cx.has_token(node, "++") || cx.has_token(node, "--") => {
                self.note_assignment(node, "argument", cx);
            }
            Kind::Identifier => self.note_name(node, cx),
            _ => {}
        }
    }

    /// The innermost scope in whose body a node stands, not being all of it.
    fn scope_around(&mut self, node: Node<'_>) -> Option<&mut Scope<'t>> {
        let is_inside = |scope: &&mut Scope<'t>| {
            let body = scope.collection.as_ref().map(|found| found.body);
            body.is_none_or(|(start, end)| start < node.id() && node.id() < end)
        };
        self.scopes.iter_mut().rev().find(is_inside)
    }

    fn note_exit(&mut self, node: Node<'_>) {
        if let Some(scope) = self.scope_around(node) {
            scope.is_left = true;
        }
    }

    /// A `break` without a label ends the loop; in a loop or `switch` within it, only that one, if this is not all that
    /// the body is.
    fn note_break(&mut self) {
        let Some((ended, _)) = self.breakable.last().copied() else { return };
        for scope in self.scopes.iter_mut().rev().take(2) {
            let Some(found) = &mut scope.collection else { break };
            found.is_broken |= found.id == ended || found.body.0 == ended;
        }
    }

    fn note_assignment(&mut self, node: Node<'t>, field: &str, cx: &Cx<'_>) {
        let target = cx.child_by_field(node, field).filter(|target| target.kind() == Kind::Identifier);
        if let (Some(target), Some(scope)) = (target, self.scope_around(node)) {
            scope.assigned.insert(cx.text(target));
        }
    }

    fn note_name(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        let declaration = self.declarations.last().and_then(|(open, _)| open.checked_sub(1));
        if let Some(scope) = declaration.and_then(|at| self.scopes.get_mut(at)) {
            scope.declared.insert(cx.text(node));
        }
        if let Some(Scope { collection: Some(found), .. }) = self.scopes.last_mut()
            && node.id() < found.left_end
        {
            found.bound.insert(cx.text(node));
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
            bound: HashSet::new(),
            is_broken: false,
            is_awaited: cx.has_token(node, "await"),
        })
    }
}

impl Scope<'_> {
    /// Whether a turn changes a variable from outside the loop that a turn also reads: the turns depend on each other.
    fn hands_over(&mut self) -> bool {
        let Some(found) = &self.collection else { return false };
        let (mut hands_over, mut own) = (false, Vec::new());
        for name in &self.assigned {
            if self.declared.contains(name) {
                own.push(*name);
            } else if !found.bound.contains(name) {
                hands_over = true;
                break;
            }
        }
        // What is declared here is so for the loops around this one, too.
        for name in own {
            self.assigned.remove(name);
        }
        hands_over
    }

    /// Takes in what happens in an inner scope. The smaller of two sets goes into the larger, so that scopes in each other
    /// cost little more than scopes beside each other.
    fn absorb(&mut self, mut inner: Self) {
        if inner.declared.len() > self.declared.len() {
            std::mem::swap(&mut inner.declared, &mut self.declared);
        }
        self.declared.extend(inner.declared);
        if inner.collection.is_none() {
            return;
        }
        self.is_left |= inner.is_left;
        if inner.assigned.len() > self.assigned.len() {
            std::mem::swap(&mut inner.assigned, &mut self.assigned);
        }
        self.assigned.extend(inner.assigned);
    }
}
