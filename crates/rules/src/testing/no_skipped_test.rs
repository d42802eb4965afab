//! A test that is left out without a reason.

use lawbook_core::diagnostic::Finding;
use lawbook_core::ir::view::{self, CommentNode, CommentStyle};
use lawbook_core::ir::{Dialect, Kind, Node};
use lawbook_core::names;
use lawbook_core::rule::{Cx, Interest, Literal, Literals, Nodes, Rule};
use lawbook_core::span::Span;
use lawbook_core::suppression::reason::{self, ReasonFault};
use serde::Deserialize;

use crate::skip_decorator;
use crate::test_runner::{OutsideTests, RunnerCall, has_word, is_text};
use crate::ticket;

#[derive(Debug, Deserialize)]
pub(crate) struct NoSkippedTest {}

/// The members, and the keys of the options, that leave a test out.
const SKIPS: [&str; 2] = ["skip", "ignore"];

/// The attribute of Rust.
const ATTRIBUTE: &str = "attribute_item";

/// The node that has decorators in Python.
const DECORATED: &str = "decorated_definition";

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
        let vocabulary = dialect.vocabulary();
        match vocabulary.kind(ATTRIBUTE).or_else(|| vocabulary.kind(DECORATED)) {
            Some(attribute) => Interest::raw_kinds([attribute]),
            None => Interest::kinds([Kind::Call]),
        }
    }

    fn literals(&self, dialect: &'static Dialect) -> Literals {
        if dialect.vocabulary().kind(ATTRIBUTE).is_some() {
            return Literals::any_word(["ignore"]);
        }
        if dialect.vocabulary().kind(DECORATED).is_some() {
            return Literals::any_word(["skip"]);
        }
        let words = WORDS.iter().map(|word| Literal { text: (*word).to_owned(), is_word: true });
        let call = Literal { text: PENDING_CALL.to_owned(), is_word: false };
        Literals::Any(words.chain([call]).collect())
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let tree = nodes.tree();
        if tree.dialect().vocabulary().kind(DECORATED).is_some() {
            return report_decorators(nodes, cx);
        }
        let has_attributes = tree.dialect().vocabulary().kind(ATTRIBUTE).is_some();
        if !has_attributes && !has_word(tree, &[&WORDS[..], &[PENDING]].concat(), cx) {
            return;
        }
        let (mut calls, mut attributes) = (SkippedCalls::default(), IgnoredItems::default());
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            let found = if node.raw_name() == ATTRIBUTE { attributes.find(node, cx) } else { calls.find(node, cx) };
            if let Some(fault) = found {
                report(node, fault, if has_attributes { ATTRIBUTE_STEP } else { CALL_STEP }, cx);
            }
        }
    }
}

fn report(node: Node<'_>, fault: ReasonFault, step: &str, cx: &Cx<'_>) {
    let finding = Finding::new(node.span()).step(step);
    cx.report(match fault {
        ReasonFault::Missing => finding,
        fault => finding.message(format!("a skipped test whose reason {fault}")),
    });
}

/// Reports the decorators of Python that leave out a test without a reason, in them, beside them or at the start of the body.
fn report_decorators(nodes: Nodes<'_>, cx: &Cx<'_>) {
    for decorated in nodes {
        if cx.exhausted() {
            return;
        }
        let definition = cx.child_by_field(decorated, "definition");
        let name = definition.and_then(view::name).unwrap_or_default();
        for decorator in cx.children(decorated).filter(|child| child.kind() == Kind::Attribute) {
            let Some(written) = skip_decorator::reason(decorator, cx) else { continue };
            let body = definition.and_then(|definition| cx.child_by_field(definition, "body"));
            let texts = [written.to_owned(), view::explanation(cx.file(), decorator)];
            let texts = texts.into_iter().chain(body.and_then(|body| comment_of_body(body, cx)));
            if let Some(fault) = fault_of(texts, name, cx) {
                report(decorator, fault, DECORATOR_STEP, cx);
            }
        }
    }
}

/// The steps, with the form of a reason.
const CALL_STEP: &str = "Find out why it is skipped (run it; `git log -S` with its title): fix the test or the code and let it \
                         run. If it has to stay, write why directly above it, in three words or more: \
                         `// Skipped: CI has no GPU.` Where nobody knows, say so: `// Skipped since 1a2b3c4, cause not found.` \
                         Delete it only if what it tests is gone; do not empty it.";
