//! A test that is left out without a reason.

use lawbook_core::diagnostic::Finding;
use lawbook_core::ir::view::{self, CommentNode, CommentStyle};
use lawbook_core::ir::{Dialect, Kind, Node};
use lawbook_core::names;
use lawbook_core::rule::{Cx, Interest, Literal, Literals, Nodes, Rule};
use lawbook_core::span::Span;
use serde::Deserialize;

use crate::test_runner::{OutsideTests, RunnerCall, has_word, is_text};

#[derive(Debug, Deserialize)]
pub(crate) struct NoSkippedTest {}

/// The members, and the keys of the options, that leave a test out.
const SKIPS: [&str; 2] = ["skip", "ignore"];

/// The attribute of Rust.
const ATTRIBUTE: &str = "attribute_item";

/// The most attributes and comments of an item that are read on each side of one.
const MAX_ATTRIBUTES: usize = 64;

/// The operators of a condition.
const CONDITION_OPERATORS: [&str; 11] = ["==", "===", "!=", "!==", "&&", "||", "??", "<", "<=", ">", ">="];

/// The most nodes around a call that are searched for a condition.
const MAX_OUTER_NODES: usize = 32;

/// A function of Jasmine that leaves out the test in which it is called, and its call. Only a call that is written like this
/// is seen: the name alone stands in many files that are about something else.
const PENDING: &str = "pending";
const PENDING_CALL: &str = "pending()";

/// The words of which one, or [`PENDING_CALL`], stands in every file of TypeScript or JavaScript with a finding: the members
/// and the functions that skip by their first letter.
const WORDS: [&str; 8] = ["skip", "ignore", "skipIf", "xit", "xtest", "xdescribe", "xcontext", "xspecify"];

/// Words by which a comment that begins the body of a test says why the test is left out, and not what its first step does.
/// Those that begin with a letter begin a word of the comment: `debug` is no `bug`.
const REASON_WORDS: [&str; 25] = [
    "skip",
    "ignore",
    "disabled",
    "not work",
    "'t work",
    "broken",
    "fail",
    "flak",
    "unsupported",
    "not support",
    "'t support",
    "not yet",
    "for now",
    "until",
    "todo",
    "fixme",
    "need",
    "require",
    "issue",
    "http",
    "#",
    "only when",
    "slow",
    "bug",
    "unimplemented",
];

/// Words of code that checks types.
const TYPE_CHECKS: [&str; 4] = ["expectTypeOf", "assertType", "expectType", "@ts-expect-error"];

impl Rule for NoSkippedTest {
    fn interest(&self, dialect: &'static Dialect) -> Interest {
        match dialect.vocabulary().kind(ATTRIBUTE) {
            Some(attribute) => Interest::raw_kinds([attribute]),
            None => Interest::kinds([Kind::Call]),
        }
    }

    fn literals(&self, dialect: &'static Dialect) -> Literals {
        let has_attributes = dialect.vocabulary().kind(ATTRIBUTE).is_some();
        if has_attributes {
            return Literals::any_word(["ignore"]);
        }
        let words = WORDS.iter().map(|word| Literal { text: (*word).to_owned(), is_word: true });
        let call = Literal { text: PENDING_CALL.to_owned(), is_word: false };
        Literals::Any(words.chain([call]).collect())
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let tree = nodes.tree();
        let has_attributes = tree.dialect().vocabulary().kind(ATTRIBUTE).is_some();
        if !has_attributes && !has_word(tree, &[&WORDS[..], &[PENDING]].concat(), cx) {
            return;
        }
        let (mut calls, mut attributes) = (SkippedCalls::default(), IgnoredItems::default());
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            let is_found = if node.raw_name() == ATTRIBUTE { attributes.find(node, cx) } else { calls.find(node, cx) };
            if is_found {
                cx.report(Finding::new(node.span()));
            }
        }
    }
}

/// The calls of one tree that leave out a test, in order.
#[derive(Default)]
struct SkippedCalls {
    outside: OutsideTests,
    /// The end of the last one with a reason, in bytes. The reason holds for the skipped tests directly below too.
    explained_end: Option<u32>,
}

impl SkippedCalls {
    /// True for a call that leaves out a test without a reason.
    fn find(&mut self, node: Node<'_>, cx: &Cx<'_>) -> bool {
        if is_pending(node, cx) {
            return !view::is_explained(cx.file(), node) && !depends_on_condition(node, cx);
        }
        let Some(call) = self.outside.call(node, cx).filter(|call| is_skipped(call, cx)) else { return false };
        self.outside.leave_out(&call);
        let is_in_row = self.explained_end.is_some_and(|end| {
            between(end, call.run.start(), cx).is_some_and(|text| {
                text.bytes().filter(|byte| *byte == b'\n').count() < 2
                    && text.bytes().all(|byte| byte.is_ascii_whitespace() || byte == b';')
            })
        });
        if is_in_row || is_explained(&call, cx) {
            self.explained_end = Some(call.run.end());
            return false;
        }
        !depends_on_condition(node, cx) && !is_about_types(&call, cx)
    }
}

