//! A test or group of tests that leaves out all others.

use lawbook_core::diagnostic::{Edit, Finding, Fix, Safety};
use lawbook_core::ir::view::{self, Call};
use lawbook_core::ir::{Dialect, Kind, Node};
use lawbook_core::names;
use lawbook_core::rule::{Cx, Interest, Literals, Nodes, Rule};
use lawbook_core::span::Span;
use serde::Deserialize;

use crate::test_runner::{OutsideTests, RunnerCall, has_word};

#[derive(Debug, Deserialize)]
pub(crate) struct NoFocusedTest {}

/// The member, and the key of the options, that focuses.
const FOCUS: &str = "only";

/// The words of which one stands in every file with a finding: the key and the functions that focus by their first letter.
const WORDS: [&str; 4] = [FOCUS, "fit", "fdescribe", "fcontext"];

impl Rule for NoFocusedTest {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Call])
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any_word(WORDS)
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        if !has_word(nodes.tree(), &WORDS, cx) {
            return;
        }
        let mut outside = OutsideTests::default();
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            let Some(call) = outside.call(node, cx).filter(|call| is_focused(call, cx)) else { continue };
            if is_in_own_focus(node, cx) {
                continue;
            }
            cx.report(Finding::new(node.span()).fix(fix(&call, cx)));
        }
    }
}

fn is_focused(call: &RunnerCall<'_>, cx: &Cx<'_>) -> bool {
    call.has_member(&[FOCUS])
        || WORDS.contains(&call.function.as_str()) && call.looks_like_test(cx)
        || call.takes_test() && call.has_option(&[FOCUS], cx)
}

/// The most nodes around a call that are searched for a function that focuses by its name.
const MAX_OUTER_NODES: usize = 64;

/// The most bytes of the name of such a function.
const MAX_NAME_BYTES: u32 = 80;

/// True for a call in a function whose name says that it focuses: `test.only = (title, body) => it.only(title, body)`.
fn is_in_own_focus(node: Node<'_>, cx: &Cx<'_>) -> bool {
    let says_so =
        |name: Node<'_>| name.span().len() <= MAX_NAME_BYTES && cx.text(name).to_ascii_lowercase().ends_with(FOCUS);
    cx.ancestors(node).take(MAX_OUTER_NODES).filter(|outer| outer.kind().is_callable()).any(|function| {
        let assignment = function.parent().filter(|parent| parent.kind() == Kind::Assignment);
        let target = assignment.and_then(|assignment| cx.child_by_field(assignment, "left"));
        view::name_node(function).or(target).is_some_and(says_so)
    })
}

/// The fix that removes the member, or the letter from a global name. None where neither is written in the call.
fn fix(call: &RunnerCall<'_>, cx: &Cx<'_>) -> Option<Fix> {
    let callee = Call::cast(call.node)?.callee()?;
    let mut links = cx.nodes(callee).take_while(|link| link.span().start == callee.start());
    let edit = links.find_map(|link| unfocused(link, call, cx))?;
    Fix::new("Remove the focus", Safety::Safe, vec![edit])
}

/// The edit that removes the focus from one link of a callee.
fn unfocused(link: Node<'_>, call: &RunnerCall<'_>, cx: &Cx<'_>) -> Option<Edit> {
    if link.kind() == Kind::Identifier {
        let function = call.without_letter('f').filter(|_| cx.text(link) == call.function)?;
        return names::resolve(cx.file(), link).is_none().then(|| Edit::new(link.span(), function));
    }
    let field = if link.kind() == Kind::Index { "index" } else { "property" };
    let (object, member) = (cx.child_by_field(link, "object")?, cx.child_by_field(link, field)?);
    let is_focus = cx.text(member).trim_matches(['"', '\'', '`']) == FOCUS;
    is_focus.then(|| Edit::new(Span::new(object.end(), link.end()), ""))
}
