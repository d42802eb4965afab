//! An `await` in a loop whose turns do not need each other.

use lawbook_core::diagnostic::Finding;
use lawbook_core::ir::{Kind, Node, view, Dialect};
use lawbook_core::rule::{Cx, Interest, Literals, Rule};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoAwaitInLoop {}

impl Rule for NoAwaitInLoop {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Await])
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any_word(["await"])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        if let Some((turn, body)) = enclosing_turn(node)
            && goes_over_a_collection(turn)
            && !leaves_early(body)
            && !hands_over(turn, body)
            && !view::is_in_test(cx.file(), node)
        {
            cx.report(Finding::new(node.span()));
        }
    }
}

/// The innermost loop that runs the node once a turn, with its body; none when a function stands between.
fn enclosing_turn(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let mut below = node;
    for above in node.ancestors() {
        if above.kind().is_callable() || above.kind() == Kind::Class {
            return None;
        }
        if above.kind() == Kind::Loop && below.field() == Some("body") {
            return Some((above, below));
        }
        below = above;
    }
    None
}

/// `for (… of …)` and `for (… in …)`; a counting loop or a `while` usually waits for its own last turn.
fn goes_over_a_collection(turn: Node<'_>) -> bool {
    turn.raw_name() == "for_in_statement" && !turn.has_token("await")
}

/// Whether a turn can end the loop, so that the next one must wait for it.
fn leaves_early(body: Node<'_>) -> bool {
    own_nodes(body).any(|node| match node.kind() {
        Kind::Return | Kind::Throw => true,
        Kind::Jump => node.has_token("break") && breaks_out_of(node, body),
        _ => false,
    })
}

/// Whether a `break` ends the loop of `body` and not a loop or `switch` in it.
fn breaks_out_of(jump: Node<'_>, body: Node<'_>) -> bool {
    jump.children().next().is_some()
        || !jump
            .ancestors()
            .take_while(|above| *above != body)
            .any(|above| matches!(above.kind(), Kind::Loop | Kind::Match))
}

/// Whether a turn changes a variable from outside the loop that a turn also reads: the turns depend on each other.
fn hands_over(turn: Node<'_>, body: Node<'_>) -> bool {
    let declared = |name: &str| {
        turn.subtree().any(|node| {
            node.kind() == Kind::Variable
                && node.child_by_field("name").is_some_and(|left| names(left).any(|n| n == name))
        }) || turn.child_by_field("left").is_some_and(|left| names(left).any(|n| n == name))
    };
    own_nodes(body).any(|node| {
        let target = match node.kind() {
            Kind::Assignment => node.child_by_field("left"),
            Kind::Unary if node.has_token("++") || node.has_token("--") => node.child_by_field("argument"),
            _ => None,
        };
        target.is_some_and(|left| left.kind() == Kind::Identifier && !declared(left.text()))
    })
}

/// The nodes below that belong to the same function.
fn own_nodes(body: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut skip_until = body.id();
    body.descendants().filter(move |node| {
        if node.id() < skip_until {
            return false;
        }
        if node.kind().is_callable() {
            skip_until = node.subtree_end();
            return false;
        }
        true
    })
}

fn names(pattern: Node<'_>) -> impl Iterator<Item = &str> {
    pattern.subtree().filter(|node| node.kind() == Kind::Identifier).map(Node::text)
}
