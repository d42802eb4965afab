//! Calls that check something in a test, by the names that test libraries of all languages share.

use crate::ir::Node;
use crate::ir::view::Call;

/// The starts of the words of a callee, in lower case, by which it checks something: `assert_eq!`, `expect(a).toBe`,
/// `a.should.equal`, `verify`, `pytest.raises`.
const WORDS: &[&str] = &["assert", "expect", "should", "verify", "raises", "throws", "rejects"];

/// True for a call that checks something, by its callee.
pub(crate) fn is_assertion_call(node: Node<'_>) -> bool {
    let Some(callee) = Call::cast(node).and_then(Call::callee_text) else { return false };
    let mut words = callee.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        WORDS.iter().any(|start| word.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
    })
}
