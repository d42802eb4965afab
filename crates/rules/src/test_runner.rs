//! Calls of the functions of test runners in TypeScript and JavaScript: `it.only.each(rows)("adds", f)`.

use lawbook_core::ir::view::Call;
use lawbook_core::ir::{Kind, Node, NodeId, Tree};
use lawbook_core::names::{self, Target};
use lawbook_core::rule::Cx;

/// A call that names a function of a test runner.
#[derive(Debug)]
pub(crate) struct RunnerCall<'t> {
    /// The call that names the function: `it.only.each(rows)`.
    pub(crate) node: Node<'t>,
    /// The call that has the title and the body. It is another one where the function is made by a call.
    pub(crate) run: Node<'t>,
    /// The name of the function in its runner: `it`.
    pub(crate) function: String,
    /// The members behind it: `only`, `each`.
    pub(crate) members: Vec<String>,
    /// True if the function comes from another file of the project, so that only its name says that it is one of a runner.
    pub(crate) is_wrapper: bool,
}

/// The functions that take a test or a group of tests.
const FUNCTIONS: [&str; 9] = ["describe", "it", "test", "suite", "context", "specify", "bench", "feature", "scenario"];

/// The functions that take one test.
const TESTS: [&str; 3] = ["it", "test", "specify"];

/// The functions that modules of a project export again, with fixtures.
const WRAPPED: [&str; 3] = ["it", "test", "describe"];

/// The members of the functions of runners.
const MODIFIERS: [&str; 22] = [
    "only",
    "skip",
    "ignore",
    "todo",
    "fixme",
    "slow",
    "failing",
    "fails",
    "concurrent",
    "sequential",
    "serial",
    "parallel",
    "shuffle",
    "each",
    "for",
    "if",
    "skipIf",
    "runIf",
    "prop",
    "step",
    "extend",
    "permissions",
];

/// The most calls that make the function of one test: `it.each(rows)("adds", f)` has one.
const MAX_MAKING_CALLS: usize = 4;

/// True if one of these words is a name, or the whole text of a string, in a tree. It rules out files that have them only
/// in comments and in titles of tests.
pub(crate) fn has_word(tree: &Tree, words: &[&str], cx: &Cx<'_>) -> bool {
    const QUOTES: usize = 2;
    cx.nodes(tree.root()).any(|node| {
        let bytes = node.span().len() as usize;
        words.iter().any(|word| {
            (bytes == word.len() || bytes == word.len() + QUOTES)
                && cx.text(node).trim_matches(['"', '\'', '`']) == *word
        })
    })
}

/// The calls of one tree that stand in no test, in order: the code in a test is what the test is about.
#[derive(Debug, Default)]
pub(crate) struct OutsideTests {
    /// The end of the test that was found last.
    end: Option<NodeId>,
}

impl OutsideTests {
    /// The call of a runner at a node. It has to be asked for all calls of a tree, in order.
    pub(crate) fn call<'t>(&mut self, node: Node<'t>, cx: &Cx<'_>) -> Option<RunnerCall<'t>> {
        let call = RunnerCall::of(node, cx).filter(|call| self.end.is_none_or(|end| end <= call.node.id()))?;
        if call.is_test() {
            self.leave_out(&call);
        }
        Some(call)
    }

    /// Leaves out the calls inside of a call.
    pub(crate) fn leave_out(&mut self, call: &RunnerCall<'_>) {
        self.end = Some(call.run.subtree_end());
    }
}

impl<'t> RunnerCall<'t> {
    fn of(node: Node<'t>, cx: &Cx<'_>) -> Option<Self> {
        let file = cx.file();
        let may_start = |written: &str, start: &str| {
            let first = start.split('.').next().unwrap_or_default();
            is_function(first)
                || first == "Deno"
                || file.context.test && (is_wrapper(written) || is_wrapper(member(start)))
        };
        let (mut function, mut members, is_wrapper) = match names::target_with_start(file, node, may_start)? {
            Target::Global(mut parts) => {
                let is_deno = parts.first().is_some_and(|first| first == "Deno");
                let at = usize::from(is_deno);
                let members = parts.split_off((at + 1).min(parts.len()));
                let function = parts.pop().filter(|function| is_function(function))?;
                (function, members, false)
            }
            Target::Imported(resolved) if file.context.test => {
                let mut path = resolved.path;
                if path.first().is_some_and(|first| first == "default") {
                    path.remove(0);
                }
                let is_named = path.first().is_some_and(|first| is_wrapper(first));
                let function = if is_named {
                    path.remove(0)
                } else {
                    local_name(node, cx).filter(|name| is_wrapper(name))?.to_owned()
                };
                (function, path, true)
            }
            _ => return None,
        };
        // Some runners have all functions as members of one: `test.describe`.
        if let Some(at) = members.iter().rposition(|member| FUNCTIONS.contains(&member.as_str())) {
            function = members.remove(at);
        }
        let is_callee = |node: &Node<'_>| node.field() == Some("function");
        let outer =
            |node: &Node<'t>| Some(*node).filter(is_callee)?.parent().filter(|outer| outer.kind() == Kind::Call);
        let run = std::iter::successors(Some(node), outer).take(MAX_MAKING_CALLS + 1).last()?;
        Some(Self { node, run, function, members, is_wrapper })
    }