fn is_skipped(call: &RunnerCall<'_>, cx: &Cx<'_>) -> bool {
    match call.members.last().map(String::as_str) {
        Some(last) if SKIPS.contains(&last) => return has_title_and_body(call, cx),
        Some("skipIf") => {
            let arguments = view::Call::cast(call.node).map(view::Call::arguments).unwrap_or_default();
            return arguments.first().is_some_and(|condition| condition.raw_name() == "true");
        }
        _ => {}
    }
    call.has_member(&SKIPS)
        || WORDS.contains(&call.function.as_str()) && call.looks_like_test(cx)
        || call.takes_test() && call.has_option(&SKIPS, cx)
}

/// True for a test or a group, false for a condition with a text as its reason: `test.skip(!shell, "needs a shell")`.
fn has_title_and_body(call: &RunnerCall<'_>, cx: &Cx<'_>) -> bool {
    let arguments = call.arguments(cx);
    let [title, body, ..] = arguments[..] else { return false };
    is_text(title) || !is_text(body) && !is_condition(title, cx)
}

fn is_condition(node: Node<'_>, cx: &Cx<'_>) -> bool {
    match node.kind() {
        Kind::Unary | Kind::Boolean | Kind::Lambda => true,
        Kind::Binary => {
            let operator = cx.child_by_field(node, "operator");
            operator.is_some_and(|operator| CONDITION_OPERATORS.contains(&cx.text(operator)))
        }
        _ => false,
    }
}

/// True if a comment says why, above, behind or among the arguments of the call or at the start of the body, or if a
/// statement of the body does: `t.skip("needs a shell")`.
fn is_explained(call: &RunnerCall<'_>, cx: &Cx<'_>) -> bool {
    let mut beside_options = cx.child_by_field(call.run, "arguments").into_iter().flat_map(|list| cx.children(list));
    view::is_explained(cx.file(), call.run)
        || beside_options.any(|part| CommentNode::cast(part).is_some_and(CommentNode::is_for_readers))
        || call
            .body(cx)
            .is_some_and(|body| says_why(body, cx) || cx.children(body).any(|statement| skips_with_text(statement, cx)))
}

/// True if a comment before the first statement of a block is a reason: in a block without statements, or by a word that
/// comments about a step do not have.
fn says_why(block: Node<'_>, cx: &Cx<'_>) -> bool {
    let is_comment = |node: &Node<'_>| node.kind() == Kind::Comment;
    let comments = || cx.children(block).take_while(is_comment).filter_map(CommentNode::cast);
    let is_reason = |comment: CommentNode<'_>| {
        let text = comment.text().to_ascii_lowercase();
        let is_inside_word = |at: usize| text[..at].ends_with(char::is_alphabetic);
        REASON_WORDS.iter().any(|word| {
            let begins_word = |at: usize| !word.starts_with(char::is_alphabetic) || !is_inside_word(at);
            text.match_indices(word).any(|(at, _)| begins_word(at))
        })
    };
    let stands_alone = cx.children(block).all(|child| is_comment(&child));
    comments().any(|comment| comment.is_for_readers() && (stands_alone || is_reason(comment)))
}

/// True for a statement such as `t.skip("needs a shell");`.
fn skips_with_text(statement: Node<'_>, cx: &Cx<'_>) -> bool {
    let Some(call) = cx.children(statement).next().filter(|call| call.kind() == Kind::Call) else { return false };
    let method = cx.child_by_field(call, "function").and_then(|callee| cx.child_by_field(callee, "property"));
    method.is_some_and(|method| SKIPS.contains(&cx.text(method)))
        && view::Call::cast(call).is_some_and(|call| call.arguments().first().is_some_and(|text| is_text(*text)))
}

/// True for a test of types, which is compiled and need not run: by its title, or because its body checks nothing else.
fn is_about_types(call: &RunnerCall<'_>, cx: &Cx<'_>) -> bool {
    let title = call.arguments(cx).first().filter(|title| is_text(**title)).map(|title| cx.text(*title));
    let title = title.unwrap_or_default().to_ascii_lowercase();
    let has_word = |word: &str| title.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    let names_types = ["type", "types", "typing", "typings"].into_iter().any(has_word);
    if names_types && ["test", "tests", "infer", "infers", "inferred"].into_iter().any(has_word) {
        return true;
    }
    let body = call.body(cx).map_or("", |body| cx.text(body));
    TYPE_CHECKS.iter().any(|check| body.contains(check)) && !body.contains("expect(")
}

/// True for `pending()` of Jasmine in a file of tests.
fn is_pending(node: Node<'_>, cx: &Cx<'_>) -> bool {
    // The length first: to read the text of every call would read nested ones again and again.
    cx.file().context.test
        && node.span().len() as usize == PENDING_CALL.len()
        && cx.text(node) == PENDING_CALL
        && names::target_with_start(cx.file(), node, |_, start| start == PENDING)
            .is_some_and(|target| target.is_global(&[PENDING]))
}

