//! An `await` in a loop whose iterations are independent.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use lawbook_core::diagnostic::Finding;
use lawbook_core::ir::{Dialect, Kind, Node, NodeId, RawKind, view};
use lawbook_core::rule::{Cx, Interest, Literals, Nodes, Rule};
use lawbook_core::span::Span;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct NoAwaitInLoop {}

impl Rule for NoAwaitInLoop {
    fn interest(&self, dialect: &'static Dialect) -> Interest {
        let declarations = ["lexical_declaration", COLLECTION_LOOP].iter();
        let raw: Vec<RawKind> = declarations.filter_map(|kind| dialect.vocabulary().kind(kind)).collect();
        Interest::kinds([Kind::Await]).and(Interest::raw_kinds(raw))
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any_word(["await"])
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let (mut enclosing, mut independent) = (EnclosingLoops::default(), IndependentLoops::default());
        // One finding is enough for a loop: all its awaits are moved together.
        let mut reported = HashSet::new();
        let has_using = OnceCell::new();
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            let may_be_using = || *has_using.get_or_init(|| cx.source_text().contains("using"));
            let around = match node.kind() {
                Kind::Await => enclosing.of(node, cx),
                Kind::Loop if may_be_using() && awaits_at_end_of_turn(node, cx) => Some(node),
                Kind::Loop => None,
                _ if may_be_using() && starts_with_await(node, cx) => enclosing.of(node, cx),
                _ => None,
            };
            if let Some(around) = around
                && around.raw_name() == COLLECTION_LOOP
                && !reported.contains(&around.id())
                && independent.has(around, cx)
                && !view::is_in_test(cx.file(), node)
            {
                reported.insert(around.id());
                let until = if node == around { cx.child_by_field(node, "body").map(Node::start) } else { None };
                cx.report(Finding::new(Span::new(node.start(), until.unwrap_or(node.end()))));
            }
        }
    }
}

/// True for `await using …`, which waits at the end of the block.
fn starts_with_await(declaration: Node<'_>, cx: &Cx<'_>) -> bool {
    cx.children_with_tokens(declaration)
        .next()
        .is_some_and(|first| !first.is_named() && cx.text(first).starts_with("await"))
}

/// True for `for (await using … of …)`, which waits at the end of each turn, unlike `for await (…)`.
fn awaits_at_end_of_turn(node: Node<'_>, cx: &Cx<'_>) -> bool {
    let head = cx.children_with_tokens(node).take_while(|child| !child.is_named());
    head.skip_while(|token| cx.text(*token) != "(").any(|token| cx.text(token).starts_with("await"))
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
    labels: Vec<OpenLabel<'t>>,
    /// The blocks of `try` statements that catch: the first node and the end of each.
    caught: Vec<(NodeId, NodeId)>,
    /// The declarations whose names are being read: the number of open scopes around each, and the end of its names.
    declarations: Vec<(usize, NodeId)>,
    /// The patterns of assignments, whose names are assigned to: the end of each.
    targets: Vec<NodeId>,
    independent: HashSet<NodeId>,
}

/// An open labelled statement.
struct OpenLabel<'t> {
    name: &'t str,
    end: NodeId,
    /// The first node of what a `break` with the label leaves.
    left_by_break: NodeId,
    /// The first node of what a `continue` with the label leaves.
    left_by_continue: NodeId,
}

/// An open loop over a collection or an open function, with the effects of the code in it.
struct OpenScope<'t> {
    id: NodeId,
    end: NodeId,
    collection: Option<CollectionLoop<'t>>,
    /// The first node of what an iteration may leave early: the loops from there on, up to this one.
    exit: Option<NodeId>,
    /// The variables that are assigned to, without those in functions in it, each with the variable that holds it, which
    /// is another one for a field.
    assigned: HashMap<&'t str, &'t str>,
    /// The variables that are read, with those in functions in it.
    read: HashSet<&'t str>,
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
    /// True if the iterations are one after the other on purpose: `for await`, and parts of a whole that was divided so
    /// that not everything happens at once.
    is_paced: bool,
}

/// The most bytes of a field (`state.cursor`) that is followed from iteration to iteration.
const MAX_FIELD_BYTES: u32 = 80;