    /// True if a member is one of these, and those behind it are of a runner too: `it.only.mockClear()` is a call of another
    /// function.
    pub(crate) fn has_member(&self, wanted: &[&str]) -> bool {
        let at = self.members.iter().position(|member| wanted.contains(&member.as_str()));
        at.is_some_and(|at| self.members[at..].iter().all(|member| MODIFIERS.contains(&member.as_str())))
    }

    /// The function without this first letter, by which a runner focuses or skips it: `it` for `fit`.
    pub(crate) fn without_letter(&self, letter: char) -> Option<&str> {
        self.function.strip_prefix(letter).filter(|function| FUNCTIONS.contains(function))
    }

    /// True for one test, false for a group of tests and for what is no test.
    fn is_test(&self) -> bool {
        let plain = self.without_letter('f').or_else(|| self.without_letter('x')).unwrap_or(&self.function);
        let is_test = TESTS.contains(&plain) || self.is_wrapper && plain != "describe";
        is_test && self.takes_test()
    }

    /// True if no member changes what the function takes.
    pub(crate) fn takes_test(&self) -> bool {
        self.members.iter().all(|member| MODIFIERS.contains(&member.as_str()))
    }

    /// True unless the call looks like one of a function that is no runner's, but has its name: `fit(points, degree)`.
    pub(crate) fn looks_like_test(&self, cx: &Cx<'_>) -> bool {
        if !self.members.is_empty() || names::resolve(cx.file(), self.node).is_some() {
            return true;
        }
        let arguments = self.arguments(cx);
        arguments.iter().any(|argument| argument.kind() == Kind::Lambda) || arguments.len() > 1 && is_text(arguments[0])
    }

    /// The arguments of the function: title, options and body.
    pub(crate) fn arguments(&self, cx: &Cx<'_>) -> Vec<Node<'t>> {
        let mut arguments = Call::cast(self.run).map(Call::arguments).unwrap_or_default();
        let callee = Call::cast(self.node).filter(|_| self.run == self.node).and_then(Call::callee);
        let method = callee.and_then(|callee| cx.child_by_field(callee, "property")).map_or("", |name| cx.text(name));
        if matches!(method, "call" | "apply") && !arguments.is_empty() {
            // The first one is what `this` is.
            arguments.remove(0);
        }
        match arguments.first() {
            Some(list) if method == "apply" && list.kind() == Kind::Array => {
                cx.children(*list).filter(|item| item.kind() != Kind::Comment).collect()
            }
            _ => arguments,
        }
    }

    /// The body: the last argument that is a function.
    pub(crate) fn body(&self, cx: &Cx<'_>) -> Option<Node<'t>> {
        let function = self.arguments(cx).into_iter().rfind(|argument| argument.kind() == Kind::Lambda)?;
        cx.child_by_field(function, "body")
    }

    /// True if one of the arguments is an object with one of these keys, set to `true`.
    pub(crate) fn has_option(&self, keys: &[&str], cx: &Cx<'_>) -> bool {
        self.option(keys, |value| value.raw_name() == "true", cx).is_some()
    }

    /// The first wanted value of one of these keys in the arguments that are objects.
    pub(crate) fn option(&self, keys: &[&str], wanted: impl Fn(Node<'t>) -> bool, cx: &Cx<'_>) -> Option<Node<'t>> {
        let value_of = |pair: Node<'t>| {
            let key = cx.child_by_field(pair, "key").map(|key| cx.text(key).trim_matches(['"', '\'']));
            key.filter(|key| keys.contains(key)).and_then(|_| cx.child_by_field(pair, "value"))
        };
        let objects = self.arguments(cx).into_iter().filter(|argument| argument.kind() == Kind::Object);
        let mut pairs = objects.flat_map(|object| cx.children(object)).filter(|pair| pair.kind() == Kind::Pair);
        pairs.find_map(|pair| value_of(pair).filter(|value| wanted(*value)))
    }
}

/// True for a string or a template.
pub(crate) fn is_text(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::String | Kind::Template)
}

/// True for the name of a function of a runner, also with the letter that focuses or skips it.
fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name) || name.strip_prefix(['f', 'x']).is_some_and(|function| FUNCTIONS.contains(&function))
}

/// True for the name of a function of another file that hands on a runner: `test`, `apiTest`.
fn is_wrapper(name: &str) -> bool {
    WRAPPED.contains(&name) || name.ends_with("Test")
}

/// The member that is imported: `test` of `./fixtures#test.only`.
fn member(imported: &str) -> &str {
    imported.split_once('#').and_then(|(_, path)| path.split('.').next()).unwrap_or_default()
}

/// The name at which the callee of a call starts.
fn local_name<'t>(node: Node<'t>, cx: &Cx<'_>) -> Option<&'t str> {
    let callee = Call::cast(node)?.callee()?;
    cx.nodes(callee).find(|part| part.kind() == Kind::Identifier).map(|name| cx.text(name))
}