/// The text between two places, in bytes; none if it is long or the second place comes first.
fn between<'c>(end: u32, start: u32, cx: &'c Cx<'_>) -> Option<&'c str> {
    /// The most bytes between two tests of a row.
    const MAX_BYTES: u32 = 256;
    (end <= start && start - end <= MAX_BYTES).then(|| cx.slice(Span::new(end, start)))
}

/// True for a call that runs only under a condition, which says when the test is left out.
fn depends_on_condition(node: Node<'_>, cx: &Cx<'_>) -> bool {
    let mut inside = cx.ancestors(node).take(MAX_OUTER_NODES).take_while(|outer| !outer.kind().is_callable());
    inside.any(|outer| matches!(outer.kind(), Kind::If | Kind::Conditional | Kind::Match))
}

/// The items of one tree that `#[ignore]` leaves out, in order.
#[derive(Default)]
struct IgnoredItems {
    /// The end of the last one with a reason in a comment, in bytes. The reason holds for the ignored items directly below
    /// too.
    explained_end: Option<u32>,
}

impl IgnoredItems {
    /// True for `#[ignore]` that gives no reason and has no comment with one.
    fn find(&mut self, attribute: Node<'_>, cx: &Cx<'_>) -> bool {
        if cx.file().context.example || !is_bare_ignore(cx.text(attribute)) {
            return false;
        }
        let item = cx.next_siblings(attribute).take(MAX_ATTRIBUTES).find(|below| !belongs_to_item(below));
        let first = above(attribute, cx).last().unwrap_or(attribute);
        let is_in_row = self.explained_end.is_some_and(|end| {
            between(end, first.start(), cx).is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_whitespace()))
        });
        let body = item.and_then(|item| cx.child_by_field(item, "body"));
        if is_in_row || has_comment(attribute, cx) || body.is_some_and(|body| says_why(body, cx)) {
            self.explained_end = item.map(Node::end);
            return false;
        }
        !below(attribute, cx).chain(above(attribute, cx)).any(|node| is_bench(node, cx))
    }
}

/// True for an attribute or a comment of the item below it.
fn belongs_to_item(node: &Node<'_>) -> bool {
    matches!(node.kind(), Kind::Comment | Kind::Attribute)
}

/// The attributes and comments of an item that stand above one of its attributes, nearest first.
fn above<'t>(attribute: Node<'t>, cx: &Cx<'_>) -> impl Iterator<Item = Node<'t>> {
    cx.prev_siblings(attribute).take_while(belongs_to_item).take(MAX_ATTRIBUTES)
}

/// The attributes and comments of an item that stand below one of its attributes.
fn below<'t>(attribute: Node<'t>, cx: &Cx<'_>) -> impl Iterator<Item = Node<'t>> {
    cx.next_siblings(attribute).take_while(belongs_to_item).take(MAX_ATTRIBUTES)
}

/// True if a comment with a reason stands among or above the attributes of an item. A comment for its documentation says
/// what the test is for, and one behind other code is about that.
fn has_comment(attribute: Node<'_>, cx: &Cx<'_>) -> bool {
    let is_plain = |node: Node<'_>| {
        CommentNode::cast(node).is_some_and(|comment| comment.style() != CommentStyle::Doc && comment.is_for_readers())
    };
    if below(attribute, cx).any(is_plain) {
        return true;
    }
    let mut above = above(attribute, cx).peekable();
    while let Some(node) = above.next() {
        let is_behind_code = || CommentNode::cast(node).is_some_and(|comment| comment.is_trailing(cx.file()));
        let is_behind_attribute = above.peek().is_some_and(|before| before.kind() == Kind::Attribute);
        if is_plain(node) && (is_behind_attribute || !is_behind_code()) {
            return true;
        }
    }
    false
}

/// True for the attribute of a measurement, which is left out because it takes long.
fn is_bench(node: Node<'_>, cx: &Cx<'_>) -> bool {
    node.kind() == Kind::Attribute && cx.text(node).trim_start_matches(['#', '[', ' ']).starts_with("bench]")
}

/// True for `#[ignore]` and `#[ignore = ""]`.
fn is_bare_ignore(attribute: &str) -> bool {
    let inside = attribute.strip_prefix("#").map(str::trim_start).and_then(|rest| rest.strip_prefix('['));
    let inside = inside.and_then(|rest| rest.strip_suffix(']')).map(str::trim);
    let Some(rest) = inside.and_then(|inside| inside.strip_prefix("ignore")).map(str::trim_start) else { return false };
    let Some(reason) = rest.strip_prefix('=') else { return rest.is_empty() };
    let reason = reason.trim_start().trim_start_matches('r').trim_matches('#');
    reason.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).is_some_and(|reason| reason.trim().is_empty())
}
