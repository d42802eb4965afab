//! Symbol paths: the enclosing definitions and titled tests of a place, never the file.

use crate::ir::Node;

/// The path of the place: enclosing definitions and titled tests from the outside in, `node` included when it is one
/// (`Class.method`, `describe("a").it("b")`). Variables of a function count only where they hold a callable, a class or
/// an object, so that a finding keeps its path when a local name changes.
pub fn path(node: Node<'_>) -> String {
    let views = node.language().views();
    let places = std::iter::once(node).chain(node.ancestors()).filter(|place| place.is_named());
    let mut segments: Vec<_> = places.filter_map(|place| views.symbol(place, node)).collect();
    segments.reverse();
    segments.join(".")
}