impl<'t> StatementAnalysis<'t> {
    /// Closes the scopes that end before the node `at`.
    fn close_before(&mut self, at: NodeId) {
        while self.break_targets.pop_if(|(_, end)| *end <= at).is_some() {}
        while self.declarations.pop_if(|(_, end)| *end <= at).is_some() {}
        while self.targets.pop_if(|end| *end <= at).is_some() {}
        while self.caught.pop_if(|(_, end)| *end <= at).is_some() {}
        while self.labels.pop_if(|label| label.end <= at).is_some() {}
        while let Some(mut scope) = self.scopes.pop_if(|scope| scope.end <= at) {
            let independent = scope.collection.as_ref().filter(|found| !found.is_paced && !found.has_break);
            let id = independent.map(|found| found.id);
            let is_left = scope.exit.is_some_and(|first| first <= scope.id);
            if !scope.carries_variable() && !is_left {
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
            self.scopes.push(OpenScope {
                id: node.id(),
                end,
                collection,
                exit: None,
                assigned: HashMap::new(),
                read: HashSet::new(),
                declared: HashSet::new(),
            });
        }
    }

    /// Records the effects of a node on the scopes around it.
    fn record_effects(&mut self, node: Node<'t>, kind: Kind, cx: &Cx<'_>) {
        match kind {
            Kind::Return => self.record_exit(node, node.tree().root().id()),
            Kind::Throw => {
                let root = node.tree().root().id();
                self.record_exit(node, self.caught.last().map_or(root, |(first, _)| *first));
            }
            Kind::Jump => self.record_jump(node, cx),
            Kind::Try if cx.child_by_field(node, "handler").is_some() => {
                let body = cx.child_by_field(node, "body");
                self.caught.extend(body.map(|body| (body.id(), body.subtree_end())));
            }
            Kind::Assignment => self.record_assignment(node, cx),
            Kind::Unary if node.raw_name() == "update_expression" => {
                if let Some(variable) = cx.child_by_field(node, "argument") {
                    self.record_target(variable, cx);
                }
            }
            Kind::Identifier => self.record_name(node, cx),
            Kind::Member => self.record_field(node, cx),
            Kind::Other if node.raw_name() == "labeled_statement" => self.open_label(node, cx),
            // Whoever takes the values of a generator may stop after any of them.
            _ if node.raw_name() == "yield_expression" => self.record_exit(node, node.tree().root().id()),
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

    /// Records that the node leaves what begins with the node `first`.
    fn record_exit(&mut self, node: Node<'_>, first: NodeId) {
        if let Some(scope) = self.scope_around(node) {
            scope.exit = Some(scope.exit.map_or(first, |exit| exit.min(first)));
        }
    }

    fn record_jump(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        let is_break = cx.has_token(node, "break");
        if let Some(name) = cx.child_by_field(node, "label") {
            let name = cx.text(name);
            let label = self.labels.iter().rev().find(|label| !cx.steps().take(1) || label.name == name);
            let left = label.map(|label| if is_break { label.left_by_break } else { label.left_by_continue });
            if let Some(first) = left {
                self.record_exit(node, first);
            }
        } else if is_break {
            self.record_break();
        }
    }

    fn open_label(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        let Some(name) = cx.child_by_field(node, "label") else { return };
        // A turn of the labelled loop ends with a `continue`, and so do all loops in its body.
        let labelled = cx.child_by_field(node, "body").filter(|body| body.kind() == Kind::Loop);
        let body = labelled.and_then(|labelled| cx.child_by_field(labelled, "body"));
        let (left_by_break, left_by_continue) = (node.id(), body.map_or(node.id(), Node::id));
        self.labels.push(OpenLabel { name: cx.text(name), end: node.subtree_end(), left_by_break, left_by_continue });
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

    fn record_assignment(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        let Some(target) = cx.child_by_field(node, "left") else { return };
        if matches!(target.raw_name(), "object_pattern" | "array_pattern") {
            self.targets.push(target.subtree_end());
        } else {
            self.record_target(target, cx);
        }
    }

    /// Records that a variable, or a field of one, is assigned to.
    fn record_target(&mut self, target: Node<'t>, cx: &Cx<'_>) {
        let (name, holder) = match target.kind() {
            Kind::Identifier => (cx.text(target), cx.text(target)),
            Kind::Member => {
                let Some(name) = field_name(target, cx) else { return };
                (name, name.split('.').next().unwrap_or(name))
            }
            _ => return,
        };
        if let Some(scope) = self.scope_around(target) {
            scope.assigned.insert(name, holder);
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
        let is_in_target = !self.targets.is_empty() && node.field() != Some("right");
        match node.raw_name() {
            "identifier" | "shorthand_property_identifier_pattern" if is_in_target => self.record_target(node, cx),
            "identifier" | "shorthand_property_identifier" if !is_only_written(node, cx) => {
                let name = cx.text(node);
                if let Some(scope) = self.scope_around(node) {
                    scope.read.insert(name);
                }
            }
            _ => {}
        }
    }

    fn record_field(&mut self, node: Node<'t>, cx: &Cx<'_>) {
        if !is_only_written(node, cx)
            && let Some(name) = field_name(node, cx)
            && let Some(scope) = self.scope_around(node)
        {
            scope.read.insert(name);
        }
    }
}

/// The text of a field of a variable, as the name of what is assigned to; none for an element, whose index may be
/// another one in each turn.
fn field_name<'t>(member: Node<'t>, cx: &Cx<'_>) -> Option<&'t str> {
    let name = Some(member).filter(|member| member.span().len() <= MAX_FIELD_BYTES).map(|member| cx.text(member))?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$.#".contains(&byte)).then_some(name)
}

/// True for the target of an assignment, and for a counter: nothing in the iteration takes its value.
fn is_only_written(node: Node<'_>, cx: &Cx<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    match (parent.raw_name(), node.field()) {
        ("assignment_expression", Some("left")) => true,
        ("update_expression", _) => is_statement(parent),
        ("augmented_assignment_expression", Some("left")) => {
            let by_number = cx.child_by_field(parent, "right").is_some_and(|by| by.kind() == Kind::Number);
            by_number && is_statement(parent)
        }
        _ => false,
    }
}

fn is_statement(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| parent.raw_name() == "expression_statement")
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
            is_paced: (cx.has_token(node, "await") && !awaits_at_end_of_turn(node, cx)) || goes_through_parts(node, cx),
        })
    }
}