const ATTRIBUTE_STEP: &str = "Find out why it is ignored (run it with `-- --ignored`; `git log -S` with its name): fix the test or \
                              the code and let it run. If it has to stay, write why in the attribute, in three words or more: \
                              `#[ignore = \"needs a network connection\"]`. Where nobody knows, say so: \
                              `#[ignore = \"since 1a2b3c4, cause not found\"]`. Delete it only if what it tests is gone; do not \
                              empty it.";
const DECORATOR_STEP: &str = "Find out why it is skipped (run it; `git log -S` with its name): fix the test or the code and let it \
                              run. If it has to stay, write why in the decorator, in three words or more: \
                              `@pytest.mark.skip(reason=\"needs a network connection\")`. Where nobody knows, say so: \
                              `reason=\"since 1a2b3c4, cause not found\"`. Delete it only if what it tests is gone; do not empty it.";

/// The fault of the texts that may be the reason for leaving out a test; none if one of them is a reason. `named` are words
/// that say nothing about it: its title.
fn fault_of(texts: impl IntoIterator<Item = String>, named: &str, cx: &Cx<'_>) -> Option<ReasonFault> {
    let mut worst = ReasonFault::Missing;
    for text in texts {
        if ticket::is_in(&text) {
            return None;
        }
        match reason::fault_in(cx.file(), &text, [named, "skip", "skipped", "ignore", "ignored", "test", "tests"]) {
            None => return None,
            Some(ReasonFault::Missing) => {}
            Some(fault) => worst = fault,
        }
    }
    Some(worst)
}

/// The text of comments, one after the other.
fn joined<'t>(comments: impl Iterator<Item = CommentNode<'t>>) -> String {
    comments.filter(|comment| comment.is_for_readers()).map(CommentNode::text).collect::<Vec<_>>().join("\n")
}

/// The calls of one tree that leave out a test, in order.
#[derive(Default)]
struct SkippedCalls {
    outside: OutsideTests,
    /// The end of the last one with a reason, in bytes. The reason holds for the skipped tests directly below too.
    explained_end: Option<u32>,
}

