//! The facts about the tests of a file: their assertions, whether they are left out, and a digest of their code.

use crate::facts::TestFact;
use crate::ir::view::{Call, Callable};
use crate::ir::{Kind, Lowered, Node, Tree};

/// The last parts of callees that leave out the test in which they are called: `t.skip()`, `self.skipTest("…")`.
const SKIPPING_CALLS: &[&str] = &["skip", "skipTest", "pending", "todo", "fixme"];

/// The facts about some tests, given in the order of the file with their symbol paths. The code of a group of tests has no
/// digest: that of each of its tests says what there is.
pub(super) fn facts_of(file: &Lowered, tests: &[(Node<'_>, String)]) -> Vec<TestFact> {
    let (mut assertions, mut skipping) = (Vec::new(), Vec::new());
    if !tests.is_empty() {
        for node in file.trees.iter().flat_map(Tree::nodes).filter(|node| node.is_named()) {
            if node.language().views().is_assertion(node) {
                assertions.push(node.start());
            } else if is_skipping(node) {
                skipping.push(node.start());
            }
        }
        assertions.sort_unstable();
        skipping.sort_unstable();
    }
    let count = |starts: &[u32], node: Node<'_>| {
        let before = starts.partition_point(|start| *start < node.start());
        starts[before..].partition_point(|start| *start < node.end())
    };
    let fact = |(at, (node, symbol)): (usize, &(Node<'_>, String))| {
        let next = tests.get(at + 1);
        let is_group = next.is_some_and(|(inner, _)| node.span().contains(inner.span()));
        let is_own = node.language().views().is_skipped_test(*node);
        TestFact {
            symbol: symbol.clone(),
            span: node.span(),
            assertions: u32::try_from(count(&assertions, *node)).unwrap_or(u32::MAX),
            skipped: is_own || !is_group && count(&skipping, *node) > 0,
            body: if is_group { 0 } else { body(*node).map_or(0, |body| digest(body.text())) },
        }
    };
    tests.iter().enumerate().map(fact).collect()
}

/// The body of a test: of the definition, or of the function that a call is given.
fn body(test: Node<'_>) -> Option<Node<'_>> {
    let callable = Callable::cast(test)
        .or_else(|| Call::cast(test)?.arguments().into_iter().filter_map(Callable::cast).next_back());
    callable?.body()
}

/// True for a call that leaves out the test around it, whatever holds.
fn is_skipping(node: Node<'_>) -> bool {
    let Some(call) = Call::cast(node).filter(|_| node.kind() == Kind::Call) else { return false };
    let Some(callee) = call.callee_text() else { return false };
    let name = callee.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    if !SKIPPING_CALLS.contains(&name) || node.language().views().is_test(node) {
        return false;
    }
    let is_reason = |argument: &Node<'_>| matches!(argument.kind(), Kind::String | Kind::Template);
    let is_conditional = |outer: Node<'_>| matches!(outer.kind(), Kind::If | Kind::Try | Kind::Match | Kind::Loop);
    let mut around = node.ancestors().take_while(|outer| !outer.kind().is_callable());
    call.arguments().first().is_none_or(is_reason) && !around.any(is_conditional)
}

/// A digest of a text without its white space (FNV-1a); never 0.
fn digest(text: &str) -> u64 {
    const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01B3;
    let bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    bytes.fold(BASIS, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(PRIME)).max(1)
}
