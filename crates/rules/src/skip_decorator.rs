//! The decorators by which test runners of Python leave out what they stand on.

use lawbook_core::ir::{Kind, Node};
use lawbook_core::names::{self, Target};
use lawbook_core::rule::Cx;

/// The decorators with their modules. What leaves out by a condition has its reason in that.
const SKIPS: [&str; 2] = ["pytest.mark.skip", "unittest.skip"];

/// The name of the argument that is the reason, where it is not the first one.
const REASON: &str = "reason";

/// The text that a decorator gives as its reason, empty if it gives none; none for one that skips nothing, and where the text
/// is not written in it.
pub(crate) fn reason<'c>(decorator: Node<'c>, cx: &'c Cx<'_>) -> Option<&'c str> {
    let written = cx.children(decorator).find(|child| child.kind() != Kind::Comment)?;
    let callee = if written.kind() == Kind::Call { cx.child_by_field(written, "function")? } else { written };
    let is_module = |_: &str, start: &str| SKIPS.iter().any(|skip| skip.starts_with(start));
    let Target::Imported(target) = names::target_with_start(cx.file(), callee, is_module)? else { return None };
    let path = std::iter::once(target.module).chain(target.path).collect::<Vec<_>>().join(".");
    if !SKIPS.contains(&&*path) {
        return None;
    }
    let arguments = cx.child_by_field(written, "arguments").into_iter().flat_map(|list| cx.children(list));
    let mut texts = arguments.filter_map(|argument| match argument.kind() {
        Kind::Pair => {
            let name = cx.child_by_field(argument, "name")?;
            cx.child_by_field(argument, "value").filter(|_| cx.text(name) == REASON)
        }
        Kind::Comment => None,
        _ => Some(argument),
    });
    let Some(text) = texts.next() else { return Some("") };
    // The words of a name or a call stand elsewhere.
    (text.kind() == Kind::String).then(|| cx.text(text))
}