impl SkippedCalls {
    /// The fault of the reason of a call that leaves out a test; none for other calls and for one with a reason.
    fn find(&mut self, node: Node<'_>, cx: &Cx<'_>) -> Option<ReasonFault> {
        if is_pending(node, cx) {
            let fault = fault_of([view::explanation(cx.file(), node)], PENDING, cx);
            return fault.filter(|_| !depends_on_condition(node, cx));
        }
        let call = self.outside.call(node, cx).filter(|call| is_skipped(call, cx))?;
        self.outside.leave_out(&call);
        let is_in_row = self.explained_end.is_some_and(|end| {
            between(end, call.run.start(), cx).is_some_and(|text| {
                text.bytes().filter(|byte| *byte == b'\n').count() < 2
                    && text.bytes().all(|byte| byte.is_ascii_whitespace() || byte == b';')
            })
        });
        let fault = if is_in_row { None } else { fault_of_call(&call, cx) };
        if fault.is_none() {
            self.explained_end = Some(call.run.end());
        }
        fault.filter(|_| !depends_on_condition(node, cx) && !is_about_types(&call, cx))
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
        || call.takes_test() && (call.has_option(&SKIPS, cx) || call.option(&SKIPS, is_text, cx).is_some())
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

/// The fault of what says why a test is left out: a comment above, behind or among the arguments of the call or at the
/// start of the body, a text of the options, or a statement of the body: `t.skip("needs a shell")`.
fn fault_of_call(call: &RunnerCall<'_>, cx: &Cx<'_>) -> Option<ReasonFault> {
    let arguments = cx.child_by_field(call.run, "arguments").into_iter().flat_map(|list| cx.children(list));
    let beside_options = joined(arguments.filter_map(CommentNode::cast));
    let option = call.option(&SKIPS, is_text, cx).map(|text| cx.text(text).to_owned());
    let in_body = call.body(cx).into_iter().flat_map(|body| {
        let in_statements = cx.children(body).filter_map(|statement| text_of_skip(statement, cx)).map(str::to_owned);
        [comment_of_body(body, cx)].into_iter().flatten().chain(in_statements).collect::<Vec<_>>()
    });
    let texts = [view::explanation(cx.file(), call.run), beside_options].into_iter().chain(option).chain(in_body);
    let title = call.arguments(cx).first().filter(|title| is_text(**title)).map_or("", |title| cx.text(*title));
    fault_of(texts, title, cx)
}

/// The comments before the first statement of a block that may be a reason: in a block without statements, or by a word
/// that comments about a step do not have.
fn comment_of_body(block: Node<'_>, cx: &Cx<'_>) -> Option<String> {
    let is_comment = |node: &Node<'_>| node.kind() == Kind::Comment;
    let text = joined(cx.children(block).take_while(is_comment).filter_map(CommentNode::cast));
    let lower = text.to_ascii_lowercase();
    let is_inside_word = |at: usize| lower[..at].ends_with(char::is_alphabetic);
    let has_reason_word = REASON_WORDS.iter().any(|word| {
        let begins_word = |at: usize| !word.starts_with(char::is_alphabetic) || !is_inside_word(at);
        lower.match_indices(word).any(|(at, _)| begins_word(at))
    });
    (has_reason_word || cx.children(block).all(|child| is_comment(&child))).then_some(text)
}

/// The text of a statement such as `t.skip("needs a shell");`.
fn text_of_skip<'c>(statement: Node<'c>, cx: &'c Cx<'_>) -> Option<&'c str> {
    let call = cx.children(statement).next().filter(|call| call.kind() == Kind::Call)?;
    let method = cx.child_by_field(call, "function").and_then(|callee| cx.child_by_field(callee, "property"));
    method.filter(|method| SKIPS.contains(&cx.text(*method)))?;
    let text = view::Call::cast(call)?.arguments().into_iter().next().filter(|text| is_text(*text))?;
    Some(cx.text(text))
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
    /// The fault of the reason of an `#[ignore]`, in it or in a comment; none for other attributes and for one with a reason.
    fn find(&mut self, attribute: Node<'_>, cx: &Cx<'_>) -> Option<ReasonFault> {
        if cx.file().context.example {
            return None;
        }
        let written = reason_of_ignore(cx.text(attribute))?;
        let item = cx.next_siblings(attribute).take(MAX_ATTRIBUTES).find(|below| !belongs_to_item(below));
        let first = above(attribute, cx).last().unwrap_or(attribute);
        let is_in_row = self.explained_end.is_some_and(|end| {
            between(end, first.start(), cx).is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_whitespace()))
        });
        let body = item.and_then(|item| cx.child_by_field(item, "body"));
        let name = item.and_then(view::name).unwrap_or_default();
        let in_comments =
            [comments_of_item(attribute, cx)].into_iter().chain(body.and_then(|body| comment_of_body(body, cx)));
        let fault = if is_in_row { None } else { fault_of([written].into_iter().chain(in_comments), name, cx) };
        if fault.is_none() {
            self.explained_end = item.map(Node::end);
        }
        fault.filter(|_| !below(attribute, cx).chain(above(attribute, cx)).any(|node| is_bench(node, cx)))
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

/// The text of the comments among and above the attributes of an item. A comment for its documentation says what the test is
/// for, and one behind other code is about that.
fn comments_of_item(attribute: Node<'_>, cx: &Cx<'_>) -> String {
    let is_plain = |comment: &CommentNode<'_>| comment.style() != CommentStyle::Doc;
    let mut texts = Vec::new();
    let mut outer = above(attribute, cx).peekable();
    while let Some(node) = outer.next() {
        let is_behind_attribute = outer.peek().is_some_and(|before| before.kind() == Kind::Attribute);
        let comment = CommentNode::cast(node).filter(is_plain);
        texts.extend(comment.filter(|comment| is_behind_attribute || !comment.is_trailing(cx.file())));
    }
    joined(texts.into_iter().rev().chain(below(attribute, cx).filter_map(CommentNode::cast).filter(is_plain)))
}

/// True for the attribute of a measurement, which is left out because it takes long.
fn is_bench(node: Node<'_>, cx: &Cx<'_>) -> bool {
    node.kind() == Kind::Attribute && cx.text(node).trim_start_matches(['#', '[', ' ']).starts_with("bench]")
}

/// The text of an attribute that ignores a test, empty for `#[ignore]`; none for other attributes.
fn reason_of_ignore(attribute: &str) -> Option<String> {
    let inside = attribute.strip_prefix("#").map(str::trim_start)?.strip_prefix('[')?.strip_suffix(']')?.trim();
    let rest = inside.strip_prefix("ignore")?.trim_start();
    let Some(reason) = rest.strip_prefix('=') else { return rest.is_empty().then(String::new) };
    let reason = reason.trim_start().trim_start_matches('r').trim_matches('#');
    Some(reason.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(reason).to_owned())
}