/// True for a loop over chunks or batches, by the name of what gives them: `chunk(rows, 100)`, `batches`.
fn goes_through_parts(node: Node<'_>, cx: &Cx<'_>) -> bool {
    let Some(collection) = cx.child_by_field(node, "right") else { return false };
    let function = cx.child_by_field(collection, "function").filter(|_| collection.kind() == Kind::Call);
    let named = function.unwrap_or(collection);
    if named.span().len() > MAX_FIELD_BYTES {
        return false;
    }
    let name = cx.text(named).to_ascii_lowercase();
    let name = name.rsplit('.').next().unwrap_or_default();
    if function.is_some() {
        name.contains("chunk") || name.contains("batch")
    } else {
        name.ends_with("chunks") || name.ends_with("batches")
    }
}

impl OpenScope<'_> {
    /// True if an iteration assigns to a variable from outside of the loop, which the next one may read.
    fn carries_variable(&mut self) -> bool {
        let Some(found) = &self.collection else { return false };
        let (mut carries, mut declared_here) = (false, Vec::new());
        for (name, holder) in &self.assigned {
            if self.declared.contains(holder) {
                declared_here.push(*name);
            } else if !found.iteration_variables.contains(holder) && self.read.contains(name) {
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
        merge(&mut self.declared, inner.declared);
        merge(&mut self.read, inner.read);
        if inner.collection.is_none() {
            return;
        }
        let exits = self.exit.into_iter().chain(inner.exit);
        self.exit = exits.min();
        if inner.assigned.len() > self.assigned.len() {
            std::mem::swap(&mut inner.assigned, &mut self.assigned);
        }
        self.assigned.extend(inner.assigned);
    }
}

/// Adds the smaller of two sets to the larger one.
fn merge<'t>(all: &mut HashSet<&'t str>, mut more: HashSet<&'t str>) {
    if more.len() > all.len() {
        std::mem::swap(all, &mut more);
    }
    all.extend(more);
}
